/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The carrier's play buffer: audio queues up as it arrives and leaves at line speed, one 20 ms
 * frame per step. A mark falls due when the last sample before it has left the line, which is one
 * step after its frame was taken; a clear makes all of them due. It has no clock of its own: the
 * caller steps it, so tests need not wait. */

#include "playout.h"

#include <string.h>

typedef struct {
	guint64 position; /* samples that must have been played before it is due */
	gchar *name;
} OffhookEmuMark;

struct _OffhookEmuPlayout {
	GArray *audio;    /* gint16 */
	gsize frame;      /* samples of one step */
	gsize limit;      /* samples that fit */
	gsize head;       /* samples of @audio already taken */
	guint64 taken;    /* samples ever taken off the buffer */
	guint64 finished; /* of those, samples whose sound is over */
	GQueue marks;     /* OffhookEmuMark, oldest first */
};

static void
offhook_emu_mark_free(gpointer data)
{
	OffhookEmuMark *mark = data;

	g_free(mark->name);
	g_free(mark);
}

OffhookEmuPlayout *
offhook_emu_playout_new(guint rate, guint limit_ms)
{
	OffhookEmuPlayout *self = g_new0(OffhookEmuPlayout, 1);

	self->audio = g_array_new(FALSE, FALSE, sizeof(gint16));
	self->frame = rate * OFFHOOK_EMU_PLAYOUT_MS / 1000;
	self->limit = (gsize)rate * limit_ms / 1000;
	g_queue_init(&self->marks);
	return self;
}

void
offhook_emu_playout_free(OffhookEmuPlayout *self)
{
	g_array_unref(self->audio);
	g_queue_clear_full(&self->marks, offhook_emu_mark_free);
	g_free(self);
}

gsize
offhook_emu_playout_get_buffered(OffhookEmuPlayout *self)
{
	return self->audio->len - self->head;
}

/* Samples that were heard: silence put in for want of audio does not count. */
guint64
offhook_emu_playout_get_played(OffhookEmuPlayout *self)
{
	return self->taken;
}

guint
offhook_emu_playout_get_pending_marks(OffhookEmuPlayout *self)
{
	return self->marks.length;
}

/* Returns how many samples did not fit. */
gsize
offhook_emu_playout_push(OffhookEmuPlayout *self, const gint16 *audio, gsize length)
{
	gsize room = self->limit - offhook_emu_playout_get_buffered(self);
	gsize accepted = MIN(length, room);

	if (self->head > 65536) {
		g_array_remove_range(self->audio, 0, (guint)self->head);
		self->head = 0;
	}
	g_array_append_vals(self->audio, audio, (guint)accepted);
	return length - accepted;
}

static void
offhook_emu_playout_collect(OffhookEmuPlayout *self, guint64 upto, GPtrArray *due)
{
	OffhookEmuMark *mark;

	while ((mark = g_queue_peek_head(&self->marks)) != NULL && mark->position <= upto) {
		g_queue_pop_head(&self->marks);
		g_ptr_array_add(due, g_steal_pointer(&mark->name));
		offhook_emu_mark_free(mark);
	}
}

/* Adds the mark's name to @due at once when nothing is buffered or sounding. FALSE: too many marks
 * are waiting. */
gboolean
offhook_emu_playout_mark(OffhookEmuPlayout *self, const gchar *name, GPtrArray *due)
{
	OffhookEmuMark *mark;

	if (self->marks.length >= OFFHOOK_EMU_PLAYOUT_MAX_MARKS)
		return FALSE;
	mark = g_new0(OffhookEmuMark, 1);
	mark->position = self->taken + offhook_emu_playout_get_buffered(self);
	mark->name = g_strdup(name);
	g_queue_push_tail(&self->marks, mark);
	offhook_emu_playout_collect(self, self->finished, due);
	return TRUE;
}

/* Drops what is buffered, makes every mark due and returns the number of samples dropped. */
gsize
offhook_emu_playout_clear(OffhookEmuPlayout *self, GPtrArray *due)
{
	gsize dropped = offhook_emu_playout_get_buffered(self);

	g_array_set_size(self->audio, 0);
	self->head = 0;
	offhook_emu_playout_collect(self, G_MAXUINT64, due);
	return dropped;
}

/* 20 ms pass: what was sounding is over, and the next frame begins to sound. Returns its samples
 * of real audio. */
gsize
offhook_emu_playout_step(OffhookEmuPlayout *self, gint16 *frame, GPtrArray *due)
{
	gsize length = MIN(offhook_emu_playout_get_buffered(self), self->frame);

	self->finished = self->taken;
	offhook_emu_playout_collect(self, self->finished, due);
	if (length > 0)
		memcpy(frame, &g_array_index(self->audio, gint16, self->head),
		       length * sizeof *frame);
	memset(frame + length, 0, (self->frame - length) * sizeof *frame);
	self->head += length;
	self->taken += length;
	return length;
}
