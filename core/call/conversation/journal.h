/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is written down of one call, and told: the one door through which transcripts, turns and
 * recordings reach the store and the event bus. Main thread.
 */
#pragma once

#include "call/call.h"
#include "call/event.h"
#include "call/assistant/meter.h"
#include "store/store.h"
#include "turn/turn-timings.h"

G_BEGIN_DECLS

typedef struct _OffhookJournal OffhookJournal;

/** @spending: (transfer none): outlives it */
OffhookJournal *offhook_journal_new(OffhookStore *store, OffhookEventBus *events,
				    OffhookSpending *spending, OffhookCall *call);
void offhook_journal_free(OffhookJournal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookJournal, offhook_journal_free)

/** Writes the call as it is now. */
void offhook_journal_save_call(OffhookJournal *self);

/** Tells of an event. @data: (transfer full) (nullable); call_id is added. */
void offhook_journal_tell(OffhookJournal *self, const char *type, JsonObject *data);
/** The same, and writes it down. */
void offhook_journal_record(OffhookJournal *self, const char *type, JsonObject *data);
/** An error that the call survives. */
void offhook_journal_error(OffhookJournal *self, const GError *error);
/** The agent has left a turn to the next one: told, and each kind of failure logged once. */
void offhook_journal_agent_failed(OffhookJournal *self, const char *agent, const GError *error);
/** An engine has failed, and nobody else has taken over. @role: "stt", "tts" or "llm" */
void offhook_journal_engine_failed(OffhookJournal *self, const char *role, const char *engine,
				   const GError *error);

/* The conversation. Ids are borrowed until the journal goes. */
void offhook_journal_begin_conversation(OffhookJournal *self);
void offhook_journal_end_conversation(OffhookJournal *self, gboolean failed);
/** What it came to; also after its end. */
void offhook_journal_set_summary(OffhookJournal *self, const char *summary);
/**
 * (transfer full) (element-type OffhookMessage): what was said and heard so far
 * @summary: (nullable): what goes before it
 */
GPtrArray *offhook_journal_make_history(OffhookJournal *self, const char *summary);
/** (nullable): before begin_conversation */
const char *offhook_journal_get_conversation_id(OffhookJournal *self);
/** Which agent answers where none has spoken, as events name it: the assistant's last. */
const char *offhook_journal_get_agent_id(OffhookJournal *self);
/** Which one has. */
void offhook_journal_set_agent(OffhookJournal *self, const char *agent);
/** What the caller said. (transfer full): the message's id */
char *offhook_journal_add_user_message(OffhookJournal *self, const char *text, double confidence);
/**
 * What the agent says; written before it is known to be heard. (transfer full)
 * @agent: (nullable): the core itself
 */
char *offhook_journal_add_agent_message(OffhookJournal *self, const char *agent, const char *text);
void offhook_journal_correct_message(OffhookJournal *self, const char *message_id, const char *text,
				     gboolean interrupted);

/** What an engine used for the call; told as engine.used, and part of the next turn and the call. */
void offhook_journal_add_usage(OffhookJournal *self, const OffhookUsage *usage);
/** All that was used so far. (transfer none) */
const OffhookUsageTotals *offhook_journal_get_usage(OffhookJournal *self);

/** A turn's times. Also told as turn.completed. */
typedef struct {
	guint index;
	const OffhookTurnTimings *timings;
	const char *agent;            /* (nullable): no agent has said anything */
	const char *user_message_id;  /* (nullable) */
	const char *agent_message_id; /* (nullable) */
	gint64 interrupted_us;        /* monotonic; 0 for not */
} OffhookJournalTurn;
void offhook_journal_add_turn(OffhookJournal *self, const OffhookJournalTurn *turn);

/** @number: by which the others know it; @format: its name, static */
void offhook_journal_begin_recording(OffhookJournal *self, guint number, const char *path,
				     const char *format);
/** Tells of it: that a call is recorded from its beginning is no news, that somebody asked for it is. */
void offhook_journal_tell_recording(OffhookJournal *self, guint number);
/**
 * Once; later only the error is told.
 * @tell: that it has ended, too
 * @error: (nullable)
 */
void offhook_journal_end_recording(OffhookJournal *self, guint number, gint64 duration_ms,
				   gboolean tell, const GError *error);

G_END_DECLS
