/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Turns what happens in a call into records and events. A write that the store refuses is told once
 * per call in the log; the store itself reports its outages. Main thread.
 */

#include "call/conversation/journal.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/log.h"
#include "base/timestamp.h"
#include "base/uuid.h"
#include "call/conversation/conversation-log.h"
#include "call/conversation/talk-log.h"
#include "call/conversation/turn-view.h"
#include "call/conversation/usage-view.h"

struct _OffhookJournal {
	OffhookStore *store;
	OffhookEventBus *events;
	OffhookCall *call;       /* owned */
	OffhookMeter *meter;
	OffhookTalkLog *talk;
	guint seq;
	OffhookConversationLog *log; /* (nullable): nothing has been said yet */
	GHashTable *recordings; /* number -> OffhookJournalRecording: those that have not ended */
	gboolean complained;
	GHashTable *warned; /* set of "who code": failures that are in the log */
};

/** One of ours. */
typedef struct {
	char *id;
	char *path;
	const char *format;
	gint64 started_us;
} OffhookJournalRecording;

static void
offhook_journal_recording_free(gpointer data)
{
	OffhookJournalRecording *recording = data;

	g_free(recording->id);
	g_free(recording->path);
	g_free(recording);
}

OffhookJournal *
offhook_journal_new(OffhookStore *store, OffhookEventBus *events, OffhookSpending *spending,
		    OffhookCall *call)
{
	OffhookAssistant *assistant = offhook_call_get_assistant(call);
	OffhookJournal *self = g_new0(OffhookJournal, 1);

	self->store = g_object_ref(store);
	self->events = g_object_ref(events);
	self->call = g_object_ref(call);
	self->talk = offhook_talk_log_new();
	self->recordings =
	    g_hash_table_new_full(NULL, NULL, NULL, offhook_journal_recording_free);
	self->warned = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->meter = offhook_meter_new(assistant->config, assistant->settings->name,
					offhook_call_get_created(call), spending);
	return self;
}

void
offhook_journal_free(OffhookJournal *self)
{
	if (self == NULL)
		return;
	g_object_unref(self->store);
	g_object_unref(self->events);
	g_object_unref(self->call);
	offhook_meter_free(self->meter);
	offhook_talk_log_free(self->talk);
	g_hash_table_unref(self->warned);
	offhook_conversation_log_free(self->log);
	g_hash_table_unref(self->recordings);
	g_free(self);
}

static void
offhook_journal_check(OffhookJournal *self, gboolean ok, GError *error)
{
	g_autoptr(GError) owned = error;

	if (ok || self->complained)
		return;
	self->complained = TRUE;
	offhook_call_warning(offhook_call_get_id(self->call), "not written down: %s",
			     owned->message);
}

void
offhook_journal_save_call(OffhookJournal *self)
{
	OffhookCall *call = self->call;
	OffhookCall *origin = offhook_call_get_origin(call);
	OffhookEndReason reason = offhook_call_get_end_reason(call);
	const OffhookCallRecord record = {
	    .id = (char *)offhook_call_get_id(call),
	    .provider_call_id = (char *)offhook_call_get_provider_call_id(call),
	    .driver = (char *)offhook_driver_get_name(offhook_call_get_driver(call)),
	    .assistant = offhook_call_get_taker(call)->settings->name,
	    .direction = (char *)offhook_call_direction_to_string(offhook_call_get_direction(call)),
	    .from = (char *)offhook_call_get_from(call),
	    .to = (char *)offhook_call_get_to(call),
	    .status = (char *)offhook_call_get_status(call),
	    .created_us = offhook_call_get_created(call),
	    .answered_us = offhook_call_get_answered(call),
	    .ended_us = offhook_call_get_ended(call),
	    .end_reason =
		reason != OFFHOOK_END_NONE ? (char *)offhook_end_reason_to_string(reason) : NULL,
	    .recording_path = (char *)offhook_call_get_recording_path(call),
	    .node = (char *)g_get_host_name(),
	    .usage = *offhook_meter_get_total(self->meter),
	    .origin_call_id = origin != NULL ? (char *)offhook_call_get_id(origin) : NULL,
	};
	GError *error = NULL;
	gboolean ok = offhook_store_put_call(self->store, &record, &error);

	offhook_journal_check(self, ok, error);
}

