/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Does the account work, and can Twilio reach us? The account is fetched; then we knock at our own
 * public door, where an unsigned request must be refused. Main thread.
 */

#include "twilio-control.h"

#include "twilio-driver.h"

#include <offhook/webhook-probe.h>
#include <string.h>

typedef struct {
	OffhookWebClient *web;
	OffhookTwilioApi *api;
	char *url; /* of our status webhook */
	OffhookDriverCheck *check;
} OffhookTwilioChecking;

static void
offhook_twilio_checking_free(gpointer data)
{
	OffhookTwilioChecking *self = data;

	offhook_driver_check_free(self->check);
	offhook_twilio_api_unref(self->api);
	g_object_unref(self->web);
	g_free(self->url);
	g_free(self);
}

static void
offhook_twilio_checking_return(GTask *task)
{
	OffhookTwilioChecking *self = g_task_get_task_data(task);

	g_task_return_pointer(task, g_steal_pointer(&self->check),
			      (GDestroyNotify)offhook_driver_check_free);
	g_object_unref(task);
}

/* ---- our own door ---- */

static void
offhook_twilio_checking_knock(GTask *task)
{
	OffhookTwilioChecking *self = g_task_get_task_data(task);
	g_autoptr(GBytes) body = g_bytes_new_static("CallSid=CA0", strlen("CallSid=CA0"));
	const char *const headers[] = {
	    offhook_driver_get_knock(g_task_get_source_object(task)),
	    NULL,
	};
	const OffhookWebRequest request = {
	    .method = "POST",
	    .headers = headers,
	    .url = self->url,
	    .content_type = "application/x-www-form-urlencoded",
	    .body = body,
	};

	offhook_webhook_probe(self->web, &request, g_steal_pointer(&self->check), task);
}

/* What can be seen without asking anybody. */
static void
offhook_twilio_checking_check_url(GTask *task)
{
	OffhookTwilioChecking *self = g_task_get_task_data(task);
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(g_task_get_source_object(task));
	g_autoptr(GUri) uri = g_uri_parse(self->url, G_URI_FLAGS_NONE, NULL);
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
	gboolean secure = g_str_has_prefix(self->url, "https://");

	const char *missing = offhook_twilio_config_get_missing(desk.config);

	if (!desk.config->require_signature)
		offhook_driver_check_complain(self->check, "require-signature is off");
	if (missing != NULL) {
		offhook_driver_check_complain(self->check, "%s", missing);
		offhook_twilio_checking_return(task);
		return;
	}
	if (!secure && !desk.config->api_other) {
		offhook_driver_check_complain(
		    self->check, "Twilio calls https URLs only: set [server] public-url");
	} else if (host == NULL || strchr(host, '_') != NULL) {
		offhook_driver_check_complain(
		    self->check, "public-url: Twilio calls no host with an underscore in its name");
	} else {
		offhook_twilio_checking_knock(task);
		return;
	}
	offhook_twilio_checking_return(task);
}

/* ---- the account ---- */

static void
offhook_twilio_checking_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookTwilioChecking *self = g_task_get_task_data(task);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_twilio_api_send_finish(result, &error);

	if (reply != NULL && offhook_rest_reply_is_success(reply)) {
		self->check->authentication = TRUE;
		self->check->api_access = TRUE;
	} else {
		if (reply != NULL)
			offhook_twilio_reply_fail(reply, "calls", &error);
		offhook_driver_check_complain(self->check, "%s", error->message);
	}
	offhook_twilio_checking_check_url(task);
}

/* The body holds the auth token; nothing of it is ever printed but the status. */
static void
offhook_twilio_checking_take_account(OffhookTwilioChecking *self, const OffhookRestReply *reply)
{
	const char *status = offhook_rest_reply_get_string(reply, "status");

	self->check->authentication = TRUE;
	self->check->api_access = g_strcmp0(status, "active") == 0;
	if (!self->check->api_access)
		offhook_driver_check_complain(self->check, "the account is %s: expected active",
					      status != NULL ? status : "in no state");
	else if (g_strcmp0(offhook_rest_reply_get_string(reply, "type"), "Trial") == 0)
		offhook_driver_check_complain(
		    self->check, "it is a trial account: it calls verified numbers only");
}

static void
offhook_twilio_checking_fetched_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookTwilioChecking *self = g_task_get_task_data(task);
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(g_task_get_source_object(task));
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_twilio_api_send_finish(result, &error);

	if (reply != NULL && offhook_rest_reply_is_success(reply)) {
		offhook_twilio_checking_take_account(self, reply);
		offhook_twilio_checking_check_url(task);
		return;
	}
	/* An API key may not look at the account, and still work. */
	if (reply != NULL && (reply->status == 401 || reply->status == 403) &&
	    g_str_has_prefix(desk.config->api_user, "SK")) {
		offhook_twilio_api_send_async(self->api, "GET", "Calls.json?PageSize=1", NULL, NULL,
					      offhook_twilio_checking_listed_cb, task);
		return;
	}
	if (reply != NULL) {
		offhook_twilio_reply_fail(reply, "account", &error);
		self->check->authentication = reply->status != 401 && reply->status < 500;
	}
	offhook_driver_check_complain(self->check, "%s", error->message);
	offhook_twilio_checking_check_url(task);
}

void
offhook_twilio_control_check(const OffhookTwilioDesk *desk, OffhookWebClient *web, GTask *task)
{
	OffhookTwilioChecking *self = g_new0(OffhookTwilioChecking, 1);

	self->web = g_object_ref(web);
	self->url = offhook_twilio_desk_make_url(desk, OFFHOOK_TWILIO_PATH_STATUS, NULL);
	self->check = offhook_driver_check_new(FALSE, FALSE, FALSE, NULL);
	g_task_set_task_data(task, self, offhook_twilio_checking_free);
	if (desk->api == NULL) {
		offhook_driver_check_complain(self->check, "%s",
					      offhook_twilio_config_get_api_missing(desk->config));
		offhook_twilio_checking_check_url(task);
		return;
	}
	self->api = offhook_twilio_api_ref(desk->api);
	offhook_twilio_api_send_async(self->api, "GET", "", NULL, NULL,
				      offhook_twilio_checking_fetched_cb, task);
}
