/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sums and prices. Any thread.
 */

#include "engine/usage.h"

#define OFFHOOK_USAGE_MILLION 1e6
#define OFFHOOK_USAGE_MINUTE  ((double)G_TIME_SPAN_MINUTE)

double
offhook_usage_get_cost(const OffhookUsage *usage, const OffhookPrices *prices)
{
	return usage->input_tokens / OFFHOOK_USAGE_MILLION * MAX(prices->input_tokens, 0) +
	       usage->output_tokens / OFFHOOK_USAGE_MILLION * MAX(prices->output_tokens, 0) +
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
