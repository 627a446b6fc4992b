/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Our own recordings of a call: from its beginning, or from when somebody wants one until he doesn't.
 * Each has a file, a number and a row of its own. Main thread.
 */

#include "call/live/live-call-private.h"

#include <offhook/error.h>

#include "config/locations.h"

#define OFFHOOK_LIVE_CALL_UNRECORDED "off"

/* What was asked for the call goes before the assistant's, and that before all assistants'. */
static gboolean
offhook_live_call_choose_format(OffhookLiveCall *self, OffhookRecordingFormat *format)
{
	OffhookAssistant *assistant = offhook_live_call_get_assistant(self);
	const char *word =
	    self->recording != NULL ? self->recording : assistant->settings->recording;

	if (word == NULL && offhook_config_get_boolean(assistant->config, "media", "recording"))
		word = offhook_config_get_string(assistant->config, "media", "recording-format");
	return offhook_recording_format_from_name(word, format);
}

/* Of a call that is to be recorded after all: the first of them that is a format. */
static OffhookRecordingFormat
offhook_live_call_choose_wanted_format(OffhookLiveCall *self)
{
	OffhookAssistant *assistant = offhook_live_call_get_assistant(self);
	OffhookRecordingFormat format = OFFHOOK_RECORDING_WAV;

	if (!offhook_recording_format_from_name(self->recording, &format) &&
	    !offhook_recording_format_from_name(assistant->settings->recording, &format))
		offhook_recording_format_from_name(
		    offhook_config_get_string(assistant->config, "media", "recording-format"),
		    &format);
	return format;
}

/* (transfer full) (nullable): the path, which @recording borrows */
static char *
offhook_live_call_begin_recording(OffhookLiveCall *self, OffhookRecordingFormat format,
				  OffhookMediaRecording *recording, GError **error)
{
	OffhookConfig *config = offhook_live_call_get_assistant(self)->config;
	const char *dir = offhook_config_get_string(config, "media", "recordings-dir");
	g_autofree char *part = NULL;
	g_autofree char *name = NULL;
	char *path;

	if (!offhook_locations_make_dir(dir, error))
		return NULL;
	self->recording_now = ++self->n_recordings;
	if (self->recording_now > 1)
		part = g_strdup_printf("%u", self->recording_now);
	name =
	    offhook_recording_format_make_file_name(format, offhook_call_get_id(self->call), part);
	path = g_build_filename(dir, name, NULL);
	*recording = (OffhookMediaRecording){
	    .path = path,
	    .format = format,
	    .bit_rate = offhook_config_get_integer(config, "media", "recording-bit-rate"),
	    .number = self->recording_now,
	};
	offhook_journal_begin_recording(self->journal, self->recording_now, path,
					offhook_recording_format_get_name(format));
	return path;
}

char *
offhook_live_call_prepare_recording(OffhookLiveCall *self, OffhookMediaRecording *recording)
{
	OffhookRecordingFormat format;
	g_autoptr(GError) error = NULL;
	char *path;

	if (!offhook_live_call_choose_format(self, &format) ||
	    offhook_live_call_has_words_only(self))
		return NULL;
	path = offhook_live_call_begin_recording(self, format, recording, &error);
	if (path == NULL)
		offhook_journal_error(self->journal, error);
	return path;
}

/* ---- what is asked for ---- */

void
offhook_live_call_set_recording(OffhookLiveCall *self, const char *recording)
{
	g_free(self->recording);
	self->recording = g_strdup(recording);
}

gboolean
offhook_live_call_is_recorded(OffhookLiveCall *self)
{
	return self->recording_now != 0;
}

gboolean
offhook_live_call_has_words_only(OffhookLiveCall *self)
{
	return self->stream != NULL &&
	       offhook_media_session_carries_text(offhook_stream_get_session(self->stream));
}

/* Whether it can be recorded here, and is not yet. */
static gboolean
offhook_live_call_check_unrecorded(OffhookLiveCall *self, GError **error)
{
	const char *id = offhook_call_get_id(self->call);

	if (!offhook_live_call_check_line(self, error))
		return FALSE;
	if (offhook_live_call_has_words_only(self)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "call %s carries words, there is no sound to record here", id);
		return FALSE;
	}
	if (!offhook_live_call_is_recorded(self))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "call %s is being recorded already", id);
	return FALSE;
}

gboolean
offhook_live_call_start_recording(OffhookLiveCall *self, GError **error)
{
	OffhookRecordingFormat format = offhook_live_call_choose_wanted_format(self);
	OffhookMediaRecording recording;
	g_autofree char *path = NULL;

	if (!offhook_live_call_check_unrecorded(self, error))
		return FALSE;
	path = offhook_live_call_begin_recording(self, format, &recording, error);
	if (path == NULL)
		return FALSE;
	offhook_live_call_set_recording(self, offhook_recording_format_get_name(format));
	offhook_media_session_start_recording(offhook_stream_get_session(self->stream), &recording);
	offhook_journal_save_call(self->journal);
	offhook_journal_tell_recording(self->journal, recording.number);
	return TRUE;
}

static gboolean
offhook_live_call_check_recorded(OffhookLiveCall *self, GError **error)
{
	if (!offhook_live_call_check_line(self, error))
		return FALSE;
	if (offhook_live_call_is_recorded(self))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "call %s is not being recorded", offhook_call_get_id(self->call));
	return FALSE;
}

/* How long it is the media knows, and tells soon. */
gboolean
offhook_live_call_stop_recording(OffhookLiveCall *self, GError **error)
{
	if (!offhook_live_call_check_recorded(self, error))
		return FALSE;
	self->recording_now = 0;
	offhook_live_call_set_recording(self, OFFHOOK_LIVE_CALL_UNRECORDED);
	offhook_media_session_stop_recording(offhook_stream_get_session(self->stream));
	return TRUE;
}

gboolean
offhook_live_call_pause_recording(OffhookLiveCall *self, gboolean paused, GError **error)
{
	if (!offhook_live_call_check_recorded(self, error))
		return FALSE;
	offhook_media_session_set_recording_paused(offhook_stream_get_session(self->stream),
						   paused);
	return TRUE;
}

/* ---- what becomes of it ---- */

/* One that somebody has stopped is told of; that the others end with the call is no news. */
void
offhook_live_call_recording_ended_cb(gpointer user_data, guint number, guint64 length_ms)
{
	OffhookLiveCall *self = user_data;

	offhook_journal_end_recording(self->journal, number, (gint64)length_ms,
				      number != self->recording_now, NULL);
	if (number == self->recording_now)
		self->recording_now = 0;
}

void
offhook_live_call_storage_error_cb(gpointer user_data, guint number, const GError *error)
{
	OffhookLiveCall *self = user_data;
	OffhookMediaSessionStatistics statistics;

	if (number == self->recording_now)
		self->recording_now = 0;
	offhook_media_session_get_statistics(offhook_stream_get_session(self->stream), &statistics);
	offhook_journal_end_recording(self->journal, number, (gint64)statistics.recorded_ms, FALSE,
				      error);
}

void
offhook_live_call_end_recording(OffhookLiveCall *self)
{
	OffhookMediaSessionStatistics statistics;

	if (self->stream == NULL || self->recording_now == 0)
		return;
	offhook_media_session_get_statistics(offhook_stream_get_session(self->stream), &statistics);
	offhook_journal_end_recording(self->journal, self->recording_now,
				      (gint64)statistics.recorded_ms, FALSE, NULL);
	self->recording_now = 0;
}
