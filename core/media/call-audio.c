/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The life of a call's audio: opened, configured, told what to do, ended. How a frame goes through
 * it is in call-flow.c. Runs in the media thread.
 */

#include "media/call-audio.h"

#include "media/call-flow.h"
#include "media/opus-encoder.h"
#include "media/websocket-port.h"
#include <offhook/context.h>
#include <offhook/error.h>

#define OFFHOOK_CALL_AUDIO_EARLY_MS 2000
#define OFFHOOK_CALL_AUDIO_MAX_LEAD 300 /* what the recorder can take ahead of time */
#define OFFHOOK_CALL_AUDIO_DTMF_PIPELINE                                                           \
	"offhookg711 ! audio/x-raw,rate=8000 ! dtmfdetect ! offhookg711"

/* ---- the end ---- */

static void
offhook_call_audio_end(OffhookCallAudio *self, const GError *error)
{
	if (self->ended)
		return;
	offhook_media_thread_stop_timer(self->thread, &self->pace);
	offhook_media_thread_stop_timer(self->thread, &self->slow);
	offhook_media_thread_count_sessions(self->thread, -1);
	offhook_call_audio_stop_recording(self);
	offhook_call_flow_publish(self);
	offhook_media_port_set_handler(self->port, NULL, NULL);
	/* Before the flag: this is the last event. */
	self->events.ended(self->user_data, error != NULL ? error : self->close_error);
	self->ended = TRUE;
}

void
offhook_call_audio_close(OffhookCallAudio *self, const GError *error)
{
	if (self->ended)
		return;
	if (self->close_error == NULL && error != NULL)
		self->close_error = g_error_copy(error);
	if (OFFHOOK_IS_WEBSOCKET_PORT(self->port))
		offhook_websocket_port_close_with_error(OFFHOOK_WEBSOCKET_PORT(self->port), error);
	else
		offhook_media_port_close(self->port);
}

/* ---- what the port says ---- */

static void
offhook_call_audio_port_started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	OffhookCallAudio *self = user_data;

	OFFHOOK_CALL_FLOW_EMIT(self, started, start);
}

static void
offhook_call_audio_keep_early(OffhookCallAudio *self, const guint8 *data, gsize size,
			      gint64 timestamp_ms)
{
	const OffhookAudioFormat *format = offhook_media_port_get_incoming_format(self->port);
	gsize limit = offhook_audio_format_get_bytes(format, OFFHOOK_CALL_AUDIO_EARLY_MS);
	gsize excess;

	if (self->early == NULL) {
		self->early = g_byte_array_new();
		self->early_timestamp_ms = timestamp_ms;
	}
	g_byte_array_append(self->early, data, size);
	if (self->early->len <= limit)
		return;
	/* Whole samples, and whole ms. */
	excess = self->early->len - limit;
	excess += (offhook_audio_format_get_bytes(format, OFFHOOK_FRAME_MS) -
		   excess % offhook_audio_format_get_bytes(format, OFFHOOK_FRAME_MS));
	excess = MIN(excess, self->early->len);
	g_byte_array_remove_range(self->early, 0, excess);
	if (self->early_timestamp_ms >= 0)
		self->early_timestamp_ms +=
		    excess /
		    (offhook_audio_format_get_bytes(format, OFFHOOK_FRAME_MS) / OFFHOOK_FRAME_MS);
}

static void
offhook_call_audio_port_audio_cb(gpointer user_data, const guint8 *data, gsize size,
				 gint64 timestamp_ms)
{
	OffhookCallAudio *self = user_data;

	if (self->inbound != NULL)
		offhook_inbound_push(self->inbound, offhook_call_flow_now(self), data, size,
				     timestamp_ms);
	else if (!self->configured)
		offhook_call_audio_keep_early(self, data, size, timestamp_ms);
}

static void
offhook_call_audio_port_utterance_cb(gpointer user_data, const char *text, gboolean final)
{
	OffhookCallAudio *self = user_data;

	OFFHOOK_CALL_FLOW_EMIT(self, utterance, text, final);
}

static void
offhook_call_audio_port_cut_off_cb(gpointer user_data, const char *spoken)
{
	OffhookCallAudio *self = user_data;

	OFFHOOK_CALL_FLOW_EMIT(self, cut_off, spoken);
}

static void
offhook_call_audio_port_ended_cb(gpointer user_data, const GError *error)
{
	offhook_call_audio_end(user_data, error);
}

/* ---- beginning ---- */

