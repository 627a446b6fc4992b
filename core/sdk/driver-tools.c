/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the base class offers to drivers. Main thread.
 */

#include <offhook/driver.h>

#include <offhook/error.h>
#include <string.h>

GTask *
offhook_driver_begin_task(OffhookDriver *self, gpointer tag, GCancellable *cancellable,
			  GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, tag);
	if (g_task_return_error_if_cancelled(task))
		return NULL;
	g_task_set_check_cancellable(task, FALSE);
	return g_steal_pointer(&task);
}

gpointer
offhook_driver_fail_unknown_call(OffhookDriver *self, const char *call_id, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "call %s is not one of %s",
		    call_id, offhook_driver_get_name(self));
	return NULL;
}

gboolean
offhook_driver_fail_bridge(OffhookDriver *self, const char *call_id, const char *other_id,
			   gboolean known, GError **error)
{
	if (known)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "calls %s and %s can't be bridged: expected two that are in progress",
			    call_id, other_id);
	else
		g_set_error(
		    error, OFFHOOK_ERROR,
		    other_id != NULL ? OFFHOOK_ERROR_NOT_FOUND : OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "bridge: expected the id of another call of %s", offhook_driver_get_name(self));
	return FALSE;
}

gboolean
offhook_http_url_is_valid(const char *text)
{
	g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";

	return (g_str_equal(scheme, "http") || g_str_equal(scheme, "https")) &&
	       g_uri_get_host(uri) != NULL && *g_uri_get_host(uri) != '\0';
}

char *
offhook_driver_make_webhook_url(OffhookDriver *self, const char *base, const char *rest)
{
	g_autofree char *ours =
	    base == NULL ? offhook_call_host_dup_public_url(offhook_driver_get_host(self)) : NULL;
	g_autofree char *mark = offhook_call_host_dup_address_mark(offhook_driver_get_host(self));

	return g_strconcat(base != NULL ? base : ours, "/voice/webhook/", mark,
			   offhook_driver_get_name(self), rest, NULL);
}

char *
offhook_driver_make_media_url(OffhookDriver *self, const char *base, const char *rest)
{
	g_autofree char *ours =
	    base == NULL ? offhook_call_host_dup_public_url(offhook_driver_get_host(self)) : NULL;
	const char *http = base != NULL ? base : ours;
	const char *host = strstr(http, "://");
	g_autofree char *mark = offhook_call_host_dup_address_mark(offhook_driver_get_host(self));

	return g_strconcat(g_str_has_prefix(http, "https:") ? "wss" : "ws",
			   host != NULL ? host : "", "/media/", mark, offhook_driver_get_name(self),
			   rest, NULL);
}

char *
offhook_driver_parse_base_url(const char *text)
{
	gsize size = strcspn(text, "?#");
	const char *own = g_strstr_len(text, (gssize)size, "/voice/webhook");

	if (!offhook_http_url_is_valid(text))
		return NULL;
	if (own != NULL)
		size = (gsize)(own - text);
	while (size > 0 && text[size - 1] == '/')
		size--;
	return g_strndup(text, size);
}

char *
offhook_driver_rebase_url(OffhookDriver *self, const char *base, const char *url)
{
	g_autofree char *ours = offhook_call_host_dup_public_url(offhook_driver_get_host(self));

	if (base == NULL || ours == NULL || !g_str_has_prefix(url, ours))
		return NULL;
	return g_strconcat(base, url + strlen(ours), NULL);
}

/* ---- later ---- */

typedef struct {
	GWeakRef driver;
	OffhookDriverLater func;
	char *name;
	int value;
} OffhookDriverDelayed;

static void
offhook_driver_delayed_free(gpointer data)
{
	OffhookDriverDelayed *delayed = data;

	g_weak_ref_clear(&delayed->driver);
	g_free(delayed->name);
	g_free(delayed);
}

static gboolean
offhook_driver_delayed_cb(gpointer user_data)
{
	OffhookDriverDelayed *delayed = user_data;
	g_autoptr(OffhookDriver) driver = g_weak_ref_get(&delayed->driver);

	if (driver != NULL)
		delayed->func(driver, delayed->name, delayed->value);
	return G_SOURCE_REMOVE;
}

void
offhook_driver_run_later(OffhookDriver *self, guint ms, OffhookDriverLater func, const char *name,
			 int value)
{
	OffhookDriverDelayed *delayed;

	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	delayed = g_new0(OffhookDriverDelayed, 1);
	g_weak_ref_init(&delayed->driver, self);
	delayed->func = func;
	delayed->name = g_strdup(name);
	delayed->value = value;
	if (ms > 0)
		g_timeout_add_full(G_PRIORITY_DEFAULT, ms, offhook_driver_delayed_cb, delayed,
				   offhook_driver_delayed_free);
	else
		g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, offhook_driver_delayed_cb, delayed,
				offhook_driver_delayed_free);
}

static void
offhook_driver_end_call_now(OffhookDriver *self, const char *call_id, int reason)
{
	offhook_call_host_update_call(offhook_driver_get_host(self), call_id, OFFHOOK_CALL_ENDED,
				      (OffhookEndReason)reason);
}

void
offhook_driver_end_call_later(OffhookDriver *self, const char *call_id, OffhookEndReason reason,
			      guint delay_ms)
{
	offhook_driver_run_later(self, delay_ms, offhook_driver_end_call_now, call_id, (int)reason);
}
