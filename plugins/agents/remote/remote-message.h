/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the program says over a WebSocket, checked as answers are. Pure.
 */
#pragma once

#include "remote-answer.h"

G_BEGIN_DECLS

typedef struct {
	gint64 id;                   /* of the turn; 0 for none */
	gboolean done;               /* the last of the turn */
	char *failure;               /* (nullable): the turn fails with it */
	OffhookRemoteAnswer *answer; /* the rest of it */
} OffhookRemoteMessage;

/** {type: say | act | expect | variables | done | fail | note, ...}; %NULL without @error: unknown type */
OffhookRemoteMessage *offhook_remote_message_parse(const char *text, gsize size, GError **error);
void offhook_remote_message_free(OffhookRemoteMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRemoteMessage, offhook_remote_message_free)

G_END_DECLS
