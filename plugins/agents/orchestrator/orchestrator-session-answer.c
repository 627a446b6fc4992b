/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The answer of a turn: asked of the language model and said as it comes, with what is to be done with the
 * call at its end. Main thread.
 */

#include "orchestrator-session-private.h"

#include "language-phrases.h"
#include "orchestrator-prompt.h"
#include <offhook/error.h>
#include <string.h>

/* ---- the end of a turn ---- */

void
offhook_orchestrator_session_finish(OffhookOrchestratorSession *self)
{
	g_autoptr(OffhookAgentTurn) turn = g_object_ref(self->turn);
	g_autoptr(OffhookExpectation) next =
	    self->collect != NULL ? offhook_orchestrator_collect_expect(self->collect, self->asks)
				  : NULL;

	if (next == NULL)
		next = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
	offhook_agent_turn_expect(turn, next);
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

void
offhook_orchestrator_session_say(OffhookOrchestratorSession *self, const char *text)
{
	gsize length = strlen(text);

	self->said = TRUE;
	while (length > 0 && g_ascii_isspace(text[length - 1]))
		length--;
	if (length > 0)
		self->asks = text[length - 1] == '?';
	offhook_orchestrator_history_say(self->history, text);
	offhook_agent_turn_say(self->turn, text);
}

/* Nobody is left without a word. */
static void
offhook_orchestrator_session_act(OffhookOrchestratorSession *self)
{
	OffhookLanguagePhrase phrase = self->wish.action == OFFHOOK_ACTION_HANG_UP
					   ? OFFHOOK_PHRASE_GOODBYE
					   : OFFHOOK_PHRASE_TRANSFER;

	if (!self->said && self->wish.action != OFFHOOK_ACTION_SEND_DTMF)
		offhook_orchestrator_session_say(
		    self, offhook_language_phrases_get(self->language, phrase));
	if (self->turn == NULL)
		return;
	self->gone = self->wish.action == OFFHOOK_ACTION_HAND_OVER;
	if (self->wish.summary != NULL)
		offhook_agent_turn_hand_over(self->turn, self->wish.action, self->wish.target,
					     self->wish.summary);
	else
		offhook_agent_turn_act(self->turn, self->wish.action, self->wish.target);
}

/* The model has said all that it wants to. */
void
offhook_orchestrator_session_conclude(OffhookOrchestratorSession *self)
{
	if (self->wish.acts)
		offhook_orchestrator_session_act(self);
	if (self->turn != NULL)
		offhook_orchestrator_session_finish(self);
}

/* ---- asking the model ---- */

/* Its last question in this turn is without tools: it has to answer. */
static gboolean
offhook_orchestrator_session_may_call(OffhookOrchestratorSession *self)
{
	return self->steps < self->options->max_steps &&
	       self->n_calls < OFFHOOK_ORCHESTRATOR_MAX_CALLS;
}

static void
offhook_orchestrator_session_offer(OffhookOrchestratorSession *self,
				   OffhookCompletionRequest *request)
{
	offhook_orchestrator_tools_offer(self->options, self->toolbox, request);
	if (!offhook_orchestrator_session_may_call(self) &&
	    offhook_completion_request_get_tools(request)->len > 0)
		offhook_completion_request_set_tool_choice(request, "none");
}

void
offhook_orchestrator_session_ask(OffhookOrchestratorSession *self)
{
	g_autoptr(OffhookCompletionRequest) request = offhook_completion_request_new();
	g_autofree char *details =
	    self->collect != NULL ? offhook_orchestrator_collect_describe(self->collect) : NULL;
	g_autofree char *instructions = offhook_orchestrator_prompt_complete(
	    self->instructions, offhook_orchestrator_history_get_summary(self->history), details,
	    self->knowledge);

	self->asking = TRUE;
	self->answered = FALSE;
	self->steps++;
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_SYSTEM, instructions);
	offhook_orchestrator_history_fill(self->history, request);
	offhook_orchestrator_session_offer(self, request);
	offhook_completion_request_set_temperature(request, self->options->temperature);
	offhook_completion_request_set_max_tokens(request, self->options->max_tokens);
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
	if (!self->answered)
		text += strspn(text, " \t\r\n");
	if (*text == '\0')
		return;
	if (self->said && !self->answered)
		offhook_orchestrator_session_say(self, " ");
	self->answered = TRUE;
	if (self->turn != NULL)
		offhook_orchestrator_session_say(self, text);
}

static void
offhook_orchestrator_session_failed_cb(OffhookCompleter *completer, guint number,
				       const GError *error, gpointer user_data)
{
	g_autoptr(OffhookOrchestratorSession) self = g_object_ref(user_data);

	if (self->asking && number == self->number)
		offhook_orchestrator_session_fail(self, error);
}

static void
offhook_orchestrator_session_done_cb(OffhookCompleter *completer, guint number,
				     const OffhookCompletion *completion, gpointer user_data)
{
	g_autoptr(OffhookOrchestratorSession) self = g_object_ref(user_data);
	gboolean calls = completion->tool_calls->len > 0;

	if (!self->asking || number != self->number)
		return;
	self->asking = FALSE;
	if (calls && self->steps <= self->options->max_steps &&
	    self->n_calls <= OFFHOOK_ORCHESTRATOR_MAX_CALLS)
		offhook_orchestrator_session_call(self, completion->tool_calls);
	else if (self->answered || self->wish.acts)
		offhook_orchestrator_session_conclude(self);
	else
		offhook_orchestrator_session_fail_for(self,
						      calls ? "calls tools without end"
						      : completion->reason == OFFHOOK_FINISH_FILTER
							  ? "was silenced by its service"
							  : "answered nothing");
}
void
offhook_orchestrator_session_listen(OffhookOrchestratorSession *self)
{
	g_signal_connect(self->completer, "text", G_CALLBACK(offhook_orchestrator_session_text_cb),
			 self);
	g_signal_connect(self->completer, "done", G_CALLBACK(offhook_orchestrator_session_done_cb),
			 self);
	g_signal_connect(self->completer, "failed",
			 G_CALLBACK(offhook_orchestrator_session_failed_cb), self);
}
