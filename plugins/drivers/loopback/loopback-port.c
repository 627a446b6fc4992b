/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A media port without a network: a timer in the media thread moves 20 ms each way, at times counted
 * from the first frame, so that a late wake-up is made good and drift does not add up. Media thread,
 * except what says otherwise.
 */

#include "loopback-port.h"

#include "far-buffer.h"

#include <offhook/context.h>
#include <offhook/g711.h>
#include <string.h>

#define FRAME_US      (OFFHOOK_FRAME_MS * G_TIME_SPAN_MILLISECOND)
#define MAX_CATCH_UP  25  /* frames; after a longer stop the line's time jumps instead */
#define AUDIBLE_LEVEL 300 /* of 32767; silence through G.711 and resampling stays below */

struct _OffhookLoopbackPort {
	OffhookMediaPort parent_instance;

	char *call_id;
	OffhookAudioFormat format;
	OffhookLoopbackParty *party;
	OffhookLoopbackFarBuffer *far;
	OffhookLoopbackHeardFile *heard; /* (nullable) */

	GMutex lock;
	GByteArray *injected; /* under lock */

	guint8 *frame;
	gint16 *samples; /* what the party hears */
	gsize frame_bytes;
	gsize n_samples;

	GSource *source;
	gint64 begin_us;
	guint64 ticks;
	gboolean started;
	gboolean closing;
	gboolean ended;

	void (*ended_func)(gpointer data);
	gpointer ended_data;
	GDestroyNotify ended_destroy;
};

G_DEFINE_FINAL_TYPE(OffhookLoopbackPort, offhook_loopback_port, OFFHOOK_TYPE_MEDIA_PORT)

/* ---- the end ---- */

static void
offhook_loopback_port_end(OffhookLoopbackPort *self)
{
	g_autoptr(OffhookLoopbackPort) alive = g_object_ref(self);

	if (self->ended)
		return;
	self->ended = TRUE;
	if (self->source != NULL) {
		g_source_destroy(self->source);
		g_clear_pointer(&self->source, g_source_unref);
	}
	g_clear_pointer(&self->heard, offhook_loopback_heard_file_finish);
	offhook_media_port_receive_end(OFFHOOK_MEDIA_PORT(self), NULL);
	if (self->ended_func != NULL)
		offhook_context_post(NULL, self->ended_func, g_steal_pointer(&self->ended_data),
				     self->ended_destroy);
}

/* ---- the party's ear ---- */

static void
offhook_loopback_port_take_injected(OffhookLoopbackPort *self)
{
	g_mutex_lock(&self->lock);
	if (self->injected->len > 0) {
		offhook_loopback_far_buffer_push(self->far, self->injected->data,
						 self->injected->len);
		g_byte_array_set_size(self->injected, 0);
	}
	g_mutex_unlock(&self->lock);
}

static gboolean
offhook_loopback_port_is_audible(OffhookLoopbackPort *self)
{
	for (gsize i = 0; i < self->n_samples; i++)
		if (self->samples[i] > AUDIBLE_LEVEL || self->samples[i] < -AUDIBLE_LEVEL)
			return TRUE;
	return FALSE;
}

static void
offhook_loopback_port_hear(OffhookLoopbackPort *self)
{
	gsize size;
	char *mark;

	offhook_loopback_port_take_injected(self);
	size = offhook_loopback_far_buffer_pull(self->far, self->frame, self->frame_bytes);
	memset(self->frame + size, offhook_encoding_get_silence(self->format.encoding),
	       self->frame_bytes - size);
	if (self->format.encoding == OFFHOOK_ENCODING_S16LE)
		memcpy(self->samples, self->frame, self->frame_bytes);
	else
		offhook_g711_decode(self->format.encoding, self->frame, self->n_samples,
				    self->samples);
	if (self->heard != NULL)
		offhook_loopback_heard_file_push(self->heard, self->samples, self->n_samples);
	offhook_loopback_party_hear(self->party, offhook_loopback_port_is_audible(self));
	while ((mark = offhook_loopback_far_buffer_pull_mark(self->far)) != NULL) {
		offhook_media_port_receive_mark(OFFHOOK_MEDIA_PORT(self), mark);
		g_free(mark);
	}
}

/* ---- time ---- */

static void
offhook_loopback_port_start(OffhookLoopbackPort *self)
{
	g_autoptr(OffhookStreamStart) start =
	    offhook_stream_start_new(self->call_id, self->call_id, &self->format);

	self->started = TRUE;
	offhook_media_port_receive_start(OFFHOOK_MEDIA_PORT(self), start);
}

gboolean
offhook_loopback_port_tick(OffhookLoopbackPort *self)
{
	if (self->ended)
		return FALSE;
	if (!self->started)
		offhook_loopback_port_start(self);
	if (!self->closing)
		offhook_loopback_port_hear(self);
	if (self->closing || !offhook_loopback_party_speak(self->party, self->frame)) {
		offhook_loopback_port_end(self);
		return FALSE;
	}
	offhook_media_port_receive_audio(OFFHOOK_MEDIA_PORT(self), self->frame, self->frame_bytes,
					 (gint64)self->ticks * OFFHOOK_FRAME_MS);
	self->ticks++;
	return TRUE;
}

static gint64
offhook_loopback_port_next_us(OffhookLoopbackPort *self)
{
	return self->begin_us + (gint64)(self->ticks + 1) * FRAME_US;
}

static gboolean
offhook_loopback_port_timer_cb(gpointer user_data)
{
	OffhookLoopbackPort *self = user_data;
	gint64 now = g_source_get_time(self->source);
	gint64 late = now - offhook_loopback_port_next_us(self);

	if (late > MAX_CATCH_UP * FRAME_US)
		self->begin_us += late;
	do {
		if (!offhook_loopback_port_tick(self))
			return G_SOURCE_REMOVE;
	} while (now >= offhook_loopback_port_next_us(self));
	g_source_set_ready_time(self->source, offhook_loopback_port_next_us(self));
	return G_SOURCE_CONTINUE;
}

