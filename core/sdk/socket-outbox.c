/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "socket-outbox.h"

#define TRIM_BYTES (64 * 1024) /* moving what waits costs, too */

void
offhook_socket_outbox_init(OffhookSocketOutbox *self, GByteArray *bytes)
{
	self->bytes = bytes;
	self->sent = 0;
}

void
offhook_socket_outbox_clear(OffhookSocketOutbox *self)
{
	g_clear_pointer(&self->bytes, g_byte_array_unref);
}

gsize
offhook_socket_outbox_get_size(const OffhookSocketOutbox *self)
{
	return self->bytes->len - self->sent;
}

gboolean
offhook_socket_outbox_write(OffhookSocketOutbox *self, GPollableOutputStream *stream)
{
	g_autoptr(GError) error = NULL;

	while (error == NULL && self->sent < self->bytes->len) {
		gssize n = g_pollable_output_stream_write_nonblocking(
		    stream, self->bytes->data + self->sent, self->bytes->len - self->sent, NULL,
		    &error);

		self->sent += (gsize)MAX(n, 0);
	}
	if (error != NULL && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
		self->sent = self->bytes->len;
	else
		g_clear_error(&error);
	if (self->sent == self->bytes->len || self->sent >= TRIM_BYTES) {
		g_byte_array_remove_range(self->bytes, 0, (guint)self->sent);
		self->sent = 0;
	}
	return error == NULL;
}
