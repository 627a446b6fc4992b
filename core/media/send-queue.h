/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a connection could not take at once. Audio gives way, oldest first; everything else is kept.
 * Empty, and without allocations, as long as the far end reads. One thread.
 */
#pragma once

#include "base/hot-set.h"
#include "media/media-socket.h"

G_BEGIN_DECLS

/** So many messages that are not audio may wait; the connection is given up beyond. */
#define OFFHOOK_SEND_QUEUE_MAX_CONTROL 512

typedef struct _OffhookSendQueue OffhookSendQueue;

/** @max_audio: audio messages that may wait */
OffhookSendQueue *offhook_send_queue_new(OffhookMediaSocket *socket, guint max_audio);
void offhook_send_queue_free(OffhookSendQueue *self);

/**
 * offhook_send_queue_send:
 * @audio: may be dropped while it waits
 *
 * Writes @data now, or as soon as it can be written. Returns: %FALSE with @error when the connection
 *   is broken, or with %OFFHOOK_ERROR_LIMIT when too much waits that can't be dropped
 */
gboolean offhook_send_queue_send(OffhookSendQueue *self, const guint8 *data, gsize size,
				 gboolean audio, GError **error);

/** The descriptor can be written again. */
gboolean offhook_send_queue_flush(OffhookSendQueue *self, GError **error);

/** Drops all waiting audio that has not been begun. */
void offhook_send_queue_drop_audio(OffhookSendQueue *self);

gboolean offhook_send_queue_is_empty(OffhookSendQueue *self);

/** Audio messages dropped because the far end did not read. */
guint64 offhook_send_queue_get_dropped(OffhookSendQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSendQueue, offhook_send_queue_free)

/** What a frame touches of it. */
void offhook_send_queue_add_hot(const OffhookSendQueue *self, OffhookHotSet *set);

G_END_DECLS
