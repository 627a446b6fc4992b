/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls that the server places. What becomes of one is in the last digits of the number, so that
 * many with different fates can run at once. Each call's timers and callbacks belong to it. */

#include "rest-private.h"

#include "identity.h"

#include <string.h>

#define OFFHOOK_EMU_REST_NO_ANSWER_MS 300
#define OFFHOOK_EMU_REST_LATE_MS      400
#define OFFHOOK_EMU_REST_AMD_MS       200
#define OFFHOOK_EMU_REST_REFUSALS     3

typedef enum {
	OFFHOOK_EMU_FATE_ANSWERED,
	OFFHOOK_EMU_FATE_BUSY,
	OFFHOOK_EMU_FATE_NO_ANSWER,
	OFFHOOK_EMU_FATE_FAILED,
	OFFHOOK_EMU_FATE_MACHINE,
	OFFHOOK_EMU_FATE_MACHINE_BEEP,
	OFFHOOK_EMU_FATE_TWICE,      /* each callback comes twice */
	OFFHOOK_EMU_FATE_REORDERED,  /* "initiated" and "ringing" come after "answered" */
	OFFHOOK_EMU_FATE_LATE,       /* they come after the end */
	OFFHOOK_EMU_FATE_EARLY,      /* callbacks and the answer come before the reply */
	OFFHOOK_EMU_FATE_TOO_MANY,   /* 429 a few times, then answered */
	OFFHOOK_EMU_FATE_ERROR,      /* 500, and nothing was placed */
	OFFHOOK_EMU_FATE_LOST_ERROR, /* 500, and it was placed */
	OFFHOOK_EMU_FATE_LOST,       /* it was placed, and the reply never comes */
	OFFHOOK_EMU_FATE_INVALID,    /* 21217 */
	OFFHOOK_EMU_FATE_FORBIDDEN,  /* 21215 */
	OFFHOOK_EMU_FATE_RINGS,      /* for a long time */
} OffhookEmuFate;

static const struct {
	const gchar *suffix;
	OffhookEmuFate fate;
} offhook_emu_fates[] = {
    {"9001", OFFHOOK_EMU_FATE_BUSY},         {"9002", OFFHOOK_EMU_FATE_NO_ANSWER},
    {"9003", OFFHOOK_EMU_FATE_FAILED},       {"9004", OFFHOOK_EMU_FATE_MACHINE},
    {"9005", OFFHOOK_EMU_FATE_MACHINE_BEEP}, {"9006", OFFHOOK_EMU_FATE_RINGS},
    {"9010", OFFHOOK_EMU_FATE_TWICE},        {"9011", OFFHOOK_EMU_FATE_REORDERED},
    {"9012", OFFHOOK_EMU_FATE_LATE},         {"9013", OFFHOOK_EMU_FATE_EARLY},
    {"9020", OFFHOOK_EMU_FATE_TOO_MANY},     {"9021", OFFHOOK_EMU_FATE_ERROR},
    {"9022", OFFHOOK_EMU_FATE_LOST_ERROR},   {"9023", OFFHOOK_EMU_FATE_LOST},
    {"9030", OFFHOOK_EMU_FATE_INVALID},      {"9031", OFFHOOK_EMU_FATE_FORBIDDEN},
};

typedef struct {
	OffhookEmuRest *rest;
	gchar *sid;
	OffhookEmuForm *form; /* as it was asked for */
	OffhookEmuFate fate;
	const gchar *status;
	const gchar *answered_by; /* NULL: not found out */
	gchar *created;
	gint64 started_us;
	OffhookEmuCall *call; /* NULL: not answered yet */
	gboolean ending;      /* by the REST interface */
	guint step;           /* source */
	guint amd;            /* source */
	guint limit;          /* source */
	GPtrArray *held;      /* callbacks to be sent later: OffhookEmuForm */
} OffhookEmuRestCall;

static const gchar *
offhook_emu_rest_call_get(const OffhookEmuRestCall *call, const gchar *name)
{
	return offhook_emu_form_get(call->form, name);
}

