/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call in progress. Whatever ends it (the far end, the provider, the agent, an operator) comes to
 * one place, offhook_live_call_finish(), once. Main thread.
 */

#include "call/live-call.h"

#include <offhook/error.h>

#include "base/deadline.h"
#include "base/log.h"
#include "call/conversation.h"
#include "call/sounds.h"
#include "config/locations.h"

struct _OffhookLiveCall {
	GObject parent_instance;

	OffhookCall *call;
	OffhookJournal *journal;
	OffhookStream *stream;             /* (nullable): no media yet */
	OffhookConversation *conversation; /* (nullable): none with audio agents */
	OffhookAgentSession *audio_agent;  /* (nullable) */
	OffhookAgentSession *agent;        /* (nullable): instead of the assistant's */
	OffhookDeadline *media_deadline;
	GCancellable *cancellable;
	OffhookEndReason reason; /* why it is ending; NONE: nobody has said yet */
	gboolean ours;           /* ... by our own wish */
	gboolean broken;         /* recording was broken off */
	gboolean finished;
	guint over_id;
	gint64 sequence; /* of the provider's last report, -1 before the first */
	OffhookAnsweredBy answered_by;
	gboolean told_answered_by;
	gboolean held;
	gboolean muted;
	guint hold_piece; /* the sound of the line while on hold */
	guint last_piece; /* of ours; the voice counts from 1 */
};

G_DEFINE_FINAL_TYPE(OffhookLiveCall, offhook_live_call, G_TYPE_OBJECT)

static guint offhook_live_call_over;
static guint offhook_live_call_warm_transfer;

/* Sounds that are no speech have numbers of their own. */
#define OFFHOOK_LIVE_CALL_FIRST_PIECE 0x40000000u
#define OFFHOOK_LIVE_CALL_WARM        "warm:"

static OffhookAssistant *
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

static void
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
	offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_COMPLETED, data);
}

static void
offhook_live_call_finish(OffhookLiveCall *self, OffhookEndReason reason)
{
	if (self->finished)
		return;
	self->finished = TRUE;
	g_cancellable_cancel(self->cancellable);
	if (self->conversation != NULL)
		offhook_conversation_end(self->conversation);
	g_clear_pointer(&self->conversation, offhook_conversation_free);
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

/* Ends the media, and with it the call; without media the call ends at once. */
static void
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

/* ---- what the agents want ---- */

static void
offhook_live_call_hung_up_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookLiveCall) self = user_data;
	g_autoptr(GError) error = NULL;

	/* Closing the media ends the call at the far end too; a refusal changes nothing. */
	if (!offhook_driver_execute_finish(OFFHOOK_DRIVER(source), result, &error) &&
	    !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED))
		offhook_call_info(offhook_call_get_id(self->call), "hang-up: %s", error->message);
	offhook_live_call_close(self, self->reason, NULL);
}

void
offhook_live_call_hang_up(OffhookLiveCall *self, OffhookEndReason reason)
{
	if (self->finished || self->reason != OFFHOOK_END_NONE)
		return;
	self->reason = reason;
	self->ours = TRUE;
	offhook_driver_execute_async(offhook_call_get_driver(self->call),
				     offhook_call_get_id(self->call), OFFHOOK_VERB_HANG_UP, NULL,
				     self->cancellable, offhook_live_call_hung_up_cb,
				     g_object_ref(self));
}

static void
offhook_live_call_agent_hang_up_cb(gpointer user_data)
{
	offhook_live_call_hang_up(user_data, OFFHOOK_END_COMPLETED);
}

static void
offhook_live_call_transferred_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookLiveCall) self = user_data;
	g_autoptr(GError) error = NULL;

	if (offhook_driver_execute_finish(OFFHOOK_DRIVER(source), result, &error))
		offhook_live_call_leave(self);
	else
		offhook_live_call_tell_failure(self, error);
}

static void
offhook_live_call_agent_transfer_cb(gpointer user_data, const char *target)
{
	OffhookLiveCall *self = user_data;

	if (target != NULL && g_str_has_prefix(target, OFFHOOK_LIVE_CALL_WARM)) {
		g_signal_emit(self, offhook_live_call_warm_transfer, 0,
			      target + strlen(OFFHOOK_LIVE_CALL_WARM));
		return;
	}
	offhook_driver_execute_async(offhook_call_get_driver(self->call),
				     offhook_call_get_id(self->call), OFFHOOK_VERB_TRANSFER, target,
				     self->cancellable, offhook_live_call_transferred_cb,
				     g_object_ref(self));
}

