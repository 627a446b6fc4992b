/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Placing the caller's audio: by time stamp, with holes, duplicates, jitter and silence, on a clock
 * stepped by hand. Samples are numbered, so that each can be recognised.
 */

#include "media/inbound.h"

#define MS 1000

typedef struct {
	OffhookInbound *inbound;
	gint64 now_us;
	GByteArray *out;
	gint64 first_us; /* of the first frame given out */
	gint64 last_us;  /* end of the last */
} OffhookTestInbound;

static void
offhook_test_inbound_frame_cb(gpointer user_data, const guint8 *data, gsize size, gint64 start_us)
{
	OffhookTestInbound *self = user_data;

	g_assert_cmpuint(size, ==, 160);
	if (self->out->len == 0)
		self->first_us = start_us;
	self->last_us = start_us + 20 * MS;
	g_byte_array_append(self->out, data, size);
}

static void
offhook_test_inbound_begin(OffhookTestInbound *self)
{
	static const OffhookAudioFormat mulaw = {OFFHOOK_ENCODING_MULAW, 8000};

	*self = (OffhookTestInbound){.now_us = 5000 * MS};
	self->out = g_byte_array_new();
	self->inbound = offhook_inbound_new(&mulaw, offhook_test_inbound_frame_cb, self);
}

static void
offhook_test_inbound_end(OffhookTestInbound *self)
{
	offhook_inbound_free(self->inbound);
	g_byte_array_unref(self->out);
}

/* @ms of the byte @value, stamped @timestamp_ms, arriving @later_ms after the last. */
static void
offhook_test_inbound_push(OffhookTestInbound *self, guint later_ms, guint8 value, guint ms,
			  gint64 timestamp_ms)
{
	g_autofree char *data = g_strnfill(ms * 8, value);

	self->now_us += later_ms * MS;
	offhook_inbound_push(self->inbound, self->now_us, (guint8 *)data, ms * 8, timestamp_ms);
}

/* The value at each 20 ms. */
static void
offhook_test_inbound_assert(OffhookTestInbound *self, const char *values)
{
	g_autoptr(GString) seen = g_string_new(NULL);

	for (guint i = 0; i < self->out->len; i += 160) {
		g_string_append_c(seen, self->out->data[i] == 0xff ? '-' : self->out->data[i]);
		for (guint k = 1; k < 160; k++)
			g_assert_cmpuint(self->out->data[i + k], ==, self->out->data[i]);
	}
	g_assert_cmpstr(seen->str, ==, values);
}

static void
offhook_test_inbound_in_order(void)
{
	OffhookTestInbound self;

	offhook_test_inbound_begin(&self);
	offhook_test_inbound_push(&self, 0, 'a', 20, 100);
	offhook_test_inbound_push(&self, 20, 'b', 20, 120);
	offhook_test_inbound_push(&self, 20, 'c', 20, 140);
	offhook_test_inbound_push(&self, 20, 'd', 20, -1);
	offhook_test_inbound_assert(&self, "abcd");
	g_assert_cmpint(self.first_us, ==, 5000 * MS - 20 * MS);
	g_assert_cmpint(self.last_us, ==, self.now_us);
	g_assert_cmpuint(offhook_inbound_get_statistics(self.inbound)->gaps, ==, 0);
	g_assert_cmpuint(offhook_inbound_get_statistics(self.inbound)->frames, ==, 4);
	offhook_test_inbound_end(&self);
}

/* Any length from one byte on. */
static void
offhook_test_inbound_reframes(void)
{
	OffhookTestInbound self;
	guint8 bytes[1000];
	gsize at = 0;

	offhook_test_inbound_begin(&self);
	for (guint i = 0; i < 1000; i++)
		bytes[i] = i % 251;
	for (gsize n = 1; at < sizeof(bytes); at += n, n = n * 2 + 1) {
		n = MIN(n, sizeof(bytes) - at);
		offhook_inbound_push(self.inbound, self.now_us, bytes + at, n, -1);
	}
	g_assert_cmpmem(self.out->data, self.out->len, bytes, 960);
	offhook_test_inbound_end(&self);
}

