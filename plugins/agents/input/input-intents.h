/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What callers want, by rules: names, each with patterns that are looked for anywhere in what was
 * said. Immutable once made; reference-counted; any thread.
 *
 * A pattern is words, "word*" for any ending, and "..." for up to six other words.
 */
#pragma once

#include "language.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define OFFHOOK_INPUT_MAX_INTENTS  200
#define OFFHOOK_INPUT_MAX_PATTERNS 200 /* of an intent and language */
#define OFFHOOK_INPUT_MAX_FILE     (256 * 1024)

/** What no rule knows. */
#define OFFHOOK_INPUT_UNKNOWN "unknown"

typedef struct _OffhookInputIntents OffhookInputIntents;

/**
 * offhook_input_intents_new:
 * @file: (nullable): {"intents": [{"name": "refund", "language": "en", "patterns": ["money back"]}]},
 *   "language" can be left out: then any
 * @text: (nullable): the same in short: "refund: money back | refund*; delivery: where ... parcel"
 *
 * The built-in ones and those; a name that is built in gets more patterns.
 *
 * Returns: (transfer full) (nullable): %NULL with %OFFHOOK_ERROR_CONFIG, which names the place
 */
OffhookInputIntents *offhook_input_intents_new(const char *file, const char *text, GError **error);
OffhookInputIntents *offhook_input_intents_ref(OffhookInputIntents *self);
void offhook_input_intents_unref(OffhookInputIntents *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookInputIntents, offhook_input_intents_unref)

/**
 * offhook_input_intents_find:
 * @words: %NULL-terminated, as offhook_language_words_split_in() has them
 * @confidence: (out)
 *
 * Returns: (transfer none): a name, or %OFFHOOK_INPUT_UNKNOWN
 */
const char *offhook_input_intents_find(const OffhookInputIntents *self, OffhookLanguage language,
				       const char *const *words, double *confidence);

gboolean offhook_input_intents_has(const OffhookInputIntents *self, const char *name);
/** All names, joined by ", ". (transfer full) */
char *offhook_input_intents_list(const OffhookInputIntents *self);

/** Is it said to somebody else than the agent: "not now, I'm on the phone"? */
gboolean offhook_input_intents_is_side_talk(const OffhookInputIntents *self,
					    OffhookLanguage language, const char *const *words);

G_END_DECLS
