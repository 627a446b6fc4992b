/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sums and prices. Any thread.
 */

#include "engine/usage.h"

#define OFFHOOK_USAGE_MILLION 1e6
#define OFFHOOK_USAGE_MINUTE  ((double)G_TIME_SPAN_MINUTE)

/* @n, of which @n_special have a price of their own, if it is known. */
static double
offhook_usage_add_up(gint64 n, double price, gint64 n_special, double special)
{
	n_special = CLAMP(n_special, 0, n);
	return ((n - n_special) * price + n_special * (special >= 0 ? special : price)) /
	       OFFHOOK_USAGE_MILLION;
}

static double
offhook_usage_get_input_cost(const OffhookUsage *usage, const OffhookPrices *prices)
{
	double text = MAX(prices->input_tokens, 0);
	double sound = prices->audio_input_tokens >= 0 ? prices->audio_input_tokens : text;
	gint64 n_sound = CLAMP(usage->audio_input_tokens, 0, usage->input_tokens);

	return offhook_usage_add_up(usage->input_tokens - n_sound, text, usage->cached_input_tokens,
				    prices->cached_input_tokens) +
	       offhook_usage_add_up(n_sound, sound, usage->cached_audio_input_tokens,
				    prices->cached_audio_input_tokens);
}

OffhookUsage
offhook_usage_from_agent(const char *agent, const OffhookAgentUsage *used)
{
	return (OffhookUsage){
	    .engine = agent,
	    .input_tokens = used->input_tokens,
	    .cached_input_tokens = used->cached_input_tokens,
	    .audio_input_tokens = used->audio_input_tokens,
	    .cached_audio_input_tokens = used->cached_audio_input_tokens,
	    .output_tokens = used->output_tokens,
	    .audio_output_tokens = used->audio_output_tokens,
	    .audio_us = used->audio_us,
	};
}

double
offhook_usage_get_cost(const OffhookUsage *usage, const OffhookPrices *prices)
{
	return offhook_usage_get_input_cost(usage, prices) +
	       offhook_usage_add_up(usage->output_tokens, MAX(prices->output_tokens, 0),
				    usage->audio_output_tokens, prices->audio_output_tokens) +
	       usage->characters / OFFHOOK_USAGE_MILLION * MAX(prices->characters, 0) +
	       usage->audio_us / OFFHOOK_USAGE_MINUTE * MAX(prices->audio_minutes, 0);
}

void
offhook_usage_totals_add(OffhookUsageTotals *self, const OffhookUsage *usage, double cost)
{
	self->input_tokens += usage->input_tokens;
	self->output_tokens += usage->output_tokens;
	self->characters += usage->characters;
	self->audio_us += usage->audio_us;
	self->cost += cost;
}
