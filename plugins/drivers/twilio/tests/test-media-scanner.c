/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scanner against json-glib: whatever it claims to have read, a parser must have read alike. It
 * may decline anything, but not what Twilio really sends.
 */

#include <offhook/json.h>
#include "../media-scanner.h"

#include <string.h>

#define TWILIO                                                                                     \
	"{\"event\":\"media\",\"sequenceNumber\":\"2\","                                           \
	"\"streamSid\":\"MZ00000000000000000000000000000007\",\"media\":{\"track\":\"inbound\","   \
	"\"chunk\":\"1\",\"timestamp\":\"20\",\"payload\":\"/////w==\"}}"

static void
assert_text(const char *text, gsize size, const char *expected)
{
	g_assert_nonnull(text);
	g_assert_nonnull(expected);
	g_assert_cmpmem(text, size, expected, strlen(expected));
}

/* Compares, if the scanner takes it; returns whether it did. */
static gboolean
check(const char *text)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	OffhookTwilioMedia media;
	JsonObject *message, *body;
	const char *track;

	if (!offhook_twilio_media_scan(text, strlen(text), &media))
		return FALSE;
	if (memchr(media.payload, '\\', media.payload_size) != NULL)
		return FALSE; /* decoding fails, and the parser gets it */
	g_assert_true(json_parser_load_from_data(parser, text, -1, NULL));
	message = json_node_get_object(json_parser_get_root(parser));
	body = offhook_json_get_object(message, "media");
	g_assert_cmpstr(offhook_json_get_string(message, "event"), ==, "media");
	assert_text(media.stream_id, media.stream_id_size,
		    offhook_json_get_string(message, "streamSid"));
	assert_text(media.payload, media.payload_size,
		    offhook_json_get_string(body, "payload"));
	g_assert_cmpint(media.sequence, ==,
			offhook_json_get_number(message, "sequenceNumber"));
	g_assert_cmpint(media.chunk, ==, offhook_json_get_number(body, "chunk"));
	g_assert_cmpint(media.timestamp, ==, offhook_json_get_number(body, "timestamp"));
	track = offhook_json_get_string(body, "track");
	g_assert_cmpint(media.outbound, ==, track != NULL && g_str_has_prefix(track, "outbound"));
	return TRUE;
}

static void
test_takes_twilios(void)
{
	OffhookTwilioMedia media;

	g_assert_true(check(TWILIO));
	g_assert_true(offhook_twilio_media_scan(TWILIO, strlen(TWILIO), &media));
	g_assert_cmpint(media.sequence, ==, 2);
	g_assert_cmpint(media.chunk, ==, 1);
	g_assert_cmpint(media.timestamp, ==, 20);
	g_assert_false(media.outbound);
	assert_text(media.payload, media.payload_size, "/////w==");
}

static void
test_takes_spellings(void)
{
	static const char *const texts[] = {
	    /* another order, spaces, numbers as numbers, unknown members, the other track */
	    "{\"media\":{\"payload\":\"AA==\"},\"streamSid\":\"MZ1\",\"event\":\"media\"}",
	    " {\n\t\"event\" : \"media\" ,\r\"streamSid\":\"MZ1\", \"media\" : { "
	    "\"payload\":\"AA==\" } } \n",
	    "{\"event\":\"media\",\"sequenceNumber\":3,\"streamSid\":\"MZ1\",\"media\":{\"chunk\":"
	    "0,"
	    "\"timestamp\":40,\"payload\":\"AA==\"}}",
	    "{\"event\":\"media\",\"new\":\"x\",\"streamSid\":\"MZ1\",\"media\":{\"more\":12,"
	    "\"payload\":\"AA==\",\"track\":\"outbound\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"\",\"media\":{\"payload\":\"\"}}",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_true(check(texts[i]));
}

static void
test_declines(void)
{
	static const char *const texts[] = {
	    "",
	    "{",
	    "{}",
	    "[]",
	    "null",
	    "{\"event\":\"mark\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\"}",
	    "{\"event\":\"media\",\"media\":{\"payload\":\"AA==\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\"}} x",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\"}}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\"}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\"},}",
	    "{\"ev\\u0065nt\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"M\\u005a1\",\"media\":{\"payload\":\"AA==\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ\xc3\xa4\",\"media\":{\"payload\":\"AA==\"}}",
	    "{\"event\":\"media\",\"event\":\"stop\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":"
	    "\"AA==\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\","
	    "\"payload\":"
	    "\"AAA=\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\",\"chunk\":"
	    "01}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\",\"chunk\":-"
	    "1}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\",\"chunk\":"
	    "1.5}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\",\"chunk\":"
	    "\"x\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\",\"x\":{}}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"x\":null,\"media\":{\"payload\":\"AA==\"}"
	    "}",
	    "{\"event\":\"media\",\"streamSid\":7,\"media\":{\"payload\":\"AA==\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":7}}",
	    "{\"event\":\"media\" \"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\"}}",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_false(check(texts[i]));
}

