/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Acting on calls, recordings, text messages and the account. Main thread.
 */

#include "twilio-control.h"

#include "twilio-driver.h"
#include "twiml.h"

#include <offhook/error.h>
#include <offhook/call.h>
#include <string.h>

#define MAX_TEXT 1600

/** What the answer to a request is about. */
typedef struct {
	char *call_id; /* (nullable) */
	char *path;    /* (nullable) */
	char *sid;     /* (nullable) */
	OffhookCallVerb verb;
	gboolean second; /* try */
} OffhookTwilioAct;

static void
offhook_twilio_act_free(gpointer data)
{
	OffhookTwilioAct *act = data;

	g_free(act->call_id);
	g_free(act->path);
	g_free(act->sid);
	g_free(act);
}

static gboolean
offhook_twilio_control_needs_api(const OffhookTwilioDesk *desk, GTask *task)
{
	const char *missing = offhook_twilio_config_get_api_missing(desk->config);

	if (desk->api != NULL)
		return TRUE;
	g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
				"Twilio's REST interface can't be used: %s", missing);
	g_object_unref(task);
	return FALSE;
}

/* ---- hanging up ---- */

static void offhook_twilio_hang_up_send(GTask *task, const OffhookTwilioDesk *desk,
					const char *status);

static gboolean
offhook_twilio_hang_up_is_done(const OffhookRestReply *reply)
{
	gint64 code = offhook_twilio_reply_get_code(reply);

	return offhook_rest_reply_is_success(reply) || reply->status == 404 ||
	       code == OFFHOOK_TWILIO_CODE_NOT_FOUND || code == OFFHOOK_TWILIO_CODE_NOT_IN_PROGRESS;
}

static void
offhook_twilio_hang_up_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookTwilioAct *act = g_task_get_task_data(task);
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(g_task_get_source_object(task));
	GError *error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_twilio_api_send_finish(result, &error);

	if (reply == NULL) {
		g_task_return_error(task, error);
		return;
	}
	/* It was answered while we withdrew it: then it is ended like any other. */
	if (offhook_twilio_reply_get_code(reply) == OFFHOOK_TWILIO_CODE_NOT_IN_PROGRESS &&
	    !act->second && desk.api != NULL) {
		act->second = TRUE;
		offhook_twilio_hang_up_send(g_steal_pointer(&task), &desk, "completed");
		return;
	}
	if (offhook_twilio_hang_up_is_done(reply)) {
		g_task_return_boolean(task, TRUE);
		return;
	}
	offhook_twilio_reply_fail(reply, "hang-up", &error);
	g_task_return_error(task, error);
}

/* @task: (transfer full) */
static void
offhook_twilio_hang_up_send(GTask *task, const OffhookTwilioDesk *desk, const char *status)
{
	OffhookTwilioAct *act = g_task_get_task_data(task);
	g_autoptr(GString) form = g_string_new(NULL);

	offhook_web_form_add(form, "Status", status);
	offhook_twilio_api_send_async(desk->api, "POST", act->path, form, NULL,
				      offhook_twilio_hang_up_cb, task);
}

static void
offhook_twilio_hang_up_begin(const OffhookTwilioDesk *desk, OffhookTwilioCall *call, GTask *task)
{
	OffhookTwilioAct *act = g_new0(OffhookTwilioAct, 1);
	gboolean running = call->answered || !call->outbound;

	act->path = g_strconcat("Calls/", call->sid, ".json", NULL);
	act->second = running;
	g_task_set_task_data(task, act, offhook_twilio_act_free);
	offhook_twilio_hang_up_send(task, desk, running ? "completed" : "canceled");
}

static void
offhook_twilio_dropped_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;

	if (!g_task_propagate_boolean(G_TASK(result), &error))
		g_message("a call could not be ended: %s", error->message);
}

void
offhook_twilio_control_drop(const OffhookTwilioDesk *desk, OffhookTwilioCall *call)
{
	GTask *task;

	if (desk->api == NULL || call->sid == NULL || call->ended)
		return;
	task = g_task_new(desk->driver, NULL, offhook_twilio_dropped_cb, NULL);
	offhook_twilio_hang_up_begin(desk, call, task);
}

/*
 * The end of our stream ends the call (Twilio asks "connect-action"). If the connection is dead in a
 * way that Twilio does not see, nothing would.
 */
static void
offhook_twilio_control_drop_late(OffhookDriver *driver, const char *call_id, int value)
{
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(OFFHOOK_TWILIO_DRIVER(driver));
	OffhookTwilioCall *call = offhook_twilio_calls_find_by_id(desk.calls, call_id);

	if (call != NULL)
		offhook_twilio_control_drop(&desk, call);
}

