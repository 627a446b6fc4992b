/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <offhook/json.h>
#include "../twilio-stream.h"

#include "fake-media-port.h"

#include <offhook/error.h>
#include <string.h>

#define SID "MZ00000000000000000000000000000007"
#define START                                                                                      \
	"{\"event\":\"start\",\"sequenceNumber\":\"1\",\"streamSid\":\"" SID "\",\"start\":{"      \
	"\"streamSid\":\"" SID "\",\"accountSid\":\"AC1\",\"callSid\":\"CA1\","                    \
	"\"mediaFormat\":{\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,\"channels\":1}}}"

typedef struct {
	OffhookMediaPort *port;
	OffhookWireProtocol *stream;
	GString *seen;
	GByteArray *audio;
} Fixture;

static void
started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	Fixture *fixture = user_data;
	const char *token = g_hash_table_lookup(start->parameters, "token");

	g_string_append_printf(fixture->seen, "start %s %s %s %s", start->stream_id,
			       start->provider_call_id, start->account_id, token);
}

static void
audio_cb(gpointer user_data, const guint8 *data, gsize size, gint64 timestamp_ms)
{
	Fixture *fixture = user_data;

	g_string_append_printf(fixture->seen, "audio %u %d", (guint)size, (int)timestamp_ms);
	g_byte_array_append(fixture->audio, data, (guint)size);
}

static void
dtmf_cb(gpointer user_data, char digit)
{
	g_string_append_printf(((Fixture *)user_data)->seen, "dtmf %c", digit);
}

static void
mark_cb(gpointer user_data, const char *name)
{
	g_string_append_printf(((Fixture *)user_data)->seen, "mark %s", name);
}

static void
ended_cb(gpointer user_data, const GError *error)
{
	g_assert_no_error(error);
	g_string_append(((Fixture *)user_data)->seen, "end");
}

static const OffhookMediaHandler handler = {started_cb, audio_cb, dtmf_cb, mark_cb, ended_cb};

static void
set_up(Fixture *fixture, gconstpointer data)
{
	fixture->port = offhook_fake_media_port_new(&handler, fixture);
	fixture->stream = offhook_twilio_stream_new();
	fixture->seen = g_string_new(NULL);
	fixture->audio = g_byte_array_new();
	offhook_wire_protocol_describe(fixture->stream, fixture->port);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	g_assert_finalize_object(fixture->stream);
	g_assert_finalize_object(fixture->port);
	g_string_free(fixture->seen, TRUE);
	g_byte_array_unref(fixture->audio);
}

static gboolean
receive(Fixture *fixture, const char *text, GError **error)
{
	/* A copy without a terminator, so that a sanitizer sees reading past the end. */
	gsize size = strlen(text);
	g_autofree guint8 *data = g_memdup2(text, size);

	g_string_truncate(fixture->seen, 0);
	return offhook_wire_protocol_receive(fixture->stream, fixture->port, OFFHOOK_WIRE_TEXT,
					     data, size, error);
}

static void
take(Fixture *fixture, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(receive(fixture, text, &error));
	g_assert_no_error(error);
}

static void
refuse(Fixture *fixture, const char *text, OffhookError code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(receive(fixture, text, &error));
	g_assert_error(error, OFFHOOK_ERROR, (int)code);
	g_assert_cmpstr(fixture->seen->str, ==, "");
}

static void
test_describes(Fixture *fixture, gconstpointer data)
{
	g_assert_cmpint(offhook_media_port_get_features(fixture->port), ==,
			OFFHOOK_MEDIA_MARKS | OFFHOOK_MEDIA_CLEAR | OFFHOOK_MEDIA_DTMF_EVENTS);
	g_assert_cmpint(offhook_media_port_get_incoming_format(fixture->port)->encoding, ==,
			OFFHOOK_ENCODING_MULAW);
	g_assert_cmpuint(offhook_media_port_get_outgoing_format(fixture->port)->rate, ==, 8000);
	g_assert_cmpint(offhook_wire_protocol_get_audio_kind(fixture->stream), ==,
			OFFHOOK_WIRE_TEXT);
}

