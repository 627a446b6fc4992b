/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A turn of words is looked at by rules and, where none is sure, by the language model. Then the
 * agents behind have it, unless nothing was understood or it was said to somebody else. What that
 * changes waits until the turn is confirmed. Main thread.
 */

#include "input-session.h"

#include "input-finding.h"
#include "language-phrases.h"
#include "model-question.h"
#include "turn-watch.h"

#include <offhook/agent-host.h>

struct _OffhookInputSession {
	OffhookAgentSession parent_instance;

	OffhookInputOptions *options;
	OffhookCompleter *completer; /* (nullable) */
	OffhookAgentHost *host;      /* (nullable) */
	char *language;
	guint unclear; /* turns in a row that were not understood */

	OffhookTurnWatch *watch; /* (nullable): the turn that is, or may be, one */
	OffhookInputFinding *finding;
	guint draft_unclear;
	OffhookModelQuestion *question; /* (nullable) */
};

G_DEFINE_FINAL_TYPE(OffhookInputSession, offhook_input_session, OFFHOOK_TYPE_AGENT_SESSION)

/* ---- a turn's beginning and end ---- */

static void
offhook_input_session_stop(OffhookInputSession *self)
{
	g_clear_pointer(&self->question, offhook_model_question_free);
	g_clear_pointer(&self->watch, offhook_turn_watch_free);
	g_clear_pointer(&self->finding, offhook_input_finding_free);
}

static void
offhook_input_session_confirmed_cb(gpointer user_data)
{
	OffhookInputSession *self = user_data;

	self->unclear = self->draft_unclear;
	if (self->host != NULL)
		offhook_agent_host_note(self->host, "intent.detected",
					offhook_input_finding_summarise(self->finding));
}

static void
offhook_input_session_cancelled_cb(gpointer user_data)
{
	offhook_input_session_stop(user_data);
}

static const OffhookTurnWatchHandler offhook_input_session_watch_handler = {
    .confirmed = offhook_input_session_confirmed_cb,
    .cancelled = offhook_input_session_cancelled_cb,
};

/* ---- what becomes of it ---- */

/* A confidence that is no number tells nothing. */
static gboolean
offhook_input_session_is_unclear(OffhookInputSession *self, OffhookAgentTurn *turn)
{
	return *self->finding->text == '\0' ||
	       offhook_agent_turn_get_confidence(turn) < self->options->unclear_below;
}

static void
offhook_input_session_ask_again(OffhookInputSession *self, OffhookAgentTurn *turn)
{
	g_autoptr(OffhookExpectation) anything = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
	OffhookLanguagePhrase phrase =
	    self->draft_unclear > 1 ? OFFHOOK_PHRASE_AGAIN : OFFHOOK_PHRASE_UNCLEAR;

	offhook_agent_turn_say(turn, offhook_language_phrases_get(self->language, phrase));
	offhook_agent_turn_expect(turn, anything);
	offhook_agent_turn_finish(turn, TRUE);
}

/* All is found that will be. */
static void
offhook_input_session_conclude(OffhookInputSession *self)
{
	g_autoptr(OffhookAgentTurn) turn = g_object_ref(offhook_turn_watch_get_turn(self->watch));
	gboolean unclear = offhook_input_session_is_unclear(self, turn);
	gboolean aside = self->options->side_talk && !self->finding->addressed;

	self->draft_unclear = unclear ? self->unclear + 1 : 0;
	json_object_set_object_member(offhook_agent_turn_get_context(turn), "input",
				      offhook_input_finding_describe(self->finding));
	offhook_turn_watch_settle(self->watch);
	if (unclear && self->draft_unclear <= self->options->unclear_times)
		offhook_input_session_ask_again(self, turn);
	else
		offhook_agent_turn_finish(turn, !unclear && aside);
}

/* ---- asking the model ---- */

