/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What engines are paid for: tokens, characters, seconds of audio; and what it costs. It is measured
 * by what they are asked, so that no engine need count; supervised sessions tell it (engine-seat.h).
 * Agents that hear and speak by themselves say what their service counted. Any thread.
 */
#pragma once

#include <offhook/agent.h>
#include <offhook/engine.h>

G_BEGIN_DECLS

/** What one piece of an engine's work used. */
typedef struct {
	OffhookEngineRoles role; /* exactly one; none: @engine is an agent */
	const char *engine;      /* as it is called in the configuration */
	gint64 input_tokens;
	gint64 output_tokens;
	gint64 characters; /* of text to be spoken, in Unicode */
	gint64 audio_us;   /* of speech to be understood */
	/* Of the tokens above, see OffhookAgentUsage. */
	gint64 cached_input_tokens;
	gint64 audio_input_tokens;
	gint64 cached_audio_input_tokens;
	gint64 audio_output_tokens;
} OffhookUsage;

/** Of one unit, as price lists have them; negative: not known. */
typedef struct {
	double input_tokens;  /* a million */
	double output_tokens; /* a million */
	double characters;    /* a million */
	double audio_minutes; /* one */
	/* A million; what is not known costs as much as what it is a part of. */
	double cached_input_tokens;
	double audio_input_tokens;
	double cached_audio_input_tokens;
	double audio_output_tokens;
} OffhookPrices;

/** Sums. Zero is nothing. */
typedef struct {
	gint64 input_tokens;
	gint64 output_tokens;
	gint64 characters;
	gint64 audio_us;
	double cost; /* of what has a price */
} OffhookUsageTotals;

/** What @agent says that it has used. */
OffhookUsage offhook_usage_from_agent(const char *agent, const OffhookAgentUsage *used);

/** What @usage costs; what has no price costs nothing. */
double offhook_usage_get_cost(const OffhookUsage *usage, const OffhookPrices *prices);

void offhook_usage_totals_add(OffhookUsageTotals *self, const OffhookUsage *usage, double cost);

G_END_DECLS
