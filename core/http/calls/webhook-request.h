/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What drivers get of an HTTP request. Main thread.
 */
#pragma once

#include "http/server/server.h"

G_BEGIN_DECLS

/** @path: below the webhook's base. (transfer full) */
OffhookWebhook *offhook_http_webhook_request_new(OffhookHttpServer *server, SoupServerMessage *msg,
						 const char *path);

G_END_DECLS
