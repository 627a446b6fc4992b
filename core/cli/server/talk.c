/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Talking with agents by single messages, as programs do: messages, intents, speech in a file; and the
 * conversations that come of it.
 */

#include "cli/command/commands.h"

#include <stdlib.h>
#include <string.h>

#include <offhook/error.h>
#include <offhook/json.h>

#include "base/json.h"
#include "cli/print/fields.h"
#include "cli/print/clean.h"
#include "cli/print/table.h"

/* As long as a server reads one. */
#define OFFHOOK_TALK_MAX_AUDIO (1024 * 1024)

/* Who is talking, and in what: {user_id, session_id, conversation_id, variables{}}. (nullable) */
static JsonObject *
offhook_talk_make_context(const OffhookWords *words, GError **error)
{
	static const char *const names[][2] = {
	    {"user", "user_id"}, {"session", "session_id"}, {"conversation", "conversation_id"}};
	g_autoptr(JsonObject) context = json_object_new();
	g_autoptr(JsonObject) variables = json_object_new();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = offhook_words_get(words, names[i][0]);

		if (value != NULL)
			json_object_set_string_member(context, names[i][1], value);
	}
	if (offhook_words_has(words, "open"))
		json_object_set_boolean_member(context, "open", TRUE);
	if (!offhook_words_read_variables(offhook_words_get_list(words, "set"), variables, error))
		return NULL;
	json_object_set_object_member(context, "variables", g_steal_pointer(&variables));
	return g_steal_pointer(&context);
}

static JsonObject *
offhook_talk_make_body(const OffhookWords *words, const char *agent, const char *member,
		       const char *text, GError **error)
{
	JsonObject *context = offhook_talk_make_context(words, error);
	JsonObject *body;

	if (context == NULL)
		return NULL;
	body = json_object_new();
	json_object_set_object_member(body, "context", context);
	if (agent != NULL)
		json_object_set_string_member(body, "agent_id", agent);
	if (member != NULL)
		json_object_set_string_member(body, member, text);
	return body;
}

static void
offhook_talk_print_line(const char *text)
{
	g_autofree char *clean = offhook_clean_text(text);

	g_print("%s\n", clean);
}

/* ---- messages ---- */

/* What was said, and where it can be gone on with; fails where nobody answered. */
static int
offhook_talk_print_response(OffhookClient *client, JsonObject *reply)
{
	JsonObject *response = json_object_get_object_member(reply, "response");

	if (!offhook_client_print_json(client, reply)) {
		offhook_talk_print_line(offhook_client_get(response, "message"));
		g_printerr("conversation %s\n", offhook_client_get(response, "conversation_id"));
	}
	return json_object_get_boolean_member_with_default(response, "answered", TRUE)
		   ? EXIT_SUCCESS
		   : EXIT_FAILURE;
}

int
offhook_command_agents_message(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_autofree char *agent =
	    g_uri_escape_string(offhook_words_get_argument(words, 0), NULL, FALSE);
	g_autofree char *path = g_strdup_printf("/agents/%s/message", agent);
	g_autoptr(JsonObject) body = offhook_talk_make_body(
	    words, NULL, "message", offhook_words_get_argument(words, 1), error);
	g_autoptr(JsonObject) reply =
	    body != NULL ? offhook_client_request(client, "POST", path, body, error) : NULL;

	return reply != NULL ? offhook_talk_print_response(client, reply) : EXIT_FAILURE;
}

int
offhook_command_conversations_begin(OffhookClient *client, const OffhookWords *words,
				    GError **error)
{
	g_autoptr(JsonObject) body =
	    offhook_talk_make_body(words, offhook_words_get_argument(words, 0), NULL, NULL, error);
	g_autoptr(JsonObject) reply =
	    body != NULL ? offhook_client_request(client, "POST", "/conversations", body, error)
			 : NULL;

	return reply != NULL ? offhook_talk_print_response(client, reply) : EXIT_FAILURE;
}

static void
offhook_talk_print_message_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	JsonObject *message = json_node_get_object(node);
	g_autofree char *time = offhook_table_print_time(offhook_client_get(message, "timestamp"));
	g_autofree char *content = offhook_clean_text(offhook_client_get(message, "content"));

	g_print("%s  %-9s  %s\n", time, offhook_client_get(message, "role"), content);
}

