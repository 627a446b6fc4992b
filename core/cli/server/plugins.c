/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook plugins: each plugin and each further section of one.
 */

#include <stdlib.h>

#include "cli/command/commands.h"
#include "cli/print/table.h"

OFFHOOK_TABLE_TEXT(offhook_plugins_print_kind, "kind")
OFFHOOK_TABLE_TEXT(offhook_plugins_print_name, "name")
OFFHOOK_TABLE_TEXT(offhook_plugins_print_plugin, "plugin")
OFFHOOK_TABLE_TEXT(offhook_plugins_print_version, "version")
OFFHOOK_TABLE_TEXT(offhook_plugins_print_status, "status")

static char *
offhook_plugins_print_remark(JsonObject *row)
{
	return offhook_table_dup_text(
	    row, json_object_get_string_member_with_default(row, "reason", NULL) != NULL
		     ? "reason"
		     : "summary");
}

int
offhook_command_plugins(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookTableColumn columns[] = {
	    {"KIND", 7, 1, offhook_plugins_print_kind},
	    {"NAME", 14, 0, offhook_plugins_print_name},
	    {"PLUGIN", 14, 4, offhook_plugins_print_plugin},
	    {"VERSION", 9, 3, offhook_plugins_print_version},
	    {"STATUS", 13, 0, offhook_plugins_print_status},
	    {"", OFFHOOK_TABLE_REST, 2, offhook_plugins_print_remark},
	    {NULL},
	};
	g_autoptr(JsonObject) reply =
	    offhook_client_request(client, "GET", "/plugins", NULL, error);

	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		offhook_table_print(columns, json_object_get_array_member(reply, "plugins"));
	return EXIT_SUCCESS;
}
