/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Placing a call. It waits for its turn, is asked for once, and when the answer does not come it is
 * looked for among the account's calls: asking again could ring twice. Main thread.
 */

#include "twilio-control.h"

#include "twilio-driver.h"
#include "twiml.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/call.h>
#include <offhook/origination.h>
#include <string.h>

#define MAX_SEND_DIGITS 32
#define DETECTION_MIN_S 3
#define DETECTION_MAX_S 59

typedef struct {
	OffhookTwilioApi *api;
	GString *form;
	char *list_path; /* of the calls between these numbers */
} OffhookTwilioOriginate;

static void
offhook_twilio_originate_free(gpointer data)
{
	OffhookTwilioOriginate *self = data;

	offhook_twilio_api_unref(self->api);
	g_string_free(self->form, TRUE);
	g_free(self->list_path);
	g_free(self);
}

/* ---- what is asked for ---- */

static gboolean
offhook_twilio_originate_refuse(GError **error, const char *field, const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT, "%s: expected %s", field,
		    expected);
	return FALSE;
}

static gboolean
offhook_twilio_originate_check(const OffhookTwilioDesk *desk, const OffhookCallRequest *request,
			       GError **error)
{
	const char *missing = offhook_twilio_config_get_api_missing(desk->config);
	const char *digits = request->send_digits;

	if (!offhook_phone_number_is_valid(request->to))
		return offhook_twilio_originate_refuse(error, "to",
						       "a number in E.164 like +15550100042");
	if (request->caller_id != NULL && !offhook_phone_number_is_valid(request->caller_id) &&
	    !g_str_has_prefix(request->caller_id, "client:"))
		return offhook_twilio_originate_refuse(
		    error, "caller_id", "a number in E.164 that the account owns or has verified");
	if (digits != NULL && (*digits == '\0' || strlen(digits) > MAX_SEND_DIGITS ||
			       strspn(digits, "0123456789ABCDabcd*#wW") != strlen(digits)))
		return offhook_twilio_originate_refuse(error, "send_digits",
						       "1 to 32 of 0-9, A-D, *, #, w and W");
	/* Twilio drops the detection without a word. */
	if (digits != NULL && request->machine_detection != OFFHOOK_DETECT_NOTHING)
		return offhook_twilio_originate_refuse(error, "machine_detection",
						       "off when send_digits is given");
	if (missing == NULL && request->caller_id == NULL && desk->config->phone_number == NULL)
		missing = "phone-number (or TWILIO_PHONE_NUMBER) is not set";
	if (missing == NULL && desk->api != NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "no calls can be placed: %s",
		    missing != NULL ? missing : "the driver is not configured");
	return FALSE;
}

static void
offhook_twilio_originate_add_url(const OffhookTwilioDesk *desk, GString *form, const char *name,
				 const char *path, const char *call_id)
{
	g_autofree char *url = offhook_twilio_desk_make_url(desk, path, call_id);
	g_autofree char *method =
	    g_strconcat(g_str_has_suffix(name, "Url") ? "" : name,
			g_str_equal(name, "FallbackUrl") ? "Fallback" : "", "Method", NULL);

	offhook_web_form_add(form, name, url);
	offhook_web_form_add(form, method, "POST");
}

static void
offhook_twilio_originate_add_number(GString *form, const char *name, guint value)
{
	g_autofree char *text = g_strdup_printf("%u", value);

	if (value > 0)
		offhook_web_form_add(form, name, text);
}

static void
offhook_twilio_originate_add_detection(const OffhookTwilioDesk *desk, GString *form,
				       const OffhookCallRequest *request)
{
	if (request->machine_detection == OFFHOOK_DETECT_NOTHING)
		return;
	offhook_web_form_add(form, "MachineDetection",
			     request->machine_detection == OFFHOOK_DETECT_BEEP ? "DetectMessageEnd"
									       : "Enable");
	if (request->detection_timeout_s > 0)
		offhook_twilio_originate_add_number(
		    form, "MachineDetectionTimeout",
		    CLAMP(request->detection_timeout_s, DETECTION_MIN_S, DETECTION_MAX_S));
	if (request->wait_for_detection)
		return;
	offhook_web_form_add(form, "AsyncAmd", "true");
	offhook_twilio_originate_add_url(desk, form, "AsyncAmdStatusCallback",
					 OFFHOOK_TWILIO_PATH_AMD, request->call_id);
}

