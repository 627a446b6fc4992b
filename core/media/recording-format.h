/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What recordings are written as, and what their files are called: after their call, so that a file
 * says by itself whose it is and how old. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_RECORDING_WAV,
	OFFHOOK_RECORDING_OPUS, /* in Ogg */
	OFFHOOK_RECORDING_FORMAT_LAST
} OffhookRecordingFormat;

/** "wav", "opus" */
const char *offhook_recording_format_get_name(OffhookRecordingFormat self);
const char *offhook_recording_format_get_media_type(OffhookRecordingFormat self);
/** %FALSE for other words. @name: (nullable) */
gboolean offhook_recording_format_from_name(const char *name, OffhookRecordingFormat *format);

/** "CALL.wav", or with a @part (nullable) "CALL-PART.wav". (transfer full) */
char *offhook_recording_format_make_file_name(OffhookRecordingFormat self, const char *call_id,
					      const char *part);

/**
 * offhook_recording_format_parse_file_name:
 * @path: with or without folders
 * @call_id: (out) (optional) (transfer full)
 * @format: (out) (optional)
 *
 * %FALSE when it is not the name of a recording.
 */
gboolean offhook_recording_format_parse_file_name(const char *path, char **call_id,
						  OffhookRecordingFormat *format);

G_END_DECLS
