/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside the conversation: the object and its three sides. The floor: who may talk
 * (conversation-floor.c). The answer: asked of the agents, spoken, acted upon
 * (conversation-answer.c), asked for in advance (conversation-speculation.c) and waited for (conversation-waiting.c). The hearing: what the caller says, as speech (conversation-hearing.c) or,
 * where the far end recognises and speaks, as words (conversation-words.c). Main thread.
 */
#pragma once

#include "base/deadline.h"
#include "call/assistant/agent-chain.h"
#include "call/conversation/conversation.h"
#include "call/conversation/ear.h"
#include "call/conversation/exchange.h"
#include "call/conversation/voice.h"
#include "call/assistant/phrases.h"
#include "turn/filler.h"
#include "turn/idle-prompter.h"
#include "turn/interruption.h"

G_BEGIN_DECLS

typedef struct _OffhookSpeculation OffhookSpeculation;

struct _OffhookConversation {
	OffhookCall *call;
	OffhookMediaSession *media;
	OffhookJournal *journal;
	OffhookConversationEvents events;
	gpointer user_data;

	OffhookEar *ear;
	OffhookVoice *voice;
	OffhookAgentChain *chain;
	OffhookInterruption *interruption;
	OffhookIdlePrompter *idle;
	OffhookFiller *filler;
	OffhookDeadline *deadline;

	OffhookCompleter *completer;     /* (nullable): the agents' */
	OffhookEmbedder *embedder;       /* (nullable): of what is remembered */
	OffhookToolbox *toolbox;         /* (nullable): the agents' */
	OffhookExchange *exchange;       /* (nullable): before the first */
	OffhookSpeculation *speculation; /* (nullable) */
	guint n_exchanges;
	guint unclear_in_a_row;
	guint unheard_in_a_row; /* utterances that the recogniser failed with */
	char *carried;          /* (nullable): said in a turn that was taken back */

	/* Where the caller was in the answer when playout was paused. */
	guint heard_piece;
	guint heard_ms;
	gint64 paused_us; /* 0 while it is not */

	guint failed_in_a_row; /* turns without an answer */
	char *greeting;        /* (nullable): instead of the assistant's */
	char *farewell;        /* (nullable): to be said in place of the next answer */
	gboolean greets;
	gboolean greeted; /* the first answer was heard, or cut */
	gboolean tool_runs;
	gboolean has_action;
	OffhookAction action;
	char *action_argument;
	char *action_summary;
	gboolean departing; /* a hang-up or transfer is under way */
	gboolean utterance; /* words cross: the caller is in one */
	gboolean held;
	gboolean muted;
	gboolean hears_by_agent; /* the ear is an agent's own */
	JsonObject *handed_over; /* (nullable): from whom; for the first turn */
	gboolean welcomes;       /* ... which is under way */
};

OffhookAssistant *offhook_conversation_get_assistant(OffhookConversation *self);
void offhook_conversation_update_deadline(OffhookConversation *self);
void offhook_conversation_hold_idle(OffhookConversation *self, OffhookIdleHold hold, gboolean on);
void offhook_conversation_stamp(OffhookConversation *self, OffhookStamp stamp, gint64 at_us);
/** (nullable): those of what is being answered */
OffhookTurnTimings *offhook_conversation_get_timings(OffhookConversation *self);
void offhook_conversation_set_speaking(OffhookConversation *self, gboolean speaking);

/** Said at once. @action: (nullable): what follows it */
void offhook_conversation_announce_action(OffhookConversation *self, const char *text,
					  const OffhookAction *action, const char *argument);
/** In place of what would be said next, if one waits. */
gboolean offhook_conversation_say_farewell(OffhookConversation *self);

/* ---- conversation-floor.c ---- */

/**
 * Farewells and transfers are said to their end, and nothing the caller says meanwhile takes them
 * back. A farewell to a caller who was thought to be gone ends with his first word.
 */
gboolean offhook_conversation_is_leaving(OffhookConversation *self);
/** By somebody, or because the assistant does not listen now: during a tool, a greeting. */
gboolean offhook_conversation_is_muted(OffhookConversation *self);
/** The first thing said to the caller has come to its end. */
void offhook_conversation_set_greeted(OffhookConversation *self);
/** Whether what the caller says now is not for the agents. */
gboolean offhook_conversation_is_deaf(OffhookConversation *self);
/** An answer is being worked on or spoken. */
gboolean offhook_conversation_is_answering(OffhookConversation *self);
void offhook_conversation_update_interruptible(OffhookConversation *self);
/** The caller has taken the word: silence, and the history keeps what was heard. */
void offhook_conversation_interrupt_now(OffhookConversation *self);
void offhook_conversation_settle(OffhookConversation *self, OffhookInterruptionDecision decision);
/** After the fact: only @heard of the answer that was stopped or thought to be over was heard. */
void offhook_conversation_trim(OffhookConversation *self, const char *heard);

