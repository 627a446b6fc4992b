/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the server says of its own accord, in the languages that turn-taking knows. Constant tables;
 * any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_PHRASE_SOUND,    /* somebody is thinking: "hm" */
	OFFHOOK_PHRASE_PATIENCE, /* a tool runs: "let me check that" */
	OFFHOOK_PHRASE_APOLOGY,  /* there will be no answer */
	OFFHOOK_PHRASE_LIMIT,    /* the call has to end */
	OFFHOOK_PHRASE_CLOSED,   /* nobody is there at this time */
	OFFHOOK_PHRASE_LAST
} OffhookPhraseKind;

/**
 * offhook_phrases_get:
 * @language: (nullable): BCP 47; the first part counts, unknown ones are English
 *
 * Returns: (transfer none): %NULL-terminated, one or more
 */
const char *const *offhook_phrases_get(const char *language, OffhookPhraseKind phrase);

G_END_DECLS
