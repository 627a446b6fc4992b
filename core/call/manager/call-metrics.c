/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes figures of what the event bus tells. A call's labels are known by the call manager, which
 * has it until after its last event. Main thread.
 */

#include "call/manager/call-metrics.h"

#include <offhook/json.h>

#include <string.h>

#define LABELS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Delays that a caller notices: from a tenth of a second to where he hangs up. */
static const double offhook_call_metrics_delays[] = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8,
						     1.0,  1.3, 1.6, 2.0, 3.0, 5.0, 10.0};
/* Our own work, of which the target is 5 ms. */
static const double offhook_call_metrics_own[] = {0.0005, 0.001, 0.002, 0.003, 0.005, 0.01,
						  0.02,   0.05,  0.1,   0.2,   0.5,   1.0};
static const double offhook_call_metrics_durations[] = {1,   5,   10,  30,   60,   120,
							180, 300, 600, 1200, 1800, 3600};

static const char *const offhook_call_metrics_call_labels[] = {"driver", "direction", "outcome",
							       NULL};
static const char *const offhook_call_metrics_assistant_labels[] = {"assistant", NULL};
static const char *const offhook_call_metrics_turn_labels[] = {"assistant", "outcome", NULL};
static const char *const offhook_call_metrics_stage_labels[] = {"assistant", "stage", NULL};
static const char *const offhook_call_metrics_engine_labels[] = {"assistant", "role", "engine",
								 NULL};
static const char *const offhook_call_metrics_usage_labels[] = {"assistant", "engine", NULL};
static const char *const offhook_call_metrics_limit_labels[] = {"assistant", "limit", NULL};
static const char *const offhook_call_metrics_error_labels[] = {"code", NULL};

#define HISTOGRAM(family, words, label_names, limits)                                              \
	{                                                                                          \
		.kind = OFFHOOK_METRIC_HISTOGRAM, .name = family, .help = words,                   \
		.labels = label_names, .bounds = limits, .n_bounds = G_N_ELEMENTS(limits)          \
	}
#define COUNTER(family, words, label_names)                                                        \
	{                                                                                          \
		.kind = OFFHOOK_METRIC_COUNTER, .name = family, .help = words,                     \
		.labels = label_names                                                              \
	}

/* clang-format off */
typedef enum {
	CALLS, ACTIVE, DURATION, TURNS, DELAY, OWN, STAGE, WORK, ERRORS, LIMITS,
	INPUT, OUTPUT, CHARACTERS, AUDIO, COST, LAST
} OffhookCallFamily;

static const OffhookMetricSpec offhook_call_metrics_specs[LAST] = {
	[CALLS] = COUNTER("offhook_calls_total", "Calls that have ended.",
			  offhook_call_metrics_call_labels),
	[ACTIVE] = {OFFHOOK_METRIC_GAUGE, "offhook_calls_active", "Calls in progress."},
	[DURATION] = HISTOGRAM("offhook_call_duration_seconds",
			       "From a call's answer to its end.",
			       offhook_call_metrics_assistant_labels,
			       offhook_call_metrics_durations),
	[TURNS] = COUNTER("offhook_turns_total", "Turns, by whether the caller spoke into them.",
			  offhook_call_metrics_turn_labels),
	[DELAY] = HISTOGRAM("offhook_turn_answer_delay_seconds",
			    "From the caller's last sound to the first frame of the answer.",
			    offhook_call_metrics_assistant_labels, offhook_call_metrics_delays),
	[OWN] = HISTOGRAM("offhook_turn_own_share_seconds",
			  "The server's own part of the answer delay.",
			  offhook_call_metrics_assistant_labels, offhook_call_metrics_own),
	[STAGE] = HISTOGRAM("offhook_turn_stage_seconds",
			    "From the caller's last sound to a stage of the turn.",
			    offhook_call_metrics_stage_labels, offhook_call_metrics_delays),
	[WORK] = HISTOGRAM("offhook_engine_first_result_seconds",
			   "From asking an engine or agent to its text, first words or first sound.",
			   offhook_call_metrics_engine_labels, offhook_call_metrics_delays),
	[ERRORS] = COUNTER("offhook_errors_total", "Errors that were told, by their code.",
			   offhook_call_metrics_error_labels),
	[LIMITS] = COUNTER("offhook_limits_reached_total",
			   "Calls that were ended by a limit of their assistant.",
			   offhook_call_metrics_limit_labels),
	[INPUT] = COUNTER("offhook_engine_input_tokens_total", "Tokens given to language models.",
			  offhook_call_metrics_usage_labels),
	[OUTPUT] = COUNTER("offhook_engine_output_tokens_total", "Tokens of their answers.",
			   offhook_call_metrics_usage_labels),
	[CHARACTERS] = COUNTER("offhook_engine_characters_total",
			       "Characters of text given to be spoken.",
			       offhook_call_metrics_usage_labels),
	[AUDIO] = COUNTER("offhook_engine_audio_seconds_total",
			  "Speech given to be understood.", offhook_call_metrics_usage_labels),
	[COST] = COUNTER("offhook_engine_cost_total", "What that cost, by the configured prices.",
			 offhook_call_metrics_usage_labels),
};
/* clang-format on */

