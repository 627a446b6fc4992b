/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook setup: what a provider's credentials look like, as its driver says it in OffhookSetting.choices.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * offhook_shape_check:
 * @shape: "AC + 32 hex", "uuid", "phone", "pem"; anything is right for one that this program does not know
 * @secret: @value is not to be seen
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_CONFIG: says what is expected. An empty value is as good as none.
 */
gboolean offhook_shape_check(const char *shape, gboolean secret, const char *value, GError **error);

/**
 * Of "pem" that names a file what is in it: the service may not be allowed to read that one. Else @value itself.
 * (transfer full)
 */
char *offhook_shape_read(const char *shape, const char *value);

G_END_DECLS
