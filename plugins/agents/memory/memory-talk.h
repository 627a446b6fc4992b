/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What was said in a conversation, within limits: the beginning and the end of a long one. Main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OffhookMemoryTalk OffhookMemoryTalk;

OffhookMemoryTalk *offhook_memory_talk_new(void);
void offhook_memory_talk_free(OffhookMemoryTalk *self);
void offhook_memory_talk_add(OffhookMemoryTalk *self, gboolean caller, const char *text);
/** As if nothing had been said. */
void offhook_memory_talk_clear(OffhookMemoryTalk *self);
/** Whether the caller has said nothing. */
gboolean offhook_memory_talk_is_empty(OffhookMemoryTalk *self);

/** A line for each. (transfer full) */
char *offhook_memory_talk_write(OffhookMemoryTalk *self);
/** The caller's first and last words; he has said something. (transfer full) */
char *offhook_memory_talk_summarise(OffhookMemoryTalk *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMemoryTalk, offhook_memory_talk_free)

G_END_DECLS
