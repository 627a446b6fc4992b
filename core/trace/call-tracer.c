/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Nothing is kept between the events of a call: the ids of its trace and of its span follow from its
 * own. A turn's times are those of turn.completed. Main thread.
 */

#include "trace/call-tracer.h"

#include <string.h>

#include "base/log.h"

struct _OffhookCallTracer {
	OffhookTraceExporter *exporter;
	OffhookCallManager *calls;
	OffhookEventBus *events;
	guint sample_percent;
};

/* A stage of a turn: from one of its times, or so long before it as another says, to the next. */
typedef struct {
	const char *name;
	const char *from; /* (nullable): `took` before `to` */
	const char *took; /* (nullable) */
	const char *to;
	const char *or_to;  /* (nullable): if that did not happen */
	const char *engine; /* (nullable): the member that names it */
} OffhookTracedStage;

static const OffhookTracedStage offhook_traced_stages[] = {
    {"endpoint", "speech_ended_ms", NULL, "committed_ms", NULL, NULL},
    {"stt", NULL, "stt_ms", "transcript_final_ms", NULL, "stt"},
    {"agent", NULL, "agent_ms", "first_text_ms", NULL, "llm"},
    {"tts", NULL, "tts_ms", "first_audio_ms", NULL, "tts"},
    {"playout", "first_frame_ms", NULL, "heard_end_ms", "silenced_ms", NULL},
};

/* The call's id is a UUID: its digits are a trace's id, and the random half of them a span's. */
static char *
offhook_call_tracer_make_id(const char *call_id)
{
	GString *id = g_string_sized_new(OFFHOOK_TRACE_ID_LENGTH);

	for (const char *c = call_id; *c != '\0'; c++)
		if (g_ascii_isxdigit(*c))
			g_string_append_c(id, g_ascii_tolower(*c));
	return g_string_free(id, FALSE);
}

static const char *
offhook_call_tracer_get_root(const char *trace_id)
{
	return trace_id + OFFHOOK_TRACE_ID_LENGTH - OFFHOOK_SPAN_ID_LENGTH;
}

/* All spans of a call, or none. */
static gboolean
offhook_call_tracer_is_sampled(OffhookCallTracer *self, const char *trace_id)
{
	guint64 random = g_ascii_strtoull(trace_id + OFFHOOK_TRACE_ID_LENGTH - 8, NULL, 16);

	return strlen(trace_id) == OFFHOOK_TRACE_ID_LENGTH && random % 100 < self->sample_percent;
}

/* ---- a turn ---- */

/* -1: it did not happen. */
static double
offhook_call_tracer_get_ms(JsonObject *turn, const char *name)
{
	JsonNode *node = name != NULL ? json_object_get_member(turn, name) : NULL;

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_double(node) : -1;
}

static const char *
offhook_call_tracer_get_string(JsonObject *turn, const char *name)
{
	return name != NULL ? json_object_get_string_member_with_default(turn, name, NULL) : NULL;
}

static void
offhook_call_tracer_add_stage(OffhookCallTracer *self, const OffhookTracedStage *stage,
			      JsonObject *turn, const char *trace_id, const char *parent_id,
			      gint64 begin_us)
{
	g_autofree char *id = offhook_span_make_id();
	double to = offhook_call_tracer_get_ms(turn, stage->to);
	double from, took;
	OffhookSpan *span;

	if (to < 0)
		to = offhook_call_tracer_get_ms(turn, stage->or_to);
	from = offhook_call_tracer_get_ms(turn, stage->from);
	took = offhook_call_tracer_get_ms(turn, stage->took);
	if (took >= 0)
		from = to - took;
	if (to < 0 || from < 0)
		return;
	span = offhook_span_new(trace_id, id, parent_id, stage->name,
				begin_us + (gint64)(from * 1000), begin_us + (gint64)(to * 1000));
	offhook_span_set_string(span, "offhook.engine",
				offhook_call_tracer_get_string(turn, stage->engine));
	offhook_trace_exporter_add(self->exporter, span);
}

static double
offhook_call_tracer_get_end(JsonObject *turn)
{
	double end = 0;

	for (guint i = 0; i < OFFHOOK_TURN_TIMES_RECORD_N; i++) {
		const char *name = offhook_turn_times_record_get_name(i);

		/* Those that are lengths end before the last that is a moment. */
		end = MAX(end, offhook_call_tracer_get_ms(turn, name));
	}
	return end;
}

