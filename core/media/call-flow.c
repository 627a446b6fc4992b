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

#include "media/call-flow.h"

#include "media/websocket-port.h"
#include <string.h>

#define OFFHOOK_CALL_FLOW_MARK "offhook-"

const OffhookAudioFormat offhook_call_flow_inner = {OFFHOOK_ENCODING_S16LE, OFFHOOK_RATE};

gint64
offhook_call_flow_now(OffhookCallAudio *self)
{
	return offhook_media_thread_get_time(self->thread);
}

/* ---- counters ---- */

void
offhook_call_flow_publish(OffhookCallAudio *self)
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

void
offhook_call_flow_publish_heard(OffhookCallAudio *self, gint64 now_us)
{
	guint piece, heard_ms;

	offhook_playout_get_heard(self->playout, now_us, &piece, &heard_ms);
	__atomic_store_n(&self->shared->heard, (guint64)piece << 32 | heard_ms, __ATOMIC_RELAXED);
}

/* ---- recording ---- */

/* @data: wire format, 20 ms */
static void
offhook_call_flow_record_wire(OffhookCallAudio *self, OffhookRecorderChannel channel,
			      const OffhookAudioFormat *format, const guint8 *data, gsize size,
			      gint64 at_us)
{
	gboolean linear = format->encoding == OFFHOOK_ENCODING_S16LE;

	if (self->recorder != NULL && !self->record_inner && !self->recording_paused)
		offhook_recorder_write(self->recorder, channel, at_us, data,
				       linear ? size / sizeof(gint16) : size);
}

static void
offhook_call_flow_record_inner(OffhookCallAudio *self, OffhookRecorderChannel channel,
			       const gint16 *frame, gint64 at_us)
{
	if (self->recorder != NULL && self->record_inner && !self->recording_paused)
		offhook_recorder_write(self->recorder, channel, at_us, frame,
				       OFFHOOK_FRAME_SAMPLES);
}

/* ---- agent to caller ---- */

/* @frame: 20 ms */
static void
offhook_call_flow_send_wire(OffhookCallAudio *self, const guint8 *frame)
{
	self->frames_out++;
	offhook_media_thread_count_frames(self->thread, 0, 1);
	offhook_media_port_send_audio(self->port, frame, self->wire_size);
	offhook_call_flow_record_wire(self, OFFHOOK_RECORDER_AGENT,
				      offhook_media_port_get_outgoing_format(self->port), frame,
				      self->wire_size, self->play_us);
}

static void
offhook_call_flow_output_cb(gpointer user_data, const guint8 *data, gsize size)
{
	OffhookCallAudio *self = user_data;

	while (size > 0) {
		gsize n = MIN(size, self->wire_size - self->wire_filled);
		const guint8 *frame = data;

		/* Nearly always a whole frame, which needs no copy. */
		if (n < self->wire_size) {
			memcpy(self->wire + self->wire_filled, data, n);
			frame = self->wire;
		}
		self->wire_filled += n;
		data += n;
		size -= n;
		if (self->wire_filled < self->wire_size)
			return;
		self->wire_filled = 0;
		offhook_call_flow_send_wire(self, frame);
	}
}

const OffhookPipelineHandler offhook_call_flow_outgoing_handler = {
    .output = offhook_call_flow_output_cb,
};

/* An element failed in mid-call: the call is worth more than the element. */
static void
offhook_call_flow_replace_pipeline(OffhookCallAudio *self, OffhookPipeline **pipeline,
				   const OffhookAudioFormat *in, const OffhookAudioFormat *out,
				   const OffhookPipelineHandler *handler, const GError *why)
{
	g_warning("%s; going on with the default pipeline", why->message);
	g_clear_pointer(pipeline, offhook_pipeline_free);
	*pipeline = offhook_pipeline_new(OFFHOOK_PIPELINE_DEFAULT, in, out, handler, self, NULL);
}

static void
offhook_call_flow_send(OffhookCallAudio *self, const gint16 *samples, gint64 play_us)
{
	g_autoptr(GError) error = NULL;

	self->play_us = play_us;
	offhook_call_flow_record_inner(self, OFFHOOK_RECORDER_AGENT, samples, play_us);
	if (self->outgoing != NULL &&
	    !offhook_pipeline_push(self->outgoing, (const guint8 *)samples, OFFHOOK_FRAME_BYTES,
				   &error))
		offhook_call_flow_replace_pipeline(
		    self, &self->outgoing, &offhook_call_flow_inner,
		    offhook_media_port_get_outgoing_format(self->port),
		    &offhook_call_flow_outgoing_handler, error);
}