static const char *const pieces[] = {"{",
				     "}",
				     ",",
				     ":",
				     "\"event\":\"media\"",
				     "\"streamSid\":\"MZ1\"",
				     "\"media\":{",
				     "\"payload\":\"AAAA\"",
				     "\"chunk\":\"1\"",
				     "\"chunk\":2",
				     "\"timestamp\":\"20\"",
				     "\"track\":\"inbound\"",
				     "\"track\":\"outbound\"",
				     "\"x\":\"y\"",
				     "\"x\":12",
				     " ",
				     "\n",
				     "\"sequenceNumber\":\"9\"",
				     "\"",
				     "\\",
				     "\\u0041",
				     "[",
				     "]",
				     "null",
				     "1e3",
				     "\"payload\":\"AA\\/A\""};

/* Sound and unsound messages from pieces that make sense. */
static void
test_random_pieces(void)
{
	guint taken = 0;

	for (guint i = 0; i < 200000; i++) {
		g_autoptr(GString) text =
		    g_string_new("{\"event\":\"media\",\"streamSid\":\"MZ1\"");
		guint n = (guint)g_test_rand_int_range(0, 4);

		for (guint j = 0; j < n; j++)
			g_string_append_printf(
			    text, "%s%s", g_test_rand_int_range(0, 4) > 0 ? "," : "",
			    pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
		g_string_append(text, ",\"media\":{\"payload\":\"AAAA\"");
		n = (guint)g_test_rand_int_range(0, 4);
		for (guint j = 0; j < n; j++)
			g_string_append_printf(
			    text, "%s%s", g_test_rand_int_range(0, 4) > 0 ? "," : "",
			    pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
		g_string_append(text, "}}");
		taken += check(text->str);
	}
	g_assert_cmpuint(taken, >, 20000);
}

/* Every single byte of a real message replaced or left out. */
static void
test_every_byte(void)
{
	gsize size = strlen(TWILIO);

	for (gsize i = 0; i < size; i++) {
		g_autofree char *shorter = g_strdup(TWILIO);

		memmove(shorter + i, shorter + i + 1, size - i);
		check(shorter);
		for (guint c = 1; c < 256; c++) {
			g_autofree char *changed = g_strdup(TWILIO);

			changed[i] = (char)c;
			if (g_utf8_validate(changed, -1, NULL))
				check(changed);
		}
	}
}

static void
test_numbers(void)
{
	g_assert_cmpint(offhook_twilio_number_parse("0", 1), ==, 0);
	g_assert_cmpint(offhook_twilio_number_parse("007", 3), ==, 7);
	g_assert_cmpint(offhook_twilio_number_parse("999999999999999", 15), ==, 999999999999999);
	g_assert_cmpint(offhook_twilio_number_parse("9999999999999999", 16), ==, -1);
	g_assert_cmpint(offhook_twilio_number_parse("", 0), ==, -1);
	g_assert_cmpint(offhook_twilio_number_parse("-1", 2), ==, -1);
	g_assert_cmpint(offhook_twilio_number_parse("1 ", 2), ==, -1);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/twilio/media-scanner/takes-twilios", test_takes_twilios);
	g_test_add_func("/twilio/media-scanner/takes-spellings", test_takes_spellings);
	g_test_add_func("/twilio/media-scanner/declines", test_declines);
	g_test_add_func("/twilio/media-scanner/random-pieces", test_random_pieces);
	g_test_add_func("/twilio/media-scanner/every-byte", test_every_byte);
	g_test_add_func("/twilio/media-scanner/numbers", test_numbers);
	return g_test_run();
}