OffhookCallAudio *
offhook_call_audio_new(OffhookMediaThread *thread, OffhookMediaPort *port,
		       OffhookCallAudioShared *shared, const OffhookMediaEvents *events,
		       gpointer user_data, gpointer (*hold)(gpointer user_data),
		       void (*drop)(gpointer user_data))
{
	OffhookCallAudio *self = g_new0(OffhookCallAudio, 1);

	self->thread = thread;
	self->port = g_object_ref(port);
	self->shared = shared;
	self->events = *events;
	self->user_data = user_data;
	self->hold = hold;
	self->drop = drop;
	self->pace.func = offhook_call_flow_pace_cb;
	self->slow.func = offhook_call_flow_slow_cb;
	self->pace.user_data = self->slow.user_data = self;
	return self;
}

void
offhook_call_audio_open(OffhookCallAudio *self)
{
	static const OffhookMediaHandler handler = {
	    .started = offhook_call_audio_port_started_cb,
	    .audio = offhook_call_audio_port_audio_cb,
	    .dtmf = offhook_call_flow_dtmf_cb,
	    .mark = offhook_call_flow_mark_cb,
	    .utterance = offhook_call_audio_port_utterance_cb,
	    .cut_off = offhook_call_audio_port_cut_off_cb,
	    .ended = offhook_call_audio_port_ended_cb,
	};
	g_autoptr(GError) error = NULL;

	offhook_media_port_set_handler(self->port, &handler, self);
	if (!offhook_media_port_open(self->port, offhook_media_thread_get_context(self->thread),
				     &error))
		offhook_call_audio_end(self, error);
}

/* Where the far end does not report keys they have to be heard. */
static const char *
offhook_call_audio_get_default_incoming(OffhookCallAudio *self)
{
	static gsize warned;

	if (offhook_media_port_get_features(self->port) & OFFHOOK_MEDIA_DTMF_EVENTS)
		return OFFHOOK_PIPELINE_DEFAULT;
	if (offhook_pipeline_has_element("dtmfdetect"))
		return OFFHOOK_CALL_AUDIO_DTMF_PIPELINE;
	if (g_once_init_enter(&warned)) {
		g_warning("GStreamer has no dtmfdetect (gstreamer1.0-plugins-bad): keys are not "
			  "heard on lines that do not report them");
		g_once_init_leave(&warned, 1);
	}
	return OFFHOOK_PIPELINE_DEFAULT;
}

static gboolean
offhook_call_audio_build_pipelines(OffhookCallAudio *self, const OffhookMediaSessionConfig *config,
				   GError **error)
{
	const char *incoming = config->incoming_pipeline;
	const char *outgoing = config->outgoing_pipeline;

	if (incoming == NULL || *incoming == '\0')
		incoming = offhook_call_audio_get_default_incoming(self);
	if (outgoing == NULL || *outgoing == '\0')
		outgoing = OFFHOOK_PIPELINE_DEFAULT;
	self->incoming = offhook_pipeline_new(
	    incoming, offhook_media_port_get_incoming_format(self->port), &offhook_call_flow_inner,
	    &offhook_call_flow_incoming_handler, self, error);
	if (self->incoming == NULL)
		return FALSE;
	self->outgoing = offhook_pipeline_new(outgoing, &offhook_call_flow_inner,
					      offhook_media_port_get_outgoing_format(self->port),
					      &offhook_call_flow_outgoing_handler, self, error);
	return self->outgoing != NULL;
}

/* ---- the recorder, whose errors come in the writer's thread ---- */

typedef struct {
	void (*storage_error)(gpointer user_data, guint number, const GError *error);
	guint number;
	gpointer user_data;
	void (*drop)(gpointer user_data);
} OffhookCallAudioTrouble;

static void
offhook_call_audio_trouble_cb(gpointer user_data, const GError *error)
{
	OffhookCallAudioTrouble *trouble = user_data;

	trouble->storage_error(trouble->user_data, trouble->number, error);
}

static void
offhook_call_audio_trouble_free(gpointer data)
{
	OffhookCallAudioTrouble *trouble = data;

	trouble->drop(trouble->user_data);
	g_free(trouble);
}

/* What crosses the wire, if it is the same in both directions; else what is between the pipelines. */
static const OffhookAudioFormat *
offhook_call_audio_choose_recorded(OffhookCallAudio *self, OffhookRecordingFormat format)
{
	const OffhookAudioFormat *in = offhook_media_port_get_incoming_format(self->port);
	const OffhookAudioFormat *out = offhook_media_port_get_outgoing_format(self->port);

	if (in->rate != out->rate || in->encoding != out->encoding ||
	    (format == OFFHOOK_RECORDING_OPUS && !offhook_opus_encoder_takes_rate(in->rate)))
		return &offhook_call_flow_inner;
	return in;
}

