/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Server-sent events out of a stream of bytes that may be cut anywhere: within a character, a line
 * or the end of a line. In the library offhook-net-1, beside the web client, whose `receive` gives
 * the bytes. One thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** The most that one event may hold, in bytes; a longer one is %OFFHOOK_ERROR_LIMIT. */
#define OFFHOOK_SSE_MAX_EVENT (1024 * 1024)

typedef struct _OffhookSseParser OffhookSseParser;

/**
 * OffhookSseFunc:
 * @event: (nullable): the event's name
 * @data: never empty; ends with a NUL that is not counted in @size
 *
 * Returns: %FALSE with @error to stop
 */
typedef gboolean (*OffhookSseFunc)(gpointer user_data, const char *event, const char *data,
				   gsize size, GError **error);

/** Whatever arrives whole is given to @func. (transfer full) */
OffhookSseParser *offhook_sse_parser_new(OffhookSseFunc func, gpointer user_data);
void offhook_sse_parser_free(OffhookSseParser *self);

/** Returns: %FALSE with the error of the parser's function or %OFFHOOK_ERROR_LIMIT; then no more may be pushed */
gboolean offhook_sse_parser_push(OffhookSseParser *self, const guint8 *data, gsize size,
				 GError **error);
/** The stream is over: an event whose empty line is missing counts. */
gboolean offhook_sse_parser_finish(OffhookSseParser *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSseParser, offhook_sse_parser_free)

G_END_DECLS
