/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A call's ear that does not go deaf: a transcriber made of those of several engines. It keeps what
 * the caller says until it has its text, and when an engine fails, or lets its deadline pass, the next
 * one hears it again from the beginning. From the end of an utterance on an engine has the line-up's
 * first_ms, all together twice that. When nobody is left, `failed` comes, in time for the caller to be
 * asked again.
 *
 * Signal, beside a transcriber's:
 *   switched (const char *from, const char *to, const GError *): another engine has taken over;
 *     %NULL: one that had failed is back
 *   usage (const OffhookUsage *): what an engine was asked for, see engine-seat.h
 */
#pragma once

#include "engine/engine-lineup.h"
#include "engine/usage.h"

G_BEGIN_DECLS

/** Of what the caller says, this much is kept, and heard again. */
#define OFFHOOK_SUPERVISED_REPLAY_S 30

#define OFFHOOK_TYPE_SUPERVISED_TRANSCRIBER (offhook_supervised_transcriber_get_type())
G_DECLARE_FINAL_TYPE(OffhookSupervisedTranscriber, offhook_supervised_transcriber, OFFHOOK,
		     SUPERVISED_TRANSCRIBER, OffhookTranscriber)

/** (nullable): the last engine's error, when none opens a session */
OffhookTranscriber *offhook_supervised_transcriber_new(OffhookEngineLineup *lineup, GError **error);

/** Who hears at the moment. (transfer none) */
const char *offhook_supervised_transcriber_get_engine(OffhookSupervisedTranscriber *self);

G_END_DECLS