static void
offhook_call_audio_start_recorder(OffhookCallAudio *self, const OffhookMediaRecording *recording)
{
	const OffhookAudioFormat *recorded =
	    offhook_call_audio_choose_recorded(self, recording->format);
	OffhookCallAudioTrouble *trouble = g_new(OffhookCallAudioTrouble, 1);

	*trouble = (OffhookCallAudioTrouble){
	    .storage_error = self->events.storage_error,
	    .number = recording->number,
	    .user_data = self->hold(self->user_data),
	    .drop = self->drop,
	};
	self->recording_number = recording->number;
	self->recording_paused = FALSE;
	self->record_inner = recorded == &offhook_call_flow_inner;
	self->recorder = offhook_recorder_new(
	    &(OffhookRecorderFile){
		.path = recording->path,
		.format = recording->format,
		.audio = *recorded,
		.bit_rate = recording->bit_rate,
	    },
	    offhook_call_flow_now(self), offhook_call_audio_trouble_cb, trouble,
	    offhook_call_audio_trouble_free);
	offhook_call_flow_publish(self);
}

void
offhook_call_audio_start_recording(OffhookCallAudio *self, const OffhookMediaRecording *recording)
{
	if (self->ended || self->inbound == NULL)
		return;
	offhook_call_audio_stop_recording(self);
	offhook_call_audio_start_recorder(self, recording);
}

void
offhook_call_audio_stop_recording(OffhookCallAudio *self)
{
	gint64 now_us = offhook_call_flow_now(self);
	guint64 length_ms;

	if (self->recorder == NULL)
		return;
	offhook_recorder_advance(self->recorder, now_us);
	offhook_call_flow_publish(self);
	length_ms = offhook_recorder_get_length_ms(self->recorder);
	offhook_recorder_finish(g_steal_pointer(&self->recorder), now_us);
	OFFHOOK_CALL_FLOW_EMIT(self, recording_ended, self->recording_number, length_ms);
}

/* ---- configuration ---- */

static void
offhook_call_audio_start_turns(OffhookCallAudio *self, const OffhookMediaSessionConfig *config)
{
	OffhookPlayoutHandler playout = offhook_call_flow_playout_handler;
	OffhookMediaFeatures features = offhook_media_port_get_features(self->port);

	if (!(features & OFFHOOK_MEDIA_MARKS))
		playout.mark = NULL;
	self->playout = offhook_playout_new(MIN(config->lead_ms, OFFHOOK_CALL_AUDIO_MAX_LEAD),
					    (features & OFFHOOK_MEDIA_CLEAR) != 0, &playout, self);
	if (config->vad)
		self->listener =
		    offhook_listener_new(&config->detector, config->pre_roll_ms,
					 offhook_pipeline_is_direct(self->incoming)
					     ? offhook_media_port_get_incoming_format(self->port)
					     : NULL,
					 &offhook_call_flow_listener_handler, self);
}

/* The port's messages end up here. */
static void
offhook_call_audio_add_hot(OffhookCallAudio *self)
{
	OffhookHotSet *set;

	if (!OFFHOOK_IS_WEBSOCKET_PORT(self->port))
		return;
	set = offhook_websocket_port_get_hot_set(OFFHOOK_WEBSOCKET_PORT(self->port));
	offhook_hot_set_add(set, self, sizeof(*self));
	offhook_inbound_add_hot(self->inbound, set);
	offhook_pipeline_add_hot(self->incoming, set);
	offhook_pipeline_add_hot(self->outgoing, set);
	if (self->playout != NULL)
		offhook_playout_add_hot(self->playout, set);
	if (self->listener != NULL)
		offhook_listener_add_hot(self->listener, set);
	self->pace.hot = set;
}

static void
offhook_call_audio_use_early(OffhookCallAudio *self)
{
	g_autoptr(GByteArray) early = g_steal_pointer(&self->early);

	if (early != NULL)
		offhook_inbound_push(self->inbound, offhook_call_flow_now(self), early->data,
				     early->len, self->early_timestamp_ms);
}

