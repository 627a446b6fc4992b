/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Inside call-audio: the object, and the way of the audio through it. Media thread.
 */
#pragma once

#include "media/call-audio.h"
#include "media/inbound.h"
#include "media/listener.h"
#include "media/pipeline.h"
#include "media/playout.h"
#include "media/recorder.h"

G_BEGIN_DECLS

#define OFFHOOK_CALL_FLOW_PACE_US (OFFHOOK_FRAME_MS * 1000)
#define OFFHOOK_CALL_FLOW_SLOW_US 240000 /* less than a recorder's block */

/** The format between the pipelines. */
extern const OffhookAudioFormat offhook_call_flow_inner;

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
	guint recording_number;
	gboolean recording_paused;
	gboolean record_inner; /* what is between the pipelines, and not what crosses the wire */
	double echo_guard_db;
	gboolean guarding;

	gint16 frame[OFFHOOK_FRAME_SAMPLES]; /* being filled by the incoming pipeline */
	guint frame_filled;
	gint64 frame_start_us;
	const guint8 *frame_wire; /* the 20 ms that are being pushed into the incoming pipeline */
	guint8 *wire; /* being filled by the outgoing pipeline */
	gsize wire_size;
	gsize wire_filled;
	gint64 play_us; /* of what is in the outgoing pipeline */

	OffhookMediaTimer pace; /* every 20 ms, while there is something to pace */
	OffhookMediaTimer slow;
	guint64 frames_out;
	guint spoken_piece; /* where words cross: the last one that was begun */
};

/** Tells the call, unless it has been told of the end. */
#define OFFHOOK_CALL_FLOW_EMIT(self, member, ...)                                                  \
	do {                                                                                       \
		if (!(self)->ended)                                                                \
			(self)->events.member((self)->user_data, ##__VA_ARGS__);                   \
	} while (0)

/** What the parts call. user_data: the OffhookCallAudio */
extern const OffhookPipelineHandler offhook_call_flow_incoming_handler;
extern const OffhookPipelineHandler offhook_call_flow_outgoing_handler;
extern const OffhookListenerHandler offhook_call_flow_listener_handler;
extern const OffhookPlayoutHandler offhook_call_flow_playout_handler;
void offhook_call_flow_inbound_cb(gpointer user_data, const guint8 *data, gsize size,
				  gint64 start_us);
void offhook_call_flow_dtmf_cb(gpointer user_data, char digit);
void offhook_call_flow_mark_cb(gpointer user_data, const char *name); /* the port's */
void offhook_call_flow_released_cb(gpointer user_data, gsize samples);
void offhook_call_flow_pace_cb(gpointer user_data, gint64 now_us);
void offhook_call_flow_slow_cb(gpointer user_data, gint64 now_us);

gint64 offhook_call_flow_now(OffhookCallAudio *self);
/** Counters for others to read. */
void offhook_call_flow_publish(OffhookCallAudio *self);
void offhook_call_flow_publish_heard(OffhookCallAudio *self, gint64 now_us);
/** There is something to pace. */
void offhook_call_flow_start_pace(OffhookCallAudio *self);

G_END_DECLS
