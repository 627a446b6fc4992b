/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../twilio-relay.h"

#include "fake-media-port.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define SETUP                                                                                      \
	"{\"type\":\"setup\",\"sessionId\":\"VX1\",\"accountSid\":\"AC1\",\"callSid\":\"CA1\","    \
	"\"from\":\"+15550100001\",\"to\":\"+15550100002\",\"direction\":\"inbound\","             \
	"\"customParameters\":{\"token\":\"k9\"}}"

typedef struct {
	OffhookMediaPort *port;
	OffhookWireProtocol *relay;
	GString *seen;
} Fixture;

static void
started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	g_string_append_printf(((Fixture *)user_data)->seen, "start %s %s %s %s %s",
			       start->stream_id, start->provider_call_id, start->account_id,
			       (char *)g_hash_table_lookup(start->parameters, "token"),
			       (char *)g_hash_table_lookup(start->parameters, "from"));
}

static void
dtmf_cb(gpointer user_data, char digit)
{
	g_string_append_printf(((Fixture *)user_data)->seen, "dtmf %c", digit);
}

static void
utterance_cb(gpointer user_data, const char *text, gboolean final)
{
	g_string_append_printf(((Fixture *)user_data)->seen, "%s %s", final ? "final" : "partial",
			       text);
}

static void
cut_off_cb(gpointer user_data, const char *spoken)
{
	g_string_append_printf(((Fixture *)user_data)->seen, "cut off \"%s\"", spoken);
}

static const OffhookMediaHandler handler = {
    .started = started_cb, .dtmf = dtmf_cb, .utterance = utterance_cb, .cut_off = cut_off_cb};

static void
set_up(Fixture *fixture, gconstpointer data)
{
	fixture->port = offhook_fake_media_port_new(&handler, fixture);
	fixture->relay = offhook_twilio_relay_new();
	fixture->seen = g_string_new(NULL);
	offhook_wire_protocol_describe(fixture->relay, fixture->port);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	g_assert_finalize_object(fixture->relay);
	g_assert_finalize_object(fixture->port);
	g_string_free(fixture->seen, TRUE);
}

static gboolean
receive(Fixture *fixture, OffhookWireKind kind, const char *text, GError **error)
{
	/* A copy without a terminator, so that a sanitizer sees reading past the end. */
	gsize size = strlen(text);
	g_autofree guint8 *data = g_memdup2(text, size);

	g_string_truncate(fixture->seen, 0);
	return offhook_wire_protocol_receive(fixture->relay, fixture->port, kind, data, size,
					     error);
}

