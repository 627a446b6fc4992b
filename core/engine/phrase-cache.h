/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The sound of short phrases that recur, with the times of their words: greetings, fillers, questions
 * that are asked again. It is kept in memory only, up to a number of bytes; what was not used for
 * the longest time goes first. Neither texts nor keys are in it, only their digests.
 *
 * A phrase is kept when it is spoken for the second time, or for the first time if it was declared. One
 * cache for the daemon. Main thread.
 */
#pragma once

#include <offhook/engine.h>

G_BEGIN_DECLS

/** Longer texts are not looked at. */
#define OFFHOOK_PHRASE_MAX_CHARACTERS 120

/** Immutable, counted. */
typedef struct {
	gatomicrefcount ref_count;
	GBytes *audio; /* S16 mono at OFFHOOK_RATE */
	GArray *words; /* of OffhookWordTime */
} OffhookPhrase;

OffhookPhrase *offhook_phrase_ref(OffhookPhrase *self);
void offhook_phrase_unref(OffhookPhrase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPhrase, offhook_phrase_unref)

typedef struct _OffhookPhraseCache OffhookPhraseCache;

/** Holds nothing until it is given a limit. Counted. */
OffhookPhraseCache *offhook_phrase_cache_new(void);
OffhookPhraseCache *offhook_phrase_cache_ref(OffhookPhraseCache *self);
void offhook_phrase_cache_unref(OffhookPhraseCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPhraseCache, offhook_phrase_cache_unref)

/**
 * The configuration was loaded: what was kept and declared before is not valid any more, also if a
 * session that has the old settings brings it later. @max_bytes: 0: nothing is kept
 */
void offhook_phrase_cache_reset(OffhookPhraseCache *self, gsize max_bytes);
/** @text will be said again and again; it is spoken sentence by sentence. */
void offhook_phrase_cache_declare(OffhookPhraseCache *self, const char *text, const char *language);

/**
 * What sets a session's voice apart from others: a beginning for keys, valid until the next reset.
 * @options: (nullable). (transfer full)
 */
char *offhook_phrase_cache_make_prefix(OffhookPhraseCache *self, const char *engine,
				       const OffhookSynthesizeOptions *options);
/**
 * offhook_phrase_cache_find:
 * @key: (out) (transfer full) (nullable): when there is none: under which to keep it, once it has
 *   been made, until it is released; %NULL: not worth it, or somebody else is about to
 *
 * Counts the use. Returns: (transfer full) (nullable)
 */
OffhookPhrase *offhook_phrase_cache_find(OffhookPhraseCache *self, const char *prefix,
					 const char *text, char **key);
/** Whoever got @key has kept the phrase, or will not. */
void offhook_phrase_cache_release(OffhookPhraseCache *self, const char *key);
/** All of it. @audio: (transfer none); @words: of OffhookWordTime (transfer none) */
void offhook_phrase_cache_keep(OffhookPhraseCache *self, const char *key, GBytes *audio,
			       GArray *words);

typedef struct {
	guint64 hits;
	guint64 misses; /* of texts that were short enough */
	guint phrases;
	gsize bytes;
} OffhookPhraseStats;

void offhook_phrase_cache_get_stats(OffhookPhraseCache *self, OffhookPhraseStats *stats);

G_END_DECLS
