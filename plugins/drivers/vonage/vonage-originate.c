/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Placing a call. It waits for its turn, is asked for once, and when the answer does not come it is
 * looked for among the application's calls: asking again could ring twice. Main thread.
 */

#include "vonage-control.h"

#include "ncco.h"
#include "vonage-driver.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/origination.h>
#include <string.h>

#define BEEP_MIN_S   45
#define BEEP_MAX_S   120
#define RING_MAX_S   120
#define LENGTH_MAX_S 86400

typedef struct {
	OffhookVonageApi *api;
	JsonObject *body; /* but the NCCO, whose token is made when it is sent */
	gboolean record;
	gint64 since_s; /* when it was asked for; seconds since 1970 */
} OffhookVonageOriginate;

static void
offhook_vonage_originate_free(gpointer data)
{
	OffhookVonageOriginate *self = data;

	offhook_vonage_api_unref(self->api);
	json_object_unref(self->body);
	g_free(self);
}

/* ---- what is asked for ---- */

static gboolean
offhook_vonage_originate_check(const OffhookVonageDesk *desk, const OffhookCallRequest *request,
			       GError **error)
{
	const char *missing = offhook_vonage_config_get_api_missing(desk->config);

	if (request->caller_id != NULL && !offhook_phone_number_is_valid(request->caller_id)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "caller_id: expected a number in E.164 that the account owns");
		return FALSE;
	}
	if (request->send_digits != NULL &&
	    strspn(request->send_digits, "0123456789*#wW") != strlen(request->send_digits)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "send_digits: expected 0-9, *, # and w; Vonage has no A-D");
		return FALSE;
	}
	if (offhook_vonage_calls_find(desk->calls, request->call_id) != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
			    "call %s has been placed already", request->call_id);
		return FALSE;
	}
	if (missing == NULL && request->caller_id == NULL && desk->config->phone_number == NULL)
		missing = "phone-number (or VONAGE_PHONE_NUMBER) is not set";
	if (missing == NULL && desk->api != NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "no calls can be placed: %s",
		    missing != NULL ? missing : "the driver is not configured");
	return FALSE;
}

static void
offhook_vonage_originate_add_to(JsonObject *body, const char *number, const char *digits)
{
	JsonObject *endpoint = json_object_new();
	JsonArray *to = json_array_new();

	json_object_set_string_member(endpoint, "type", "phone");
	json_object_set_string_member(endpoint, "number", number);
	if (digits != NULL) {
		g_auto(GStrv) halves = g_strsplit(digits, "W", -1);
		g_autofree char *keys = g_strjoinv("ww", halves);

		json_object_set_string_member(endpoint, "dtmfAnswer", g_strdelimit(keys, "w", 'p'));
	}
	json_array_add_object_element(to, endpoint);
	json_object_set_array_member(body, "to", to);
}

/* Of what is done about a machine the assistant decides, so the call always goes on. */
static void
offhook_vonage_originate_add_detection(JsonObject *body, const OffhookCallRequest *request)
{
	JsonObject *detection;

	if (request->machine_detection == OFFHOOK_DETECT_NOTHING)
		return;
	detection = json_object_new();
	json_object_set_string_member(detection, "behavior", "continue");
	json_object_set_string_member(detection, "mode",
				      !request->wait_for_detection ? "default"
				      : request->machine_detection == OFFHOOK_DETECT_BEEP
					  ? "detect_beep"
					  : "detect");
	if (request->detection_timeout_s > 0)
		json_object_set_int_member(
		    detection, "beep_timeout",
		    CLAMP(request->detection_timeout_s, BEEP_MIN_S, BEEP_MAX_S));
	json_object_set_object_member(body, "advanced_machine_detection", detection);
}

