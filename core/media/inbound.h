/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What comes from the far end, put in its place: pieces of any length with time stamps become 20 ms
 * frames of the wire format without holes, each with the time it was spoken by our clock. Time is
 * passed in; one thread.
 */
#pragma once

#include "base/hot-set.h"
#include <offhook/audio.h>

G_BEGIN_DECLS

#define OFFHOOK_INBOUND_MAX_FILL_MS 2000 /* longest hole that is filled */
#define OFFHOOK_INBOUND_SILENT_MS   750  /* a line without frames is taken for silent then */

/** @data: 20 ms, spoken from @start_us on */
typedef void (*OffhookInboundFrameFunc)(gpointer user_data, const guint8 *data, gsize size,
					gint64 start_us);

typedef struct {
	guint64 frames;  /* of 20 ms, silence included */
	guint64 gaps;    /* holes filled or jumped over */
	guint64 late;    /* frames' worth of audio after its place had been filled */
	guint64 dropped; /* of those, not used: they had been there before */
} OffhookInboundStatistics;

typedef struct _OffhookInbound OffhookInbound;

OffhookInbound *offhook_inbound_new(const OffhookAudioFormat *format, OffhookInboundFrameFunc func,
				    gpointer user_data);
void offhook_inbound_free(OffhookInbound *self);

/** @timestamp_ms: place in the stream, or -1 for right after the last */
void offhook_inbound_push(OffhookInbound *self, gint64 now_us, const guint8 *data, gsize size,
			  gint64 timestamp_ms);

/** Puts silence where nothing came. Every 20 ms while offhook_inbound_is_silent(). */
void offhook_inbound_tick(OffhookInbound *self, gint64 now_us);
/** There was audio, and there has been none for OFFHOOK_INBOUND_SILENT_MS. */
gboolean offhook_inbound_is_silent(OffhookInbound *self, gint64 now_us);

const OffhookInboundStatistics *offhook_inbound_get_statistics(OffhookInbound *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookInbound, offhook_inbound_free)

/** What a frame touches of it. */
void offhook_inbound_add_hot(const OffhookInbound *self, OffhookHotSet *set);

G_END_DECLS
