/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One conversation's WebSocket to the program. Main thread.
 */
#pragma once

#include "remote-message.h"
#include "remote-options.h"

G_BEGIN_DECLS

typedef struct _OffhookRemoteLink OffhookRemoteLink;

/** From the main loop, never from inside a function of the link. Each may close it. */
typedef struct {
	/* @message: (transfer none) */
	void (*message)(gpointer user_data, const OffhookRemoteMessage *message);
	/* Once, and nothing follows. */
	void (*failed)(gpointer user_data, const GError *error);
} OffhookRemoteLinkHandler;

/** Begins to connect; what is sent before it is open waits. @handler: static */
OffhookRemoteLink *offhook_remote_link_new(const OffhookRemoteOptions *options,
					   const OffhookRemoteLinkHandler *handler,
					   gpointer user_data, GError **error);
/** Says goodbye behind all that was sent. The link must not be used any more. */
void offhook_remote_link_close(OffhookRemoteLink *self);

/** @message: (transfer full): JSON */
void offhook_remote_link_send(OffhookRemoteLink *self, char *message);

G_END_DECLS
