/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook deliveries: events that systems of the user's have not taken yet, and what to do with them.
 */

#include "cli/command/commands.h"

#include <stdlib.h>
#include <string.h>

#include "cli/client/call-id.h"
#include "cli/print/clean.h"
#include "cli/print/table.h"

static char *
offhook_deliveries_print_id(JsonObject *row)
{
	return g_strdup(offhook_client_get(row, "delivery_id"));
}

static char *
offhook_deliveries_print_endpoint(JsonObject *row)
{
	return g_strdup(offhook_client_get(row, "endpoint"));
}

static char *
offhook_deliveries_print_status(JsonObject *row)
{
	return g_strdup(offhook_client_get(row, "status"));
}

static char *
offhook_deliveries_print_type(JsonObject *row)
{
	return g_strdup(offhook_client_get(row, "type"));
}

static char *
offhook_deliveries_print_created(JsonObject *row)
{
	return offhook_table_print_time(offhook_client_get(row, "created_at"));
}

static char *
offhook_deliveries_print_attempts(JsonObject *row)
{
	return g_strdup_printf("%" G_GINT64_FORMAT, json_object_get_int_member(row, "attempts"));
}

static char *
offhook_deliveries_print_error(JsonObject *row)
{
	return offhook_clean_text(offhook_client_get(row, "error"));
}

static const OffhookTableColumn offhook_deliveries_columns[] = {
    {"DELIVERY", 36, 0, offhook_deliveries_print_id},
    {"ENDPOINT", 10, 1, offhook_deliveries_print_endpoint},
    {"STATUS", 7, 0, offhook_deliveries_print_status},
    {"EVENT", 18, 0, offhook_deliveries_print_type},
    {"SINCE", 19, 2, offhook_deliveries_print_created},
    {"TRIED", 5, 3, offhook_deliveries_print_attempts},
    {"ERROR", 30, 4, offhook_deliveries_print_error},
    {NULL},
};

int
offhook_command_deliveries(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *given = offhook_words_get(words, "call");
	g_autoptr(GString) path = g_string_new("/deliveries");
	g_autofree char *call = NULL;
	g_autoptr(JsonObject) reply = NULL;

	if (given != NULL && (call = offhook_call_id_find(client, given, error)) == NULL)
		return EXIT_FAILURE;
	offhook_client_add_limit(path, offhook_words_get_number(words, "limit", 50));
	offhook_client_add_parameter(path, "status",
				     offhook_words_has(words, "dead") ? "dead" : NULL);
	offhook_client_add_parameter(path, "endpoint", offhook_words_get(words, "endpoint"));
	offhook_client_add_parameter(path, "call_id", call);
	reply = offhook_client_request(client, "GET", path->str, NULL, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		offhook_table_print(offhook_deliveries_columns,
				    json_object_get_array_member(reply, "deliveries"));
	return EXIT_SUCCESS;
}

int
offhook_command_deliveries_retry(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *id = offhook_words_get_argument(words, 0);
	g_autofree char *escaped = id != NULL ? g_uri_escape_string(id, NULL, FALSE) : NULL;
	g_autoptr(GString) path = g_string_new("/deliveries");
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) reply = NULL;

	if ((id != NULL) == offhook_words_has(words, "all"))
		return offhook_words_refuse(words, error, "either ID or --all is needed");
	if (id != NULL)
		g_string_append_printf(path, "/%s", escaped);
	g_string_append(path, "/retry");
	if (id == NULL)
		offhook_client_add_parameter(path, "endpoint",
					     offhook_words_get(words, "endpoint"));
	reply = offhook_client_request(client, "POST", path->str, body, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		g_print("%" G_GINT64_FORMAT "\n", json_object_get_int_member(reply, "deliveries"));
	return EXIT_SUCCESS;
}

int
offhook_command_deliveries_delete(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_autofree char *escaped =
	    g_uri_escape_string(offhook_words_get_argument(words, 0), NULL, FALSE);
	g_autofree char *path = g_strconcat("/deliveries/", escaped, NULL);
	g_autoptr(JsonObject) reply = offhook_client_request(client, "DELETE", path, NULL, error);

	if (reply == NULL)
		return EXIT_FAILURE;
	offhook_client_print_json(client, reply);
	return EXIT_SUCCESS;
}
