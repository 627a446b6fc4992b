/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Recordings that an NCCO asks for: they end with the call, or when it is moved. */

#include "call-private.h"

#include "rules.h"

typedef struct {
	gchar *uuid;
	gchar *start;
	JsonObject *action;
	gint64 started_us;
} OffhookEmuCallRecording;

void
offhook_emu_call_recording_free(gpointer data)
{
	OffhookEmuCallRecording *self = data;

	g_free(self->uuid);
	g_free(self->start);
	json_object_unref(self->action);
	g_free(self);
}

void
offhook_emu_call_record(OffhookEmuCall *self, JsonObject *action)
{
	OffhookEmuCallRecording *recording = g_new0(OffhookEmuCallRecording, 1);

	recording->uuid = g_uuid_string_random();
	recording->start = offhook_emu_call_now();
	recording->action = json_object_ref(action);
	recording->started_us = g_get_monotonic_time();
	g_ptr_array_add(self->recordings, recording);
	offhook_emu_call_note(self, "recording", "uuid", recording->uuid, "carrier records ");
}

static void
offhook_emu_call_tell_recording(OffhookEmuCall *self, const OffhookEmuCallRecording *recording)
{
	OffhookEmuExchange *exchange = self->options->account->exchange;
	const gchar *format = offhook_emu_rules_get(recording->action, "format");
	JsonObject *event = json_object_new();
	g_autofree gchar *now = offhook_emu_call_now();
	g_autofree gchar *url = g_strdup_printf(
	    "%s/v1/files/%s", offhook_emu_exchange_get_region(exchange), recording->uuid);

	offhook_emu_exchange_add_recording(exchange, recording->uuid,
					   format != NULL ? format : "mp3",
					   json_object_has_member(recording->action, "split"));
	json_object_set_string_member(event, "start_time", recording->start);
	json_object_set_string_member(event, "recording_url", url);
	json_object_set_int_member(event, "size",
				   (g_get_monotonic_time() - recording->started_us) / 1000 * 32);
	json_object_set_string_member(event, "recording_uuid", recording->uuid);
	json_object_set_string_member(event, "end_time", now);
	json_object_set_string_member(event, "conversation_uuid", self->conversation);
	json_object_set_string_member(event, "timestamp", now);
	offhook_emu_call_report(self, recording->action, event);
}

void
offhook_emu_call_end_recordings(OffhookEmuCall *self)
{
	for (guint i = 0; i < self->recordings->len; i++)
		offhook_emu_call_tell_recording(self, g_ptr_array_index(self->recordings, i));
	g_ptr_array_set_size(self->recordings, 0);
}
