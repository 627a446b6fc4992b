/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any answer to a WebSocket's handshake, whole or cut anywhere: a status with headers, or an error,
 * or more is asked for, and a body is UTF-8 within its limit.
 */

#include "socket-handshake.h"

#include <offhook/error.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_auto(OffhookSocketReply) reply = {0};
	g_autoptr(GError) error = NULL;
	g_autofree char *body = NULL;
	gboolean whole = FALSE;

	if (!offhook_socket_handshake_parse(data, size, &reply, &whole, &error)) {
		g_assert_nonnull(error);
		g_assert_null(reply.headers);
		return 0;
	}
	g_assert_true(whole == (reply.headers != NULL));
	if (!whole)
		return 0;
	g_assert_cmpuint(reply.size, <=, size);
	if (!offhook_socket_handshake_check(&reply, "dGhlIHNhbXBsZSBub25jZQ==", "speech", &error))
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	body = offhook_socket_handshake_read_body(&reply, data + reply.size, size - reply.size,
						  &whole);
	g_assert_true(g_utf8_validate(body, -1, NULL));
	/* Each byte that is none of UTF-8 became three. */
	g_assert_cmpuint(strlen(body), <=, 3 * OFFHOOK_SOCKET_HANDSHAKE_MAX_BODY);
	return 0;
}
