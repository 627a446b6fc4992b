/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the caller's side is about to send. With jitter, every message is held a random while, in
 * order, so that a long hold is followed by a burst. Late marks wait in a lane of their own.
 * Without faults nothing waits here. */

#include "outbox.h"

typedef struct {
	GSource base;
	OffhookEmuOutbox *outbox;
} OffhookEmuOutboxSource;

struct _OffhookEmuOutbox {
	guint jitter_ms;
	guint late_marks_ms;
	OffhookEmuOutboxFunc send;
	gpointer user_data;
	GQueue lanes[2]; /* OffhookEmuOutgoing: everything, and late marks */
	GSource *source;
};

static void
offhook_emu_outgoing_free(gpointer data)
{
	OffhookEmuOutgoing *self = data;

	g_free(self->samples);
	g_free(self->mark);
	g_free(self);
}

/* Sends what is due and arranges to be woken for the rest. */
static void
offhook_emu_outbox_pump(OffhookEmuOutbox *self, gint64 now_us)
{
	gint64 next = -1;

	for (guint i = 0; i < G_N_ELEMENTS(self->lanes); i++) {
		OffhookEmuOutgoing *head;

		while ((head = g_queue_peek_head(&self->lanes[i])) != NULL &&
		       head->release_us <= now_us) {
			g_queue_pop_head(&self->lanes[i]);
			self->send(head, self->user_data);
			offhook_emu_outgoing_free(head);
		}
		if (head != NULL && (next < 0 || head->release_us < next))
			next = head->release_us;
	}
	g_source_set_ready_time(self->source, next);
}

static gboolean
offhook_emu_outbox_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
	offhook_emu_outbox_pump(((OffhookEmuOutboxSource *)source)->outbox, g_get_monotonic_time());
	return G_SOURCE_CONTINUE;
}

OffhookEmuOutbox *
offhook_emu_outbox_new(guint jitter_ms, guint late_marks_ms, OffhookEmuOutboxFunc send,
		       gpointer user_data)
{
	static GSourceFuncs functions = {.dispatch = offhook_emu_outbox_dispatch};
	OffhookEmuOutbox *self = g_new0(OffhookEmuOutbox, 1);

	self->jitter_ms = jitter_ms;
	self->late_marks_ms = late_marks_ms;
	self->send = send;
	self->user_data = user_data;
	for (guint i = 0; i < G_N_ELEMENTS(self->lanes); i++)
		g_queue_init(&self->lanes[i]);
	self->source = g_source_new(&functions, sizeof(OffhookEmuOutboxSource));
	((OffhookEmuOutboxSource *)self->source)->outbox = self;
	g_source_set_priority(self->source, G_PRIORITY_HIGH);
	g_source_attach(self->source, g_main_context_get_thread_default());
	return self;
}

void
offhook_emu_outbox_free(OffhookEmuOutbox *self)
{
	g_source_destroy(self->source);
	g_source_unref(self->source);
	for (guint i = 0; i < G_N_ELEMENTS(self->lanes); i++)
		g_queue_clear_full(&self->lanes[i], offhook_emu_outgoing_free);
	g_free(self);
}

/* Order is kept: nothing leaves before what was put in earlier. */
static void
offhook_emu_outbox_add(OffhookEmuOutbox *self, OffhookEmuOutgoing *outgoing, guint lane,
		       gint64 hold_us)
{
	OffhookEmuOutgoing *last = g_queue_peek_tail(&self->lanes[lane]);
	gint64 now_us = g_get_monotonic_time();

	outgoing->release_us = now_us + hold_us;
	if (last != NULL)
		outgoing->release_us = MAX(outgoing->release_us, last->release_us);
	g_queue_push_tail(&self->lanes[lane], outgoing);
	offhook_emu_outbox_pump(self, now_us);
}

static gint64
offhook_emu_outbox_get_jitter_us(OffhookEmuOutbox *self)
{
	if (self->jitter_ms == 0)
		return 0;
	return g_random_int_range(0, (gint32)self->jitter_ms * 1000 + 1);
}

void
offhook_emu_outbox_add_audio(OffhookEmuOutbox *self, gint64 timestamp_ms, const gint16 *samples,
			     gsize length)
{
	OffhookEmuOutgoing *outgoing = g_new0(OffhookEmuOutgoing, 1);

	outgoing->kind = OFFHOOK_EMU_OUTGOING_AUDIO;
	outgoing->timestamp_ms = timestamp_ms;
	outgoing->samples = g_memdup2(samples, length * sizeof *samples);
	outgoing->length = length;
	offhook_emu_outbox_add(self, outgoing, 0, offhook_emu_outbox_get_jitter_us(self));
}

void
offhook_emu_outbox_add_key(OffhookEmuOutbox *self, gchar digit)
{
	OffhookEmuOutgoing *outgoing = g_new0(OffhookEmuOutgoing, 1);

	outgoing->kind = OFFHOOK_EMU_OUTGOING_KEY;
	outgoing->digit = digit;
	offhook_emu_outbox_add(self, outgoing, 0, offhook_emu_outbox_get_jitter_us(self));
}

void
offhook_emu_outbox_add_mark(OffhookEmuOutbox *self, const gchar *mark)
{
	OffhookEmuOutgoing *outgoing = g_new0(OffhookEmuOutgoing, 1);

	outgoing->kind = OFFHOOK_EMU_OUTGOING_MARK;
	outgoing->mark = g_strdup(mark);
	if (self->late_marks_ms > 0)
		offhook_emu_outbox_add(self, outgoing, 1, (gint64)self->late_marks_ms * 1000);
	else
		offhook_emu_outbox_add(self, outgoing, 0, offhook_emu_outbox_get_jitter_us(self));
}

/* Everything leaves now, held or not: the stream is about to stop. */
void
offhook_emu_outbox_flush(OffhookEmuOutbox *self)
{
	offhook_emu_outbox_pump(self, G_MAXINT64);
}
