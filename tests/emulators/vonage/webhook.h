/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "account.h"
#include "address.h"
#include "http.h"

#include <json-glib/json-glib.h>

typedef enum {
	OFFHOOK_EMU_WEBHOOK_ANSWER, /* and fallback: 5 s, an answer that says what to do */
	OFFHOOK_EMU_WEBHOOK_EVENT,  /* 10 s */
} OffhookEmuWebhookKind;

/* Sends @fields (taken over), signed, to @url by @method ("GET": in the query), and once more where
 * the carrier does that: after a timeout, a broken connection, 429, 503, 504. */
void offhook_emu_webhook_send_async(SoupSession *session, const OffhookEmuOptions *options,
				    const OffhookEmuAddress *address, OffhookEmuWebhookKind kind,
				    const gchar *method, const gchar *url, JsonObject *fields,
				    GAsyncReadyCallback callback, gpointer user_data);
OffhookEmuReply *offhook_emu_webhook_send_finish(GAsyncResult *result, GError **error);

/* The webhook beside the answer webhook: ".../answer" and "event" make ".../event". */
gchar *offhook_emu_webhook_find(const OffhookEmuAddress *address, const gchar *given,
				const gchar *name);
/* The query string of @fields. Those that are not text are their JSON. */
gchar *offhook_emu_webhook_encode(JsonObject *fields);