void
offhook_emu_rest_call_free(gpointer data)
{
	OffhookEmuRestCall *call = data;

	g_clear_handle_id(&call->step, g_source_remove);
	g_clear_handle_id(&call->amd, g_source_remove);
	g_clear_handle_id(&call->limit, g_source_remove);
	g_clear_pointer(&call->call, offhook_emu_call_free);
	g_ptr_array_unref(call->held);
	offhook_emu_form_free(call->form);
	g_free(call->created);
	g_free(call->sid);
	g_free(call);
}

static OffhookEmuRestCall *
offhook_emu_rest_call_new(OffhookEmuRest *self, const OffhookEmuForm *form, OffhookEmuFate fate)
{
	OffhookEmuRestCall *call = g_new0(OffhookEmuRestCall, 1);

	call->rest = self;
	call->sid = offhook_emu_identity_new_sid("CA");
	call->form = offhook_emu_form_new();
	for (guint i = 0; i < form->fields->len; i++) {
		const OffhookEmuField *field = g_ptr_array_index(form->fields, i);

		offhook_emu_form_add(call->form, field->name, field->value);
	}
	call->fate = fate;
	call->status = "queued";
	call->created = offhook_emu_rest_now();
	call->started_us = g_get_monotonic_time();
	call->held = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_emu_form_free);
	g_hash_table_insert(self->calls, call->sid, call);
	g_ptr_array_add(self->order, call);
	return call;
}

static JsonObject *
offhook_emu_rest_call_view(const OffhookEmuRestCall *call)
{
	JsonObject *body = json_object_new();
	const gchar *account = call->rest->options->account->sid;
	g_autofree gchar *uri =
	    g_strdup_printf("/2010-04-01/Accounts/%s/Calls/%s.json", account, call->sid);

	json_object_set_string_member(body, "sid", call->sid);
	json_object_set_string_member(body, "account_sid", account);
	json_object_set_string_member(body, "to", offhook_emu_rest_call_get(call, "To"));
	json_object_set_string_member(body, "from", offhook_emu_rest_call_get(call, "From"));
	json_object_set_string_member(body, "status", call->status);
	json_object_set_string_member(body, "direction", "outbound-api");
	json_object_set_string_member(body, "date_created", call->created);
	json_object_set_string_member(body, "api_version", "2010-04-01");
	json_object_set_null_member(body, "duration");
	json_object_set_string_member(body, "queue_time", "0");
	json_object_set_string_member(body, "uri", uri);
	if (call->answered_by != NULL)
		json_object_set_string_member(body, "answered_by", call->answered_by);
	else
		json_object_set_null_member(body, "answered_by");
	return body;
}

const gchar *
offhook_emu_rest_call_get_status(OffhookEmuRest *self, const gchar *sid)
{
	const OffhookEmuRestCall *call = g_hash_table_lookup(self->calls, sid);

	return call != NULL ? call->status : NULL;
}

/* ---- status callbacks ---- */

static void
offhook_emu_rest_call_post(OffhookEmuRestCall *call, OffhookEmuForm *form)
{
	offhook_emu_rest_notify(call->rest, offhook_emu_rest_call_get(call, "StatusCallback"),
				form);
}

static OffhookEmuForm *
offhook_emu_rest_call_new_form(OffhookEmuRestCall *call, const gchar *status)
{
	const OffhookEmuParties parties = {
	    .call_sid = call->sid,
	    .direction = "outbound-api",
	    .from = offhook_emu_rest_call_get(call, "From"),
	    .to = offhook_emu_rest_call_get(call, "To"),
	    .answered_by = call->answered_by,
	};

	return offhook_emu_identity_new_form(call->rest->options, &parties, status);
}