/* ---- traffic from a file, one JSON object a line ---- */

static void
replay_line(Fixture *fixture, const char *line)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonObject *object;
	g_autofree char *message = NULL;
	const char *expected;

	g_assert_true(json_parser_load_from_data(parser, line, -1, NULL));
	object = json_node_get_object(json_parser_get_root(parser));
	message = json_to_string(json_object_get_member(object, "message"), FALSE);
	expected = offhook_json_get_string(object, "expect");
	take(fixture, message);
	g_assert_cmpstr(fixture->seen->str, ==, expected != NULL ? expected : "");
}

static void
test_replay(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_test_build_filename(
	    G_TEST_DIST, "..", "plugins", "drivers", "twilio", "tests", "inbound-call.jsonl", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++)
		if (*lines[i] != '\0')
			replay_line(fixture, lines[i]);
	/* 10 was the last number before 950. */
	g_assert_cmpuint(offhook_twilio_stream_get_gaps(OFFHOOK_TWILIO_STREAM(fixture->stream)), ==,
			 939);
}

/* ---- what comes in ---- */

static void
test_both_ways_alike(Fixture *fixture, gconstpointer data)
{
	static const char *const texts[] = {
	    "{\"event\":\"media\",\"streamSid\":\"" SID
	    "\",\"media\":{\"timestamp\":\"20\",\"payload\":\"AP9/gPz8\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID
	    "\",\"media\":{\"timestamp\":20,\"payload\":\"AP9\\/gPz8\"}}",
	    "{\"ev\\u0065nt\":\"media\",\"streamSid\":\"" SID
	    "\",\"media\":{\"timestamp\":2e1,\"payload\":\"AP9/gPz8\",\"x\":null}}",
	};

	take(fixture, START);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		take(fixture, texts[i]);
		g_assert_cmpstr(fixture->seen->str, ==, "audio 6 20");
	}
	g_assert_cmpmem(fixture->audio->data, 6, "\x00\xff\x7f\x80\xfc\xfc", 6);
	g_assert_cmpmem(fixture->audio->data, 12, fixture->audio->data + 6, 12);
}

