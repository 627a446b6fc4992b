/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Threads, each with a queue: files are opened, written and closed here and nowhere else, in the order
 * of handing over. A recording belongs to one of them for life. Encoding takes a processor, as many
 * calls as there are in parallel, and must not hold up those who only write. The threads live as long
 * as the process.
 */

#include "media/recording-writer.h"

#include "base/priority.h"
#include "media/opus-encoder.h"
#include <errno.h>
#include <fcntl.h>
#include <offhook/error.h>
#include <offhook/g711.h>
#include <offhook/wav.h>
#include <string.h>
#include <unistd.h>

#define OFFHOOK_RECORDING_FRAME_BYTES 4
#define OFFHOOK_RECORDING_MAX_THREADS 8

struct _OffhookRecording {
	char *path;
	OffhookRecorderFile file;
	guint thread; /* which one's it is */
	OffhookRecorderErrorFunc error_func;
	gpointer user_data;
	GDestroyNotify destroy;
	gint waiting; /* blocks; atomic */

	/* the writer's */
	int fd;
	gboolean failed;
	guint64 data_bytes;
	guint64 told_bytes;          /* of them, what the header of a WAV file says */
	OffhookOpusEncoder *encoder; /* (nullable) */
	guint64 encoded;             /* frames */
};

typedef enum {
	OFFHOOK_RECORDING_OPEN,
	OFFHOOK_RECORDING_WRITE,
	OFFHOOK_RECORDING_FINISH,
	OFFHOOK_RECORDING_SYNC,
} OffhookRecordingVerb;

typedef struct {
	OffhookRecordingVerb verb;
	OffhookRecording *recording;
	guint64 first;
	gpointer samples;
	gsize frames;
	/* for SYNC */
	GMutex *mutex;
	GCond *cond;
	gboolean *done;
} OffhookRecordingJob;

/* ---- in the writer ---- */

static void
offhook_recording_fail(OffhookRecording *self, const char *what, const char *reason)
{
	g_autoptr(GError) error = NULL;

	if (self->failed)
		return;
	self->failed = TRUE;
	g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s recording %s: %s", what,
		    self->path, reason);
	if (self->error_func != NULL)
		self->error_func(self->user_data, error);
}

static gboolean
offhook_recording_write_at(OffhookRecording *self, const guint8 *data, gsize size, goffset offset)
{
	while (size > 0) {
		ssize_t n = pwrite(self->fd, data, size, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			offhook_recording_fail(self, "writing", g_strerror(n < 0 ? errno : ENOSPC));
			return FALSE;
		}
		data += n;
		size -= n;
		offset += n;
	}
	return TRUE;
}

static void
offhook_recording_write_header(OffhookRecording *self)
{
	guint8 header[OFFHOOK_WAV_HEADER_BYTES];

	offhook_wav_build_header(header, self->file.audio.rate, 2, self->data_bytes);
	offhook_recording_write_at(self, header, sizeof(header), 0);
	self->told_bytes = self->data_bytes;
}

/* While more of it waits, a header for each block would only make that wait longer. */
static gboolean
offhook_recording_is_header_due(OffhookRecording *self)
{
	guint64 second = (guint64)self->file.audio.rate * OFFHOOK_RECORDING_FRAME_BYTES;

	return g_atomic_int_get(&self->waiting) == 0 ||
	       self->data_bytes - self->told_bytes >= second;
}

/* The next page of an Ogg file: whole, or not at all. */
static gboolean
offhook_recording_page_cb(gpointer user_data, const guint8 *data, gsize size)
{
	OffhookRecording *self = user_data;

	if (self->failed || !offhook_recording_write_at(self, data, size, self->data_bytes))
		return FALSE;
	self->data_bytes += size;
	return TRUE;
}

