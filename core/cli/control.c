/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Doing things with calls in progress, text messages, and the provider.
 */

#include "cli/commands.h"

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

/* Asks for @action in the call that @given means. @body: as for offhook_command_post() */
static int
offhook_command_act(OffhookClient *client, const char *given, const char *action, JsonObject *body,
		    GError **error)
{
	g_autofree char *path = offhook_client_make_call_path(client, given, action, error);

	return path != NULL ? offhook_command_post(client, path, body, "action", error)
			    : EXIT_FAILURE;
}

/* "hold", "unhold", "mute" and "unmute" are the names of their paths. */
int
offhook_command_plain_action(OffhookClient *client, char ***argv, GError **error)
{
	g_autofree char *usage = g_strconcat((*argv)[0], " CALL", NULL);

	if (!offhook_command_parse(argv, NULL, 1, 1, usage, error))
		return EXIT_FAILURE;
	return offhook_command_act(client, (*argv)[1], (*argv)[0], NULL, error);
}

/* Commands of a call and one word: dtmf, say, record. */
int
offhook_command_worded_action(OffhookClient *client, char ***argv, GError **error)
{
	static const struct {
		const char *command;
		const char *path;
		const char *field;
		const char *usage;
	} actions[] = {
	    {"dtmf", "dtmf", "digits", "dtmf CALL DIGITS"},
	    {"say", "say", "text", "say CALL TEXT"},
	    {"record", "recording", "action", "record CALL start|pause|resume|stop"},
	};
	g_autoptr(JsonObject) body = json_object_new();
	guint i = 0;

	while (!g_str_equal(actions[i].command, (*argv)[0]))
		i++;
	if (!offhook_command_parse(argv, NULL, 2, 2, actions[i].usage, error))
		return EXIT_FAILURE;
	json_object_set_string_member(body, actions[i].field, (*argv)[2]);
	return offhook_command_act(client, (*argv)[1], actions[i].path, body, error);
}

int
offhook_command_transfer(OffhookClient *client, char ***argv, GError **error)
{
	g_autofree char *briefing = NULL;
	gboolean warm = FALSE;
	const GOptionEntry entries[] = {
	    {"warm", 'w', 0, G_OPTION_ARG_NONE, &warm, NULL, NULL},
	    {"briefing", 'b', 0, G_OPTION_ARG_STRING, &briefing, NULL, NULL},
	    {NULL},
	};
	g_autoptr(JsonObject) body = json_object_new();

	if (!offhook_command_parse(argv, entries, 2, 2,
				   "transfer CALL TARGET [--warm [--briefing TEXT]]", error))
		return EXIT_FAILURE;
	json_object_set_string_member(body, "target", (*argv)[2]);
	if (briefing != NULL && !warm) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "--briefing: nobody hears one without --warm");
		return EXIT_FAILURE;
	}
	json_object_set_string_member(body, "mode", warm ? "warm" : "blind");
	if (briefing != NULL)
		json_object_set_string_member(body, "briefing", briefing);
	return offhook_command_act(client, (*argv)[1], "transfer", body, error);
}

static void
offhook_command_sms_print_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	JsonObject *message = json_node_get_object(node);

	g_print("%s  %s  %-8s  %-16s  %-16s  %-11s  %s\n",
		offhook_client_get(message, "message_id"),
		offhook_client_get(message, "created_at"), offhook_client_get(message, "direction"),
		offhook_client_get(message, "from"), offhook_client_get(message, "to"),
		offhook_client_get(message, "status"), offhook_client_get(message, "text"));
}

/* Without a number: lists. */
int
offhook_command_sms(OffhookClient *client, char ***argv, GError **error)
{
	g_autofree char *from = NULL;
	const GOptionEntry entries[] = {
	    {"from", 'f', 0, G_OPTION_ARG_STRING, &from, NULL, NULL},
	    {NULL},
	};
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) reply = NULL;
	const char *usage = "sms [NUMBER TEXT [--from NUMBER]]";

	if (!offhook_command_parse(argv, entries, 0, 2, usage, error))
		return EXIT_FAILURE;
	if (g_strv_length(*argv) == 2) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "usage: offhook %s",
			    usage);
		return EXIT_FAILURE;
	}
	if (g_strv_length(*argv) == 3) {
		json_object_set_string_member(body, "to", (*argv)[1]);
		json_object_set_string_member(body, "text", (*argv)[2]);
		if (from != NULL)
			json_object_set_string_member(body, "from", from);
		return offhook_command_post(client, "/voice/messages", body, "message_id", error);
	}
	reply = offhook_client_request(client, "GET", "/voice/messages", NULL, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		json_array_foreach_element(json_object_get_array_member(reply, "messages"),
					   offhook_command_sms_print_cb, NULL);
	return EXIT_SUCCESS;
}

/* "provider test" asks the account, "provider NAME" makes another one the current one. */
int
offhook_command_provider(OffhookClient *client, char ***argv, GError **error)
{
	const char *usage = "provider test [NAME]|NAME";
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *results;
	gboolean success;

	if (!offhook_command_parse(argv, NULL, 1, 2, usage, error))
		return EXIT_FAILURE;
	if (!g_str_equal((*argv)[1], "test")) {
		if ((*argv)[2] != NULL) {
			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
				    "usage: offhook %s", usage);
			return EXIT_FAILURE;
		}
		json_object_set_string_member(body, "provider", (*argv)[1]);
		return offhook_command_post(client, "/voice/providers/switch", body, "message",
					    error);
	}
	if ((*argv)[2] != NULL)
		json_object_set_string_member(body, "provider", (*argv)[2]);
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
	if (!json_object_get_null_member(reply, "message"))
		g_print("%s\n", offhook_client_get(reply, "message"));
	return success ? EXIT_SUCCESS : EXIT_FAILURE;
}
