/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A conversation: which question is open, and what each kind of turn does about it. Forms are in
 * dialog-talk-form.c, what is said in dialog-talk-text.c, what is expected in dialog-talk-expect.c.
 * Main thread.
 */

#include "dialog-talk-private.h"

#include "dialog-matcher.h"
#include "dialog-pattern.h"
#include <string.h>

/* An intent that fits this well is meant, whatever was asked. */
#define OFFHOOK_DIALOG_TALK_CLEAR 0.75

void
offhook_dialog_output_clear(OffhookDialogOutput *output)
{
	g_clear_pointer(&output->say, g_free);
	g_clear_pointer(&output->argument, g_free);
	output->action = OFFHOOK_DIALOG_DO_NOTHING;
}

void
offhook_dialog_guess_clear(OffhookDialogGuess *guess)
{
	g_clear_pointer(&guess->values, g_hash_table_unref);
	guess->intent = NULL;
}

static GHashTable *
offhook_dialog_talk_new_values(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

OffhookDialogTalk *
offhook_dialog_talk_new(OffhookDialogScript *script, const char *assistant, const char *caller,
			guint seed)
{
	OffhookDialogTalk *self = g_new0(OffhookDialogTalk, 1);

	self->script = offhook_dialog_script_ref(script);
	self->groups = offhook_dialog_script_list_patterns(script);
	self->assistant = g_strdup(assistant);
	self->caller = g_strdup(caller);
	self->seed = seed;
	self->said = g_hash_table_new(NULL, NULL);
	self->values = offhook_dialog_talk_new_values();
	self->turn_values = offhook_dialog_talk_new_values();
	return self;
}

void
offhook_dialog_talk_free(OffhookDialogTalk *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->groups);
	g_free(self->assistant);
	g_free(self->caller);
	g_hash_table_unref(self->said);
	g_hash_table_unref(self->values);
	g_hash_table_unref(self->turn_values);
	g_clear_pointer(&self->pending_values, g_hash_table_unref);
	g_free(self->last_answer);
	offhook_dialog_script_unref(self->script);
	g_free(self);
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
	if (self->asked != OFFHOOK_DIALOG_ASKED_VERIFY && self->asked != OFFHOOK_DIALOG_ASKED_OFFER)
		self->before = self->asked;
	self->asked = asked;
}

void
offhook_dialog_talk_follow(OffhookDialogTalk *self, OffhookDialogGuess *guess, double confidence)
{
	self->unclear = 0;
	if (guess->intent->consequential && confidence * guess->score < self->script->confirm) {
		offhook_dialog_talk_interject(self, OFFHOOK_DIALOG_ASKED_VERIFY);
		self->pending = guess->intent;
		g_clear_pointer(&self->pending_values, g_hash_table_unref);
		self->pending_values = g_steal_pointer(&guess->values);
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_DID_YOU_SAY);
		return;
	}
	g_hash_table_unref(self->turn_values);
	self->turn_values = g_steal_pointer(&guess->values);
	offhook_dialog_talk_run(self, guess->intent);
}

/* Back to what was asked before a question came in between. */
static void
offhook_dialog_talk_resume(OffhookDialogTalk *self)
{
	if (self->asked == OFFHOOK_DIALOG_ASKED_VERIFY || self->asked == OFFHOOK_DIALOG_ASKED_OFFER)
		self->asked = self->before;
	self->pending = NULL;
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
	if (self->last_answer == NULL) {
		offhook_dialog_talk_ask_again(self);
		return;
	}
	if (self->say->len > 0)
		g_string_append_c(self->say, ' ');
	g_string_append(self->say, self->last_answer);
	self->repeated = TRUE;
}

/* After an answer: on with the form, or anything else? */
static void
offhook_dialog_talk_go_on(OffhookDialogTalk *self, gboolean more)
{
	if (self->form != NULL) {
		offhook_dialog_talk_ask_again(self);
		return;
	}
	self->asked = OFFHOOK_DIALOG_ASKED_NOTHING;
	if (more && self->script->prompts[OFFHOOK_DIALOG_SAY_MORE][0] != NULL) {
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_MORE);
		self->asked = OFFHOOK_DIALOG_ASKED_MORE;
	}
}