static void
test_before_start(Fixture *fixture, gconstpointer data)
{
	take(fixture, "{\"event\":\"connected\",\"protocol\":\"Call\",\"version\":\"1.0.0\"}");
	refuse(fixture,
	       "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":{\"payload\":\"AA==\"}}",
	       OFFHOOK_ERROR_FORMAT);
	refuse(fixture, "{\"event\":\"stop\",\"streamSid\":\"" SID "\",\"stop\":{}}",
	       OFFHOOK_ERROR_FORMAT);
	take(fixture, START);
}

static void
test_second_start(Fixture *fixture, gconstpointer data)
{
	take(fixture, START);
	refuse(fixture, START, OFFHOOK_ERROR_FORMAT);
}

static void
test_wrong_stream(Fixture *fixture, gconstpointer data)
{
	static const char *const texts[] = {
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":{\"payload\":\"AA==\",\"x\":[]}}",
	    "{\"event\":\"media\",\"media\":{\"payload\":\"AA==\"}}",
	    "{\"event\":\"dtmf\",\"streamSid\":\"MZ1\",\"dtmf\":{\"digit\":\"1\"}}",
	    "{\"event\":\"mark\",\"streamSid\":\"MZ1\",\"mark\":{\"name\":\"x\"}}",
	    "{\"event\":\"stop\",\"streamSid\":\"MZ1\",\"stop\":{}}",
	};

	take(fixture, START);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		refuse(fixture, texts[i], OFFHOOK_ERROR_FORMAT);
}

static void
test_not_messages(Fixture *fixture, gconstpointer data)
{
	static const char *const texts[] = {
	    "",
	    "x",
	    "{",
	    "[1]",
	    "null",
	    "\"x\"",
	    "{\"event\":1}",
	    "{\"event\":null}",
	    "{}",
	    "\xff\xfe",
	    "{\"a\":\"\xff\"}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\"}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":{\"payload\":5}}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":{\"payload\":\"A\"}}",
	    "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":{\"payload\":\"A*==\"}}",
	    "{\"event\":\"dtmf\",\"streamSid\":\"" SID "\",\"dtmf\":{\"digit\":\"12\"}}",
	    "{\"event\":\"dtmf\",\"streamSid\":\"" SID "\",\"dtmf\":{}}",
	    "{\"event\":\"dtmf\",\"streamSid\":\"" SID "\"}"};

	take(fixture, START);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		refuse(fixture, texts[i], OFFHOOK_ERROR_FORMAT);
}

static void
test_unfit_starts(Fixture *fixture, gconstpointer data)
{
#define MESSAGE(id, start) "{\"event\":\"start\",\"streamSid\":\"" id "\",\"start\":{" start "}}"
	static const char *const texts[] = {
	    "{\"event\":\"start\"}",
	    "{\"event\":\"start\",\"start\":[]}",
	    MESSAGE("", ""),
	    MESSAGE("a\\\"b", ""),
	    MESSAGE("a b", ""),
	    MESSAGE("MZ1", "\"streamSid\":\"MZ2\""),
	    MESSAGE("MZ1", "\"callSid\":\"a/b\""),
	    MESSAGE("MZ1", "\"mediaFormat\":{\"encoding\":\"audio/x-alaw\",\"sampleRate\":8000,"
			   "\"channels\":1}"),
	    MESSAGE("MZ1", "\"mediaFormat\":{\"encoding\":\"audio/x-mulaw\",\"sampleRate\":16000,"
			   "\"channels\":1}"),
	    MESSAGE("MZ1", "\"mediaFormat\":{\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,"
			   "\"channels\":2}"),
	    MESSAGE("MZ1", "\"mediaFormat\":{}"),
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		refuse(fixture, texts[i], OFFHOOK_ERROR_FORMAT);
	take(fixture, START);
}

static void
test_too_large(Fixture *fixture, gconstpointer data)
{
	g_autofree char *large = g_strnfill(OFFHOOK_TWILIO_MESSAGE_MAX_BYTES + 1, ' ');
	g_autofree char *deep = g_strnfill(OFFHOOK_TWILIO_MESSAGE_MAX_BYTES, '[');
	g_autoptr(GString) many = g_string_new("{\"event\":\"start\",\"streamSid\":\"MZ1\","
					       "\"start\":{\"customParameters\":{\"x\":\"y\"");

	refuse(fixture, large, OFFHOOK_ERROR_LIMIT);
	refuse(fixture, deep, OFFHOOK_ERROR_FORMAT);
	for (guint i = 0; i < 100; i++)
		g_string_append_printf(many, ",\"p%u\":\"v\"", i);
	g_string_append(many, "}}}");
	refuse(fixture, many->str, OFFHOOK_ERROR_LIMIT);
}

static void
test_binary(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_wire_protocol_receive(
	    fixture->stream, fixture->port, OFFHOOK_WIRE_BINARY, (const guint8 *)"{}", 2, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
}

static void
test_gaps(Fixture *fixture, gconstpointer data)
{
	static const guint sequence[] = {2, 3, 5, 4, 5, 9, 10};
	OffhookTwilioStream *stream = OFFHOOK_TWILIO_STREAM(fixture->stream);

	take(fixture, START);
	for (guint i = 0; i < G_N_ELEMENTS(sequence); i++) {
		g_autofree char *text = g_strdup_printf(
		    "{\"event\":\"media\",\"sequenceNumber\":\"%u\",\"streamSid\":\"" SID
		    "\",\"media\":{\"payload\":\"AA==\"}}",
		    sequence[i]);

		take(fixture, text);
	}
	g_assert_cmpuint(offhook_twilio_stream_get_gaps(stream), ==, 1 + 3);
}

static void
test_empty_payload(Fixture *fixture, gconstpointer data)
{
	take(fixture, START);
	take(fixture,
	     "{\"event\":\"media\",\"streamSid\":\"" SID "\",\"media\":{\"payload\":\"\"}}");
	g_assert_cmpstr(fixture->seen->str, ==, "");
}

/* ---- what goes out ---- */

static JsonObject *
parse_out(JsonParser *parser, GByteArray *out)
{
	JsonObject *object;

	g_assert_true(
	    json_parser_load_from_data(parser, (const char *)out->data, (gssize)out->len, NULL));
	object = json_node_get_object(json_parser_get_root(parser));
	g_assert_cmpstr(offhook_json_get_string(object, "streamSid"), ==, SID);
	g_byte_array_set_size(out, 0);
	return object;
}

static void
test_formats_audio(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(JsonParser) parser = json_parser_new();

	take(fixture, START);
	for (gsize size = 1; size < 400; size++) {
		g_autofree guint8 *payload = g_malloc(size);
		g_autofree guint8 *decoded = NULL;
		JsonObject *object;
		gsize length;

		for (gsize i = 0; i < size; i++)
			payload[i] = (guint8)g_test_rand_int();
		g_assert_true(
		    offhook_wire_protocol_format_audio(fixture->stream, payload, size, out));
		object = parse_out(parser, out);
		g_assert_cmpuint(json_object_get_size(object), ==, 3);
		g_assert_cmpstr(offhook_json_get_string(object, "event"), ==, "media");
		object = offhook_json_get_object(object, "media");
		g_assert_cmpuint(json_object_get_size(object), ==, 1);
		decoded =
		    g_base64_decode(offhook_json_get_string(object, "payload"), &length);
		g_assert_cmpmem(decoded, length, payload, size);
	}
}

static void
test_formats_marks(Fixture *fixture, gconstpointer data)
{
	static const char *const names[] = {"t3-12", "", "a\"b\\c\n\x01/", "\xc3\xa4"};
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(JsonParser) parser = json_parser_new();

	take(fixture, START);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		JsonObject *object;

		g_assert_true(offhook_wire_protocol_format_mark(fixture->stream, names[i], out));
		object = parse_out(parser, out);
		g_assert_cmpstr(offhook_json_get_string(object, "event"), ==, "mark");
		object = offhook_json_get_object(object, "mark");
		g_assert_cmpstr(offhook_json_get_string(object, "name"), ==, names[i]);
	}
}

static void
test_formats_clear(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	take(fixture, START);
	g_assert_true(offhook_wire_protocol_format_clear(fixture->stream, out));
	g_assert_cmpmem(out->data, out->len, "{\"event\":\"clear\",\"streamSid\":\"" SID "\"}",
			strlen("{\"event\":\"clear\",\"streamSid\":\"" SID "\"}"));
}

static void
test_silent_outside_stream(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	guint8 byte = 0xff;

	for (guint i = 0; i < 2; i++) {
		g_assert_false(offhook_wire_protocol_format_audio(fixture->stream, &byte, 1, out));
		g_assert_false(offhook_wire_protocol_format_mark(fixture->stream, "m", out));
		g_assert_false(offhook_wire_protocol_format_clear(fixture->stream, out));
		g_assert_cmpuint(out->len, ==, 0);
		if (i == 0) {
			take(fixture, START);
			take(fixture, "{\"event\":\"stop\",\"streamSid\":\"" SID "\"}");
		}
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/twilio/stream/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("describes", test_describes);
	ADD("replay", test_replay);
	ADD("both-ways-alike", test_both_ways_alike);
	ADD("before-start", test_before_start);
	ADD("second-start", test_second_start);
	ADD("wrong-stream", test_wrong_stream);
	ADD("not-messages", test_not_messages);
	ADD("unfit-starts", test_unfit_starts);
	ADD("too-large", test_too_large);
	ADD("binary", test_binary);
	ADD("gaps", test_gaps);
	ADD("empty-payload", test_empty_payload);
	ADD("formats-audio", test_formats_audio);
	ADD("formats-marks", test_formats_marks);
	ADD("formats-clear", test_formats_clear);
	ADD("silent-outside-stream", test_silent_outside_stream);
	return g_test_run();
}