static void
offhook_recording_do_open(OffhookRecording *self)
{
	g_autoptr(GError) error = NULL;

	self->fd = open(self->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (self->fd < 0) {
		offhook_recording_fail(self, "opening", g_strerror(errno));
		return;
	}
	if (self->file.format == OFFHOOK_RECORDING_WAV) {
		offhook_recording_write_header(self);
		return;
	}
	self->encoder = offhook_opus_encoder_new(self->file.audio.rate, self->file.bit_rate,
						 offhook_recording_page_cb, self, &error);
	if (self->encoder == NULL)
		offhook_recording_fail(self, "opening", error->message);
}

static void
offhook_recording_encode(OffhookRecording *self, const gint16 *samples, gsize frames)
{
	g_autoptr(GError) error = NULL;

	if (self->failed)
		return;
	self->encoded += frames;
	if (!offhook_opus_encoder_push(self->encoder, samples, frames, &error))
		offhook_recording_fail(self, "writing", error->message);
}

/* There are no holes in an Ogg file: what was not handed over is silence. */
static void
offhook_recording_encode_block(OffhookRecording *self, const OffhookRecordingJob *job,
			       const gint16 *samples)
{
	g_autofree gint16 *silence = NULL;

	while (self->encoded < job->first && !self->failed) {
		gsize frames = MIN(job->first - self->encoded, job->frames);

		if (silence == NULL)
			silence = g_new0(gint16, job->frames * 2);
		offhook_recording_encode(self, silence, frames);
	}
	offhook_recording_encode(self, samples, job->frames);
}

static void
offhook_recording_write_block(OffhookRecording *self, const OffhookRecordingJob *job,
			      gint16 *samples)
{
	gsize size = job->frames * OFFHOOK_RECORDING_FRAME_BYTES;
	guint64 begin = job->first * OFFHOOK_RECORDING_FRAME_BYTES;

	for (gsize i = 0; G_BYTE_ORDER == G_BIG_ENDIAN && i < job->frames * 2; i++)
		samples[i] = GINT16_TO_LE(samples[i]);
	if (!offhook_recording_write_at(self, (const guint8 *)samples, size,
					OFFHOOK_WAV_HEADER_BYTES + begin))
		return;
	/* The header never claims what is not there yet. */
	self->data_bytes = MAX(self->data_bytes, begin + size);
	if (offhook_recording_is_header_due(self))
		offhook_recording_write_header(self);
}

static void
offhook_recording_do_write(OffhookRecording *self, const OffhookRecordingJob *job)
{
	g_autofree gint16 *decoded = NULL;
	gint16 *samples = job->samples;

	g_atomic_int_add(&self->waiting, -1);
	if (self->failed)
		return;
	if (self->file.audio.encoding != OFFHOOK_ENCODING_S16LE) {
		samples = decoded = g_new(gint16, job->frames * 2);
		offhook_g711_decode(self->file.audio.encoding, job->samples, job->frames * 2,
				    decoded);
	}
	if (self->encoder != NULL)
		offhook_recording_encode_block(self, job, samples);
	else
		offhook_recording_write_block(self, job, samples);
}

static void
offhook_recording_do_finish(OffhookRecording *self)
{
	if (self->encoder != NULL) {
		offhook_opus_encoder_finish(self->encoder);
		offhook_opus_encoder_free(self->encoder);
	} else if (self->fd >= 0 && !self->failed && self->told_bytes < self->data_bytes) {
		offhook_recording_write_header(self);
	}
	if (self->fd >= 0 && close(self->fd) < 0)
		offhook_recording_fail(self, "closing", g_strerror(errno));
	if (self->destroy != NULL)
		self->destroy(self->user_data);
	g_free(self->path);
	g_free(self);
}

static void
offhook_recording_do_sync(OffhookRecordingJob *job)
{
	g_mutex_lock(job->mutex);
	*job->done = TRUE;
	g_cond_signal(job->cond);
	g_mutex_unlock(job->mutex);
}

static void
offhook_recording_do(OffhookRecordingJob *job)
{
	switch (job->verb) {
	case OFFHOOK_RECORDING_OPEN:
		offhook_recording_do_open(job->recording);
		break;
	case OFFHOOK_RECORDING_WRITE:
		offhook_recording_do_write(job->recording, job);
		break;
	case OFFHOOK_RECORDING_FINISH:
		offhook_recording_do_finish(job->recording);
		break;
	case OFFHOOK_RECORDING_SYNC:
		offhook_recording_do_sync(job);
		break;
	}
	g_free(job->samples);
	g_free(job);
}

static gpointer
offhook_recording_thread(gpointer data)
{
	/* A media thread may have started us. */
	offhook_priority_lower();
	for (;;)
		offhook_recording_do(g_async_queue_pop(data));
	return NULL;
}

/* ---- handing over ---- */

/* The first writes what needs no encoding, the others, as many as there are processors, the rest. */
static GAsyncQueue *
offhook_recording_get_queue(guint thread)
{
	static GAsyncQueue *queues[OFFHOOK_RECORDING_MAX_THREADS + 1];
	static GMutex mutex;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

	if (queues[thread] == NULL) {
		queues[thread] = g_async_queue_new();
		g_thread_unref(
		    g_thread_new("offhook-record", offhook_recording_thread, queues[thread]));
	}
	return queues[thread];
}

static guint
offhook_recording_count_encoders(void)
{
	return CLAMP(g_get_num_processors(), 1, OFFHOOK_RECORDING_MAX_THREADS);
}

static guint
offhook_recording_choose_thread(OffhookRecordingFormat format)
{
	static guint next; /* atomic */

	if (format == OFFHOOK_RECORDING_WAV)
		return 0;
	return 1 + (guint)g_atomic_int_add(&next, 1) % offhook_recording_count_encoders();
}

static void
offhook_recording_push_to(guint thread, const OffhookRecordingJob *job)
{
	g_async_queue_push(offhook_recording_get_queue(thread), g_memdup2(job, sizeof(*job)));
}

static void
offhook_recording_push(const OffhookRecordingJob *job)
{
	offhook_recording_push_to(job->recording->thread, job);
}

OffhookRecording *
offhook_recording_new(const OffhookRecorderFile *file, OffhookRecorderErrorFunc error_func,
		      gpointer user_data, GDestroyNotify destroy)
{
	OffhookRecording *self = g_new0(OffhookRecording, 1);

	self->path = g_strdup(file->path);
	self->file = *file;
	self->file.path = self->path;
	self->thread = offhook_recording_choose_thread(file->format);
	self->error_func = error_func;
	self->user_data = user_data;
	self->destroy = destroy;
	self->fd = -1;
	offhook_recording_push(
	    &(OffhookRecordingJob){.verb = OFFHOOK_RECORDING_OPEN, .recording = self});
	return self;
}

void
offhook_recording_write(OffhookRecording *self, guint64 first, gpointer samples, gsize frames)
{
	/* A disk that does not keep up must not cost memory: this piece will be silence. */
	if (g_atomic_int_get(&self->waiting) >= OFFHOOK_RECORDING_MAX_WAITING) {
		g_free(samples);
		return;
	}
	g_atomic_int_inc(&self->waiting);
	offhook_recording_push(&(OffhookRecordingJob){.verb = OFFHOOK_RECORDING_WRITE,
						      .recording = self,
						      .first = first,
						      .samples = samples,
						      .frames = frames});
}

void
offhook_recording_finish(OffhookRecording *self)
{
	offhook_recording_push(
	    &(OffhookRecordingJob){.verb = OFFHOOK_RECORDING_FINISH, .recording = self});
}

static void
offhook_recording_sync_thread(guint thread)
{
	GMutex mutex;
	GCond cond;
	gboolean done = FALSE;

	g_mutex_init(&mutex);
	g_cond_init(&cond);
	offhook_recording_push_to(thread, &(OffhookRecordingJob){.verb = OFFHOOK_RECORDING_SYNC,
								 .mutex = &mutex,
								 .cond = &cond,
								 .done = &done});
	g_mutex_lock(&mutex);
	while (!done)
		g_cond_wait(&cond, &mutex);
	g_mutex_unlock(&mutex);
	g_mutex_clear(&mutex);
	g_cond_clear(&cond);
}

void
offhook_recording_writer_sync(void)
{
	for (guint i = 0; i <= offhook_recording_count_encoders(); i++)
		offhook_recording_sync_thread(i);
}
