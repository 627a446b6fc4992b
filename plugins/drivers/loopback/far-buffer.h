/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * What a carrier does with the audio it is sent: keep it, play it at line speed, tell when a mark
 * has been reached. Media thread.
 */
typedef struct _OffhookLoopbackFarBuffer OffhookLoopbackFarBuffer;

/** @limit: bytes; beyond them the oldest are dropped */
OffhookLoopbackFarBuffer *offhook_loopback_far_buffer_new(gsize limit);
void offhook_loopback_far_buffer_free(OffhookLoopbackFarBuffer *self);

void offhook_loopback_far_buffer_push(OffhookLoopbackFarBuffer *self, const guint8 *data,
				      gsize size);
void offhook_loopback_far_buffer_push_mark(OffhookLoopbackFarBuffer *self, const char *name);
/** Forgets the audio; the marks count as reached. */
void offhook_loopback_far_buffer_clear(OffhookLoopbackFarBuffer *self);

/** Plays up to @size bytes into @out. Returns: how many there were. */
gsize offhook_loopback_far_buffer_pull(OffhookLoopbackFarBuffer *self, guint8 *out, gsize size);
/** The next mark that was reached, (transfer full) (nullable). */
char *offhook_loopback_far_buffer_pull_mark(OffhookLoopbackFarBuffer *self);

gsize offhook_loopback_far_buffer_get_size(OffhookLoopbackFarBuffer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookLoopbackFarBuffer, offhook_loopback_far_buffer_free)

G_END_DECLS