/* @event: as the server asked for it; @status: as it is told; @number: its place in the order */
static void
offhook_emu_rest_call_tell(OffhookEmuRestCall *call, const gchar *event, const gchar *status,
			   guint number)
{
	gboolean first = number < 2;
	gboolean held = first && (call->fate == OFFHOOK_EMU_FATE_REORDERED ||
				  call->fate == OFFHOOK_EMU_FATE_LATE);
	guint copies = call->fate == OFFHOOK_EMU_FATE_TWICE ? 2 : 1;

	if (!offhook_emu_form_has(call->form, "StatusCallbackEvent", event) &&
	    !g_str_equal(event, "completed"))
		return;
	for (guint i = 0; i < copies; i++) {
		OffhookEmuForm *form = offhook_emu_rest_call_new_form(call, status);

		offhook_emu_identity_add_progress(form, number);
		if (number == 3)
			offhook_emu_identity_add_completed(
			    form, (g_get_monotonic_time() - call->started_us) / 1000);
		if (held)
			g_ptr_array_add(call->held, form);
		else
			offhook_emu_rest_call_post(call, form);
	}
}

static void
offhook_emu_rest_call_release(OffhookEmuRestCall *call)
{
	while (call->held->len > 0)
		offhook_emu_rest_call_post(call, g_ptr_array_steal_index(call->held, 0));
}

static gboolean
offhook_emu_rest_call_release_cb(gpointer user_data)
{
	OffhookEmuRestCall *call = user_data;

	call->step = 0;
	offhook_emu_rest_call_release(call);
	return G_SOURCE_REMOVE;
}

/* ---- its life ---- */

static gboolean
offhook_emu_rest_call_is_over(const OffhookEmuRestCall *call)
{
	static const gchar *const live[] = {"queued", "ringing", "in-progress", NULL};

	return !g_strv_contains(live, call->status);
}

static void
offhook_emu_rest_call_end(OffhookEmuRestCall *call, const gchar *status)
{
	if (offhook_emu_rest_call_is_over(call))
		return;
	g_clear_handle_id(&call->step, g_source_remove);
	g_clear_handle_id(&call->amd, g_source_remove);
	g_clear_handle_id(&call->limit, g_source_remove);
	call->status = status;
	offhook_emu_rest_call_tell(call, "completed", status, 3);
	offhook_emu_rest_recordings_complete(call->rest, call->sid);
	if (call->fate == OFFHOOK_EMU_FATE_LATE)
		call->step =
		    g_timeout_add(OFFHOOK_EMU_REST_LATE_MS, offhook_emu_rest_call_release_cb, call);
}

static void
offhook_emu_rest_call_done_cb(OffhookEmuCall *emulated, gpointer user_data)
{
	OffhookEmuRestCall *call = user_data;

	offhook_emu_rest_call_end(call, "completed");
	g_clear_pointer(&call->call, offhook_emu_call_free);
}

