/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The orchestrator's session: a turn of words becomes a question to the language model, whose answer
 * is said as it comes. Tools that it calls are called, and what they gave is the next question, until it
 * has answered. What must come at once is said without asking it. Whatever is said may have the turn
 * cancelled and the session dropped. Main thread.
 */

#include "orchestrator-session-private.h"

#include "language-phrases.h"
#include "language-yes-no.h"
#include "orchestrator-prompt.h"
#include <offhook/json.h>
#include <offhook/prompt.h>

/* The silence at which the core ends the call. */
#define LAST_SILENCE 3

G_DEFINE_FINAL_TYPE(OffhookOrchestratorSession, offhook_orchestrator_session,
		    OFFHOOK_TYPE_AGENT_SESSION)

/* ---- a turn's beginning and end ---- */

void
offhook_orchestrator_session_forget_calls(OffhookOrchestratorSession *self)
{
	g_clear_pointer(&self->calls, offhook_orchestrator_calls_free);
	g_clear_pointer(&self->running, g_free);
}

void
offhook_orchestrator_session_stop(OffhookOrchestratorSession *self)
{
	g_autoptr(OffhookAgentTurn) turn = g_steal_pointer(&self->turn);

	if (turn == NULL)
		return;
	g_signal_handlers_disconnect_by_data(turn, self);
	g_signal_handlers_disconnect_by_data(offhook_agent_turn_get_cancellable(turn), self);
	if (self->calls != NULL)
		offhook_orchestrator_calls_cancel(self->calls);
	offhook_orchestrator_session_forget_calls(self);
	offhook_orchestrator_history_drop(self->history);
	if (self->asking)
		offhook_completer_cancel(self->completer);
	self->asking = FALSE;
	offhook_orchestrator_effect_clear(&self->wish);
	g_clear_pointer(&self->knowledge, g_free);
	g_clear_pointer(&self->instructions, g_free);
}

static void
offhook_orchestrator_session_cancelled_cb(GCancellable *cancellable, gpointer user_data)
{
	offhook_orchestrator_session_stop(user_data);
}

/* The caller has finished. */
static void
offhook_orchestrator_session_settle(OffhookOrchestratorSession *self)
{
	OffhookTurnKind kind = offhook_agent_turn_get_kind(self->turn);

	offhook_orchestrator_history_confirm(self->history);
	if (kind != OFFHOOK_TURN_MESSAGE && kind != OFFHOOK_TURN_DIGITS)
		return;
	if (self->toolbox != NULL)
		offhook_toolbox_begin_turn(self->toolbox,
					   offhook_agent_turn_get_message(self->turn));
	if (self->collect != NULL)
		offhook_orchestrator_collect_begin_turn(self->collect);
}

static void
offhook_orchestrator_session_confirmed_cb(OffhookAgentTurn *turn, gpointer user_data)
{
	OffhookOrchestratorSession *self = user_data;

	offhook_orchestrator_session_settle(self);
	if (self->running != NULL)
		offhook_agent_turn_set_tool(turn, self->running);
	if (self->calls != NULL)
		offhook_orchestrator_calls_confirm(self->calls);
}

/* @user, @words: for the history */
static void
offhook_orchestrator_session_begin(OffhookOrchestratorSession *self, OffhookAgentTurn *turn,
				   const char *user, gboolean words)
{
	JsonObject *context = offhook_agent_turn_get_context(turn);

	self->turn = g_object_ref(turn);
	self->knowledge = offhook_orchestrator_prompt_collect(self->prompt, context);
	self->instructions = offhook_prompt_fill_memory(self->prompt, context);
	self->steps = 0;
	self->n_calls = 0;
	self->said = FALSE;
	self->asks = FALSE;
	self->gone = FALSE;
	g_signal_connect(offhook_agent_turn_get_cancellable(turn), "cancelled",
			 G_CALLBACK(offhook_orchestrator_session_cancelled_cb), self);
	g_signal_connect(turn, "confirmed", G_CALLBACK(offhook_orchestrator_session_confirmed_cb),
			 self);
	offhook_orchestrator_history_begin(self->history, user, words);
	if (offhook_agent_turn_is_confirmed(turn))
		offhook_orchestrator_session_settle(self);
}

/* ---- turns ---- */

static void
offhook_orchestrator_session_recite(OffhookOrchestratorSession *self, OffhookLanguagePhrase phrase)
{
	offhook_orchestrator_session_say(self,
					 offhook_language_phrases_get(self->language, phrase));
	if (self->turn != NULL)
		offhook_orchestrator_session_finish(self);
}

/*
 * The core speaks the assistant's greeting itself. A caller whom another assistant has handed over is not
 * greeted again: the model goes on.
 */
static void
offhook_orchestrator_session_greet(OffhookOrchestratorSession *self)
{
	JsonObject *context = offhook_agent_turn_get_context(self->turn);

	if (offhook_json_get_object(context, "handed_over") != NULL)
		offhook_orchestrator_session_ask(self);
	else if (offhook_json_get_string(context, "greeting") != NULL)
		offhook_orchestrator_session_finish(self);
	else
		offhook_orchestrator_session_recite(self, OFFHOOK_PHRASE_HELLO);
}

static OffhookLanguagePhrase
offhook_orchestrator_session_choose_silence(guint attempt)
{
	if (attempt >= LAST_SILENCE)
		return OFFHOOK_PHRASE_GIVE_UP;
	return attempt > 1 ? OFFHOOK_PHRASE_STILL : OFFHOOK_PHRASE_SILENCE;
}