/* ---- conversation-answer.c ---- */

extern const OffhookAgentChainHandler offhook_conversation_chain_handler;
extern const OffhookVoiceEvents offhook_conversation_voice_events;

void offhook_conversation_begin(OffhookConversation *self, OffhookTurnKind kind,
				const char *message, double confidence, guint attempt);
/** The former one is closed. */
void offhook_conversation_open_exchange(OffhookConversation *self, OffhookTurnKind kind);
/** The exchange is that of the agent which has just spoken, if one has. */
void offhook_conversation_note_speaker(OffhookConversation *self);
/** (transfer full): what the agents are told with turn @index */
JsonObject *offhook_conversation_make_context(OffhookConversation *self, guint index);
void offhook_conversation_forget_action(OffhookConversation *self);
/**
 * To be done when all that was said before was heard.
 * @summary: (nullable): for whoever goes on with the caller
 */
void offhook_conversation_set_action(OffhookConversation *self, OffhookAction action,
				     const char *argument, const char *summary);

/* ---- conversation-engines.c ---- */

/*
 * Sessions of the assistant's engines, which stand in for each other. (out) (transfer full)
 * (nullable): there is none, or the far end does it. %FALSE: none of them opens one
 */
gboolean offhook_conversation_open_transcriber(OffhookConversation *self,
					       OffhookTranscriber **transcriber, GError **error);
gboolean offhook_conversation_open_synthesizer(OffhookConversation *self,
					       OffhookSynthesizer **synthesizer, GError **error);

/** The agent at @place of the chain used something by itself. */
void offhook_conversation_add_agent_usage(OffhookConversation *self, guint place,
					  const OffhookAgentUsage *used);

/* ---- conversation-speculation.c ---- */

/** Asks for the answer to @message, with which the turn may end. */
void offhook_conversation_speculate(OffhookConversation *self, const char *message,
				    double confidence);
/** The turn has ended with @message. %FALSE: nothing was asked for that, or of that kind. */
gboolean offhook_conversation_commit_speculation(OffhookConversation *self, const char *message);
/** It is not the caller's turn that was answered: as if nothing had been asked. */
void offhook_conversation_drop_speculation(OffhookConversation *self);

OffhookTurnTimings *offhook_speculation_get_timings(OffhookSpeculation *self);
/* What the agents do meanwhile waits. */
void offhook_speculation_expect(OffhookSpeculation *self, OffhookExpectation *expectation);
void offhook_speculation_act(OffhookSpeculation *self, OffhookAction action, const char *argument,
			     const char *summary);
void offhook_speculation_finish(OffhookSpeculation *self, gboolean answered, const GError *error);

/* ---- conversation-waiting.c ---- */

/** (transfer full): as the assistant wants it */
OffhookFiller *offhook_conversation_make_filler(OffhookConversation *self);
/** The agents have been asked, and the caller waits for their first word. */
void offhook_conversation_await_answer(OffhookConversation *self);
/** It is there, or nobody waits any more. */
void offhook_conversation_stop_waiting(OffhookConversation *self);
/** @name: (nullable): a tool runs, or does no more */
void offhook_conversation_set_tool(OffhookConversation *self, const char *name);
void offhook_conversation_tick_waiting(OffhookConversation *self, gint64 now_us);
/** One of the assistant's, or of its language. (transfer none) */
const char *offhook_conversation_pick_phrase(OffhookConversation *self, OffhookPhraseKind phrase);
/** Said instead of an answer. */
void offhook_conversation_apologise(OffhookConversation *self);

/* ---- conversation-hearing.c ---- */

extern const OffhookEarEvents offhook_conversation_ear_events;

void offhook_conversation_hear_message(OffhookConversation *self, const char *text,
				       double confidence);
void offhook_conversation_hear_unclear(OffhookConversation *self);
/** Gives the caller an ear: an agent's own, or that of the assistant's stt. */
gboolean offhook_conversation_open_ear(OffhookConversation *self, GError **error);
/** An agent's own ear has failed: the assistant's takes over, with what is being said. */
void offhook_conversation_check_ear(OffhookConversation *self);
/** What the caller is saying, or has said since the last turn, is no turn. */
void offhook_conversation_discard(OffhookConversation *self);
void offhook_conversation_tell_partial(OffhookConversation *self, const char *text);

G_END_DECLS