static void
offhook_journal_publish(OffhookJournal *self, const char *type, JsonObject *data, gboolean keep)
{
	const char *call_id = offhook_call_get_id(self->call);

	if (data == NULL)
		data = json_object_new();
	json_object_set_string_member(data, "call_id", call_id);
	if (keep) {
		const OffhookCallEventRecord record = {
		    .call_id = (char *)call_id,
		    .seq = ++self->seq,
		    .at_us = offhook_timestamp_now(),
		    .type = (char *)type,
		};
		GError *error = NULL;
		gboolean ok = offhook_store_add_event(self->store, &record, data, &error);

		offhook_journal_check(self, ok, error);
	}
	offhook_event_bus_publish(self->events, type, call_id, keep ? self->seq : 0, data);
}

void
offhook_journal_tell(OffhookJournal *self, const char *type, JsonObject *data)
{
	offhook_journal_publish(self, type, data, FALSE);
}

void
offhook_journal_record(OffhookJournal *self, const char *type, JsonObject *data)
{
	offhook_journal_publish(self, type, data, TRUE);
}

void
offhook_journal_error(OffhookJournal *self, const GError *error)
{
	JsonObject *data = json_object_new();

	offhook_call_warning(offhook_call_get_id(self->call), "%s", error->message);
	json_object_set_string_member(data, "error_code", offhook_error_get_api_code(error));
	json_object_set_string_member(data, "message", error->message);
	offhook_journal_record(self, OFFHOOK_EVENT_ERROR, data);
}

/* One that fails may fail in every turn: the log has each kind of failure once in a call. */
static void
offhook_journal_warn_once(OffhookJournal *self, const char *who, const GError *error)
{
	char *kind = g_strdup_printf("%s %s", who, offhook_error_get_api_code(error));

	if (g_hash_table_add(self->warned, kind))
		offhook_call_warning(offhook_call_get_id(self->call), "%s failed: %s", who,
				     error->message);
}

static void
offhook_journal_record_failure(OffhookJournal *self, const char *type, JsonObject *data,
			       const GError *error)
{
	json_object_set_string_member(data, "error_code", offhook_error_get_api_code(error));
	json_object_set_string_member(data, "message", error->message);
	offhook_journal_record(self, type, data);
}

void
offhook_journal_agent_failed(OffhookJournal *self, const char *agent, const GError *error)
{
	g_autofree char *who = g_strdup_printf("agent %s", agent);
	JsonObject *data = json_object_new();

	offhook_journal_warn_once(self, who, error);
	json_object_set_string_member(data, "agent", agent);
	offhook_journal_record_failure(self, OFFHOOK_EVENT_AGENT_FAILED, data, error);
}

void
offhook_journal_engine_failed(OffhookJournal *self, const char *role, const char *engine,
			      const GError *error)
{
	g_autofree char *who = g_strdup_printf("engine %s (%s)", engine, role);
	JsonObject *data = json_object_new();

	offhook_journal_warn_once(self, who, error);
	json_object_set_string_member(data, "role", role);
	json_object_set_string_member(data, "engine", engine);
	offhook_journal_record_failure(self, OFFHOOK_EVENT_ENGINE_FAILED, data, error);
}

const char *
offhook_journal_get_agent_id(OffhookJournal *self)
{
	return offhook_assistant_get_agent_name(offhook_call_get_assistant(self->call), -1);
}

