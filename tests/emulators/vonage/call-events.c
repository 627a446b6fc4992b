/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The event webhooks of a call: what they say, where they go, and the wrongs done to their order. */

#include "call-private.h"

#include "rules.h"

void
offhook_emu_leg_set(OffhookEmuLeg *leg, const gchar *uuid, const gchar *from, const gchar *to,
		    const gchar *direction)
{
	offhook_emu_leg_clear(leg);
	leg->uuid = uuid != NULL ? g_strdup(uuid) : g_uuid_string_random();
	leg->from = g_strdup(from);
	leg->to = g_strdup(to);
	leg->direction = direction;
	leg->status = "started";
}

void
offhook_emu_leg_clear(OffhookEmuLeg *leg)
{
	g_clear_pointer(&leg->uuid, g_free);
	g_clear_pointer(&leg->from, g_free);
	g_clear_pointer(&leg->to, g_free);
	g_clear_pointer(&leg->headers, json_object_unref);
	leg->answered_us = 0;
}

gchar *
offhook_emu_call_now(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();

	return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", g_date_time_get_year(now),
			       g_date_time_get_month(now), g_date_time_get_day_of_month(now),
			       g_date_time_get_hour(now), g_date_time_get_minute(now),
			       g_date_time_get_second(now),
			       g_date_time_get_microsecond(now) / 1000);
}

static void
offhook_emu_call_add_headers(JsonObject *event, const OffhookEmuLeg *leg)
{
	json_object_set_object_member(event, "headers",
				      leg->headers != NULL ? json_object_ref(leg->headers)
							   : json_object_new());
}

JsonObject *
offhook_emu_call_new_event(OffhookEmuCall *self, const OffhookEmuLeg *leg, const gchar *status)
{
	JsonObject *event = json_object_new();
	g_autofree gchar *now = offhook_emu_call_now();

	offhook_emu_call_add_headers(event, leg);
	json_object_set_string_member(event, "from", leg->from);
	json_object_set_string_member(event, "to", leg->to);
	json_object_set_string_member(event, "uuid", leg->uuid);
	json_object_set_string_member(event, "conversation_uuid", self->conversation);
	json_object_set_string_member(event, "status", status);
	json_object_set_string_member(event, "direction", leg->direction);
	json_object_set_string_member(event, "timestamp", now);
	return event;
}

/* The action's, else the request's, else the application's. NULL: there is none */
static gchar *
offhook_emu_call_find_event_url(OffhookEmuCall *self, JsonObject *action, const gchar **method)
{
	const OffhookEmuAccount *account = self->options->account;
	const gchar *url = offhook_emu_rules_get(action, "eventUrl");

	if (url != NULL) {
		*method = offhook_emu_rules_get(action, "eventMethod");
	} else if (self->request != NULL &&
		   (url = offhook_emu_rules_get(self->request, "event_url")) != NULL) {
		*method = offhook_emu_rules_get(self->request, "event_method");
	} else {
		*method = account->event_method;
		return offhook_emu_webhook_find(self->address, account->event_url, "event");
	}
	if (*method == NULL)
		*method = "POST";
	return g_strdup(url);
}

/* A refusal that was asked for is no problem. */
static void
offhook_emu_call_judge_reply(OffhookEmuCall *self, OffhookEmuReply *reply, const gchar *failure)
{
	if (reply == NULL)
		offhook_emu_call_problem(self, "an event webhook failed: %s", failure);
	else if ((reply->status < 200 || reply->status > 205) &&
		 reply->status != (guint)self->options->expect.status)
		offhook_emu_call_problem(self, "an event webhook was answered with %u",
					 reply->status);
}

static void
offhook_emu_call_post(OffhookEmuCall *self, JsonObject *action, JsonObject *event,
		      OffhookEmuCallReplyFunc func)
{
	const gchar *method;
	g_autofree gchar *url = offhook_emu_call_find_event_url(self, action, &method);

	if (url != NULL)
		offhook_emu_call_send(self, OFFHOOK_EMU_WEBHOOK_EVENT, method, url, event, func);
	else
		json_object_unref(event);
}

typedef struct {
	OffhookEmuCall *call;
	JsonObject *action;
	JsonObject *event;
} OffhookEmuLateEvent;

static gboolean
offhook_emu_call_late_cb(gpointer user_data)
{
	g_autofree OffhookEmuLateEvent *late = user_data;
	OffhookEmuCall *self = late->call;

	offhook_emu_call_post(self, late->action, late->event, offhook_emu_call_judge_reply);
	g_clear_pointer(&late->action, json_object_unref);
	offhook_emu_call_request_done(self);
	return G_SOURCE_REMOVE;
}

void
offhook_emu_call_report(OffhookEmuCall *self, JsonObject *action, JsonObject *event)
{
	const OffhookEmuAccount *account = self->options->account;
	guint copies = account->events_twice || self->fate == OFFHOOK_EMU_FATE_TWICE ? 2 : 1;

	for (guint i = 0; i < copies; i++) {
		JsonObject *copy = i + 1 < copies ? json_object_ref(event) : event;
		OffhookEmuLateEvent *late;

		if (account->events_delay_ms == 0) {
			offhook_emu_call_post(self, action, copy, offhook_emu_call_judge_reply);
			continue;
		}
		late = g_new0(OffhookEmuLateEvent, 1);
		late->call = self;
		late->action = action != NULL ? json_object_ref(action) : NULL;
		late->event = copy;
		self->requests++;
		g_timeout_add(account->events_delay_ms, offhook_emu_call_late_cb, late);
	}
}

void
offhook_emu_call_release_events(OffhookEmuCall *self)
{
	JsonObject *event;

	while ((event = g_queue_pop_head(&self->held)) != NULL)
		offhook_emu_call_report(self, NULL, event);
}

