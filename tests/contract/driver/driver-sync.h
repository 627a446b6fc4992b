/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "fake-call-host.h"

#include <offhook/driver.h>

G_BEGIN_DECLS

/** Settings from name, value, ... and a %NULL at the end; (nullable) with @error */
OffhookSettings *offhook_driver_sync_settings(const OffhookSetting *table, const char *const *pairs,
					      GError **error);

/** A driver of @type with these settings, on @host, under @name. (transfer full) */
OffhookDriver *offhook_driver_sync_new(GType type, const char *name, OffhookFakeCallHost *host,
				       const OffhookSetting *table, const char *const *pairs);

/* The asynchronous functions of a driver, waited for. */
char *offhook_driver_sync_make_call(OffhookDriver *driver, const OffhookCallRequest *request,
				    GCancellable *cancellable, GError **error);
gboolean offhook_driver_sync_execute(OffhookDriver *driver, const char *call_id,
				     OffhookCallVerb verb, const char *argument,
				     GCancellable *cancellable, GError **error);
OffhookWebhookReply *offhook_driver_sync_webhook(OffhookDriver *driver,
						 const OffhookWebhook *webhook,
						 GCancellable *cancellable, GError **error);
OffhookDriverCheck *offhook_driver_sync_check(OffhookDriver *driver, GError **error);

char *offhook_driver_sync_send_message(OffhookDriver *driver, const OffhookTextMessage *message,
				       GCancellable *cancellable, GError **error);
gboolean offhook_driver_sync_fetch_recording(OffhookDriver *driver, const char *name,
					     const char *path, GError **error);
gboolean offhook_driver_sync_delete_recording(OffhookDriver *driver, const char *name,
					      GError **error);

/** A request as the daemon passes it on; @content_type and @body (nullable). (transfer full) */
OffhookWebhook *offhook_driver_sync_request(const char *method, const char *url, const char *path,
					    const char *content_type, const char *body);

G_END_DECLS
