/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /voice/calls/{id}/recording, the latest recording of a call, and /recordings, all of them. Who may
 * see a call may hear it. Main thread; files are opened in another.
 */

#include "http/server/resources.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "http/calls/views.h"
#include "http/server/file-reply.h"
#include "media/recording-format.h"
#include "store/record/recording-file.h"

/* ---- one ---- */

typedef struct {
	OffhookHttpRequest *request;
	OffhookRecordingRecord *record;
	struct stat info;
} OffhookHttpRecording;

static void
offhook_http_recording_free(OffhookHttpRecording *self)
{
	offhook_http_request_unref(self->request);
	offhook_recording_record_free(self->record);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpRecording, offhook_http_recording_free)

static void
offhook_http_recording_open(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	OffhookHttpRecording *self = data;
	GError *error = NULL;
	int fd = offhook_recording_file_open(self->record->path, self->record->call_id, &self->info,
					     &error);

	if (fd >= 0)
		g_task_return_int(task, fd);
	else
		g_task_return_error(task, error);
}

static void
offhook_http_recording_opened_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRecording) self = user_data;
	g_autoptr(GError) error = NULL;
	int fd = (int)g_task_propagate_int(G_TASK(result), &error);
	g_autofree char *name = g_path_get_basename(self->record->path);
	OffhookRecordingFormat format = OFFHOOK_RECORDING_WAV;

	if (fd < 0) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	offhook_recording_format_from_name(self->record->format, &format);
	offhook_http_file_reply(offhook_http_request_ref(self->request),
				&(OffhookHttpFile){
				    .fd = fd,
				    .info = self->info,
				    .media_type = offhook_recording_format_get_media_type(format),
				    .name = name,
				});
}

/* @request, @record: (transfer full) */
static void
offhook_http_recording_send(OffhookHttpRequest *request, OffhookRecordingRecord *record)
{
	OffhookHttpRecording *self = g_new0(OffhookHttpRecording, 1);
	g_autoptr(GTask) task = g_task_new(NULL, NULL, offhook_http_recording_opened_cb, self);

	self->request = request;
	self->record = record;
	g_task_set_task_data(task, self, NULL);
	g_task_run_in_thread(task, offhook_http_recording_open);
}

static void
offhook_http_recordings_latest_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	OffhookRecordingRecord *record =
	    offhook_store_get_recording_finish(OFFHOOK_STORE(source), result, &error);

	if (record != NULL)
		offhook_http_recording_send(g_steal_pointer(&request), record);
	else
		offhook_http_request_reply_error(request, error);
}

static void
offhook_http_recordings_get_latest(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_store_get_recording_async(
	    offhook_http_server_get_store(server), request->parameters[0], NULL,
	    offhook_http_recordings_latest_cb, offhook_http_request_wait(request));
}

/* ---- all ---- */

static JsonObject *
offhook_http_recordings_view(const OffhookRecordingRecord *record)
{
	JsonObject *object = json_object_new();
	g_autofree char *started = offhook_timestamp_format(record->started_us);
	g_autofree char *url =
	    g_strdup_printf("/voice/calls/%s/recordings/%s", record->call_id, record->id);

	json_object_set_string_member(object, "recording_id", record->id);
	json_object_set_string_member(object, "format", record->format);
	json_object_set_string_member(object, "status", record->status);
	json_object_set_string_member(object, "started_at", started);
	offhook_json_set_figure(object, "duration",
				record->duration_ms >= 0 ? (double)record->duration_ms / 1000 : -1);
	json_object_set_string_member(object, "url", url);
	return object;
}

static void
offhook_http_recordings_reply_list(OffhookHttpRequest *request, GPtrArray *records)
{
	JsonObject *reply = json_object_new();

	json_object_set_string_member(reply, "call_id", request->parameters[0]);
	json_object_set_array_member(
	    reply, "recordings",
	    offhook_view_list(records, (OffhookViewFunc)offhook_http_recordings_view));
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_recordings_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_recordings_finish(OFFHOOK_STORE(source), result, &error);
	const char *wanted = request->parameters[1];

	if (records == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	if (wanted == NULL) {
		offhook_http_recordings_reply_list(request, records);
		return;
	}
	for (guint i = 0; i < records->len; i++) {
		const OffhookRecordingRecord *record = g_ptr_array_index(records, i);

		if (!g_str_equal(record->id, wanted))
			continue;
		offhook_http_recording_send(g_steal_pointer(&request),
					    offhook_recording_record_copy(record));
		return;
	}
	g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "call %s has no recording %s",
		    request->parameters[0], wanted);
	offhook_http_request_reply_error(request, error);
}

static void
offhook_http_recordings_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_store_list_recordings_async(
	    offhook_http_server_get_store(server), request->parameters[0], NULL,
	    offhook_http_recordings_listed_cb, offhook_http_request_wait(request));
}

const OffhookRoute offhook_http_recordings_routes[] = {
    {"GET", "/voice/calls/{id}/recording", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_recordings_get_latest},
    {"GET", "/voice/calls/{id}/recordings", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_recordings_list},
    {"GET", "/voice/calls/{id}/recordings/{recording_id}", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_recordings_list},
    {NULL},
};
