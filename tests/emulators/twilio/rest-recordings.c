/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Recordings of calls: started, paused, gone on, stopped; fetched as a sound file, deleted. */

#include "rest-private.h"

#include "identity.h"

#include <string.h>

typedef struct {
	gchar *sid;
	gchar *call_sid;
	gchar *callback; /* NULL: none */
	const gchar *source;
	const gchar *status;
	gboolean tell_progress;
	gint64 started_us;
	guint duration_s;
} OffhookEmuRestRecording;

void
offhook_emu_rest_recording_free(gpointer data)
{
	OffhookEmuRestRecording *recording = data;

	g_free(recording->sid);
	g_free(recording->call_sid);
	g_free(recording->callback);
	g_free(recording);
}

static JsonObject *
offhook_emu_rest_recording_view(OffhookEmuRest *self, const OffhookEmuRestRecording *recording)
{
	JsonObject *body = json_object_new();

	json_object_set_string_member(body, "sid", recording->sid);
	json_object_set_string_member(body, "account_sid", self->options->account->sid);
	json_object_set_string_member(body, "call_sid", recording->call_sid);
	json_object_set_string_member(body, "status", recording->status);
	json_object_set_string_member(body, "source", recording->source);
	json_object_set_int_member(body, "channels", 2);
	return body;
}

static void
offhook_emu_rest_recording_tell(OffhookEmuRest *self, const OffhookEmuRestRecording *recording)
{
	OffhookEmuForm *form = offhook_emu_form_new();
	g_autofree gchar *now = offhook_emu_rest_now();
	g_autofree gchar *duration = g_strdup_printf("%u", recording->duration_s);
	g_autofree gchar *url = g_strdup_printf(
	    "http://127.0.0.1:%u/2010-04-01/Accounts/%s/Recordings/%s",
	    offhook_emu_rest_get_port(self), self->options->account->sid, recording->sid);

	offhook_emu_form_add(form, "AccountSid", self->options->account->sid);
	offhook_emu_form_add(form, "CallSid", recording->call_sid);
	offhook_emu_form_add(form, "RecordingSid", recording->sid);
	offhook_emu_form_add(form, "RecordingUrl", url);
	offhook_emu_form_add(form, "RecordingStatus", recording->status);
	offhook_emu_form_add(form, "RecordingChannels", "2");
	offhook_emu_form_add(form, "RecordingStartTime", now);
	offhook_emu_form_add(form, "RecordingSource", recording->source);
	offhook_emu_form_add(form, "RecordingTrack", "both");
	if (g_str_equal(recording->status, "completed"))
		offhook_emu_form_add(form, "RecordingDuration", duration);
	offhook_emu_rest_notify(self, recording->callback, form);
}

static OffhookEmuRestRecording *
offhook_emu_rest_recording_new(OffhookEmuRest *self, const gchar *call_sid,
			       const OffhookEmuForm *form, const gchar *source)
{
	OffhookEmuRestRecording *recording = g_new0(OffhookEmuRestRecording, 1);

	recording->sid = offhook_emu_identity_new_sid("RE");
	recording->call_sid = g_strdup(call_sid);
	recording->callback = g_strdup(offhook_emu_form_get(form, "RecordingStatusCallback"));
	recording->source = source;
	recording->status = "in-progress";
	recording->tell_progress =
	    offhook_emu_form_has(form, "RecordingStatusCallbackEvent", "in-progress");
	recording->started_us = g_get_monotonic_time();
	g_hash_table_insert(self->recordings, recording->sid, recording);
	if (recording->tell_progress)
		offhook_emu_rest_recording_tell(self, recording);
	return recording;
}

void
offhook_emu_rest_recording_start(OffhookEmuRest *self, const gchar *call_sid,
				 const OffhookEmuForm *form, const gchar *source)
{
	offhook_emu_rest_recording_new(self, call_sid, form, source);
}

static gboolean
offhook_emu_rest_recording_is_running(const OffhookEmuRestRecording *recording)
{
	return g_str_equal(recording->status, "in-progress") ||
	       g_str_equal(recording->status, "paused");
}

static void
offhook_emu_rest_recording_complete(OffhookEmuRest *self, OffhookEmuRestRecording *recording)
{
	gint64 us = g_get_monotonic_time() - recording->started_us;

	recording->duration_s = (guint)((us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
	recording->status = "completed";
	offhook_emu_rest_recording_tell(self, recording);
}

/* The running one of a call; NULL: none. */
static OffhookEmuRestRecording *
offhook_emu_rest_recordings_find_running(OffhookEmuRest *self, const gchar *call_sid)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->recordings);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		OffhookEmuRestRecording *recording = value;

		if (offhook_emu_rest_recording_is_running(recording) &&
		    g_str_equal(recording->call_sid, call_sid))
			return recording;
	}
	return NULL;
}

void
offhook_emu_rest_recordings_complete(OffhookEmuRest *self, const gchar *call_sid)
{
	OffhookEmuRestRecording *recording;

	while ((recording = offhook_emu_rest_recordings_find_running(self, call_sid)) != NULL)
		offhook_emu_rest_recording_complete(self, recording);
}

/* ---- requests ---- */

