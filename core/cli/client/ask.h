/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Asking people, where a terminal is.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean offhook_ask_is_possible(void);
/** @fallback: (nullable): on Enter. (transfer full) (nullable): nothing was said */
char *offhook_ask_text(const char *question, const char *fallback);
/** The same, without showing it. */
char *offhook_ask_secret(const char *question);
/** Whether it is yes; on Enter it is not. */
gboolean offhook_ask_yes(const char *question);

G_END_DECLS