static void
offhook_live_call_dtmf_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookLiveCall) self = user_data;
	g_autoptr(GError) error = NULL;

	if (!offhook_driver_execute_finish(OFFHOOK_DRIVER(source), result, &error) &&
	    self->conversation != NULL)
		offhook_conversation_action_failed(self->conversation, error);
}

static void
offhook_live_call_agent_dtmf_cb(gpointer user_data, const char *digits)
{
	OffhookLiveCall *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) tones = NULL;

	if (!offhook_driver_can(offhook_call_get_driver(self->call), OFFHOOK_VERB_SEND_DTMF)) {
		tones = offhook_sounds_make_keys(digits, &error);
		if (tones == NULL || !offhook_live_call_play(self, tones, &error))
			offhook_live_call_tell_failure(self, error);
		return;
	}
	offhook_driver_execute_async(offhook_call_get_driver(self->call),
				     offhook_call_get_id(self->call), OFFHOOK_VERB_SEND_DTMF,
				     digits, self->cancellable, offhook_live_call_dtmf_sent_cb,
				     g_object_ref(self));
}

static const OffhookConversationEvents offhook_live_call_conversation_events = {
    .hang_up = offhook_live_call_agent_hang_up_cb,
    .transfer = offhook_live_call_agent_transfer_cb,
    .send_dtmf = offhook_live_call_agent_dtmf_cb,
};

/* ---- things done in the audio ---- */

static gboolean
offhook_live_call_check_media(OffhookLiveCall *self, GError **error)
{
	if (!self->finished && self->reason == OFFHOOK_END_NONE && self->stream != NULL &&
	    self->audio_agent == NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "call %s has no audio of ours now", offhook_call_get_id(self->call));
	return FALSE;
}

static guint
offhook_live_call_queue(OffhookLiveCall *self, GBytes *s16_16k)
{
	OffhookMediaSession *session = offhook_stream_get_session(self->stream);
	guint piece = OFFHOOK_LIVE_CALL_FIRST_PIECE + self->last_piece++;

	if (!offhook_media_session_play(session, piece, s16_16k))
		return 0;
	offhook_media_session_end_piece(session, piece);
	return piece;
}

gboolean
offhook_live_call_play(OffhookLiveCall *self, GBytes *s16_16k, GError **error)
{
	if (!offhook_live_call_check_media(self, error))
		return FALSE;
	if (offhook_live_call_queue(self, s16_16k) != 0)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
		    "call %s: more audio waits already than can be kept",
		    offhook_call_get_id(self->call));
	return FALSE;
}

static void
offhook_live_call_play_hold(OffhookLiveCall *self)
{
	g_autoptr(GBytes) sound = offhook_sounds_make_hold();

	self->hold_piece = offhook_live_call_queue(self, sound);
}

gboolean
offhook_live_call_set_held(OffhookLiveCall *self, gboolean held, GError **error)
{
	if (!offhook_live_call_check_media(self, error))
		return FALSE;
	if (self->held == held)
		return TRUE;
	self->held = held;
	if (self->conversation != NULL)
		offhook_conversation_set_held(self->conversation, held);
	offhook_media_session_stop(offhook_stream_get_session(self->stream));
	if (held)
		offhook_live_call_play_hold(self);
	offhook_journal_record(self->journal,
			       held ? OFFHOOK_EVENT_CALL_HELD : OFFHOOK_EVENT_CALL_RESUMED, NULL);
	return TRUE;
}

gboolean
offhook_live_call_set_muted(OffhookLiveCall *self, gboolean muted, GError **error)
{
	if (!offhook_live_call_check_media(self, error))
		return FALSE;
	if (self->muted == muted)
		return TRUE;
	self->muted = muted;
	if (self->conversation != NULL)
		offhook_conversation_set_muted(self->conversation, muted);
	offhook_journal_record(self->journal,
			       muted ? OFFHOOK_EVENT_CALL_MUTED : OFFHOOK_EVENT_CALL_UNMUTED, NULL);
	return TRUE;
}

gboolean
offhook_live_call_say(OffhookLiveCall *self, const char *text, GError **error)
{
	if (!offhook_live_call_check_media(self, error))
		return FALSE;
	if (self->conversation != NULL && !self->held) {
		offhook_conversation_announce(self->conversation, text, FALSE);
		return TRUE;
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "call %s is on hold or has no voice", offhook_call_get_id(self->call));
	return FALSE;
}

gboolean
offhook_live_call_pause_recording(OffhookLiveCall *self, gboolean paused, GError **error)
{
	if (!offhook_live_call_check_media(self, error))
		return FALSE;
	offhook_media_session_set_recording_paused(offhook_stream_get_session(self->stream),
						   paused);
	return TRUE;
}

