/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Adds up what the call's engines tell. Main thread.
 */

#include "call/assistant/meter.h"

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
	else if (usage->role !=
		 OFFHOOK_ENGINE_EMBED) /* a language model, or an agent that is one */
		self->since.llm = name;
}

static void
offhook_meter_find_prices(OffhookMeter *self, const OffhookUsage *usage, OffhookPrices *prices)
{
	const struct {
		const char *unit;
		double *price;
	} units[] = {
	    {"input-tokens", &prices->input_tokens},
	    {"output-tokens", &prices->output_tokens},
	    {"characters", &prices->characters},
	    {"audio-minute", &prices->audio_minutes},
	    {"cached-input-tokens", &prices->cached_input_tokens},
	    {"audio-input-tokens", &prices->audio_input_tokens},
	    {"cached-audio-input-tokens", &prices->cached_audio_input_tokens},
	    {"audio-output-tokens", &prices->audio_output_tokens},
	};
	g_autofree char *section =
	    g_strconcat(usage->role != 0 ? "engine:" : "agent:", usage->engine, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		*units[i].price = offhook_config_get_price(self->config, section, units[i].unit);
}

double
offhook_meter_add(OffhookMeter *self, const OffhookUsage *usage)
{
	OffhookPrices prices;
	double cost;

	offhook_meter_find_prices(self, usage, &prices);
	cost = offhook_usage_get_cost(usage, &prices);
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
