/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <libsoup/soup.h>

typedef struct {
	guint status;
	gchar *content_type; /* NULL: none */
	GString *body;       /* at most one byte more than was allowed */
} OffhookEmuReply;

/* What a request may take. */
typedef struct {
	guint timeout_ms;
	gsize max_bytes;
	gboolean insecure;
} OffhookEmuHttpLimits;

/* Error: OFFHOOK_EMU_ERROR_TIMEOUT or OFFHOOK_EMU_ERROR_HTTP. */
void offhook_emu_http_send_async(SoupSession *session, SoupMessage *message,
				 const OffhookEmuHttpLimits *limits, GAsyncReadyCallback callback,
				 gpointer user_data);
OffhookEmuReply *offhook_emu_http_send_finish(GAsyncResult *result, GError **error);
void offhook_emu_reply_free(OffhookEmuReply *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuReply, offhook_emu_reply_free)
