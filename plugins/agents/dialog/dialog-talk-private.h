/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The state of a conversation, for the dialog-talk files only.
 */
#pragma once

#include "dialog-heard.h"
#include "dialog-talk.h"

G_BEGIN_DECLS

/** What was asked last. */
typedef enum {
	OFFHOOK_DIALOG_ASKED_NOTHING, /* anything goes */
	OFFHOOK_DIALOG_ASKED_FIELD,   /* `field` of `form` */
	OFFHOOK_DIALOG_ASKED_CONFIRM, /* is all of the form right? */
	OFFHOOK_DIALOG_ASKED_CHANGE,  /* what of the form is wrong? */
	OFFHOOK_DIALOG_ASKED_VERIFY,  /* did you want `pending`? */
	OFFHOOK_DIALOG_ASKED_OFFER,   /* shall somebody help? */
	OFFHOOK_DIALOG_ASKED_MORE,    /* anything else? */
} OffhookDialogAsked;

/** Where a conversation stands; copied before each turn, in case that is taken back. */
typedef struct {
	OffhookDialogAsked asked;
	OffhookDialogAsked before; /* what VERIFY and OFFER came in between of */
	const OffhookDialogForm *form;
	guint field;
	GHashTable *values; /* of the form: slot name -> value */
	const OffhookDialogIntent *pending;
	GHashTable *pending_values; /* (nullable) */
	guint unclear;              /* how often in a row nothing was understood */
	char *last_answer;
} OffhookDialogState;

struct _OffhookDialogTalk {
	OffhookDialogScript *script;
	GPtrArray *groups; /* the patterns of each intent */
	char *assistant;
	char *caller;
	GHashTable *variables; /* name -> value: instead of the script's */
	guint seed;
	GHashTable *said; /* alternatives (pointer) -> how often one was chosen */

	OffhookDialogState state;
	OffhookDialogState earlier; /* before the last turn */
	gboolean can_take_back;     /* the last turn was one of words: `earlier` holds */
	GHashTable *turn_values;    /* what the last utterance contained */
	gboolean unheard;           /* the last question was cut off before it could be heard */

	/* While a turn is taken. */
	GDateTime *now;
	GString *say;
	OffhookDialogOutput *output;
	gboolean repeated; /* what is said is the last answer again */
};

/** What an utterance means outside any form. */
typedef struct {
	const OffhookDialogIntent *intent; /* (nullable) */
	double score;
	GHashTable *values;
} OffhookDialogGuess;

void offhook_dialog_guess_clear(OffhookDialogGuess *guess);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookDialogGuess, offhook_dialog_guess_clear)

/* ---- dialog-talk.c ---- */

/** Slot name -> value. (transfer full) */
GHashTable *offhook_dialog_talk_new_values(void);

/* ---- dialog-talk-reply.c ---- */

/** The intent that fits best, and the values in it. */
void offhook_dialog_talk_guess(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
			       OffhookDialogGuess *guess);
/** Does what the guess says, or asks back when it is not sure enough. */
void offhook_dialog_talk_follow(OffhookDialogTalk *self, OffhookDialogGuess *guess,
				double confidence);
void offhook_dialog_talk_run(OffhookDialogTalk *self, const OffhookDialogIntent *intent);
void offhook_dialog_talk_reply(OffhookDialogTalk *self, const GPtrArray *cases);
/** Back to what was asked before VERIFY or OFFER. */
void offhook_dialog_talk_resume(OffhookDialogTalk *self);
/** Asks again what was asked. */
void offhook_dialog_talk_ask_again(OffhookDialogTalk *self);
void offhook_dialog_talk_not_understood(OffhookDialogTalk *self);
/** Nothing fits: what the script has for this, or a question. */
void offhook_dialog_talk_fall_back(OffhookDialogTalk *self);

/* ---- dialog-talk-form.c ---- */

void offhook_dialog_talk_start_form(OffhookDialogTalk *self, const OffhookDialogForm *form);
void offhook_dialog_talk_leave_form(OffhookDialogTalk *self);
/** Takes @values where the form has such fields, then asks the next thing. */
void offhook_dialog_talk_fill(OffhookDialogTalk *self, GHashTable *values);
/** Asks for what is missing or can't be, or whether all is right. */
void offhook_dialog_talk_ask_next(OffhookDialogTalk *self);
void offhook_dialog_talk_finish_form(OffhookDialogTalk *self);
/** %FALSE when the keys are no answer to the question. */
gboolean offhook_dialog_talk_key_field(OffhookDialogTalk *self, const char *keys);
const OffhookDialogField *offhook_dialog_talk_get_field(OffhookDialogTalk *self);

/* ---- dialog-talk-hear.c ---- */

void offhook_dialog_talk_hear_field(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
				    double confidence);
void offhook_dialog_talk_hear_confirm(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
				      double confidence);
void offhook_dialog_talk_hear_change(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
				     double confidence);

/* ---- dialog-talk-text.c ---- */

/** Says one of @alternatives, never the same twice in a row where there are several. */
void offhook_dialog_talk_say(OffhookDialogTalk *self, char *const *alternatives);
/** The same for what is said the first, the second, ... @time. */
void offhook_dialog_talk_say_level(OffhookDialogTalk *self, const GPtrArray *levels, guint time);
void offhook_dialog_talk_prompt(OffhookDialogTalk *self, OffhookDialogPrompt prompt);
/** @text with its places filled. (transfer full) */
char *offhook_dialog_talk_render(OffhookDialogTalk *self, const char *text);
gboolean offhook_dialog_talk_is_true(OffhookDialogTalk *self, const OffhookDialogReply *reply);
/** The value of a slot, from this utterance or the form. (transfer none) (nullable) */
const char *offhook_dialog_talk_get_value(OffhookDialogTalk *self, const char *slot);
/** Monday is 1. @date: "2026-08-05" */
guint offhook_dialog_talk_get_weekday(OffhookDialogTalk *self, const char *date);

G_END_DECLS
