/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The bytes of a connection that was taken over from libsoup: the raw descriptor when it is plain,
 * the stream on top of it when it is TLS. Non-blocking. Used in one media thread.
 */
#pragma once

#include "base/hot-set.h"
#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _OffhookMediaSocket OffhookMediaSocket;

/**
 * offhook_media_socket_new:
 * @stream: (transfer none): what libsoup gave away. Bytes that it had read ahead are read first.
 *
 * Returns: (transfer full): %NULL with %OFFHOOK_ERROR_INVALID_ARGUMENT when there is no socket
 *   below @stream
 */
OffhookMediaSocket *offhook_media_socket_new(GIOStream *stream, GError **error);
/** Closes the connection, without waiting for the far end. */
void offhook_media_socket_free(OffhookMediaSocket *self);

/** To be polled for reading and writing. */
int offhook_media_socket_get_fd(OffhookMediaSocket *self);
gboolean offhook_media_socket_is_tls(OffhookMediaSocket *self);

/**
 * offhook_media_socket_read:
 * @more: (out): whether reading again may give more before the descriptor is polled
 *
 * Returns: the bytes read; 0 when there are none now; -1 with @error at an error, and without at the
 *   end of the stream
 */
gssize offhook_media_socket_read(OffhookMediaSocket *self, guint8 *buffer, gsize size,
				 gboolean *more, GError **error);

/** Returns: the bytes taken; 0 when none can be taken now; -1 with @error. Never raises SIGPIPE. */
gssize offhook_media_socket_write(OffhookMediaSocket *self, const guint8 *data, gsize size,
				  GError **error);

/** Nothing more will be written. Does nothing under TLS. */
void offhook_media_socket_shut_writing(OffhookMediaSocket *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMediaSocket, offhook_media_socket_free)

/** What a frame touches of it. */
void offhook_media_socket_add_hot(const OffhookMediaSocket *self, OffhookHotSet *set);

G_END_DECLS
