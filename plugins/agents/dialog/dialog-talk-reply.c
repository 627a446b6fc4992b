/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a conversation makes of an utterance outside any form: finding the intent, asking back when
 * not sure, and following its reply. Main thread.
 */

#include "dialog-talk-private.h"

#include "dialog-matcher.h"
#include "dialog-pattern.h"

void
offhook_dialog_guess_clear(OffhookDialogGuess *guess)
{
	g_clear_pointer(&guess->values, g_hash_table_unref);
	guess->intent = NULL;
}

/* Adds a value that is certainly there, unless the slot has one already. */
static void
offhook_dialog_talk_look_for(const OffhookDialogHeard *heard, const char *slot, guint8 *taken,
			     GHashTable *values)
{
	const char *value;

	if (g_hash_table_contains(values, slot))
		return;
	value = offhook_dialog_heard_find(heard, slot, taken, TRUE);
	if (value != NULL)
		g_hash_table_insert(values, g_strdup(slot), g_strdup(value));
}

/* Values of an intent that its phrase did not have a place for, wherever they are. */
static void
offhook_dialog_talk_complete(OffhookDialogTalk *self, const OffhookDialogIntent *intent,
			     const OffhookDialogHeard *heard, OffhookDialogMatch *match)
{
	for (guint i = 0; i < intent->patterns->len; i++) {
		const char *const *slots =
		    offhook_dialog_pattern_get_slots(intent->patterns->pdata[i]);

		for (guint j = 0; slots[j] != NULL; j++)
			offhook_dialog_talk_look_for(heard, slots[j], match->taken, match->values);
	}
	for (guint i = 0; i < intent->cases->len; i++) {
		const OffhookDialogReply *reply = intent->cases->pdata[i];
		const OffhookDialogForm *form =
		    reply->form != NULL ? g_hash_table_lookup(self->script->forms, reply->form)
					: NULL;

		for (guint j = 0; form != NULL && j < form->fields->len; j++)
			offhook_dialog_talk_look_for(
			    heard, ((OffhookDialogField *)form->fields->pdata[j])->slot->name,
			    match->taken, match->values);
	}
}

void
offhook_dialog_talk_guess(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
			  OffhookDialogGuess *guess)
{
	g_auto(OffhookDialogMatch) match = {.index = -1};

	*guess = (OffhookDialogGuess){0};
	if (!offhook_dialog_matcher_find(heard, self->groups, &match))
		return;
	guess->intent = self->script->intents->pdata[match.index];
	guess->score = match.score;
	offhook_dialog_talk_complete(self, guess->intent, heard, &match);
	guess->values = g_steal_pointer(&match.values);
}

/* What is asked between two questions must not forget the first. */
static void
offhook_dialog_talk_interject(OffhookDialogTalk *self, OffhookDialogAsked asked)
{
	if (self->state.asked != OFFHOOK_DIALOG_ASKED_VERIFY &&
	    self->state.asked != OFFHOOK_DIALOG_ASKED_OFFER)
		self->state.before = self->state.asked;
	self->state.asked = asked;
}

void
offhook_dialog_talk_follow(OffhookDialogTalk *self, OffhookDialogGuess *guess, double confidence)
{
	self->state.unclear = 0;
	if (guess->intent->consequential && confidence * guess->score < self->script->confirm) {
		offhook_dialog_talk_interject(self, OFFHOOK_DIALOG_ASKED_VERIFY);
		self->state.pending = guess->intent;
		g_clear_pointer(&self->state.pending_values, g_hash_table_unref);
		self->state.pending_values = g_steal_pointer(&guess->values);
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_DID_YOU_SAY);
		return;
	}
	g_hash_table_unref(self->turn_values);
	self->turn_values = g_steal_pointer(&guess->values);
	offhook_dialog_talk_run(self, guess->intent);
}

/* Back to what was asked before a question came in between. */
void
offhook_dialog_talk_resume(OffhookDialogTalk *self)
{
	if (self->state.asked == OFFHOOK_DIALOG_ASKED_VERIFY ||
	    self->state.asked == OFFHOOK_DIALOG_ASKED_OFFER)
		self->state.asked = self->state.before;
	self->state.pending = NULL;
}

void
offhook_dialog_talk_run(OffhookDialogTalk *self, const OffhookDialogIntent *intent)
{
	const OffhookDialogReply *otherwise = intent->cases->pdata[intent->cases->len - 1];

	/* What is said again is still asked. */
	if (otherwise->action != OFFHOOK_DIALOG_DO_REPEAT)
		offhook_dialog_talk_resume(self);
	offhook_dialog_talk_reply(self, intent->cases);
}

static void
offhook_dialog_talk_repeat(OffhookDialogTalk *self)
{
	if (self->state.last_answer == NULL) {
		offhook_dialog_talk_ask_again(self);
		return;
	}
	if (self->say->len > 0)
		g_string_append_c(self->say, ' ');
	g_string_append(self->say, self->state.last_answer);
	self->repeated = TRUE;
}

/* After an answer: on with the form, or anything else? */
static void
offhook_dialog_talk_go_on(OffhookDialogTalk *self, gboolean more)
{
	if (self->state.form != NULL) {
		offhook_dialog_talk_ask_again(self);
		return;
	}
	self->state.asked = OFFHOOK_DIALOG_ASKED_NOTHING;
	if (more && self->script->prompts[OFFHOOK_DIALOG_SAY_MORE][0] != NULL) {
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_MORE);
		self->state.asked = OFFHOOK_DIALOG_ASKED_MORE;
	}
}

