/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "generic-config.h"

#include <offhook/web-client.h>

G_BEGIN_DECLS

/** What the provider answered. */
typedef struct {
	guint status;
	JsonObject *body; /* (nullable): when it is one */
} OffhookGenericReply;

void offhook_generic_reply_free(OffhookGenericReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookGenericReply, offhook_generic_reply_free)

/**
 * offhook_generic_request_send_async:
 * @action: one that @config has a URL for
 * @values: besides api_url, api_key and phone_number, which are added
 */
void offhook_generic_request_send_async(OffhookWebClient *web, OffhookGenericConfig *config,
					OffhookGenericAction action,
					const OffhookGenericValue *values,
					GAsyncReadyCallback callback, gpointer user_data);
/** Errors as offhook_web_client_send_finish(); any status is a reply. */
OffhookGenericReply *offhook_generic_request_send_finish(GAsyncResult *result, GError **error);

gboolean offhook_generic_reply_is_success(const OffhookGenericReply *self);
/** Sets the error that a refusal stands for, with the provider's words. */
void offhook_generic_reply_fail(const OffhookGenericReply *self, const OffhookGenericConfig *config,
				const char *what, GError **error);

G_END_DECLS
