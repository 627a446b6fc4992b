/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A conversation by text, without a call: an assistant's agents, asked one message at a time, what they
 * say and want done, and the record of it. Main thread.
 */
#pragma once

#include "call/assistant/assistant.h"
#include "call/event.h"
#include "call/assistant/spending.h"
#include "store/store.h"

G_BEGIN_DECLS

/** The longest message, in bytes. */
#define OFFHOOK_CHAT_MAX_MESSAGE (16 * 1024)
/** The longest answer; what is beyond it is not listened to. */
#define OFFHOOK_CHAT_MAX_ANSWER (64 * 1024)

/** The longest id of a user, a session or a conversation, in bytes. */
#define OFFHOOK_CHAT_MAX_NAME 128

typedef struct _OffhookChat OffhookChat;

/** What a turn has brought. Borrowed. */
typedef struct {
	const char *text;  /* all that was said; may be empty */
	gboolean answered; /* an agent took the turn; else @text is what the assistant says then */
	gboolean closed;   /* the assistant is: no agent was asked */
	JsonObject *context;   /* the turn's, with what the agents added to it */
	JsonArray *actions;    /* what they want done: {type, target} */
	const char *assistant; /* that gave it */
	const char *agent;     /* (nullable): of that who spoke last; none did */
	const char *model;     /* (nullable) */
	gint64 tokens;         /* used by it */
	gint64 us;             /* it took */
} OffhookChatAnswer;

/** Where a turn's output goes. `done` comes exactly once, never from inside take_turn(). */
typedef struct {
	void (*say)(gpointer user_data, const char *text); /* the next piece of it */
	/* What the agents do besides: "tool.called", "sentiment.detected", ... @data: (transfer none) */
	void (*work)(gpointer user_data, const char *type, JsonObject *data);
	/* @answer: (nullable): @error says why there is none */
	void (*done)(gpointer user_data, const OffhookChatAnswer *answer, const GError *error);
} OffhookChatHandler;

/** Who the conversation is with and about. Borrowed. */
typedef struct {
	OffhookAssistant *assistant;
	const OffhookConversationRecord *record; /* its id may be %NULL: a new conversation */
	GPtrArray
	    *messages; /* (nullable) (element-type OffhookMessageRecord): what was said before */
	const char *session_id; /* (nullable): what the client calls it */
	JsonObject *variables;  /* (nullable): strings by name */
	gboolean alone;     /* with one agent, not with an assistant: it may have nothing to say */
	double temperature; /* of its language model; negative: as configured */
	guint max_tokens;   /* of an answer; 0: as configured */
} OffhookChatOptions;

/** @spending: (transfer none): outlives it. The conversation is written down as active. */
OffhookChat *offhook_chat_new(OffhookStore *store, OffhookEventBus *events,
			      OffhookSpending *spending, const OffhookChatOptions *options);
/** A turn that is under way is cancelled; nothing is told of it. */
void offhook_chat_free(OffhookChat *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookChat, offhook_chat_free)

const char *offhook_chat_get_id(OffhookChat *self);
const char *offhook_chat_get_user_id(OffhookChat *self);    /* (nullable) */
const char *offhook_chat_get_session_id(OffhookChat *self); /* (nullable) */
/** Who answers the next message. (transfer none) */
OffhookAssistant *offhook_chat_get_assistant(OffhookChat *self);
/** What the agents expect to be answered. (transfer none) (nullable): anything, or they were not asked yet */
OffhookExpectation *offhook_chat_get_expectation(OffhookChat *self);
/** Whether it is being answered. */
gboolean offhook_chat_is_busy(OffhookChat *self);
/** An agent has hung up: nothing is said any more. */
gboolean offhook_chat_is_over(OffhookChat *self);

/** One message to be answered. Borrowed. */
typedef struct {
	const char *message; /* (nullable): none yet: the agents may greet */
	JsonObject *context; /* (nullable): members for the agents besides ours */
	gboolean keys;       /* @message are keys that were pressed */
	double confidence;   /* that these are the words: 0 to 1 */
	double temperature;  /* negative: that of the conversation */
} OffhookChatMessage;

/**
 * offhook_chat_take_turn:
 *
 * While one message is being answered another is refused: %OFFHOOK_ERROR_INVALID_STATE. An agent that
 * can't begin, one that fails with nothing said, and an answer that takes longer than the assistant's
 * answer-timeout-ms are told as the turn's error.
 */
gboolean offhook_chat_take_turn(OffhookChat *self, const OffhookChatMessage *message,
				const OffhookChatHandler *handler, gpointer user_data,
				GError **error);
/** Nobody waits for the answer any more: what was said of it is what was heard. `done` comes never. */
void offhook_chat_cancel(OffhookChat *self);

/** Something that was said elsewhere: the agents know it from the next turn on. */
gboolean offhook_chat_add_message(OffhookChat *self, const char *role, const char *content,
				  char **id, GError **error);

/** Another assistant goes on with it from the next message, knowing what was said, and @summary (nullable). */
void offhook_chat_set_assistant(OffhookChat *self, OffhookAssistant *assistant,
				const char *summary);

/**
 * It is over, and written down so; its agents do what they have left to do.
 * @closed: they have, or their time is over; from the main loop. May free it
 */
void offhook_chat_close(OffhookChat *self, void (*closed)(gpointer user_data), gpointer user_data);

G_END_DECLS
