/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One caller's life: opening, live, closing. */

#include "call.h"

#include "websocket.h"

#include <string.h>
#include <sys/epoll.h>

#define OPENING_US   (20 * G_USEC_PER_SEC)
#define CLOSING_US   (2 * G_USEC_PER_SEC)
#define PING_EVERY   50
#define READ_SIZE    (32 * 1024)
#define CLOSE_NORMAL 1000

void
load_call_init(LoadCall *self, LoadCommon *common)
{
	*self = (LoadCall){.common = common};
}

static void
load_call_forget(LoadCall *self)
{
	if (self->state == LOAD_CALL_LIVE)
		self->common->tally.live--;
	load_connection_close(&self->connection);
	load_playout_clear(&self->playout);
	self->state = LOAD_CALL_IDLE;
}

static void
load_call_fail(LoadCall *self, const char *why)
{
	load_tally_fail(&self->common->tally, why);
	load_pings_end(&self->pings);
	load_call_forget(self);
}

void
load_call_abort(LoadCall *self)
{
	if (self->state != LOAD_CALL_IDLE)
		load_call_forget(self);
}

void
load_call_start(LoadCall *self, guint64 number, gint64 now_us)
{
	const char *why;

	load_messages_init(&self->messages, number, self->common->options->l16);
	load_pings_init(&self->pings, &self->common->tally);
	load_playout_init(&self->playout);
	load_talk_init(&self->talk, &self->common->tally, now_us);
	self->ping_phase = (guint)g_random_int_range(0, PING_EVERY);
	self->key_phase = g_random_int();
	self->tone = LOAD_PING_TONES;
	self->frames = 0;
	self->raw_received = 0;
	self->raw_mark = 0;
	self->deadline_us = now_us + OPENING_US;
	self->state = LOAD_CALL_OPENING;
	self->common->tally.started++;
	why = load_connection_open(&self->connection, self->common->options, self->common->epoll,
				   self, number);
	if (why != NULL)
		load_call_fail(self, why);
}

static gboolean
load_call_send(LoadCall *self, const guint8 *frame, gsize size)
{
	if (size == 0 || load_connection_send(&self->connection, frame, size))
		return TRUE;
	load_call_fail(self, "the server does not read, or is gone");
	return FALSE;
}

static void
load_call_go_live(LoadCall *self, gint64 now_us)
{
	guint8 frame[LOAD_MESSAGE_MAX];

	self->state = LOAD_CALL_LIVE;
	self->common->tally.connected++;
	self->common->tally.live++;
	self->deadline_us = self->common->options->mode == LOAD_MODE_CHURN
				? now_us + self->common->options->hold_ms * 1000
				: G_MAXINT64;
	if (self->common->options->mode == LOAD_MODE_RAW)
		return;
	if (load_call_send(self, frame, load_messages_write_connected(&self->messages, frame)))
		load_call_send(self, frame, load_messages_write_start(&self->messages, frame));
}

/* ---- what is sent ---- */

static const LoadSound *
load_call_choose_ping(LoadCall *self, gint64 now_us)
{
	guint at = (guint)((self->frames + self->ping_phase) % PING_EVERY);

	if (at == 0)
		self->tone =
		    self->common->pings
			? load_pings_send(&self->pings, self->frames * LOAD_FRAME_SAMPLES, now_us)
			: LOAD_PING_TONES;
	if (at >= LOAD_PING_FRAMES || self->tone == LOAD_PING_TONES)
		return load_sounds_get_silence();
	return load_sounds_get_ping(self->tone, at);
}

static gsize
load_call_make_raw(LoadCall *self, guint8 *frame, gint64 now_us)
{
	gsize size = self->common->raw_size;

	memset(frame, 'x', size);
	if ((self->frames + self->ping_phase) % PING_EVERY == 0 && self->raw_mark == 0 &&
	    self->common->tally.measuring) {
		self->raw_mark = (self->frames + 1) * size;
		self->raw_mark_us = now_us;
		self->common->tally.pings_sent++;
	}
	return size;
}