static void
offhook_emu_rest_recordings_create(OffhookEmuRest *self, OffhookEmuRequest *request,
				   const gchar *call_sid)
{
	const gchar *status = offhook_emu_rest_call_get_status(self, call_sid);

	if (status == NULL) {
		offhook_emu_rest_refuse(request, 404, 20404, "The call was not found");
	} else if (!g_str_equal(status, "in-progress")) {
		offhook_emu_rest_refuse(request, 400, 21220,
					"Requested resource is not eligible for recording");
	} else {
		offhook_emu_request_reply(
		    request, 201,
		    offhook_emu_rest_recording_view(
			self, offhook_emu_rest_recording_new(self, call_sid, request->form,
							     "StartCallRecordingAPI")));
	}
}

static void
offhook_emu_rest_recordings_update(OffhookEmuRest *self, OffhookEmuRequest *request,
				   const gchar *call_sid, const gchar *sid)
{
	const gchar *status = offhook_emu_form_get(request->form, "Status");
	OffhookEmuRestRecording *recording =
	    g_str_equal(sid, "Twilio.CURRENT")
		? offhook_emu_rest_recordings_find_running(self, call_sid)
		: g_hash_table_lookup(self->recordings, sid);

	if (recording == NULL || !g_str_equal(recording->call_sid, call_sid)) {
		offhook_emu_rest_refuse(request, 404, 20404, "The recording was not found");
		return;
	}
	if (!offhook_emu_rest_recording_is_running(recording)) {
		offhook_emu_rest_refuse(request, 400, 21220, "The recording is over");
		return;
	}
	if (g_strcmp0(status, "paused") == 0) {
		recording->status = "paused";
	} else if (g_strcmp0(status, "in-progress") == 0) {
		recording->status = "in-progress";
	} else if (g_strcmp0(status, "stopped") == 0) {
		recording->status = "stopped";
	} else {
		offhook_emu_rest_refuse(request, 400, 20001, "Status is invalid");
		return;
	}
	offhook_emu_request_reply(request, 200, offhook_emu_rest_recording_view(self, recording));
	if (g_str_equal(recording->status, "stopped"))
		offhook_emu_rest_recording_complete(self, recording);
}

/* A second of silence: 16-bit, 8000 Hz, two channels. */
static void
offhook_emu_rest_recordings_play(OffhookEmuRequest *request)
{
	static const guint8 header[44] = {
	    'R', 'I', 'F', 'F', 0x24, 0x7d, 0,   0,   'W', 'A',  'V',  'E',  'f', 'm', 't',
	    ' ', 16,  0,   0,   0,    1,    0,   2,   0,   0x40, 0x1f, 0,    0,   0,   0x7d,
	    0,   0,   4,   0,   16,   0,    'd', 'a', 't', 'a',  0,    0x7d, 0,   0};
	gsize size = sizeof header + 32000;
	guint8 *sound = g_malloc0(size);

	memcpy(sound, header, sizeof header);
	request->status = 200;
	soup_server_message_set_status(request->msg, 200, NULL);
	soup_server_message_set_response(request->msg, "audio/x-wav", SOUP_MEMORY_TAKE,
					 (char *)sound, size);
}

static gboolean
offhook_emu_rest_recordings_serve_one(OffhookEmuRest *self, OffhookEmuRequest *request,
				      const gchar *path)
{
	const gchar *name = path + strlen("/Recordings/");
	g_autofree gchar *sid = g_strndup(name, strcspn(name, "."));
	const gchar *suffix = name + strlen(sid);
	OffhookEmuRestRecording *recording = g_hash_table_lookup(self->recordings, sid);

	if (recording == NULL)
		return FALSE;
	if (g_str_equal(request->method, "DELETE")) {
		g_hash_table_remove(self->recordings, sid);
		offhook_emu_request_reply(request, 204, NULL);
	} else if (g_str_equal(suffix, ".json")) {
		offhook_emu_request_reply(request, 200,
					  offhook_emu_rest_recording_view(self, recording));
	} else if (g_str_equal(recording->status, "completed")) {
		offhook_emu_rest_recordings_play(request);
	} else {
		return FALSE;
	}
	return TRUE;
}

gboolean
offhook_emu_rest_recordings_serve(OffhookEmuRest *self, OffhookEmuRequest *request,
				  const gchar *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);
	guint count = g_strv_length(parts);
	g_autofree gchar *sid = NULL;

	if (g_str_has_prefix(path, "/Recordings/"))
		return offhook_emu_rest_recordings_serve_one(self, request, path);
	if (!g_str_equal(request->method, "POST") || count < 4 || !g_str_equal(parts[1], "Calls"))
		return FALSE;
	if (count == 4 && g_str_equal(parts[3], "Recordings.json")) {
		offhook_emu_rest_recordings_create(self, request, parts[2]);
		return TRUE;
	}
	if (count != 5 || !g_str_equal(parts[3], "Recordings") ||
	    !g_str_has_suffix(parts[4], ".json"))
		return FALSE;
	sid = g_strndup(parts[4], strlen(parts[4]) - strlen(".json"));
	offhook_emu_rest_recordings_update(self, request, parts[2], sid);
	return TRUE;
}