int
offhook_command_conversations_show(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_autofree char *id =
	    g_uri_escape_string(offhook_words_get_argument(words, 0), NULL, FALSE);
	g_autofree char *path = g_strconcat("/conversations/", id, NULL);
	g_autoptr(JsonObject) reply = offhook_client_request(client, "GET", path, NULL, error);
	g_autoptr(JsonArray) messages = NULL;

	if (reply == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, reply))
		return EXIT_SUCCESS;
	messages = json_array_ref(json_object_get_array_member(reply, "messages"));
	json_object_remove_member(reply, "messages");
	offhook_fields_print(reply);
	g_print("\n");
	json_array_foreach_element(messages, offhook_talk_print_message_cb, NULL);
	return EXIT_SUCCESS;
}

/* ---- made agents ---- */

int
offhook_command_agents_create(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const char *const names[] = {"model", "prompt"};
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *configuration = json_object_new();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = offhook_words_get(words, names[i]);

		if (value != NULL)
			json_object_set_string_member(configuration, names[i], value);
	}
	if (offhook_words_get(words, "max-tokens") != NULL)
		json_object_set_int_member(configuration, "max_tokens",
					   offhook_words_get_number(words, "max-tokens", 0));
	json_object_set_string_member(body, "agent_type", offhook_words_get_argument(words, 0));
	json_object_set_string_member(body, "name", offhook_words_get_argument(words, 1));
	json_object_set_object_member(body, "configuration", configuration);
	reply = offhook_client_request(client, "POST", "/agents/create", body, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		offhook_talk_print_line(
		    offhook_client_get(json_object_get_object_member(reply, "agent"), "id"));
	return EXIT_SUCCESS;
}

/* ---- what somebody wants ---- */

static int
offhook_talk_print_intent(OffhookClient *client, JsonObject *reply)
{
	json_object_remove_member(reply, "success");
	if (!offhook_client_print_json(client, reply))
		offhook_fields_print(reply);
	return EXIT_SUCCESS;
}

int
offhook_command_process_intent(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_autoptr(JsonObject) body =
	    offhook_talk_make_body(words, offhook_words_get(words, "agent"), "text",
				   offhook_words_get_argument(words, 0), error);
	g_autoptr(JsonObject) reply =
	    body != NULL ? offhook_client_request(client, "POST", "/process-intent", body, error)
			 : NULL;

	return reply != NULL ? offhook_talk_print_intent(client, reply) : EXIT_FAILURE;
}

/* Of a file's name; what has another one says by itself what it is. */
static const char *
offhook_talk_get_format(const char *file)
{
	if (g_str_has_suffix(file, ".ulaw") || g_str_has_suffix(file, ".mulaw"))
		return "ulaw";
	return g_str_has_suffix(file, ".alaw") ? "alaw" : "wav";
}

int
offhook_command_process_audio(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *file = offhook_words_get_argument(words, 0);
	g_autofree char *sound = NULL;
	g_autofree char *text = NULL;
	g_autoptr(JsonObject) body = NULL;
	g_autoptr(JsonObject) reply = NULL;
	gsize size;

	if (!g_file_get_contents(file, &sound, &size, error))
		return EXIT_FAILURE;
	text = g_base64_encode((const guchar *)sound, size);
	if (strlen(text) > OFFHOOK_TALK_MAX_AUDIO)
		return offhook_words_refuse(words, error,
					    "%s has %" G_GSIZE_FORMAT " bytes; expected at most %u",
					    file, size, (guint)(OFFHOOK_TALK_MAX_AUDIO / 4 * 3));
	body =
	    offhook_talk_make_body(words, offhook_words_get(words, "agent"), "audio", text, error);
	if (body == NULL)
		return EXIT_FAILURE;
	json_object_set_string_member(body, "format", offhook_talk_get_format(file));
	/* It is heard, and answered. */
	g_object_set(client->session, "timeout", 0, NULL);
	reply = offhook_client_request(client, "POST", "/process-audio", body, error);
	return reply != NULL ? offhook_talk_print_intent(client, reply) : EXIT_FAILURE;
}