void
offhook_live_call_leave(OffhookLiveCall *self)
{
	if (!self->finished)
		offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_TRANSFERRED, NULL);
	offhook_live_call_close(self, OFFHOOK_END_TRANSFERRED, NULL);
}

void
offhook_live_call_tell_failure(OffhookLiveCall *self, const GError *error)
{
	if (self->conversation != NULL)
		offhook_conversation_action_failed(self->conversation, error);
	else if (!self->finished)
		offhook_journal_error(self->journal, error);
}

/* ---- what the media tells ---- */

static void
offhook_live_call_speech_started_cb(gpointer user_data, gint64 began_us, gboolean overlap,
				    guint piece, guint heard_ms)
{
	OffhookLiveCall *self = user_data;

	if (self->conversation != NULL)
		offhook_conversation_speech_started(self->conversation, began_us, overlap, piece,
						    heard_ms);
}

static void
offhook_live_call_speech_audio_cb(gpointer user_data, GBytes *audio)
{
	OffhookLiveCall *self = user_data;

	if (self->conversation != NULL)
		offhook_conversation_speech_audio(self->conversation, audio);
}

static void
offhook_live_call_speech_stopped_cb(gpointer user_data, gint64 ended_us, guint speech_ms)
{
	OffhookLiveCall *self = user_data;

	if (self->conversation != NULL)
		offhook_conversation_speech_stopped(self->conversation, ended_us);
}

static void
offhook_live_call_dtmf_cb(gpointer user_data, char digit)
{
	OffhookLiveCall *self = user_data;

	if (self->conversation != NULL)
		offhook_conversation_key(self->conversation, digit);
}

static void
offhook_live_call_piece_started_cb(gpointer user_data, guint piece, gint64 first_frame_us)
{
	OffhookLiveCall *self = user_data;

	if (self->conversation != NULL)
		offhook_conversation_piece_started(self->conversation, piece, first_frame_us);
}

static void
offhook_live_call_piece_heard_cb(gpointer user_data, guint piece)
{
	OffhookLiveCall *self = user_data;

	if (self->held && piece == self->hold_piece)
		offhook_live_call_play_hold(self);
	if (self->conversation != NULL)
		offhook_conversation_piece_heard(self->conversation, piece);
}

static void
offhook_live_call_storage_error_cb(gpointer user_data, const GError *error)
{
	OffhookLiveCall *self = user_data;
	OffhookMediaSessionStatistics statistics;

	self->broken = TRUE;
	offhook_media_session_get_statistics(offhook_stream_get_session(self->stream), &statistics);
	offhook_journal_end_recording(self->journal, statistics.recorded_ms, error);
}

static OffhookEndReason
offhook_live_call_classify(const GError *error)
{
	/* What the far end sent was wrong, or our own set-up: nobody cut the line. */
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT) ||
	    g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT) ||
	    g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG))
		return OFFHOOK_END_FAILED;
	return OFFHOOK_END_INTERRUPTED;
}

static void
offhook_live_call_dropped_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_driver_execute_finish(OFFHOOK_DRIVER(source), result, &error) &&
	    !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED))
		g_debug("a broken call: %s", error->message);
}

/* The audio broke; the provider may not have noticed, and the other side hears nothing. */
static void
offhook_live_call_drop(OffhookLiveCall *self)
{
	offhook_driver_execute_async(offhook_call_get_driver(self->call),
				     offhook_call_get_id(self->call), OFFHOOK_VERB_HANG_UP, NULL,
				     NULL, offhook_live_call_dropped_cb, NULL);
}

static void
offhook_live_call_media_ended_cb(gpointer user_data, const GError *error)
{
	OffhookLiveCall *self = user_data;
	OffhookEndReason reason = self->reason;

	if (self->finished)
		return;
	/* A provider only sees that the call is over; the media knows what broke. */
	if (error != NULL && !self->ours) {
		offhook_journal_error(self->journal, error);
		reason = offhook_live_call_classify(error);
		offhook_live_call_drop(self);
	} else if (reason == OFFHOOK_END_NONE) {
		reason = OFFHOOK_END_COMPLETED;
	}
	offhook_live_call_finish(self, reason);
}

static const OffhookMediaEvents offhook_live_call_media_events = {
    .speech_started = offhook_live_call_speech_started_cb,
    .speech_audio = offhook_live_call_speech_audio_cb,
    .speech_stopped = offhook_live_call_speech_stopped_cb,
    .dtmf = offhook_live_call_dtmf_cb,
    .piece_started = offhook_live_call_piece_started_cb,
    .piece_heard = offhook_live_call_piece_heard_cb,
    .storage_error = offhook_live_call_storage_error_cb,
    .ended = offhook_live_call_media_ended_cb,
};

/* ---- the beginning ---- */

