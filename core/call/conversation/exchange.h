/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One exchange of a conversation: what the caller said, what the agent answered, what was heard of
 * it and how long everything took. Knows when which of it is written down and told. Main thread.
 */
#pragma once

#include "call/conversation/journal.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

typedef struct {
	OffhookJournal *journal; /* borrowed */
	guint index;
	OffhookTurnKind kind;
	OffhookTurnTimings timings;
	char *user_message_id;
	char *agent_message_id;
	char *written;        /* the agent's text as it was written down last */
	const char *agent;    /* (nullable): who speaks; interned. %NULL: the core itself */
	gboolean told;        /* message.sent or prompt.sent is out */
	gboolean interrupted; /* so is conversation.interrupted */
	gboolean closed;      /* the turn is written down */
} OffhookExchange;

OffhookExchange *offhook_exchange_new(OffhookJournal *journal, guint index, OffhookTurnKind kind);
/** Closes it if that was not done. */
void offhook_exchange_free(OffhookExchange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookExchange, offhook_exchange_free)

/** A turn that answers the caller, not a greeting or a prompt of ours. */
gboolean offhook_exchange_is_answer(OffhookExchange *self);

/** The caller's words or keys; told as message.received. */
void offhook_exchange_add_user_message(OffhookExchange *self, const char *text, double confidence);

/** The answer begins to be heard, or is complete: written down, told once it is `complete`. */
void offhook_exchange_put_answer(OffhookExchange *self, const char *text, gboolean complete);

/**
 * The caller spoke into it at @at_us (monotonic) and has heard only @heard. Once more corrects what
 * was heard.
 */
void offhook_exchange_interrupt(OffhookExchange *self, const char *heard, gint64 at_us);

/** Nothing more happens to it. @interrupted_us: monotonic, 0 for not. Twice is once. */
void offhook_exchange_close(OffhookExchange *self, gint64 interrupted_us);

G_END_DECLS