static void
offhook_dialog_talk_cancel(OffhookDialogTalk *self)
{
	const OffhookDialogForm *form = self->state.form;

	offhook_dialog_talk_leave_form(self);
	if (form == NULL) {
		self->state.asked = OFFHOOK_DIALOG_ASKED_NOTHING;
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_NOTHING_TO_CANCEL);
		return;
	}
	offhook_dialog_talk_say(self, form->cancelled);
	offhook_dialog_talk_go_on(self, TRUE);
}

static void
offhook_dialog_talk_do(OffhookDialogTalk *self, const OffhookDialogReply *reply)
{
	switch (reply->action) {
	case OFFHOOK_DIALOG_DO_HANG_UP:
	case OFFHOOK_DIALOG_DO_TRANSFER:
		self->output->action = reply->action;
		if (reply->to != NULL)
			self->output->argument = offhook_dialog_talk_render(self, reply->to);
		offhook_dialog_talk_leave_form(self);
		self->state.asked = OFFHOOK_DIALOG_ASKED_NOTHING;
		break;
	case OFFHOOK_DIALOG_DO_PASS:
		self->output->action = reply->action;
		break;
	case OFFHOOK_DIALOG_DO_REPEAT:
		offhook_dialog_talk_repeat(self);
		break;
	case OFFHOOK_DIALOG_DO_CANCEL:
		offhook_dialog_talk_cancel(self);
		break;
	case OFFHOOK_DIALOG_DO_NOTHING:
		if (reply->form != NULL)
			offhook_dialog_talk_start_form(
			    self, g_hash_table_lookup(self->script->forms, reply->form));
		else
			offhook_dialog_talk_go_on(self, reply->more);
		break;
	}
}

void
offhook_dialog_talk_reply(OffhookDialogTalk *self, const GPtrArray *cases)
{
	for (guint i = 0; i < cases->len; i++) {
		const OffhookDialogReply *reply = cases->pdata[i];

		if (!offhook_dialog_talk_is_true(self, reply))
			continue;
		offhook_dialog_talk_say(self, reply->answers);
		offhook_dialog_talk_do(self, reply);
		return;
	}
}

void
offhook_dialog_talk_ask_again(OffhookDialogTalk *self)
{
	switch (self->state.asked) {
	case OFFHOOK_DIALOG_ASKED_FIELD:
		offhook_dialog_talk_say(self, offhook_dialog_talk_get_field(self)->ask);
		break;
	case OFFHOOK_DIALOG_ASKED_CONFIRM:
		offhook_dialog_talk_say(self, self->state.form->confirm);
		break;
	case OFFHOOK_DIALOG_ASKED_CHANGE:
		offhook_dialog_talk_say(self, self->state.form->change);
		break;
	case OFFHOOK_DIALOG_ASKED_VERIFY:
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_DID_YOU_SAY);
		break;
	case OFFHOOK_DIALOG_ASKED_OFFER:
		offhook_dialog_talk_say(self, self->script->offer);
		break;
	case OFFHOOK_DIALOG_ASKED_MORE:
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_MORE);
		break;
	case OFFHOOK_DIALOG_ASKED_NOTHING:
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_GO_AHEAD);
		break;
	}
}

void
offhook_dialog_talk_not_understood(OffhookDialogTalk *self)
{
	const OffhookDialogScript *script = self->script;
	const OffhookDialogField *field;

	self->state.unclear++;
	if (self->state.unclear >= script->unclear_limit && script->offer[0] != NULL &&
	    self->state.asked != OFFHOOK_DIALOG_ASKED_OFFER) {
		self->state.unclear = 0;
		offhook_dialog_talk_interject(self, OFFHOOK_DIALOG_ASKED_OFFER);
		offhook_dialog_talk_say(self, script->offer);
		return;
	}
	switch (self->state.asked) {
	case OFFHOOK_DIALOG_ASKED_NOTHING:
	case OFFHOOK_DIALOG_ASKED_MORE:
		offhook_dialog_talk_say_level(self, script->unclear, self->state.unclear);
		self->state.asked = OFFHOOK_DIALOG_ASKED_NOTHING;
		break;
	case OFFHOOK_DIALOG_ASKED_FIELD:
		field = offhook_dialog_talk_get_field(self);
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_SORRY);
		offhook_dialog_talk_say(self, field->again[0] != NULL ? field->again : field->ask);
		break;
	case OFFHOOK_DIALOG_ASKED_CONFIRM:
	case OFFHOOK_DIALOG_ASKED_CHANGE:
	case OFFHOOK_DIALOG_ASKED_VERIFY:
	case OFFHOOK_DIALOG_ASKED_OFFER:
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_SORRY);
		offhook_dialog_talk_ask_again(self);
		break;
	}
}

/* Nothing fits: what the script has for this, or a question. */
void
offhook_dialog_talk_fall_back(OffhookDialogTalk *self)
{
	if (self->script->fallback == NULL || (self->state.asked != OFFHOOK_DIALOG_ASKED_NOTHING &&
					       self->state.asked != OFFHOOK_DIALOG_ASKED_MORE)) {
		offhook_dialog_talk_not_understood(self);
		return;
	}
	offhook_dialog_talk_reply(self, self->script->fallback);
}