static void
offhook_call_tracer_add_turn(OffhookCallTracer *self, JsonObject *turn, const char *trace_id)
{
	g_autoptr(GDateTime) start =
	    g_date_time_new_from_iso8601(json_object_get_string_member(turn, "start_time"), NULL);
	g_autofree char *id = offhook_span_make_id();
	double delay = offhook_call_tracer_get_ms(turn, "answer_delay_ms");
	double own = offhook_call_tracer_get_ms(turn, "own_share_ms");
	gint64 begin_us =
	    g_date_time_to_unix(start) * G_USEC_PER_SEC + g_date_time_get_microsecond(start);
	OffhookSpan *span =
	    offhook_span_new(trace_id, id, offhook_call_tracer_get_root(trace_id), "turn", begin_us,
			     begin_us + (gint64)(offhook_call_tracer_get_end(turn) * 1000));

	offhook_span_set_int(span, "offhook.turn", json_object_get_int_member(turn, "turn"));
	offhook_span_set_boolean(span, "offhook.interrupted",
				 json_object_get_boolean_member(turn, "interrupted"));
	if (delay >= 0)
		offhook_span_set_double(span, "offhook.answer_delay_ms", delay);
	if (own >= 0)
		offhook_span_set_double(span, "offhook.own_share_ms", own);
	offhook_trace_exporter_add(self->exporter, span);
	for (guint i = 0; i < G_N_ELEMENTS(offhook_traced_stages); i++)
		offhook_call_tracer_add_stage(self, &offhook_traced_stages[i], turn, trace_id, id,
					      begin_us);
}

/* ---- a call ---- */

static void
offhook_call_tracer_add_call(OffhookCallTracer *self, OffhookCall *call, const char *trace_id)
{
	const char *status = offhook_call_get_status(call);
	OffhookSpan *span =
	    offhook_span_new(trace_id, offhook_call_tracer_get_root(trace_id), NULL, "call",
			     offhook_call_get_created(call), offhook_call_get_ended(call));

	offhook_span_set_string(span, "offhook.call_id", offhook_call_get_id(call));
	offhook_span_set_string(span, "offhook.driver",
				offhook_driver_get_name(offhook_call_get_driver(call)));
	offhook_span_set_string(span, "offhook.direction",
				offhook_call_direction_to_string(offhook_call_get_direction(call)));
	offhook_span_set_string(span, "offhook.assistant",
				offhook_call_get_taker(call)->settings->name);
	offhook_span_set_string(span, "offhook.status", status);
	if (offhook_log_get_personal_data())
		offhook_span_set_string(span, "offhook.phone_number",
					offhook_call_get_phone_number(call));
	if (g_str_equal(status, "failed") || g_str_equal(status, "interrupted"))
		offhook_span_set_failed(span, status);
	offhook_trace_exporter_add(self->exporter, span);
}

static void
offhook_call_tracer_event_cb(OffhookEventBus *bus, OffhookEvent *event, gpointer user_data)
{
	OffhookCallTracer *self = user_data;
	g_autofree char *trace_id = NULL;
	gboolean turn = g_str_equal(event->type, OFFHOOK_EVENT_TURN_COMPLETED);
	OffhookCall *call;

	if (!turn && !g_str_equal(event->type, OFFHOOK_EVENT_CALL_COMPLETED))
		return;
	trace_id = offhook_call_tracer_make_id(event->call_id);
	call = offhook_call_manager_find(self->calls, event->call_id, NULL);
	if (call == NULL || !offhook_call_tracer_is_sampled(self, trace_id))
		return;
	if (turn)
		offhook_call_tracer_add_turn(self, event->data, trace_id);
	else
		offhook_call_tracer_add_call(self, call, trace_id);
}

OffhookCallTracer *
offhook_call_tracer_new(OffhookTraceExporter *exporter, OffhookCallManager *calls,
			OffhookEventBus *events, OffhookConfig *config)
{
	OffhookCallTracer *self = g_new0(OffhookCallTracer, 1);

	self->exporter = exporter;
	self->calls = calls;
	self->events = g_object_ref(events);
	self->sample_percent = offhook_config_get_integer(config, "trace", "sample-percent");
	g_signal_connect(events, "event", G_CALLBACK(offhook_call_tracer_event_cb), self);
	return self;
}

void
offhook_call_tracer_free(OffhookCallTracer *self)
{
	if (self == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->events, self);
	g_object_unref(self->events);
	g_free(self);
}