void
offhook_twilio_control_hang_up(const OffhookTwilioDesk *desk, OffhookTwilioCall *call, GTask *task)
{
	gboolean again = call->hanging_up;

	g_clear_pointer(&call->transfer_target, g_free);
	g_clear_pointer(&call->bridge, g_free);
	g_clear_pointer(&call->token, g_free); /* a stream on its way comes too late */
	call->hanging_up = TRUE;
	/* Without a name yet: as soon as it has one. */
	if (call->ended || again || call->connected || call->sid == NULL || desk->api == NULL) {
		if (call->connected && !again && !call->ended)
			offhook_driver_run_later(desk->driver, desk->grace_ms,
						 offhook_twilio_control_drop_late, call->call_id,
						 0);
		g_task_return_boolean(task, TRUE);
		g_object_unref(task);
		return;
	}
	offhook_twilio_hang_up_begin(desk, call, task);
}

/* ---- recordings ---- */

static void
offhook_twilio_recorded_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookTwilioAct *act = g_task_get_task_data(task);
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(g_task_get_source_object(task));
	OffhookTwilioCall *call = offhook_twilio_calls_find_by_id(desk.calls, act->call_id);
	GError *error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_twilio_api_send_finish(result, &error);
	OffhookRecordingReport report = {
	    .call_id = act->call_id,
	    .state = act->verb == OFFHOOK_VERB_PAUSE_RECORDING ? OFFHOOK_RECORDING_PAUSED
							       : OFFHOOK_RECORDING_RUNNING,
	    .duration_ms = -1,
	};
	const char *sid;

	if (reply != NULL && !offhook_rest_reply_is_success(reply))
		offhook_twilio_reply_fail(reply, offhook_call_verb_to_string(act->verb), &error);
	if (error != NULL) {
		g_task_return_error(task, error);
		return;
	}
	sid = offhook_rest_reply_get_string(reply, "sid");
	if (call != NULL && offhook_twilio_sid_is_valid(sid, "RE")) {
		g_free(call->recording_sid);
		call->recording_sid =
		    act->verb != OFFHOOK_VERB_STOP_RECORDING ? g_strdup(sid) : NULL;
		report.provider_recording_id = sid;
		/* That it has ended its own callback tells, when it can be fetched. */
		if (act->verb != OFFHOOK_VERB_STOP_RECORDING)
			offhook_call_host_report_recording(offhook_driver_get_host(desk.driver),
							   desk.driver, &report);
	}
	g_task_return_boolean(task, TRUE);
}

static GString *
offhook_twilio_record_make_form(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
				OffhookCallVerb verb)
{
	GString *form = g_string_new(NULL);
	g_autofree char *url = NULL;

	switch (verb) {
	case OFFHOOK_VERB_START_RECORDING:
		url = offhook_twilio_desk_make_url(desk, OFFHOOK_TWILIO_PATH_RECORDING,
						   call->call_id);
		offhook_web_form_add(form, "RecordingChannels", "dual");
		offhook_web_form_add(form, "RecordingStatusCallback", url);
		offhook_web_form_add(form, "RecordingStatusCallbackMethod", "POST");
		offhook_web_form_add(form, "RecordingStatusCallbackEvent", "in-progress");
		offhook_web_form_add(form, "RecordingStatusCallbackEvent", "completed");
		offhook_web_form_add(form, "RecordingStatusCallbackEvent", "absent");
		break;
	case OFFHOOK_VERB_PAUSE_RECORDING:
		offhook_web_form_add(form, "Status", "paused");
		offhook_web_form_add(form, "PauseBehavior", "silence");
		break;
	case OFFHOOK_VERB_RESUME_RECORDING:
		offhook_web_form_add(form, "Status", "in-progress");
		break;
	default:
		offhook_web_form_add(form, "Status", "stopped");
		break;
	}
	return form;
}

void
offhook_twilio_control_record(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
			      OffhookCallVerb verb, GTask *task)
{
	g_autoptr(GString) form = NULL;
	OffhookTwilioAct *act;

	/* What can't have been begun is not there. */
	if (desk->api == NULL && verb != OFFHOOK_VERB_START_RECORDING) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
					"call %s is not recorded at Twilio", call->call_id);
		g_object_unref(task);
		return;
	}
	if (!offhook_twilio_control_needs_api(desk, task))
		return;
	if (call->ended || call->sid == NULL) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
					"call %s is not in progress", call->call_id);
		g_object_unref(task);
		return;
	}
	act = g_new0(OffhookTwilioAct, 1);
	act->call_id = g_strdup(call->call_id);
	act->verb = verb;
	if (verb == OFFHOOK_VERB_START_RECORDING)
		act->path = g_strconcat("Calls/", call->sid, "/Recordings.json", NULL);
	else
		act->path = g_strconcat("Calls/", call->sid, "/Recordings/",
					call->recording_sid != NULL ? call->recording_sid
								    : "Twilio.CURRENT",
					".json", NULL);
	g_task_set_task_data(task, act, offhook_twilio_act_free);
	form = offhook_twilio_record_make_form(desk, call, verb);
	offhook_twilio_api_send_async(desk->api, "POST", act->path, form, NULL,
				      offhook_twilio_recorded_cb, task);
}

