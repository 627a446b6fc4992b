/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One turn on its way through an agent: the input, and where the output goes. Main thread.
 */

#include "agent-private.h"

struct _OffhookAgentTurn {
	GObject parent_instance;

	OffhookTurnKind kind;
	char *message;
	double confidence;
	guint attempt;
	JsonObject *context;
	gboolean has_context;
	OffhookTurnHandler handler;
	gpointer user_data;
	GCancellable *cancellable;
	OffhookAgent *agent; /* (nullable): who takes it */
	gint64 taken_us;
	gboolean open;
	gboolean confirmed;
};

enum { SIGNAL_CONFIRMED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(OffhookAgentTurn, offhook_agent_turn, G_TYPE_OBJECT)

OffhookAgentTurn *
offhook_agent_turn_new(OffhookTurnKind kind, const char *message, double confidence, guint attempt,
		       JsonObject *context, const OffhookTurnHandler *handler, gpointer user_data)
{
	OffhookAgentTurn *self = g_object_new(OFFHOOK_TYPE_AGENT_TURN, NULL);

	self->kind = kind;
	self->message = g_strdup(message != NULL ? message : "");
	self->confidence = confidence;
	self->attempt = attempt;
	self->has_context = context != NULL;
	self->context = context != NULL ? json_object_ref(context) : json_object_new();
	if (handler != NULL)
		self->handler = *handler;
	self->user_data = user_data;
	return self;
}

OffhookAgentTurn *
offhook_agent_turn_new_speculative(OffhookTurnKind kind, const char *message, double confidence,
				   guint attempt, JsonObject *context,
				   const OffhookTurnHandler *handler, gpointer user_data)
{
	OffhookAgentTurn *self =
	    offhook_agent_turn_new(kind, message, confidence, attempt, context, handler, user_data);

	self->confirmed = FALSE;
	return self;
}

void
offhook_agent_turn_confirm(OffhookAgentTurn *self)
{
	if (self->confirmed || g_cancellable_is_cancelled(self->cancellable))
		return;
	self->confirmed = TRUE;
	g_signal_emit(self, signals[SIGNAL_CONFIRMED], 0);
}

gboolean
offhook_agent_turn_is_confirmed(OffhookAgentTurn *self)
{
	return self->confirmed;
}

OffhookTurnKind
offhook_agent_turn_get_kind(OffhookAgentTurn *self)
{
	return self->kind;
}

const char *
offhook_agent_turn_get_message(OffhookAgentTurn *self)
{
	return self->message;
}

double
offhook_agent_turn_get_confidence(OffhookAgentTurn *self)
{
	return self->confidence;
}

guint
offhook_agent_turn_get_attempt(OffhookAgentTurn *self)
{
	return self->attempt;
}

JsonObject *
offhook_agent_turn_get_context(OffhookAgentTurn *self)
{
	return self->context;
}

gboolean
offhook_agent_turn_has_context(OffhookAgentTurn *self)
{
	return self->has_context;
}

void
offhook_agent_turn_say(OffhookAgentTurn *self, const char *text)
{
	g_return_if_fail(text != NULL);

	if (self->open && self->handler.say != NULL && *text != '\0')
		self->handler.say(self->user_data, text);
}

void
offhook_agent_turn_speak(OffhookAgentTurn *self, GBytes *s16_16k)
{
	gsize size = g_bytes_get_size(s16_16k);

	g_return_if_fail(size % sizeof(gint16) == 0);

	if (self->open && self->handler.speak != NULL && size > 0)
		self->handler.speak(self->user_data, s16_16k);
}

void
offhook_agent_turn_spoken(OffhookAgentTurn *self, const char *words)
{
	g_return_if_fail(words != NULL);

	if (self->open && self->handler.spoken != NULL && *words != '\0')
		self->handler.spoken(self->user_data, words);
}

void
offhook_agent_turn_expect(OffhookAgentTurn *self, OffhookExpectation *expectation)
{
	if (self->open && self->handler.expect != NULL)
		self->handler.expect(self->user_data, expectation);
}

void
offhook_agent_turn_act(OffhookAgentTurn *self, OffhookAction action, const char *argument)
{
	if (self->open && self->handler.act != NULL)
		self->handler.act(self->user_data, action, argument);
}

void
offhook_agent_turn_set_tool(OffhookAgentTurn *self, const char *name)
{
	if (self->open && self->handler.tool != NULL)
		self->handler.tool(self->user_data, name);
}

void
offhook_agent_turn_hand_over(OffhookAgentTurn *self, OffhookAction action, const char *target,
			     const char *summary)
{
	g_return_if_fail(action == OFFHOOK_ACTION_TRANSFER || action == OFFHOOK_ACTION_HAND_OVER);

	if (self->handler.hand_over == NULL)
		offhook_agent_turn_act(self, action, target);
	else if (self->open)
		self->handler.hand_over(self->user_data, action, target, summary);
}

void
offhook_agent_turn_set_agent(OffhookAgentTurn *self, OffhookAgent *agent)
{
	g_set_object(&self->agent, agent);
	self->taken_us = g_get_monotonic_time();
}

static void
offhook_agent_turn_end(OffhookAgentTurn *self, gboolean answered, const GError *error)
{
	if (!self->open)
		return;
	self->open = FALSE;
	if (self->agent != NULL)
		offhook_agent_count_turn(self->agent, g_get_monotonic_time() - self->taken_us);
	if (self->handler.done != NULL)
		self->handler.done(self->user_data, answered, error);
}

void
offhook_agent_turn_finish(OffhookAgentTurn *self, gboolean answered)
{
	offhook_agent_turn_end(self, answered, NULL);
}

void
offhook_agent_turn_fail(OffhookAgentTurn *self, const GError *error)
{
	g_return_if_fail(error != NULL);

	offhook_agent_turn_end(self, FALSE, error);
}

void
offhook_agent_turn_cancel(OffhookAgentTurn *self)
{
	self->open = FALSE;
	g_cancellable_cancel(self->cancellable);
}

GCancellable *
offhook_agent_turn_get_cancellable(OffhookAgentTurn *self)
{
	return self->cancellable;
}

gboolean
offhook_agent_turn_is_open(OffhookAgentTurn *self)
{
	return self->open;
}

static void
offhook_agent_turn_finalize(GObject *object)
{
	OffhookAgentTurn *self = OFFHOOK_AGENT_TURN(object);

	g_free(self->message);
	json_object_unref(self->context);
	g_object_unref(self->cancellable);
	g_clear_object(&self->agent);

	G_OBJECT_CLASS(offhook_agent_turn_parent_class)->finalize(object);
}

static void
offhook_agent_turn_init(OffhookAgentTurn *self)
{
	self->open = TRUE;
	self->confirmed = TRUE;
	self->cancellable = g_cancellable_new();
}

static void
offhook_agent_turn_class_init(OffhookAgentTurnClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_agent_turn_finalize;
	signals[SIGNAL_CONFIRMED] =
	    g_signal_new("confirmed", OFFHOOK_TYPE_AGENT_TURN, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
			 NULL, G_TYPE_NONE, 0);
}