static void
offhook_live_call_media_missing_cb(gpointer user_data)
{
	OffhookLiveCall *self = user_data;
	g_autoptr(GError) error =
	    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT, "the call's audio never came");

	if (self->stream == NULL)
		offhook_live_call_fail(self, error);
}

OffhookLiveCall *
offhook_live_call_new(OffhookCall *call, OffhookStore *store, OffhookEventBus *events)
{
	OffhookLiveCall *self = g_object_new(OFFHOOK_TYPE_LIVE_CALL, NULL);
	JsonObject *data = json_object_new();
	const char *number = offhook_call_get_phone_number(call);

	self->call = g_object_ref(call);
	self->journal = offhook_journal_new(store, events, call);
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

/* Where the recording goes; NULL when it can't, which is told and survived. */
static char *
offhook_live_call_make_record_path(OffhookLiveCall *self)
{
	OffhookConfig *config = offhook_live_call_get_assistant(self)->config;
	const char *dir = offhook_config_get_string(config, "media", "recordings-dir");
	g_autofree char *name = NULL;
	g_autoptr(GError) error = NULL;

	if (!offhook_config_get_boolean(config, "media", "recording"))
		return NULL;
	if (!offhook_locations_make_dir(dir, &error)) {
		offhook_journal_error(self->journal, error);
		return NULL;
	}
	name = g_strconcat(offhook_call_get_id(self->call), ".wav", NULL);
	return g_build_filename(dir, name, NULL);
}

static void
offhook_live_call_configure_media(OffhookLiveCall *self)
{
	OffhookConfig *config = offhook_live_call_get_assistant(self)->config;
	OffhookMediaSessionConfig media = OFFHOOK_MEDIA_SESSION_CONFIG_DEFAULT;
	g_autofree char *path = offhook_live_call_make_record_path(self);

	media.incoming_pipeline = offhook_config_get_string(config, "media", "inbound-pipeline");
	media.outgoing_pipeline = offhook_config_get_string(config, "media", "outbound-pipeline");
	media.lead_ms = offhook_config_get_integer(config, "media", "lead-ms");
	media.interruptible = offhook_live_call_get_assistant(self)->settings->interruptible;
	media.audio_agent = self->audio_agent;
	media.record_path = path;
	if (path != NULL)
		offhook_journal_begin_recording(self->journal, path);
	offhook_media_session_configure(offhook_stream_get_session(self->stream), &media);
}

static GPtrArray *
offhook_live_call_open_sessions(OffhookLiveCall *self, OffhookAgentSession **audio, GError **error)
{
	GPtrArray *sessions;

	if (self->agent == NULL)
		return offhook_assistant_open_sessions(
		    offhook_live_call_get_assistant(self), offhook_call_get_id(self->call),
		    offhook_call_get_phone_number(self->call), audio, error);
	sessions = g_ptr_array_new_with_free_func(g_object_unref);
	g_ptr_array_add(sessions, g_object_ref(self->agent));
	return sessions;
}

static gboolean
offhook_live_call_begin_conversation(OffhookLiveCall *self, GError **error)
{
	OffhookMediaSession *session = offhook_stream_get_session(self->stream);
	OffhookAgentSession *audio = NULL;
	GPtrArray *sessions = offhook_live_call_open_sessions(self, &audio, error);

	if (sessions == NULL)
		return FALSE;
	if (audio != NULL) {
		self->audio_agent = g_object_ref(audio);
		g_ptr_array_unref(sessions);
		return TRUE;
	}
	self->conversation =
	    offhook_conversation_new(self->call, session, self->journal, sessions,
				     &offhook_live_call_conversation_events, self, error);
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

	if (self->finished || self->reason != OFFHOOK_END_NONE || self->stream != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s %s, it takes no media", offhook_call_get_id(self->call),
			    self->stream != NULL ? "has media already" : "has ended");
		return FALSE;
	}
	offhook_deadline_set(self->media_deadline, G_MAXINT64);
	self->stream = stream;
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
	if (self->conversation != NULL && !offhook_live_call_mind_machine(self))
		offhook_conversation_start(self->conversation);
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

static void
offhook_live_call_dispose(GObject *object)
{
	OffhookLiveCall *self = OFFHOOK_LIVE_CALL(object);

	g_cancellable_cancel(self->cancellable);
	g_clear_handle_id(&self->over_id, g_source_remove);
	g_clear_pointer(&self->conversation, offhook_conversation_free);
	g_clear_pointer(&self->stream, offhook_stream_free);
	g_clear_object(&self->audio_agent);
	g_clear_object(&self->agent);
	g_clear_pointer(&self->journal, offhook_journal_free);
	g_clear_pointer(&self->media_deadline, offhook_deadline_free);
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
