/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook scheduled: calls that are to be placed.
 */

#include "cli/command/commands.h"

#include <stdlib.h>

#include "cli/print/clean.h"
#include "cli/print/table.h"

static char *
offhook_scheduled_print_id(JsonObject *row)
{
	return g_strdup(offhook_client_get(row, "scheduled_call_id"));
}

static char *
offhook_scheduled_print_at(JsonObject *row)
{
	return offhook_table_print_time(offhook_client_get(row, "at"));
}

static char *
offhook_scheduled_print_number(JsonObject *row)
{
	return offhook_clean_text(offhook_client_get(row, "phone_number"));
}

static char *
offhook_scheduled_print_status(JsonObject *row)
{
	return g_strdup(offhook_client_get(row, "status"));
}

static char *
offhook_scheduled_print_attempts(JsonObject *row)
{
	return g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
			       json_object_get_int_member(row, "attempts"),
			       json_object_get_int_member(row, "max_attempts"));
}

static char *
offhook_scheduled_print_reason(JsonObject *row)
{
	return offhook_clean_text(offhook_client_get(row, "reason"));
}

static char *
offhook_scheduled_print_error(JsonObject *row)
{
	return offhook_clean_text(offhook_client_get(row, "error"));
}

static const OffhookTableColumn offhook_scheduled_columns[] = {
    {"SCHEDULED", 36, 0, offhook_scheduled_print_id},
    {"AT", 19, 0, offhook_scheduled_print_at},
    {"NUMBER", 16, 0, offhook_scheduled_print_number},
    {"STATUS", 9, 0, offhook_scheduled_print_status},
    {"TRIED", 5, 1, offhook_scheduled_print_attempts},
    {"ERROR", 24, 2, offhook_scheduled_print_error},
    {"REASON", 40, 2, offhook_scheduled_print_reason},
    {NULL},
};

int
offhook_command_scheduled(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_autoptr(GString) path = g_string_new("/voice/calls/scheduled");
	g_autoptr(JsonObject) reply = NULL;

	offhook_client_add_parameter(path, "status", offhook_words_get(words, "status"));
	offhook_client_add_limit(path, offhook_words_get_number(words, "limit", 50));
	reply = offhook_client_request(client, "GET", path->str, NULL, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		offhook_table_print(offhook_scheduled_columns,
				    json_object_get_array_member(reply, "scheduled_calls"));
	return EXIT_SUCCESS;
}

int
offhook_command_scheduled_cancel(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_autofree char *escaped =
	    g_uri_escape_string(offhook_words_get_argument(words, 0), NULL, FALSE);
	g_autofree char *path = g_strconcat("/voice/calls/scheduled/", escaped, NULL);
	g_autoptr(JsonObject) reply = offhook_client_request(client, "DELETE", path, NULL, error);

	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		g_print("%s\n", offhook_client_get(reply, "status"));
	return EXIT_SUCCESS;
}