static JsonObject *
offhook_vonage_originate_make_body(const OffhookVonageDesk *desk, const OffhookCallRequest *request,
				   const OffhookOriginationCall *origination)
{
	JsonObject *body = json_object_new();
	JsonObject *from = json_object_new();
	g_autofree char *url = offhook_vonage_desk_make_event_url(desk, request->call_id, NULL);
	guint ring_s = request->timeout_s > 0 ? request->timeout_s : desk->config->ring_timeout_s;

	offhook_vonage_originate_add_to(body, origination->to, request->send_digits);
	json_object_set_string_member(from, "type", "phone");
	json_object_set_string_member(from, "number", origination->from);
	json_object_set_object_member(body, "from", from);
	offhook_vonage_json_add_in_array(body, "event_url", url);
	json_object_set_string_member(body, "event_method", "POST");
	json_object_set_int_member(body, "ringing_timer", CLAMP(ring_s, 1, RING_MAX_S));
	if (request->time_limit_s > 0)
		json_object_set_int_member(body, "length_timer",
					   MIN(request->time_limit_s, LENGTH_MAX_S));
	offhook_vonage_originate_add_detection(body, request);
	return body;
}

/* ---- its way ---- */

/* The call may have been forgotten in the meantime, among very many. (nullable) */
static OffhookVonageCall *
offhook_vonage_originate_find(OffhookDriver *driver, const char *call_id)
{
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(OFFHOOK_VONAGE_DRIVER(driver));

	return offhook_vonage_calls_find(desk.calls, call_id);
}

static gboolean
offhook_vonage_originate_is_wanted(OffhookDriver *driver, const char *call_id)
{
	OffhookVonageCall *call = offhook_vonage_originate_find(driver, call_id);

	return call != NULL && !call->hanging_up;
}

static const char *
offhook_vonage_originate_get_name(OffhookDriver *driver, const char *call_id)
{
	OffhookVonageCall *call = offhook_vonage_originate_find(driver, call_id);

	return call != NULL ? call->uuid : NULL;
}

static void
offhook_vonage_originate_settle(OffhookDriver *driver, const char *call_id,
				OffhookOriginationOutcome outcome, const char *uuid)
{
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(OFFHOOK_VONAGE_DRIVER(driver));
	OffhookVonageCall *call = offhook_vonage_calls_find(desk.calls, call_id);

	if (call == NULL)
		return;
	if (outcome == OFFHOOK_ORIGINATION_FAILED) {
		offhook_vonage_calls_remove(desk.calls, call);
	} else if (outcome == OFFHOOK_ORIGINATION_UNKNOWN) {
		call->abandoned = TRUE;
	} else if (offhook_vonage_calls_name(desk.calls, call, uuid)) {
		offhook_call_host_name_call(desk.host, driver, call_id, uuid);
		if (call->hanging_up && !call->ended)
			offhook_vonage_control_drop(&desk, call);
	}
}

static void
offhook_vonage_originate_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GError *error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_vonage_api_send_finish(result, &error);
	const char *uuid = offhook_rest_reply_get_string(reply, "uuid");

	if (!offhook_vonage_id_is_valid(uuid))
		uuid = NULL;
	if (reply != NULL && uuid == NULL)
		offhook_vonage_reply_fail(reply, "call", &error);
	offhook_origination_answer(user_data, uuid, reply != NULL ? reply->status : 0, error);
}

static void
offhook_vonage_originate_place(OffhookOrigination *origination, gpointer data)
{
	OffhookVonageOriginate *self = data;
	OffhookDriver *driver = offhook_origination_get_driver(origination);
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(OFFHOOK_VONAGE_DRIVER(driver));
	OffhookVonageCall *call =
	    offhook_vonage_calls_find(desk.calls, offhook_origination_get_call_id(origination));
	const OffhookVonageAsk ask = {
	    .method = "POST", .path = "/v1/calls", .body = self->body, .once = TRUE};
	GError *error = NULL;
	JsonArray *ncco = offhook_vonage_desk_make_ncco(&desk, call, self->record, TRUE, &error);

	if (ncco == NULL) {
		offhook_origination_fail(origination, error);
		return;
	}
	json_object_set_array_member(self->body, "ncco", ncco);
	self->since_s = g_get_real_time() / G_USEC_PER_SEC;
	offhook_vonage_api_send_async(self->api, &ask, NULL, offhook_vonage_originate_answered_cb,
				      origination);
}

/* An endpoint's number; the description says it is an object, and it was seen as a text. */
static const char *
offhook_vonage_originate_get_number(JsonObject *call, const char *side)
{
	const char *plain = offhook_json_get_string(call, side);

	return plain != NULL
		   ? plain
		   : offhook_json_get_string(offhook_json_get_object(call, side), "number");
}

