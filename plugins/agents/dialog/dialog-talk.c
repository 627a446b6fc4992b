/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A conversation: which question is open, and what each kind of turn does about it. Intents are
 * followed in dialog-talk-reply.c, forms filled in dialog-talk-form.c; what is said is in
 * dialog-talk-text.c, what is expected in dialog-talk-expect.c.
 * Main thread.
 */

#include "dialog-talk-private.h"

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

GHashTable *
offhook_dialog_talk_new_values(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static GHashTable *
offhook_dialog_talk_copy_values(GHashTable *values)
{
	GHashTable *copy = offhook_dialog_talk_new_values();
	GHashTableIter iter;
	gpointer slot, value;

	g_hash_table_iter_init(&iter, values);
	while (g_hash_table_iter_next(&iter, &slot, &value))
		g_hash_table_insert(copy, g_strdup(slot), g_strdup(value));
	return copy;
}

static void
offhook_dialog_state_clear(OffhookDialogState *state)
{
	g_clear_pointer(&state->values, g_hash_table_unref);
	g_clear_pointer(&state->pending_values, g_hash_table_unref);
	g_clear_pointer(&state->last_answer, g_free);
}

static void
offhook_dialog_state_copy(OffhookDialogState *to, const OffhookDialogState *from)
{
	offhook_dialog_state_clear(to);
	*to = *from;
	to->values = offhook_dialog_talk_copy_values(from->values);
	if (from->pending_values != NULL)
		to->pending_values = offhook_dialog_talk_copy_values(from->pending_values);
	to->last_answer = g_strdup(from->last_answer);
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
	self->variables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	self->seed = seed;
	self->said = g_hash_table_new(NULL, NULL);
	self->state.values = offhook_dialog_talk_new_values();
	self->turn_values = offhook_dialog_talk_new_values();
	return self;
}

void
offhook_dialog_talk_set_variable(OffhookDialogTalk *self, const char *name, const char *value)
{
	g_hash_table_insert(self->variables, g_strdup(name), g_strdup(value));
}

void
offhook_dialog_talk_free(OffhookDialogTalk *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->groups);
	g_free(self->assistant);
	g_free(self->caller);
	g_hash_table_unref(self->variables);
	g_hash_table_unref(self->said);
	g_hash_table_unref(self->turn_values);
	offhook_dialog_state_clear(&self->state);
	offhook_dialog_state_clear(&self->earlier);
	offhook_dialog_script_unref(self->script);
	g_free(self);
}

/* The answer to a question in between, or whether there is anything else. */
static void
offhook_dialog_talk_answer(OffhookDialogTalk *self, gboolean yes)
{
	OffhookDialogAsked asked = self->state.asked;
	const OffhookDialogIntent *pending = self->state.pending;

	/* A "yes" to what was never heard is the answer to something else. */
	if (yes && self->unheard && asked != OFFHOOK_DIALOG_ASKED_MORE) {
		offhook_dialog_talk_ask_again(self);
		return;
	}
	self->state.unclear = 0;
	offhook_dialog_talk_resume(self);
	if (asked == OFFHOOK_DIALOG_ASKED_MORE && !yes) {
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_NO_MORE);
		self->output->action = OFFHOOK_DIALOG_DO_HANG_UP;
		self->state.asked = OFFHOOK_DIALOG_ASKED_NOTHING;
	} else if (asked == OFFHOOK_DIALOG_ASKED_MORE) {
		self->state.asked = OFFHOOK_DIALOG_ASKED_NOTHING;
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_GO_AHEAD);
	} else if (!yes) {
		if (self->state.asked == OFFHOOK_DIALOG_ASKED_MORE)
			self->state.asked = OFFHOOK_DIALOG_ASKED_NOTHING;
		offhook_dialog_talk_ask_again(self);
	} else if (asked == OFFHOOK_DIALOG_ASKED_OFFER) {
		offhook_dialog_talk_run(self, offhook_dialog_script_find_intent(
						  self->script, self->script->offer_intent));
	} else {
		g_hash_table_unref(self->turn_values);
		self->turn_values = self->state.pending_values != NULL
					? g_steal_pointer(&self->state.pending_values)
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
	gboolean asked = self->state.asked != OFFHOOK_DIALOG_ASKED_NOTHING;
	gint answer = asked ? offhook_dialog_heard_read_yes_no(heard) : -1;
	gboolean same;

	offhook_dialog_talk_guess(self, heard, &guess);
	same = guess.intent != NULL && self->state.asked == OFFHOOK_DIALOG_ASKED_VERIFY &&
	       guess.intent == self->state.pending;
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
	/* Not a number is no confidence. */
	if (n == 0 || !(input->confidence >= self->script->reject)) {
		offhook_dialog_talk_not_understood(self);
		return;
	}
	switch (self->state.asked) {
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
		self->state.unclear = 0;
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
	switch (self->state.asked) {
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
			self->state.asked = OFFHOOK_DIALOG_ASKED_CHANGE;
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
	if (self->state.asked == OFFHOOK_DIALOG_ASKED_NOTHING ||
	    self->state.asked == OFFHOOK_DIALOG_ASKED_MORE) {
		offhook_dialog_talk_say_level(self, script->silence, attempt);
		return;
	}
	offhook_dialog_talk_say_level(self, script->silence, 1);
	offhook_dialog_talk_ask_again(self);
}

static void
offhook_dialog_talk_start(OffhookDialogTalk *self, const char *greeting)
{
	if (greeting != NULL && *greeting != '\0') {
		g_free(self->state.last_answer);
		self->state.last_answer = g_strdup(greeting);
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
		self->state.pending = NULL;
		self->state.unclear = 0;
		self->state.asked = OFFHOOK_DIALOG_ASKED_NOTHING;
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
	offhook_dialog_state_copy(&self->earlier, &self->state);
	self->can_take_back = input->kind == OFFHOOK_TURN_MESSAGE;

	offhook_dialog_talk_dispatch(self, input);

	output->say = g_string_free(g_steal_pointer(&self->say), FALSE);
	if (!self->repeated && *output->say != '\0') {
		g_free(self->state.last_answer);
		self->state.last_answer = g_strdup(output->say);
	}
	self->unheard = FALSE;
	self->output = NULL;
	self->now = NULL;
}

void
offhook_dialog_talk_heard(OffhookDialogTalk *self, const char *text, gboolean interrupted)
{
	self->unheard = interrupted && (text == NULL || strspn(text, " \t\r\n") == strlen(text));
	/* The caller went on before hearing anything; the same words will come again, with more. */
	if (self->unheard && self->can_take_back) {
		offhook_dialog_state_copy(&self->state, &self->earlier);
		self->unheard = FALSE;
	}
	self->can_take_back = FALSE;
}
