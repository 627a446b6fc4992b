/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the dialogue expects the caller to say next. Recognisers with a grammar build it from this,
 * others take hints from it, and end-of-turn detection waits longer for digits. Immutable once
 * handed over; reference-counted; any thread.
 */
#pragma once

#include <offhook/types.h>

G_BEGIN_DECLS

/** What sort of answer is expected. */
typedef enum {
	OFFHOOK_EXPECT_OPEN,   /* any of the phrases */
	OFFHOOK_EXPECT_YES_NO, /* yes or no, in the usual wordings, or any of the phrases */
	OFFHOOK_EXPECT_CHOICE, /* one of few, or any of the phrases */
	OFFHOOK_EXPECT_DIGITS, /* spoken or keyed digits, or any of the phrases */
} OffhookExpectationKind;

/** One without phrases, to be filled. (transfer full) */
OffhookExpectation *offhook_expectation_new(OffhookExpectationKind kind);
OffhookExpectation *offhook_expectation_ref(OffhookExpectation *self);
void offhook_expectation_unref(OffhookExpectation *self);

/**
 * offhook_expectation_add_phrase:
 * @phrase: lower-case words; `[...]` is optional, `(a|b)` a choice, `<name>` a slot,
 *   e.g. "[please] (book|reserve) a table for <people> [people]"
 */
void offhook_expectation_add_phrase(OffhookExpectation *self, const char *phrase);

/** @values: %NULL-terminated phrases that may stand for `<name>`; may themselves hold slots. */
void offhook_expectation_add_slot(OffhookExpectation *self, const char *name,
				  const char *const *values);
/** How many keys may follow each other; after @max (0: any number) no more is waited for. */
void offhook_expectation_set_digits(OffhookExpectation *self, guint min, guint max);

/** As it was made. */
OffhookExpectationKind offhook_expectation_get_kind(OffhookExpectation *self);
/** (transfer none): %NULL-terminated */
const char *const *offhook_expectation_get_phrases(OffhookExpectation *self);
/** (transfer none): names of the slots, in order of adding */
const char *const *offhook_expectation_get_slots(OffhookExpectation *self);
/** (transfer none) (nullable): the values of a slot */
const char *const *offhook_expectation_get_slot_values(OffhookExpectation *self, const char *name);
/** @min, @max: (out): as they were set; 0 as long as they were not */
void offhook_expectation_get_digits(OffhookExpectation *self, guint *min, guint *max);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookExpectation, offhook_expectation_unref)

G_END_DECLS
