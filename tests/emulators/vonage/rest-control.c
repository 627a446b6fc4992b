/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* /v1/calls/{uuid} and below it: what is done to a call that is on. */

#include "rest-private.h"

#include <string.h>

#define OFFHOOK_EMU_REST_NOT_YET_MS 1000

/* ---- PUT /v1/calls/{uuid} ---- */

static void
offhook_emu_rest_control_transfer(OffhookEmuRequest *request, OffhookEmuCall *call,
				  JsonObject *body)
{
	static const OffhookEmuRule destination[] = {
	    {"type", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "ncco", NULL},
	    {"ncco", OFFHOOK_EMU_RULE_NCCO, FALSE, 0, 0, NULL, NULL},
	    {"url", OFFHOOK_EMU_RULE_URLS, FALSE, 0, 0, NULL, NULL},
	    {0}};
	static const OffhookEmuRule rules[] = {
	    {"action", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "transfer", NULL},
	    {"destination", OFFHOOK_EMU_RULE_OBJECT, TRUE, 0, 0, NULL, destination},
	    {0}};
	g_autoptr(GError) error = NULL;
	JsonObject *where;

	if (!offhook_emu_rules_check(rules, body, "body", &error)) {
		offhook_emu_rest_refuse_parameter(request, "destination", error->message);
		return;
	}
	where = json_object_get_object_member(body, "destination");
	if (json_object_has_member(where, "ncco") == json_object_has_member(where, "url")) {
		offhook_emu_rest_refuse_parameter(request, "destination",
						  "exactly one of ncco and url is needed");
		return;
	}
	if (!offhook_emu_call_is_answered(call)) {
		offhook_emu_rest_refuse_state(request, "the call is not answered");
		return;
	}
	if (json_object_has_member(where, "url"))
		offhook_emu_call_transfer_to_url(call, offhook_emu_rules_get(where, "url"));
	else if (!offhook_emu_call_transfer(call, json_object_get_member(where, "ncco"), &error)) {
		offhook_emu_rest_refuse_parameter(request, "ncco", error->message);
		return;
	}
	offhook_emu_request_reply(request, 204, NULL);
}

static void
offhook_emu_rest_control_update(OffhookEmuRequest *request, OffhookEmuCall *call, const gchar *uuid)
{
	static const OffhookEmuRule rules[] = {
	    {"action", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "hangup|(un)?(mute|earmuff)", NULL},
	    {0}};
	g_autoptr(JsonObject) body = offhook_emu_rest_read(request);
	g_autoptr(GError) error = NULL;
	const gchar *action;

	if (body == NULL)
		return;
	action = offhook_emu_rules_get(body, "action");
	if (g_strcmp0(action, "transfer") == 0) {
		offhook_emu_rest_control_transfer(request, call, body);
		return;
	}
	if (!offhook_emu_rules_check(rules, body, "body", &error)) {
		offhook_emu_rest_refuse_parameter(request, "action", error->message);
		return;
	}
	offhook_emu_request_reply(request, 204, NULL);
	if (g_str_equal(action, "hangup"))
		offhook_emu_call_end_leg(call, uuid);
	else
		offhook_emu_call_mute(call, action);
}

/* ---- below it ---- */

static void
offhook_emu_rest_control_reply(OffhookEmuRequest *request, const gchar *uuid, const gchar *message)
{
	JsonObject *body = json_object_new();

	json_object_set_string_member(body, "message", message);
	json_object_set_string_member(body, "uuid", uuid);
	offhook_emu_request_reply(request, 200, body);
}

static const OffhookEmuRule offhook_emu_rest_stream[] = {
    {"stream_url", OFFHOOK_EMU_RULE_URLS, TRUE, 0, 0, NULL, NULL},
    {"loop", OFFHOOK_EMU_RULE_INTEGER, FALSE, 0, 1000, NULL, NULL},
    {"level", OFFHOOK_EMU_RULE_LEVEL, FALSE, 0, 0, NULL, NULL},
    {0}};