static void
offhook_dialog_talk_cancel(OffhookDialogTalk *self)
{
	const OffhookDialogForm *form = self->form;

	offhook_dialog_talk_leave_form(self);
	if (form == NULL) {
		self->asked = OFFHOOK_DIALOG_ASKED_NOTHING;
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
		self->asked = OFFHOOK_DIALOG_ASKED_NOTHING;
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
	switch (self->asked) {
	case OFFHOOK_DIALOG_ASKED_FIELD:
		offhook_dialog_talk_say(self, offhook_dialog_talk_get_field(self)->ask);
		break;
	case OFFHOOK_DIALOG_ASKED_CONFIRM:
		offhook_dialog_talk_say(self, self->form->confirm);
		break;
	case OFFHOOK_DIALOG_ASKED_CHANGE:
		offhook_dialog_talk_say(self, self->form->change);
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

/* Of what is said the first, second, ... time. */
static char **
offhook_dialog_talk_pick_level(const GPtrArray *levels, guint time)
{
	return levels->pdata[MIN(time, levels->len) - 1];
}

void
offhook_dialog_talk_not_understood(OffhookDialogTalk *self)
{
	const OffhookDialogScript *script = self->script;
	const OffhookDialogField *field;

	self->unclear++;
	if (self->unclear >= script->unclear_limit && script->offer[0] != NULL &&
	    self->asked != OFFHOOK_DIALOG_ASKED_OFFER) {
		self->unclear = 0;
		offhook_dialog_talk_interject(self, OFFHOOK_DIALOG_ASKED_OFFER);
		offhook_dialog_talk_say(self, script->offer);
		return;
	}
	switch (self->asked) {
	case OFFHOOK_DIALOG_ASKED_NOTHING:
	case OFFHOOK_DIALOG_ASKED_MORE:
		offhook_dialog_talk_say(
		    self, offhook_dialog_talk_pick_level(script->unclear, self->unclear));
		self->asked = OFFHOOK_DIALOG_ASKED_NOTHING;
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
static void
offhook_dialog_talk_fall_back(OffhookDialogTalk *self)
{
	const OffhookDialogReply *fallback = self->script->fallback;

	if (fallback == NULL || (self->asked != OFFHOOK_DIALOG_ASKED_NOTHING &&
				 self->asked != OFFHOOK_DIALOG_ASKED_MORE)) {
		offhook_dialog_talk_not_understood(self);
		return;
	}
	offhook_dialog_talk_say(self, fallback->answers);
	offhook_dialog_talk_do(self, fallback);
}

/* The answer to a question in between, or whether there is anything else. */
static void
offhook_dialog_talk_answer(OffhookDialogTalk *self, gboolean yes)
{
	OffhookDialogAsked asked = self->asked;
	const OffhookDialogIntent *pending = self->pending;

	/* A "yes" to what was never heard is the answer to something else. */
	if (yes && self->unheard && asked != OFFHOOK_DIALOG_ASKED_MORE) {
		offhook_dialog_talk_ask_again(self);
		return;
	}
	self->unclear = 0;
	offhook_dialog_talk_resume(self);
	if (asked == OFFHOOK_DIALOG_ASKED_MORE && !yes) {
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_NO_MORE);
		self->output->action = OFFHOOK_DIALOG_DO_HANG_UP;
		self->asked = OFFHOOK_DIALOG_ASKED_NOTHING;
	} else if (asked == OFFHOOK_DIALOG_ASKED_MORE) {
		self->asked = OFFHOOK_DIALOG_ASKED_NOTHING;
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_GO_AHEAD);
	} else if (!yes) {
		if (self->asked == OFFHOOK_DIALOG_ASKED_MORE)
			self->asked = OFFHOOK_DIALOG_ASKED_NOTHING;
		offhook_dialog_talk_ask_again(self);
	} else if (asked == OFFHOOK_DIALOG_ASKED_OFFER) {
		offhook_dialog_talk_run(self, offhook_dialog_script_find_intent(
						  self->script, self->script->offer_intent));
	} else {
		g_hash_table_unref(self->turn_values);
		self->turn_values = self->pending_values != NULL
					? g_steal_pointer(&self->pending_values)
					: offhook_dialog_talk_new_values();
		offhook_dialog_talk_run(self, pending);
	}
}

/* Something was said when yes or no was asked, or nothing at all. */
static void
offhook_dialog_talk_hear_open(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
			      double confidence)
{
	g_auto(OffhookDialogGuess) guess = {0};
	gboolean asked = self->asked != OFFHOOK_DIALOG_ASKED_NOTHING;
	guint rest = 0;
	gint answer = asked ? offhook_dialog_heard_read_yes_no(heard, &rest) : -1;
	gboolean same;

	offhook_dialog_talk_guess(self, heard, &guess);
	same = guess.intent != NULL && self->asked == OFFHOOK_DIALOG_ASKED_VERIFY &&
	       guess.intent == self->pending;
	if (guess.intent != NULL && (answer < 0 || guess.score >= OFFHOOK_DIALOG_TALK_CLEAR) &&
	    !(same && answer == 0)) {
		/* Said twice, it is certain. */
		offhook_dialog_talk_follow(self, &guess, same ? 1.0 / guess.score : confidence);
		return;
	}
	if (answer >= 0)
		offhook_dialog_talk_answer(self, answer == 1);
	else
		offhook_dialog_talk_fall_back(self);
}

static void
offhook_dialog_talk_hear(OffhookDialogTalk *self, const OffhookDialogInput *input)
{
	g_autoptr(OffhookDialogHeard) heard =
	    offhook_dialog_heard_new(input->message, self->script->slots, self->now);
	guint n;

	offhook_dialog_heard_get_words(heard, &n);
	if (n == 0 || input->confidence < self->script->reject) {
		offhook_dialog_talk_not_understood(self);
		return;
	}
	switch (self->asked) {
	case OFFHOOK_DIALOG_ASKED_FIELD:
		offhook_dialog_talk_hear_field(self, heard, input->confidence);
		break;
	case OFFHOOK_DIALOG_ASKED_CONFIRM:
		offhook_dialog_talk_hear_confirm(self, heard, input->confidence);
		break;
	case OFFHOOK_DIALOG_ASKED_CHANGE:
		offhook_dialog_talk_hear_change(self, heard, input->confidence);
		break;
	case OFFHOOK_DIALOG_ASKED_NOTHING:
	case OFFHOOK_DIALOG_ASKED_VERIFY:
	case OFFHOOK_DIALOG_ASKED_OFFER:
	case OFFHOOK_DIALOG_ASKED_MORE:
		offhook_dialog_talk_hear_open(self, heard, input->confidence);
		break;
	}
}

/* The intent that a key stands for. */
static gboolean
offhook_dialog_talk_key_intent(OffhookDialogTalk *self, const char *keys)
{
	for (guint i = 0; i < self->script->intents->len; i++) {
		const OffhookDialogIntent *intent = self->script->intents->pdata[i];

		if (g_strcmp0(intent->key, keys) != 0)
			continue;
		self->unclear = 0;
		g_hash_table_remove_all(self->turn_values);
		offhook_dialog_talk_run(self, intent);
		return TRUE;
	}
	return FALSE;
}

static void
offhook_dialog_talk_key(OffhookDialogTalk *self, const char *message)
{
	g_autofree char *keys = g_strdup(message);
	gsize length = strlen(keys);
	gboolean yes_no;

	if (length > 1 && keys[length - 1] == '#')
		keys[length - 1] = '\0';
	yes_no = g_str_equal(keys, "1") || g_str_equal(keys, "2");
	switch (self->asked) {
	case OFFHOOK_DIALOG_ASKED_FIELD:
		if (offhook_dialog_talk_key_field(self, keys))
			return;
		break;
	case OFFHOOK_DIALOG_ASKED_CONFIRM:
		if (g_str_equal(keys, "1")) {
			offhook_dialog_talk_finish_form(self);
			return;
		}
		if (yes_no) {
			self->asked = OFFHOOK_DIALOG_ASKED_CHANGE;
			offhook_dialog_talk_ask_again(self);
			return;
		}
		break;
	case OFFHOOK_DIALOG_ASKED_VERIFY:
	case OFFHOOK_DIALOG_ASKED_OFFER:
	case OFFHOOK_DIALOG_ASKED_MORE:
		if (yes_no) {
			offhook_dialog_talk_answer(self, g_str_equal(keys, "1"));
			return;
		}
		break;
	case OFFHOOK_DIALOG_ASKED_NOTHING:
	case OFFHOOK_DIALOG_ASKED_CHANGE:
		break;
	}
	if (!offhook_dialog_talk_key_intent(self, keys))
		offhook_dialog_talk_not_understood(self);
}

static void
offhook_dialog_talk_be_silent(OffhookDialogTalk *self, guint attempt)
{
	const OffhookDialogScript *script = self->script;

	if (attempt >= script->silence_limit) {
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_GIVE_UP);
		self->output->action = OFFHOOK_DIALOG_DO_HANG_UP;
		return;
	}
	if (self->asked == OFFHOOK_DIALOG_ASKED_NOTHING ||
	    self->asked == OFFHOOK_DIALOG_ASKED_MORE) {
		offhook_dialog_talk_say(
		    self, offhook_dialog_talk_pick_level(script->silence, MAX(attempt, 1)));
		return;
	}
	offhook_dialog_talk_say(self, offhook_dialog_talk_pick_level(script->silence, 1));
	offhook_dialog_talk_ask_again(self);
}

static void
offhook_dialog_talk_start(OffhookDialogTalk *self, const char *greeting)
{
	if (greeting != NULL && *greeting != '\0') {
		g_free(self->last_answer);
		self->last_answer = g_strdup(greeting);
		self->repeated = TRUE; /* so that it is not forgotten again */
		return;
	}
	offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_GREETING);
}

static void
offhook_dialog_talk_dispatch(OffhookDialogTalk *self, const OffhookDialogInput *input)
{
	switch (input->kind) {
	case OFFHOOK_TURN_START:
		offhook_dialog_talk_start(self, input->greeting);
		break;
	case OFFHOOK_TURN_MESSAGE:
		offhook_dialog_talk_hear(self, input);
		break;
	case OFFHOOK_TURN_DIGITS:
		offhook_dialog_talk_key(self, input->message);
		break;
	case OFFHOOK_TURN_UNCLEAR:
		offhook_dialog_talk_not_understood(self);
		break;
	case OFFHOOK_TURN_SILENCE:
		offhook_dialog_talk_be_silent(self, input->attempt);
		break;
	case OFFHOOK_TURN_FAILURE:
		offhook_dialog_talk_leave_form(self);
		self->pending = NULL;
		self->unclear = 0;
		self->asked = OFFHOOK_DIALOG_ASKED_NOTHING;
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_FAILURE);
		break;
	}
}

void
offhook_dialog_talk_take(OffhookDialogTalk *self, const OffhookDialogInput *input,
			 OffhookDialogOutput *output)
{
	*output = (OffhookDialogOutput){.action = OFFHOOK_DIALOG_DO_NOTHING};
	self->now = input->now;
	self->output = output;
	self->say = g_string_new(NULL);
	self->repeated = FALSE;
	g_hash_table_remove_all(self->turn_values);

	offhook_dialog_talk_dispatch(self, input);

	output->say = g_string_free(g_steal_pointer(&self->say), FALSE);
	if (!self->repeated && *output->say != '\0') {
		g_free(self->last_answer);
		self->last_answer = g_strdup(output->say);
	}
	self->unheard = FALSE;
	self->output = NULL;
	self->now = NULL;
}

void
offhook_dialog_talk_heard(OffhookDialogTalk *self, const char *text, gboolean interrupted)
{
	self->unheard = interrupted && (text == NULL || strspn(text, " \t\r\n") == strlen(text));
}