/* (transfer full) */
static char *
offhook_orchestrator_session_describe_start(OffhookAgentTurn *turn)
{
	JsonObject *handed_over =
	    offhook_json_get_object(offhook_agent_turn_get_context(turn), "handed_over");
	const char *from =
	    handed_over != NULL ? offhook_json_get_string(handed_over, "from") : NULL;

	if (handed_over == NULL)
		return g_strdup("[the call begins]");
	return g_strdup_printf("[%s has handed the caller over to you; go on, in one sentence, "
			       "without asking for what is known already]",
			       from != NULL ? from : "another assistant");
}

/* (transfer full): @keys may be the answer to what was asked */
static char *
offhook_orchestrator_session_describe_keys(OffhookOrchestratorSession *self, const char *keys)
{
	const char *field =
	    self->collect != NULL ? offhook_orchestrator_collect_get_keyed(self->collect) : NULL;

	if (field != NULL)
		return g_strdup_printf("[the caller pressed the keys %s for %s]", keys, field);
	return g_strdup_printf("[the caller pressed the keys %s]", keys);
}

/* What the model reads in place of the caller's words. (transfer full) */
static char *
offhook_orchestrator_session_describe(OffhookOrchestratorSession *self, OffhookAgentTurn *turn)
{
	g_autofree char *message = g_utf8_make_valid(offhook_agent_turn_get_message(turn), -1);

	switch (offhook_agent_turn_get_kind(turn)) {
	case OFFHOOK_TURN_START:
		return offhook_orchestrator_session_describe_start(turn);
	case OFFHOOK_TURN_DIGITS:
		return offhook_orchestrator_session_describe_keys(self, message);
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
	g_autofree char *user = offhook_orchestrator_session_describe(self, turn);

	if (!offhook_agent_turn_is_open(turn))
		return;
	offhook_orchestrator_summariser_cancel(self->summariser);
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
		offhook_orchestrator_session_recite(self, attempt > 1 ? OFFHOOK_PHRASE_AGAIN
								      : OFFHOOK_PHRASE_UNCLEAR);
		break;
	case OFFHOOK_TURN_SILENCE:
		offhook_orchestrator_session_recite(
		    self, offhook_orchestrator_session_choose_silence(attempt));
		break;
	case OFFHOOK_TURN_FAILURE:
		offhook_orchestrator_session_recite(self, OFFHOOK_PHRASE_FAILURE);
		break;
	}
}

/* ---- the object ---- */

static gboolean
offhook_orchestrator_session_open_collect(OffhookOrchestratorSession *self, GDateTime *now,
					  GError **error)
{
	g_autofree char *prompt = g_steal_pointer(&self->prompt);
	g_autofree char *instructions = NULL;

	self->collect = offhook_orchestrator_collect_new(self->options->fields, self->host, error);
	if (self->collect == NULL)
		return FALSE;
	instructions = offhook_orchestrator_collect_instruct(self->collect, now);
	self->prompt = g_strdup_printf("%s\n\n%s", prompt, instructions);
	return TRUE;
}

OffhookAgentSession *
offhook_orchestrator_session_new(OffhookOrchestratorOptions *options,
				 const OffhookAgentOptions *session, GError **error)
{
	g_autoptr(OffhookOrchestratorSession) self =
	    g_object_new(OFFHOOK_TYPE_ORCHESTRATOR_SESSION, NULL);
	g_autoptr(GDateTime) now = g_date_time_new_now_local();

	self->options = offhook_orchestrator_options_ref(options);
	self->completer = g_object_ref(session->completer);
	self->language = g_strdup(session->language);
	self->prompt = offhook_orchestrator_prompt_make(options, session, now);
	self->history =
	    offhook_orchestrator_history_new(options->history_turns, options->history_bytes);
	self->summariser = offhook_orchestrator_summariser_new(
	    self->completer, self->language, offhook_orchestrator_session_summarised_cb, self);
	self->host = session->host;
	if (session->host != NULL) {
		self->toolbox = g_object_ref(offhook_agent_host_get_toolbox(session->host));
		offhook_toolbox_set_judge(self->toolbox, offhook_language_yes_no_judge,
					  self->language);
		offhook_orchestrator_history_load(self->history,
						  offhook_agent_host_get_history(session->host));
	}
	offhook_orchestrator_session_listen(self);
	if (self->host != NULL && options->fields->len > 0 &&
	    !offhook_orchestrator_session_open_collect(self, now, error))
		return NULL;
	return OFFHOOK_AGENT_SESSION(g_steal_pointer(&self));
}

static void
offhook_orchestrator_session_dispose(GObject *object)
{
	OffhookOrchestratorSession *self = OFFHOOK_ORCHESTRATOR_SESSION(object);

	if (self->completer != NULL) {
		offhook_orchestrator_session_stop(self);
		g_clear_pointer(&self->summariser, offhook_orchestrator_summariser_free);
		g_signal_handlers_disconnect_by_data(self->completer, self);
	}
	g_clear_object(&self->completer);
	g_clear_object(&self->toolbox);
	g_clear_pointer(&self->collect, offhook_orchestrator_collect_free);

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
	session_class->close = offhook_orchestrator_session_close;
	G_OBJECT_CLASS(klass)->dispose = offhook_orchestrator_session_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_orchestrator_session_finalize;
}
