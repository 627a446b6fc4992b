/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The inside of a conversation by text: the object with its record and its agents (chat.c), and the turn
 * that is under way (chat-turn.c).
 */
#pragma once

#include "base/deadline.h"
#include "call/assistant/agent-chain.h"
#include "call/chat/chat.h"
#include "call/conversation/conversation-log.h"
#include "call/assistant/crew.h"
#include "call/assistant/meter.h"
#include "call/assistant/session-closer.h"
#include "call/conversation/talk-log.h"

G_BEGIN_DECLS

/** The turn under way. */
typedef struct {
	OffhookChatHandler handler;
	gpointer user_data;
	JsonObject *context;
	JsonArray *actions;
	GString *text;
	gboolean hang_up;
	gboolean asked;  /* somebody said something */
	gboolean closed; /* the assistant is, and no agent is asked */
	gint64 began_us;
	gint64 tokens; /* that had been used before it */
} OffhookChatTurn;

struct _OffhookChat {
	OffhookStore *store;
	OffhookEventBus *events;
	OffhookSpending *spending;
	OffhookAssistant *assistant;
	OffhookAssistant *next; /* (nullable): goes on with the next message */
	OffhookConversationLog *log;
	OffhookMeter *meter;
	gint64 tokens_before; /* by others, or before we were opened */
	char *session_id;     /* (nullable) */
	char *summary;        /* (nullable): what whoever handed over has told */
	JsonObject *variables;
	gboolean alone;
	double temperature;
	guint max_tokens;

	OffhookTalkLog *talk;
	OffhookCrew crew;
	OffhookAgentChain *chain;     /* (nullable): the agents are not opened */
	OffhookSessionCloser *closer; /* of agents that are done here */
	GPtrArray *hosts;             /* of OffhookSessionHost: that may still tell us something */
	GPtrArray *engines;           /* sessions whose use is still to be counted */
	void (*closed)(gpointer user_data); /* (nullable): the conversation is not being closed */
	gpointer closed_data;
	OffhookExpectation *expectation; /* (nullable): of the next message */
	guint n_turns;
	OffhookChatTurn *turn; /* (nullable) */
	OffhookDeadline *deadline;
	guint failed_in_a_row; /* turns without an answer */
	guint unclear_in_a_row;
	GHashTable *warned; /* set of "agent code": failures that are in the log */
	gboolean over;
	gboolean complained;
};

/* ---- chat.c ---- */
/** All that were used, also before. */
gint64 offhook_chat_count_tokens(OffhookChat *self);
void offhook_chat_save(OffhookChat *self, const char *status);
/** For whoever asked, and for all who listen. @data: (transfer full) (nullable) */
void offhook_chat_record_cb(gpointer user_data, const char *type, JsonObject *data);
/** Written down, and what agents are told that are opened later. */
void offhook_chat_write(OffhookChat *self, OffhookMessageRole role, const char *agent,
			const char *text);
void offhook_chat_take_assistant(OffhookChat *self, OffhookAssistant *assistant);
/** As long as they are not. */
gboolean offhook_chat_open_agents(OffhookChat *self, GError **error);
/** They may have something left to do, which needs no chain. */
void offhook_chat_dismiss_agents(OffhookChat *self);

/* ---- chat-turn.c ---- */
extern const OffhookAgentChainHandler offhook_chat_chain_handler;
/** @turn: (nullable) */
void offhook_chat_turn_free(OffhookChatTurn *turn);
/** The time of the turn's answer is over. */
void offhook_chat_expired_cb(gpointer user_data);

G_END_DECLS
