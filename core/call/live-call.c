/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call in progress. Whatever ends it (the far end, the provider, the agent, an operator) comes to
 * one place, offhook_live_call_finish(), once. Main thread.
 */

#include "call/live-call-private.h"

#include <offhook/error.h>

#include "base/log.h"
#include "call/usage-view.h"
#include "config/locations.h"

/* Until an answered call has media: the provider may find out first who answered, for a minute. */
#define OFFHOOK_LIVE_CALL_ANSWERED_S 90

G_DEFINE_FINAL_TYPE(OffhookLiveCall, offhook_live_call, G_TYPE_OBJECT)

static guint offhook_live_call_over;
static guint offhook_live_call_warm_transfer;

OffhookAssistant *
offhook_live_call_get_assistant(OffhookLiveCall *self)
{
	return offhook_call_get_assistant(self->call);
}

/* ---- the end ---- */

static gboolean
offhook_live_call_over_cb(gpointer user_data)
{
	OffhookLiveCall *self = user_data;

	self->over_id = 0;
	g_signal_emit(self, offhook_live_call_over, 0);
	return G_SOURCE_REMOVE;
}

void
offhook_live_call_end_recording(OffhookLiveCall *self)
{
	OffhookMediaSessionStatistics statistics;

	if (self->stream == NULL || self->broken)
		return;
	offhook_media_session_get_statistics(offhook_stream_get_session(self->stream), &statistics);
	offhook_journal_end_recording(self->journal, statistics.recorded_ms, NULL);
}

static void
offhook_live_call_tell_completed(OffhookLiveCall *self)
{
	JsonObject *data = json_object_new();

	json_object_set_double_member(data, "duration", offhook_call_get_duration(self->call));
	json_object_set_string_member(data, "status", offhook_call_get_status(self->call));
	json_object_set_object_member(
	    data, "usage", offhook_usage_view_new(offhook_journal_get_usage(self->journal)));
	offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_COMPLETED, data);
}

void
offhook_live_call_finish(OffhookLiveCall *self, OffhookEndReason reason)
{
	if (self->finished)
		return;
	self->finished = TRUE;
	g_cancellable_cancel(self->cancellable);
	offhook_deadline_set(self->limit_deadline, G_MAXINT64);
	if (self->conversation != NULL)
		offhook_conversation_end(self->conversation);
	g_clear_pointer(&self->conversation, offhook_conversation_free);
	g_clear_pointer(&self->agents, g_ptr_array_unref);
	g_clear_object(&self->completer);
	offhook_live_call_end_recording(self);
	offhook_journal_end_conversation(self->journal, reason == OFFHOOK_END_FAILED);
	offhook_call_set_state(self->call, OFFHOOK_CALL_ENDED, reason);
	offhook_journal_save_call(self->journal);
	offhook_live_call_tell_completed(self);
	offhook_call_message(offhook_call_get_id(self->call), "%s after %.1f s",
			     offhook_call_get_status(self->call),
			     offhook_call_get_duration(self->call));
	self->over_id = g_idle_add_full(G_PRIORITY_DEFAULT, offhook_live_call_over_cb, self, NULL);
}

void
offhook_live_call_close(OffhookLiveCall *self, OffhookEndReason reason, const GError *error)
{
	if (self->finished)
		return;
	if (self->reason == OFFHOOK_END_NONE)
		self->reason = reason;
	if (self->stream != NULL)
		offhook_media_session_close(offhook_stream_get_session(self->stream), error);
	else
		offhook_live_call_finish(self, self->reason);
}

/* ---- the beginning ---- */

static void
offhook_live_call_media_missing_cb(gpointer user_data)
{
	OffhookLiveCall *self = user_data;
	g_autoptr(GError) error =
	    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT, "the call's audio never came");

	if (self->away) {
		offhook_live_call_leave(self);
	} else if (self->stream == NULL) {
		offhook_live_call_drop(self);
		offhook_live_call_fail(self, error);
	}
}

OffhookLiveCall *
offhook_live_call_new(OffhookCall *call, OffhookStore *store, OffhookEventBus *events,
		      OffhookSpending *spending)
{
	OffhookLiveCall *self = g_object_new(OFFHOOK_TYPE_LIVE_CALL, NULL);
	JsonObject *data = json_object_new();
	const char *number = offhook_call_get_phone_number(call);

	self->call = g_object_ref(call);
	self->spending = spending;
	self->journal = offhook_journal_new(store, events, spending, call);
	offhook_journal_save_call(self->journal);
	if (number != NULL)
		json_object_set_string_member(data, "phone_number", number);
	else
		json_object_set_null_member(data, "phone_number");
	json_object_set_string_member(data, "provider",
				      offhook_driver_get_name(offhook_call_get_driver(call)));
	json_object_set_string_member(
	    data, "direction", offhook_call_direction_to_string(offhook_call_get_direction(call)));
	offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_STARTED, data);
	return self;
}

