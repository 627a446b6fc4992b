/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The orchestrator's session: a turn of words becomes a question to the language model, whose answer
 * is said as it comes. What must come at once is said without asking it. Whatever is said may have
 * the turn cancelled and the session dropped. Main thread.
 */

#include "orchestrator-session.h"

#include "orchestrator-history.h"
#include "orchestrator-phrases.h"
#include "orchestrator-prompt.h"
#include "orchestrator-tools.h"
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

/* Questions in one turn: one, and again after calls of tools that were wrong. */
#define MAX_STEPS 3
/* The silence at which the core ends the call. */
#define LAST_SILENCE 3

struct _OffhookOrchestratorSession {
	OffhookAgentSession parent_instance;

	OffhookOrchestratorOptions *options;
	OffhookCompleter *completer;
	char *language;
	char *prompt;
	OffhookOrchestratorHistory *history;

	OffhookAgentTurn *turn; /* (nullable): the last that was taken, if it was not cancelled */
	gboolean asking;        /* the model, for it */
	guint number;           /* of the question */
	guint steps;            /* questions in this turn */
	gboolean said;          /* something in this turn */
};

G_DEFINE_FINAL_TYPE(OffhookOrchestratorSession, offhook_orchestrator_session,
		    OFFHOOK_TYPE_AGENT_SESSION)

/* ---- a turn's beginning and end ---- */

/* Whatever the last turn does ends; if it was not certain that it is one, it was none. */
static void
offhook_orchestrator_session_stop(OffhookOrchestratorSession *self)
{
	g_autoptr(OffhookAgentTurn) turn = g_steal_pointer(&self->turn);

	if (turn == NULL)
		return;
	g_signal_handlers_disconnect_by_data(turn, self);
	g_signal_handlers_disconnect_by_data(offhook_agent_turn_get_cancellable(turn), self);
	offhook_orchestrator_history_drop(self->history);
	if (self->asking)
		offhook_completer_cancel(self->completer);
	self->asking = FALSE;
}

static void
offhook_orchestrator_session_cancelled_cb(GCancellable *cancellable, gpointer user_data)
{
	offhook_orchestrator_session_stop(user_data);
}

static void
offhook_orchestrator_session_confirmed_cb(OffhookAgentTurn *turn, gpointer user_data)
{
	offhook_orchestrator_history_confirm(OFFHOOK_ORCHESTRATOR_SESSION(user_data)->history);
}

/* @user, @words: for the history */
static void
offhook_orchestrator_session_begin(OffhookOrchestratorSession *self, OffhookAgentTurn *turn,
				   const char *user, gboolean words)
{
	self->turn = g_object_ref(turn);
	self->steps = 0;
	self->said = FALSE;
	g_signal_connect(offhook_agent_turn_get_cancellable(turn), "cancelled",
			 G_CALLBACK(offhook_orchestrator_session_cancelled_cb), self);
	g_signal_connect(turn, "confirmed", G_CALLBACK(offhook_orchestrator_session_confirmed_cb),
			 self);
	offhook_orchestrator_history_begin(self->history, user, words);
	if (offhook_agent_turn_is_confirmed(turn))
		offhook_orchestrator_history_confirm(self->history);
}

static void
offhook_orchestrator_session_finish(OffhookOrchestratorSession *self)
{
	g_autoptr(OffhookAgentTurn) turn = g_object_ref(self->turn);
	g_autoptr(OffhookExpectation) anything = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);

	self->asking = FALSE;
	offhook_agent_turn_expect(turn, anything);
	offhook_agent_turn_finish(turn, TRUE);
}

static void
offhook_orchestrator_session_fail(OffhookOrchestratorSession *self, const GError *error)
{
	g_autoptr(OffhookAgentTurn) turn = g_object_ref(self->turn);

	self->asking = FALSE;
	/* Whoever speaks next begins a sentence of his own. */
	if (self->said)
		offhook_agent_turn_say(turn, "... ");
	offhook_agent_turn_fail(turn, error);
}

static void
offhook_orchestrator_session_fail_for(OffhookOrchestratorSession *self, const char *why)
{
	g_autoptr(GError) error =
	    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "the language model %s", why);

	offhook_orchestrator_session_fail(self, error);
}

/* ---- asking the model ---- */

static void
offhook_orchestrator_session_ask(OffhookOrchestratorSession *self)
{
	g_autoptr(OffhookCompletionRequest) request = offhook_completion_request_new();

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_SYSTEM, self->prompt);
	offhook_orchestrator_history_fill(self->history, request);
	offhook_orchestrator_tools_offer(self->options, request);
	offhook_completion_request_set_temperature(request, self->options->temperature);
	offhook_completion_request_set_max_tokens(request, self->options->max_tokens);
	self->asking = TRUE;
	self->steps++;
	self->number = offhook_completer_reserve_number(self->completer);
	offhook_completer_start(self->completer, self->number, request);
}

