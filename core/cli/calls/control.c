/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Doing things with calls in progress, text messages, and the provider.
 */

#include "cli/command/commands.h"
#include "cli/client/operation.h"
#include "cli/print/table.h"

#include <stdlib.h>

/* Posts and prints @field of the answer. @body: (nullable) (transfer none) */
static int
offhook_command_post(OffhookClient *client, const char *path, JsonObject *body, const char *field,
		     GError **error)
{
	g_autoptr(JsonObject) empty = json_object_new();
	g_autoptr(JsonObject) reply =
	    offhook_client_request(client, "POST", path, body != NULL ? body : empty, error);

	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		g_print("%s\n", offhook_client_get(reply, field));
	return EXIT_SUCCESS;
}

/* ---- calls ---- */

#define CALL(name, method, field, path)                                                            \
	{                                                                                          \
		name, OFFHOOK_SUBJECT_CALL, "Call", method, {field}, "POST", path                  \
	}

/* Of the command's name, and, where that takes one of several words, that word. */
static const OffhookOperation offhook_control_operations[] = {
    {"answer", OFFHOOK_SUBJECT_CALL, "Call", "Answer"},
    CALL("end", "End", NULL, "end"),
    CALL("hold", "Hold", NULL, "hold"),
    CALL("unhold", "Unhold", NULL, "unhold"),
    CALL("mute", "Mute", NULL, "mute"),
    CALL("unmute", "Unmute", NULL, "unmute"),
    CALL("dtmf", "SendDtmf", "digits", "dtmf"),
    CALL("say", "Say", "text", "say"),
    CALL("play-url", "Play", "url", "play"),
    {"inject", OFFHOOK_SUBJECT_CALL, "Call", "InjectMessage", {"text"}},
    CALL("record start", "StartRecording", NULL, "recording"),
    CALL("record pause", "PauseRecording", NULL, "recording"),
    CALL("record resume", "ResumeRecording", NULL, "recording"),
    CALL("record stop", "StopRecording", NULL, "recording"),
};

static const OffhookOperation *
offhook_control_find(const char *name)
{
	guint i = 0;

	while (!g_str_equal(offhook_control_operations[i].name, name))
		i++;
	return &offhook_control_operations[i];
}

/* Does it and prints @field of the answer. */
static int
offhook_control_run(OffhookClient *client, const OffhookOperation *operation, const char *subject,
		    JsonObject *body, const char *field, GError **error)
{
	g_autoptr(JsonObject) reply =
	    offhook_operation_run(client, operation, subject, body, error);

	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		g_print("%s\n", offhook_client_get(reply, field));
	return EXIT_SUCCESS;
}

/* Commands of a call and at most one word. */
int
offhook_command_act(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *command = offhook_words_get_command(words)->name;
	const char *word = offhook_words_get_argument(words, 1);
	gboolean record = g_str_equal(command, "record");
	g_autofree char *name = record ? g_strconcat("record ", word, NULL) : g_strdup(command);
	const OffhookOperation *operation = offhook_control_find(name);
	g_autoptr(JsonObject) body = json_object_new();

	if (record)
		json_object_set_string_member(body, "action", word);
	else if (word != NULL)
		json_object_set_string_member(body, operation->fields[0], word);
	return offhook_control_run(client, operation, offhook_words_get_argument(words, 0), body,
				   g_str_equal(name, "end") ? "status" : "action", error);
}

int
offhook_command_transfer(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookOperation operation = {"transfer", OFFHOOK_SUBJECT_CALL, "Call",
						   "Transfer", {"target", "*"},      "POST",
						   "transfer"};
	const char *briefing = offhook_words_get(words, "briefing");
	gboolean warm = offhook_words_has(words, "warm");
	g_autoptr(JsonObject) body = json_object_new();

	if (briefing != NULL && !warm)
		return offhook_words_refuse(words, error,
					    "--briefing: nobody hears one without --warm");
	json_object_set_string_member(body, "target", offhook_words_get_argument(words, 1));
	json_object_set_string_member(body, "mode", warm ? "warm" : "blind");
	if (briefing != NULL)
		json_object_set_string_member(body, "briefing", briefing);
	return offhook_control_run(client, &operation, offhook_words_get_argument(words, 0), body,
				   "action", error);
}

