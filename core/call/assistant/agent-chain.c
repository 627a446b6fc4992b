/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Hands a turn from agent to agent. An agent may answer inside take_turn or long after; either way
 * the chain goes on from an idle callback, so that an agent never runs inside another. Main thread.
 */

#include "call/assistant/agent-chain.h"

#include <offhook/error.h>

struct _OffhookAgentChain {
	GPtrArray *sessions;
	OffhookAgentChainHandler handler;
	gpointer user_data;

	guint at;     /* session that has the turn */
	gint speaker; /* session that spoke in it last; -1: none did */
	OffhookAgentTurn *turn;
	OffhookTurnKind kind;
	char *message;
	double confidence;
	guint attempt;
	JsonObject *context;
	gboolean answered;
	GPtrArray *unconfirmed; /* (nullable) (element-type OffhookAgentTurn): of this turn */
	gboolean waiting;       /* for the confirmation, before the next is asked */
	GError *error;          /* the first agent's that failed */
	guint next_id;          /* idle source */
};

static void offhook_agent_chain_ask(OffhookAgentChain *self);

static void
offhook_agent_chain_end(OffhookAgentChain *self)
{
	g_autoptr(GError) error = g_steal_pointer(&self->error);
	gboolean answered = self->answered;

	g_clear_object(&self->turn);
	self->handler.done(self->user_data, answered, answered ? NULL : error);
}

static gboolean
offhook_agent_chain_is_speculative(OffhookAgentChain *self, guint i)
{
	OffhookAgentSession *session = g_ptr_array_index(self->sessions, i);

	return (offhook_agent_session_get_features(session) & OFFHOOK_AGENT_SPECULATIVE) != 0;
}

static void
offhook_agent_chain_ask_next(OffhookAgentChain *self)
{
	self->waiting =
	    self->unconfirmed != NULL && !offhook_agent_chain_is_speculative(self, self->at + 1);
	if (self->waiting)
		return;
	self->at++;
	offhook_agent_chain_ask(self);
}

