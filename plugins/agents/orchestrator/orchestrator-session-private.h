/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside the orchestrator's session: the object and its sides. Turns (orchestrator-session.c), the answers of
 * the language model (-answer.c), the tools that it calls (-tools.c), and what it does when nobody waits
 * (-rest.c). Main thread.
 */
#pragma once

#include "orchestrator-session.h"

#include "orchestrator-calls.h"
#include "orchestrator-collect.h"
#include "orchestrator-history.h"
#include "orchestrator-summariser.h"
#include "orchestrator-tools.h"

G_BEGIN_DECLS

/** Calls of tools in one turn. */
#define OFFHOOK_ORCHESTRATOR_MAX_CALLS 16

struct _OffhookOrchestratorSession {
	OffhookAgentSession parent_instance;

	OffhookOrchestratorOptions *options;
	OffhookCompleter *completer;
	OffhookAgentHost *host;  /* (nullable), borrowed */
	OffhookToolbox *toolbox; /* (nullable) */
	char *language;
	char *prompt;
	OffhookOrchestratorHistory *history;
	OffhookOrchestratorSummariser *summariser;
	guint summary_end;                   /* of what is being summed up */
	gboolean gone;                       /* another assistant is to go on */
	OffhookOrchestratorCollect *collect; /* (nullable): there is nothing to find out */

	OffhookAgentTurn *turn; /* (nullable): the last that was taken, if it was not cancelled */
	char *knowledge;        /* (nullable): what agents before have found out for it */
	char *instructions;     /* (nullable): the prompt as it is for it */
	gboolean asking;        /* the model, for it */
	guint number;           /* of the question */
	guint steps;            /* questions in this turn */
	guint n_calls;          /* of tools in this turn */
	gboolean said;          /* something in this turn */
	gboolean answered;      /* ... since the last question */
	gboolean asks;          /* ... with a question mark at its end */
	OffhookOrchestratorCalls *calls; /* (nullable): under way */
	char *running;                   /* (nullable): the tool that runs */
	OffhookOrchestratorEffect wish;  /* what is to be done with the call */
};

/* ---- orchestrator-session.c ---- */

/** What tools run for the turn is not waited for any more. */
void offhook_orchestrator_session_forget_calls(OffhookOrchestratorSession *self);
/** Whatever the last turn does ends; if it was not certain that it is one, it was none. */
void offhook_orchestrator_session_stop(OffhookOrchestratorSession *self);

/* ---- orchestrator-session-answer.c ---- */

/** Puts what there is to the language model. */
void offhook_orchestrator_session_ask(OffhookOrchestratorSession *self);
/** What the caller hears is in the history, too. Afterwards the turn may be gone. */
void offhook_orchestrator_session_say(OffhookOrchestratorSession *self, const char *text);
/** The turn has its answer, and the caller the word. */
void offhook_orchestrator_session_finish(OffhookOrchestratorSession *self);
/** ... and what is to be done with the call is done. */
void offhook_orchestrator_session_conclude(OffhookOrchestratorSession *self);
/** Has the completer's signals come here. */
void offhook_orchestrator_session_listen(OffhookOrchestratorSession *self);

/* ---- orchestrator-session-tools.c ---- */

/** The model wants @calls; it is asked again when they have their results. */
void offhook_orchestrator_session_call(OffhookOrchestratorSession *self, GPtrArray *calls);

/* ---- orchestrator-session-rest.c ---- */

/** OffhookAgentSessionClass.heard, .close */
void offhook_orchestrator_session_heard(OffhookAgentSession *session, const char *text,
					gboolean interrupted);
void offhook_orchestrator_session_close(OffhookAgentSession *session);
/** The summariser's */
void offhook_orchestrator_session_summarised_cb(gpointer user_data,
						OffhookOrchestratorPurpose purpose,
						const char *summary);

G_END_DECLS
