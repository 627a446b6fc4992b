/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A call's recording: stereo, the caller left, the agent right as the caller heard it, as PCM16 WAV or
 * as Opus in Ogg, whatever the encoding on the line. The media thread puts audio at its time; writer
 * threads that the process's recordings share bring it to disk block by block, so that the file plays
 * whenever the process dies: WAV to the last block, or where the disk is behind to the last whole
 * second, Opus to the last whole second. What disk or processor are too slow for becomes silence.
 */
#pragma once

#include <offhook/audio.h>

#include "media/recording-format.h"

G_BEGIN_DECLS

#define OFFHOOK_RECORDER_BLOCK_MS   100 /* written at once */
#define OFFHOOK_RECORDER_HORIZON_MS 300 /* younger audio may still be changed */
#define OFFHOOK_RECORDER_AHEAD_MS   400 /* how far into the future audio may be put */

typedef enum {
	OFFHOOK_RECORDER_CALLER = 0,
	OFFHOOK_RECORDER_AGENT = 1,
} OffhookRecorderChannel;

typedef struct _OffhookRecorder OffhookRecorder;

/** What is written, and where. Borrowed. */
typedef struct {
	const char *path; /* replaced if it exists */
	OffhookRecordingFormat format;
	/* What the recorder is given. Of Opus a rate that offhook_opus_encoder_takes_rate(). */
	OffhookAudioFormat audio;
	guint bit_rate; /* of Opus: bits per second, both channels together */
} OffhookRecorderFile;

/** In the writer thread, at most once. */
typedef void (*OffhookRecorderErrorFunc)(gpointer user_data, const GError *error);

/**
 * offhook_recorder_new:
 * @start_us: the time of the file's first sample
 * @error_func: told once, with %OFFHOOK_ERROR_STORAGE, when the file can't be written
 * @destroy: (nullable): for @user_data, when it can't be told any more; any thread
 *
 * Never blocks: also the file is opened by the writer.
 */
OffhookRecorder *offhook_recorder_new(const OffhookRecorderFile *file, gint64 start_us,
				      OffhookRecorderErrorFunc error_func, gpointer user_data,
				      GDestroyNotify destroy);

/**
 * offhook_recorder_write:
 * @samples: @n in the file's encoding; S16 in host byte order
 *
 * Audio that was heard from @at_us on. A channel's audio joins without a gap if it nearly does.
 */
void offhook_recorder_write(OffhookRecorder *self, OffhookRecorderChannel channel, gint64 at_us,
			    gconstpointer samples, gsize n);

/** What was put at @from_us or later was never heard: silence. */
void offhook_recorder_cut(OffhookRecorder *self, OffhookRecorderChannel channel, gint64 from_us);

/** Hands over what is old enough. At least once every OFFHOOK_RECORDER_BLOCK_MS. */
void offhook_recorder_advance(OffhookRecorder *self, gint64 now_us);

/** Hands over the rest up to @now_us and frees; the file is complete soon after. */
void offhook_recorder_finish(OffhookRecorder *self, gint64 now_us);

guint64 offhook_recorder_get_length_ms(OffhookRecorder *self);

/** Waits until all that was handed over is on disk. At the process's end; any thread. */
void offhook_recorder_sync(void);

G_END_DECLS
