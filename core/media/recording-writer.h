/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The writers' side of recordings: a thread for all WAV files of the process and a few for those that
 * have to be encoded, with a bounded queue per file. Any thread may hand over.
 */
#pragma once

#include "media/recorder.h"

G_BEGIN_DECLS

/** So many blocks of one recording, ten seconds of it, may wait for the disk; more are dropped. */
#define OFFHOOK_RECORDING_MAX_WAITING (10000 / OFFHOOK_RECORDER_BLOCK_MS)

typedef struct _OffhookRecording OffhookRecording;

/** See offhook_recorder_new(). (transfer full): to offhook_recording_finish() */
OffhookRecording *offhook_recording_new(const OffhookRecorderFile *file,
					OffhookRecorderErrorFunc error_func, gpointer user_data,
					GDestroyNotify destroy);

/**
 * offhook_recording_write:
 * @first: the place of the first frame in the recording
 * @samples: (transfer full): two for each of the @frames, in the file's encoding; S16 in host byte
 *   order
 */
void offhook_recording_write(OffhookRecording *self, guint64 first, gpointer samples, gsize frames);

void offhook_recording_finish(OffhookRecording *self);

/** Blocks until everything handed over so far is written. */
void offhook_recording_writer_sync(void);

G_END_DECLS
