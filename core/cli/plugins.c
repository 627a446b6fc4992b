/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook plugins: each plugin and each further section of one.
 */

#include <stdlib.h>

#include "cli/commands.h"

static void
offhook_command_plugins_print_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	JsonObject *plugin = json_node_get_object(node);
	const char *reason = json_object_get_string_member_with_default(plugin, "reason", NULL);

	g_print("%-7s %-14s %-14s %-9s %-13s %s\n", offhook_client_get(plugin, "kind"),
		offhook_client_get(plugin, "name"), offhook_client_get(plugin, "plugin"),
		offhook_client_get(plugin, "version"), offhook_client_get(plugin, "status"),
		reason != NULL ? reason : offhook_client_get(plugin, "summary"));
}

int
offhook_command_plugins(OffhookClient *client, char ***argv, GError **error)
{
	g_autoptr(JsonObject) reply = NULL;

	if (!offhook_command_parse(argv, NULL, 0, 0, "plugins", error))
		return EXIT_FAILURE;
	reply = offhook_client_request(client, "GET", "/plugins", NULL, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, reply))
		return EXIT_SUCCESS;
	g_print("%-7s %-14s %-14s %-9s %-13s %s\n", "KIND", "NAME", "PLUGIN", "VERSION", "STATUS",
		"");
	json_array_foreach_element(json_object_get_array_member(reply, "plugins"),
				   offhook_command_plugins_print_cb, NULL);
	return EXIT_SUCCESS;
}