void
offhook_journal_set_agent(OffhookJournal *self, const char *agent)
{
	const OffhookConversationRecord *record =
	    self->log != NULL ? offhook_conversation_log_get_record(self->log) : NULL;

	/* Written with what is written next. */
	if (record != NULL && g_strcmp0(record->agent_type, agent) != 0)
		offhook_conversation_log_set_agent(
		    self->log, offhook_call_get_taker(self->call)->settings->name, agent);
}

static void
offhook_journal_put_conversation(OffhookJournal *self, const char *status)
{
	const OffhookUsageTotals *used = offhook_meter_get_total(self->meter);
	GError *error = NULL;
	gboolean ok;

	offhook_conversation_log_set_usage(
	    self->log, offhook_assistant_get_model(offhook_call_get_assistant(self->call)),
	    used->input_tokens + used->output_tokens);
	ok = offhook_conversation_log_save(self->log, status, &error);
	offhook_journal_check(self, ok, error);
}

void
offhook_journal_begin_conversation(OffhookJournal *self)
{
	OffhookAssistant *taker = offhook_call_get_taker(self->call);
	const OffhookConversationRecord record = {
	    .call_id = (char *)offhook_call_get_id(self->call),
	    .user_id = (char *)offhook_call_get_phone_number(self->call),
	    .assistant = taker->settings->name,
	    .agent_type = (char *)offhook_assistant_get_agent_name(taker, -1),
	};

	if (self->log != NULL)
		return;
	self->log = offhook_conversation_log_new(self->store, &record);
	offhook_journal_put_conversation(self, "active");
}

void
offhook_journal_end_conversation(OffhookJournal *self, gboolean failed)
{
	if (self->log != NULL)
		offhook_journal_put_conversation(self, failed ? "failed" : "completed");
}

void
offhook_journal_set_summary(OffhookJournal *self, const char *summary)
{
	if (self->log == NULL)
		return;
	offhook_conversation_log_set_summary(self->log, summary);
	offhook_journal_put_conversation(self,
					 offhook_conversation_log_get_record(self->log)->status);
}

GPtrArray *
offhook_journal_make_history(OffhookJournal *self, const char *summary)
{
	return offhook_talk_log_make_messages(self->talk, summary);
}

const char *
offhook_journal_get_conversation_id(OffhookJournal *self)
{
	return self->log != NULL ? offhook_conversation_log_get_id(self->log) : NULL;
}

static char *
offhook_journal_add_message(OffhookJournal *self, OffhookMessageRole role, const char *agent,
			    const char *text, double confidence)
{
	GError *error = NULL;
	char *id;
	gboolean ok;

	offhook_journal_begin_conversation(self);
	ok = offhook_conversation_log_add(self->log,
					  role == OFFHOOK_MESSAGE_USER ? "user" : "assistant",
					  agent, text, confidence, &id, &error);
	offhook_journal_check(self, ok, error);
	offhook_talk_log_add(self->talk, id, role, text);
	return id;
}

char *
offhook_journal_add_user_message(OffhookJournal *self, const char *text, double confidence)
{
	return offhook_journal_add_message(self, OFFHOOK_MESSAGE_USER, NULL, text, confidence);
}

char *
offhook_journal_add_agent_message(OffhookJournal *self, const char *agent, const char *text)
{
	return offhook_journal_add_message(self, OFFHOOK_MESSAGE_ASSISTANT, agent, text, -1);
}

void
offhook_journal_correct_message(OffhookJournal *self, const char *message_id, const char *text,
				gboolean interrupted)
{
	GError *error = NULL;
	gboolean ok =
	    offhook_conversation_log_correct(self->log, message_id, text, interrupted, &error);

	offhook_journal_check(self, ok, error);
	offhook_talk_log_correct(self->talk, message_id, text);
}

/* What a turn's times are counted from. */
static gint64
offhook_journal_get_begin(const OffhookTurnTimings *timings)
{
	gint64 begin_us = timings->stamps[OFFHOOK_STAMP_SPEECH_ENDED];

	return begin_us != 0 ? begin_us : timings->stamps[OFFHOOK_STAMP_COMMITTED];
}