struct _OffhookCallMetrics {
	OffhookMetrics *metrics;
	OffhookCallManager *calls;
	OffhookEventBus *events;
	OffhookMetric *families[LAST];
};

/* ---- events ---- */

static void
offhook_call_metrics_observe_ms(OffhookMetric *family, JsonObject *data, const char *name,
				const char *const *labels)
{
	JsonNode *node = json_object_get_member(data, name);

	if (node != NULL && JSON_NODE_HOLDS_VALUE(node))
		offhook_metric_observe(family, json_node_get_double(node) / 1000, labels);
}

static const char *
offhook_call_metrics_get(JsonObject *data, const char *name)
{
	return json_object_get_string_member_with_default(data, name, NULL);
}

static void
offhook_call_metrics_add_work(OffhookCallMetrics *self, JsonObject *data, const char *assistant)
{
	static const struct {
		const char *time;
		const char *role;
	} roles[] = {{"stt_ms", "stt"}, {"agent_ms", "llm"}, {"tts_ms", "tts"}};

	for (guint i = 0; i < G_N_ELEMENTS(roles); i++) {
		const char *engine = offhook_call_metrics_get(data, roles[i].role);
		/* Agents may do without a language model. */
		gboolean alone = engine == NULL && g_str_equal(roles[i].role, "llm");

		offhook_call_metrics_observe_ms(
		    self->families[WORK], data, roles[i].time,
		    LABELS(assistant, alone ? "agent" : roles[i].role, engine));
	}
}

static void
offhook_call_metrics_add_turn(OffhookCallMetrics *self, JsonObject *data)
{
	static const char *const stages[] = {"transcript_final", "due",         "committed",
					     "first_text",       "first_audio", "first_frame"};
	const char *assistant = offhook_call_metrics_get(data, "assistant");
	gboolean interrupted = json_object_get_boolean_member(data, "interrupted");

	offhook_metric_count(self->families[TURNS], 1,
			     LABELS(assistant, interrupted ? "interrupted" : "completed"));
	offhook_call_metrics_add_work(self, data, assistant);
	/* Only a turn that answers the caller has a last sound of his to count from. */
	if (json_object_get_null_member(data, "speech_ended_ms"))
		return;
	offhook_call_metrics_observe_ms(self->families[DELAY], data, "answer_delay_ms",
					LABELS(assistant));
	offhook_call_metrics_observe_ms(self->families[OWN], data, "own_share_ms",
					LABELS(assistant));
	for (guint i = 0; i < G_N_ELEMENTS(stages); i++) {
		g_autofree char *name = g_strconcat(stages[i], "_ms", NULL);

		offhook_call_metrics_observe_ms(self->families[STAGE], data, name,
						LABELS(assistant, stages[i]));
	}
}