/* ConversationRelay passes over what a request says of recording; then the answer's document says it. */
static gboolean
offhook_twilio_originate_records_later(const OffhookTwilioDesk *desk,
				       const OffhookCallRequest *request)
{
	OffhookDriverOptions options = {0};

	offhook_call_host_get_options(offhook_driver_get_host(desk->driver), request->call_id,
				      &options);
	return request->recording &&
	       offhook_twilio_relay_options_wants_relay(&desk->config->relay, &options);
}

static GString *
offhook_twilio_originate_make_form(const OffhookTwilioDesk *desk, const OffhookCallRequest *request,
				   const char *from)
{
	static const char *const events[] = {"initiated", "ringing", "answered", "completed"};
	GString *form = g_string_new(NULL);
	guint timeout_s =
	    request->timeout_s > 0 ? request->timeout_s : desk->config->ring_timeout_s;

	offhook_web_form_add(form, "To", request->to);
	offhook_web_form_add(form, "From", from);
	offhook_twilio_originate_add_url(desk, form, "Url", OFFHOOK_TWILIO_PATH_ANSWER,
					 request->call_id);
	offhook_twilio_originate_add_url(desk, form, "FallbackUrl", OFFHOOK_TWILIO_PATH_FALLBACK,
					 request->call_id);
	offhook_twilio_originate_add_url(desk, form, "StatusCallback", OFFHOOK_TWILIO_PATH_STATUS,
					 request->call_id);
	for (guint i = 0; i < G_N_ELEMENTS(events); i++)
		offhook_web_form_add(form, "StatusCallbackEvent", events[i]);
	offhook_twilio_originate_add_number(form, "Timeout", MIN(timeout_s, 600));
	offhook_twilio_originate_add_number(form, "TimeLimit", request->time_limit_s);
	offhook_web_form_add(form, "SendDigits", request->send_digits);
	if (request->recording && !offhook_twilio_originate_records_later(desk, request)) {
		offhook_web_form_add(form, "Record", "true");
		offhook_web_form_add(form, "RecordingChannels", "dual");
		offhook_twilio_originate_add_url(desk, form, "RecordingStatusCallback",
						 OFFHOOK_TWILIO_PATH_RECORDING, request->call_id);
		offhook_web_form_add(form, "RecordingStatusCallbackEvent", "in-progress");
		offhook_web_form_add(form, "RecordingStatusCallbackEvent", "completed");
		offhook_web_form_add(form, "RecordingStatusCallbackEvent", "absent");
	}
	offhook_twilio_originate_add_detection(desk, form, request);
	return form;
}

/* ---- its way ---- */

/* The call may have been forgotten in the meantime, among very many. (nullable) */
static OffhookTwilioCall *
offhook_twilio_originate_find(OffhookDriver *driver, const char *call_id)
{
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(OFFHOOK_TWILIO_DRIVER(driver));

	return offhook_twilio_calls_find_by_id(desk.calls, call_id);
}

static gboolean
offhook_twilio_originate_is_wanted(OffhookDriver *driver, const char *call_id)
{
	OffhookTwilioCall *call = offhook_twilio_originate_find(driver, call_id);

	return call != NULL && !call->hanging_up;
}

static const char *
offhook_twilio_originate_get_name(OffhookDriver *driver, const char *call_id)
{
	OffhookTwilioCall *call = offhook_twilio_originate_find(driver, call_id);

	return call != NULL ? call->sid : NULL;
}

static void
offhook_twilio_originate_settle(OffhookDriver *driver, const char *call_id,
				OffhookOriginationOutcome outcome, const char *sid)
{
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(OFFHOOK_TWILIO_DRIVER(driver));
	OffhookTwilioCall *call = offhook_twilio_calls_find_by_id(desk.calls, call_id);

	if (call == NULL)
		return;
	if (outcome == OFFHOOK_ORIGINATION_FAILED) {
		offhook_twilio_calls_remove(desk.calls, call);
	} else if (outcome == OFFHOOK_ORIGINATION_UNKNOWN) {
		call->abandoned = TRUE;
	} else if (offhook_twilio_calls_name(desk.calls, call, sid)) {
		offhook_call_host_name_call(offhook_driver_get_host(driver), driver, call_id, sid);
		if (call->hanging_up && !call->ended)
			offhook_twilio_control_drop(&desk, call);
	}
}

