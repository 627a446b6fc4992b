/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "account.h"
#include "address.h"
#include "form.h"
#include "http.h"

void offhook_emu_webhook_post_async(SoupSession *session, const OffhookEmuOptions *options,
				    const OffhookEmuAddress *address, const gchar *url,
				    const OffhookEmuForm *form, GAsyncReadyCallback callback,
				    gpointer user_data);
OffhookEmuReply *offhook_emu_webhook_post_finish(GAsyncResult *result, GError **error);
