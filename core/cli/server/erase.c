/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook erase: shows how much there is of somebody, asks, and prints the receipt.
 */

#include "cli/command/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
offhook_command_erase_print_row_cb(JsonObject *rows, const char *table, JsonNode *node,
				   gpointer user_data)
{
	g_print("  %-16s %" G_GINT64_FORMAT "\n", table, json_node_get_int(node));
}

static void
offhook_command_erase_print_rows(JsonObject *reply)
{
	json_object_foreach_member(json_object_get_object_member(reply, "rows"),
				   offhook_command_erase_print_row_cb, NULL);
}

static gboolean
offhook_command_erase_confirm(OffhookClient *client, const char *path, GError **error)
{
	g_autoptr(JsonObject) reply = NULL;
	char answer[16] = "";

	if (!isatty(STDIN_FILENO)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "nobody is there to be asked: --yes erases without");
		return FALSE;
	}
	reply = offhook_client_request(client, "GET", path, NULL, error);
	if (reply == NULL)
		return FALSE;
	offhook_command_erase_print_rows(reply);
	g_print("Erase all of it, with its recordings, for good? [y/N] ");
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) != NULL && (*answer == 'y' || *answer == 'Y'))
		return TRUE;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "nothing was erased");
	return FALSE;
}

static void
offhook_command_erase_print_left_cb(JsonArray *array, guint index, JsonNode *node,
				    gpointer user_data)
{
	JsonObject *item = json_node_get_object(node);

	g_print("not deleted: %s %s: %s\n", offhook_client_get(item, "what"),
		offhook_client_get(item, "name"), offhook_client_get(item, "reason"));
}

static void
offhook_command_erase_print_receipt(JsonObject *receipt)
{
	JsonObject *files = json_object_get_object_member(receipt, "files");

	g_print("receipt %s of %s\n", offhook_client_get(receipt, "receipt_id"),
		offhook_client_get(receipt, "erased_at"));
	offhook_command_erase_print_rows(receipt);
	g_print("  %-16s %" G_GINT64_FORMAT " (%" G_GINT64_FORMAT " bytes)\n", "files",
		json_object_get_int_member(files, "count"),
		json_object_get_int_member(files, "bytes"));
	g_print("  %-16s %" G_GINT64_FORMAT "\n", "at providers",
		json_object_get_int_member(receipt, "provider_recordings"));
	if (json_object_get_int_member_with_default(receipt, "chroma_pending", 0) > 0)
		g_print("  %-16s %" G_GINT64_FORMAT ", deleted there as soon as it can be\n",
			"in Chroma", json_object_get_int_member(receipt, "chroma_pending"));
	json_array_foreach_element(json_object_get_array_member(receipt, "not_deleted"),
				   offhook_command_erase_print_left_cb, NULL);
}

int
offhook_command_erase(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *number = offhook_words_get_argument(words, 0);
	const char *user = offhook_words_get(words, "user");
	g_autoptr(JsonObject) receipt = NULL;
	g_autofree char *whom = NULL;
	g_autofree char *path = NULL;

	if ((number != NULL) == (user != NULL))
		return offhook_words_refuse(words, error, "either NUMBER or --user is needed");
	whom = g_uri_escape_string(user != NULL ? user : number, NULL, FALSE);
	path = g_strconcat(user != NULL ? "/callers/user/" : "/callers/", whom, NULL);
	if (!offhook_words_has(words, "yes") && !offhook_command_erase_confirm(client, path, error))
		return EXIT_FAILURE;
	/* Rewriting the tables of a large database takes its time. */
	g_object_set(client->session, "timeout", 0, NULL);
	receipt = offhook_client_request(client, "DELETE", path, NULL, error);
	if (receipt == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, receipt))
		offhook_command_erase_print_receipt(receipt);
	return json_object_get_boolean_member(receipt, "complete") ? EXIT_SUCCESS : EXIT_FAILURE;
}
