/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is said without asking the language model, because it must come at once. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What the caller is told when ... */
typedef enum {
	OFFHOOK_ORCHESTRATOR_HELLO,    /* the call begins and the assistant has no greeting */
	OFFHOOK_ORCHESTRATOR_UNCLEAR,  /* something was not understood */
	OFFHOOK_ORCHESTRATOR_AGAIN,    /* ... once more */
	OFFHOOK_ORCHESTRATOR_SILENCE,  /* nothing is said */
	OFFHOOK_ORCHESTRATOR_STILL,    /* ... once more */
	OFFHOOK_ORCHESTRATOR_GIVE_UP,  /* ... and the call ends for it */
	OFFHOOK_ORCHESTRATOR_FAILURE,  /* a transfer came to nothing */
	OFFHOOK_ORCHESTRATOR_TRANSFER, /* the model transfers without a word */
	OFFHOOK_ORCHESTRATOR_GOODBYE,  /* the model hangs up without a word */
	OFFHOOK_ORCHESTRATOR_N_PHRASES,
} OffhookOrchestratorPhrase;

/** @language: (nullable): BCP 47, of which the first part counts; others than en, de, fr, es: en */
const char *offhook_orchestrator_phrases_get(const char *language,
					     OffhookOrchestratorPhrase phrase);

G_END_DECLS
