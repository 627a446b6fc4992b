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
#include <string.h>

#define LOOK_UPS         4
#define LOOK_UP_FIRST_MS 500
#define BEEP_MIN_S       45
#define BEEP_MAX_S       120
#define RING_MAX_S       120
#define LENGTH_MAX_S     86400

typedef struct {
	OffhookVonageApi *api;
	char *call_id;
	char *to; /* as Vonage writes it */
	char *from;
	JsonObject *body; /* but the NCCO, whose token is made when it is sent */
	gboolean record;
	gint64 since_s; /* when it was asked for; seconds since 1970 */
	guint look_ups;
	guint timer;
	GError *error; /* (nullable): why the answer is missing */
} OffhookVonageOriginate;

static void
offhook_vonage_originate_free(gpointer data)
{
	OffhookVonageOriginate *self = data;

	g_clear_handle_id(&self->timer, g_source_remove);
	offhook_vonage_api_unref(self->api);
	g_clear_error(&self->error);
	g_clear_pointer(&self->body, json_object_unref);
	g_free(self->call_id);
	g_free(self->to);
	g_free(self->from);
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
				   OffhookVonageOriginate *self)
{
	JsonObject *body = json_object_new();
	JsonObject *from = json_object_new();
	g_autofree char *url = offhook_vonage_desk_make_event_url(desk, request->call_id, NULL);
	guint ring_s = request->timeout_s > 0 ? request->timeout_s : desk->config->ring_timeout_s;

	offhook_vonage_originate_add_to(body, self->to, request->send_digits);
	json_object_set_string_member(from, "type", "phone");
	json_object_set_string_member(from, "number", self->from);
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
offhook_vonage_originate_find(GTask *task, OffhookVonageDesk *desk)
{
	OffhookVonageOriginate *self = g_task_get_task_data(task);

	*desk = offhook_vonage_driver_get_desk(g_task_get_source_object(task));
	return offhook_vonage_calls_find(desk->calls, self->call_id);
}

/* @task and @error: (transfer full); the call has never been. */
static void
offhook_vonage_originate_fail(GTask *task, GError *error)
{
	OffhookVonageDesk desk;
	OffhookVonageCall *call = offhook_vonage_originate_find(task, &desk);

	if (call != NULL)
		offhook_vonage_calls_remove(desk.calls, call);
	g_task_return_error(task, error);
	g_object_unref(task);
}

/* @task: (transfer full); Vonage has it. */
static void
offhook_vonage_originate_succeed(GTask *task, const char *uuid)
{
	OffhookVonageDesk desk;
	OffhookVonageCall *call = offhook_vonage_originate_find(task, &desk);
	g_autofree char *name = g_strdup(uuid);

	if (call != NULL && offhook_vonage_calls_name(desk.calls, call, name)) {
		offhook_call_host_name_call(desk.host, desk.driver, call->call_id, name);
		if (call->hanging_up && !call->ended)
			offhook_vonage_control_drop(&desk, call);
	}
	g_task_return_pointer(task, g_steal_pointer(&name), g_free);
	g_object_unref(task);
}

static void offhook_vonage_originate_look_up(GTask *task);

static gboolean
offhook_vonage_originate_timer_cb(gpointer user_data)
{
	GTask *task = user_data;
	OffhookVonageOriginate *self = g_task_get_task_data(task);

	self->timer = 0;
	offhook_vonage_originate_look_up(task);
	return G_SOURCE_REMOVE;
}

/* It was not found; perhaps it is not there yet. After some time nobody knows. */
static void
offhook_vonage_originate_miss(GTask *task)
{
	OffhookVonageOriginate *self = g_task_get_task_data(task);
	OffhookVonageDesk desk;
	OffhookVonageCall *call = offhook_vonage_originate_find(task, &desk);

	if (++self->look_ups < LOOK_UPS) {
		self->timer = g_timeout_add(
		    MIN((guint)LOOK_UP_FIRST_MS << (self->look_ups - 1), desk.grace_ms),
		    offhook_vonage_originate_timer_cb, task);
		return;
	}
	/* Should it exist after all, its first event ends it. */
	if (call != NULL)
		call->abandoned = TRUE;
	g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
				"it is not known whether Vonage placed the call: %s",
				self->error->message);
	g_object_unref(task);
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

/* The one call of the list that is alive, ours by its numbers, and of which we have not heard. */
static const char *
offhook_vonage_originate_choose(OffhookVonageOriginate *self, OffhookVonageCalls *calls,
				JsonArray *list)
{
	static const char *const live[] = {"started", "ringing", "answered", "machine", NULL};
	const char *found = NULL;

	for (guint i = 0; i < json_array_get_length(list); i++) {
		JsonNode *node = json_array_get_element(list, i);
		JsonObject *call = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
		const char *uuid = offhook_json_get_string(call, "uuid");
		const char *status = offhook_json_get_string(call, "status");

		if (!offhook_vonage_id_is_valid(uuid) || status == NULL ||
		    !g_strv_contains(live, status) ||
		    g_strcmp0(offhook_vonage_originate_get_number(call, "to"), self->to) != 0 ||
		    g_strcmp0(offhook_vonage_originate_get_number(call, "from"), self->from) != 0 ||
		    offhook_vonage_calls_find_by_uuid(calls, uuid) != NULL)
			continue;
		/* Two that could be it: taking the wrong one would be worse than taking none. */
		if (found != NULL)
			return NULL;
		found = uuid;
	}
	return found;
}

static void
offhook_vonage_originate_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookVonageOriginate *self = g_task_get_task_data(task);
	OffhookVonageDesk desk;
	OffhookVonageCall *call = offhook_vonage_originate_find(task, &desk);
	g_autoptr(OffhookVonageReply) reply = offhook_vonage_api_send_finish(result, NULL);
	JsonObject *embedded =
	    reply != NULL ? offhook_json_get_object(reply->body, "_embedded") : NULL;
	JsonArray *list = offhook_json_get_array(embedded, "calls");
	const char *uuid = NULL;

	/* An event may have told meanwhile. */
	if (call != NULL && call->uuid != NULL)
		uuid = call->uuid;
	else if (list != NULL)
		uuid = offhook_vonage_originate_choose(self, desk.calls, list);
	if (uuid != NULL)
		offhook_vonage_originate_succeed(task, uuid);
	else
		offhook_vonage_originate_miss(task);
}

