/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the program is told: messages as JSON, and the headers that say they are ours. Main thread.
 */
#pragma once

#include "remote-options.h"

#include <offhook/agent.h>

G_BEGIN_DECLS

/** What the conversation is, in each message. */
typedef struct {
	char *session; /* a name that no other conversation has */
	char *assistant;
	char *language;
	char *call_id;          /* (nullable) */
	char *caller;           /* (nullable) */
	OffhookAgentHost *host; /* (nullable) */
} OffhookRemoteTalk;

OffhookRemoteTalk *offhook_remote_talk_new(const OffhookAgentOptions *options);
void offhook_remote_talk_free(OffhookRemoteTalk *self);

/** {"type": "turn", ...}. @heard: (nullable): of the last answer. (transfer full) */
char *offhook_remote_request_print_turn(const OffhookRemoteTalk *talk, OffhookAgentTurn *turn,
					gint64 id, const char *heard, gboolean interrupted);
/** {"type": @type, "id": @id}; @id: 0 for none. (transfer full) */
char *offhook_remote_request_print(const char *type, gint64 id);
/** {"type": "heard", ...}. (transfer full) */
char *offhook_remote_request_print_heard(gint64 id, const char *text, gboolean interrupted);

/** (transfer full): "Name: value", %NULL-terminated; none without a secret. @body: (nullable) */
char **offhook_remote_request_make_headers(const OffhookRemoteOptions *options, GBytes *body);

G_END_DECLS
