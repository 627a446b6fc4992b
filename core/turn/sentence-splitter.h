/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Cuts an answer into sentences while it is still being written, and makes them fit to be spoken:
 * Markdown, emoji, tags and <think> blocks are removed. Each sentence knows which bytes of the
 * answer it came from. The first one leaves as early as possible; later ones have some length.
 *
 * One answer is at most OFFHOOK_SENTENCE_SPLITTER_MAX_BYTES; the rest is dropped. Main thread.
 */
#pragma once

#include "turn/sentence.h"

G_BEGIN_DECLS

#define OFFHOOK_SENTENCE_SPLITTER_MAX_BYTES (64 * 1024)

typedef struct _OffhookSentenceSplitter OffhookSentenceSplitter;

/** @language: (nullable): BCP 47, for abbreviations */
OffhookSentenceSplitter *offhook_sentence_splitter_new(const char *language);
void offhook_sentence_splitter_free(OffhookSentenceSplitter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSentenceSplitter, offhook_sentence_splitter_free)

/**
 * offhook_sentence_splitter_push:
 * @text: the next piece of the answer; may begin and end anywhere, even inside a character.
 *   Bytes that are not UTF-8 are skipped.
 * @length: bytes, or -1
 *
 * Returns: %FALSE when the answer is longer than allowed and some was dropped
 */
gboolean offhook_sentence_splitter_push(OffhookSentenceSplitter *self, const char *text,
					gssize length);
/** That was all: what is left is a sentence. Pushing after it begins a new answer. */
void offhook_sentence_splitter_flush(OffhookSentenceSplitter *self);
/** The next complete sentence. (transfer full) (nullable) */
OffhookSentence *offhook_sentence_splitter_pop(OffhookSentenceSplitter *self);
/** Drops everything; a new answer begins, with offset 0. */
void offhook_sentence_splitter_reset(OffhookSentenceSplitter *self);

G_END_DECLS
