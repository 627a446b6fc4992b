/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One turn as an HTTP request, and its answer as it comes: text/plain, application/json or
 * text/event-stream. Main thread.
 */
#pragma once

#include "remote-answer.h"
#include "remote-options.h"

#include <offhook/web-client.h>

G_BEGIN_DECLS

typedef struct _OffhookRemoteExchange OffhookRemoteExchange;

/** From the main loop, never from inside a function of the exchange. Each may free it. */
typedef struct {
	/* Any number of times. @answer: (transfer none) */
	void (*answer)(gpointer user_data, const OffhookRemoteAnswer *answer);
	/* Once, and nothing follows. @empty: there was no answer at all. @error: (nullable) */
	void (*done)(gpointer user_data, gboolean empty, const GError *error);
} OffhookRemoteExchangeHandler;

/** @body: (transfer full): JSON. @handler: static */
OffhookRemoteExchange *offhook_remote_exchange_new(OffhookWebClient *web,
						   const OffhookRemoteOptions *options, char *body,
						   const OffhookRemoteExchangeHandler *handler,
						   gpointer user_data);
/** Withdraws the request if it is under way. */
void offhook_remote_exchange_free(OffhookRemoteExchange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRemoteExchange, offhook_remote_exchange_free)

G_END_DECLS
