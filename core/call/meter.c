/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Adds up what the call's engines tell. Main thread.
 */

#include "call/meter.h"

struct _OffhookMeter {
	OffhookConfig *config;
	char *assistant;
	gint64 began_us;
	OffhookSpending *spending;
	OffhookUsageTotals total;
	OffhookMeterReading since;
};

OffhookMeter *
offhook_meter_new(OffhookConfig *config, const char *assistant, gint64 began_us,
		  OffhookSpending *spending)
{
	OffhookMeter *self = g_new0(OffhookMeter, 1);

	self->config = offhook_config_ref(config);
	self->assistant = g_strdup(assistant);
	self->began_us = began_us;
	self->spending = spending;
	return self;
}

void
offhook_meter_free(OffhookMeter *self)
{
	if (self == NULL)
		return;
	offhook_config_unref(self->config);
	g_free(self->assistant);
	g_free(self);
}

static void
offhook_meter_note_engine(OffhookMeter *self, const OffhookUsage *usage)
{
	const char *name = g_intern_string(usage->engine);

	if (usage->role == OFFHOOK_ENGINE_TRANSCRIBE)
		self->since.stt = name;
	else if (usage->role == OFFHOOK_ENGINE_SYNTHESIZE)
		self->since.tts = name;
	else
		self->since.llm = name;
}

double
offhook_meter_add(OffhookMeter *self, const OffhookUsage *usage)
{
	const OffhookPrices prices = {
	    .input_tokens = offhook_config_get_price(self->config, usage->engine, "input-tokens"),
	    .output_tokens = offhook_config_get_price(self->config, usage->engine, "output-tokens"),
	    .characters = offhook_config_get_price(self->config, usage->engine, "characters"),
	    .audio_minutes = offhook_config_get_price(self->config, usage->engine, "audio-minute"),
	};
	double cost = offhook_usage_get_cost(usage, &prices);

	offhook_meter_note_engine(self, usage);
	offhook_usage_totals_add(&self->total, usage, cost);
	offhook_usage_totals_add(&self->since.usage, usage, cost);
	offhook_spending_add(self->spending, self->assistant, self->began_us, cost);
	return cost;
}

const OffhookUsageTotals *
offhook_meter_get_total(OffhookMeter *self)
{
	return &self->total;
}

void
offhook_meter_take(OffhookMeter *self, OffhookMeterReading *reading)
{
	*reading = self->since;
	self->since = (OffhookMeterReading){0};
}
