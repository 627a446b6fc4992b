/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "generic-config.h"

#include <offhook/rest-reply.h>

G_BEGIN_DECLS

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
OffhookRestReply *offhook_generic_request_send_finish(GAsyncResult *result, GError **error);

/** Sets the error that a refusal stands for, with the provider's words. */
void offhook_generic_reply_fail(const OffhookRestReply *self, const OffhookGenericConfig *config,
				const char *what, GError **error);

G_END_DECLS