/* (transfer full) */
static char *
offhook_input_session_instruct(OffhookInputSession *self)
{
	g_autofree char *names = offhook_input_intents_list(self->options->intents);

	return g_strdup_printf(
	    "You find out what a caller on the telephone wants. Answer with a JSON object only: "
	    "{\"intent\": one of %s, or unknown, \"confidence\": 0 to 1, \"entities\": [{\"type\": "
	    "number | money | date | time | phone | email | name, \"value\": in written form, "
	    "dates "
	    "as 2026-12-31, times as 19:30}]}",
	    names);
}

static void
offhook_input_session_answer_cb(JsonObject *answer, gpointer user_data)
{
	g_autoptr(OffhookInputSession) self = g_object_ref(user_data);

	g_clear_pointer(&self->question, offhook_model_question_free);
	if (answer != NULL)
		offhook_input_finding_merge(self->finding, answer, self->options->intents);
	offhook_input_session_conclude(self);
}

static gboolean
offhook_input_session_is_unsure(OffhookInputSession *self, OffhookAgentTurn *turn)
{
	return self->options->classify && self->completer != NULL && self->finding->addressed &&
	       self->finding->confidence < self->options->threshold &&
	       !offhook_input_session_is_unclear(self, turn);
}

/* ---- turns ---- */

static void
offhook_input_session_take_message(OffhookInputSession *self, OffhookAgentTurn *turn)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *instructions = NULL;

	self->watch = offhook_turn_watch_new(turn, &offhook_input_session_watch_handler, self);
	self->finding = offhook_input_finding_new(
	    offhook_agent_turn_get_message(turn), offhook_language_from_tag(self->language),
	    self->options->detect_language, self->options->intents, now);
	if (!offhook_input_session_is_unsure(self, turn)) {
		offhook_input_session_conclude(self);
		return;
	}
	instructions = offhook_input_session_instruct(self);
	self->question = offhook_model_question_new(self->completer, instructions,
						    self->finding->text, self->options->budget_ms,
						    offhook_input_session_answer_cb, self);
}

static void
offhook_input_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	g_autoptr(OffhookInputSession) self = g_object_ref(OFFHOOK_INPUT_SESSION(session));

	if (!offhook_agent_turn_is_open(turn))
		return;
	offhook_input_session_stop(self);
	if (offhook_agent_turn_get_kind(turn) == OFFHOOK_TURN_MESSAGE)
		offhook_input_session_take_message(self, turn);
	else
		offhook_agent_turn_finish(turn, FALSE);
}

/* ---- the object ---- */

OffhookAgentSession *
offhook_input_session_new(OffhookInputOptions *options, const OffhookAgentOptions *session)
{
	OffhookInputSession *self = g_object_new(OFFHOOK_TYPE_INPUT_SESSION, NULL);

	self->options = options;
	g_set_object(&self->completer, session->completer);
	self->host = session->host;
	self->language = g_strdup(session->language);
	return OFFHOOK_AGENT_SESSION(self);
}

static void
offhook_input_session_dispose(GObject *object)
{
	OffhookInputSession *self = OFFHOOK_INPUT_SESSION(object);

	offhook_input_session_stop(self);
	g_clear_object(&self->completer);

	G_OBJECT_CLASS(offhook_input_session_parent_class)->dispose(object);
}

static void
offhook_input_session_finalize(GObject *object)
{
	OffhookInputSession *self = OFFHOOK_INPUT_SESSION(object);

	g_clear_pointer(&self->options, offhook_input_options_free);
	g_free(self->language);

	G_OBJECT_CLASS(offhook_input_session_parent_class)->finalize(object);
}

static void
offhook_input_session_init(OffhookInputSession *self)
{
}

static void
offhook_input_session_class_init(OffhookInputSessionClass *klass)
{
	OffhookAgentSessionClass *session_class = OFFHOOK_AGENT_SESSION_CLASS(klass);

	session_class->take_turn = offhook_input_session_take_turn;
	G_OBJECT_CLASS(klass)->dispose = offhook_input_session_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_input_session_finalize;
}