/* Models like to begin with empty lines; an answer of nothing else is none. */
static void
offhook_orchestrator_session_text_cb(OffhookCompleter *completer, guint number, const char *text,
				     gpointer user_data)
{
	g_autoptr(OffhookOrchestratorSession) self = g_object_ref(user_data);

	if (!self->asking || number != self->number)
		return;
	if (!self->said)
		text += strspn(text, " \t\r\n");
	if (*text == '\0')
		return;
	self->said = TRUE;
	offhook_agent_turn_say(self->turn, text);
}

/*
 * Carries out what the model called. That may be before the turn is confirmed: leaving the call waits
 * until it is, and what was heard; a tool that does something at once would have to wait. Returns whether one of it leaves the call: then that is the
 * last thing it does.
 */
static gboolean
offhook_orchestrator_session_run(OffhookOrchestratorSession *self, GPtrArray *calls,
				 OffhookOrchestratorEffect *last)
{
	gboolean acts = FALSE;

	for (guint i = 0; i < calls->len && !acts; i++) {
		const OffhookToolCall *call = g_ptr_array_index(calls, i);

		if (!offhook_orchestrator_tools_run(self->options, call, last))
			continue;
		acts = last->acts;
		offhook_orchestrator_history_add_call(self->history, call, last->result,
						      acts || self->said);
	}
	return acts;
}

static void
offhook_orchestrator_session_act(OffhookOrchestratorSession *self,
				 const OffhookOrchestratorEffect *effect)
{
	OffhookOrchestratorPhrase phrase = effect->action == OFFHOOK_ACTION_HANG_UP
					       ? OFFHOOK_ORCHESTRATOR_GOODBYE
					       : OFFHOOK_ORCHESTRATOR_TRANSFER;

	/* Nobody is left without a word. */
	if (!self->said)
		offhook_agent_turn_say(self->turn,
				       offhook_orchestrator_phrases_get(self->language, phrase));
	if (self->turn == NULL)
		return;
	offhook_agent_turn_act(self->turn, effect->action, effect->target);
	if (self->turn != NULL)
		offhook_orchestrator_session_finish(self);
}

static void
offhook_orchestrator_session_done_cb(OffhookCompleter *completer, guint number,
				     const OffhookCompletion *completion, gpointer user_data)
{
	g_autoptr(OffhookOrchestratorSession) self = g_object_ref(user_data);
	OffhookOrchestratorEffect effect;

	if (!self->asking || number != self->number)
		return;
	if (offhook_orchestrator_session_run(self, completion->tool_calls, &effect))
		offhook_orchestrator_session_act(self, &effect);
	else if (self->said)
		offhook_orchestrator_session_finish(self);
	else if (completion->tool_calls->len > 0 && self->steps < MAX_STEPS)
		offhook_orchestrator_session_ask(self);
	else
		offhook_orchestrator_session_fail_for(
		    self, completion->tool_calls->len > 0 ? "called no tool that there is"
			  : completion->reason == OFFHOOK_FINISH_FILTER
			      ? "was silenced by its service"
			      : "answered nothing");
}

static void
offhook_orchestrator_session_failed_cb(OffhookCompleter *completer, guint number,
				       const GError *error, gpointer user_data)
{
	g_autoptr(OffhookOrchestratorSession) self = g_object_ref(user_data);

	if (self->asking && number == self->number)
		offhook_orchestrator_session_fail(self, error);
}

/* ---- turns ---- */

static void
offhook_orchestrator_session_recite(OffhookOrchestratorSession *self,
				    OffhookOrchestratorPhrase phrase)
{
	offhook_agent_turn_say(self->turn,
			       offhook_orchestrator_phrases_get(self->language, phrase));
	if (self->turn != NULL)
		offhook_orchestrator_session_finish(self);
}

/* The core speaks the assistant's greeting itself. */
static void
offhook_orchestrator_session_greet(OffhookOrchestratorSession *self)
{
	JsonObject *context = offhook_agent_turn_get_context(self->turn);

	if (offhook_json_get_string(context, "greeting") != NULL)
		offhook_orchestrator_session_finish(self);
	else
		offhook_orchestrator_session_recite(self, OFFHOOK_ORCHESTRATOR_HELLO);
}

static OffhookOrchestratorPhrase
offhook_orchestrator_session_choose_silence(guint attempt)
{
	if (attempt >= LAST_SILENCE)
		return OFFHOOK_ORCHESTRATOR_GIVE_UP;
	return attempt > 1 ? OFFHOOK_ORCHESTRATOR_STILL : OFFHOOK_ORCHESTRATOR_SILENCE;
}

/* What the model reads in place of the caller's words. (transfer full) */
static char *
offhook_orchestrator_session_describe(OffhookAgentTurn *turn)
{
	g_autofree char *message = g_utf8_make_valid(offhook_agent_turn_get_message(turn), -1);

	switch (offhook_agent_turn_get_kind(turn)) {
	case OFFHOOK_TURN_START:
		return g_strdup("[the call begins]");
	case OFFHOOK_TURN_DIGITS:
		return g_strdup_printf("[the caller pressed the keys %s]", message);
	case OFFHOOK_TURN_UNCLEAR:
		return g_strdup("[something that was not understood]");
	case OFFHOOK_TURN_SILENCE:
		return g_strdup("[silence]");
	case OFFHOOK_TURN_FAILURE:
		return g_strdup_printf("[what you wanted done failed: %s]", message);
	case OFFHOOK_TURN_MESSAGE:
	default:
		return g_steal_pointer(&message);
	}
}