/* A message of one key, which the '#' ends: the server has a turn of it. */
static void
load_call_press_keys(LoadCall *self)
{
	guint64 every = (guint64)self->common->options->keys_every_ms / LOAD_FRAME_MS;
	guint8 frame[LOAD_MESSAGE_MAX];

	if (every == 0 || (self->frames + self->key_phase) % every != 0)
		return;
	for (const char *key = "1#"; *key != '\0' && self->state == LOAD_CALL_LIVE; key++)
		load_call_send(self, frame, load_messages_write_key(&self->messages, *key, frame));
}

static void
load_call_send_audio(LoadCall *self, gint64 due_us, gint64 now_us)
{
	LoadTally *tally = &self->common->tally;
	guint8 frame[LOAD_MESSAGE_MAX];
	const LoadSound *sound;
	gsize size;

	if (self->common->options->mode == LOAD_MODE_RAW) {
		size = load_call_make_raw(self, frame, now_us);
	} else {
		if (self->common->options->mode == LOAD_MODE_TALK)
			sound = load_talk_next(&self->talk, &self->playout, now_us);
		else
			sound = load_call_choose_ping(self, now_us);
		size = load_messages_write_media(&self->messages, sound, frame);
	}
	self->frames++;
	tally->frames_sent += tally->measuring;
	if (tally->measuring)
		load_times_add(&tally->lateness, now_us - due_us);
	load_call_send(self, frame, size);
}

static void
load_call_send_marks(LoadCall *self, gint64 now_us)
{
	guint8 frame[LOAD_MESSAGE_MAX];
	char *name;

	while (self->state == LOAD_CALL_LIVE &&
	       (name = load_playout_pop_mark(&self->playout, now_us)) != NULL) {
		load_call_send(self, frame, load_messages_write_mark(&self->messages, name, frame));
		g_free(name);
	}
}

static void
load_call_send_close(LoadCall *self)
{
	guint8 frame[LOAD_WEBSOCKET_HEADER_MAX + 2];
	const guint8 code[2] = {CLOSE_NORMAL >> 8, CLOSE_NORMAL & 0xff};
	gsize n =
	    load_websocket_write_header(frame, LOAD_OPCODE_CLOSE, sizeof code, self->messages.key);

	memcpy(frame + n, code, sizeof code);
	load_websocket_mask(frame + n, sizeof code, self->messages.key);
	load_connection_send(&self->connection, frame, n + sizeof code);
}

void
load_call_end(LoadCall *self, gint64 now_us)
{
	guint8 frame[LOAD_MESSAGE_MAX];

	if (self->state == LOAD_CALL_OPENING)
		load_call_fail(self, "not connected in time");
	if (self->state != LOAD_CALL_LIVE)
		return;
	if (self->common->options->mode != LOAD_MODE_RAW) {
		gsize size = load_messages_write_stop(&self->messages, frame);

		if (size > 0)
			load_connection_send(&self->connection, frame, size);
		load_call_send_close(self);
	}
	load_connection_shut(&self->connection);
	self->common->tally.live--;
	self->common->tally.ended++;
	self->state = LOAD_CALL_CLOSING;
	self->deadline_us = now_us + CLOSING_US;
}

void
load_call_tick(LoadCall *self, gint64 due_us, gint64 now_us)
{
	switch (self->state) {
	case LOAD_CALL_IDLE:
		break;
	case LOAD_CALL_OPENING:
		if (now_us > self->deadline_us)
			load_call_fail(self, "not connected in time");
		break;
	case LOAD_CALL_LIVE:
		if (now_us > self->deadline_us) {
			load_call_end(self, now_us);
			break;
		}
		load_call_send_audio(self, due_us, now_us);
		if (self->state == LOAD_CALL_LIVE)
			load_call_press_keys(self);
		if (self->state == LOAD_CALL_LIVE && self->playout.marks.length > 0)
			load_call_send_marks(self, now_us);
		break;
	case LOAD_CALL_CLOSING:
		if (now_us > self->deadline_us)
			load_call_forget(self);
		break;
	}
}

