/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Acting on calls through the REST interface, at the region where each lives. Main thread.
 */

#include "vonage-control.h"

#include "ncco.h"
#include "vonage-driver.h"

#include <offhook/error.h>
#include <string.h>

#define CHANGE_TRIES 4 /* one that comes within a second of the call's creation may be refused */

/** Requests about a call, one after the other. */
typedef struct {
	OffhookVonageApi *api;
	char *call_id;
	char *base; /* (nullable) */
	char *path; /* of its leg */
	GQueue steps;
	guint tries;
	guint timer;
	guint retry_ms;
	gboolean hangs_up;
} OffhookVonageAct;

typedef struct {
	const char *method;
	const char *rest; /* of the path */
	JsonObject *body; /* (nullable) */
	gboolean once;
} OffhookVonageStep;

static void
offhook_vonage_step_free(gpointer data)
{
	OffhookVonageStep *step = data;

	g_clear_pointer(&step->body, json_object_unref);
	g_free(step);
}

static void
offhook_vonage_act_free(gpointer data)
{
	OffhookVonageAct *act = data;

	g_clear_handle_id(&act->timer, g_source_remove);
	g_queue_clear_full(&act->steps, offhook_vonage_step_free);
	offhook_vonage_api_unref(act->api);
	g_free(act->call_id);
	g_free(act->base);
	g_free(act->path);
	g_free(act);
}

static OffhookVonageAct *
offhook_vonage_act_new(const OffhookVonageDesk *desk, OffhookVonageCall *call)
{
	OffhookVonageAct *act = g_new0(OffhookVonageAct, 1);

	act->api = offhook_vonage_api_ref(desk->api);
	act->call_id = g_strdup(call->call_id);
	act->base = g_strdup(call->base);
	act->path = g_strconcat("/v1/calls/", call->uuid, NULL);
	act->retry_ms = desk->retry_ms;
	g_queue_init(&act->steps);
	return act;
}

/* @body: (transfer full) (nullable) */
static OffhookVonageStep *
offhook_vonage_act_add(OffhookVonageAct *act, const char *method, const char *rest,
		       JsonObject *body)
{
	OffhookVonageStep *step = g_new0(OffhookVonageStep, 1);

	*step = (OffhookVonageStep){.method = method, .rest = rest, .body = body};
	g_queue_push_tail(&act->steps, step);
	return step;
}

static void
offhook_vonage_act_add_action(OffhookVonageAct *act, const char *action)
{
	JsonObject *body = json_object_new();

	json_object_set_string_member(body, "action", action);
	offhook_vonage_act_add(act, "PUT", "", body);
}

gboolean
offhook_vonage_control_needs_api(const OffhookVonageDesk *desk, GTask *task)
{
	if (desk->api != NULL)
		return TRUE;
	g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
				"Vonage's REST interface can't be used: %s",
				offhook_vonage_config_get_api_missing(desk->config));
	g_object_unref(task);
	return FALSE;
}

/* ---- a request's way ---- */

static void offhook_vonage_act_go(GTask *task);

static gboolean
offhook_vonage_act_again_cb(gpointer user_data)
{
	GTask *task = user_data;
	OffhookVonageAct *act = g_task_get_task_data(task);

	act->timer = 0;
	offhook_vonage_act_go(task);
	return G_SOURCE_REMOVE;
}

static void
offhook_vonage_hang_up_late(OffhookDriver *driver, const char *call_id, int value)
{
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(OFFHOOK_VONAGE_DRIVER(driver));
	OffhookVonageCall *call = offhook_vonage_calls_find(desk.calls, call_id);

	if (call != NULL)
		offhook_vonage_call_settle_hang_up(call);
}

/*
 * Vonage ends the call, and with it our stream. The daemon closes that itself when this is answered;
 * a little patience spares Vonage the question what comes after a stream that we have closed.
 */
static void
offhook_vonage_hang_up_done(GTask *task)
{
	OffhookVonageAct *act = g_task_get_task_data(task);
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(g_task_get_source_object(task));
	OffhookVonageCall *call = offhook_vonage_calls_find(desk.calls, act->call_id);

	if (call == NULL || call->ended || !call->connected || call->hang_up != NULL) {
		g_task_return_boolean(task, TRUE);
		g_object_unref(task);
		return;
	}
	call->hang_up = task;
	offhook_driver_run_later(desk.driver, desk.grace_ms, offhook_vonage_hang_up_late,
				 act->call_id, 0);
}

static gboolean
offhook_vonage_act_is_gone(GTask *task, const OffhookRestReply *reply)
{
	OffhookVonageAct *act = g_task_get_task_data(task);
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(g_task_get_source_object(task));
	OffhookVonageCall *call = offhook_vonage_calls_find(desk.calls, act->call_id);

	return act->hangs_up &&
	       (reply->status == 404 || (reply->status == 400 && (call == NULL || call->ended)));
}

/* @task: (transfer full) */
static void
offhook_vonage_act_fail(GTask *task, const OffhookRestReply *reply)
{
	GError *error = NULL;

	offhook_vonage_reply_fail(reply, "call", &error);
	if (reply->status == 400)
		error->code = OFFHOOK_ERROR_INVALID_STATE;
	g_task_return_error(task, error);
	g_object_unref(task);
}

