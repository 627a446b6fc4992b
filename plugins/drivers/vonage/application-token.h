/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How long a token is good, and how long before its end it is replaced; seconds. */
#define OFFHOOK_VONAGE_TOKEN_LIFE_S  900
#define OFFHOOK_VONAGE_TOKEN_RENEW_S 60

/** The application's signature under our requests: a JWT, made anew shortly before it expires. */
typedef struct _OffhookVonageApplicationToken OffhookVonageApplicationToken;

/**
 * offhook_vonage_application_token_new:
 * @private_key: in PEM, PKCS#8 or PKCS#1
 *
 * Returns: (transfer full) (nullable): %NULL with %OFFHOOK_ERROR_CONFIG when the key can't sign
 */
OffhookVonageApplicationToken *offhook_vonage_application_token_new(const char *application_id,
								    const char *private_key,
								    GError **error);
void offhook_vonage_application_token_free(OffhookVonageApplicationToken *self);

/** @now_s: seconds since 1970. (transfer none) (nullable) */
const char *offhook_vonage_application_token_get(OffhookVonageApplicationToken *self, gint64 now_s,
						 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookVonageApplicationToken, offhook_vonage_application_token_free)

G_END_DECLS
