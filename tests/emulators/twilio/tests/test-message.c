/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stream messages: exactly the documented fields are accepted, and ours are as documented. */

#include "emu-error.h"
#include "../message.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define SID "MZ00000000000000000000000000000007"

static OffhookEmuMessage *
parse(const gchar *text)
{
	g_autoptr(GError) error = NULL;
	OffhookEmuMessage *message = offhook_emu_message_parse(text, strlen(text), SID, &error);

	g_assert_no_error(error);
	return message;
}

static void
test_media(void)
{
	g_autoptr(OffhookEmuMessage) message = parse("{\"event\":\"media\",\"streamSid\":\"" SID
						     "\",\"media\":{\"payload\":\"/////w==\"}}");

	g_assert_cmpint(message->kind, ==, OFFHOOK_EMU_MESSAGE_MEDIA);
	g_assert_cmpmem(message->audio, message->audio_length, "\xff\xff\xff\xff", 4);
}

static void
test_mark(void)
{
	g_autoptr(OffhookEmuMessage) message =
	    parse("{\"mark\":{\"name\":\"t3-12\"},\"streamSid\":\"" SID "\",\"event\":\"mark\"}");

	g_assert_cmpint(message->kind, ==, OFFHOOK_EMU_MESSAGE_MARK);
	g_assert_cmpstr(message->mark, ==, "t3-12");
}

static void
test_clear(void)
{
	g_autoptr(OffhookEmuMessage) message =
	    parse("{\"event\":\"clear\",\"streamSid\":\"" SID "\"}");

	g_assert_cmpint(message->kind, ==, OFFHOOK_EMU_MESSAGE_CLEAR);
}

static void
test_refusals(void)
{
	static const gchar *const wrong[] = {
	    "",
	    "{",
	    "[]",
	    "null",
	    "7",
	    "{}",
	    "{\"event\":\"clear\"}",
	    "{\"event\":1,\"streamSid\":\"" SID "\"}",
	    "{\"event\":\"clear\",\"streamSid\":\"MZ00000000000000000000000000000008\"}",
	    "{\"event\":\"clear\",\"streamSid\":null}",
	    "{\"event\":\"clear\",\"streamSid\":\"" SID "\",\"sequenceNumber\":\"1\"}",
	    "{\"event\":\"stop\",\"streamSid\":\"" SID "\"}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\"}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":\"////\"}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":{}}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":{\"payload\":\"\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":{\"payload\":\"//!/\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":{\"payload\":\"/////\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":{\"payload\":\"=///\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":{\"payload\":5}}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID
	    "\",\"media\":{\"payload\":\"////\",\"track\":\"outbound\"}}",
	    "{\"event\":\"mark\",\"streamSid\":\"" SID "\",\"mark\":{\"name\":\"\"}}",
	    "{\"event\":\"mark\",\"streamSid\":\"" SID "\",\"mark\":{\"name\":[]}}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_emu_message_parse(wrong[i], strlen(wrong[i]), SID, &error));
		g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_STREAM);
	}
}

static void
test_before_start(void)
{
	const gchar *text = "{\"event\":\"clear\",\"streamSid\":\"" SID "\"}";
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_emu_message_parse(text, strlen(text), NULL, &error));
	g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_STREAM);
}

static void
assert_same_json(const gchar *text, const gchar *expected)
{
	g_autoptr(JsonNode) a = json_from_string(text, NULL);
	g_autoptr(JsonNode) b = json_from_string(expected, NULL);

	g_assert_nonnull(a);
	g_assert_nonnull(b);
	g_assert_true(json_node_equal(a, b));
}

static void
test_ours(void)
{
	g_autoptr(GHashTable) parameters = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree gchar *start = NULL;
	g_autofree gchar *media =
	    offhook_emu_message_media(2, SID, 1, 20, (const guint8 *)"\xff\xff\xff\xff", 4);
	g_autofree gchar *dtmf = offhook_emu_message_dtmf(310, SID, '5');
	g_autofree gchar *mark = offhook_emu_message_mark(402, SID, "t3-\"12");
	g_autofree gchar *stop = offhook_emu_message_stop(950, SID, "AC1", "CA2");

	g_hash_table_insert(parameters, (gpointer) "session", (gpointer) "s-42");
	start = offhook_emu_message_start(1, SID, "AC1", "CA2", parameters);
	assert_same_json(
	    start, "{\"event\":\"start\",\"sequenceNumber\":\"1\",\"streamSid\":\"" SID
		   "\",\"start\":{\"streamSid\":\"" SID
		   "\",\"accountSid\":\"AC1\",\"callSid\":\"CA2\",\"tracks\":[\"inbound\"],"
		   "\"customParameters\":{\"session\":\"s-42\"},\"mediaFormat\":{\"encoding\":"
		   "\"audio/x-mulaw\",\"sampleRate\":8000,\"channels\":1}}}");
	assert_same_json(media,
			 "{\"event\":\"media\",\"sequenceNumber\":\"2\",\"streamSid\":\"" SID
			 "\",\"media\":{\"track\":\"inbound\",\"chunk\":\"1\",\"timestamp\":\"20\","
			 "\"payload\":\"/////w==\"}}");
	assert_same_json(dtmf, "{\"event\":\"dtmf\",\"sequenceNumber\":\"310\",\"streamSid\":\"" SID
			       "\",\"dtmf\":{\"track\":\"inbound_track\",\"digit\":\"5\"}}");
	assert_same_json(mark, "{\"event\":\"mark\",\"sequenceNumber\":\"402\",\"streamSid\":\"" SID
			       "\",\"mark\":{\"name\":\"t3-\\\"12\"}}");
	assert_same_json(stop, "{\"event\":\"stop\",\"sequenceNumber\":\"950\",\"streamSid\":\"" SID
			       "\",\"stop\":{\"accountSid\":\"AC1\",\"callSid\":\"CA2\"}}");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/twilio/message/media", test_media);
	g_test_add_func("/emulators/twilio/message/mark", test_mark);
	g_test_add_func("/emulators/twilio/message/clear", test_clear);
	g_test_add_func("/emulators/twilio/message/refusals", test_refusals);
	g_test_add_func("/emulators/twilio/message/before-start", test_before_start);
	g_test_add_func("/emulators/twilio/message/ours", test_ours);
	return g_test_run();
}