static void
offhook_twilio_deleted_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_twilio_api_send_finish(result, &error);

	if (reply != NULL && !offhook_rest_reply_is_success(reply) && reply->status != 404)
		offhook_twilio_reply_fail(reply, "recording", &error);
	if (error != NULL)
		g_task_return_error(task, error);
	else
		g_task_return_boolean(task, TRUE);
}

void
offhook_twilio_control_delete_recording(const OffhookTwilioDesk *desk, const char *sid, GTask *task)
{
	g_autofree char *path = g_strconcat("Recordings/", sid, ".json", NULL);

	if (offhook_twilio_control_needs_api(desk, task))
		offhook_twilio_api_send_async(desk->api, "DELETE", path, NULL,
					      g_task_get_cancellable(task),
					      offhook_twilio_deleted_cb, task);
}

/* ---- text messages ---- */

static gboolean
offhook_twilio_message_check(const OffhookTwilioDesk *desk, const OffhookTextMessage *message,
			     GError **error)
{
	const char *wrong = NULL;

	if (!offhook_phone_number_is_valid(message->to))
		wrong = "to: expected a number in E.164 like +15550100042";
	else if (message->text == NULL || (*message->text == '\0' && message->media == NULL))
		wrong = "text: expected some";
	else if (g_utf8_strlen(message->text, -1) > MAX_TEXT)
		wrong = "text: expected at most 1600 characters";
	else if (message->from != NULL && !offhook_phone_number_is_valid(message->from))
		wrong = "from: expected a number in E.164 that the account owns";
	if (wrong != NULL) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT, wrong);
		return FALSE;
	}
	if (message->from != NULL || desk->config->phone_number != NULL ||
	    desk->config->messaging_service != NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
		    "phone-number and messaging-service are not set: nobody to send it as");
	return FALSE;
}

static void
offhook_twilio_message_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_twilio_api_send_finish(result, &error);
	const char *sid = reply != NULL ? offhook_rest_reply_get_string(reply, "sid") : NULL;

	if (sid != NULL && offhook_rest_reply_is_success(reply)) {
		g_task_return_pointer(task, g_strdup(sid), g_free);
		return;
	}
	if (reply != NULL)
		offhook_twilio_reply_fail(reply, "message", &error);
	/* Whether it was sent is not known. Sending it again is for people to decide. */
	if ((reply != NULL && reply->status >= 500) ||
	    g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER)) {
		if (reply == NULL || reply->status >= 500)
			error->code = OFFHOOK_ERROR_TIMED_OUT;
		g_prefix_error(&error, "it is not known whether Twilio took the message: ");
	}
	g_task_return_error(task, error);
}

void
offhook_twilio_control_send_message(const OffhookTwilioDesk *desk,
				    const OffhookTextMessage *message, GTask *task)
{
	g_autoptr(GString) form = g_string_new(NULL);
	g_autofree char *url = NULL;
	const char *service = message->from == NULL ? desk->config->messaging_service : NULL;
	GError *error = NULL;

	if (!offhook_twilio_message_check(desk, message, &error)) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	if (!offhook_twilio_control_needs_api(desk, task))
		return;
	url = offhook_twilio_desk_make_url(desk, OFFHOOK_TWILIO_PATH_SMS_STATUS, NULL);
	offhook_web_form_add(form, "To", message->to);
	if (service != NULL)
		offhook_web_form_add(form, "MessagingServiceSid", service);
	else
		offhook_web_form_add(form, "From",
				     message->from != NULL ? message->from
							   : desk->config->phone_number);
	if (*message->text != '\0')
		offhook_web_form_add(form, "Body", message->text);
	for (guint i = 0; message->media != NULL && message->media[i] != NULL; i++)
		offhook_web_form_add(form, "MediaUrl", message->media[i]);
	offhook_web_form_add(form, "StatusCallback", url);
	g_task_set_check_cancellable(task, FALSE);
	offhook_twilio_api_send_async(desk->api, "POST", "Messages.json", form, NULL,
				      offhook_twilio_message_sent_cb, task);
}