static void
offhook_call_flow_frame_cb(gpointer user_data, const gint16 *samples, gint64 play_us)
{
	offhook_call_flow_send(user_data, samples, play_us);
}

static void
offhook_call_flow_send_mark_cb(gpointer user_data, guint64 id)
{
	OffhookCallAudio *self = user_data;
	char name[sizeof(OFFHOOK_CALL_FLOW_MARK) + 20];

	g_snprintf(name, sizeof(name), OFFHOOK_CALL_FLOW_MARK "%" G_GUINT64_FORMAT, id);
	offhook_media_port_send_mark(self->port, name);
}

void
offhook_call_flow_mark_cb(gpointer user_data, const char *name)
{
	OffhookCallAudio *self = user_data;
	guint64 id;

	if (self->playout == NULL || !g_str_has_prefix(name, OFFHOOK_CALL_FLOW_MARK))
		return;
	id = g_ascii_strtoull(name + strlen(OFFHOOK_CALL_FLOW_MARK), NULL, 10);
	offhook_playout_mark_echoed(self->playout, offhook_call_flow_now(self), id);
}

static void
offhook_call_flow_clear_cb(gpointer user_data)
{
	OffhookCallAudio *self = user_data;

	self->wire_filled = 0;
	offhook_media_port_clear(self->port);
	if (self->recorder != NULL)
		offhook_recorder_cut(self->recorder, OFFHOOK_RECORDER_AGENT,
				     offhook_call_flow_now(self));
}

static void
offhook_call_flow_piece_started_cb(gpointer user_data, guint piece, gint64 now_us)
{
	OffhookCallAudio *self = user_data;

	OFFHOOK_CALL_FLOW_EMIT(self, piece_started, piece, now_us);
}

static void
offhook_call_flow_piece_heard_cb(gpointer user_data, guint piece)
{
	OffhookCallAudio *self = user_data;

	OFFHOOK_CALL_FLOW_EMIT(self, piece_heard, piece);
}

static void
offhook_call_flow_idle_cb(gpointer user_data)
{
	OffhookCallAudio *self = user_data;

	OFFHOOK_CALL_FLOW_EMIT(self, playout_idle);
}

void
offhook_call_flow_released_cb(gpointer user_data, gsize samples)
{
	OffhookCallAudio *self = user_data;

	g_atomic_int_add(&self->shared->queued_samples, -(gint)samples);
}

const OffhookPlayoutHandler offhook_call_flow_playout_handler = {
    .frame = offhook_call_flow_frame_cb,
    .mark = offhook_call_flow_send_mark_cb,
    .clear = offhook_call_flow_clear_cb,
    .piece_started = offhook_call_flow_piece_started_cb,
    .piece_heard = offhook_call_flow_piece_heard_cb,
    .idle = offhook_call_flow_idle_cb,
    .released = offhook_call_flow_released_cb,
};

/* ---- caller to agent ---- */

static void
offhook_call_flow_guard(OffhookCallAudio *self)
{
	gboolean playing = self->playout != NULL && offhook_playout_is_playing(self->playout);

	if (self->listener == NULL || playing == self->guarding)
		return;
	self->guarding = playing;
	offhook_listener_set_boost(self->listener, playing ? self->echo_guard_db : 0);
}

static void
offhook_call_flow_take_frame(OffhookCallAudio *self, const gint16 *frame)
{
	gint64 end_us = self->frame_start_us + OFFHOOK_CALL_FLOW_PACE_US;
	gint16 answer[OFFHOOK_FRAME_SAMPLES];

	offhook_call_flow_record_inner(self, OFFHOOK_RECORDER_CALLER, frame, self->frame_start_us);
	if (self->agent != NULL) {
		if (offhook_agent_session_audio_frame(self->agent, frame, answer))
			offhook_call_flow_send(self, answer, offhook_call_flow_now(self));
	} else if (self->listener != NULL) {
		offhook_call_flow_guard(self);
		offhook_listener_push(self->listener, frame, self->frame_wire, end_us);
	}
}

static void
offhook_call_flow_input_cb(gpointer user_data, const guint8 *data, gsize size)
{
	OffhookCallAudio *self = user_data;
	gsize n = size / sizeof(gint16);

	while (n > 0 && !self->ended) {
		gsize take = MIN(n, OFFHOOK_FRAME_SAMPLES - self->frame_filled);
		const gint16 *frame = (const gint16 *)data;

		/* Nearly always a whole frame, which needs no copy. */
		if (take < OFFHOOK_FRAME_SAMPLES) {
			memcpy(self->frame + self->frame_filled, data, take * sizeof(gint16));
			frame = self->frame;
		}
		self->frame_filled += take;
		data += take * sizeof(gint16);
		n -= take;
		if (self->frame_filled == OFFHOOK_FRAME_SAMPLES) {
			self->frame_filled = 0;
			offhook_call_flow_take_frame(self, frame);
		}
	}
}

