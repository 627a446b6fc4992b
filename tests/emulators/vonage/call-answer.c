/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The answer webhook: asks the server what to do with a call, and the fallback when it doesn't
 * say. */

#include "call-private.h"

#define OFFHOOK_EMU_CALL_MAX_ANSWERS 20

/* The fields of an answer webhook. */
static JsonObject *
offhook_emu_call_new_answer(OffhookEmuCall *self)
{
	JsonObject *fields = json_object_new();
	const gchar *region = offhook_emu_exchange_get_region(self->options->account->exchange);

	json_object_set_string_member(fields, "from", self->caller.from);
	json_object_set_string_member(fields, "endpoint_type", "phone");
	json_object_set_string_member(fields, "conversation_uuid", self->conversation);
	json_object_set_string_member(fields, "to", self->caller.to);
	json_object_set_string_member(fields, "uuid", self->caller.uuid);
	if (region != NULL)
		json_object_set_string_member(fields, "region_url", region);
	return fields;
}

static void
offhook_emu_call_note_answer(OffhookEmuCall *self, const OffhookEmuReply *reply)
{
	gint64 took_ms = (g_get_monotonic_time() - self->requested_us) / 1000;
	guint status = reply != NULL ? reply->status : 0;
	JsonObject *fields = json_object_new();

	json_object_set_int_member(fields, "status", status);
	json_object_set_int_member(fields, "took_ms", took_ms);
	offhook_emu_journal_add(self->journal, g_get_monotonic_time(), "webhook-answered", fields,
				"webhook answered: %u after %" G_GINT64_FORMAT " ms", status,
				took_ms);
	if (self->answers != 1)
		return;
	self->result.webhook_status = status;
	self->result.webhook_ms = took_ms;
}

static gboolean
offhook_emu_call_is_usable(const OffhookEmuReply *reply)
{
	return reply != NULL && reply->status >= 200 && reply->status <= 205;
}

/* The carrier goes by the content type. */
static OffhookEmuNcco *
offhook_emu_call_read_answer(OffhookEmuCall *self, const OffhookEmuReply *reply)
{
	g_autoptr(GError) error = NULL;
	OffhookEmuNcco *ncco = NULL;

	if (g_strcmp0(reply->content_type, "application/json") != 0) {
		offhook_emu_call_problem(
		    self, "the NCCO has the content type \"%s\", expected application/json",
		    reply->content_type != NULL ? reply->content_type : "");
		return NULL;
	}
	ncco = offhook_emu_ncco_parse(reply->body->str, reply->body->len, &error);
	if (ncco == NULL)
		offhook_emu_call_problem(self, "Syntax error in NCCO: %s", error->message);
	return ncco;
}

static void
offhook_emu_call_give_up(OffhookEmuCall *self)
{
	if (self->answers == 1)
		offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_FAILED);
	else
		offhook_emu_call_next(self);
}

static void
offhook_emu_call_fallback_replied(OffhookEmuCall *self, OffhookEmuReply *reply,
				  const gchar *failure)
{
	OffhookEmuNcco *ncco;

	if (self->over)
		return;
	if (!offhook_emu_call_is_usable(reply)) {
		if (reply == NULL || self->options->expect.status == 0)
			offhook_emu_call_problem(self, "the fallback webhook: %s",
						 reply == NULL ? failure : "no NCCO");
		offhook_emu_call_give_up(self);
		return;
	}
	ncco = offhook_emu_call_read_answer(self, reply);
	if (ncco != NULL)
		offhook_emu_call_take(self, ncco);
	else
		offhook_emu_call_give_up(self);
}

static void
offhook_emu_call_fall_back(OffhookEmuCall *self, const gchar *reason)
{
	const OffhookEmuAccount *account = self->options->account;
	g_autofree gchar *url =
	    offhook_emu_webhook_find(self->address, account->fallback_url, "fallback");
	JsonObject *fields = offhook_emu_call_new_answer(self);
	JsonObject *original = json_object_new();

	json_object_set_string_member(original, "url", self->address->webhook);
	json_object_set_string_member(original, "type", "answer");
	json_object_set_string_member(fields, "reason", reason);
	json_object_set_object_member(fields, "original_request", original);
	offhook_emu_call_note(self, "fallback-sent", "url", url, "webhook fallback ");
	offhook_emu_call_send(self, OFFHOOK_EMU_WEBHOOK_ANSWER, "POST", url, fields,
			      offhook_emu_call_fallback_replied);
}

static void
offhook_emu_call_answer_replied(OffhookEmuCall *self, OffhookEmuReply *reply, const gchar *failure)
{
	OffhookEmuNcco *ncco;

	offhook_emu_call_note_answer(self, reply);
	if (self->over)
		return;
	if (!offhook_emu_call_is_usable(reply)) {
		g_autofree gchar *reason =
		    reply != NULL ? g_strdup_printf("HTTP %u", reply->status) : g_strdup(failure);

		/* a refusal that was asked for is no problem */
		if (reply == NULL || self->options->expect.status != (gint)reply->status)
			offhook_emu_call_problem(self, "the answer webhook: %s", reason);
		offhook_emu_call_fall_back(self, reason);
		return;
	}
	ncco = offhook_emu_call_read_answer(self, reply);
	if (ncco != NULL)
		offhook_emu_call_take(self, ncco);
	else
		offhook_emu_call_give_up(self);
}

void
offhook_emu_call_fetch(OffhookEmuCall *self, const gchar *method, const gchar *url)
{
	if (++self->answers > OFFHOOK_EMU_CALL_MAX_ANSWERS) {
		offhook_emu_call_problem(self, "the server redirects without end");
		offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_FAILED);
		return;
	}
	self->requested_us = g_get_monotonic_time();
	offhook_emu_call_note(self, "webhook-sent", "url", url, "webhook answer ");
	offhook_emu_call_send(self, OFFHOOK_EMU_WEBHOOK_ANSWER, method, url,
			      offhook_emu_call_new_answer(self), offhook_emu_call_answer_replied);
}
