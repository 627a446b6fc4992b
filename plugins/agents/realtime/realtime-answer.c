/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An answer's items one after another, each with its length. Main thread.
 */

#include "realtime-answer.h"

#include "realtime-message.h"

#include <offhook/g711.h>
#include <offhook/resampler.h>
#include <string.h>

#define OFFHOOK_REALTIME_MULAW_BYTES 8  /* a millisecond */
#define OFFHOOK_REALTIME_PCM_BYTES   48 /* of 24 kHz */

typedef struct {
	char *id;
	gsize bytes;
} OffhookRealtimeItem;

struct _OffhookRealtimeAnswer {
	gboolean mulaw;
	OffhookResampler *resampler;
	GByteArray *odd; /* half a sample, until the other half comes */
	GPtrArray *items;
};

static void
offhook_realtime_item_free(gpointer data)
{
	OffhookRealtimeItem *self = data;

	g_free(self->id);
	g_free(self);
}

OffhookRealtimeAnswer *
offhook_realtime_answer_new(gboolean mulaw)
{
	OffhookRealtimeAnswer *self = g_new0(OffhookRealtimeAnswer, 1);

	self->mulaw = mulaw;
	self->resampler = offhook_resampler_new(mulaw ? 8000 : 24000, OFFHOOK_RATE);
	self->odd = g_byte_array_new();
	self->items = g_ptr_array_new_with_free_func(offhook_realtime_item_free);
	return self;
}

void
offhook_realtime_answer_free(OffhookRealtimeAnswer *self)
{
	if (self == NULL)
		return;
	offhook_resampler_free(self->resampler);
	g_byte_array_unref(self->odd);
	g_ptr_array_unref(self->items);
	g_free(self);
}

void
offhook_realtime_answer_reset(OffhookRealtimeAnswer *self)
{
	g_autoptr(GBytes) rest = offhook_realtime_answer_flush(self);

	g_byte_array_set_size(self->odd, 0);
	g_ptr_array_set_size(self->items, 0);
}

gboolean
offhook_realtime_answer_has_sound(OffhookRealtimeAnswer *self)
{
	return self->items->len > 0;
}

static void
offhook_realtime_answer_count(OffhookRealtimeAnswer *self, const char *item_id, gsize bytes)
{
	OffhookRealtimeItem *item =
	    self->items->len > 0 ? g_ptr_array_index(self->items, self->items->len - 1) : NULL;

	if (item == NULL || !g_str_equal(item->id, item_id)) {
		item = g_new0(OffhookRealtimeItem, 1);
		item->id = g_strdup(item_id);
		g_ptr_array_add(self->items, item);
	}
	item->bytes += bytes;
}

static void
offhook_realtime_answer_decode(OffhookRealtimeAnswer *self, const guint8 *data, gsize size,
			       GByteArray *out)
{
	g_autofree gint16 *samples = NULL;
	gsize n = size;

	if (self->mulaw) {
		samples = g_new(gint16, size);
		offhook_g711_decode(OFFHOOK_ENCODING_MULAW, data, size, samples);
	} else {
		g_byte_array_append(self->odd, data, size);
		n = self->odd->len / sizeof(gint16);
		if (n == 0)
			return;
		samples = g_new(gint16, n);
		memcpy(samples, self->odd->data, n * sizeof(gint16));
		g_byte_array_remove_range(self->odd, 0, n * sizeof(gint16));
	}
	offhook_resampler_push(self->resampler, samples, n, out);
}

GBytes *
offhook_realtime_answer_take(OffhookRealtimeAnswer *self, const char *item_id, GBytes *audio)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	gsize size;
	const guint8 *data = g_bytes_get_data(audio, &size);

	if (size == 0)
		return NULL;
	offhook_realtime_answer_count(self, item_id, size);
	offhook_realtime_answer_decode(self, data, size, out);
	return out->len > 0 ? g_byte_array_free_to_bytes(g_steal_pointer(&out)) : NULL;
}

GBytes *
offhook_realtime_answer_flush(OffhookRealtimeAnswer *self)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	offhook_resampler_flush(self->resampler, out);
	return out->len > 0 ? g_byte_array_free_to_bytes(g_steal_pointer(&out)) : NULL;
}

void
offhook_realtime_answer_cut(OffhookRealtimeAnswer *self, OffhookRealtimeLink *link, guint ms)
{
	for (guint i = 0; i < self->items->len; i++) {
		OffhookRealtimeItem *item = g_ptr_array_index(self->items, i);
		guint length_ms = (guint)(item->bytes / (self->mulaw ? OFFHOOK_REALTIME_MULAW_BYTES
								     : OFFHOOK_REALTIME_PCM_BYTES));
		guint heard_ms = MIN(ms, length_ms);

		ms -= heard_ms;
		if (heard_ms == 0)
			offhook_realtime_link_send(link, offhook_realtime_make_delete(item->id));
		else if (heard_ms < length_ms)
			offhook_realtime_link_send(
			    link, offhook_realtime_make_truncate(item->id, heard_ms));
	}
	g_ptr_array_set_size(self->items, 0);
}
