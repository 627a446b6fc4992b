/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook calls, call.
 */

#include <stdlib.h>
#include <string.h>

#include "cli/command/commands.h"
#include "cli/client/operation.h"
#include "cli/print/table.h"

OFFHOOK_TABLE_TEXT(offhook_calls_print_id, "call_id")
OFFHOOK_TABLE_TIME(offhook_calls_print_started, "start_time")
OFFHOOK_TABLE_TEXT(offhook_calls_print_direction, "direction")
OFFHOOK_TABLE_TEXT(offhook_calls_print_number, "phone_number")
OFFHOOK_TABLE_TEXT(offhook_calls_print_status, "status")

static char *
offhook_calls_print_length(JsonObject *row)
{
	return offhook_table_print_length(
	    json_object_get_double_member_with_default(row, "duration", 0));
}

int
offhook_command_calls(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookTableColumn columns[] = {
	    {"CALL", 36, 0, offhook_calls_print_id},
	    {"STARTED", 19, 2, offhook_calls_print_started},
	    {"WAY", 8, 3, offhook_calls_print_direction},
	    {"NUMBER", 16, 1, offhook_calls_print_number},
	    {"STATUS", 12, 0, offhook_calls_print_status},
	    {"LENGTH", 8, 2, offhook_calls_print_length},
	    {NULL},
	};
	g_autoptr(GString) path = g_string_new("/voice/calls");
	g_autoptr(JsonObject) reply = NULL;

	offhook_client_add_limit(path, offhook_words_get_number(words, "limit", 50));
	offhook_client_add_parameter(path, "status", offhook_words_get(words, "status"));
	reply = offhook_client_request(client, "GET", path->str, NULL, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		offhook_table_print(columns, json_object_get_array_member(reply, "calls"));
	return EXIT_SUCCESS;
}

/** An option of the command, and the member of a request that it is. */
typedef struct {
	const char *option;
	const char *member;
} OffhookCallMember;

/* Those of @members (which end with a NULL) that were given, each as the kind that it is. */
static void
offhook_command_call_add_members(const OffhookWords *words, const OffhookCallMember *members,
				 JsonObject *object)
{
	for (const OffhookCallMember *each = members; each->option != NULL; each++) {
		const char *text = offhook_words_get(words, each->option);
		guint number = offhook_words_get_number(words, each->option, 0);

		if (offhook_words_has(words, each->option))
			json_object_set_boolean_member(object, each->member, TRUE);
		else if (offhook_words_is_number(words, each->option) && text != NULL)
			json_object_set_int_member(object, each->member, number);
		else if (text != NULL)
			json_object_set_string_member(object, each->member, text);
	}
}

static const OffhookCallMember offhook_command_call_members[] = {{"assistant", "assistant"},
								 {NULL}};

static JsonObject *
offhook_command_call_make_body(const OffhookWords *words)
{
	static const OffhookCallMember members[] = {
	    {"caller-id", "caller_id"},
	    {"machine-detection", "machine_detection"},
	    {"send-digits", "send_digits"},
	    {"recording-format", "recording_format"},
	    {"timeout", "timeout"},
	    {"time-limit", "time_limit"},
	    {"wait-for-detection", "wait_for_detection"},
	    {"record", "recording"},
	    {NULL},
	};
	JsonObject *body = json_object_new();
	JsonObject *options = json_object_new();

	json_object_set_string_member(body, "phone_number", offhook_words_get_argument(words, 0));
	offhook_command_call_add_members(words, offhook_command_call_members, body);
	offhook_command_call_add_members(words, members, options);
	json_object_set_object_member(body, "options", options);
	return body;
}

static const OffhookOperation offhook_command_call_operation = {
    "call", OFFHOOK_SUBJECT_SERVER, "Manager", "PlaceCall", {"phone_number", "*"},
    "POST", "/voice/calls/initiate"};

/* @body: JsonObject */
static char *
offhook_command_call_place(OffhookClient *client, gpointer body, GError **error)
{
	g_autoptr(JsonObject) reply =
	    offhook_operation_run(client, &offhook_command_call_operation, NULL, body, error);

	if (reply == NULL)
		return NULL;
	if (!client->json)
		g_print("%s\n", offhook_client_get(reply, "call_id"));
	return g_strdup(offhook_client_get(reply, "call_id"));
}

/* A time as people write it, theirs unless it says otherwise, in RFC 3339. (transfer full) (nullable) */
static char *
offhook_command_call_read_time(const char *text, GError **error)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();
	g_autofree char *iso = g_strdelimit(g_strdup(text), " ", 'T');
	g_autofree char *whole = g_strconcat(iso, strlen(iso) == 16 ? ":00" : "", NULL);
	g_autoptr(GDateTime) local = g_date_time_new_from_iso8601(whole, zone);
	g_autoptr(GDateTime) utc = local != NULL ? g_date_time_to_utc(local) : NULL;

	if (utc != NULL)
		return g_date_time_format(utc, "%Y-%m-%dT%H:%M:%SZ");
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--at: \"%s\" is not a time like \"2024-05-01 12:00\"", text);
	return NULL;
}

static int
offhook_command_call_schedule(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookCallMember members[] = {
	    {"reason", "reason"},
	    {"attempts", "max_attempts"},
	    {"retry", "retry_seconds"},
	    {NULL},
	};
	g_autofree char *at = offhook_command_call_read_time(offhook_words_get(words, "at"), error);
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) reply = NULL;

	if (at == NULL)
		return EXIT_FAILURE;
	json_object_set_string_member(body, "phone_number", offhook_words_get_argument(words, 0));
	json_object_set_string_member(body, "at", at);
	offhook_command_call_add_members(words, offhook_command_call_members, body);
	offhook_command_call_add_members(words, members, body);
	reply = offhook_client_request(client, "POST", "/voice/calls/scheduled", body, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		g_print("%s\n", offhook_client_get(reply, "scheduled_call_id"));
	return EXIT_SUCCESS;
}

int
offhook_command_call(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_autoptr(JsonObject) body = NULL;
	g_autoptr(JsonObject) reply = NULL;

	if (offhook_words_get(words, "at") != NULL)
		return offhook_command_call_schedule(client, words, error);
	body = offhook_command_call_make_body(words);
	if (offhook_words_has(words, "follow"))
		return offhook_tail_follow(client, offhook_command_call_place, body, error);
	reply = offhook_operation_run(client, &offhook_command_call_operation, NULL, body, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		g_print("%s\n", offhook_client_get(reply, "call_id"));
	return EXIT_SUCCESS;
}
