/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A conversation's language model that does not leave a caller without an answer: a completer made of
 * those of several engines.
 *
 * Before its first word an engine that fails, or lets its deadline pass, is replaced, and the next one
 * is asked the same. Once something was said, nothing else is said instead: the next one is given
 * what was said and asked to go on from there, and what it repeats of it is left out. When nobody is
 * left, the request fails; whoever asked apologises.
 *
 * To the first word an engine has the line-up's first_ms; all together have twice that, which the last
 * of them may use up. Between two words it has stall_ms, or longer while what it said is still being
 * spoken; then all others together have first_ms to go on. When no breaker of the line-up lets a
 * request pass, it fails at once. An answer that has no end ends after OFFHOOK_SUPERVISED_MAX_ANSWER
 * bytes or OFFHOOK_SUPERVISED_MAX_ANSWER_MS, as %OFFHOOK_FINISH_LENGTH.
 *
 * Signal, beside a completer's:
 *   switched (const char *from, const char *to, const GError *): another engine has taken over;
 *     %NULL: one that had failed is back
 *   usage (const OffhookUsage *): what an engine was asked for, see engine-seat.h; of an answer that
 *     was broken off nobody knows
 */
#pragma once

#include "engine/engine-lineup.h"
#include "engine/usage.h"

G_BEGIN_DECLS

/** The longest answer: nobody listens to more. */
#define OFFHOOK_SUPERVISED_MAX_ANSWER    8000
#define OFFHOOK_SUPERVISED_MAX_ANSWER_MS 60000

#define OFFHOOK_TYPE_SUPERVISED_COMPLETER (offhook_supervised_completer_get_type())
G_DECLARE_FINAL_TYPE(OffhookSupervisedCompleter, offhook_supervised_completer, OFFHOOK,
		     SUPERVISED_COMPLETER, OffhookCompleter)

/** (nullable): the last engine's error, when none opens a session */
OffhookCompleter *offhook_supervised_completer_new(OffhookEngineLineup *lineup, GError **error);

/**
 * What the next answers are to be like, whatever the requests say: @temperature: negative: as they say;
 * @max_tokens: 0: likewise.
 */
void offhook_supervised_completer_set_wishes(OffhookSupervisedCompleter *self, double temperature,
					     guint max_tokens);

/** Who answers at the moment. (transfer none) */
const char *offhook_supervised_completer_get_engine(OffhookSupervisedCompleter *self);

G_END_DECLS
