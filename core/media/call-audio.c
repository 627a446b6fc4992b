/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The call's way through the media thread:
 *
 *   port -> inbound -> incoming pipeline -> listener (-> events)       recorder: caller's channel
 *   port <- outgoing pipeline <- playout (<- commands)                 recorder: agent's channel
 *
 * with an audio agent in place of listener and playout where there is one. Nothing here allocates
 * for a frame.
 */

#include "media/call-audio.h"

#include "media/inbound.h"
#include "media/listener.h"
#include "media/pipeline.h"
#include "media/playout.h"
#include "media/recorder.h"
#include "media/websocket-port.h"
#include <offhook/context.h>
#include <offhook/error.h>
#include <offhook/g711.h>
#include <string.h>

#define OFFHOOK_CALL_AUDIO_EARLY_MS 2000
#define OFFHOOK_CALL_AUDIO_PACE_US  (OFFHOOK_FRAME_MS * 1000)
#define OFFHOOK_CALL_AUDIO_SLOW_US  240000 /* less than a recorder's block */
#define OFFHOOK_CALL_AUDIO_MAX_WIRE 3840   /* 20 ms of S16 at 96 kHz */
#define OFFHOOK_CALL_AUDIO_MAX_LEAD 300    /* what the recorder can take ahead of time */
#define OFFHOOK_CALL_AUDIO_MARK     "offhook-"
#define OFFHOOK_CALL_AUDIO_DTMF_PIPELINE                                                           \
	"offhookg711 ! audio/x-raw,rate=8000 ! dtmfdetect ! offhookg711"

static const OffhookAudioFormat offhook_call_audio_inner = {OFFHOOK_ENCODING_S16LE, OFFHOOK_RATE};

struct _OffhookCallAudio {
	OffhookMediaThread *thread;
	OffhookMediaPort *port;
	OffhookCallAudioShared *shared;
	OffhookMediaEvents events;
	gpointer user_data;
	gpointer (*hold)(gpointer user_data);
	void (*drop)(gpointer user_data);
	GError *close_error; /* why we closed it */
	gboolean configured;
	gboolean ended;

	GByteArray *early; /* audio from before configure; wire format */
	gint64 early_timestamp_ms;

	OffhookInbound *inbound;
	OffhookPipeline *incoming;
	OffhookPipeline *outgoing;
	OffhookListener *listener;
	OffhookPlayout *playout;
	OffhookRecorder *recorder;
	OffhookAgentSession *agent;
	gboolean interruptible;
	gboolean recording_paused;
	gboolean record_inner; /* the two directions differ in rate: record the inner audio */
	double echo_guard_db;
	gboolean guarding;

	gint16 frame[OFFHOOK_FRAME_SAMPLES]; /* being filled by the incoming pipeline */
	guint frame_filled;
	gint64 frame_start_us;
	guint8 *wire; /* being filled by the outgoing pipeline */
	gsize wire_size;
	gsize wire_filled;
	gint64 play_us; /* of what is in the outgoing pipeline */

	OffhookMediaTimer pace; /* every 20 ms, while there is something to pace */
	OffhookMediaTimer slow;
	guint64 frames_out;
};

