/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A call's voice that does not fall silent: a synthesizer made of those of several engines. When one
 * fails, or lets its deadline pass, the next one speaks what is not spoken yet, from the word on that
 * the first did not get to; words and times of a piece stay those of the text given to speak(). When
 * nobody is left, the pieces end with the error.
 *
 * The caller is owed sound from the moment on in which a piece was asked for or, if that is later, in
 * which all that was delivered before is played. From then on an engine has the line-up's first_ms, or
 * between two parts of a piece its stall_ms, and all but the last together less than twice first_ms; one
 * that has delivered ahead is not late while there is enough to play.
 *
 * Unlike those of an engine, words are told when all of them has been delivered as audio, for only
 * then it is certain who speaks them; and of a part whose engine tells no words they are estimated.
 *
 * Signal, beside a synthesizer's:
 *   switched (const char *from, const char *to, const GError *): another engine has taken over;
 *     %NULL: one that had failed is back
 *   usage (const OffhookUsage *): what an engine was asked for, see engine-seat.h
 */
#pragma once

#include "engine/engine-lineup.h"
#include "engine/usage.h"

G_BEGIN_DECLS

/** How long the last engine that is left may take: to give it up would not end the silence either. */
#define OFFHOOK_SUPERVISED_PATIENCE_MS 5000
/** No text takes longer to be said; an engine that says more of it says something else. */
#define OFFHOOK_SUPERVISED_LONGEST_MS           10000
#define OFFHOOK_SUPERVISED_LONGEST_CHARACTER_MS 500

#define OFFHOOK_TYPE_SUPERVISED_SYNTHESIZER (offhook_supervised_synthesizer_get_type())
G_DECLARE_FINAL_TYPE(OffhookSupervisedSynthesizer, offhook_supervised_synthesizer, OFFHOOK,
		     SUPERVISED_SYNTHESIZER, OffhookSynthesizer)

/** (nullable): the last engine's error, when none opens a session */
OffhookSynthesizer *offhook_supervised_synthesizer_new(OffhookEngineLineup *lineup, GError **error);

/** Who speaks at the moment. (transfer none) */
const char *offhook_supervised_synthesizer_get_engine(OffhookSupervisedSynthesizer *self);

G_END_DECLS
