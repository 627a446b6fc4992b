/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "address.h"
#include "form.h"
#include "options.h"

#include <libsoup/soup.h>

typedef struct {
	guint status;
	gchar *content_type; /* NULL: none */
	GString *body;       /* at most a little more than a document may have */
} OffhookEmuReply;

void offhook_emu_webhook_post_async(SoupSession *session, const OffhookEmuOptions *options,
				    const OffhookEmuAddress *address, const gchar *url,
				    const OffhookEmuForm *form, GAsyncReadyCallback callback,
				    gpointer user_data);
OffhookEmuReply *offhook_emu_webhook_post_finish(GAsyncResult *result, GError **error);
void offhook_emu_reply_free(OffhookEmuReply *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuReply, offhook_emu_reply_free)
