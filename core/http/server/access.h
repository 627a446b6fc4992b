/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Who may come in: whoever has the API token or the service key may do everything, a user with a token
 * of his own only what is meant for users. Main thread.
 */
#pragma once

#include "config/config.h"
#include "store/store-interactions.h"

G_BEGIN_DECLS

typedef struct _OffhookHttpAccess OffhookHttpAccess;

/** @api_token: (nullable): nobody knows it */
OffhookHttpAccess *offhook_http_access_new(const char *api_token);
void offhook_http_access_free(OffhookHttpAccess *self);

/** Also on reload. */
void offhook_http_access_configure(OffhookHttpAccess *self, OffhookConfig *config);

/** Whether @token (nullable) is the server's own, which may do everything. */
gboolean offhook_http_access_is_server(OffhookHttpAccess *self, const char *token);

/**
 * offhook_http_access_check:
 * @token: (nullable)
 * @user: (out) (optional) (transfer full) (nullable): who it is, if he may only do what is a user's;
 *   where this is %NULL users may not come in
 *
 * %OFFHOOK_ERROR_AUTHENTICATION without a good token, %OFFHOOK_ERROR_PERMISSION for a good one that
 * does not do.
 */
gboolean offhook_http_access_check(OffhookHttpAccess *self, const char *token,
				   OffhookStoreUser **user, GError **error);

G_END_DECLS
