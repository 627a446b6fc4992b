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
#include <string.h>

#define LOOK_UPS         4
#define LOOK_UP_FIRST_MS 500
#define MAX_SEND_DIGITS  32
#define DETECTION_MIN_S  3
#define DETECTION_MAX_S  59

typedef struct {
	OffhookTwilioApi *api;
	char *call_id;
	char *to;
	char *from;
	GString *form;
	guint look_ups;
	guint timer;
	GError *error; /* (nullable): why the answer is missing */
} OffhookTwilioOriginate;

static void
offhook_twilio_originate_free(gpointer data)
{
	OffhookTwilioOriginate *self = data;

	g_clear_handle_id(&self->timer, g_source_remove);
	offhook_twilio_api_unref(self->api);
	g_clear_error(&self->error);
	g_string_free(self->form, TRUE);
	g_free(self->call_id);
	g_free(self->to);
	g_free(self->from);
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
offhook_twilio_originate_find(GTask *task, OffhookTwilioDesk *desk)
{
	OffhookTwilioOriginate *self = g_task_get_task_data(task);

	*desk = offhook_twilio_driver_get_desk(g_task_get_source_object(task));
	return offhook_twilio_calls_find_by_id(desk->calls, self->call_id);
}

/* @task and @error: (transfer full); the call has never been. */
static void
offhook_twilio_originate_fail(GTask *task, GError *error)
{
	OffhookTwilioDesk desk;
	OffhookTwilioCall *call = offhook_twilio_originate_find(task, &desk);

	if (call != NULL)
		offhook_twilio_calls_remove(desk.calls, call);
	g_task_return_error(task, error);
	g_object_unref(task);
}

/* @task: (transfer full); Twilio has it. */
static void
offhook_twilio_originate_succeed(GTask *task, const char *sid)
{
	OffhookTwilioDesk desk;
	OffhookTwilioCall *call = offhook_twilio_originate_find(task, &desk);

	if (call != NULL && offhook_twilio_calls_name(desk.calls, call, sid)) {
		offhook_call_host_name_call(offhook_driver_get_host(desk.driver), desk.driver,
					    call->call_id, sid);
		if (call->hanging_up && !call->ended)
			offhook_twilio_control_drop(&desk, call);
	}
	g_task_return_pointer(task, g_strdup(sid), g_free);
	g_object_unref(task);
}

static void offhook_twilio_originate_look_up(GTask *task);

static gboolean
offhook_twilio_originate_timer_cb(gpointer user_data)
{
	GTask *task = user_data;
	OffhookTwilioOriginate *self = g_task_get_task_data(task);

	self->timer = 0;
	offhook_twilio_originate_look_up(task);
	return G_SOURCE_REMOVE;
}

/* It was not found; perhaps it is not there yet. After some time nobody knows. */
static void
offhook_twilio_originate_miss(GTask *task)
{
	OffhookTwilioOriginate *self = g_task_get_task_data(task);
	OffhookTwilioDesk desk;
	OffhookTwilioCall *call = offhook_twilio_originate_find(task, &desk);

	if (++self->look_ups < LOOK_UPS) {
		self->timer = g_timeout_add(
		    MIN((guint)LOOK_UP_FIRST_MS << (self->look_ups - 1), desk.grace_ms),
		    offhook_twilio_originate_timer_cb, task);
		return;
	}
	/* Should it exist after all, its first webhook ends it. */
	if (call != NULL)
		call->abandoned = TRUE;
	g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
				"it is not known whether Twilio placed the call: %s",
				self->error->message);
	g_object_unref(task);
}

/* The one call of the list that is alive, ours by its numbers, and of which we have not heard. */
static const char *
offhook_twilio_originate_choose(OffhookTwilioOriginate *self, OffhookTwilioCalls *calls,
				JsonArray *list)
{
	static const char *const live[] = {"queued", "initiated", "ringing", "in-progress", NULL};
	const char *found = NULL;

	for (guint i = 0; i < json_array_get_length(list); i++) {
		JsonObject *object = json_array_get_object_element(list, i);
		const char *sid = offhook_json_get_string(object, "sid");
		const char *status = offhook_json_get_string(object, "status");

		if (!offhook_twilio_sid_is_valid(sid, "CA") || status == NULL ||
		    !g_strv_contains(live, status) ||
		    g_strcmp0(offhook_json_get_string(object, "to"), self->to) != 0 ||
		    g_strcmp0(offhook_json_get_string(object, "from"), self->from) != 0 ||
		    offhook_twilio_calls_find(calls, sid) != NULL)
			continue;
		/* Two that could be it: taking the wrong one would be worse than taking none. */
		if (found != NULL)
			return NULL;
		found = sid;
	}
	return found;
}

