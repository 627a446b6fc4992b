/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * "Did you mean ...?"
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * offhook_nearest_find:
 * @candidates: (nullable): ends with %NULL
 *
 * Returns: (transfer none) (nullable): the candidate that takes the fewest edits (insert, delete,
 * replace, swap neighbours) to make of @word, the first of several; %NULL when even that one is
 * nothing like it. Any thread.
 */
const char *offhook_nearest_find(const char *word, const char *const *candidates);

/** " (did you mean \"x\"?)", or "" when nothing is near. (transfer full) */
char *offhook_nearest_hint(const char *word, const char *const *candidates);

G_END_DECLS