static void
offhook_test_inbound_fills_hole(void)
{
	OffhookTestInbound self;

	offhook_test_inbound_begin(&self);
	offhook_test_inbound_push(&self, 0, 'a', 20, 0);
	offhook_test_inbound_push(&self, 80, 'b', 20, 80);
	offhook_test_inbound_assert(&self, "a---b");
	g_assert_cmpuint(offhook_inbound_get_statistics(self.inbound)->gaps, ==, 1);
	offhook_test_inbound_end(&self);
}

/* A hole of a minute is not made of silence; time goes on nevertheless. */
static void
offhook_test_inbound_jumps_long_hole(void)
{
	OffhookTestInbound self;

	offhook_test_inbound_begin(&self);
	offhook_test_inbound_push(&self, 0, 'a', 20, 0);
	offhook_test_inbound_push(&self, 60000, 'b', 20, 60000);
	offhook_test_inbound_assert(&self, "ab");
	g_assert_cmpint(ABS(self.last_us - self.now_us), <=, 300 * MS);
	offhook_test_inbound_end(&self);
}

/* Stamps that run ahead of real time make no silence out of nothing. */
static void
offhook_test_inbound_lying_stamps(void)
{
	OffhookTestInbound self;

	offhook_test_inbound_begin(&self);
	for (guint i = 0; i < 100; i++)
		offhook_test_inbound_push(&self, 1, 'a', 20, i * 2000);
	g_assert_cmpuint(self.out->len, <=, 100 * 160 + 100 * 8 + 200 * 8 + 160);
	offhook_test_inbound_end(&self);
}

static void
offhook_test_inbound_drops_duplicates(void)
{
	OffhookTestInbound self;

	offhook_test_inbound_begin(&self);
	offhook_test_inbound_push(&self, 0, 'a', 20, 0);
	offhook_test_inbound_push(&self, 20, 'b', 20, 20);
	offhook_test_inbound_push(&self, 0, 'b', 20, 20);
	offhook_test_inbound_push(&self, 0, 'a', 20, 0);
	offhook_test_inbound_push(&self, 20, 'c', 20, 40);
	offhook_test_inbound_assert(&self, "abc");
	g_assert_cmpuint(offhook_inbound_get_statistics(self.inbound)->dropped, ==, 2);
	offhook_test_inbound_end(&self);
}

static void
offhook_test_inbound_stream_restarts(void)
{
	OffhookTestInbound self;

	offhook_test_inbound_begin(&self);
	offhook_test_inbound_push(&self, 0, 'a', 20, 100000);
	offhook_test_inbound_push(&self, 20, 'b', 20, 0);
	offhook_test_inbound_push(&self, 20, 'c', 20, 20);
	offhook_test_inbound_assert(&self, "abc");
	offhook_test_inbound_end(&self);
}

static void
offhook_test_inbound_tick(OffhookTestInbound *self, guint ms)
{
	for (guint i = 0; i < ms; i += 20) {
		self->now_us += 20 * MS;
		offhook_inbound_tick(self->inbound, self->now_us);
	}
}

/* After 750 ms without frames the line is silent, from the begin of the pause on. */
static void
offhook_test_inbound_silent_line(void)
{
	OffhookTestInbound self;

	offhook_test_inbound_begin(&self);
	offhook_inbound_tick(self.inbound, self.now_us);
	g_assert_false(offhook_inbound_is_silent(self.inbound, self.now_us));
	offhook_test_inbound_push(&self, 0, 'a', 20, 0);
	offhook_test_inbound_tick(&self, 740);
	g_assert_cmpuint(self.out->len, ==, 160);
	offhook_test_inbound_tick(&self, 20);
	g_assert_cmpuint(self.out->len, ==, 160 * (1 + 38));
	g_assert_cmpint(self.last_us, ==, self.now_us);
	offhook_test_inbound_tick(&self, 1000);
	g_assert_cmpint(self.last_us, ==, self.now_us);

	/* Audio that counted the pause: joins. */
	offhook_test_inbound_push(&self, 20, 'b', 20, 1780);
	g_assert_cmpuint(self.out->data[self.out->len - 1], ==, 'b');
	g_assert_cmpint(self.last_us, ==, self.now_us);
	g_assert_cmpuint(offhook_inbound_get_statistics(self.inbound)->gaps, ==, 0);
	offhook_test_inbound_end(&self);
}