static void
offhook_call_metrics_add_call(OffhookCallMetrics *self, OffhookCall *call)
{
	const char *assistant = offhook_call_get_taker(call)->settings->name;

	offhook_metric_count(
	    self->families[CALLS], 1,
	    LABELS(offhook_driver_get_name(offhook_call_get_driver(call)),
		   offhook_call_direction_to_string(offhook_call_get_direction(call)),
		   offhook_call_get_status(call)));
	if (offhook_call_get_answered(call) != 0)
		offhook_metric_observe(self->families[DURATION], offhook_call_get_duration(call),
				       LABELS(assistant));
}

static void
offhook_call_metrics_add_usage(OffhookCallMetrics *self, JsonObject *data)
{
	static const struct {
		OffhookCallFamily family;
		const char *name;
	} units[] = {{INPUT, "input_tokens"},
		     {OUTPUT, "output_tokens"},
		     {CHARACTERS, "characters"},
		     {AUDIO, "audio_seconds"},
		     {COST, "cost"}};

	for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
		double amount = json_object_get_double_member(data, units[i].name);

		if (amount > 0)
			offhook_metric_count(self->families[units[i].family], amount,
					     LABELS(offhook_call_metrics_get(data, "assistant"),
						    offhook_call_metrics_get(data, "engine")));
	}
}

static void
offhook_call_metrics_event_cb(OffhookEventBus *bus, OffhookEvent *event, gpointer user_data)
{
	OffhookCallMetrics *self = user_data;
	OffhookCall *call;

	if (g_str_equal(event->type, OFFHOOK_EVENT_TURN_COMPLETED)) {
		offhook_call_metrics_add_turn(self, event->data);
	} else if (g_str_equal(event->type, OFFHOOK_EVENT_ENGINE_USED)) {
		offhook_call_metrics_add_usage(self, event->data);
	} else if (g_str_equal(event->type, OFFHOOK_EVENT_CALL_COMPLETED)) {
		call = offhook_call_manager_find(self->calls, event->call_id, NULL);
		if (call != NULL)
			offhook_call_metrics_add_call(self, call);
	} else if (g_str_equal(event->type, OFFHOOK_EVENT_LIMIT_REACHED)) {
		offhook_metric_count(self->families[LIMITS], 1,
				     LABELS(offhook_call_metrics_get(event->data, "assistant"),
					    offhook_call_metrics_get(event->data, "limit")));
	} else if (g_str_equal(event->type, OFFHOOK_EVENT_ERROR)) {
		offhook_metric_count(self->families[ERRORS], 1,
				     LABELS(offhook_call_metrics_get(event->data, "error_code")));
	}
}

static void
offhook_call_metrics_read_cb(gpointer user_data)
{
	OffhookCallMetrics *self = user_data;

	offhook_metric_set(self->families[ACTIVE], offhook_call_manager_count(self->calls), NULL);
}

OffhookCallMetrics *
offhook_call_metrics_new(OffhookMetrics *metrics, OffhookCallManager *calls,
			 OffhookEventBus *events)
{
	OffhookCallMetrics *self = g_new0(OffhookCallMetrics, 1);

	self->metrics = metrics;
	self->calls = calls;
	self->events = g_object_ref(events);
	for (guint i = 0; i < LAST; i++)
		self->families[i] = offhook_metrics_add(metrics, &offhook_call_metrics_specs[i]);
	offhook_metrics_add_source(metrics, offhook_call_metrics_read_cb, self, NULL);
	g_signal_connect(events, "event", G_CALLBACK(offhook_call_metrics_event_cb), self);
	return self;
}

void
offhook_call_metrics_free(OffhookCallMetrics *self)
{
	if (self == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->events, self);
	offhook_metrics_remove_source(self->metrics, self);
	g_object_unref(self->events);
	g_free(self);
}
