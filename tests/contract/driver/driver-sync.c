/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Short ways to call a driver from a test. Main thread.
 */

#include "driver-sync.h"

#include "harness.h"

#include <string.h>

OffhookSettings *
offhook_driver_sync_settings(const OffhookSetting *table, const char *const *pairs, GError **error)
{
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; pairs != NULL && pairs[i] != NULL; i += 2)
		g_hash_table_insert(values, (gpointer)pairs[i], (gpointer)pairs[i + 1]);
	return offhook_settings_new(table, values, "driver:test", error);
}

OffhookDriver *
offhook_driver_sync_new(GType type, const char *name, OffhookFakeCallHost *host,
			const OffhookSetting *table, const char *const *pairs)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSettings) settings = offhook_driver_sync_settings(table, pairs, &error);
	OffhookDriver *driver;
	gboolean configured;

	g_assert_no_error(error);
	driver = g_object_new(type, NULL);
	offhook_driver_set_host(driver, OFFHOOK_CALL_HOST(host), name);
	configured = offhook_driver_configure(driver, settings, &error);
	g_assert_no_error(error);
	g_assert_true(configured);
	return driver;
}

char *
offhook_driver_sync_make_call(OffhookDriver *driver, const OffhookCallRequest *request,
			      GCancellable *cancellable, GError **error)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_driver_make_call_async(driver, request, cancellable, harness_store_result_cb,
				       &stored);
	result = harness_wait_result(&stored, "make_call");
	return offhook_driver_make_call_finish(driver, result, error);
}

gboolean
offhook_driver_sync_execute(OffhookDriver *driver, const char *call_id, OffhookCallVerb verb,
			    const char *argument, GCancellable *cancellable, GError **error)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_driver_execute_async(driver, call_id, verb, argument, cancellable,
				     harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "execute");
	return offhook_driver_execute_finish(driver, result, error);
}

OffhookWebhookReply *
offhook_driver_sync_webhook(OffhookDriver *driver, const OffhookWebhook *webhook,
			    GCancellable *cancellable, GError **error)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_driver_handle_webhook_async(driver, webhook, cancellable, harness_store_result_cb,
					    &stored);
	result = harness_wait_result(&stored, "handle_webhook");
	return offhook_driver_handle_webhook_finish(driver, result, error);
}

OffhookDriverCheck *
offhook_driver_sync_check(OffhookDriver *driver, GError **error)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_driver_check_async(driver, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "check");
	return offhook_driver_check_finish(driver, result, error);
}

char *
offhook_driver_sync_send_message(OffhookDriver *driver, const OffhookTextMessage *message,
				 GCancellable *cancellable, GError **error)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_driver_send_message_async(driver, message, cancellable, harness_store_result_cb,
					  &stored);
	result = harness_wait_result(&stored, "send_message");
	return offhook_driver_send_message_finish(driver, result, error);
}

gboolean
offhook_driver_sync_fetch_recording(OffhookDriver *driver, const char *name, const char *path,
				    GError **error)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_driver_fetch_recording_async(driver, name, path, NULL, harness_store_result_cb,
					     &stored);
	result = harness_wait_result(&stored, "fetch_recording");
	return offhook_driver_fetch_recording_finish(driver, result, error);
}

gboolean
offhook_driver_sync_delete_recording(OffhookDriver *driver, const char *name, GError **error)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_driver_delete_recording_async(driver, name, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "delete_recording");
	return offhook_driver_delete_recording_finish(driver, result, error);
}

OffhookWebhook *
offhook_driver_sync_request(const char *method, const char *url, const char *path,
			    const char *content_type, const char *body)
{
	g_autoptr(GBytes) bytes = body != NULL ? g_bytes_new(body, strlen(body)) : NULL;
	OffhookWebhook *webhook = offhook_webhook_new(method, url, path, bytes);

	webhook->content_type = g_strdup(content_type);
	return webhook;
}
