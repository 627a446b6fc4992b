/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Conversations with the sample, begun anew for each phrase. */

#include "dialogue.h"

#include "dialog-matcher.h"
#include "dialog-talk.h"
#include <stdlib.h>

struct _Dialogue {
	OffhookDialogScript *script;
	GPtrArray *groups;
	GDateTime *now;
	OffhookExpectation *expectations[CORPUS_LAST];
};

/* What is said to come to the next context. */
static const char *const dialogue_way[CORPUS_LAST - 1] = {
    [CORPUS_START] = "i'd like to book a table",
    [CORPUS_PEOPLE] = "four people",
    [CORPUS_DAY] = "on friday",
    [CORPUS_TIME] = "at seven thirty",
};

static char *
dialogue_take(Dialogue *self, OffhookDialogTalk *talk, OffhookTurnKind kind, const char *text)
{
	OffhookDialogInput input = {
	    .kind = kind, .message = text, .confidence = 1.0, .now = self->now};
	g_auto(OffhookDialogOutput) output = {0};

	offhook_dialog_talk_take(talk, &input, &output);
	return g_strdup_printf("%s (%d)", output.say, output.action);
}

/* (transfer full): a talk in which @context is open */
static OffhookDialogTalk *
dialogue_open(Dialogue *self, CorpusContext context)
{
	OffhookDialogTalk *talk = offhook_dialog_talk_new(self->script, "desk", NULL, 0);

	g_free(dialogue_take(self, talk, OFFHOOK_TURN_START, ""));
	for (guint i = 0; i < (guint)context; i++)
		g_free(dialogue_take(self, talk, OFFHOOK_TURN_MESSAGE, dialogue_way[i]));
	return talk;
}

Dialogue *
dialogue_new(const char *path)
{
	Dialogue *self = g_new0(Dialogue, 1);
	g_autoptr(GError) error = NULL;

	self->script = offhook_dialog_script_load(path, &error);
	if (self->script == NULL) {
		g_printerr("%s\n", error->message);
		exit(2);
	}
	self->groups = offhook_dialog_script_list_patterns(self->script);
	/* a Monday */
	self->now = g_date_time_new_utc(2026, 11, 23, 15, 0, 0);
	for (guint i = 0; i < CORPUS_LAST; i++) {
		g_autoptr(OffhookDialogTalk) talk = dialogue_open(self, i);

		self->expectations[i] = offhook_dialog_talk_expect(talk);
	}
	return self;
}

void
dialogue_free(Dialogue *self)
{
	if (self == NULL)
		return;
	for (guint i = 0; i < CORPUS_LAST; i++)
		offhook_expectation_unref(self->expectations[i]);
	g_ptr_array_unref(self->groups);
	g_date_time_unref(self->now);
	offhook_dialog_script_unref(self->script);
	g_free(self);
}

OffhookExpectation *
dialogue_get_expectation(Dialogue *self, CorpusContext context)
{
	return self->expectations[context];
}

char *
dialogue_get_outcome(Dialogue *self, CorpusContext context, const char *text)
{
	g_autoptr(OffhookDialogTalk) talk = dialogue_open(self, context);

	return dialogue_take(self, talk,
			     *text != '\0' ? OFFHOOK_TURN_MESSAGE : OFFHOOK_TURN_UNCLEAR, text);
}

char *
dialogue_get_intent(Dialogue *self, CorpusContext context, const char *text)
{
	g_autoptr(OffhookDialogHeard) heard = NULL;
	g_auto(OffhookDialogMatch) match = {0};
	const OffhookDialogIntent *intent;

	if (context != CORPUS_START)
		return dialogue_get_outcome(self, context, text);
	heard = offhook_dialog_heard_new(text, self->script->slots, self->now);
	if (!offhook_dialog_matcher_find(heard, self->groups, &match))
		return g_strdup("none");
	intent = self->script->intents->pdata[match.index];
	return g_strdup(intent->name);
}