void
offhook_call_audio_configure(OffhookCallAudio *self, const OffhookMediaSessionConfig *config)
{
	const OffhookAudioFormat *in = offhook_media_port_get_incoming_format(self->port);
	const OffhookAudioFormat *out = offhook_media_port_get_outgoing_format(self->port);
	g_autoptr(GError) error = NULL;

	if (self->ended || self->configured)
		return;
	self->interruptible = config->interruptible;
	if (offhook_media_port_get_features(self->port) & OFFHOOK_MEDIA_TEXT) {
		self->configured = TRUE; /* what follows is for audio */
		return;
	}
	if (!offhook_call_audio_build_pipelines(self, config, &error)) {
		offhook_call_audio_close(self, error);
		return;
	}
	self->wire_size = offhook_audio_format_get_bytes(out, OFFHOOK_FRAME_MS);
	self->wire = g_malloc(self->wire_size);
	self->inbound = offhook_inbound_new(in, offhook_call_flow_inbound_cb, self);
	self->echo_guard_db = config->echo_guard_db;
	if (config->audio_agent != NULL)
		self->agent = g_object_ref(config->audio_agent);
	else
		offhook_call_audio_start_turns(self, config);
	if (config->recording.path != NULL)
		offhook_call_audio_start_recorder(self, &config->recording);
	self->configured = TRUE;
	offhook_call_audio_add_hot(self);
	offhook_media_thread_start_timer(self->thread, &self->slow, OFFHOOK_CALL_FLOW_SLOW_US);
	offhook_call_audio_use_early(self);
}

static void
offhook_call_audio_forget_agent_cb(gpointer data)
{
}

void
offhook_call_audio_free(OffhookCallAudio *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->incoming, offhook_pipeline_free);
	g_clear_pointer(&self->outgoing, offhook_pipeline_free);
	g_clear_pointer(&self->listener, offhook_listener_free);
	g_clear_pointer(&self->playout, offhook_playout_free);
	g_clear_pointer(&self->inbound, offhook_inbound_free);
	g_clear_pointer(&self->early, g_byte_array_unref);
	/* Agents live in the main thread, and their last reference may be ours. */
	if (self->agent != NULL)
		offhook_context_post(NULL, offhook_call_audio_forget_agent_cb, self->agent,
				     g_object_unref);
	g_clear_error(&self->close_error);
	g_object_unref(self->port);
	g_free(self->wire);
	g_free(self);
}

/* ---- commands ---- */

void
offhook_call_audio_play(OffhookCallAudio *self, guint piece, GBytes *s16_16k)
{
	if (self->playout == NULL || self->ended) {
		offhook_call_flow_released_cb(self, g_bytes_get_size(s16_16k) / sizeof(gint16));
		return;
	}
	offhook_playout_append(self->playout, offhook_call_flow_now(self), piece, s16_16k);
	offhook_call_flow_start_pace(self);
}

void
offhook_call_audio_end_piece(OffhookCallAudio *self, guint piece)
{
	if (self->playout == NULL || self->ended)
		return;
	offhook_playout_end_piece(self->playout, offhook_call_flow_now(self), piece);
	offhook_call_flow_start_pace(self);
}

void
offhook_call_audio_speak(OffhookCallAudio *self, guint piece, const char *text, gboolean last)
{
	const OffhookPortText words = {
	    .text = text, .last = last, .interruptible = self->interruptible};

	offhook_media_port_send_text(self->port, &words);
	if (piece == self->spoken_piece || *text == '\0')
		return;
	self->spoken_piece = piece;
	OFFHOOK_CALL_FLOW_EMIT(self, piece_started, piece, offhook_call_flow_now(self));
}

void
offhook_call_audio_send_digits(OffhookCallAudio *self, const char *digits)
{
	offhook_media_port_send_digits(self->port, digits);
}

void
offhook_call_audio_pause(OffhookCallAudio *self)
{
	gint64 now_us = offhook_call_flow_now(self);

	if (self->playout == NULL || self->ended)
		return;
	offhook_playout_pause(self->playout, now_us);
	offhook_call_flow_publish_heard(self, now_us);
}

void
offhook_call_audio_resume(OffhookCallAudio *self)
{
	if (self->playout == NULL || self->ended)
		return;
	offhook_playout_resume(self->playout, offhook_call_flow_now(self));
	offhook_call_flow_start_pace(self);
}

void
offhook_call_audio_stop(OffhookCallAudio *self)
{
	gint64 now_us = offhook_call_flow_now(self);

	if (self->playout == NULL || self->ended)
		return;
	offhook_playout_stop(self->playout, now_us);
	offhook_call_flow_publish_heard(self, now_us);
}

void
offhook_call_audio_set_interruptible(OffhookCallAudio *self, gboolean interruptible)
{
	self->interruptible = interruptible;
}

void
offhook_call_audio_set_recording_paused(OffhookCallAudio *self, gboolean paused)
{
	self->recording_paused = paused;
}
