/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the agents of one conversation find of the daemon: the core's OffhookAgentHost. Calls and
 * conversations without one have theirs. Main thread.
 */
#pragma once

#include "call/reach/messenger.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_SESSION_HOST (offhook_session_host_get_type())
G_DECLARE_FINAL_TYPE(OffhookSessionHost, offhook_session_host, OFFHOOK, SESSION_HOST,
		     OffhookAgentHost)

/** Where it tells what happens; borrowed with its data until the host is closed. */
typedef struct {
	/* An event, to be told and written down. @data: (transfer full) */
	void (*record)(gpointer user_data, const char *type, JsonObject *data);
} OffhookSessionHostEvents;

/**
 * @variables: (nullable) (transfer none): what came with the call; members that are no variables are left
 *   out
 * @history: (nullable) (transfer full) (element-type OffhookMessage)
 */
OffhookSessionHost *offhook_session_host_new(JsonObject *variables, GPtrArray *history,
					     const OffhookSessionHostEvents *events,
					     gpointer user_data);
/** @memory: (nullable): what is remembered of the user; before sessions are opened */
void offhook_session_host_set_memory(OffhookSessionHost *self, OffhookMemory *memory);
/** Tools are cancelled, and nobody is told anything any more. */
void offhook_session_host_close(OffhookSessionHost *self);

/** @messenger: (transfer none): what it points to lives longer than the host; but strings are copied */
void offhook_session_host_set_messenger(OffhookSessionHost *self,
					const OffhookMessenger *messenger);
/** (transfer none) (nullable): nobody can be reached from here */
const OffhookMessenger *offhook_session_host_get_messenger(OffhookSessionHost *self);

/** @session: (transfer full): of an agent that only adds tools: lives as long as the host */
void offhook_session_host_keep(OffhookSessionHost *self, OffhookAgentSession *session);

G_END_DECLS
