/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Does the application work, and can Vonage reach us? Its calls are listed; then we knock at our own
 * public door, where an unsigned request must be refused. Main thread.
 */

#include "vonage-control.h"

#include "vonage-driver.h"

#include <offhook/webhook-probe.h>
#include <string.h>

typedef struct {
	char *url; /* of our event webhook */
	OffhookDriverCheck *check;
} OffhookVonageChecking;

static void
offhook_vonage_checking_free(gpointer data)
{
	OffhookVonageChecking *self = data;

	offhook_driver_check_free(self->check);
	g_free(self->url);
	g_free(self);
}

static void
offhook_vonage_checking_return(GTask *task)
{
	OffhookVonageChecking *self = g_task_get_task_data(task);

	g_task_return_pointer(task, g_steal_pointer(&self->check),
			      (GDestroyNotify)offhook_driver_check_free);
	g_object_unref(task);
}

/* ---- our own door ---- */

static void
offhook_vonage_checking_check_url(GTask *task)
{
	OffhookVonageChecking *self = g_task_get_task_data(task);
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(g_task_get_source_object(task));
	const char *missing = offhook_vonage_config_get_missing(desk.config);
	g_autoptr(GBytes) body = g_bytes_new_static("{}", 2);
	const char *const headers[] = {
	    offhook_driver_get_knock(g_task_get_source_object(task)),
	    NULL,
	};
	const OffhookWebRequest request = {
	    .method = "POST",
	    .headers = headers,
	    .url = self->url,
	    .content_type = "application/json",
	    .body = body,
	};

	if (!desk.config->require_signature)
		offhook_driver_check_complain(self->check, "require-signature is off");
	if (missing != NULL) {
		offhook_driver_check_complain(self->check, "%s", missing);
	} else if (!g_str_has_prefix(self->url, "https://") && !desk.config->api_other) {
		offhook_driver_check_complain(
		    self->check, "Vonage calls https URLs only: set [server] public-url");
	} else {
		offhook_webhook_probe(desk.web, &request, g_steal_pointer(&self->check), task);
		return;
	}
	offhook_vonage_checking_return(task);
}

/* ---- the application ---- */

static void
offhook_vonage_checking_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookVonageChecking *self = g_task_get_task_data(task);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_vonage_api_send_finish(result, &error);

	if (reply != NULL && !offhook_rest_reply_is_success(reply))
		offhook_vonage_reply_fail(reply, "calls", &error);
	self->check->api_access = error == NULL;
	self->check->authentication =
	    error == NULL || (reply != NULL && reply->status != 401 && reply->status < 500);
	if (error != NULL)
		offhook_driver_check_complain(self->check, "%s", error->message);
	offhook_vonage_checking_check_url(task);
}

void
offhook_vonage_control_check(const OffhookVonageDesk *desk, GTask *task)
{
	OffhookVonageChecking *self = g_new0(OffhookVonageChecking, 1);
	const OffhookVonageAsk ask = {.method = "GET", .path = "/v1/calls?page_size=1"};

	self->url = offhook_vonage_desk_make_event_url(desk, NULL, NULL);
	self->check = offhook_driver_check_new(FALSE, FALSE, FALSE, NULL);
	g_task_set_task_data(task, self, offhook_vonage_checking_free);
	if (desk->api == NULL) {
		offhook_driver_check_complain(self->check, "%s",
					      offhook_vonage_config_get_api_missing(desk->config));
		offhook_vonage_checking_check_url(task);
		return;
	}
	offhook_vonage_api_send_async(desk->api, &ask, NULL, offhook_vonage_checking_listed_cb,
				      task);
}
