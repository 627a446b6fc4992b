/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agents of an assistant at work in one conversation: their sessions, and what these have to
 * themselves. Main thread.
 */
#pragma once

#include "call/assistant/assistant.h"
#include "call/assistant/session-closer.h"
#include "memory/store-memory.h"

G_BEGIN_DECLS

typedef struct {
	GPtrArray *sessions;         /* (nullable) (element-type OffhookAgentSession): the chain */
	OffhookSessionHost *host;    /* (nullable) */
	OffhookCompleter *completer; /* (nullable): no agent asks one */
	OffhookEmbedder *embedder;   /* (nullable): for what is remembered */
	OffhookAgentSession *audio;  /* (nullable): the session that takes the audio itself */
} OffhookCrew;

/** What they are told of the conversation; all but `call_id` and `events` (nullable). */
typedef struct {
	const char *call_id; /* (nullable) */
	const char *caller;
	const OffhookAudioFormat *line;
	JsonObject *variables; /* (transfer none) */
	GPtrArray
	    *history; /* (transfer none) (element-type OffhookMessage): what was said before */
	OffhookTextMessages *messages; /* with `driver` and `caller`: for tools that send some */
	const OffhookCallScheduler *scheduler; /* for those that arrange a call; likewise */
	OffhookDriver *driver;
	OffhookStoreMemory *memory; /* (transfer none): what is remembered of the user */
	const OffhookSessionHostEvents *events;
	gpointer user_data;
} OffhookCrewOptions;

/** @self: (out caller-allocates): empty on failure */
gboolean offhook_crew_open(OffhookCrew *self, OffhookAssistant *assistant,
			   const OffhookCrewOptions *options, GError **error);
/** One session that belongs to no assistant. */
void offhook_crew_init_with(OffhookCrew *self, OffhookAgentSession *session);
/** They have had their last turn, and have what @closer gives them to end. @self is empty then. */
void offhook_crew_dismiss(OffhookCrew *self, OffhookSessionCloser *closer);
void offhook_crew_clear(OffhookCrew *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookCrew, offhook_crew_clear)

G_END_DECLS
