/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <offhook/webhook-probe.h>

#define TIMEOUT_MS 10000

typedef struct {
	GTask *task;
	OffhookDriverCheck *check;
	char *url;
} OffhookWebhookProbe;

static void
offhook_webhook_probe_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookWebhookProbe *self = user_data;
	g_autoptr(GTask) task = self->task;
	g_autofree char *url = self->url;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    offhook_web_client_send_finish(OFFHOOK_WEB_CLIENT(source), result, &error);

	self->check->webhook_url = response != NULL && response->status == 403;
	if (response == NULL)
		offhook_driver_check_complain(self->check, "%s can't be reached: %s", url,
					      error->message);
	else if (!self->check->webhook_url)
		offhook_driver_check_complain(
		    self->check, "%s answers %u: expected our own 403 to an unsigned request", url,
		    response->status);
	g_task_return_pointer(task, self->check, (GDestroyNotify)offhook_driver_check_free);
}

void
offhook_webhook_probe(OffhookWebClient *web, const OffhookWebRequest *request,
		      OffhookDriverCheck *check, GTask *task)
{
	OffhookWebhookProbe *self = g_new0(OffhookWebhookProbe, 1);
	OffhookWebRequest timed = *request;

	self->task = task;
	self->check = check;
	self->url = g_strdup(request->url);
	if (timed.timeout_ms == 0)
		timed.timeout_ms = TIMEOUT_MS;
	offhook_web_client_send_async(web, &timed, NULL, offhook_webhook_probe_answered_cb, self);
}