OffhookCall *
offhook_live_call_get_call(OffhookLiveCall *self)
{
	return self->call;
}

void
offhook_live_call_save(OffhookLiveCall *self)
{
	offhook_journal_save_call(self->journal);
}

void
offhook_live_call_expect_media(OffhookLiveCall *self, guint timeout_s)
{
	offhook_deadline_set(self->media_deadline,
			     g_get_monotonic_time() + (gint64)timeout_s * G_USEC_PER_SEC);
}

void
offhook_live_call_set_recording(OffhookLiveCall *self, const char *recording)
{
	g_free(self->recording);
	self->recording = g_strdup(recording);
}

/* What was asked for the call goes before the assistant's, and that before all assistants'. */
static gboolean
offhook_live_call_choose_format(OffhookLiveCall *self, OffhookRecordingFormat *format)
{
	OffhookAssistant *assistant = offhook_live_call_get_assistant(self);
	const char *word =
	    self->recording != NULL ? self->recording : assistant->settings->recording;

	if (word == NULL && offhook_config_get_boolean(assistant->config, "media", "recording"))
		word = offhook_config_get_string(assistant->config, "media", "recording-format");
	return offhook_recording_format_from_name(word, format);
}

/* Where the recording goes; NULL when it can't, which is told and survived. */
static char *
offhook_live_call_make_record_path(OffhookLiveCall *self, OffhookRecordingFormat *format)
{
	OffhookConfig *config = offhook_live_call_get_assistant(self)->config;
	const char *dir = offhook_config_get_string(config, "media", "recordings-dir");
	g_autofree char *part = NULL;
	g_autofree char *name = NULL;
	g_autoptr(GError) error = NULL;

	if (!offhook_live_call_choose_format(self, format) ||
	    offhook_media_session_carries_text(offhook_stream_get_session(self->stream)))
		return NULL;
	if (!offhook_locations_make_dir(dir, &error)) {
		offhook_journal_error(self->journal, error);
		return NULL;
	}
	if (self->n_streams > 1)
		part = g_strdup_printf("%u", self->n_streams);
	name =
	    offhook_recording_format_make_file_name(*format, offhook_call_get_id(self->call), part);
	return g_build_filename(dir, name, NULL);
}

static void
offhook_live_call_configure_media(OffhookLiveCall *self)
{
	OffhookConfig *config = offhook_live_call_get_assistant(self)->config;
	OffhookMediaSessionConfig media = OFFHOOK_MEDIA_SESSION_CONFIG_DEFAULT;
	g_autofree char *path = offhook_live_call_make_record_path(self, &media.record_format);

	media.incoming_pipeline = offhook_config_get_string(config, "media", "inbound-pipeline");
	media.outgoing_pipeline = offhook_config_get_string(config, "media", "outbound-pipeline");
	media.lead_ms = offhook_config_get_integer(config, "media", "lead-ms");
	media.echo_guard_db = offhook_config_get_integer(config, "media", "echo-guard-db");
	media.interruptible = offhook_live_call_get_assistant(self)->settings->interruptible;
	media.audio_agent = self->audio_agent;
	media.record_path = path;
	media.record_bit_rate = offhook_config_get_integer(config, "media", "recording-bit-rate");
	if (path != NULL)
		offhook_journal_begin_recording(
		    self->journal, path, offhook_recording_format_get_name(media.record_format));
	offhook_media_session_configure(offhook_stream_get_session(self->stream), &media);
}

