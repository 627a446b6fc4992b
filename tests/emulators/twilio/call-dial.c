/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* <Dial>: the carrier calls somebody else for the caller. Numbers that end in 9001, 9002 and 9003 are
 * busy, do not answer and can't be reached; everybody else answers, and what the two say to each
 * other is not emulated. */

#include "call-private.h"

#include "identity.h"

#include <string.h>

/* NULL: answers */
static const gchar *
offhook_emu_call_dial_get_failure(const gchar *number)
{
	static const struct {
		const gchar *suffix;
		const gchar *status;
	} failures[] = {{"9001", "busy"}, {"9002", "no-answer"}, {"9003", "failed"}};

	for (gsize i = 0; i < G_N_ELEMENTS(failures); i++)
		if (g_str_has_suffix(number, failures[i].suffix))
			return failures[i].status;
	return NULL;
}

static const gchar *
offhook_emu_call_dial_get_action(OffhookEmuCall *self)
{
	return offhook_emu_verb_get(offhook_emu_call_get_verb(self), "action", NULL);
}

/* The end of a dialled call whose caller is not there any more for what comes next. */
static void
offhook_emu_call_dial_report(OffhookEmuCall *self, const gchar *call_status,
			     const gchar *dial_status)
{
	const gchar *action = offhook_emu_call_dial_get_action(self);
	g_autoptr(OffhookEmuForm) form = offhook_emu_call_new_form(self, call_status);

	offhook_emu_form_add(form, "DialCallStatus", dial_status);
	if (action != NULL)
		offhook_emu_call_post(self, action, form, offhook_emu_call_status_replied);
}

static void
offhook_emu_call_dial_complete(OffhookEmuCall *self)
{
	if (self->over)
		return;
	self->dialling = FALSE;
	offhook_emu_call_dial_report(self, "in-progress", "completed");
	offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_TRANSFERRED);
}

static void
offhook_emu_call_dial_answer_replied(OffhookEmuCall *self, OffhookEmuReply *reply,
				     const gchar *failure)
{
	offhook_emu_call_status_replied(self, reply, failure);
	offhook_emu_call_dial_complete(self);
}

static void
offhook_emu_call_dial_answer(OffhookEmuCall *self)
{
	GHashTable *noun = offhook_emu_call_get_verb(self)->noun_attributes;
	const gchar *url = noun != NULL ? g_hash_table_lookup(noun, "statusCallback") : NULL;
	const gchar *events =
	    noun != NULL ? g_hash_table_lookup(noun, "statusCallbackEvent") : NULL;
	g_autofree gchar *sid = offhook_emu_identity_new_sid("CA");
	const OffhookEmuParties parties = {
	    .call_sid = sid,
	    .direction = "outbound-dial",
	    .from = self->from,
	    .to = self->result.transfer_number,
	};
	g_autoptr(OffhookEmuForm) form = NULL;

	if (url == NULL || events == NULL || strstr(events, "answered") == NULL) {
		offhook_emu_call_dial_complete(self);
		return;
	}
	form = offhook_emu_identity_new_form(self->options, &parties, "in-progress");
	offhook_emu_form_add(form, "ParentCallSid", self->call_sid);
	offhook_emu_identity_add_progress(form, 2);
	offhook_emu_call_post(self, url, form, offhook_emu_call_dial_answer_replied);
}

static gboolean
offhook_emu_call_dial_rung_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;
	const gchar *action = offhook_emu_call_dial_get_action(self);
	const gchar *failure = offhook_emu_call_dial_get_failure(self->result.transfer_number);
	g_autofree gchar *url = g_strdup(action);

	self->pause_timer = 0;
	if (failure == NULL) {
		offhook_emu_call_dial_answer(self);
		return G_SOURCE_REMOVE;
	}
	self->dialling = FALSE;
	offhook_emu_call_note(self, "dial-failed", "status", failure, "dialled: ");
	if (url == NULL) {
		self->verb++;
		offhook_emu_call_run(self);
	} else {
		self->dial_status = failure;
		offhook_emu_call_fetch(self, url, "in-progress");
	}
	return G_SOURCE_REMOVE;
}

void
offhook_emu_call_dial(OffhookEmuCall *self, const OffhookEmuVerb *verb)
{
	g_free(self->result.transfer_number);
	self->result.transfer_number = g_strdup(verb->text->str);
	offhook_emu_call_note(self, "transfer", "number", verb->text->str,
			      "call    transferred to ");
	self->dialling = TRUE;
	self->pause_timer =
	    g_timeout_add(self->options->ring_ms, offhook_emu_call_dial_rung_cb, self);
}

void
offhook_emu_call_dial_cancel(OffhookEmuCall *self)
{
	self->dialling = FALSE;
	offhook_emu_call_dial_report(self, "completed", "canceled");
}
