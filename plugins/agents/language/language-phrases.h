/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What agents say without asking a language model, because it must come at once. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What the caller is told when ... */
typedef enum {
	OFFHOOK_PHRASE_HELLO,    /* the call begins and the assistant has no greeting */
	OFFHOOK_PHRASE_UNCLEAR,  /* something was not understood */
	OFFHOOK_PHRASE_AGAIN,    /* ... once more */
	OFFHOOK_PHRASE_SILENCE,  /* nothing is said */
	OFFHOOK_PHRASE_STILL,    /* ... once more */
	OFFHOOK_PHRASE_GIVE_UP,  /* ... and the call ends for it */
	OFFHOOK_PHRASE_FAILURE,  /* a transfer came to nothing */
	OFFHOOK_PHRASE_TRANSFER, /* the model transfers without a word */
	OFFHOOK_PHRASE_GOODBYE,  /* the model hangs up without a word */
	OFFHOOK_PHRASE_OFFER,    /* the caller is upset: whether he wants to speak to a person */
	OFFHOOK_PHRASE_GO_ON,    /* ... he does not */
	OFFHOOK_PHRASE_UPSET,    /* ... he does: for that person, before the caller's words */
	OFFHOOK_N_PHRASES,
} OffhookLanguagePhrase;

/** @language: (nullable): BCP 47, of which the first part counts; others than en, de, fr, es: en */
const char *offhook_language_phrases_get(const char *language, OffhookLanguagePhrase phrase);

G_END_DECLS
