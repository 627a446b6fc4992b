/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What answers when nothing is configured.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How problems and notices call it. */
#define OFFHOOK_EMBEDDED_NAME "built-in defaults"

/** A keyfile: the assistants that are there when no file has any. Static. */
const char *offhook_embedded_defaults_get(void);

G_END_DECLS