static void
offhook_vonage_act_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookVonageAct *act = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_vonage_api_send_finish(result, &error);

	if (reply == NULL) {
		g_task_return_error(task, error);
		g_object_unref(task);
	} else if (offhook_rest_reply_is_success(reply) ||
		   offhook_vonage_act_is_gone(task, reply)) {
		offhook_vonage_step_free(g_queue_pop_head(&act->steps));
		offhook_vonage_act_go(task);
	} else if (reply->status == 400 && ++act->tries < CHANGE_TRIES) {
		act->timer = g_timeout_add(act->retry_ms << (act->tries - 1),
					   offhook_vonage_act_again_cb, task);
	} else {
		offhook_vonage_act_fail(task, reply);
	}
}

/* @task: (transfer full) */
static void
offhook_vonage_act_go(GTask *task)
{
	OffhookVonageAct *act = g_task_get_task_data(task);
	OffhookVonageStep *step = g_queue_peek_head(&act->steps);
	g_autofree char *path = NULL;
	OffhookVonageAsk ask;

	if (step == NULL && act->hangs_up) {
		offhook_vonage_hang_up_done(task);
		return;
	}
	if (step == NULL) {
		g_task_return_boolean(task, TRUE);
		g_object_unref(task);
		return;
	}
	path = g_strconcat(act->path, step->rest, NULL);
	ask = (OffhookVonageAsk){
	    .base = act->base,
	    .method = step->method,
	    .path = path,
	    .body = step->body,
	    .once = step->once,
	};
	offhook_vonage_api_send_async(act->api, &ask, NULL, offhook_vonage_act_answered_cb, task);
}

/* @task, @act: (transfer full) */
static void
offhook_vonage_act_begin(GTask *task, OffhookVonageAct *act)
{
	g_task_set_task_data(task, act, offhook_vonage_act_free);
	offhook_vonage_act_go(task);
}

/* ---- hanging up ---- */

static void
offhook_vonage_hang_up_begin(const OffhookVonageDesk *desk, OffhookVonageCall *call, GTask *task)
{
	OffhookVonageAct *act = offhook_vonage_act_new(desk, call);

	act->hangs_up = TRUE;
	offhook_vonage_act_add_action(act, "hangup");
	offhook_vonage_act_begin(task, act);
}

static void
offhook_vonage_dropped_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;

	if (!g_task_propagate_boolean(G_TASK(result), &error))
		g_message("a call could not be ended: %s", error->message);
}

void
offhook_vonage_control_drop(const OffhookVonageDesk *desk, OffhookVonageCall *call)
{
	if (desk->api != NULL && call->uuid != NULL && !call->ended)
		offhook_vonage_hang_up_begin(
		    desk, call, g_task_new(desk->driver, NULL, offhook_vonage_dropped_cb, NULL));
}

void
offhook_vonage_control_hang_up(const OffhookVonageDesk *desk, OffhookVonageCall *call, GTask *task)
{
	gboolean again = call->hanging_up;

	g_clear_pointer(&call->target, g_free);
	g_clear_pointer(&call->bridge, g_free);
	offhook_vonage_calls_revoke_token(desk->calls, call); /* a stream on its way is too late */
	call->hanging_up = TRUE;
	/* Without a name yet: as soon as it has one. Without REST: the end of our stream ends it. */
	if (!call->ended && !again && call->uuid != NULL && desk->api != NULL) {
		offhook_vonage_hang_up_begin(desk, call, task);
		return;
	}
	g_task_return_boolean(task, TRUE);
	g_object_unref(task);
}

/* ---- changes ---- */

/* Vonage's keys: "p" waits for half a second. (nullable) */
static char *
offhook_vonage_make_keys(const char *keys, GError **error)
{
	GString *text = g_string_new(NULL);

	for (const char *p = keys; *p != '\0'; p++) {
		if (*p == 'w')
			g_string_append_c(text, 'p');
		else if (*p == 'W')
			g_string_append(text, "pp");
		else
			g_string_append_c(text, *p);
	}
	if (strspn(text->str, "0123456789*#p") == text->len)
		return g_string_free(text, FALSE);
	g_string_free(text, TRUE);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "digits: expected 0-9, *, # and w; Vonage has no A-D");
	return NULL;
}

static gboolean
offhook_vonage_act_add_keys(OffhookVonageAct *act, const char *keys, GError **error)
{
	g_autofree char *wire = offhook_vonage_make_keys(keys, error);
	JsonObject *body;

	if (wire == NULL)
		return FALSE;
	body = json_object_new();
	json_object_set_string_member(body, "digits", wire);
	offhook_vonage_act_add(act, "PUT", "/dtmf", body)->once = TRUE;
	return TRUE;
}