/* Audio that did not count the pause, or was held up by the network: used all the same. */
static void
offhook_test_inbound_late_burst(void)
{
	OffhookTestInbound self;

	offhook_test_inbound_begin(&self);
	offhook_test_inbound_push(&self, 0, 'a', 20, 0);
	offhook_test_inbound_tick(&self, 800);
	for (guint i = 0; i < 40; i++)
		offhook_test_inbound_push(&self, 0, 'b', 20, 20 + i * 20);
	g_assert_cmpuint(self.out->len, ==, 160 * (1 + 40 + 40));
	g_assert_cmpuint(offhook_inbound_get_statistics(self.inbound)->late, >=, 1);
	g_assert_cmpuint(offhook_inbound_get_statistics(self.inbound)->dropped, ==, 0);
	g_assert_cmpint(self.last_us, <=, self.now_us);
	offhook_test_inbound_end(&self);
}

/* Jitter does not make holes, and the far end's clock is followed. */
static void
offhook_test_inbound_clock_drift(void)
{
	OffhookTestInbound self;
	gint64 due_us;

	offhook_test_inbound_begin(&self);
	due_us = self.now_us;
	/* 0.1 % slow, with up to 60 ms of jitter, for 100 s */
	for (guint i = 0; i < 5000; i++) {
		due_us += 20020;
		self.now_us = MAX(self.now_us, due_us + g_test_rand_int_range(0, 60) * MS);
		offhook_test_inbound_push(&self, 0, 'a', 20, i * 20);
	}
	g_assert_cmpuint(self.out->len, ==, 5000 * 160);
	g_assert_cmpint(ABS(self.last_us - due_us), <, 30 * MS);
	/* 0.1 % fast */
	for (guint i = 5000; i < 10000; i++) {
		due_us += 19980;
		self.now_us = MAX(self.now_us, due_us + g_test_rand_int_range(0, 60) * MS);
		offhook_test_inbound_push(&self, 0, 'a', 20, i * 20);
	}
	g_assert_cmpint(ABS(self.last_us - due_us), <, 30 * MS);
	offhook_test_inbound_end(&self);
}

static void
offhook_test_inbound_sample_cb(gpointer user_data, const guint8 *data, gsize size, gint64 start_us)
{
	g_assert_cmpuint((guintptr)data % sizeof(gint16), ==, 0);
	g_byte_array_append(user_data, data, size);
}

/* A message that a socket received begins anywhere, but its samples are read as such. */
static void
offhook_test_inbound_odd_address(void)
{
	static const OffhookAudioFormat linear = {OFFHOOK_ENCODING_S16LE, 16000};
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(OffhookInbound) inbound =
	    offhook_inbound_new(&linear, offhook_test_inbound_sample_cb, out);
	guint8 received[2 * 640 + 1];

	for (guint i = 0; i < sizeof received; i++)
		received[i] = (guint8)(i / 3);
	for (guint i = 0; i < 2; i++)
		offhook_inbound_push(inbound, 5000 * MS + i * 40 * MS, received + i, 1280, i * 40);
	g_assert_cmpuint(out->len, ==, 2 * 1280);
	g_assert_cmpmem(out->data, 1280, received, 1280);
	g_assert_cmpmem(out->data + 1280, 1280, received + 1, 1280);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/inbound/in-order", offhook_test_inbound_in_order);
	g_test_add_func("/inbound/reframes", offhook_test_inbound_reframes);
	g_test_add_func("/inbound/fills-hole", offhook_test_inbound_fills_hole);
	g_test_add_func("/inbound/jumps-long-hole", offhook_test_inbound_jumps_long_hole);
	g_test_add_func("/inbound/lying-stamps", offhook_test_inbound_lying_stamps);
	g_test_add_func("/inbound/drops-duplicates", offhook_test_inbound_drops_duplicates);
	g_test_add_func("/inbound/stream-restarts", offhook_test_inbound_stream_restarts);
	g_test_add_func("/inbound/silent-line", offhook_test_inbound_silent_line);
	g_test_add_func("/inbound/late-burst", offhook_test_inbound_late_burst);
	g_test_add_func("/inbound/clock-drift", offhook_test_inbound_clock_drift);
	g_test_add_func("/inbound/odd-address", offhook_test_inbound_odd_address);
	return g_test_run();
}