static void
offhook_twilio_originate_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GError *error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_twilio_api_send_finish(result, &error);
	const char *sid = offhook_rest_reply_get_string(reply, "sid");

	if (!offhook_twilio_sid_is_valid(sid, "CA"))
		sid = NULL;
	if (reply != NULL && sid == NULL)
		offhook_twilio_reply_fail(reply, "call", &error);
	offhook_origination_answer(user_data, sid, reply != NULL ? reply->status : 0, error);
}

static void
offhook_twilio_originate_place(OffhookOrigination *origination, gpointer data)
{
	OffhookTwilioOriginate *self = data;

	offhook_twilio_api_send_async(self->api, "POST", "Calls.json", self->form, NULL,
				      offhook_twilio_originate_answered_cb, origination);
}

static void
offhook_twilio_originate_consider(OffhookOrigination *origination, OffhookTwilioCalls *calls,
				  JsonObject *listed)
{
	static const char *const live[] = {"queued", "initiated", "ringing", "in-progress", NULL};
	const char *sid = offhook_json_get_string(listed, "sid");
	const char *status = offhook_json_get_string(listed, "status");

	if (offhook_twilio_sid_is_valid(sid, "CA") && status != NULL &&
	    g_strv_contains(live, status) && offhook_twilio_calls_find(calls, sid) == NULL)
		offhook_origination_consider(origination, sid,
					     offhook_json_get_string(listed, "to"),
					     offhook_json_get_string(listed, "from"));
}

static void
offhook_twilio_originate_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookOrigination *origination = user_data;
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(
	    OFFHOOK_TWILIO_DRIVER(offhook_origination_get_driver(origination)));
	g_autoptr(OffhookRestReply) reply = offhook_twilio_api_send_finish(result, NULL);
	JsonArray *list = offhook_rest_reply_is_success(reply)
			      ? offhook_json_get_array(reply->body, "calls")
			      : NULL;

	for (guint i = 0; list != NULL && i < json_array_get_length(list); i++)
		offhook_twilio_originate_consider(origination, desk.calls,
						  json_array_get_object_element(list, i));
	offhook_origination_looked_up(origination);
}

static void
offhook_twilio_originate_look_up(OffhookOrigination *origination, gpointer data)
{
	OffhookTwilioOriginate *self = data;

	offhook_twilio_api_send_async(self->api, "GET", self->list_path, NULL, NULL,
				      offhook_twilio_originate_listed_cb, origination);
}

static const OffhookOriginationFuncs offhook_twilio_originate_funcs = {
    .provider = "Twilio",
    .place = offhook_twilio_originate_place,
    .look_up = offhook_twilio_originate_look_up,
    .is_wanted = offhook_twilio_originate_is_wanted,
    .get_name = offhook_twilio_originate_get_name,
    .settle = offhook_twilio_originate_settle,
    .free_data = offhook_twilio_originate_free,
};

static char *
offhook_twilio_originate_make_list_path(const char *to, const char *from)
{
	g_autoptr(GString) path = g_string_new(NULL);

	offhook_web_form_add(path, "To", to);
	offhook_web_form_add(path, "From", from);
	offhook_web_form_add(path, "PageSize", "50");
	return g_strconcat("Calls.json?", path->str, NULL);
}

void
offhook_twilio_control_originate(const OffhookTwilioDesk *desk, const OffhookCallRequest *request,
				 GTask *task)
{
	const OffhookOriginationCall origination = {
	    .call_id = request->call_id,
	    .to = request->to,
	    .from = request->caller_id != NULL ? request->caller_id : desk->config->phone_number,
	    .max_pause_ms = desk->grace_ms,
	};
	OffhookTwilioOriginate *self;
	OffhookTwilioCall *call;
	GError *error = NULL;

	if (offhook_twilio_originate_check(desk, request, &error) &&
	    offhook_twilio_calls_find_by_id(desk->calls, request->call_id) != NULL)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
			    "call %s has been placed already", request->call_id);
	if (error != NULL) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	self = g_new0(OffhookTwilioOriginate, 1);
	self->api = offhook_twilio_api_ref(desk->api);
	self->form = offhook_twilio_originate_make_form(desk, request, origination.from);
	self->list_path = offhook_twilio_originate_make_list_path(origination.to, origination.from);
	call = offhook_twilio_calls_place(desk->calls, request->call_id);
	call->record = offhook_twilio_originate_records_later(desk, request);
	call->wait_for_detection =
	    request->machine_detection != OFFHOOK_DETECT_NOTHING && request->wait_for_detection;
	offhook_origination_start(&offhook_twilio_originate_funcs, &origination, self, desk->pacer,
				  task);
}