static gboolean
offhook_vonage_act_add_sound(OffhookVonageAct *act, const char *url, gboolean for_ever,
			     GError **error)
{
	JsonObject *body;

	if (url == NULL ||
	    (!g_str_has_prefix(url, "https://") && !g_str_has_prefix(url, "http://"))) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "sound: expected the http or https URL of an mp3 or wav file");
		return FALSE;
	}
	body = json_object_new();
	offhook_vonage_json_add_in_array(body, "stream_url", url);
	json_object_set_int_member(body, "loop", for_ever ? 0 : 1);
	json_object_set_string_member(body, "level", "0");
	offhook_vonage_act_add(act, "PUT", "/stream", body);
	return TRUE;
}

/*
 * With music of its own Vonage holds the line: the caller hears nothing but that. Without, the
 * daemon's own sound of the line is to be heard.
 */
static gboolean
offhook_vonage_act_add_hold(OffhookVonageAct *act, gboolean hold, const char *music, GError **error)
{
	if (music == NULL)
		return TRUE;
	if (hold) {
		offhook_vonage_act_add_action(act, "earmuff");
		return offhook_vonage_act_add_sound(act, music, TRUE, error);
	}
	offhook_vonage_act_add(act, "DELETE", "/stream", NULL);
	offhook_vonage_act_add_action(act, "unearmuff");
	return TRUE;
}

static gboolean
offhook_vonage_act_fill(OffhookVonageAct *act, const OffhookVonageConfig *config,
			OffhookCallVerb verb, const char *argument, GError **error)
{
	switch (verb) {
	case OFFHOOK_VERB_SEND_DTMF:
		return offhook_vonage_act_add_keys(act, argument, error);
	case OFFHOOK_VERB_PLAY:
		return offhook_vonage_act_add_sound(act, argument, FALSE, error);
	case OFFHOOK_VERB_HOLD:
	case OFFHOOK_VERB_UNHOLD:
		return offhook_vonage_act_add_hold(act, verb == OFFHOOK_VERB_HOLD,
						   argument != NULL ? argument : config->hold_music,
						   error);
	default:
		offhook_vonage_act_add_action(act, verb == OFFHOOK_VERB_MUTE ? "mute" : "unmute");
		return TRUE;
	}
}

static gboolean
offhook_vonage_control_check_running(OffhookVonageCall *call, GTask *task)
{
	if (!call->ended && !call->hanging_up && call->uuid != NULL)
		return TRUE;
	g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
				"call %s is not in progress", call->call_id);
	g_object_unref(task);
	return FALSE;
}

void
offhook_vonage_control_change(const OffhookVonageDesk *desk, OffhookVonageCall *call,
			      OffhookCallVerb verb, const char *argument, GTask *task)
{
	OffhookVonageAct *act;
	GError *error = NULL;

	/* The daemon holds and mutes in the audio, too: that will do. */
	if (desk->api == NULL && verb != OFFHOOK_VERB_SEND_DTMF && verb != OFFHOOK_VERB_PLAY) {
		g_task_return_boolean(task, TRUE);
		g_object_unref(task);
		return;
	}
	if (!offhook_vonage_control_needs_api(desk, task) ||
	    !offhook_vonage_control_check_running(call, task))
		return;
	act = offhook_vonage_act_new(desk, call);
	if (offhook_vonage_act_fill(act, desk->config, verb, argument, &error)) {
		offhook_vonage_act_begin(task, act);
		return;
	}
	offhook_vonage_act_free(act);
	g_task_return_error(task, error);
	g_object_unref(task);
}

/* ---- passing on ---- */

/* A call without our stream is given another NCCO at once, and is not ours any more. */
static void
offhook_vonage_transfer_now(const OffhookVonageDesk *desk, OffhookVonageCall *call,
			    const char *target, GTask *task)
{
	g_autofree char *url =
	    offhook_vonage_desk_make_event_url(desk, call->call_id, OFFHOOK_VONAGE_LEG_DIAL);
	JsonArray *ncco = json_array_new();
	JsonObject *destination = json_object_new();
	JsonObject *body = json_object_new();
	OffhookVonageAct *act = offhook_vonage_act_new(desk, call);

	offhook_vonage_ncco_add_dial(ncco, target, desk->config->phone_number, url);
	json_object_set_string_member(destination, "type", "ncco");
	json_object_set_array_member(destination, "ncco", ncco);
	json_object_set_string_member(body, "action", "transfer");
	json_object_set_object_member(body, "destination", destination);
	offhook_vonage_act_add(act, "PUT", "", body)->once = TRUE;
	offhook_vonage_calls_revoke_token(desk->calls, call);
	offhook_pacer_count(desk->creating);
	offhook_vonage_act_begin(task, act);
}

void
offhook_vonage_control_transfer(const OffhookVonageDesk *desk, OffhookVonageCall *call,
				const char *target, GTask *task)
{
	if (!offhook_vonage_target_is_valid(target)) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
					"transfer target: expected a number in E.164 or sip:...");
		g_object_unref(task);
		return;
	}
	if (call->connected && !call->ended && !call->hanging_up) {
		g_free(call->target);
		call->target = g_strdup(target);
		g_task_return_boolean(task, TRUE);
		g_object_unref(task);
		return;
	}
	if (offhook_vonage_control_check_running(call, task) &&
	    offhook_vonage_control_needs_api(desk, task))
		offhook_vonage_transfer_now(desk, call, target, task);
}
