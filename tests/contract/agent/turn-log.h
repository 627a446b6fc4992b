/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Everything that one turn brings, in the order in which it came. Checks on the way that nothing
 * comes after the end.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

typedef struct {
	OffhookAgentTurn *turn;
	GString *said;
	gsize spoken_bytes; /* of its own voice */
	guint n_said;
	gboolean speaks; /* something was said */
	guint n_expected;
	OffhookExpectation *expectation; /* the last one */
	guint n_acts;
	OffhookAction action; /* the last one */
	char *argument;
	char *summary;  /* (nullable): of a hand-over */
	GString *tools; /* that ran, each with a space behind; "-" for none any more */
	gboolean done;
	guint n_done;
	gboolean answered;
	GError *error;
	gboolean cancel_at_say; /* the caller goes on when the first words come */
	GPtrArray *others;      /* (nullable): dropped at the first words: who owns the session */
} OffhookTurnLog;

OffhookTurnLog *offhook_turn_log_new(void);
void offhook_turn_log_free(OffhookTurnLog *log);

/** Starts a turn. @context: (nullable): an empty one then */
void offhook_turn_log_begin(OffhookTurnLog *log, OffhookAgentSession *session, OffhookTurnKind kind,
			    const char *message, double confidence, guint attempt,
			    JsonObject *context);
/** Starts one with @message before it is certain that it is a turn. */
void offhook_turn_log_speculate(OffhookTurnLog *log, OffhookAgentSession *session,
				const char *message);
/** Starts one that has no context at all. */
void offhook_turn_log_begin_bare(OffhookTurnLog *log, OffhookAgentSession *session,
				 const char *message);
/** Waits for the first of what the agent says. */
void offhook_turn_log_wait_for_words(OffhookTurnLog *log);
/** Waits for the end. */
void offhook_turn_log_wait(OffhookTurnLog *log);
/** Both, with a fresh log. (transfer full) */
OffhookTurnLog *offhook_turn_log_run(OffhookAgentSession *session, OffhookTurnKind kind,
				     const char *message, double confidence, guint attempt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTurnLog, offhook_turn_log_free)

G_END_DECLS
