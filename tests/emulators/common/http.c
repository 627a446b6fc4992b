/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sends a request to the server and brings back its answer, within the carrier's limits of time and
 * size. */

#include "http.h"

#include "emu-error.h"

typedef struct {
	SoupMessage *message;
	guint8 *buffer;
	gsize size; /* of the buffer */
	guint timeout_ms;
	guint deadline;
} OffhookEmuHttp;

void
offhook_emu_reply_free(OffhookEmuReply *self)
{
	g_free(self->content_type);
	g_string_free(self->body, TRUE);
	g_free(self);
}

static void
offhook_emu_http_free(gpointer data)
{
	OffhookEmuHttp *self = data;

	g_clear_handle_id(&self->deadline, g_source_remove);
	g_clear_object(&self->message);
	g_free(self->buffer);
	g_free(self);
}

static gboolean
offhook_emu_http_deadline_cb(gpointer user_data)
{
	GTask *task = user_data;
	OffhookEmuHttp *self = g_task_get_task_data(task);

	self->deadline = 0;
	g_cancellable_cancel(g_task_get_cancellable(task));
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_http_fail(GTask *task, GError *failure)
{
	g_autoptr(GError) error = failure;
	OffhookEmuHttp *self = g_task_get_task_data(task);

	g_clear_handle_id(&self->deadline, g_source_remove);
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		g_task_return_new_error(task, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_TIMEOUT,
					"no answer within %u ms", self->timeout_ms);
	else
		g_task_return_new_error(task, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_HTTP, "%s",
					error->message);
}

static void
offhook_emu_http_read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookEmuHttp *self = g_task_get_task_data(task);
	SoupMessageHeaders *headers = soup_message_get_response_headers(self->message);
	OffhookEmuReply *reply;
	GError *error = NULL;
	gsize length = 0;

	if (!g_input_stream_read_all_finish(G_INPUT_STREAM(source), result, &length, &error)) {
		offhook_emu_http_fail(task, error);
		return;
	}
	g_clear_handle_id(&self->deadline, g_source_remove);
	reply = g_new0(OffhookEmuReply, 1);
	reply->status = soup_message_get_status(self->message);
	reply->content_type = g_strdup(soup_message_headers_get_content_type(headers, NULL));
	reply->body = g_string_new_len((const gchar *)self->buffer, (gssize)length);
	g_task_return_pointer(task, reply, (GDestroyNotify)offhook_emu_reply_free);
}

static void
offhook_emu_http_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookEmuHttp *self = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(GInputStream) stream =
	    soup_session_send_finish(SOUP_SESSION(source), result, &error);

	if (stream == NULL) {
		offhook_emu_http_fail(task, error);
		return;
	}
	self->buffer = g_malloc(self->size);
	g_input_stream_read_all_async(stream, self->buffer, self->size, G_PRIORITY_DEFAULT,
				      g_task_get_cancellable(task), offhook_emu_http_read_cb,
				      g_object_ref(task));
}

static gboolean
offhook_emu_http_accept_cb(SoupMessage *message, GTlsCertificate *certificate,
			   GTlsCertificateFlags flags, gpointer user_data)
{
	return TRUE;
}

void
offhook_emu_http_send_async(SoupSession *session, SoupMessage *message,
			    const OffhookEmuHttpLimits *limits, GAsyncReadyCallback callback,
			    gpointer user_data)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GTask) task = g_task_new(session, cancellable, callback, user_data);
	OffhookEmuHttp *self = g_new0(OffhookEmuHttp, 1);

	g_task_set_check_cancellable(task, FALSE);
	g_task_set_task_data(task, self, offhook_emu_http_free);
	self->message = g_object_ref(message);
	self->size = limits->max_bytes + 1; /* one more shows that there was more */
	self->timeout_ms = limits->timeout_ms;
	if (limits->insecure)
		g_signal_connect(message, "accept-certificate",
				 G_CALLBACK(offhook_emu_http_accept_cb), NULL);
	self->deadline = g_timeout_add(limits->timeout_ms, offhook_emu_http_deadline_cb, task);
	soup_session_send_async(session, message, G_PRIORITY_DEFAULT, cancellable,
				offhook_emu_http_sent_cb, g_object_ref(task));
}

OffhookEmuReply *
offhook_emu_http_send_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
