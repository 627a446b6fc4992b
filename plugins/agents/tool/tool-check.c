/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Goes over the hosts of a tool, one after the other. What is connected to in a call is guarded there: a
 * name may lead elsewhere by then. Main thread.
 */

#include "tool-check.h"

#include <offhook/error.h>
#include <offhook/web-client.h>

typedef struct {
	OffhookToolConfig *config;
	GPtrArray *hosts;
	guint n_seen;
} OffhookToolCheck;

static void
offhook_tool_check_free(gpointer data)
{
	OffhookToolCheck *check = data;

	offhook_tool_config_unref(check->config);
	g_ptr_array_unref(check->hosts);
	g_free(check);
}

/* All that the URL may lead to and that can be told now. (transfer full) (element-type utf8) */
static GPtrArray *
offhook_tool_check_list_hosts(const OffhookToolConfig *config)
{
	GPtrArray *hosts = g_ptr_array_new_with_free_func(g_free);

	if (config->allow_private)
		return hosts;
	if (config->host != NULL)
		g_ptr_array_add(hosts, g_strdup(config->host));
	for (char **host = config->hosts; config->host == NULL && *host != NULL; host++)
		if (!g_str_has_prefix(*host, "*."))
			g_ptr_array_add(hosts, g_strdup(*host));
	return hosts;
}

static gboolean
offhook_tool_check_refuse(const OffhookToolConfig *config, const char *host, GInetAddress *address,
			  GError **error)
{
	g_autofree char *text = g_inet_address_to_string(address);

	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "%s: \"%s\" leads to %s, expected an address of the public internet, or "
		    "allow-private=true",
		    config->host != NULL ? "url" : "allowed-hosts", host, text);
	return FALSE;
}

gboolean
offhook_tool_check_addresses(const OffhookToolConfig *config, GError **error)
{
	g_autoptr(GPtrArray) hosts = offhook_tool_check_list_hosts(config);

	for (guint i = 0; i < hosts->len; i++) {
		const char *host = g_ptr_array_index(hosts, i);
		g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);

		if (address != NULL && !offhook_web_is_public_address(address))
			return offhook_tool_check_refuse(config, host, address, error);
	}
	return TRUE;
}

/* One that is public will do: the others are passed over when it is connected to. */
static gboolean
offhook_tool_check_found(const OffhookToolConfig *config, const char *host, GList *addresses,
			 GError **error)
{
	for (GList *l = addresses; l != NULL; l = l->next)
		if (offhook_web_is_public_address(l->data))
			return TRUE;
	return offhook_tool_check_refuse(config, host, addresses->data, error);
}

static void offhook_tool_check_look_up(GTask *task);

static void
offhook_tool_check_looked_up_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookToolCheck *check = g_task_get_task_data(task);
	const char *host = g_ptr_array_index(check->hosts, check->n_seen++);
	GError *error = NULL;
	GList *addresses = g_resolver_lookup_by_name_finish(G_RESOLVER(source), result, &error);

	if (addresses == NULL)
		g_task_return_new_error(
		    task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s: \"%s\" is not found: %s",
		    check->config->host != NULL ? "url" : "allowed-hosts", host, error->message);
	else if (!offhook_tool_check_found(check->config, host, addresses, &error))
		g_task_return_error(task, g_steal_pointer(&error));
	else
		offhook_tool_check_look_up(g_steal_pointer(&task));
	g_clear_error(&error);
	g_resolver_free_addresses(addresses);
}

/* @task: (transfer full) */
static void
offhook_tool_check_look_up(GTask *task)
{
	g_autoptr(GTask) owned = task;
	OffhookToolCheck *check = g_task_get_task_data(task);
	g_autoptr(GResolver) resolver = g_resolver_get_default();

	if (check->n_seen == check->hosts->len)
		g_task_return_boolean(task, TRUE);
	else
		g_resolver_lookup_by_name_async(
		    resolver, g_ptr_array_index(check->hosts, check->n_seen),
		    g_task_get_cancellable(task), offhook_tool_check_looked_up_cb,
		    g_steal_pointer(&owned));
}

void
offhook_tool_check_async(OffhookAgent *agent, OffhookToolConfig *config, GCancellable *cancellable,
			 GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(agent, cancellable, callback, user_data);
	OffhookToolCheck *check = g_new0(OffhookToolCheck, 1);

	g_task_set_source_tag(task, offhook_tool_check_async);
	check->config = offhook_tool_config_ref(config);
	check->hosts = offhook_tool_check_list_hosts(config);
	g_task_set_task_data(task, check, offhook_tool_check_free);
	offhook_tool_check_look_up(task);
}

gboolean
offhook_tool_check_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}