static gboolean
offhook_emu_rest_call_amd_cb(gpointer user_data)
{
	OffhookEmuRestCall *call = user_data;
	OffhookEmuForm *form = offhook_emu_form_new();

	call->amd = 0;
	offhook_emu_form_add(form, "CallSid", call->sid);
	offhook_emu_form_add(form, "AccountSid", call->rest->options->account->sid);
	offhook_emu_form_add(form, "AnsweredBy", call->answered_by);
	offhook_emu_form_add(form, "MachineDetectionDuration", "200");
	offhook_emu_rest_notify(call->rest,
				offhook_emu_rest_call_get(call, "AsyncAmdStatusCallback"), form);
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_rest_call_detect(OffhookEmuRestCall *call)
{
	const gchar *wanted = offhook_emu_rest_call_get(call, "MachineDetection");
	gboolean machine =
	    call->fate == OFFHOOK_EMU_FATE_MACHINE || call->fate == OFFHOOK_EMU_FATE_MACHINE_BEEP;

	if (wanted == NULL || offhook_emu_rest_call_get(call, "SendDigits") != NULL)
		return;
	call->answered_by = !machine                                  ? "human"
			    : g_str_equal(wanted, "DetectMessageEnd") ? "machine_end_beep"
								      : "machine_start";
	if (g_strcmp0(offhook_emu_rest_call_get(call, "AsyncAmd"), "true") == 0)
		call->amd =
		    g_timeout_add(OFFHOOK_EMU_REST_AMD_MS, offhook_emu_rest_call_amd_cb, call);
}

/* The carrier ends it, whoever is talking. */
static gboolean
offhook_emu_rest_call_limit_cb(gpointer user_data)
{
	OffhookEmuRestCall *call = user_data;

	call->limit = 0;
	if (call->call != NULL)
		offhook_emu_call_hang_up(call->call);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_emu_rest_call_answer_cb(gpointer user_data)
{
	OffhookEmuRestCall *call = user_data;
	OffhookEmuRest *self = call->rest;
	const gchar *url = offhook_emu_rest_call_get(call, "Url");
	const gchar *limit = offhook_emu_rest_call_get(call, "TimeLimit");
	gboolean sync;

	call->step = 0;
	call->status = "in-progress";
	offhook_emu_rest_call_detect(call);
	sync = call->answered_by != NULL && call->amd == 0;
	offhook_emu_rest_call_tell(call, "answered", "in-progress", 2);
	if (call->fate == OFFHOOK_EMU_FATE_REORDERED)
		offhook_emu_rest_call_release(call);
	if (g_strcmp0(offhook_emu_rest_call_get(call, "Record"), "true") == 0)
		offhook_emu_rest_recording_start(self, call->sid, call->form, "OutboundAPI");
	call->call = offhook_emu_call_new_outbound(
	    self->options, self->address, self->session, self->sink, ++self->started, call->sid,
	    offhook_emu_rest_call_get(call, "From"), offhook_emu_rest_call_get(call, "To"));
	if (limit != NULL)
		call->limit = g_timeout_add_seconds((guint)g_ascii_strtoull(limit, NULL, 10),
						    offhook_emu_rest_call_limit_cb, call);
	offhook_emu_call_start_at(call->call, url, sync ? call->answered_by : NULL,
				  offhook_emu_rest_call_done_cb, call);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_emu_rest_call_unanswered_cb(gpointer user_data)
{
	OffhookEmuRestCall *call = user_data;

	call->step = 0;
	offhook_emu_rest_call_end(call, call->fate == OFFHOOK_EMU_FATE_BUSY ? "busy" : "no-answer");
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_emu_rest_call_ring_cb(gpointer user_data)
{
	OffhookEmuRestCall *call = user_data;
	const gchar *timeout = offhook_emu_rest_call_get(call, "Timeout");
	guint ring_ms = call->rest->options->ring_ms;

	call->step = 0;
	if (call->fate == OFFHOOK_EMU_FATE_FAILED) {
		offhook_emu_rest_call_end(call, "failed");
		return G_SOURCE_REMOVE;
	}
	call->status = "ringing";
	offhook_emu_rest_call_tell(call, "ringing", "ringing", 1);
	if (call->fate == OFFHOOK_EMU_FATE_RINGS)
		call->step = g_timeout_add_seconds(
		    timeout != NULL ? (guint)g_ascii_strtoull(timeout, NULL, 10) : 60,
		    offhook_emu_rest_call_unanswered_cb, call);
	else if (call->fate == OFFHOOK_EMU_FATE_BUSY || call->fate == OFFHOOK_EMU_FATE_NO_ANSWER)
		call->step = g_timeout_add(OFFHOOK_EMU_REST_NO_ANSWER_MS,
					   offhook_emu_rest_call_unanswered_cb, call);
	else
		call->step = g_timeout_add(ring_ms, offhook_emu_rest_call_answer_cb, call);
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_rest_call_begin(OffhookEmuRestCall *call)
{
	offhook_emu_rest_call_tell(call, "initiated", "initiated", 0);
	call->step =
	    g_timeout_add(call->rest->options->ring_ms, offhook_emu_rest_call_ring_cb, call);
}

/* ---- creating one ---- */

static OffhookEmuFate
offhook_emu_rest_calls_get_fate(const gchar *to)
{
	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_fates); i++)
		if (g_str_has_suffix(to, offhook_emu_fates[i].suffix))
			return offhook_emu_fates[i].fate;
	return OFFHOOK_EMU_FATE_ANSWERED;
}

/* The carrier's checks; FALSE after a refusal. */
static gboolean
offhook_emu_rest_calls_check(OffhookEmuRequest *request)
{
	const OffhookEmuForm *form = request->form;
	const gchar *to = offhook_emu_form_get(form, "To");
	const gchar *from = offhook_emu_form_get(form, "From");
	const gchar *twiml = offhook_emu_form_get(form, "Twiml");
	const gchar *url = offhook_emu_form_get(form, "Url");
	const gchar *digits = offhook_emu_form_get(form, "SendDigits");
	const gchar *timeout = offhook_emu_form_get(form, "Timeout");
	const gchar *limit = offhook_emu_form_get(form, "TimeLimit");

	if (to == NULL)
		offhook_emu_rest_refuse(request, 400, 21201, "No 'To' number is specified");
	else if (!offhook_emu_rest_is_number(to))
		offhook_emu_rest_refuse(request, 400, 21211, "Invalid 'To' Phone Number");
	else if (from == NULL)
		offhook_emu_rest_refuse(request, 400, 21213, "'From' phone number is required");
	else if (!offhook_emu_rest_is_number(from))
		offhook_emu_rest_refuse(request, 400, 21212, "Invalid 'From' Phone Number");
	else if (twiml != NULL && strlen(twiml) > 4000)
		offhook_emu_rest_refuse(request, 400, 32018, "Twiml is longer than 4000");
	else if (url == NULL || !g_uri_is_valid(url, G_URI_FLAGS_NONE, NULL))
		offhook_emu_rest_refuse(request, 400, 21205, "Url is not a valid URL");
	else if (digits != NULL && (strlen(digits) > 32 ||
				    strspn(digits, "0123456789ABCDabcd*#wW") != strlen(digits)))
		offhook_emu_rest_refuse(request, 400, 21206, "SendDigits is invalid");
	else if (timeout != NULL && g_ascii_strtoull(timeout, NULL, 10) > 600)
		offhook_emu_rest_refuse(request, 400, 21208, "Timeout is invalid");
	else if (limit != NULL && !g_ascii_string_to_unsigned(limit, 10, 1, 86400, NULL, NULL))
		offhook_emu_rest_refuse(request, 400, 20001, "TimeLimit is invalid");
	else if (g_strcmp0(offhook_emu_form_get(form, "AsyncAmd"), "true") == 0 &&
		 offhook_emu_form_get(form, "AsyncAmdStatusCallback") == NULL)
		offhook_emu_rest_refuse(request, 400, 21262, "AsyncAmdStatusCallback is missing");
	else
		return TRUE;
	return FALSE;
}

/* TRUE when the number's fate is to be refused. */
static gboolean
offhook_emu_rest_calls_refuse(OffhookEmuRest *self, OffhookEmuRequest *request, OffhookEmuFate fate,
			      const gchar *to)
{
	guint times = GPOINTER_TO_UINT(g_hash_table_lookup(self->refusals, to));

	if (fate == OFFHOOK_EMU_FATE_TOO_MANY && times < OFFHOOK_EMU_REST_REFUSALS) {
		g_hash_table_insert(self->refusals, g_strdup(to), GUINT_TO_POINTER(times + 1));
		offhook_emu_rest_refuse(request, 429, 20429, "Too Many Requests");
	} else if (fate == OFFHOOK_EMU_FATE_ERROR) {
		offhook_emu_rest_refuse(request, 500, 20500, "Internal Server Error");
	} else if (fate == OFFHOOK_EMU_FATE_INVALID) {
		offhook_emu_rest_refuse(request, 400, 21217, "Phone number does not appear valid");
	} else if (fate == OFFHOOK_EMU_FATE_FORBIDDEN) {
		offhook_emu_rest_refuse(request, 403, 21215,
					"Account not authorized to call this number");
	}
	return request->status != 0;
}

static void
offhook_emu_rest_calls_create(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	const gchar *to = offhook_emu_form_get(request->form, "To");
	OffhookEmuRestCall *call;
	OffhookEmuFate fate;

	if (!offhook_emu_rest_calls_check(request))
		return;
	fate = offhook_emu_rest_calls_get_fate(to);
	if (offhook_emu_rest_calls_refuse(self, request, fate, to))
		return;
	call = offhook_emu_rest_call_new(self, request->form, fate);
	if (!self->options->quiet) {
		g_print("call from %s to %s: %s\n", offhook_emu_rest_call_get(call, "From"), to,
			call->sid);
		fflush(stdout);
	}
	if (fate == OFFHOOK_EMU_FATE_LOST_ERROR)
		offhook_emu_rest_refuse(request, 500, 20500, "Internal Server Error");
	else
		offhook_emu_request_reply(request, 201, offhook_emu_rest_call_view(call));
	offhook_emu_rest_call_begin(call);
	if (fate == OFFHOOK_EMU_FATE_LOST)
		offhook_emu_request_delay(request, -1);
	else if (fate == OFFHOOK_EMU_FATE_EARLY)
		offhook_emu_request_delay(request, (gint)self->options->ring_ms * 4 +
						       OFFHOOK_EMU_REST_LATE_MS);
}

/* ---- one call ---- */

static void
offhook_emu_rest_calls_update(OffhookEmuRequest *request, OffhookEmuRestCall *call)
{
	const gchar *status = offhook_emu_form_get(request->form, "Status");
	gboolean running = g_str_equal(call->status, "in-progress");
	gboolean cancel = g_strcmp0(status, "canceled") == 0;

	if (!cancel && g_strcmp0(status, "completed") != 0) {
		offhook_emu_rest_refuse(request, 400, 20001,
					"only Status=completed and Status=canceled are emulated");
		return;
	}
	if (offhook_emu_rest_call_is_over(call) || (cancel && running)) {
		offhook_emu_rest_refuse(request, 400, 21220,
					"Call is not in-progress. Cannot redirect.");
		return;
	}
	if (call->call != NULL) {
		call->ending = TRUE;
		offhook_emu_call_hang_up(call->call);
	} else {
		offhook_emu_rest_call_end(call, cancel ? "canceled" : "completed");
	}
	offhook_emu_request_reply(request, 200, offhook_emu_rest_call_view(call));
}

static void
offhook_emu_rest_calls_list(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	const gchar *to = offhook_emu_form_get(request->query, "To");
	const gchar *from = offhook_emu_form_get(request->query, "From");
	JsonArray *array = json_array_new();

	for (guint i = self->order->len; i > 0; i--) {
		OffhookEmuRestCall *call = g_ptr_array_index(self->order, i - 1);

		if ((to == NULL || g_strcmp0(offhook_emu_rest_call_get(call, "To"), to) == 0) &&
		    (from == NULL || g_strcmp0(offhook_emu_rest_call_get(call, "From"), from) == 0))
			json_array_add_object_element(array, offhook_emu_rest_call_view(call));
	}
	offhook_emu_rest_reply_list(self, request, "calls", array);
}

gboolean
offhook_emu_rest_calls_serve(OffhookEmuRest *self, OffhookEmuRequest *request, const gchar *path)
{
	g_autofree gchar *sid = NULL;
	OffhookEmuRestCall *call;

	if (g_str_equal(path, "/Calls.json")) {
		if (g_str_equal(request->method, "POST"))
			offhook_emu_rest_calls_create(self, request);
		else
			offhook_emu_rest_calls_list(self, request);
		return TRUE;
	}
	if (!g_str_has_prefix(path, "/Calls/") || !g_str_has_suffix(path, ".json") ||
	    strlen(path) < 13)
		return FALSE;
	sid = g_strndup(path + 7, strlen(path) - 12);
	call = g_hash_table_lookup(self->calls, sid);
	if (call == NULL)
		return FALSE;
	if (g_str_equal(request->method, "POST"))
		offhook_emu_rest_calls_update(request, call);
	else if (g_str_equal(request->method, "GET"))
		offhook_emu_request_reply(request, 200, offhook_emu_rest_call_view(call));
	else
		return FALSE;
	return TRUE;
}
