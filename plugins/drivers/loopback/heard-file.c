/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The party's ear on disk. The media thread collects a second at a time and hands it to a work
 * queue; the file is opened, written and closed there. When the disk is too slow, audio is dropped;
 * when it fails, the file is given up with one line in the log.
 */

#include "heard-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <offhook/context.h>
#include <offhook/wav.h>
#include <offhook/work-queue.h>
#include <stdio.h>

#define MAX_WAITING 64 /* seconds of audio that may wait for the disk */

/* Belongs to the jobs; whoever drops the last reference closes the file. */
typedef struct {
	gatomicrefcount ref_count;
	char *path;
	guint rate;
	FILE *file;
	guint64 written;
	gboolean failed;
	void (*closed)(gpointer user_data);
	gpointer user_data;
} OffhookLoopbackWriter;

typedef struct {
	OffhookLoopbackWriter *writer;
	GByteArray *audio;
} OffhookLoopbackWrite;

struct _OffhookLoopbackHeardFile {
	OffhookWorkQueue *queue;
	OffhookLoopbackWriter *writer;
	GByteArray *audio;
	gsize second; /* bytes */
};

static gboolean
offhook_loopback_writer_write_header(OffhookLoopbackWriter *writer)
{
	guint8 header[OFFHOOK_WAV_HEADER_BYTES];

	offhook_wav_build_header(header, writer->rate, 1, writer->written);
	return fseek(writer->file, 0, SEEK_SET) == 0 &&
	       fwrite(header, sizeof header, 1, writer->file) == 1 &&
	       fseek(writer->file, 0, SEEK_END) == 0;
}

static void
offhook_loopback_writer_fail(OffhookLoopbackWriter *writer)
{
	g_warning("heard audio is not written: %s: %s", writer->path, g_strerror(errno));
	writer->failed = TRUE;
}

static void
offhook_loopback_writer_unref(OffhookLoopbackWriter *writer)
{
	gboolean complete;

	if (!g_atomic_ref_count_dec(&writer->ref_count))
		return;
	if (writer->file != NULL) {
		complete = writer->failed || offhook_loopback_writer_write_header(writer);
		if (fclose(writer->file) != 0 || !complete)
			offhook_loopback_writer_fail(writer);
	}
	if (writer->closed != NULL)
		offhook_context_post(NULL, writer->closed, writer->user_data, NULL);
	g_free(writer->path);
	g_free(writer);
}

static void
offhook_loopback_write_run(gpointer data)
{
	OffhookLoopbackWrite *write = data;
	OffhookLoopbackWriter *writer = write->writer;

	if (writer->file == NULL && !writer->failed) {
		writer->file = g_fopen(writer->path, "wbe");
		if (writer->file == NULL || !offhook_loopback_writer_write_header(writer))
			offhook_loopback_writer_fail(writer);
	}
	if (writer->failed || write->audio->len == 0)
		return;
	if (fwrite(write->audio->data, write->audio->len, 1, writer->file) == 1)
		writer->written += write->audio->len;
	else
		offhook_loopback_writer_fail(writer);
}

static void
offhook_loopback_write_free(gpointer data)
{
	OffhookLoopbackWrite *write = data;

	offhook_loopback_writer_unref(write->writer);
	g_byte_array_unref(write->audio);
	g_free(write);
}

/* @writer: (transfer full) */
static void
offhook_loopback_heard_file_flush(OffhookLoopbackHeardFile *self, OffhookLoopbackWriter *writer)
{
	OffhookLoopbackWrite *write = g_new(OffhookLoopbackWrite, 1);

	write->writer = writer;
	write->audio = g_steal_pointer(&self->audio);
	self->audio = g_byte_array_sized_new((guint)self->second);
	offhook_work_queue_push(self->queue, offhook_loopback_write_run, write,
				offhook_loopback_write_free);
}

OffhookLoopbackHeardFile *
offhook_loopback_heard_file_new(const char *path, guint rate, void (*closed)(gpointer user_data),
				gpointer user_data)
{
	OffhookLoopbackHeardFile *self = g_new0(OffhookLoopbackHeardFile, 1);

	self->queue = offhook_work_queue_new("loopback-heard", MAX_WAITING);
	self->second = (gsize)rate * sizeof(gint16);
	self->audio = g_byte_array_sized_new((guint)self->second);
	self->writer = g_new0(OffhookLoopbackWriter, 1);
	g_atomic_ref_count_init(&self->writer->ref_count);
	self->writer->path = g_strdup(path);
	self->writer->rate = rate;
	self->writer->closed = closed;
	self->writer->user_data = user_data;
	return self;
}

void
offhook_loopback_heard_file_push(OffhookLoopbackHeardFile *self, const gint16 *samples, gsize n)
{
	g_byte_array_append(self->audio, (const guint8 *)samples, (guint)(n * sizeof *samples));
	if (self->audio->len < self->second)
		return;
	g_atomic_ref_count_inc(&self->writer->ref_count);
	offhook_loopback_heard_file_flush(self, self->writer);
}

void
offhook_loopback_heard_file_finish(OffhookLoopbackHeardFile *self)
{
	if (self == NULL)
		return;
	/* The last job takes our reference along, so that the file is not closed in this thread. */
	offhook_loopback_heard_file_flush(self, self->writer);
	offhook_work_queue_unref(self->queue);
	g_byte_array_unref(self->audio);
	g_free(self);
}