void
offhook_call_flow_dtmf_cb(gpointer user_data, char digit)
{
	OffhookCallAudio *self = user_data;

	if (self->configured)
		OFFHOOK_CALL_FLOW_EMIT(self, dtmf, digit);
}

const OffhookPipelineHandler offhook_call_flow_incoming_handler = {
    .output = offhook_call_flow_input_cb,
    .dtmf = offhook_call_flow_dtmf_cb,
};

/* 20 ms from the wire. */
void
offhook_call_flow_inbound_cb(gpointer user_data, const guint8 *data, gsize size, gint64 start_us)
{
	OffhookCallAudio *self = user_data;
	const OffhookAudioFormat *format = offhook_media_port_get_incoming_format(self->port);
	g_autoptr(GError) error = NULL;

	if (self->ended)
		return;
	offhook_media_thread_count_frames(self->thread, 1, 0);
	__atomic_store_n(&self->shared->statistics.heard_until_us,
			 start_us + OFFHOOK_CALL_FLOW_PACE_US, __ATOMIC_RELAXED);
	self->frame_start_us = start_us;
	self->frame_wire = data;
	offhook_call_flow_record_wire(self, OFFHOOK_RECORDER_CALLER, format, data, size, start_us);
	/* Here too, so that nothing waits in memory until the slow timer comes. */
	if (self->recorder != NULL)
		offhook_recorder_advance(self->recorder, start_us + OFFHOOK_CALL_FLOW_PACE_US);
	if (self->incoming != NULL && !offhook_pipeline_push(self->incoming, data, size, &error))
		offhook_call_flow_replace_pipeline(self, &self->incoming, format,
						   &offhook_call_flow_inner,
						   &offhook_call_flow_incoming_handler, error);
}

static void
offhook_call_flow_speech_started_cb(gpointer user_data, gint64 began_us)
{
	OffhookCallAudio *self = user_data;
	gboolean overlap = offhook_playout_is_playing(self->playout);
	gint64 now_us = offhook_call_flow_now(self);
	guint piece, heard_ms;

	if (overlap && self->interruptible)
		offhook_playout_pause(self->playout, now_us);
	offhook_playout_get_heard(self->playout, now_us, &piece, &heard_ms);
	OFFHOOK_CALL_FLOW_EMIT(self, speech_started, began_us, overlap, piece, heard_ms);
}

static void
offhook_call_flow_speech_audio_cb(gpointer user_data, const gint16 *samples, gsize n)
{
	OffhookCallAudio *self = user_data;
	g_autoptr(GBytes) bytes = g_bytes_new(samples, n * sizeof(gint16));

	OFFHOOK_CALL_FLOW_EMIT(self, speech_audio, bytes);
}

static void
offhook_call_flow_speech_stopped_cb(gpointer user_data, gint64 ended_us, guint speech_ms)
{
	OffhookCallAudio *self = user_data;

	OFFHOOK_CALL_FLOW_EMIT(self, speech_stopped, ended_us, speech_ms);
}

const OffhookListenerHandler offhook_call_flow_listener_handler = {
    .started = offhook_call_flow_speech_started_cb,
    .audio = offhook_call_flow_speech_audio_cb,
    .stopped = offhook_call_flow_speech_stopped_cb,
};

/* ---- time ---- */

void
offhook_call_flow_pace_cb(gpointer user_data, gint64 now_us)
{
	OffhookCallAudio *self = user_data;

	if (self->playout != NULL) {
		offhook_playout_tick(self->playout, now_us);
		offhook_call_flow_publish_heard(self, now_us);
	}
	offhook_inbound_tick(self->inbound, now_us);
	if (!(self->playout != NULL && offhook_playout_is_active(self->playout)) &&
	    !offhook_inbound_is_silent(self->inbound, now_us))
		offhook_media_thread_stop_timer(self->thread, &self->pace);
}

void
offhook_call_flow_start_pace(OffhookCallAudio *self)
{
	if (!self->ended && !offhook_media_timer_is_running(&self->pace))
		offhook_media_thread_start_timer(self->thread, &self->pace,
						 OFFHOOK_CALL_FLOW_PACE_US);
}

void
offhook_call_flow_slow_cb(gpointer user_data, gint64 now_us)
{
	OffhookCallAudio *self = user_data;

	if (self->recorder != NULL)
		offhook_recorder_advance(self->recorder, now_us);
	offhook_call_flow_publish(self);
	if (offhook_inbound_is_silent(self->inbound, now_us))
		offhook_call_flow_start_pace(self);
}