/* ---- text messages ---- */

OFFHOOK_TABLE_TEXT(offhook_sms_print_id, "message_id")
OFFHOOK_TABLE_TIME(offhook_sms_print_created, "created_at")
OFFHOOK_TABLE_TEXT(offhook_sms_print_direction, "direction")
OFFHOOK_TABLE_TEXT(offhook_sms_print_from, "from")
OFFHOOK_TABLE_TEXT(offhook_sms_print_to, "to")
OFFHOOK_TABLE_TEXT(offhook_sms_print_status, "status")
OFFHOOK_TABLE_TEXT(offhook_sms_print_text, "text")

static int
offhook_command_sms_list(OffhookClient *client, GError **error)
{
	static const OffhookTableColumn columns[] = {
	    {"MESSAGE", 36, 3, offhook_sms_print_id},
	    {"AT", 19, 2, offhook_sms_print_created},
	    {"WAY", 8, 2, offhook_sms_print_direction},
	    {"FROM", 16, 1, offhook_sms_print_from},
	    {"TO", 16, 1, offhook_sms_print_to},
	    {"STATUS", 11, 0, offhook_sms_print_status},
	    {"TEXT", OFFHOOK_TABLE_REST, 0, offhook_sms_print_text},
	    {NULL},
	};
	g_autoptr(JsonObject) reply =
	    offhook_client_request(client, "GET", "/voice/messages", NULL, error);

	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		offhook_table_print(columns, json_object_get_array_member(reply, "messages"));
	return EXIT_SUCCESS;
}

/* Without a number: lists. */
int
offhook_command_sms(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *number = offhook_words_get_argument(words, 0);
	const char *text = offhook_words_get_argument(words, 1);
	const char *from = offhook_words_get(words, "from");
	g_autoptr(JsonObject) body = json_object_new();

	if (number == NULL)
		return offhook_command_sms_list(client, error);
	if (text == NULL)
		return offhook_words_refuse(words, error, "TEXT is missing");
	json_object_set_string_member(body, "to", number);
	json_object_set_string_member(body, "text", text);
	if (from != NULL)
		json_object_set_string_member(body, "from", from);
	return offhook_command_post(client, "/voice/messages", body, "message_id", error);
}

/* ---- the provider ---- */

int
offhook_command_provider(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookOperation operation = {
	    "provider", OFFHOOK_SUBJECT_SERVER,   "Manager", "SwitchProvider", {"provider"},
	    "POST",     "/voice/providers/switch"};
	const char *name = offhook_words_get_argument(words, 0);
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) reply = NULL;

	json_object_set_string_member(body, "provider", name);
	reply = offhook_operation_run(client, &operation, NULL, body, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		g_print("%s\n", json_object_get_string_member_with_default(reply, "message", name));
	return EXIT_SUCCESS;
}

int
offhook_command_provider_test(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *provider = offhook_words_get_argument(words, 0);
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *results;
	gboolean success;

	if (provider != NULL)
		json_object_set_string_member(body, "provider", provider);
	reply = offhook_client_request(client, "POST", "/voice/providers/test", body, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	success = json_object_get_boolean_member(reply, "success");
	if (offhook_client_print_json(client, reply))
		return success ? EXIT_SUCCESS : EXIT_FAILURE;
	results = json_object_get_object_member(reply, "test_results");
	g_print(
	    "%s: authentication %s, API access %s, webhook URL %s\n",
	    offhook_client_get(reply, "provider"), offhook_client_get(results, "authentication"),
	    offhook_client_get(results, "api_access"), offhook_client_get(results, "webhook_url"));
	if (json_object_get_string_member_with_default(reply, "message", NULL) != NULL)
		g_print("%s\n", offhook_client_get(reply, "message"));
	return success ? EXIT_SUCCESS : EXIT_FAILURE;
}
