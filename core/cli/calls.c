/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook calls, show, call, end.
 */

#include <stdlib.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/describe.h"

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

static void
offhook_command_show_message_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	JsonObject *message = json_node_get_object(node);
	gboolean user = g_str_equal(offhook_client_get(message, "role"), "user");

	g_print("%s  %-6s  %s%s", offhook_client_get(message, "timestamp"),
		user ? "caller" : "agent", offhook_client_get(message, "content"),
		json_object_get_boolean_member(message, "interrupted") ? " [interrupted]" : "");
	if (json_object_has_member(message, "confidence"))
		g_print("  (confidence %.2f)",
			json_object_get_double_member(message, "confidence"));
	g_print("\n");
}

static void
offhook_command_show_turn_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	JsonObject *turn = json_node_get_object(node);
	g_autofree char *times = offhook_describe_turn(turn);
	g_autofree char *usage = offhook_describe_usage(turn);

	if (times != NULL)
		g_print("turn %" G_GINT64_FORMAT ": %s%s\n",
			json_object_get_int_member(turn, "turn"), times, usage);
}

static void
offhook_command_show_event_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	JsonObject *event = json_node_get_object(node);
	g_autofree char *data =
	    offhook_json_to_string(json_object_get_object_member(event, "data"));

	g_print("%s  %-18s  %s\n", offhook_client_get(event, "timestamp"),
		offhook_client_get(event, "type"), data);
}

static int
offhook_command_show_events(OffhookClient *client, const char *id, GError **error)
{
	g_autofree char *path = offhook_client_make_call_path(client, id, "events", error);
	g_autoptr(JsonObject) reply =
	    path != NULL ? offhook_client_request(client, "GET", path, NULL, error) : NULL;

	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		json_array_foreach_element(json_object_get_array_member(reply, "events"),
					   offhook_command_show_event_cb, NULL);
	return EXIT_SUCCESS;
}

int
offhook_command_show(OffhookClient *client, char ***argv, GError **error)
{
	gboolean events = FALSE;
	const GOptionEntry entries[] = {
	    {"events", 'e', 0, G_OPTION_ARG_NONE, &events, NULL, NULL},
	    {NULL},
	};
	g_autofree char *path = NULL;
	g_autofree char *usage = NULL;
	g_autoptr(JsonObject) call = NULL;

	if (!offhook_command_parse(argv, entries, 1, 1, "show CALL [--events]", error))
		return EXIT_FAILURE;
	if (events)
		return offhook_command_show_events(client, (*argv)[1], error);
	path = offhook_client_make_call_path(client, (*argv)[1], "status", error);
	if (path != NULL)
		call = offhook_client_request(client, "GET", path, NULL, error);
	if (call == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, call))
		return EXIT_SUCCESS;
	usage = offhook_describe_usage(call);
	g_print("%s %s %s through %s: %s, %.1f s%s\n", offhook_client_get(call, "call_id"),
		offhook_client_get(call, "direction"), offhook_client_get(call, "phone_number"),
		offhook_client_get(call, "provider"), offhook_client_get(call, "status"),
		json_object_get_double_member(call, "duration"), usage);
	json_array_foreach_element(json_object_get_array_member(call, "transcription"),
				   offhook_command_show_message_cb, NULL);
	json_array_foreach_element(json_object_get_array_member(call, "turns"),
				   offhook_command_show_turn_cb, NULL);
	return EXIT_SUCCESS;
}

typedef struct {
	char *assistant;
	char *caller_id;
	char *detection;
	char *digits;
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
				   "[--timeout SECONDS] [--record] [--machine-detection "
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
