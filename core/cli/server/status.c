/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook status.
 */

#include <stdlib.h>

#include "cli/command/commands.h"
#include "cli/print/describe.h"

/* Only those that fail: which engine there is says the configuration. */
static void
offhook_command_status_print_engine_cb(JsonArray *array, guint index, JsonNode *node,
				       gpointer user_data)
{
	JsonObject *engine = json_node_get_object(node);
	const char *state = offhook_client_get(engine, "state");
	const char *code = json_object_get_string_member_with_default(engine, "error_code", NULL);

	if (!g_str_equal(state, "closed"))
		g_print("%-12s %s (%s): %s%s%s\n", "engine", offhook_client_get(engine, "engine"),
			offhook_client_get(engine, "role"),
			g_str_equal(state, "open") ? "fails, and is left alone for now"
						   : "failed, and is tried again",
			code != NULL ? ", " : "", code != NULL ? code : "");
}

/* Only those that fail, too. */
static void
offhook_command_status_print_webhook_cb(JsonArray *array, guint index, JsonNode *node,
					gpointer user_data)
{
	JsonObject *webhook = json_node_get_object(node);
	gboolean disabled = json_object_get_boolean_member_with_default(webhook, "disabled", FALSE);

	if (disabled || json_object_get_int_member_with_default(webhook, "failures", 0) > 0)
		g_print("%-12s %s %s: %s, %" G_GINT64_FORMAT " events wait\n", "webhook",
			offhook_client_get(webhook, "endpoint"),
			disabled ? "is sent nothing any more" : "takes nothing",
			offhook_client_get(webhook, "error"),
			json_object_get_int_member_with_default(webhook, "waiting", 0));
}

int
offhook_command_status(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_autoptr(JsonObject) health = NULL;
	g_autoptr(JsonObject) providers = NULL;
	g_autofree char *elders = NULL;
	JsonObject *services, *memory;

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
	elders = offhook_describe_elders(health);
	/* An older server does not tell whether it drains. */
	g_print("%-12s %" G_GINT64_FORMAT "%s%s\n", "calls",
		json_object_get_int_member(health, "active_calls"), elders,
		json_object_get_boolean_member_with_default(health, "draining", FALSE)
		    ? " left, and no new ones are taken"
		    : " in progress");
	g_print("%-12s %s\n", "provider", offhook_client_get(providers, "current_provider"));
	g_print("%-12s %s\n", "database",
		offhook_client_get(json_object_get_object_member(services, "database"), "status"));
	json_array_foreach_element(json_object_get_array_member(health, "engines"),
				   offhook_command_status_print_engine_cb, NULL);
	/* An older server does not tell. */
	if (json_object_has_member(health, "webhooks"))
		json_array_foreach_element(json_object_get_array_member(health, "webhooks"),
					   offhook_command_status_print_webhook_cb, NULL);
	g_print("%-12s %.1f MiB\n", "memory",
		json_object_get_int_member(memory, "rss") / 1048576.0);
	return EXIT_SUCCESS;
}
