/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call's state, and what more than one part of the driver does with it. Main thread.
 */

#include "generic-call.h"

#include "request.h"

OffhookGenericCall *
offhook_generic_call_new(OffhookGenericConfig *config, gboolean outbound)
{
	OffhookGenericCall *self = g_new0(OffhookGenericCall, 1);

	self->config = offhook_generic_config_ref(config);
	self->outbound = outbound;
	return self;
}

void
offhook_generic_call_free(OffhookGenericCall *self)
{
	offhook_generic_config_unref(self->config);
	g_free(self);
}

/* ---- URLs ---- */

char *
offhook_generic_desk_make_webhook_url(const OffhookGenericDesk *desk, const char *call_id)
{
	const OffhookGenericConfig *config = desk->config;
	gboolean in_path = config->auth == OFFHOOK_GENERIC_AUTH_PATH && config->secret != NULL;
	g_autofree char *rest =
	    g_strconcat(in_path ? "/" : "", in_path ? config->secret : "",
			call_id != NULL ? "?call=" : "", call_id != NULL ? call_id : "", NULL);

	return offhook_driver_make_webhook_url(desk->driver, config->base_url, rest);
}

char *
offhook_generic_desk_make_media_url(const OffhookGenericDesk *desk, const char *call_id,
				    char **token, GError **error)
{
	g_autofree char *query = NULL;

	*token = offhook_stream_tokens_issue(desk->tokens, call_id, error);
	if (*token == NULL)
		return NULL;
	query = g_strconcat("?token=", *token, NULL);
	return offhook_driver_make_media_url(desk->driver, desk->config->base_url, query);
}

/* ---- the end ---- */

void
offhook_generic_desk_end_call(const OffhookGenericDesk *desk, const char *call_id,
			      OffhookEndReason reason)
{
	OffhookGenericCall *call = offhook_call_table_find(desk->calls, call_id);

	if (call == NULL || call->ended)
		return;
	call->ended = TRUE;
	offhook_stream_tokens_revoke(desk->tokens, call_id);
	if (call->connected)
		offhook_driver_end_call_later(desk->driver, call_id, reason,
					      OFFHOOK_GENERIC_GRACE_MS);
	else
		offhook_call_host_update_call(offhook_driver_get_host(desk->driver), call_id,
					      OFFHOOK_CALL_ENDED, reason);
}

static void
offhook_generic_dropped_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;

	if (!g_task_propagate_boolean(G_TASK(result), &error))
		g_message("a call could not be ended: %s", error->message);
}

void
offhook_generic_desk_drop_call(const OffhookGenericDesk *desk, const char *call_id)
{
	GTask *task = g_task_new(desk->driver, NULL, offhook_generic_dropped_cb, NULL);

	offhook_generic_execute(desk, call_id, OFFHOOK_VERB_HANG_UP, NULL, task);
}

void
offhook_generic_desk_name_call(const OffhookGenericDesk *desk, const char *call_id,
			       const char *provider_id)
{
	OffhookGenericCall *call = offhook_call_table_find(desk->calls, call_id);
	gboolean known = offhook_call_table_get_provider_id(desk->calls, call_id) != NULL;

	if (call == NULL || known || !offhook_call_table_name(desk->calls, call_id, provider_id))
		return;
	offhook_call_host_name_call(offhook_driver_get_host(desk->driver), desk->driver, call_id,
				    provider_id);
	if ((call->abandoned || call->hanging_up) && !call->ended)
		offhook_generic_desk_drop_call(desk, call_id);
}