static gboolean
offhook_agent_chain_next_cb(gpointer user_data)
{
	OffhookAgentChain *self = user_data;

	self->next_id = 0;
	if (!self->answered && self->at + 1 < self->sessions->len)
		offhook_agent_chain_ask_next(self);
	else
		offhook_agent_chain_end(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_agent_chain_say_cb(gpointer user_data, const char *text)
{
	OffhookAgentChain *self = user_data;

	self->speaker = (gint)self->at;
	self->handler.say(self->user_data, text);
}

static void
offhook_agent_chain_speak_cb(gpointer user_data, GBytes *s16_16k)
{
	OffhookAgentChain *self = user_data;

	self->speaker = (gint)self->at;
	self->handler.speak(self->user_data, s16_16k);
}

static void
offhook_agent_chain_spoken_cb(gpointer user_data, const char *words)
{
	OffhookAgentChain *self = user_data;

	self->speaker = (gint)self->at;
	self->handler.spoken(self->user_data, words);
}

static void
offhook_agent_chain_expect_cb(gpointer user_data, OffhookExpectation *expectation)
{
	OffhookAgentChain *self = user_data;

	self->handler.expect(self->user_data, expectation);
}

static void
offhook_agent_chain_act_cb(gpointer user_data, OffhookAction action, const char *argument)
{
	OffhookAgentChain *self = user_data;

	self->handler.act(self->user_data, action, argument);
}

static void
offhook_agent_chain_hand_over_cb(gpointer user_data, OffhookAction action, const char *target,
				 const char *summary)
{
	OffhookAgentChain *self = user_data;

	self->handler.hand_over(self->user_data, action, target, summary);
}

static void
offhook_agent_chain_tool_cb(gpointer user_data, const char *name)
{
	OffhookAgentChain *self = user_data;

	self->handler.tool(self->user_data, name);
}

static void
offhook_agent_chain_done_cb(gpointer user_data, gboolean answered, const GError *error)
{
	OffhookAgentChain *self = user_data;

	self->answered = answered;
	if (error != NULL && !answered && self->at + 1 < self->sessions->len)
		self->handler.failed(self->user_data, self->at, error);
	if (error != NULL && self->error == NULL)
		self->error = g_error_copy(error);
	self->next_id =
	    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_agent_chain_next_cb, self, NULL);
}

static const OffhookTurnHandler offhook_agent_chain_turn_handler = {
    .say = offhook_agent_chain_say_cb,
    .expect = offhook_agent_chain_expect_cb,
    .act = offhook_agent_chain_act_cb,
    .done = offhook_agent_chain_done_cb,
    .speak = offhook_agent_chain_speak_cb,
    .spoken = offhook_agent_chain_spoken_cb,
    .tool = offhook_agent_chain_tool_cb,
    .hand_over = offhook_agent_chain_hand_over_cb,
};

/* What one agent has heard by itself, the others only know to have been said. */
static OffhookTurnKind
offhook_agent_chain_get_kind(OffhookAgentChain *self, OffhookAgentSession *session)
{
	if (self->kind == OFFHOOK_TURN_MESSAGE &&
	    (self->message == NULL || *self->message == '\0') &&
	    offhook_agent_session_get_ear(session) == NULL)
		return OFFHOOK_TURN_UNCLEAR;
	return self->kind;
}

static void
offhook_agent_chain_ask(OffhookAgentChain *self)
{
	OffhookAgentSession *session = g_ptr_array_index(self->sessions, self->at);

	g_clear_object(&self->turn);
	if (self->unconfirmed != NULL) {
		self->turn = offhook_agent_turn_new_speculative(
		    offhook_agent_chain_get_kind(self, session), self->message, self->confidence,
		    self->attempt, self->context, &offhook_agent_chain_turn_handler, self);
		g_ptr_array_add(self->unconfirmed, g_object_ref(self->turn));
	} else {
		self->turn = offhook_agent_turn_new(
		    offhook_agent_chain_get_kind(self, session), self->message, self->confidence,
		    self->attempt, self->context, &offhook_agent_chain_turn_handler, self);
	}
	offhook_agent_session_take_turn(session, self->turn);
}

static void
offhook_agent_chain_usage_cb(OffhookAgentSession *session, const OffhookAgentUsage *usage,
			     OffhookAgentChain *self)
{
	guint place;

	if (g_ptr_array_find(self->sessions, session, &place))
		self->handler.used(self->user_data, place, usage);
}

OffhookAgentChain *
offhook_agent_chain_new(GPtrArray *sessions, const OffhookAgentChainHandler *handler,
			gpointer user_data)
{
	OffhookAgentChain *self = g_new0(OffhookAgentChain, 1);

	g_return_val_if_fail(sessions->len > 0, NULL);
	self->sessions = sessions;
	self->handler = *handler;
	self->user_data = user_data;
	self->speaker = -1;
	for (guint i = 0; i < sessions->len; i++)
		g_signal_connect(g_ptr_array_index(sessions, i), "usage",
				 G_CALLBACK(offhook_agent_chain_usage_cb), self);
	return self;
}

void
offhook_agent_chain_free(OffhookAgentChain *self)
{
	if (self == NULL)
		return;
	offhook_agent_chain_cancel(self);
	for (guint i = 0; i < self->sessions->len; i++)
		g_signal_handlers_disconnect_by_data(g_ptr_array_index(self->sessions, i), self);
	g_ptr_array_unref(self->sessions);
	g_free(self->message);
	g_clear_pointer(&self->context, json_object_unref);
	g_free(self);
}

static void
offhook_agent_chain_set_turn(OffhookAgentChain *self, OffhookTurnKind kind, const char *message,
			     double confidence, guint attempt, JsonObject *context)
{
	offhook_agent_chain_cancel(self);
	g_free(self->message);
	g_clear_pointer(&self->context, json_object_unref);
	self->kind = kind;
	self->message = g_strdup(message);
	self->confidence = confidence;
	self->attempt = attempt;
	self->context = context != NULL ? json_object_ref(context) : json_object_new();
	self->answered = FALSE;
	self->at = 0;
	self->speaker = -1;
}

void
offhook_agent_chain_take_turn(OffhookAgentChain *self, OffhookTurnKind kind, const char *message,
			      double confidence, guint attempt, JsonObject *context)
{
	offhook_agent_chain_set_turn(self, kind, message, confidence, attempt, context);
	offhook_agent_chain_ask(self);
}

gboolean
offhook_agent_chain_can_speculate(OffhookAgentChain *self)
{
	return offhook_agent_chain_is_speculative(self, 0);
}

void
offhook_agent_chain_speculate(OffhookAgentChain *self, const char *message, double confidence,
			      JsonObject *context)
{
	g_return_if_fail(offhook_agent_chain_can_speculate(self));

	offhook_agent_chain_set_turn(self, OFFHOOK_TURN_MESSAGE, message, confidence, 0, context);
	self->unconfirmed = g_ptr_array_new_with_free_func(g_object_unref);
	offhook_agent_chain_ask(self);
}

void
offhook_agent_chain_confirm(OffhookAgentChain *self)
{
	g_autoptr(GPtrArray) turns = g_steal_pointer(&self->unconfirmed);
	gboolean waiting = self->waiting;

	g_return_if_fail(turns != NULL);

	self->waiting = FALSE;
	for (guint i = 0; i < turns->len; i++)
		offhook_agent_turn_confirm(g_ptr_array_index(turns, i));
	if (waiting)
		offhook_agent_chain_ask_next(self);
}

gint
offhook_agent_chain_get_speaker(OffhookAgentChain *self)
{
	return self->speaker;
}

gboolean
offhook_agent_chain_is_busy(OffhookAgentChain *self)
{
	return self->turn != NULL;
}

void
offhook_agent_chain_cancel(OffhookAgentChain *self)
{
	g_autoptr(GPtrArray) turns = g_steal_pointer(&self->unconfirmed);

	for (guint i = 0; turns != NULL && i < turns->len; i++)
		offhook_agent_turn_cancel(g_ptr_array_index(turns, i));
	if (self->turn != NULL)
		offhook_agent_turn_cancel(self->turn);
	self->waiting = FALSE;
	g_clear_object(&self->turn);
	g_clear_handle_id(&self->next_id, g_source_remove);
	g_clear_error(&self->error);
}

void
offhook_agent_chain_heard(OffhookAgentChain *self, const char *text, gboolean interrupted)
{
	for (guint i = 0; i < self->sessions->len; i++)
		offhook_agent_session_heard(g_ptr_array_index(self->sessions, i), text,
					    interrupted);
}

OffhookTranscriber *
offhook_agent_chain_get_ear(OffhookAgentChain *self)
{
	OffhookTranscriber *ear = NULL;

	for (guint i = 0; i < self->sessions->len && ear == NULL; i++)
		ear = offhook_agent_session_get_ear(g_ptr_array_index(self->sessions, i));
	return ear;
}

void
offhook_agent_chain_discard(OffhookAgentChain *self)
{
	for (guint i = 0; i < self->sessions->len; i++)
		offhook_agent_session_discard(g_ptr_array_index(self->sessions, i));
}

void
offhook_agent_chain_cut_off(OffhookAgentChain *self, guint ms)
{
	for (guint i = 0; i < self->sessions->len; i++)
		offhook_agent_session_cut_off(g_ptr_array_index(self->sessions, i), ms);
}
