/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Cuts a text into parts that are spoken one after another. Pure. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Bytes after which a part ends at the next gap between words, and after which it ends anyway. */
#define OFFHOOK_SPEECH_SPLIT_LONG 300
#define OFFHOOK_SPEECH_SPLIT_MAX  400

/**
 * offhook_speech_split_next:
 * @text: UTF-8
 * @at: where the part before ended, 0 at first
 *
 * Returns: where the part that begins at @at ends: after a sentence, after a clause of a long one,
 * or at a gap; never inside a character; the length of @text at last
 */
gsize offhook_speech_split_next(const char *text, gsize at);

/**
 * offhook_speech_split_clean:
 *
 * Returns: (transfer full): @text with a space for each byte that is no UTF-8 and each control
 * character, so that offsets stay
 */
char *offhook_speech_split_clean(const char *text);

G_END_DECLS
