/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * While one process hands over to another, the addresses that it gives to providers tell whose they are:
 * "/media/process/1a2b3c4d/NAME" instead of "/media/NAME". Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A new one. (transfer full) */
char *offhook_process_mark_new(void);

/**
 * offhook_process_mark_strip:
 * @mark: (out) (transfer full) (nullable): %NULL when @path has none
 *
 * Returns: (transfer full): @path without it
 */
char *offhook_process_mark_strip(const char *path, char **mark);

G_END_DECLS
