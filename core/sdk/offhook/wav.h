/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * WAV files: PCM16, mu-law and A-law, mono or stereo, any rate from 4 to 192 kHz. Any thread.
 */
#pragma once

#include <offhook/audio.h>

G_BEGIN_DECLS

/** How long the header is that offhook_wav_build_header() builds. */
#define OFFHOOK_WAV_HEADER_BYTES 44

/** Where the audio of a WAV file is and what it is. */
typedef struct {
	OffhookEncoding encoding;
	guint rate;     /* Hz */
	guint channels; /* 1 or 2 */
	gsize offset;   /* of the audio in the file */
	gsize size;     /* of the audio, whole frames only */
} OffhookWavInfo;

/**
 * offhook_wav_parse:
 * @data: a whole file
 * @info: (out)
 *
 * A data chunk that claims more than the file has, as a writer leaves it that was killed, is read as
 * far as it goes.
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_FORMAT, and a message that names the field at fault, when
 *   @data is no WAV file of the kinds above
 */
gboolean offhook_wav_parse(const guint8 *data, gsize size, OffhookWavInfo *info, GError **error);

/**
 * offhook_wav_read:
 * @data: what @info speaks of: a file that was parsed, or sound without a header, at offset 0
 * @rate: of the result; 0 to keep it
 *
 * Returns: (transfer full): S16 mono; stereo is mixed
 */
GBytes *offhook_wav_read(const guint8 *data, const OffhookWavInfo *info, guint rate);

/**
 * offhook_wav_load:
 * @path: a file of at most 512 MiB
 * @rate: of the result; 0 to keep the file's
 * @info: (out) (optional): what the file holds; with @rate 0, its rate is the result's
 *
 * Reads a file as S16 mono; stereo is mixed. Blocks.
 *
 * Returns: (transfer full): the samples, or %NULL with %OFFHOOK_ERROR_FORMAT,
 *   %OFFHOOK_ERROR_NOT_FOUND, %OFFHOOK_ERROR_LIMIT or %OFFHOOK_ERROR_STORAGE
 */
GBytes *offhook_wav_load(const char *path, guint rate, OffhookWavInfo *info, GError **error);

/** The header of a PCM16 file with @data_bytes of audio (more than fits is clipped). */
void offhook_wav_build_header(guint8 header[OFFHOOK_WAV_HEADER_BYTES], guint rate, guint channels,
			      guint64 data_bytes);

/** Writes S16 samples as a file. Blocks. Fails with %OFFHOOK_ERROR_STORAGE. */
gboolean offhook_wav_save(const char *path, guint rate, guint channels, const gint16 *samples,
			  gsize n_samples, GError **error);

G_END_DECLS
