/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the processes of a handover tell each other beyond single words: where they are found, and how many calls they
 * have. The other one may be of another version. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** So many processes have calls at once, beside the one that serves. */
#define OFFHOOK_HANDOVER_MAX 8

/**
 * offhook_handover_text_read_urls:
 * @text: an address in each line, the giver's own in the first
 *
 * Returns: (transfer full) (nullable): one at least; %OFFHOOK_ERROR_FORMAT when one of them is not of this machine
 *   alone, or there are too many
 */
char **offhook_handover_text_read_urls(const char *text, GError **error);

/** Of so many calls in progress. (transfer full) */
char *offhook_handover_text_write_calls(guint n);
/** @n: (out): stays when @message is about something else */
gboolean offhook_handover_text_read_calls(const char *message, guint *n);

G_END_DECLS
