/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The formats of recordings as a table, and the names of their files. Any thread.
 */

#include "media/recording-format.h"

#include "base/uuid.h"

#include <string.h>

static const struct {
	const char *name;
	const char *media_type;
} offhook_recording_formats[OFFHOOK_RECORDING_FORMAT_LAST] = {
    [OFFHOOK_RECORDING_WAV] = {"wav", "audio/wav"},
    [OFFHOOK_RECORDING_OPUS] = {"opus", "audio/ogg; codecs=opus"},
};

const char *
offhook_recording_format_get_name(OffhookRecordingFormat self)
{
	return offhook_recording_formats[self].name;
}

const char *
offhook_recording_format_get_media_type(OffhookRecordingFormat self)
{
	return offhook_recording_formats[self].media_type;
}

gboolean
offhook_recording_format_from_name(const char *name, OffhookRecordingFormat *format)
{
	for (guint i = 0; i < OFFHOOK_RECORDING_FORMAT_LAST; i++) {
		if (g_strcmp0(name, offhook_recording_formats[i].name) != 0)
			continue;
		*format = i;
		return TRUE;
	}
	return FALSE;
}

char *
offhook_recording_format_make_file_name(OffhookRecordingFormat self, const char *call_id,
					const char *part)
{
	return g_strconcat(call_id, part != NULL ? "-" : "", part != NULL ? part : "", ".",
			   offhook_recording_formats[self].name, NULL);
}

gboolean
offhook_recording_format_parse_file_name(const char *path, char **call_id,
					 OffhookRecordingFormat *format)
{
	g_autofree char *name = g_path_get_basename(path);
	const char *dot = strrchr(name, '.');
	OffhookRecordingFormat found;
	g_autofree char *id = NULL;

	if (dot == NULL || strlen(name) < OFFHOOK_UUID_LENGTH ||
	    !offhook_recording_format_from_name(dot + 1, &found) ||
	    strchr(".-", name[OFFHOOK_UUID_LENGTH]) == NULL)
		return FALSE;
	id = g_strndup(name, OFFHOOK_UUID_LENGTH);
	if (!offhook_uuid_is_valid(id))
		return FALSE;
	if (call_id != NULL)
		*call_id = g_steal_pointer(&id);
	if (format != NULL)
		*format = found;
	return TRUE;
}
