/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Posts a signed form to the server and brings back its answer, within the carrier's 15 seconds and
 * size limit. */

#include "webhook.h"

#include "emu-error.h"
#include "signature.h"

#define OFFHOOK_EMU_WEBHOOK_TIMEOUT_S 15
#define OFFHOOK_EMU_WEBHOOK_MAX_BYTES                                                              \
	(64 * 1024 + 1) /* one more than allowed shows that there was more */

typedef struct {
	SoupMessage *message;
	guint8 *buffer;
	guint deadline;
} OffhookEmuWebhook;

void
offhook_emu_reply_free(OffhookEmuReply *self)
{
	g_free(self->content_type);
	g_string_free(self->body, TRUE);
	g_free(self);
}

static void
offhook_emu_webhook_free(gpointer data)
{
	OffhookEmuWebhook *self = data;

	g_clear_handle_id(&self->deadline, g_source_remove);
	g_clear_object(&self->message);
	g_free(self->buffer);
	g_free(self);
}

static gboolean
offhook_emu_webhook_deadline_cb(gpointer user_data)
{
	GTask *task = user_data;
	OffhookEmuWebhook *self = g_task_get_task_data(task);

	self->deadline = 0;
	g_cancellable_cancel(g_task_get_cancellable(task));
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_webhook_fail(GTask *task, GError *failure)
{
	g_autoptr(GError) error = failure;
	OffhookEmuWebhook *self = g_task_get_task_data(task);

	g_clear_handle_id(&self->deadline, g_source_remove);
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		g_task_return_new_error(task, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_HTTP,
					"11200: no answer within %d s",
					OFFHOOK_EMU_WEBHOOK_TIMEOUT_S);
	else
		g_task_return_new_error(task, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_HTTP,
					"11205: %s", error->message);
}

static void
offhook_emu_webhook_read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookEmuWebhook *self = g_task_get_task_data(task);
	SoupMessageHeaders *headers = soup_message_get_response_headers(self->message);
	OffhookEmuReply *reply;
	GError *error = NULL;
	gsize length = 0;

	if (!g_input_stream_read_all_finish(G_INPUT_STREAM(source), result, &length, &error)) {
		offhook_emu_webhook_fail(task, error);
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
offhook_emu_webhook_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookEmuWebhook *self = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(GInputStream) stream =
	    soup_session_send_finish(SOUP_SESSION(source), result, &error);

	if (stream == NULL) {
		offhook_emu_webhook_fail(task, error);
		return;
	}
	self->buffer = g_malloc(OFFHOOK_EMU_WEBHOOK_MAX_BYTES);
	g_input_stream_read_all_async(stream, self->buffer, OFFHOOK_EMU_WEBHOOK_MAX_BYTES,
				      G_PRIORITY_DEFAULT, g_task_get_cancellable(task),
				      offhook_emu_webhook_read_cb, g_object_ref(task));
}

static gboolean
offhook_emu_webhook_accept_cb(SoupMessage *message, GTlsCertificate *certificate,
			      GTlsCertificateFlags flags, gpointer user_data)
{
	return TRUE;
}

/* Posts @form to @url as the carrier knows it; the signature is over exactly that. */
void
offhook_emu_webhook_post_async(SoupSession *session, const OffhookEmuOptions *options,
			       const OffhookEmuAddress *address, const gchar *url,
			       const OffhookEmuForm *form, GAsyncReadyCallback callback,
			       gpointer user_data)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GTask) task = g_task_new(session, cancellable, callback, user_data);
	OffhookEmuWebhook *self = g_new0(OffhookEmuWebhook, 1);
	g_autofree gchar *actual = NULL;
	g_autofree gchar *encoded = offhook_emu_form_encode(form);
	g_autofree gchar *signature = offhook_emu_signature_make(
	    options->bad_signature ? "not the auth token" : options->auth_token, url, form);
	g_autoptr(GBytes) body = g_bytes_new(encoded, strlen(encoded));
	GError *error = NULL;

	g_task_set_check_cancellable(task, FALSE);
	g_task_set_task_data(task, self, offhook_emu_webhook_free);
	actual = offhook_emu_address_get_actual(address, url, &error);
	if (actual == NULL) {
		g_task_return_error(task, error);
		return;
	}
	self->message = soup_message_new("POST", actual);
	if (self->message == NULL) {
		g_task_return_new_error(task, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_HTTP,
					"11100: \"%s\" is not a URL", actual);
		return;
	}
	if (options->insecure)
		g_signal_connect(self->message, "accept-certificate",
				 G_CALLBACK(offhook_emu_webhook_accept_cb), NULL);
	soup_message_set_request_body_from_bytes(
	    self->message, "application/x-www-form-urlencoded; charset=UTF-8", body);
	if (!options->no_signature)
		soup_message_headers_replace(soup_message_get_request_headers(self->message),
					     "X-Twilio-Signature", signature);
	self->deadline = g_timeout_add_seconds(OFFHOOK_EMU_WEBHOOK_TIMEOUT_S,
					       offhook_emu_webhook_deadline_cb, task);
	soup_session_send_async(session, self->message, G_PRIORITY_DEFAULT, cancellable,
				offhook_emu_webhook_sent_cb, g_object_ref(task));
}

OffhookEmuReply *
offhook_emu_webhook_post_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
