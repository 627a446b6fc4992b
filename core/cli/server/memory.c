/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook memory: what agents remember of a caller, and forgetting it.
 */

#include "cli/command/commands.h"

#include <stdlib.h>

#include "cli/print/clean.h"
#include "cli/print/table.h"

static char *
offhook_command_memory_print_time(JsonObject *row)
{
	return offhook_table_print_time(offhook_client_get(row, "created_at"));
}

static char *
offhook_command_memory_print_kind(JsonObject *row)
{
	return g_strdup(offhook_client_get(row, "kind"));
}

static char *
offhook_command_memory_print_key(JsonObject *row)
{
	return offhook_clean_text(offhook_client_get(row, "key"));
}

static char *
offhook_command_memory_print_text(JsonObject *row)
{
	return offhook_clean_text(offhook_client_get(row, "text"));
}

static char *
offhook_command_memory_print_id(JsonObject *row)
{
	return g_strdup(offhook_client_get(row, "id"));
}

static void
offhook_command_memory_print(JsonObject *reply)
{
	static const OffhookTableColumn columns[] = {
	    {"ID", 32, 3, offhook_command_memory_print_id},
	    {"NOTED", 19, 2, offhook_command_memory_print_time},
	    {"KIND", 10, 0, offhook_command_memory_print_kind},
	    {"KEY", 10, 1, offhook_command_memory_print_key},
	    {"TEXT", 60, 0, offhook_command_memory_print_text},
	    {NULL},
	};

	offhook_table_print(columns, json_object_get_array_member(reply, "memories"));
}

static void
offhook_command_memory_print_count(JsonObject *reply)
{
	g_print("%" G_GINT64_FORMAT " forgotten\n", json_object_get_int_member(reply, "deleted"));
}

/* @word: (nullable): stands behind @path */
static int
offhook_command_memory_ask(OffhookClient *client, const char *method, const char *path,
			   const char *word, void (*print)(JsonObject *reply), GError **error)
{
	g_autofree char *escaped = word != NULL ? g_uri_escape_string(word, NULL, FALSE) : NULL;
	g_autofree char *whole = g_strconcat(path, escaped, NULL);
	g_autoptr(JsonObject) reply = offhook_client_request(client, method, whole, NULL, error);

	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		print(reply);
	return EXIT_SUCCESS;
}

int
offhook_command_memory(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *search = offhook_words_get(words, "search");
	const char *id = offhook_words_get(words, "id");
	gboolean forget = offhook_words_has(words, "forget");
	g_autofree char *user =
	    g_uri_escape_string(offhook_words_get_argument(words, 0), NULL, FALSE);
	g_autofree char *path = NULL;

	if (search != NULL && forget)
		return offhook_words_refuse(words, error, "--search or --forget, not both");
	if (id != NULL && !forget)
		return offhook_words_refuse(words, error, "--id goes with --forget");
	path = g_strconcat("/memory/", user, search != NULL ? "?q=" : id != NULL ? "/" : "", NULL);
	return offhook_command_memory_ask(
	    client, forget ? "DELETE" : "GET", path, search != NULL ? search : id,
	    forget ? offhook_command_memory_print_count : offhook_command_memory_print, error);
}