static void
offhook_orchestrator_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	g_autoptr(OffhookOrchestratorSession) self =
	    g_object_ref(OFFHOOK_ORCHESTRATOR_SESSION(session));
	OffhookTurnKind kind = offhook_agent_turn_get_kind(turn);
	guint attempt = offhook_agent_turn_get_attempt(turn);
	g_autofree char *user = offhook_orchestrator_session_describe(turn);

	if (!offhook_agent_turn_is_open(turn))
		return;
	offhook_orchestrator_session_stop(self);
	offhook_orchestrator_session_begin(self, turn, user, kind == OFFHOOK_TURN_MESSAGE);
	switch (kind) {
	case OFFHOOK_TURN_START:
		offhook_orchestrator_session_greet(self);
		break;
	case OFFHOOK_TURN_MESSAGE:
	case OFFHOOK_TURN_DIGITS:
		offhook_orchestrator_session_ask(self);
		break;
	case OFFHOOK_TURN_UNCLEAR:
		offhook_orchestrator_session_recite(
		    self, attempt > 1 ? OFFHOOK_ORCHESTRATOR_AGAIN : OFFHOOK_ORCHESTRATOR_UNCLEAR);
		break;
	case OFFHOOK_TURN_SILENCE:
		offhook_orchestrator_session_recite(
		    self, offhook_orchestrator_session_choose_silence(attempt));
		break;
	case OFFHOOK_TURN_FAILURE:
		offhook_orchestrator_session_recite(self, OFFHOOK_ORCHESTRATOR_FAILURE);
		break;
	}
}

static void
offhook_orchestrator_session_heard(OffhookAgentSession *session, const char *text,
				   gboolean interrupted)
{
	offhook_orchestrator_history_hear(OFFHOOK_ORCHESTRATOR_SESSION(session)->history, text,
					  interrupted);
}

/* ---- the object ---- */

OffhookAgentSession *
offhook_orchestrator_session_new(OffhookOrchestratorOptions *options,
				 const OffhookAgentOptions *session)
{
	OffhookOrchestratorSession *self = g_object_new(OFFHOOK_TYPE_ORCHESTRATOR_SESSION, NULL);
	g_autoptr(GDateTime) now = g_date_time_new_now_local();

	self->options = offhook_orchestrator_options_ref(options);
	self->completer = g_object_ref(session->completer);
	self->language = g_strdup(session->language);
	self->prompt = offhook_orchestrator_prompt_make(options, session, now);
	self->history =
	    offhook_orchestrator_history_new(options->history_turns, options->history_bytes);
	g_signal_connect(self->completer, "text", G_CALLBACK(offhook_orchestrator_session_text_cb),
			 self);
	g_signal_connect(self->completer, "done", G_CALLBACK(offhook_orchestrator_session_done_cb),
			 self);
	g_signal_connect(self->completer, "failed",
			 G_CALLBACK(offhook_orchestrator_session_failed_cb), self);
	return OFFHOOK_AGENT_SESSION(self);
}

static void
offhook_orchestrator_session_dispose(GObject *object)
{
	OffhookOrchestratorSession *self = OFFHOOK_ORCHESTRATOR_SESSION(object);

	if (self->completer != NULL) {
		offhook_orchestrator_session_stop(self);
		g_signal_handlers_disconnect_by_data(self->completer, self);
	}
	g_clear_object(&self->completer);

	G_OBJECT_CLASS(offhook_orchestrator_session_parent_class)->dispose(object);
}

static void
offhook_orchestrator_session_finalize(GObject *object)
{
	OffhookOrchestratorSession *self = OFFHOOK_ORCHESTRATOR_SESSION(object);

	g_clear_pointer(&self->options, offhook_orchestrator_options_unref);
	g_clear_pointer(&self->history, offhook_orchestrator_history_free);
	g_free(self->language);
	g_free(self->prompt);

	G_OBJECT_CLASS(offhook_orchestrator_session_parent_class)->finalize(object);
}

static void
offhook_orchestrator_session_init(OffhookOrchestratorSession *self)
{
}

static void
offhook_orchestrator_session_class_init(OffhookOrchestratorSessionClass *klass)
{
	OffhookAgentSessionClass *session_class = OFFHOOK_AGENT_SESSION_CLASS(klass);

	session_class->take_turn = offhook_orchestrator_session_take_turn;
	session_class->heard = offhook_orchestrator_session_heard;
	G_OBJECT_CLASS(klass)->dispose = offhook_orchestrator_session_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_orchestrator_session_finalize;
}