#define OFFHOOK_CALL_AUDIO_EMIT(self, member, ...)                                                 \
	do {                                                                                       \
		if (!(self)->ended)                                                                \
			(self)->events.member((self)->user_data, ##__VA_ARGS__);                   \
	} while (0)

static gint64
offhook_call_audio_now(OffhookCallAudio *self)
{
	return offhook_media_thread_get_time(self->thread);
}

/* ---- counters ---- */

static void
offhook_call_audio_publish(OffhookCallAudio *self)
{
	OffhookMediaSessionStatistics *shared = &self->shared->statistics;

	__atomic_store_n(&shared->frames_out, self->frames_out, __ATOMIC_RELAXED);
	if (self->inbound != NULL) {
		const OffhookInboundStatistics *in = offhook_inbound_get_statistics(self->inbound);

		__atomic_store_n(&shared->frames_in, in->frames, __ATOMIC_RELAXED);
		__atomic_store_n(&shared->gaps, in->gaps, __ATOMIC_RELAXED);
		__atomic_store_n(&shared->late, in->late, __ATOMIC_RELAXED);
		__atomic_store_n(&shared->dropped,
				 in->dropped + (OFFHOOK_IS_WEBSOCKET_PORT(self->port)
						    ? offhook_websocket_port_get_dropped(
							  OFFHOOK_WEBSOCKET_PORT(self->port))
						    : 0),
				 __ATOMIC_RELAXED);
	}
	if (self->recorder != NULL)
		__atomic_store_n(&shared->recorded_ms,
				 offhook_recorder_get_length_ms(self->recorder), __ATOMIC_RELAXED);
}

static void
offhook_call_audio_publish_heard(OffhookCallAudio *self, gint64 now_us)
{
	guint piece, heard_ms;

	offhook_playout_get_heard(self->playout, now_us, &piece, &heard_ms);
	__atomic_store_n(&self->shared->heard, (guint64)piece << 32 | heard_ms, __ATOMIC_RELAXED);
}

/* ---- recording ---- */

/* @data: wire format, 20 ms */
static void
offhook_call_audio_record_wire(OffhookCallAudio *self, OffhookRecorderChannel channel,
			       const OffhookAudioFormat *format, const guint8 *data, gsize size,
			       gint64 at_us)
{
	gint16 samples[OFFHOOK_CALL_AUDIO_MAX_WIRE / 2];

	if (self->recorder == NULL || self->record_inner || self->recording_paused)
		return;
	if (format->encoding == OFFHOOK_ENCODING_S16LE) {
		size = MIN(size, sizeof(samples)) / sizeof(gint16);
		memcpy(samples, data, size * sizeof(gint16));
	} else {
		size = MIN(size, G_N_ELEMENTS(samples));
		offhook_g711_decode(format->encoding, data, size, samples);
	}
	offhook_recorder_write(self->recorder, channel, at_us, samples, size);
}

static void
offhook_call_audio_record_inner(OffhookCallAudio *self, OffhookRecorderChannel channel,
				const gint16 *frame, gint64 at_us)
{
	if (self->recorder != NULL && self->record_inner && !self->recording_paused)
		offhook_recorder_write(self->recorder, channel, at_us, frame,
				       OFFHOOK_FRAME_SAMPLES);
}

/* ---- agent to caller ---- */

static void
offhook_call_audio_output_cb(gpointer user_data, const guint8 *data, gsize size)
{
	OffhookCallAudio *self = user_data;

	while (size > 0) {
		gsize n = MIN(size, self->wire_size - self->wire_filled);

		memcpy(self->wire + self->wire_filled, data, n);
		self->wire_filled += n;
		data += n;
		size -= n;
		if (self->wire_filled < self->wire_size)
			return;
		self->wire_filled = 0;
		self->frames_out++;
		offhook_media_thread_count_frames(self->thread, 0, 1);
		offhook_media_port_send_audio(self->port, self->wire, self->wire_size);
		offhook_call_audio_record_wire(self, OFFHOOK_RECORDER_AGENT,
					       offhook_media_port_get_outgoing_format(self->port),
					       self->wire, self->wire_size, self->play_us);
	}
}

static const OffhookPipelineHandler offhook_call_audio_outgoing_handler = {
    .output = offhook_call_audio_output_cb,
};

/* An element failed in mid-call: the call is worth more than the element. */
static void
offhook_call_audio_replace_pipeline(OffhookCallAudio *self, OffhookPipeline **pipeline,
				    const OffhookAudioFormat *in, const OffhookAudioFormat *out,
				    const OffhookPipelineHandler *handler, const GError *why)
{
	g_warning("%s; going on with the default pipeline", why->message);
	g_clear_pointer(pipeline, offhook_pipeline_free);
	*pipeline = offhook_pipeline_new(OFFHOOK_PIPELINE_DEFAULT, in, out, handler, self, NULL);
}

static void
offhook_call_audio_send(OffhookCallAudio *self, const gint16 *samples, gint64 play_us)
{
	g_autoptr(GError) error = NULL;

	self->play_us = play_us;
	offhook_call_audio_record_inner(self, OFFHOOK_RECORDER_AGENT, samples, play_us);
	if (self->outgoing != NULL &&
	    !offhook_pipeline_push(self->outgoing, (const guint8 *)samples, OFFHOOK_FRAME_BYTES,
				   &error))
		offhook_call_audio_replace_pipeline(
		    self, &self->outgoing, &offhook_call_audio_inner,
		    offhook_media_port_get_outgoing_format(self->port),
		    &offhook_call_audio_outgoing_handler, error);
}

static void
offhook_call_audio_frame_cb(gpointer user_data, const gint16 *samples, gint64 play_us)
{
	offhook_call_audio_send(user_data, samples, play_us);
}

static void
offhook_call_audio_send_mark_cb(gpointer user_data, guint64 id)
{
	OffhookCallAudio *self = user_data;
	char name[sizeof(OFFHOOK_CALL_AUDIO_MARK) + 20];

	g_snprintf(name, sizeof(name), OFFHOOK_CALL_AUDIO_MARK "%" G_GUINT64_FORMAT, id);
	offhook_media_port_send_mark(self->port, name);
}

static void
offhook_call_audio_clear_cb(gpointer user_data)
{
	OffhookCallAudio *self = user_data;

	self->wire_filled = 0;
	offhook_media_port_clear(self->port);
	if (self->recorder != NULL)
		offhook_recorder_cut(self->recorder, OFFHOOK_RECORDER_AGENT,
				     offhook_call_audio_now(self));
}

static void
offhook_call_audio_piece_started_cb(gpointer user_data, guint piece, gint64 now_us)
{
	OffhookCallAudio *self = user_data;

	OFFHOOK_CALL_AUDIO_EMIT(self, piece_started, piece, now_us);
}

static void
offhook_call_audio_piece_heard_cb(gpointer user_data, guint piece)
{
	OffhookCallAudio *self = user_data;

	OFFHOOK_CALL_AUDIO_EMIT(self, piece_heard, piece);
}

static void
offhook_call_audio_idle_cb(gpointer user_data)
{
	OffhookCallAudio *self = user_data;

	OFFHOOK_CALL_AUDIO_EMIT(self, playout_idle);
}

static void
offhook_call_audio_released_cb(gpointer user_data, gsize samples)
{
	OffhookCallAudio *self = user_data;

	g_atomic_int_add(&self->shared->queued_samples, -(gint)samples);
}

/* ---- caller to agent ---- */

static void
offhook_call_audio_guard(OffhookCallAudio *self)
{
	gboolean playing = self->playout != NULL && offhook_playout_is_playing(self->playout);

	if (self->listener == NULL || playing == self->guarding)
		return;
	self->guarding = playing;
	offhook_listener_set_boost(self->listener, playing ? self->echo_guard_db : 0);
}

static void
offhook_call_audio_take_frame(OffhookCallAudio *self)
{
	gint64 end_us = self->frame_start_us + OFFHOOK_CALL_AUDIO_PACE_US;
	gint16 answer[OFFHOOK_FRAME_SAMPLES];

	offhook_call_audio_record_inner(self, OFFHOOK_RECORDER_CALLER, self->frame,
					self->frame_start_us);
	if (self->agent != NULL) {
		if (offhook_agent_session_audio_frame(self->agent, self->frame, answer))
			offhook_call_audio_send(self, answer, offhook_call_audio_now(self));
	} else if (self->listener != NULL) {
		offhook_call_audio_guard(self);
		offhook_listener_push(self->listener, self->frame, end_us);
	}
}

static void
offhook_call_audio_input_cb(gpointer user_data, const guint8 *data, gsize size)
{
	OffhookCallAudio *self = user_data;
	gsize n = size / sizeof(gint16);

	while (n > 0 && !self->ended) {
		gsize take = MIN(n, OFFHOOK_FRAME_SAMPLES - self->frame_filled);

		memcpy(self->frame + self->frame_filled, data, take * sizeof(gint16));
		self->frame_filled += take;
		data += take * sizeof(gint16);
		n -= take;
		if (self->frame_filled == OFFHOOK_FRAME_SAMPLES) {
			self->frame_filled = 0;
			offhook_call_audio_take_frame(self);
		}
	}
}

static void
offhook_call_audio_dtmf_cb(gpointer user_data, char digit)
{
	OffhookCallAudio *self = user_data;

	if (self->configured)
		OFFHOOK_CALL_AUDIO_EMIT(self, dtmf, digit);
}

static const OffhookPipelineHandler offhook_call_audio_incoming_handler = {
    .output = offhook_call_audio_input_cb,
    .dtmf = offhook_call_audio_dtmf_cb,
};

/* 20 ms from the wire. */
static void
offhook_call_audio_inbound_cb(gpointer user_data, const guint8 *data, gsize size, gint64 start_us)
{
	OffhookCallAudio *self = user_data;
	const OffhookAudioFormat *format = offhook_media_port_get_incoming_format(self->port);
	g_autoptr(GError) error = NULL;

	if (self->ended)
		return;
	offhook_media_thread_count_frames(self->thread, 1, 0);
	self->frame_start_us = start_us;
	offhook_call_audio_record_wire(self, OFFHOOK_RECORDER_CALLER, format, data, size, start_us);
	if (self->incoming != NULL && !offhook_pipeline_push(self->incoming, data, size, &error))
		offhook_call_audio_replace_pipeline(self, &self->incoming, format,
						    &offhook_call_audio_inner,
						    &offhook_call_audio_incoming_handler, error);
}

static void
offhook_call_audio_speech_started_cb(gpointer user_data, gint64 began_us)
{
	OffhookCallAudio *self = user_data;
	gboolean overlap = offhook_playout_is_playing(self->playout);
	gint64 now_us = offhook_call_audio_now(self);
	guint piece, heard_ms;

	if (overlap && self->interruptible)
		offhook_playout_pause(self->playout, now_us);
	offhook_playout_get_heard(self->playout, now_us, &piece, &heard_ms);
	OFFHOOK_CALL_AUDIO_EMIT(self, speech_started, began_us, overlap, piece, heard_ms);
}

static void
offhook_call_audio_speech_audio_cb(gpointer user_data, const gint16 *samples, gsize n)
{
	OffhookCallAudio *self = user_data;
	g_autoptr(GBytes) bytes = g_bytes_new(samples, n * sizeof(gint16));

	OFFHOOK_CALL_AUDIO_EMIT(self, speech_audio, bytes);
}

static void
offhook_call_audio_speech_stopped_cb(gpointer user_data, gint64 ended_us, guint speech_ms)
{
	OffhookCallAudio *self = user_data;

	OFFHOOK_CALL_AUDIO_EMIT(self, speech_stopped, ended_us, speech_ms);
}

/* ---- time ---- */

static void
offhook_call_audio_pace_cb(gpointer user_data, gint64 now_us)
{
	OffhookCallAudio *self = user_data;

	if (self->playout != NULL) {
		offhook_playout_tick(self->playout, now_us);
		offhook_call_audio_publish_heard(self, now_us);
	}
	offhook_inbound_tick(self->inbound, now_us);
	if (!(self->playout != NULL && offhook_playout_is_active(self->playout)) &&
	    !offhook_inbound_is_silent(self->inbound, now_us))
		offhook_media_thread_stop_timer(self->thread, &self->pace);
}

static void
offhook_call_audio_start_pace(OffhookCallAudio *self)
{
	if (!self->ended && !offhook_media_timer_is_running(&self->pace))
		offhook_media_thread_start_timer(self->thread, &self->pace,
						 OFFHOOK_CALL_AUDIO_PACE_US);
}

static void
offhook_call_audio_slow_cb(gpointer user_data, gint64 now_us)
{
	OffhookCallAudio *self = user_data;

	if (self->recorder != NULL)
		offhook_recorder_advance(self->recorder, now_us);
	offhook_call_audio_publish(self);
	if (offhook_inbound_is_silent(self->inbound, now_us))
		offhook_call_audio_start_pace(self);
}

/* ---- the end ---- */

static void
offhook_call_audio_end(OffhookCallAudio *self, const GError *error)
{
	if (self->ended)
		return;
	offhook_media_thread_stop_timer(self->thread, &self->pace);
	offhook_media_thread_stop_timer(self->thread, &self->slow);
	offhook_media_thread_count_sessions(self->thread, -1);
	if (self->recorder != NULL) {
		offhook_recorder_advance(self->recorder, offhook_call_audio_now(self));
		offhook_call_audio_publish(self);
		offhook_recorder_finish(g_steal_pointer(&self->recorder),
					offhook_call_audio_now(self));
	}
	offhook_call_audio_publish(self);
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

	OFFHOOK_CALL_AUDIO_EMIT(self, started, start);
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

	if (self->configured)
		offhook_inbound_push(self->inbound, offhook_call_audio_now(self), data, size,
				     timestamp_ms);
	else
		offhook_call_audio_keep_early(self, data, size, timestamp_ms);
}

static void
offhook_call_audio_port_mark_cb(gpointer user_data, const char *name)
{
	OffhookCallAudio *self = user_data;
	guint64 id;

	if (self->playout == NULL || !g_str_has_prefix(name, OFFHOOK_CALL_AUDIO_MARK))
		return;
	id = g_ascii_strtoull(name + strlen(OFFHOOK_CALL_AUDIO_MARK), NULL, 10);
	offhook_playout_mark_echoed(self->playout, offhook_call_audio_now(self), id);
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
	self->pace.func = offhook_call_audio_pace_cb;
	self->slow.func = offhook_call_audio_slow_cb;
	self->pace.user_data = self->slow.user_data = self;
	return self;
}

void
offhook_call_audio_open(OffhookCallAudio *self)
{
	static const OffhookMediaHandler handler = {
	    .started = offhook_call_audio_port_started_cb,
	    .audio = offhook_call_audio_port_audio_cb,
	    .dtmf = offhook_call_audio_dtmf_cb,
	    .mark = offhook_call_audio_port_mark_cb,
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
	    incoming, offhook_media_port_get_incoming_format(self->port), &offhook_call_audio_inner,
	    &offhook_call_audio_incoming_handler, self, error);
	if (self->incoming == NULL)
		return FALSE;
	self->outgoing = offhook_pipeline_new(outgoing, &offhook_call_audio_inner,
					      offhook_media_port_get_outgoing_format(self->port),
					      &offhook_call_audio_outgoing_handler, self, error);
	return self->outgoing != NULL;
}

/* ---- the recorder, whose errors come in the writer's thread ---- */

typedef struct {
	void (*storage_error)(gpointer user_data, const GError *error);
	gpointer user_data;
	void (*drop)(gpointer user_data);
} OffhookCallAudioTrouble;

static void
offhook_call_audio_trouble_cb(gpointer user_data, const GError *error)
{
	OffhookCallAudioTrouble *trouble = user_data;

	trouble->storage_error(trouble->user_data, error);
}

static void
offhook_call_audio_trouble_free(gpointer data)
{
	OffhookCallAudioTrouble *trouble = data;

	trouble->drop(trouble->user_data);
	g_free(trouble);
}

static void
offhook_call_audio_start_recorder(OffhookCallAudio *self, const char *path)
{
	guint in = offhook_media_port_get_incoming_format(self->port)->rate;
	guint out = offhook_media_port_get_outgoing_format(self->port)->rate;
	OffhookCallAudioTrouble *trouble = g_new(OffhookCallAudioTrouble, 1);

	*trouble = (OffhookCallAudioTrouble){self->events.storage_error,
					     self->hold(self->user_data), self->drop};
	self->record_inner = in != out;
	self->recorder = offhook_recorder_new(
	    path, self->record_inner ? OFFHOOK_RATE : in, offhook_call_audio_now(self),
	    offhook_call_audio_trouble_cb, trouble, offhook_call_audio_trouble_free);
}

/* ---- configuration ---- */

static void
offhook_call_audio_start_turns(OffhookCallAudio *self, const OffhookMediaSessionConfig *config)
{
	static const OffhookListenerHandler listener = {
	    .started = offhook_call_audio_speech_started_cb,
	    .audio = offhook_call_audio_speech_audio_cb,
	    .stopped = offhook_call_audio_speech_stopped_cb,
	};
	OffhookPlayoutHandler playout = {
	    .frame = offhook_call_audio_frame_cb,
	    .clear = offhook_call_audio_clear_cb,
	    .piece_started = offhook_call_audio_piece_started_cb,
	    .piece_heard = offhook_call_audio_piece_heard_cb,
	    .idle = offhook_call_audio_idle_cb,
	    .released = offhook_call_audio_released_cb,
	};
	OffhookMediaFeatures features = offhook_media_port_get_features(self->port);

	if (features & OFFHOOK_MEDIA_MARKS)
		playout.mark = offhook_call_audio_send_mark_cb;
	self->playout = offhook_playout_new(MIN(config->lead_ms, OFFHOOK_CALL_AUDIO_MAX_LEAD),
					    (features & OFFHOOK_MEDIA_CLEAR) != 0, &playout, self);
	if (config->vad)
		self->listener =
		    offhook_listener_new(&config->detector, config->pre_roll_ms, &listener, self);
}

static void
offhook_call_audio_use_early(OffhookCallAudio *self)
{
	g_autoptr(GByteArray) early = g_steal_pointer(&self->early);

	if (early != NULL)
		offhook_inbound_push(self->inbound, offhook_call_audio_now(self), early->data,
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
	if (!offhook_call_audio_build_pipelines(self, config, &error)) {
		offhook_call_audio_close(self, error);
		return;
	}
	self->wire_size = offhook_audio_format_get_bytes(out, OFFHOOK_FRAME_MS);
	self->wire = g_malloc(self->wire_size);
	self->inbound = offhook_inbound_new(in, offhook_call_audio_inbound_cb, self);
	self->interruptible = config->interruptible;
	self->echo_guard_db = config->echo_guard_db;
	if (config->audio_agent != NULL)
		self->agent = g_object_ref(config->audio_agent);
	else
		offhook_call_audio_start_turns(self, config);
	if (config->record_path != NULL)
		offhook_call_audio_start_recorder(self, config->record_path);
	self->configured = TRUE;
	offhook_media_thread_start_timer(self->thread, &self->slow, OFFHOOK_CALL_AUDIO_SLOW_US);
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
		offhook_call_audio_released_cb(self, g_bytes_get_size(s16_16k) / sizeof(gint16));
		return;
	}
	offhook_playout_append(self->playout, offhook_call_audio_now(self), piece, s16_16k);
	offhook_call_audio_start_pace(self);
}

void
offhook_call_audio_end_piece(OffhookCallAudio *self, guint piece)
{
	if (self->playout == NULL || self->ended)
		return;
	offhook_playout_end_piece(self->playout, offhook_call_audio_now(self), piece);
	offhook_call_audio_start_pace(self);
}

void
offhook_call_audio_pause(OffhookCallAudio *self)
{
	gint64 now_us = offhook_call_audio_now(self);

	if (self->playout == NULL || self->ended)
		return;
	offhook_playout_pause(self->playout, now_us);
	offhook_call_audio_publish_heard(self, now_us);
}

void
offhook_call_audio_resume(OffhookCallAudio *self)
{
	if (self->playout == NULL || self->ended)
		return;
	offhook_playout_resume(self->playout, offhook_call_audio_now(self));
	offhook_call_audio_start_pace(self);
}

void
offhook_call_audio_stop(OffhookCallAudio *self)
{
	gint64 now_us = offhook_call_audio_now(self);

	if (self->playout == NULL || self->ended)
		return;
	offhook_playout_stop(self->playout, now_us);
	offhook_call_audio_publish_heard(self, now_us);
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
