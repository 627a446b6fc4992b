/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook status.
 */

#include <stdlib.h>

#include "cli/commands.h"

int
offhook_command_status(OffhookClient *client, char ***argv, GError **error)
{
	g_autoptr(JsonObject) health = NULL;
	g_autoptr(JsonObject) providers = NULL;
	JsonObject *services, *memory;

	if (!offhook_command_parse(argv, NULL, 0, 0, "status", error))
		return EXIT_FAILURE;
	health = offhook_client_request(client, "GET", "/health/detailed", NULL, error);
	if (health == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, health))
		return EXIT_SUCCESS;
	providers = offhook_client_request(client, "GET", "/voice/providers", NULL, error);
	if (providers == NULL)
		return EXIT_FAILURE;
	services = json_object_get_object_member(health, "services");
	memory = json_object_get_object_member(health, "memory");
	g_print("%-12s %s\n", "server", client->url);
	g_print("%-12s %s\n", "status", offhook_client_get(health, "status"));
	g_print("%-12s %s\n", "version", offhook_client_get(health, "version"));
	g_print("%-12s %.0f s\n", "uptime", json_object_get_double_member(health, "uptime"));
	g_print("%-12s %" G_GINT64_FORMAT "\n", "calls",
		json_object_get_int_member(health, "active_calls"));
	g_print("%-12s %s\n", "provider", offhook_client_get(providers, "current_provider"));
	g_print("%-12s %s\n", "database",
		offhook_client_get(json_object_get_object_member(services, "database"), "status"));
	g_print("%-12s %.1f MiB\n", "memory",
		json_object_get_int_member(memory, "rss") / 1048576.0);
	return EXIT_SUCCESS;
}
