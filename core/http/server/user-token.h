/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A user's token: a JWT, signed with the secret that whoever signs users in shares with us (Supabase,
 * say). Main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Longest token, in bytes. */
#define OFFHOOK_USER_TOKEN_MAX 8192
/** How much clocks may differ, in seconds. */
#define OFFHOOK_USER_TOKEN_SKEW_S 30

typedef struct {
	char *subject; /* (nullable): "sub" */
	char *role;    /* (nullable) */
	char *claims;  /* all of them, as a JSON object */
} OffhookUserToken;

/** Whether @text looks like a JWT at all: three words joined by points. */
gboolean offhook_user_token_is_one(const char *text);

/**
 * offhook_user_token_check:
 * @secret: HS256 with this key is the only signature that counts, whatever the token says
 * @now_s: seconds since 1970
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_AUTHENTICATION says what is wrong
 */
OffhookUserToken *offhook_user_token_check(const char *text, const char *secret, gint64 now_s,
					   GError **error);
void offhook_user_token_free(OffhookUserToken *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookUserToken, offhook_user_token_free)

G_END_DECLS