/* One that comes back meets the agents that it left. */
static gboolean
offhook_live_call_open_agents(OffhookLiveCall *self, GError **error)
{
	OffhookAssistant *assistant = offhook_live_call_get_assistant(self);
	OffhookAgentSession *audio = NULL;
	g_autoptr(GError) local = NULL;

	if (self->agents != NULL)
		return TRUE;
	if (self->agent != NULL) {
		self->agents = g_ptr_array_new_with_free_func(g_object_unref);
		g_ptr_array_add(self->agents, g_object_ref(self->agent));
		return TRUE;
	}
	self->completer = offhook_assistant_open_completer(assistant, &local);
	if (local != NULL) {
		g_propagate_prefixed_error(error, g_steal_pointer(&local), "llm: ");
		return FALSE;
	}
	/* The caller is greeted first: by the time he has answered the connection stands. */
	if (self->completer != NULL)
		offhook_completer_warm(self->completer);
	self->agents = offhook_assistant_open_sessions(
	    assistant, self->completer, offhook_call_get_id(self->call),
	    offhook_call_get_phone_number(self->call),
	    offhook_media_session_get_line(offhook_stream_get_session(self->stream)), &audio,
	    error);
	g_set_object(&self->audio_agent, audio);
	return self->agents != NULL;
}

static gboolean
offhook_live_call_begin_conversation(OffhookLiveCall *self, GError **error)
{
	OffhookMediaSession *session = offhook_stream_get_session(self->stream);

	if (!offhook_live_call_open_agents(self, error))
		return FALSE;
	if (self->audio_agent != NULL && offhook_media_session_carries_text(session)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "assistant %s has an agent that wants the audio, but the far end "
			    "recognises and speaks",
			    offhook_live_call_get_assistant(self)->settings->name);
		return FALSE;
	}
	if (self->audio_agent != NULL)
		return TRUE;
	self->conversation = offhook_conversation_new(
	    self->call, session, self->journal, g_ptr_array_ref(self->agents),
	    &offhook_live_call_conversation_events, self, error);
	if (self->conversation != NULL && self->completer != NULL)
		offhook_conversation_watch_completer(self->conversation, self->completer);
	return self->conversation != NULL;
}

/*
 * A machine has answered: does what the assistant wants done then. %FALSE: nothing, it is talked to
 * like anybody.
 */
static gboolean
offhook_live_call_mind_machine(OffhookLiveCall *self)
{
	const OffhookAssistantConfig *settings = offhook_live_call_get_assistant(self)->settings;
	OffhookAnsweredBy by = self->answered_by;

	if (!self->told_answered_by || self->agent != NULL || by == OFFHOOK_ANSWERED_BY_UNKNOWN ||
	    by == OFFHOOK_ANSWERED_BY_HUMAN || settings->on_machine == OFFHOOK_MACHINE_TALK)
		return FALSE;
	if (settings->on_machine == OFFHOOK_MACHINE_HANG_UP || by == OFFHOOK_ANSWERED_BY_FAX ||
	    settings->machine_message == NULL) {
		offhook_live_call_hang_up(self, OFFHOOK_END_COMPLETED);
		return TRUE;
	}
	if (self->conversation == NULL || by != OFFHOOK_ANSWERED_BY_MACHINE_BEEP)
		return FALSE;
	offhook_conversation_announce(self->conversation, settings->machine_message, TRUE);
	return TRUE;
}

gboolean
offhook_live_call_attach_stream(OffhookLiveCall *self, OffhookStream *stream, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (self->finished || self->reason != OFFHOOK_END_NONE || self->stream != NULL ||
	    self->away) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s %s, it takes no media", offhook_call_get_id(self->call),
			    self->away             ? "has been passed on"
			    : self->stream != NULL ? "has media already"
						   : "has ended");
		return FALSE;
	}
	offhook_deadline_set(self->media_deadline, G_MAXINT64);
	self->stream = stream;
	self->n_streams++;
	offhook_stream_bind(self->stream, &offhook_live_call_media_events, self);
	if (!offhook_live_call_begin_conversation(self, &local)) {
		offhook_live_call_fail(self, local);
		return TRUE;
	}
	offhook_call_set_state(self->call, OFFHOOK_CALL_ACTIVE, OFFHOOK_END_NONE);
	offhook_live_call_configure_media(self);
	offhook_journal_save_call(self->journal);
	offhook_call_message(offhook_call_get_id(self->call), "answered by %s",
			     offhook_live_call_get_assistant(self)->settings->name);
	if (offhook_live_call_mind_limits(self))
		return TRUE;
	if (self->conversation != NULL && self->failure != NULL)
		offhook_conversation_resume(self->conversation, self->n_turns, self->failure);
	else if (self->conversation != NULL && !offhook_live_call_mind_machine(self))
		offhook_conversation_start(self->conversation, self->agent == NULL);
	return TRUE;
}