/* ---- what comes ---- */

static void
load_call_take_codes(LoadCall *self, const guint8 *codes, gsize n, gint64 now_us)
{
	LoadTally *tally = &self->common->tally;

	tally->frames_received += tally->measuring;
	load_playout_push(&self->playout, codes, n, now_us);
	if (self->common->options->mode == LOAD_MODE_ECHO ||
	    self->common->options->mode == LOAD_MODE_CHURN)
		load_pings_receive(&self->pings, codes, n, now_us);
}

static void
load_call_take_audio(LoadCall *self, const LoadReceived *received, gint64 now_us)
{
	guint8 codes[LOAD_AUDIO_MAX];
	gssize n = load_messages_decode(received, codes);

	if (n < 0)
		load_call_fail(self, "the server sent audio that is no base64");
	else
		load_call_take_codes(self, codes, (gsize)n, now_us);
}

/* Vonage takes nothing but whole frames. */
static void
load_call_take_linear(LoadCall *self, const LoadFrame *frame, gint64 now_us)
{
	gint16 samples[LOAD_LINEAR_SAMPLES];
	guint8 codes[LOAD_FRAME_SAMPLES];

	if (!self->common->options->l16 || frame->size != sizeof samples) {
		load_call_fail(self, "the server sent a frame that the carrier would refuse");
		return;
	}
	memcpy(samples, frame->data, sizeof samples);
	load_mulaw_encode_linear(samples, LOAD_LINEAR_SAMPLES, codes);
	load_call_take_codes(self, codes, sizeof codes, now_us);
}

static void
load_call_take_message(LoadCall *self, const LoadFrame *frame, gint64 now_us)
{
	LoadTally *tally = &self->common->tally;
	LoadReceived received;

	load_messages_read(&self->messages, (const char *)frame->data, frame->size, &received);
	switch (received.kind) {
	case LOAD_RECEIVED_MEDIA:
		load_call_take_audio(self, &received, now_us);
		break;
	case LOAD_RECEIVED_MARK:
		tally->marks += tally->measuring;
		load_playout_push_mark(&self->playout, received.text, received.size, now_us);
		break;
	case LOAD_RECEIVED_CLEAR:
		tally->clears += tally->measuring;
		load_playout_flush(&self->playout, now_us);
		load_call_send_marks(self, now_us);
		break;
	case LOAD_RECEIVED_OTHER:
		break;
	case LOAD_RECEIVED_BROKEN:
		load_call_fail(self, "the server sent a message that the carrier would refuse");
		break;
	}
}

static void
load_call_send_pong(LoadCall *self, const LoadFrame *ping)
{
	guint8 frame[LOAD_WEBSOCKET_HEADER_MAX + 125];
	gsize n = load_websocket_write_header(frame, LOAD_OPCODE_PONG, MIN(ping->size, 125),
					      self->messages.key);

	memcpy(frame + n, ping->data, MIN(ping->size, 125));
	load_websocket_mask(frame + n, MIN(ping->size, 125), self->messages.key);
	load_call_send(self, frame, n + MIN(ping->size, 125));
}

static void
load_call_take_frame(LoadCall *self, const LoadFrame *frame, gint64 now_us)
{
	if (self->state != LOAD_CALL_LIVE)
		return;
	switch (frame->opcode) {
	case LOAD_OPCODE_TEXT:
		load_call_take_message(self, frame, now_us);
		break;
	case LOAD_OPCODE_PING:
		load_call_send_pong(self, frame);
		break;
	case LOAD_OPCODE_PONG:
		break;
	case LOAD_OPCODE_CLOSE:
		load_call_fail(self, "the server closed the stream");
		break;
	case LOAD_OPCODE_BINARY:
		load_call_take_linear(self, frame, now_us);
		break;
	default:
		load_call_fail(self, "the server sent a frame that the carrier would refuse");
		break;
	}
}