/* A stamp in ms after the turn's beginning, or -1. */
static double
offhook_journal_get_ms(const OffhookTurnTimings *timings, gint64 at_us)
{
	gint64 begin_us = offhook_journal_get_begin(timings);

	return at_us == 0 || begin_us == 0 ? -1 : (at_us - begin_us) / 1000.0;
}

/* A turn has a beginning, but in no case may a record be without. */
static gint64
offhook_journal_to_unix(gint64 monotonic_us)
{
	gint64 now_us = offhook_timestamp_now();

	return monotonic_us != 0 ? now_us - (g_get_monotonic_time() - monotonic_us) : now_us;
}

static double
offhook_journal_us_to_ms(gint64 us)
{
	return us < 0 ? -1 : us / 1000.0;
}

static void
offhook_journal_fill_times(const OffhookJournalTurn *turn, OffhookTurnTimesRecord *times)
{
	const OffhookTurnTimings *t = turn->timings;
	double *const stamps[OFFHOOK_STAMP_LAST] = {
	    [OFFHOOK_STAMP_SPEECH_ENDED] = &times->speech_ended_ms,
	    [OFFHOOK_STAMP_TRANSCRIPT_FINAL] = &times->transcript_final_ms,
	    [OFFHOOK_STAMP_DUE] = &times->due_ms,
	    [OFFHOOK_STAMP_COMMITTED] = &times->committed_ms,
	    [OFFHOOK_STAMP_FIRST_TEXT] = &times->first_text_ms,
	    [OFFHOOK_STAMP_FIRST_AUDIO] = &times->first_audio_ms,
	    [OFFHOOK_STAMP_FIRST_FRAME] = &times->first_frame_ms,
	    [OFFHOOK_STAMP_HEARD_END] = &times->heard_end_ms,
	    [OFFHOOK_STAMP_SILENCED] = &times->silenced_ms,
	};
	double *const shares[OFFHOOK_SHARE_LAST] = {
	    [OFFHOOK_SHARE_TRANSCRIBER] = &times->stt_ms,
	    [OFFHOOK_SHARE_AGENT] = &times->agent_ms,
	    [OFFHOOK_SHARE_SYNTHESIZER] = &times->tts_ms,
	};

	*times = OFFHOOK_TURN_TIMES_RECORD_INIT;
	for (guint i = 0; i < OFFHOOK_STAMP_LAST; i++)
		*stamps[i] = offhook_journal_get_ms(t, t->stamps[i]);
	for (guint i = 0; i < OFFHOOK_SHARE_LAST; i++)
		*shares[i] = offhook_journal_us_to_ms(offhook_turn_timings_get_share(t, i));
	times->interrupted_ms = offhook_journal_get_ms(t, turn->interrupted_us);
	times->answer_delay_ms = offhook_journal_us_to_ms(offhook_turn_timings_get_answer_delay(t));
	times->own_share_ms = offhook_journal_us_to_ms(offhook_turn_timings_get_own_share(t));
}

void
offhook_journal_add_usage(OffhookJournal *self, const OffhookUsage *usage)
{
	OffhookUsageTotals totals = {0};
	double cost = offhook_meter_add(self->meter, usage);
	JsonObject *data;

	offhook_usage_totals_add(&totals, usage, cost);
	data = offhook_usage_view_new(&totals);
	offhook_usage_view_add_kinds(data, usage);
	json_object_set_string_member(data, "engine", usage->engine);
	json_object_set_string_member(data, "assistant",
				      offhook_call_get_assistant(self->call)->settings->name);
	offhook_journal_tell(self, OFFHOOK_EVENT_ENGINE_USED, data);
}

const OffhookUsageTotals *
offhook_journal_get_usage(OffhookJournal *self)
{
	return offhook_meter_get_total(self->meter);
}