static void
offhook_vonage_originate_look_up(GTask *task)
{
	OffhookVonageOriginate *self = g_task_get_task_data(task);
	OffhookVonageDesk desk;
	OffhookVonageCall *call = offhook_vonage_originate_find(task, &desk);
	g_autoptr(GDateTime) since = g_date_time_new_from_unix_utc(self->since_s - 5);
	g_autofree char *date = g_date_time_format(since, "%Y-%m-%dT%H:%M:%SZ");
	g_autoptr(GString) path = g_string_new(NULL);
	OffhookVonageAsk ask = {.method = "GET"};

	if (call != NULL && call->uuid != NULL) {
		offhook_vonage_originate_succeed(task, call->uuid);
		return;
	}
	offhook_web_form_add(path, "date_start", date);
	offhook_web_form_add(path, "page_size", "100");
	offhook_web_form_add(path, "order", "desc");
	g_string_prepend(path, "/v1/calls?");
	ask.path = path->str;
	offhook_vonage_api_send_async(self->api, &ask, NULL, offhook_vonage_originate_listed_cb,
				      task);
}

static void
offhook_vonage_originate_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookVonageOriginate *self = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(OffhookVonageReply) reply = offhook_vonage_api_send_finish(result, &error);
	const char *uuid = reply != NULL ? offhook_json_get_string(reply->body, "uuid") : NULL;

	if (offhook_vonage_id_is_valid(uuid)) {
		offhook_vonage_originate_succeed(task, uuid);
		return;
	}
	if (reply != NULL)
		offhook_vonage_reply_fail(reply, "call", &error);
	/* Certainly not placed: refused, or never sent. Otherwise who knows. */
	if ((reply != NULL && reply->status >= 400 && reply->status < 500) ||
	    g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE)) {
		offhook_vonage_originate_fail(task, error);
		return;
	}
	self->error = error;
	offhook_vonage_originate_look_up(task);
}

static void
offhook_vonage_originate_send(GTask *task, const OffhookVonageDesk *desk, OffhookVonageCall *call)
{
	OffhookVonageOriginate *self = g_task_get_task_data(task);
	const OffhookVonageAsk ask = {
	    .method = "POST", .path = "/v1/calls", .body = self->body, .once = TRUE};
	GError *error = NULL;
	JsonArray *ncco = offhook_vonage_desk_make_ncco(desk, call, self->record, TRUE, &error);

	if (ncco == NULL) {
		offhook_vonage_originate_fail(task, error);
		return;
	}
	json_object_set_array_member(self->body, "ncco", ncco);
	self->since_s = g_get_real_time() / G_USEC_PER_SEC;
	offhook_vonage_api_send_async(self->api, &ask, NULL, offhook_vonage_originate_answered_cb,
				      task);
}

static void
offhook_vonage_originate_paced_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookVonageDesk desk;
	OffhookVonageCall *call = offhook_vonage_originate_find(task, &desk);
	GError *error = NULL;

	if (offhook_pacer_wait_finish(result, &error) && (call == NULL || call->hanging_up))
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "the call was withdrawn before it was placed");
	if (error != NULL)
		offhook_vonage_originate_fail(task, error);
	else
		offhook_vonage_originate_send(task, &desk, call);
}

void
offhook_vonage_control_originate(const OffhookVonageDesk *desk, const OffhookCallRequest *request,
				 GTask *task)
{
	const char *from =
	    request->caller_id != NULL ? request->caller_id : desk->config->phone_number;
	OffhookVonageOriginate *self;
	OffhookVonageCall *call;
	GError *error = NULL;

	if (!offhook_vonage_originate_check(desk, request, &error)) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	self = g_new0(OffhookVonageOriginate, 1);
	self->api = offhook_vonage_api_ref(desk->api);
	self->call_id = g_strdup(request->call_id);
	self->to = offhook_vonage_number_to_wire(request->to);
	self->from = offhook_vonage_number_to_wire(from);
	self->record = request->recording;
	self->body = offhook_vonage_originate_make_body(desk, request, self);
	call = offhook_vonage_calls_add(desk->calls, request->call_id, NULL);
	call->outbound = TRUE;
	call->wants_beep = request->machine_detection == OFFHOOK_DETECT_BEEP;
	g_task_set_task_data(task, self, offhook_vonage_originate_free);
	offhook_pacer_wait_async(desk->creating, g_task_get_cancellable(task),
				 offhook_vonage_originate_paced_cb, task);
}
