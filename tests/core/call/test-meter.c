/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What engines used, priced by the configuration; sums of a turn, a call and a day.
 */

#include "call/assistant/meter.h"

#include <glib/gstdio.h>

#define DAY  G_TIME_SPAN_DAY
#define NOON (offhook_spending_get_midnight(G_GINT64_CONSTANT(1700000000000000)) + DAY / 2)

static OffhookConfig *
load(const char *text)
{
	g_autofree char *dir = g_dir_make_tmp("offhook-meter-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "offhookd.conf", NULL);
	g_autoptr(GError) error = NULL;
	OffhookConfig *config;

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	config = offhook_config_load(path, &error);
	g_assert_no_error(error);
	g_unlink(path);
	g_rmdir(dir);
	return config;
}

#define PRICES                                                                                     \
	"[engine:brain]\nprice-input-tokens=2.5\nprice-output-tokens=10\n"                         \
	"[engine:mouth]\nprice-characters=15\n"                                                    \
	"[engine:ears]\nprice-audio-minute=0.006\n"                                                \
	"[agent:parrot]\nprice-input-tokens=4\nprice-cached-input-tokens=0.4\n"                    \
	"price-audio-input-tokens=32\nprice-cached-audio-input-tokens=0.8\n"                       \
	"price-output-tokens=16\nprice-audio-output-tokens=64\nprice-audio-minute=0.003\n"         \
	"[agent:plain]\nprice-input-tokens=4\nprice-output-tokens=16\n"

static const OffhookUsage thought = {
    .role = OFFHOOK_ENGINE_COMPLETE, .engine = "brain", .input_tokens = 400, .output_tokens = 50};
static const OffhookUsage spoken = {
    .role = OFFHOOK_ENGINE_SYNTHESIZE, .engine = "mouth", .characters = 200};
static const OffhookUsage heard = {
    .role = OFFHOOK_ENGINE_TRANSCRIBE, .engine = "ears", .audio_us = 90 * G_USEC_PER_SEC};
static const OffhookUsage for_free = {
    .role = OFFHOOK_ENGINE_SYNTHESIZE, .engine = "flite", .characters = 1000};

static void
test_prices(void)
{
	g_autoptr(OffhookConfig) config = load(PRICES);
	g_autoptr(OffhookSpending) spending = offhook_spending_new();
	g_autoptr(OffhookMeter) meter = offhook_meter_new(config, "desk", NOON, spending);
	const OffhookUsageTotals *total = offhook_meter_get_total(meter);

	g_assert_cmpfloat_with_epsilon(offhook_meter_add(meter, &thought), 0.0015, 1e-12);
	g_assert_cmpfloat_with_epsilon(offhook_meter_add(meter, &spoken), 0.003, 1e-12);
	g_assert_cmpfloat_with_epsilon(offhook_meter_add(meter, &heard), 0.009, 1e-12);
	g_assert_cmpfloat(offhook_meter_add(meter, &for_free), ==, 0);
	g_assert_cmpint(total->input_tokens, ==, 400);
	g_assert_cmpint(total->output_tokens, ==, 50);
	g_assert_cmpint(total->characters, ==, 1200);
	g_assert_cmpint(total->audio_us, ==, 90 * G_USEC_PER_SEC);
	g_assert_cmpfloat_with_epsilon(total->cost, 0.0135, 1e-12);
	g_assert_cmpfloat_with_epsilon(offhook_spending_get(spending, "desk", NOON), 0.0135, 1e-12);
}

/* Of 1000 tokens in 600 are sound, 100 of the others were kept and 200 of these; of 500 out 400 are. */
static OffhookUsage
talk(const char *agent)
{
	return (OffhookUsage){.engine = agent,
			      .input_tokens = 1000,
			      .cached_input_tokens = 100,
			      .audio_input_tokens = 600,
			      .cached_audio_input_tokens = 200,
			      .output_tokens = 500,
			      .audio_output_tokens = 400,
			      .audio_us = 60 * G_USEC_PER_SEC};
}

/* An agent's own service: each kind has its price, or that of what it is a part of. */
static void
test_agent(void)
{
	g_autoptr(OffhookConfig) config = load(PRICES);
	g_autoptr(OffhookSpending) spending = offhook_spending_new();
	g_autoptr(OffhookMeter) meter = offhook_meter_new(config, "desk", NOON, spending);
	OffhookUsage usage = talk("parrot");
	OffhookMeterReading reading;

	g_assert_cmpfloat_with_epsilon(
	    offhook_meter_add(meter, &usage),
	    (300 * 4 + 100 * 0.4 + 400 * 32 + 200 * 0.8 + 100 * 16 + 400 * 64) / 1e6 + 0.003,
	    1e-12);
	usage = talk("plain");
	g_assert_cmpfloat_with_epsilon(offhook_meter_add(meter, &usage),
				       (1000 * 4 + 500 * 16) / 1e6, 1e-12);
	/* More of a part than there is of the whole. */
	usage.cached_input_tokens = usage.audio_input_tokens = usage.audio_output_tokens =
	    G_MAXINT64;
	g_assert_cmpfloat_with_epsilon(offhook_meter_add(meter, &usage),
				       (1000 * 4 + 500 * 16) / 1e6, 1e-12);
	usage = talk("nobody");
	g_assert_cmpfloat(offhook_meter_add(meter, &usage), ==, 0);
	offhook_meter_take(meter, &reading);
	g_assert_cmpstr(reading.llm, ==, "nobody");
	g_assert_null(reading.stt);
	g_assert_cmpint(reading.usage.input_tokens, ==, 4000);
	g_assert_cmpint(reading.usage.output_tokens, ==, 2000);
}

/* A reading has what came since the one before; who did it last is told by role. */
static void
test_readings(void)
{
	g_autoptr(OffhookConfig) config = load(PRICES);
	g_autoptr(OffhookSpending) spending = offhook_spending_new();
	g_autoptr(OffhookMeter) meter = offhook_meter_new(config, "desk", NOON, spending);
	OffhookMeterReading reading;

	offhook_meter_add(meter, &heard);
	offhook_meter_add(meter, &spoken);
	offhook_meter_add(meter, &for_free);
	offhook_meter_take(meter, &reading);
	g_assert_cmpstr(reading.stt, ==, "ears");
	g_assert_null(reading.llm);
	g_assert_cmpstr(reading.tts, ==, "flite");
	g_assert_cmpint(reading.usage.characters, ==, 1200);
	offhook_meter_add(meter, &thought);
	offhook_meter_take(meter, &reading);
	g_assert_null(reading.stt);
	g_assert_cmpstr(reading.llm, ==, "brain");
	g_assert_cmpint(reading.usage.characters, ==, 0);
	g_assert_cmpint(reading.usage.input_tokens, ==, 400);
	offhook_meter_take(meter, &reading);
	g_assert_null(reading.llm);
	g_assert_cmpint(reading.usage.input_tokens, ==, 0);
	g_assert_cmpint(offhook_meter_get_total(meter)->input_tokens, ==, 400);
}

/* A day's sum begins anew with the next day's first call; what an older one costs is not in it. */
static void
test_days(void)
{
	g_autoptr(OffhookSpending) spending = offhook_spending_new();

	offhook_spending_add(spending, "a", NOON, 1);
	offhook_spending_add(spending, "a", NOON + DAY / 4, 2);
	offhook_spending_add(spending, "b", NOON, 4);
	g_assert_cmpfloat(offhook_spending_get(spending, "a", NOON), ==, 3);
	g_assert_cmpfloat(offhook_spending_get(spending, "b", NOON), ==, 4);
	g_assert_cmpfloat(offhook_spending_get(spending, "c", NOON), ==, 0);
	g_assert_cmpfloat(offhook_spending_get(spending, "a", NOON + DAY), ==, 0);
	offhook_spending_add(spending, "a", NOON + DAY, 8);
	offhook_spending_add(spending, "a", NOON, 16);
	g_assert_cmpfloat(offhook_spending_get(spending, "a", NOON + DAY), ==, 8);
	g_assert_cmpfloat(offhook_spending_get(spending, "b", NOON + DAY), ==, 0);
}

static void
test_limit(void)
{
	g_autoptr(OffhookSpending) spending = offhook_spending_new();
	OffhookAssistantConfig assistant = {.name = (char *)"a"};

	offhook_spending_add(spending, "a", NOON, 5);
	g_assert_false(offhook_spending_is_over(spending, &assistant, NOON));
	assistant.max_cost_per_day = 5.01;
	g_assert_false(offhook_spending_is_over(spending, &assistant, NOON));
	assistant.max_cost_per_day = 5;
	g_assert_true(offhook_spending_is_over(spending, &assistant, NOON));
	g_assert_false(offhook_spending_is_over(spending, &assistant, NOON + DAY));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/call/meter/prices", test_prices);
	g_test_add_func("/call/meter/agent", test_agent);
	g_test_add_func("/call/meter/readings", test_readings);
	g_test_add_func("/call/meter/days", test_days);
	g_test_add_func("/call/meter/limit", test_limit);
	return g_test_run();
}
