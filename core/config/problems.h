/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Everything that is wrong with a configuration, collected so that it can be said at once.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** More than these are counted, not kept. */
#define OFFHOOK_PROBLEMS_MAX 200

typedef struct _OffhookProblems OffhookProblems;

OffhookProblems *offhook_problems_new(void);
void offhook_problems_free(OffhookProblems *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookProblems, offhook_problems_free)

void offhook_problems_add(OffhookProblems *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
guint offhook_problems_count(OffhookProblems *self);
/** (nullable): beyond the last kept one */
const char *offhook_problems_get(OffhookProblems *self, guint index);

/** Returns: %FALSE with %OFFHOOK_ERROR_CONFIG, a line for each problem, when there are any. */
gboolean offhook_problems_to_error(OffhookProblems *self, GError **error);

G_END_DECLS
