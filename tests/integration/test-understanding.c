/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is made of words and of speech that come without a telephone: an intent, a transcript, a mood.
 */

#include "desk.h"

#include <offhook/wav.h>
#include <string.h>

/* Nobody here finds out what a caller wants. */
static void
test_intent(Desk *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply =
	    fixture_request(&self->fixture, "POST", "/process-intent",
			    "{\"text\":\"what are your opening hours\",\"context\":{}}", 200);

	g_assert_true(json_object_get_boolean_member(reply, "success"));
	g_assert_cmpstr(json_object_get_string_member(reply, "intent"), ==, "unknown");
	g_assert_cmpfloat(json_object_get_double_member(reply, "confidence"), ==, 0);
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(reply, "entities")), ==,
			 0);
	g_assert_cmpstr(json_object_get_string_member(reply, "response"), ==,
			"We are open from noon until ten in the evening.");
	desk_expect_refusal(self, "POST", "/process-intent", "{\"context\":{}}", 400,
			    "VALIDATION_ERROR", "text");
}

/* (transfer full): the reply */
static JsonObject *
send_speech(Desk *self, const char *path, const char *type, GBytes *body, guint status)
{
	g_autofree char *uri = g_strconcat(self->fixture.url, path, NULL);
	g_autoptr(SoupMessage) msg = soup_message_new("POST", uri);
	g_autoptr(GBytes) reply = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonParser) parser = json_parser_new();

	soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key",
				     self->fixture.token);
	soup_message_set_request_body_from_bytes(msg, type, body);
	reply = soup_session_send_and_read(self->fixture.session, msg, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(json_parser_load_from_data(parser, g_bytes_get_data(reply, NULL),
						 (gssize)g_bytes_get_size(reply), NULL));
	g_test_message("%.*s", (int)g_bytes_get_size(reply),
		       (const char *)g_bytes_get_data(reply, NULL));
	g_assert_cmpuint(soup_message_get_status(msg), ==, status);
	return json_object_ref(json_node_get_object(json_parser_get_root(parser)));
}

static void
expect_understood(JsonObject *reply)
{
	g_assert_true(json_object_get_boolean_member(reply, "success"));
	g_assert_cmpstr(json_object_get_string_member(reply, "transcript"), ==,
			"what are your opening hours");
	g_assert_nonnull(
	    strstr(json_object_get_string_member(reply, "response"), "from Tuesday to Sunday"));
}

/* A real recogniser, and the same speech as a file, as a line has it, and in JSON. */
static void
test_audio(Desk *self, gconstpointer data)
{
	g_autofree char *path = fixture_expand(&self->fixture, "@DATA@/opening-hours.wav");
	g_autofree char *text = NULL;
	g_autofree char *base64 = NULL;
	g_autofree char *json = NULL;
	g_autoptr(GBytes) file = NULL;
	g_autoptr(GBytes) line = NULL;
	g_autoptr(GBytes) body = NULL;
	g_autoptr(JsonObject) first = NULL;
	g_autoptr(JsonObject) second = NULL;
	g_autoptr(JsonObject) third = NULL;
	g_autoptr(JsonObject) refused = NULL;
	g_autoptr(JsonObject) deaf = NULL;
	OffhookWavInfo info;
	gsize size;

	g_assert_true(g_file_get_contents(path, &text, &size, NULL));
	g_assert_true(offhook_wav_parse((const guint8 *)text, size, &info, NULL));
	g_assert_cmpint(info.encoding, ==, OFFHOOK_ENCODING_MULAW);
	file = g_bytes_new_static(text, size);
	line = g_bytes_new_static(text + info.offset, info.size);
	base64 = g_base64_encode((const guint8 *)text + info.offset, info.size);
	json =
	    g_strdup_printf("{\"agent_id\":\"bar\",\"audio\":\"%s\",\"format\":\"ulaw\"}", base64);
	body = g_bytes_new_static(json, strlen(json));
	first = send_speech(self, "/process-audio?agent_id=bar", "audio/wav", file, 200);
	second = send_speech(self, "/process-audio?agent_id=bar&user_id=u&session_id=s",
			     "audio/PCMU", line, 200);
	third = send_speech(self, "/process-audio", "application/json", body, 200);
	expect_understood(first);
	expect_understood(second);
	expect_understood(third);
	refused = send_speech(self, "/process-audio?agent_id=bar", "audio/ogg", line, 400);
	deaf = send_speech(self, "/process-audio?agent_id=reception", "audio/wav", file, 501);
	desk_expect_refusal(self, "POST", "/process-audio", "{\"agent_id\":\"bar\"}", 400,
			    "VALIDATION_ERROR", "audio");
}

/* An agent alone that only looks: what it has found is the answer. */
static void
test_sentiment(Desk *self, gconstpointer data)
{
	g_autoptr(JsonObject) response =
	    desk_send(self, "/agents/sentiment/message",
		      "{\"message\":\"this is terrible, i am very angry\",\"context\":{}}");

	g_assert_cmpstr(json_object_get_string_member(response, "sentiment"), ==, "negative");
	g_assert_cmpfloat(json_object_get_double_member(response, "confidence"), >, 0);
	g_assert_cmpstr(json_object_get_string_member(response, "agent"), ==, "sentiment");
	g_assert_cmpstr(json_object_get_string_member(response, "agent_id"), ==, "agent-sentiment");
	g_assert_cmpstr(json_object_get_string_member(response, "message"), ==, "");
}

/* Of several agents it is told who spoke, and each finding is its finder's. */
static void
test_speaker(Desk *self, gconstpointer data)
{
	g_autoptr(JsonObject) response =
	    desk_send(self, "/agents/crew/message",
		      "{\"message\":\"my number is 4711, this is terrible, i am very angry\","
		      "\"context\":{\"conversation_id\":\"c-9\"}}");
	g_autoptr(JsonObject) conversation =
	    fixture_request(&self->fixture, "GET", "/conversations/c-9", NULL, SOUP_STATUS_OK);
	g_autoptr(JsonObject) intent = fixture_request(
	    &self->fixture, "POST", "/process-intent",
	    "{\"agent_id\":\"crew\",\"text\":\"my number is 4711, this is terrible, i am very "
	    "angry\"}",
	    SOUP_STATUS_OK);

	g_assert_cmpstr(json_object_get_string_member(response, "agent_id"), ==,
			"agent-orchestrator");
	g_assert_cmpstr(json_object_get_string_member(
			    json_object_get_object_member(conversation, "metadata"), "agent_type"),
			==, "orchestrator");
	g_assert_cmpstr(json_object_get_string_member(response, "sentiment"), ==, "negative");
	g_assert_cmpfloat(json_object_get_double_member(response, "confidence"), ==,
			  json_object_get_double_member(intent, "confidence"));
}

/* The language model is the assistant's, also when no agent that answers has one. */
static void
test_consulted(Desk *self, gconstpointer data)
{
	g_autoptr(JsonObject) response = desk_send(self, "/agents/door/message",
						   "{\"message\":\"hmm well something or other\","
						   "\"context\":{}}");
	g_autoptr(JsonObject) question = service_read_question(self->service);

	g_assert_cmpstr(json_object_get_string_member(response, "agent_id"), ==, "agent-dialog");
	g_assert_cmpfloat(json_object_get_double_member(question, "temperature"), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	desk_add("/integration/understanding/intent", test_intent);
	desk_add("/integration/understanding/audio", test_audio);
	desk_add("/integration/understanding/sentiment", test_sentiment);
	desk_add("/integration/understanding/speaker", test_speaker);
	desk_add("/integration/understanding/consulted", test_consulted);
	return g_test_run();
}