void
offhook_journal_add_turn(OffhookJournal *self, const OffhookJournalTurn *turn)
{
	OffhookTurnRecord record = {
	    .call_id = (char *)offhook_call_get_id(self->call),
	    .index = turn->index,
	    .started_us = offhook_journal_to_unix(offhook_journal_get_begin(turn->timings)),
	    .user_message_id = (char *)turn->user_message_id,
	    .assistant_message_id = (char *)turn->agent_message_id,
	    .interrupted = turn->interrupted_us != 0,
	    .assistant = offhook_call_get_assistant(self->call)->settings->name,
	    .agent_id = (char *)turn->agent,
	};
	OffhookMeterReading used;
	GError *error = NULL;
	gboolean ok;

	offhook_meter_take(self->meter, &used);
	record.usage = used.usage;
	record.stt = (char *)used.stt;
	record.llm = (char *)used.llm;
	record.tts = (char *)used.tts;
	offhook_journal_fill_times(turn, &record.times);
	ok = offhook_store_put_turn(self->store, &record, &error);
	offhook_journal_check(self, ok, error);
	offhook_journal_tell(self, OFFHOOK_EVENT_TURN_COMPLETED, offhook_turn_view_new(&record));
}

static void
offhook_journal_put_recording(OffhookJournal *self, const OffhookJournalRecording *recording,
			      gint64 duration_ms, const char *status)
{
	const OffhookRecordingRecord record = {
	    .id = recording->id,
	    .call_id = (char *)offhook_call_get_id(self->call),
	    .path = recording->path,
	    .format = (char *)recording->format,
	    .started_us = recording->started_us,
	    .duration_ms = duration_ms,
	    .status = (char *)status,
	};
	GError *error = NULL;
	gboolean ok = offhook_store_put_recording(self->store, &record, &error);

	offhook_journal_check(self, ok, error);
}

void
offhook_journal_begin_recording(OffhookJournal *self, guint number, const char *path,
				const char *format)
{
	OffhookJournalRecording *recording = g_new0(OffhookJournalRecording, 1);

	offhook_call_set_recording_path(self->call, path);
	recording->id = offhook_uuid_new_v7();
	recording->path = g_strdup(path);
	recording->format = format;
	recording->started_us = offhook_timestamp_now();
	g_hash_table_replace(self->recordings, GUINT_TO_POINTER(number), recording);
	offhook_journal_put_recording(self, recording, -1, "recording");
}

static void
offhook_journal_tell_recording_state(OffhookJournal *self, const OffhookJournalRecording *recording,
				     gint64 duration_ms, const char *status)
{
	offhook_journal_record(
	    self, OFFHOOK_EVENT_RECORDING_CHANGED,
	    offhook_event_describe_recording(recording->id, OFFHOOK_EVENT_RECORDING_SERVER, status,
					     duration_ms));
}

void
offhook_journal_tell_recording(OffhookJournal *self, guint number)
{
	const OffhookJournalRecording *recording =
	    g_hash_table_lookup(self->recordings, GUINT_TO_POINTER(number));

	g_return_if_fail(recording != NULL);
	offhook_journal_tell_recording_state(self, recording, -1, "recording");
}

void
offhook_journal_end_recording(OffhookJournal *self, guint number, gint64 duration_ms, gboolean tell,
			      const GError *error)
{
	const OffhookJournalRecording *recording =
	    g_hash_table_lookup(self->recordings, GUINT_TO_POINTER(number));
	const char *status = error != NULL ? "failed" : "completed";

	if (recording != NULL)
		offhook_journal_put_recording(self, recording, duration_ms, status);
	if (recording != NULL && tell)
		offhook_journal_tell_recording_state(self, recording, duration_ms, status);
	g_hash_table_remove(self->recordings, GUINT_TO_POINTER(number));
	if (error != NULL)
		offhook_journal_error(self, error);
}
