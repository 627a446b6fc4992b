/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The recent past and near future of the recording are a few blocks of stereo samples in memory, in
 * the encoding they came in; a block that is old enough goes to the writer, which owns the file and
 * frees the block. A block that never reaches the file leaves a hole in it, which reads as silence.
 * This file is the media thread's side; see recording-writer.c for the other.
 */

#include "media/recorder.h"

#include "media/recording-writer.h"
#include <string.h>

#define OFFHOOK_RECORDER_BLOCKS       9  /* horizon, future, and the parts of blocks at both ends */
#define OFFHOOK_RECORDER_TOLERANCE_MS 60 /* of jitter, that must not tear audio apart */

struct _OffhookRecorder {
	OffhookRecording *recording;
	guint rate;
	gint64 start_us;
	gboolean linear;                          /* samples of 16 bits, and not of 8 */
	guint8 silence;                           /* what an empty block is full of */
	gsize block_frames;                       /* a frame is one sample of both channels */
	guint64 flushed;                          /* blocks handed over */
	gpointer blocks[OFFHOOK_RECORDER_BLOCKS]; /* from `flushed` on, by number modulo */
	gint64 next[2];                           /* the frame behind each channel's last */
	guint64 length;                           /* frames that the recording has, up to now */
};

OffhookRecorder *
offhook_recorder_new(const OffhookRecorderFile *file, gint64 start_us,
		     OffhookRecorderErrorFunc error_func, gpointer user_data,
		     GDestroyNotify destroy)
{
	OffhookRecorder *self = g_new0(OffhookRecorder, 1);

	self->recording = offhook_recording_new(file, error_func, user_data, destroy);
	self->rate = file->audio.rate;
	self->linear = file->audio.encoding == OFFHOOK_ENCODING_S16LE;
	self->silence = offhook_encoding_get_silence(file->audio.encoding);
	self->start_us = start_us;
	self->block_frames = (gsize)self->rate * OFFHOOK_RECORDER_BLOCK_MS / 1000;
	return self;
}

static gint64
offhook_recorder_to_frame(OffhookRecorder *self, gint64 at_us)
{
	return (at_us - self->start_us) * self->rate / G_USEC_PER_SEC;
}

static gpointer *
offhook_recorder_get_slot(OffhookRecorder *self, guint64 block)
{
	return &self->blocks[block % OFFHOOK_RECORDER_BLOCKS];
}

static gpointer
offhook_recorder_make_block(OffhookRecorder *self)
{
	gsize size = self->block_frames * 2 * (self->linear ? sizeof(gint16) : 1);

	return memset(g_malloc(size), self->silence, size);
}

/* The block that @frame is in, with its place there; NULL when it is written or too far ahead. */
static gpointer
offhook_recorder_find(OffhookRecorder *self, gint64 frame, gboolean create, gsize *offset)
{
	guint64 block;
	gpointer *slot;

	if (frame < 0)
		return NULL;
	block = frame / self->block_frames;
	*offset = frame % self->block_frames;
	if (block < self->flushed || block >= self->flushed + OFFHOOK_RECORDER_BLOCKS)
		return NULL;
	slot = offhook_recorder_get_slot(self, block);
	if (*slot == NULL && create)
		*slot = offhook_recorder_make_block(self);
	return *slot;
}

/* @samples: @n of one channel, the first of which is number @first of what is being put */
static void
offhook_recorder_put(OffhookRecorder *self, gpointer block, gsize at, gconstpointer samples,
		     gsize first, gsize n)
{
	if (self->linear)
		for (gsize i = 0; i < n; i++)
			((gint16 *)block)[at + 2 * i] = ((const gint16 *)samples)[first + i];
	else
		for (gsize i = 0; i < n; i++)
			((guint8 *)block)[at + 2 * i] = ((const guint8 *)samples)[first + i];
}

void
offhook_recorder_write(OffhookRecorder *self, OffhookRecorderChannel channel, gint64 at_us,
		       gconstpointer samples, gsize n)
{
	gint64 frame = offhook_recorder_to_frame(self, at_us);
	gint64 tolerance = (gint64)self->rate * OFFHOOK_RECORDER_TOLERANCE_MS / 1000;
	gsize done = 0;

	if (ABS(frame - self->next[channel]) <= tolerance)
		frame = self->next[channel];
	self->next[channel] = frame + n;
	while (done < n) {
		gsize offset = 0;
		gpointer block = offhook_recorder_find(self, frame, TRUE, &offset);
		gsize run = MIN(n - done, self->block_frames - offset);

		if (frame < 0)
			run = MIN(n - done, (gsize)-frame);
		if (block != NULL)
			offhook_recorder_put(self, block, offset * 2 + channel, samples, done, run);
		frame += run;
		done += run;
	}
}

void
offhook_recorder_cut(OffhookRecorder *self, OffhookRecorderChannel channel, gint64 from_us)
{
	const gint16 silence = (gint16)(self->silence << 8 | self->silence);
	gint64 from = MAX(offhook_recorder_to_frame(self, from_us),
			  (gint64)(self->flushed * self->block_frames));

	for (gint64 frame = from; frame < self->next[channel]; frame++) {
		gsize offset;
		gpointer block = offhook_recorder_find(self, frame, FALSE, &offset);

		if (block != NULL)
			offhook_recorder_put(self, block, offset * 2 + channel, &silence, 0, 1);
	}
	self->next[channel] = MIN(self->next[channel], from);
}

/* Hands over the oldest block, of which @frames count. */
static void
offhook_recorder_flush_block(OffhookRecorder *self, gsize frames)
{
	gpointer *slot = offhook_recorder_get_slot(self, self->flushed);

	if (*slot == NULL)
		*slot = offhook_recorder_make_block(self);
	offhook_recording_write(self->recording, self->flushed * self->block_frames,
				g_steal_pointer(slot), frames);
	self->flushed++;
}

void
offhook_recorder_advance(OffhookRecorder *self, gint64 now_us)
{
	gint64 frame = offhook_recorder_to_frame(self, now_us);
	gint64 horizon = (gint64)self->rate * OFFHOOK_RECORDER_HORIZON_MS / 1000;

	self->length = MAX(frame, (gint64)self->length);
	while ((gint64)((self->flushed + 1) * self->block_frames) + horizon <= frame)
		offhook_recorder_flush_block(self, self->block_frames);
}

void
offhook_recorder_finish(OffhookRecorder *self, gint64 now_us)
{
	guint64 end;

	offhook_recorder_advance(self, now_us);
	end = self->length;
	while (self->flushed * self->block_frames < end)
		offhook_recorder_flush_block(
		    self, MIN(self->block_frames, end - self->flushed * self->block_frames));
	for (guint i = 0; i < OFFHOOK_RECORDER_BLOCKS; i++)
		g_free(self->blocks[i]);
	offhook_recording_finish(self->recording);
	g_free(self);
}

guint64
offhook_recorder_get_length_ms(OffhookRecorder *self)
{
	return self->length * 1000 / self->rate;
}

void
offhook_recorder_sync(void)
{
	offhook_recording_writer_sync();
}