static void
offhook_vonage_originate_consider(OffhookOrigination *origination, OffhookVonageCalls *calls,
				  JsonObject *listed)
{
	static const char *const live[] = {"started", "ringing", "answered", "machine", NULL};
	const char *uuid = offhook_json_get_string(listed, "uuid");
	const char *status = offhook_json_get_string(listed, "status");

	if (offhook_vonage_id_is_valid(uuid) && status != NULL && g_strv_contains(live, status) &&
	    offhook_vonage_calls_find_by_uuid(calls, uuid) == NULL)
		offhook_origination_consider(origination, uuid,
					     offhook_vonage_originate_get_number(listed, "to"),
					     offhook_vonage_originate_get_number(listed, "from"));
}

static void
offhook_vonage_originate_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookOrigination *origination = user_data;
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(
	    OFFHOOK_VONAGE_DRIVER(offhook_origination_get_driver(origination)));
	g_autoptr(OffhookRestReply) reply = offhook_vonage_api_send_finish(result, NULL);
	JsonObject *embedded = offhook_rest_reply_is_success(reply)
				   ? offhook_json_get_object(reply->body, "_embedded")
				   : NULL;
	JsonArray *list = offhook_json_get_array(embedded, "calls");

	for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
		JsonNode *node = json_array_get_element(list, i);

		if (JSON_NODE_HOLDS_OBJECT(node))
			offhook_vonage_originate_consider(origination, desk.calls,
							  json_node_get_object(node));
	}
	offhook_origination_looked_up(origination);
}

static void
offhook_vonage_originate_look_up(OffhookOrigination *origination, gpointer data)
{
	OffhookVonageOriginate *self = data;
	g_autoptr(GString) path = g_string_new(NULL);
	g_autoptr(GDateTime) since = g_date_time_new_from_unix_utc(self->since_s - 5);
	g_autofree char *date = g_date_time_format(since, "%Y-%m-%dT%H:%M:%SZ");
	OffhookVonageAsk ask = {.method = "GET"};

	offhook_web_form_add(path, "date_start", date);
	offhook_web_form_add(path, "page_size", "100");
	offhook_web_form_add(path, "order", "desc");
	g_string_prepend(path, "/v1/calls?");
	ask.path = path->str;
	offhook_vonage_api_send_async(self->api, &ask, NULL, offhook_vonage_originate_listed_cb,
				      origination);
}

static const OffhookOriginationFuncs offhook_vonage_originate_funcs = {
    .provider = "Vonage",
    .place = offhook_vonage_originate_place,
    .look_up = offhook_vonage_originate_look_up,
    .is_wanted = offhook_vonage_originate_is_wanted,
    .get_name = offhook_vonage_originate_get_name,
    .settle = offhook_vonage_originate_settle,
    .free_data = offhook_vonage_originate_free,
};

void
offhook_vonage_control_originate(const OffhookVonageDesk *desk, const OffhookCallRequest *request,
				 GTask *task)
{
	g_autofree char *to = NULL;
	g_autofree char *from = NULL;
	OffhookOriginationCall origination = {
	    .call_id = request->call_id,
	    .max_pause_ms = desk->grace_ms,
	};
	OffhookVonageOriginate *self;
	OffhookVonageCall *call;
	GError *error = NULL;

	if (!offhook_vonage_originate_check(desk, request, &error)) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	to = offhook_vonage_number_to_wire(request->to);
	from = offhook_vonage_number_to_wire(
	    request->caller_id != NULL ? request->caller_id : desk->config->phone_number);
	origination.to = to;
	origination.from = from;
	self = g_new0(OffhookVonageOriginate, 1);
	self->api = offhook_vonage_api_ref(desk->api);
	self->record = request->recording;
	self->body = offhook_vonage_originate_make_body(desk, request, &origination);
	call = offhook_vonage_calls_add(desk->calls, request->call_id, NULL);
	call->outbound = TRUE;
	call->wants_beep = request->machine_detection == OFFHOOK_DETECT_BEEP;
	offhook_origination_start(&offhook_vonage_originate_funcs, &origination, self,
				  desk->creating, task);
}