static void
offhook_twilio_originate_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookTwilioOriginate *self = g_task_get_task_data(task);
	OffhookTwilioDesk desk;
	OffhookTwilioCall *call = offhook_twilio_originate_find(task, &desk);
	g_autoptr(OffhookTwilioReply) reply = offhook_twilio_api_send_finish(result, NULL);
	JsonNode *list = reply != NULL && reply->body != NULL
			     ? json_object_get_member(reply->body, "calls")
			     : NULL;
	const char *sid = NULL;

	/* A webhook may have told meanwhile. */
	if (call != NULL && call->sid != NULL)
		sid = call->sid;
	else if (list != NULL && JSON_NODE_HOLDS_ARRAY(list))
		sid = offhook_twilio_originate_choose(self, desk.calls, json_node_get_array(list));
	if (sid != NULL)
		offhook_twilio_originate_succeed(task, sid);
	else
		offhook_twilio_originate_miss(task);
}

static void
offhook_twilio_originate_look_up(GTask *task)
{
	OffhookTwilioOriginate *self = g_task_get_task_data(task);
	OffhookTwilioDesk desk;
	OffhookTwilioCall *call = offhook_twilio_originate_find(task, &desk);
	g_autoptr(GString) path = g_string_new(NULL);

	if (call != NULL && call->sid != NULL) {
		offhook_twilio_originate_succeed(task, call->sid);
		return;
	}
	offhook_web_form_add(path, "To", self->to);
	offhook_web_form_add(path, "From", self->from);
	offhook_web_form_add(path, "PageSize", "50");
	g_string_prepend(path, "Calls.json?");
	offhook_twilio_api_send_async(self->api, "GET", path->str, NULL, NULL,
				      offhook_twilio_originate_listed_cb, task);
}

static void
offhook_twilio_originate_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookTwilioOriginate *self = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(OffhookTwilioReply) reply = offhook_twilio_api_send_finish(result, &error);
	const char *sid = reply != NULL ? offhook_twilio_reply_get(reply, "sid") : NULL;

	if (reply != NULL && offhook_twilio_reply_is_success(reply) &&
	    offhook_twilio_sid_is_valid(sid, "CA")) {
		offhook_twilio_originate_succeed(task, sid);
		return;
	}
	if (reply != NULL)
		offhook_twilio_reply_fail(reply, "call", &error);
	/* Certainly not placed: refused, or never sent. Otherwise who knows. */
	if ((reply != NULL && reply->status >= 400 && reply->status < 500) ||
	    g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE)) {
		offhook_twilio_originate_fail(task, error);
		return;
	}
	self->error = error;
	offhook_twilio_originate_look_up(task);
}

static void
offhook_twilio_originate_paced_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookTwilioOriginate *self = g_task_get_task_data(task);
	OffhookTwilioDesk desk;
	OffhookTwilioCall *call = offhook_twilio_originate_find(task, &desk);
	GError *error = NULL;

	if (!offhook_pacer_wait_finish(result, &error)) {
		offhook_twilio_originate_fail(task, error);
		return;
	}
	if (call == NULL || call->hanging_up) {
		offhook_twilio_originate_fail(
		    task, g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
				      "the call was withdrawn before it was placed"));
		return;
	}
	offhook_twilio_api_send_async(self->api, "POST", "Calls.json", self->form, NULL,
				      offhook_twilio_originate_answered_cb, task);
}

void
offhook_twilio_control_originate(const OffhookTwilioDesk *desk, const OffhookCallRequest *request,
				 GTask *task)
{
	const char *from =
	    request->caller_id != NULL ? request->caller_id : desk->config->phone_number;
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
	self->call_id = g_strdup(request->call_id);
	self->to = g_strdup(request->to);
	self->from = g_strdup(from);
	self->form = offhook_twilio_originate_make_form(desk, request, from);
	call = offhook_twilio_calls_place(desk->calls, request->call_id);
	call->record = offhook_twilio_originate_records_later(desk, request);
	call->wait_for_detection =
	    request->machine_detection != OFFHOOK_DETECT_NOTHING && request->wait_for_detection;
	g_task_set_task_data(task, self, offhook_twilio_originate_free);
	/* From here on the call may exist, so cancelling comes too late. */
	g_task_set_check_cancellable(task, FALSE);
	offhook_pacer_wait_async(desk->pacer, g_task_get_cancellable(task),
				 offhook_twilio_originate_paced_cb, task);
}