/* Returns: the bytes used. */
static gsize
load_call_take_frames(LoadCall *self, const guint8 *data, gsize size, gint64 now_us)
{
	gsize used = 0;

	while (self->state != LOAD_CALL_IDLE) {
		LoadFrame frame;
		gssize n = load_websocket_read(data + used, size - used, &frame);

		if (n < 0)
			load_call_fail(self, "the server sent a broken frame");
		if (n <= 0)
			break;
		load_call_take_frame(self, &frame, now_us);
		used += (gsize)n;
	}
	return used;
}

static void
load_call_take_raw(LoadCall *self, gsize size, gint64 now_us)
{
	LoadTally *tally = &self->common->tally;
	gsize frame = self->common->raw_size;
	guint64 before = self->raw_received / frame;

	self->raw_received += size;
	if (tally->measuring)
		tally->frames_received += self->raw_received / frame - before;
	if (self->raw_mark == 0 || self->raw_received < self->raw_mark)
		return;
	self->raw_mark = 0;
	tally->pings_returned++;
	load_times_add(&tally->delay, now_us - self->raw_mark_us);
}

/* Frames mostly come whole, and are then read where they are. */
static void
load_call_take_bytes(LoadCall *self, const guint8 *data, gsize size, gint64 now_us)
{
	GByteArray *partial = self->connection.partial;
	gsize used;

	if (partial != NULL && partial->len > 0) {
		g_byte_array_append(partial, data, (guint)size);
		used = load_call_take_frames(self, partial->data, partial->len, now_us);
		if (self->state != LOAD_CALL_IDLE)
			g_byte_array_remove_range(partial, 0, (guint)used);
		return;
	}
	used = load_call_take_frames(self, data, size, now_us);
	if (used == size || self->state == LOAD_CALL_IDLE)
		return;
	if (partial == NULL)
		partial = self->connection.partial = g_byte_array_new();
	g_byte_array_append(partial, data + used, (guint)(size - used));
}

static void
load_call_read(LoadCall *self, gint64 now_us)
{
	guint8 data[READ_SIZE];
	gssize n;

	do {
		n = load_connection_receive(&self->connection, data, sizeof data);
		if (n < 0 && self->state == LOAD_CALL_CLOSING)
			load_call_forget(self);
		else if (n < 0)
			load_call_fail(self, "the server ended the connection");
		else if (self->common->options->mode == LOAD_MODE_RAW)
			load_call_take_raw(self, (gsize)n, now_us);
		else if (n > 0)
			load_call_take_bytes(self, data, (gsize)n, now_us);
	} while (self->state != LOAD_CALL_IDLE &&
		 (n == sizeof data || (n > 0 && self->connection.tls != NULL)));
}

void
load_call_handle(LoadCall *self, guint32 events, gint64 now_us)
{
	if (self->state == LOAD_CALL_OPENING) {
		const char *why = load_connection_advance(&self->connection);

		if (why != NULL) {
			load_call_fail(self, why);
		} else if (self->connection.state == LOAD_CONNECTION_OPEN) {
			load_call_go_live(self, now_us);
			if (self->state == LOAD_CALL_LIVE && self->connection.partial != NULL)
				load_call_take_bytes(self, NULL, 0, now_us);
		}
		return;
	}
	if (self->state == LOAD_CALL_IDLE)
		return;
	if (events & EPOLLOUT && !load_connection_flush(&self->connection)) {
		load_call_fail(self, "the server is gone");
		return;
	}
	if (events & ~(guint32)EPOLLOUT)
		load_call_read(self, now_us);
}