static const OffhookEmuRule offhook_emu_rest_talk[] = {
    {"text", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 1500, NULL, NULL},
    {"language", OFFHOOK_EMU_RULE_STRING, FALSE, 2, 20, NULL, NULL},
    {"style", OFFHOOK_EMU_RULE_INTEGER, FALSE, 0, 100, NULL, NULL},
    {"premium", OFFHOOK_EMU_RULE_BOOLEAN, FALSE, 0, 0, NULL, NULL},
    {"loop", OFFHOOK_EMU_RULE_INTEGER, FALSE, 0, 1000, NULL, NULL},
    {"level", OFFHOOK_EMU_RULE_LEVEL, FALSE, 0, 0, NULL, NULL},
    {0}};
static const OffhookEmuRule offhook_emu_rest_dtmf[] = {
    {"digits", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "[0-9*#p]+", NULL}, {0}};
static const OffhookEmuRule offhook_emu_rest_keys[] = {
    {"event_url", OFFHOOK_EMU_RULE_URLS, TRUE, 0, 0, NULL, NULL}, {0}};

static const struct {
	const gchar *path;
	const OffhookEmuRule *rules;
	const gchar *field;   /* what is worth noting of it */
	const gchar *event;   /* what it is called in the log */
	const gchar *started; /* the reply to PUT */
	const gchar *stopped; /* the reply to DELETE; NULL: there is none */
} offhook_emu_rest_controls[] = {
    {"stream", offhook_emu_rest_stream, "stream_url", "rest-stream", "Stream started",
     "Stream stopped"},
    {"talk", offhook_emu_rest_talk, "text", "rest-talk", "Talk started", "Talk stopped"},
    {"dtmf", offhook_emu_rest_dtmf, "digits", "rest-dtmf", "DTMF sent", NULL},
    {"input/dtmf", offhook_emu_rest_keys, "event_url", "rest-keys", "Subscribed", "Unsubscribed"},
};

static gboolean
offhook_emu_rest_control_play(OffhookEmuRequest *request, OffhookEmuCall *call, const gchar *uuid,
			      gsize i)
{
	g_autoptr(JsonObject) body = NULL;

	if (!offhook_emu_call_is_answered(call)) {
		offhook_emu_rest_refuse_state(request, "the call is not answered");
		return TRUE;
	}
	if (g_str_equal(request->method, "DELETE") &&
	    offhook_emu_rest_controls[i].stopped != NULL) {
		offhook_emu_call_log(call, offhook_emu_rest_controls[i].event, "stop");
		offhook_emu_rest_control_reply(request, uuid, offhook_emu_rest_controls[i].stopped);
		return TRUE;
	}
	if (!g_str_equal(request->method, "PUT"))
		return FALSE;
	body = offhook_emu_rest_read_checked(request, offhook_emu_rest_controls[i].rules);
	if (body == NULL)
		return TRUE;
	offhook_emu_call_log(call, offhook_emu_rest_controls[i].event,
			     offhook_emu_rules_get(body, offhook_emu_rest_controls[i].field));
	offhook_emu_rest_control_reply(request, uuid, offhook_emu_rest_controls[i].started);
	return TRUE;
}

gboolean
offhook_emu_rest_control_serve(OffhookEmuRest *self, OffhookEmuRequest *request,
			       OffhookEmuCall *call, const gchar *uuid, const gchar *action)
{
	if (offhook_emu_call_is_over(call))
		return FALSE;
	if (offhook_emu_call_get_fate(call) == OFFHOOK_EMU_FATE_NOT_YET &&
	    offhook_emu_call_get_age_ms(call) < OFFHOOK_EMU_REST_NOT_YET_MS) {
		offhook_emu_rest_refuse_state(request, "Bad Request");
		return TRUE;
	}
	if (action == NULL) {
		if (!g_str_equal(request->method, "PUT"))
			return FALSE;
		offhook_emu_rest_control_update(request, call, uuid);
		return TRUE;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_rest_controls); i++) {
		if (g_str_equal(action, offhook_emu_rest_controls[i].path))
			return offhook_emu_rest_control_play(request, call, uuid, i);
	}
	return FALSE;
}