void
offhook_emu_call_tell(OffhookEmuCall *self, OffhookEmuLeg *leg, const gchar *status,
		      const gchar *detail)
{
	JsonObject *event = offhook_emu_call_new_event(self, leg, status);
	gboolean first = g_str_equal(status, "started") || g_str_equal(status, "ringing");
	gboolean reordered =
	    self->options->account->events_reordered || self->fate == OFFHOOK_EMU_FATE_REORDERED;

	leg->status = g_intern_string(status);
	offhook_emu_call_note(self, "event-sent", "status", status, NULL);
	if (detail != NULL)
		json_object_set_string_member(event, "detail", detail);
	if (g_str_equal(status, "answered")) {
		leg->answered_us = g_get_monotonic_time();
		json_object_set_null_member(event, "start_time");
		json_object_set_null_member(event, "rate");
		json_object_set_null_member(event, "network");
	}
	if (first && (reordered || self->fate == OFFHOOK_EMU_FATE_LATE)) {
		g_queue_push_tail(&self->held, event);
		return;
	}
	offhook_emu_call_report(self, leg == &self->caller ? NULL : self->connect, event);
	if (!first && reordered)
		offhook_emu_call_release_events(self);
}

static void
offhook_emu_call_add_time(JsonObject *event, const gchar *name, gint64 ago_us)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autoptr(GDateTime) then = g_date_time_add(now, -ago_us);
	g_autofree gchar *text = g_date_time_format(then, "%Y-%m-%dT%H:%M:%S.000Z");

	json_object_set_string_member(event, name, text);
}

void
offhook_emu_call_tell_completed(OffhookEmuCall *self, OffhookEmuLeg *leg, gboolean by_server)
{
	gint64 us = leg->answered_us != 0 ? g_get_monotonic_time() - leg->answered_us : 0;
	g_autofree gchar *duration =
	    g_strdup_printf("%" G_GINT64_FORMAT, (us + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);
	JsonObject *event;

	if (leg->uuid == NULL)
		return;
	leg->status = "completed";
	event = offhook_emu_call_new_event(self, leg, "completed");
	if (leg->answered_us != 0) {
		offhook_emu_call_add_time(event, "start_time", us);
		offhook_emu_call_add_time(event, "end_time", 0);
	} else {
		json_object_set_null_member(event, "start_time");
		json_object_set_null_member(event, "end_time");
	}
	json_object_set_string_member(event, "duration", duration);
	json_object_set_string_member(event, "rate", "0.00720000");
	json_object_set_string_member(event, "price", us > 0 ? "0.00012000" : "0");
	json_object_set_string_member(event, "network", "US-FIXED");
	json_object_set_string_member(event, "disconnected_by", by_server ? "platform" : "user");
	json_object_set_int_member(event, "sip_code", 200);
	offhook_emu_call_note(self, "event-sent", "status", "completed", NULL);
	offhook_emu_call_report(self, leg == &self->caller ? NULL : self->connect, event);
}

void
offhook_emu_call_tell_machine(OffhookEmuCall *self, gboolean machine, const gchar *sub_state)
{
	JsonObject *event = json_object_new();
	g_autofree gchar *now = offhook_emu_call_now();

	json_object_set_string_member(event, "call_uuid", self->caller.uuid);
	json_object_set_string_member(event, "conversation_uuid", self->conversation);
	json_object_set_string_member(event, "from", self->caller.from);
	json_object_set_string_member(event, "to", self->caller.to);
	json_object_set_string_member(event, "status", machine ? "machine" : "human");
	if (sub_state != NULL)
		json_object_set_string_member(event, "sub_state", sub_state);
	json_object_set_string_member(event, "timestamp", now);
	offhook_emu_call_note(self, "event-sent", "status", machine ? "machine" : "human", NULL);
	offhook_emu_call_report(self, NULL, event);
}

/* ---- events whose answer may be an NCCO ---- */

typedef struct {
	OffhookEmuCall *call;
	OffhookEmuCallNccoFunc func;
} OffhookEmuAsk;

static void
offhook_emu_call_asked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookEmuAsk *ask = user_data;
	OffhookEmuCall *self = ask->call;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuReply) reply = offhook_emu_webhook_send_finish(result, &error);
	OffhookEmuNcco *ncco = NULL;

	offhook_emu_call_judge_reply(self, reply, error != NULL ? error->message : NULL);
	g_clear_error(&error);
	if (reply != NULL && reply->status <= 205 && reply->body->len > 0 &&
	    g_strcmp0(reply->content_type, "application/json") == 0) {
		ncco = offhook_emu_ncco_parse(reply->body->str, reply->body->len, &error);
		if (ncco == NULL)
			offhook_emu_call_problem(self, "the answer to an event: %s",
						 error->message);
	}
	if (self->over)
		g_clear_pointer(&ncco, offhook_emu_ncco_free);
	else
		ask->func(self, ncco);
	offhook_emu_call_request_done(self);
}

void
offhook_emu_call_ask(OffhookEmuCall *self, JsonObject *action, JsonObject *event,
		     OffhookEmuCallNccoFunc func)
{
	const gchar *method;
	g_autofree gchar *url = offhook_emu_call_find_event_url(self, action, &method);
	OffhookEmuAsk *ask;

	if (url == NULL) {
		json_object_unref(event);
		func(self, NULL);
		return;
	}
	ask = g_new0(OffhookEmuAsk, 1);
	ask->call = self;
	ask->func = func;
	self->requests++;
	offhook_emu_webhook_send_async(self->session, self->options, self->address,
				       OFFHOOK_EMU_WEBHOOK_EVENT, method, url, event,
				       offhook_emu_call_asked_cb, ask);
}