static void
take(Fixture *fixture, const char *text, const char *seen)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(receive(fixture, OFFHOOK_WIRE_TEXT, text, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(fixture->seen->str, ==, seen);
}

static void
refuse(Fixture *fixture, const char *text, OffhookError code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(receive(fixture, OFFHOOK_WIRE_TEXT, text, &error));
	g_assert_error(error, OFFHOOK_ERROR, (int)code);
	g_assert_cmpstr(fixture->seen->str, ==, "");
}

static void
test_describes(Fixture *fixture, gconstpointer data)
{
	g_assert_cmpint(offhook_media_port_get_features(fixture->port), ==,
			OFFHOOK_MEDIA_TEXT | OFFHOOK_MEDIA_DTMF_EVENTS);
}

static void
test_session(Fixture *fixture, gconstpointer data)
{
	take(fixture, SETUP, "start VX1 CA1 AC1 k9 +15550100001");
	take(fixture,
	     "{\"type\":\"prompt\",\"voicePrompt\":\"What\",\"lang\":\"en-US\",\"last\":false}",
	     "partial What");
	take(fixture, "{\"type\":\"prompt\",\"voicePrompt\":\"What time?\",\"last\":true}",
	     "final What time?");
	take(fixture, "{\"type\":\"prompt\",\"voicePrompt\":\"Hm\"}", "final Hm");
	take(fixture, "{\"type\":\"dtmf\",\"digit\":\"5\"}", "dtmf 5");
	take(fixture,
	     "{\"type\":\"interrupt\",\"utteranceUntilInterrupt\":\"We "
	     "open\",\"durationUntilInterruptMs\":710}",
	     "cut off \"We open\"");
	take(fixture, "{\"type\":\"interrupt\",\"durationUntilInterruptMs\":\"0\"}",
	     "cut off \"\"");
	take(fixture, "{\"type\":\"info\",\"name\":\"x\",\"value\":1}", "");
	take(fixture, "{\"type\":\"news\"}", "");
}

/* The words behind the colon may be the caller's. */
static void
test_error(Fixture *fixture, gconstpointer data)
{
	refuse(fixture, "{\"type\":\"error\",\"description\":\"nobody yet\"}",
	       OFFHOOK_ERROR_FORMAT);
	take(fixture, SETUP, "start VX1 CA1 AC1 k9 +15550100001");
	g_test_expect_message("offhook-twilio", G_LOG_LEVEL_MESSAGE,
			      "ConversationRelay reports an error: Bad message");
	take(fixture, "{\"type\":\"error\",\"description\":\"Bad message: secret\"}", "");
	g_test_assert_expected_messages();
	take(fixture, "{\"type\":\"error\",\"description\":\"again\"}", "");
}

/* Whoever sends it may write what he likes. */
static void
test_error_words(Fixture *fixture, gconstpointer data)
{
	take(fixture, SETUP, "start VX1 CA1 AC1 k9 +15550100001");
	g_test_expect_message("offhook-twilio", G_LOG_LEVEL_MESSAGE,
			      "ConversationRelay reports an error: Call ");
	take(fixture,
	     "{\"type\":\"error\",\"description\":\"Call +15550100001\\u001b[2J\\rall is well\"}",
	     "");
	g_test_assert_expected_messages();
}

static void
test_refuses(Fixture *fixture, gconstpointer data)
{
	static const char *const wrong[] = {
	    "",
	    "{",
	    "[]",
	    "{}",
	    "{\"type\":1}",
	    "{\"type\":\"prompt\"}",
	    "{\"type\":\"prompt\",\"voicePrompt\":7}",
	    "{\"type\":\"dtmf\",\"digit\":\"55\"}",
	    "{\"type\":\"dtmf\",\"digit\":\"x\"}",
	    SETUP,
	};

	refuse(fixture, "{\"type\":\"prompt\",\"voicePrompt\":\"early\"}", OFFHOOK_ERROR_FORMAT);
	refuse(fixture, "{\"type\":\"setup\",\"sessionId\":\"VX 1\",\"callSid\":\"CA1\"}",
	       OFFHOOK_ERROR_FORMAT);
	take(fixture, SETUP, "start VX1 CA1 AC1 k9 +15550100001");
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		refuse(fixture, wrong[i], OFFHOOK_ERROR_FORMAT);
}

static void
test_refuses_binary(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(receive(fixture, OFFHOOK_WIRE_BINARY, SETUP, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
}

static void
test_long_text(Fixture *fixture, gconstpointer data)
{
	g_autofree char *words = g_strnfill(OFFHOOK_TWILIO_RELAY_MAX_TEXT + 1, 'a');
	g_autofree char *message =
	    g_strdup_printf("{\"type\":\"prompt\",\"voicePrompt\":\"%s\"}", words);

	take(fixture, SETUP, "start VX1 CA1 AC1 k9 +15550100001");
	refuse(fixture, message, OFFHOOK_ERROR_LIMIT);
}

/* ---- what we send ---- */

static void
assert_sent(GByteArray *out, const char *json)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autofree char *got = NULL;

	/* What stood there before is the frame's header. */
	g_assert_cmpmem(out->data, 2, "##", 2);
	g_assert_true(json_parser_load_from_data(parser, (const char *)out->data + 2,
						 (gssize)out->len - 2, NULL));
	got = json_to_string(json_parser_get_root(parser), FALSE);
	g_assert_cmpstr(got, ==, json);
	g_byte_array_set_size(out, 2);
}

static void
test_sends(Fixture *fixture, gconstpointer data)
{
	const OffhookPortText text = {"A \"word\"\n", FALSE, TRUE, NULL};
	const OffhookPortText last = {"", TRUE, FALSE, "de-DE"};
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GError) error =
	    g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED, "secret");

	g_byte_array_append(out, (const guint8 *)"##", 2);
	g_assert_false(offhook_wire_protocol_format_text(fixture->relay, &text, out));
	g_assert_false(offhook_wire_protocol_format_digits(fixture->relay, "1", out));
	g_assert_false(offhook_wire_protocol_format_end(fixture->relay, NULL, out));
	g_assert_cmpuint(out->len, ==, 2);
	take(fixture, SETUP, "start VX1 CA1 AC1 k9 +15550100001");
	g_assert_true(offhook_wire_protocol_format_text(fixture->relay, &text, out));
	assert_sent(out, "{\"type\":\"text\",\"token\":\"A \\\"word\\\"\\n\",\"last\":false,"
			 "\"interruptible\":true,\"preemptible\":true}");
	g_assert_true(offhook_wire_protocol_format_text(fixture->relay, &last, out));
	assert_sent(out, "{\"type\":\"text\",\"token\":\"\",\"last\":true,\"interruptible\":false,"
			 "\"preemptible\":true,\"lang\":\"de-DE\"}");
	g_assert_true(offhook_wire_protocol_format_digits(fixture->relay, "1wW#", out));
	assert_sent(out, "{\"type\":\"sendDigits\",\"digits\":\"1www#\"}");
	g_assert_true(offhook_wire_protocol_format_end(fixture->relay, NULL, out));
	assert_sent(out, "{\"type\":\"end\",\"handoffData\":\"{\\\"reason\\\":\\\"done\\\"}\"}");
	g_assert_true(offhook_wire_protocol_format_end(fixture->relay, error, out));
	assert_sent(out, "{\"type\":\"end\",\"handoffData\":\"{\\\"reason\\\":\\\"failed\\\"}\"}");
}

#define ADD(path, func) g_test_add("/twilio-relay/" path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("describes", test_describes);
	ADD("session", test_session);
	ADD("error", test_error);
	ADD("error-words", test_error_words);
	ADD("refuses", test_refuses);
	ADD("refuses-binary", test_refuses_binary);
	ADD("long-text", test_long_text);
	ADD("sends", test_sends);
	return g_test_run();
}