static gboolean
offhook_loopback_port_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
	return callback(user_data);
}

static GSourceFuncs offhook_loopback_port_source_funcs = {
    .dispatch = offhook_loopback_port_dispatch,
};

/* ---- the port ---- */

static gboolean
offhook_loopback_port_open(OffhookMediaPort *port, GMainContext *context, GError **error)
{
	OffhookLoopbackPort *self = OFFHOOK_LOOPBACK_PORT(port);

	self->begin_us = g_get_monotonic_time();
	self->source = g_source_new(&offhook_loopback_port_source_funcs, sizeof(GSource));
	g_source_set_static_name(self->source, "loopback-port");
	g_source_set_priority(self->source, G_PRIORITY_HIGH);
	g_source_set_callback(self->source, offhook_loopback_port_timer_cb, g_object_ref(self),
			      g_object_unref);
	g_source_set_ready_time(self->source, offhook_loopback_port_next_us(self));
	g_source_attach(self->source, context);
	return TRUE;
}

static void
offhook_loopback_port_send_audio(OffhookMediaPort *port, const guint8 *data, gsize size)
{
	offhook_loopback_far_buffer_push(OFFHOOK_LOOPBACK_PORT(port)->far, data, size);
}

static void
offhook_loopback_port_send_mark(OffhookMediaPort *port, const char *name)
{
	offhook_loopback_far_buffer_push_mark(OFFHOOK_LOOPBACK_PORT(port)->far, name);
}

static void
offhook_loopback_port_clear(OffhookMediaPort *port)
{
	offhook_loopback_far_buffer_clear(OFFHOOK_LOOPBACK_PORT(port)->far);
}

/* `ended` comes from the next tick, never from inside this call. */
static void
offhook_loopback_port_close(OffhookMediaPort *port)
{
	OffhookLoopbackPort *self = OFFHOOK_LOOPBACK_PORT(port);

	self->closing = TRUE;
	if (self->source != NULL)
		g_source_set_ready_time(self->source, 0);
	else
		offhook_loopback_port_end(self);
}

OffhookLoopbackPort *
offhook_loopback_port_new(const char *call_id, const OffhookLoopbackManners *manners,
			  OffhookLoopbackHeardFile *heard)
{
	OffhookLoopbackPort *self = g_object_new(OFFHOOK_TYPE_LOOPBACK_PORT, NULL);
	OffhookMediaPort *port = OFFHOOK_MEDIA_PORT(self);

	self->call_id = g_strdup(call_id);
	self->format = manners->format;
	self->heard = heard;
	self->party = offhook_loopback_party_new(manners);
	self->frame_bytes = offhook_loopback_party_get_frame_bytes(self->party);
	self->n_samples = self->format.rate / 1000 * OFFHOOK_FRAME_MS;
	self->frame = g_malloc(self->frame_bytes);
	self->samples = g_new(gint16, self->n_samples);
	self->far = offhook_loopback_far_buffer_new(
	    offhook_audio_format_get_bytes(&self->format, OFFHOOK_LOOPBACK_FAR_BUFFER_MS));
	offhook_media_port_set_formats(port, &self->format, &self->format);
	/* Keys come as tones in the audio, so that the daemon's own detector is used. */
	offhook_media_port_set_features(port, OFFHOOK_MEDIA_MARKS | OFFHOOK_MEDIA_CLEAR);
	return self;
}

void
offhook_loopback_port_set_ended(OffhookLoopbackPort *self, void (*func)(gpointer data),
				gpointer data, GDestroyNotify destroy)
{
	self->ended_func = func;
	self->ended_data = data;
	self->ended_destroy = destroy;
}

void
offhook_loopback_port_inject(OffhookLoopbackPort *self, GBytes *audio)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(audio, &size);

	g_mutex_lock(&self->lock);
	if (self->injected->len <=
	    offhook_audio_format_get_bytes(&self->format, OFFHOOK_LOOPBACK_FAR_BUFFER_MS))
		g_byte_array_append(self->injected, data, (guint)size);
	g_mutex_unlock(&self->lock);
}

static void
offhook_loopback_port_finalize(GObject *object)
{
	OffhookLoopbackPort *self = OFFHOOK_LOOPBACK_PORT(object);

	if (self->ended_data != NULL && self->ended_destroy != NULL)
		self->ended_destroy(self->ended_data);
	g_clear_pointer(&self->heard, offhook_loopback_heard_file_finish);
	offhook_loopback_party_free(self->party);
	offhook_loopback_far_buffer_free(self->far);
	g_byte_array_unref(self->injected);
	g_mutex_clear(&self->lock);
	g_free(self->call_id);
	g_free(self->frame);
	g_free(self->samples);

	G_OBJECT_CLASS(offhook_loopback_port_parent_class)->finalize(object);
}

static void
offhook_loopback_port_init(OffhookLoopbackPort *self)
{
	g_mutex_init(&self->lock);
	self->injected = g_byte_array_new();
}

static void
offhook_loopback_port_class_init(OffhookLoopbackPortClass *klass)
{
	OffhookMediaPortClass *port_class = OFFHOOK_MEDIA_PORT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_loopback_port_finalize;
	port_class->open = offhook_loopback_port_open;
	port_class->send_audio = offhook_loopback_port_send_audio;
	port_class->send_mark = offhook_loopback_port_send_mark;
	port_class->clear = offhook_loopback_port_clear;
	port_class->close = offhook_loopback_port_close;
}
