/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook calls, call, end.
 */

#include <stdlib.h>

#include "cli/commands.h"

static void
offhook_command_calls_print_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	JsonObject *call = json_node_get_object(node);

	g_print("%-36s  %-24s  %-8s  %-16s  %-12s  %6.1f s\n", offhook_client_get(call, "call_id"),
		offhook_client_get(call, "start_time"), offhook_client_get(call, "direction"),
		offhook_client_get(call, "phone_number"), offhook_client_get(call, "status"),
		json_object_get_double_member(call, "duration"));
}

int
offhook_command_calls(OffhookClient *client, char ***argv, GError **error)
{
	g_autofree char *status = NULL;
	int limit = 50;
	const GOptionEntry entries[] = {
	    {"status", 's', 0, G_OPTION_ARG_STRING, &status, NULL, NULL},
	    {"limit", 'n', 0, G_OPTION_ARG_INT, &limit, NULL, NULL},
	    {NULL},
	};
	g_autoptr(GString) path = g_string_new("/voice/calls");
	g_autoptr(JsonObject) reply = NULL;

	if (!offhook_command_parse(argv, entries, 0, 0, "calls [--status STATUS] [--limit N]",
				   error))
		return EXIT_FAILURE;
	g_string_append_printf(path, "?limit=%d", limit);
	if (status != NULL) {
		g_string_append(path, "&status=");
		g_string_append_uri_escaped(path, status, NULL, FALSE);
	}
	reply = offhook_client_request(client, "GET", path->str, NULL, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, reply))
		return EXIT_SUCCESS;
	g_print("%-36s  %-24s  %-8s  %-16s  %-12s  %s\n", "CALL", "STARTED", "WAY", "NUMBER",
		"STATUS", "LENGTH");
	json_array_foreach_element(json_object_get_array_member(reply, "calls"),
				   offhook_command_calls_print_cb, NULL);
	return EXIT_SUCCESS;
}

typedef struct {
	char *assistant;
	char *caller_id;
	char *detection;
	char *digits;
	char *recording;
	int timeout_s;
	int limit_s;
	gboolean record;
	gboolean wait;
	gboolean follow;
} OffhookCallOptions;

static void
offhook_call_options_clear(OffhookCallOptions *options)
{
	g_free(options->assistant);
	g_free(options->caller_id);
	g_free(options->detection);
	g_free(options->digits);
	g_free(options->recording);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookCallOptions, offhook_call_options_clear)

static JsonObject *
offhook_command_call_make_body(const OffhookCallOptions *options, const char *number)
{
	JsonObject *body = json_object_new();
	JsonObject *more = json_object_new();

	json_object_set_string_member(body, "phone_number", number);
	if (options->assistant != NULL)
		json_object_set_string_member(body, "assistant", options->assistant);
	if (options->caller_id != NULL)
		json_object_set_string_member(more, "caller_id", options->caller_id);
	if (options->detection != NULL)
		json_object_set_string_member(more, "machine_detection", options->detection);
	if (options->digits != NULL)
		json_object_set_string_member(more, "send_digits", options->digits);
	if (options->recording != NULL)
		json_object_set_string_member(more, "recording_format", options->recording);
	if (options->timeout_s > 0)
		json_object_set_int_member(more, "timeout", options->timeout_s);
	if (options->limit_s > 0)
		json_object_set_int_member(more, "time_limit", options->limit_s);
	if (options->wait)
		json_object_set_boolean_member(more, "wait_for_detection", TRUE);
	if (options->record)
		json_object_set_boolean_member(more, "recording", TRUE);
	json_object_set_object_member(body, "options", more);
	return body;
}

/* @body: JsonObject */
static char *
offhook_command_call_place(OffhookClient *client, gpointer body, GError **error)
{
	g_autoptr(JsonObject) reply =
	    offhook_client_request(client, "POST", "/voice/calls/initiate", body, error);

	if (reply == NULL)
		return NULL;
	if (!client->json)
		g_print("%s\n", offhook_client_get(reply, "call_id"));
	return g_strdup(offhook_client_get(reply, "call_id"));
}

int
offhook_command_call(OffhookClient *client, char ***argv, GError **error)
{
	g_auto(OffhookCallOptions) options = {0};
	const GOptionEntry entries[] = {
	    {"assistant", 'a', 0, G_OPTION_ARG_STRING, &options.assistant, NULL, NULL},
	    {"caller-id", 0, 0, G_OPTION_ARG_STRING, &options.caller_id, NULL, NULL},
	    {"timeout", 0, 0, G_OPTION_ARG_INT, &options.timeout_s, NULL, NULL},
	    {"record", 0, 0, G_OPTION_ARG_NONE, &options.record, NULL, NULL},
	    {"recording-format", 0, 0, G_OPTION_ARG_STRING, &options.recording, NULL, NULL},
	    {"machine-detection", 0, 0, G_OPTION_ARG_STRING, &options.detection, NULL, NULL},
	    {"wait-for-detection", 0, 0, G_OPTION_ARG_NONE, &options.wait, NULL, NULL},
	    {"time-limit", 0, 0, G_OPTION_ARG_INT, &options.limit_s, NULL, NULL},
	    {"send-digits", 0, 0, G_OPTION_ARG_STRING, &options.digits, NULL, NULL},
	    {"follow", 'f', 0, G_OPTION_ARG_NONE, &options.follow, NULL, NULL},
	    {NULL},
	};
	g_autoptr(JsonObject) body = NULL;
	g_autoptr(JsonObject) reply = NULL;

	if (!offhook_command_parse(argv, entries, 1, 1,
				   "call NUMBER [--assistant NAME] [--caller-id NUMBER] "
				   "[--timeout SECONDS] [--record] [--recording-format "
				   "off|wav|opus] [--machine-detection "
				   "off|detect|beep] [--wait-for-detection] [--send-digits DIGITS] "
				   "[--time-limit SECONDS] [--follow]",
				   error))
		return EXIT_FAILURE;
	body = offhook_command_call_make_body(&options, (*argv)[1]);
	if (options.follow)
		return offhook_tail_follow(client, offhook_command_call_place, body, error);
	reply = offhook_client_request(client, "POST", "/voice/calls/initiate", body, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		g_print("%s\n", offhook_client_get(reply, "call_id"));
	return EXIT_SUCCESS;
}

int
offhook_command_end(OffhookClient *client, char ***argv, GError **error)
{
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) reply = NULL;

	if (!offhook_command_parse(argv, NULL, 1, 1, "end CALL", error))
		return EXIT_FAILURE;
	path = offhook_client_make_call_path(client, (*argv)[1], "end", error);
	if (path != NULL)
		reply = offhook_client_request(client, "POST", path, body, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		g_print("%s\n", offhook_client_get(reply, "status"));
	return EXIT_SUCCESS;
}