gboolean
offhook_live_call_attach_port(OffhookLiveCall *self, OffhookMediaThread *thread,
			      OffhookMediaPort *port, GError **error)
{
	OffhookStream *stream = offhook_stream_new(thread, port, NULL, NULL);

	if (offhook_live_call_attach_stream(self, stream, error))
		return TRUE;
	offhook_stream_free(stream);
	return FALSE;
}

void
offhook_live_call_update(OffhookLiveCall *self, OffhookCallState state, OffhookEndReason reason)
{
	if (state == OFFHOOK_CALL_ENDED) {
		offhook_live_call_close(self, reason, NULL);
	} else if (offhook_call_set_state(self->call, state, reason)) {
		offhook_journal_save_call(self->journal);
		if (state == OFFHOOK_CALL_ACTIVE && self->stream == NULL)
			offhook_live_call_expect_media(self, OFFHOOK_LIVE_CALL_ANSWERED_S);
		if (state == OFFHOOK_CALL_RINGING)
			offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_RINGING, NULL);
	}
}

void
offhook_live_call_report(OffhookLiveCall *self, OffhookCallState state, OffhookEndReason reason,
			 gint64 sequence)
{
	if (sequence >= 0 && sequence <= self->sequence)
		return;
	self->sequence = MAX(self->sequence, sequence);
	offhook_live_call_update(self, state, reason);
}

void
offhook_live_call_set_answered_by(OffhookLiveCall *self, OffhookAnsweredBy by)
{
	JsonObject *data;

	if (self->finished || (self->told_answered_by && self->answered_by == by))
		return;
	self->told_answered_by = TRUE;
	self->answered_by = by;
	data = json_object_new();
	json_object_set_string_member(data, "answered_by", offhook_answered_by_to_string(by));
	offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_ANSWERED_BY, data);
	offhook_live_call_mind_machine(self);
}

void
offhook_live_call_set_agent(OffhookLiveCall *self, OffhookAgentSession *agent)
{
	g_set_object(&self->agent, agent);
}

void
offhook_live_call_record(OffhookLiveCall *self, const char *type, JsonObject *data)
{
	offhook_journal_record(self->journal, type, data);
}

void
offhook_live_call_fail(OffhookLiveCall *self, const GError *error)
{
	if (self->finished)
		return;
	offhook_journal_error(self->journal, error);
	self->ours = TRUE;
	offhook_live_call_close(self, OFFHOOK_END_FAILED, error);
}

gboolean
offhook_live_call_add_text(OffhookLiveCall *self, const char *text, GError **error)
{
	if (self->conversation == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s has no conversation", offhook_call_get_id(self->call));
		return FALSE;
	}
	return offhook_conversation_add_text(self->conversation, text, error);
}

void
offhook_live_call_ask_warm_transfer(OffhookLiveCall *self, const char *target)
{
	g_signal_emit(self, offhook_live_call_warm_transfer, 0, target);
}

static void
offhook_live_call_dispose(GObject *object)
{
	OffhookLiveCall *self = OFFHOOK_LIVE_CALL(object);

	g_cancellable_cancel(self->cancellable);
	g_clear_handle_id(&self->over_id, g_source_remove);
	g_clear_pointer(&self->conversation, offhook_conversation_free);
	g_clear_pointer(&self->stream, offhook_stream_free);
	g_clear_pointer(&self->agents, g_ptr_array_unref);
	g_clear_object(&self->completer);
	g_clear_object(&self->audio_agent);
	g_clear_object(&self->agent);
	g_clear_error(&self->failure);
	g_clear_pointer(&self->recording, g_free);
	g_clear_pointer(&self->journal, offhook_journal_free);
	g_clear_pointer(&self->media_deadline, offhook_deadline_free);
	g_clear_pointer(&self->limit_deadline, offhook_deadline_free);
	g_clear_object(&self->cancellable);
	g_clear_object(&self->call);

	G_OBJECT_CLASS(offhook_live_call_parent_class)->dispose(object);
}

static void
offhook_live_call_init(OffhookLiveCall *self)
{
	self->sequence = -1;
	self->cancellable = g_cancellable_new();
	self->media_deadline = offhook_deadline_new(offhook_live_call_media_missing_cb, self);
	self->limit_deadline = offhook_deadline_new(offhook_live_call_limit_cb, self);
}

static void
offhook_live_call_class_init(OffhookLiveCallClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_live_call_dispose;
	offhook_live_call_over = g_signal_new("over", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST,
					      0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	offhook_live_call_warm_transfer =
	    g_signal_new("warm-transfer", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL,
			 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}
