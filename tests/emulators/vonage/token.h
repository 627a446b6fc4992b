/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "account.h"

#include <json-glib/json-glib.h>

/* The carrier's own token for a webhook with @payload (NULL: none is hashed), with whatever is to be
 * wrong about it; NULL: it sends none. */
gchar *offhook_emu_token_sign(const OffhookEmuAccount *account, const gchar *payload, gint64 now_s);

/* HS256 with @secret, or alg=none without a signature where @secret is NULL. @claims is taken over. */
gchar *offhook_emu_token_make(const gchar *secret, JsonObject *claims);

/* Is @authorization a token of the application, good now? NULL: yes; else what is wrong. */
const gchar *offhook_emu_token_check(const OffhookEmuAccount *account, const gchar *authorization,
				     gint64 now_s);
