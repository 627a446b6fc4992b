/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Bytes that wait until a stream takes them. One thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
	GByteArray *bytes;
	gsize sent; /* of them, which are still there */
} OffhookSocketOutbox;

/** @bytes: (transfer full) */
void offhook_socket_outbox_init(OffhookSocketOutbox *self, GByteArray *bytes);
void offhook_socket_outbox_clear(OffhookSocketOutbox *self);
/** How many wait. */
gsize offhook_socket_outbox_get_size(const OffhookSocketOutbox *self);

/**
 * offhook_socket_outbox_write:
 *
 * As much as the stream takes now. Returns: %FALSE when it takes no more, ever: then all are dropped
 */
gboolean offhook_socket_outbox_write(OffhookSocketOutbox *self, GPollableOutputStream *stream);

G_END_DECLS
