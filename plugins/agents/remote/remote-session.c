/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A turn goes to the program, and what it answers goes to the turn as it comes. Over HTTP each turn is
 * a request of its own; over a WebSocket turns have numbers, and what belongs to an earlier one is
 * dropped. What lasts, variables and events, waits until the turn is confirmed. Whatever is said may
 * have the turn cancelled and the session dropped. Main thread.
 */

#include "remote-session.h"

#include "remote-exchange.h"
#include "remote-link.h"
#include "remote-request.h"
#include "turn-watch.h"

#include <offhook/agent-host.h>
#include <offhook/error.h>
#include <string.h>

/* Of variables and events that wait for a turn to be confirmed. */
#define OFFHOOK_REMOTE_SESSION_MAX_WAITING 100
/* Of a conversation; more are dropped. */
#define OFFHOOK_REMOTE_SESSION_MAX_EFFECTS 1000

/* A variable, or an event. */
typedef struct {
	gboolean is_event;
	char *name;
	char *value;      /* (nullable): of a variable */
	JsonObject *data; /* (nullable): of an event */
} OffhookRemoteEffect;

struct _OffhookRemoteSession {
	OffhookAgentSession parent_instance;

	OffhookRemoteOptions *options;
	OffhookWebClient *web;
	OffhookRemoteTalk *talk;
	OffhookRemoteLink *link; /* (nullable) */
	char *heard;             /* (nullable): of the last answer, for the next request */
	gboolean interrupted;
	guint n_effects;

	OffhookTurnWatch *watch;         /* (nullable): the turn that is, or may be, one */
	gint64 id;                       /* of the last turn */
	OffhookRemoteExchange *exchange; /* (nullable): its request */
	gboolean asked;                  /* the program has it, and has not finished it */
	gsize size;                      /* of what was said over a WebSocket */
	guint n_actions;                 /* in this turn, over one */
	gboolean said;                   /* something in it */
	gboolean expected;               /* likewise */
	gboolean passed;                 /* the program wants the next agent to have it */
	gboolean confirmed;
	GPtrArray *waiting; /* of OffhookRemoteEffect */
	guint deadline;     /* over a WebSocket */
};

G_DEFINE_FINAL_TYPE(OffhookRemoteSession, offhook_remote_session, OFFHOOK_TYPE_AGENT_SESSION)

/* ---- what lasts ---- */

static void
offhook_remote_effect_free(gpointer data)
{
	OffhookRemoteEffect *effect = data;

	g_clear_pointer(&effect->data, json_object_unref);
	g_free(effect->name);
	g_free(effect->value);
	g_free(effect);
}

static void
offhook_remote_session_take_effect(OffhookRemoteSession *self, const OffhookRemoteEffect *effect)
{
	g_autoptr(GError) error = NULL;

	if (self->talk->host == NULL || self->n_effects >= OFFHOOK_REMOTE_SESSION_MAX_EFFECTS)
		return;
	self->n_effects++;
	if (effect->is_event)
		offhook_agent_host_note(self->talk->host, effect->name,
					effect->data != NULL ? json_object_ref(effect->data)
							     : NULL);
	else if (!offhook_agent_host_set_variable(self->talk->host, effect->name, effect->value,
						  &error))
		g_warning("remote: a variable was not set: %s", error->message);
}

/* @effect: (transfer full) */
static void
offhook_remote_session_add_effect(OffhookRemoteSession *self, OffhookRemoteEffect *effect)
{
	if (self->confirmed)
		offhook_remote_session_take_effect(self, effect);
	if (self->confirmed || self->waiting->len >= OFFHOOK_REMOTE_SESSION_MAX_WAITING)
		offhook_remote_effect_free(effect);
	else
		g_ptr_array_add(self->waiting, effect);
}

static void
offhook_remote_session_add_variables(OffhookRemoteSession *self, JsonObject *variables)
{
	g_autoptr(GList) names = json_object_get_members(variables);

	for (GList *l = names; l != NULL; l = l->next) {
		OffhookRemoteEffect *effect = g_new0(OffhookRemoteEffect, 1);
		JsonNode *node = json_object_get_member(variables, l->data);

		effect->name = g_strdup(l->data);
		effect->value = json_node_dup_string(node);
		offhook_remote_session_add_effect(self, effect);
	}
}

static void
offhook_remote_session_add_note(OffhookRemoteSession *self, const OffhookRemoteAnswer *answer)
{
	OffhookRemoteEffect *effect = g_new0(OffhookRemoteEffect, 1);

	effect->is_event = TRUE;
	effect->name = g_strdup(answer->note);
	effect->data = answer->note_data != NULL ? json_object_ref(answer->note_data) : NULL;
	offhook_remote_session_add_effect(self, effect);
}

/* ---- a turn's end ---- */

static void
offhook_remote_session_forget(OffhookRemoteSession *self)
{
	g_clear_handle_id(&self->deadline, g_source_remove);
	g_clear_pointer(&self->exchange, offhook_remote_exchange_free);
	self->asked = FALSE;
}

/* Whatever the last turn does ends. */
static void
offhook_remote_session_stop(OffhookRemoteSession *self)
{
	gboolean asked = self->asked;

	offhook_remote_session_forget(self);
	g_clear_pointer(&self->watch, offhook_turn_watch_free);
	g_ptr_array_set_size(self->waiting, 0);
	if (asked && self->link != NULL)
		offhook_remote_link_send(self->link,
					 offhook_remote_request_print("cancel", self->id));
}

static void
offhook_remote_session_finish(OffhookRemoteSession *self, gboolean answered)
{
	g_autoptr(OffhookAgentTurn) turn = g_object_ref(offhook_turn_watch_get_turn(self->watch));

	offhook_remote_session_forget(self);
	if (answered && !self->expected) {
		g_autoptr(OffhookExpectation) anything =
		    offhook_expectation_new(OFFHOOK_EXPECT_OPEN);

		offhook_agent_turn_expect(turn, anything);
	}
	offhook_agent_turn_finish(turn, answered);
}

/* The next agent has the turn. */
static void
offhook_remote_session_fail(OffhookRemoteSession *self, const GError *error)
{
	g_autoptr(OffhookAgentTurn) turn = g_object_ref(offhook_turn_watch_get_turn(self->watch));
	g_autoptr(GError) prefixed = g_error_copy(error);

	g_prefix_error(&prefixed, "remote: ");
	offhook_remote_session_forget(self);
	/* Whoever speaks next begins a sentence of his own. */
	if (self->said)
		offhook_agent_turn_say(turn, "... ");
	offhook_agent_turn_fail(turn, prefixed);
}

static void
offhook_remote_session_fail_with(OffhookRemoteSession *self, OffhookError code, const char *text)
{
	g_autoptr(GError) error = g_error_new_literal(OFFHOOK_ERROR, code, text);

	offhook_remote_session_fail(self, error);
}

/* ---- the answer ---- */

/* What is done comes after what is said. The turn may end at each step. */
static void
offhook_remote_session_apply(OffhookRemoteSession *self, const OffhookRemoteAnswer *answer)
{
	g_autoptr(OffhookAgentTurn) turn = g_object_ref(offhook_turn_watch_get_turn(self->watch));

	self->passed |= !answer->answered;
	if (answer->variables != NULL)
		offhook_remote_session_add_variables(self, answer->variables);
	if (answer->note != NULL)
		offhook_remote_session_add_note(self, answer);
	if (answer->say != NULL && *answer->say != '\0') {
		self->said = TRUE;
		offhook_agent_turn_say(turn, answer->say);
	}
	if (answer->expect != NULL) {
		self->expected = TRUE;
		offhook_agent_turn_expect(turn, answer->expect);
	}
	for (guint i = 0; i < answer->acts->len; i++) {
		const OffhookRemoteAct *act = g_ptr_array_index(answer->acts, i);

		if (act->summary != NULL && act->action != OFFHOOK_ACTION_SEND_DTMF &&
		    act->action != OFFHOOK_ACTION_HANG_UP)
			offhook_agent_turn_hand_over(turn, act->action, act->argument,
						     act->summary);
		else
			offhook_agent_turn_act(turn, act->action, act->argument);
	}
}

static void
offhook_remote_session_answer_cb(gpointer user_data, const OffhookRemoteAnswer *answer)
{
	g_autoptr(OffhookRemoteSession) self = g_object_ref(user_data);

	offhook_remote_session_apply(self, answer);
}

static void
offhook_remote_session_done_cb(gpointer user_data, gboolean empty, const GError *error)
{
	g_autoptr(OffhookRemoteSession) self = g_object_ref(user_data);

	if (error != NULL)
		offhook_remote_session_fail(self, error);
	else
		offhook_remote_session_finish(self, self->said || (!empty && !self->passed));
}

/* ---- over a WebSocket ---- */

static gboolean
offhook_remote_session_deadline_cb(gpointer user_data)
{
	g_autoptr(OffhookRemoteSession) self = g_object_ref(user_data);

	self->deadline = 0;
	offhook_remote_link_send(self->link, offhook_remote_request_print("cancel", self->id));
	offhook_remote_session_fail_with(self, OFFHOOK_ERROR_TIMED_OUT,
					 "nothing came from the program in time");
	return G_SOURCE_REMOVE;
}

static void
offhook_remote_session_set_deadline(OffhookRemoteSession *self)
{
	g_clear_handle_id(&self->deadline, g_source_remove);
	self->deadline =
	    g_timeout_add(self->options->timeout_ms, offhook_remote_session_deadline_cb, self);
}

static void
offhook_remote_session_message_cb(gpointer user_data, const OffhookRemoteMessage *message)
{
	g_autoptr(OffhookRemoteSession) self = g_object_ref(user_data);
	gboolean late = !self->asked || message->id != self->id;

	/* Events and variables belong to the conversation, not to a turn. */
	if (message->id == 0 &&
	    (message->answer->note != NULL || message->answer->variables != NULL)) {
		gboolean confirmed = self->confirmed;

		self->confirmed = TRUE;
		if (message->answer->variables != NULL)
			offhook_remote_session_add_variables(self, message->answer->variables);
		if (message->answer->note != NULL)
			offhook_remote_session_add_note(self, message->answer);
		self->confirmed = confirmed;
		return;
	}
	if (late)
		return;
	offhook_remote_session_set_deadline(self);
	self->size += message->answer->say != NULL ? strlen(message->answer->say) : 0;
	self->n_actions += message->answer->acts->len;
	if (self->size > self->options->max_size || self->n_actions > OFFHOOK_REMOTE_MAX_ACTIONS) {
		offhook_remote_link_send(self->link,
					 offhook_remote_request_print("cancel", self->id));
		offhook_remote_session_fail_with(self, OFFHOOK_ERROR_LIMIT,
						 self->size > self->options->max_size
						     ? "the answer is longer than max-kib"
						     : "the answer has more than 16 actions");
		return;
	}
	if (message->failure != NULL) {
		offhook_remote_session_fail_with(self, OFFHOOK_ERROR_PROVIDER, message->failure);
		return;
	}
	offhook_remote_session_apply(self, message->answer);
	if (message->done && self->asked && message->id == self->id)
		offhook_remote_session_finish(self, self->said || !self->passed);
}

static void
offhook_remote_session_failed_cb(gpointer user_data, const GError *error)
{
	g_autoptr(OffhookRemoteSession) self = g_object_ref(user_data);

	self->link = NULL; /* it frees itself */
	if (self->asked)
		offhook_remote_session_fail(self, error);
}

/* One connection for the conversation; after it was lost, the next turn has another. */
static gboolean
offhook_remote_session_connect(OffhookRemoteSession *self, GError **error)
{
	static const OffhookRemoteLinkHandler handler = {
	    .message = offhook_remote_session_message_cb,
	    .failed = offhook_remote_session_failed_cb,
	};

	if (self->link == NULL)
		self->link = offhook_remote_link_new(self->options, &handler, self, error);
	return self->link != NULL;
}

/* ---- turns ---- */

/* @body: (transfer full) */
static void
offhook_remote_session_ask_over_socket(OffhookRemoteSession *self, char *body)
{
	g_autofree char *own = body;
	g_autoptr(GError) error = NULL;

	if (!offhook_remote_session_connect(self, &error)) {
		offhook_remote_session_fail(self, error);
		return;
	}
	self->asked = TRUE;
	offhook_remote_session_set_deadline(self);
	offhook_remote_link_send(self->link, g_steal_pointer(&own));
}

static void
offhook_remote_session_ask(OffhookRemoteSession *self)
{
	static const OffhookRemoteExchangeHandler handler = {
	    .answer = offhook_remote_session_answer_cb,
	    .done = offhook_remote_session_done_cb,
	};
	char *body =
	    offhook_remote_request_print_turn(self->talk, offhook_turn_watch_get_turn(self->watch),
					      self->id, self->heard, self->interrupted);

	g_clear_pointer(&self->heard, g_free);
	if (self->options->socket) {
		offhook_remote_session_ask_over_socket(self, body);
		return;
	}
	self->asked = TRUE;
	self->exchange =
	    offhook_remote_exchange_new(self->web, self->options, body, &handler, self);
}

/* It is certain that it is a turn. */
static void
offhook_remote_session_confirmed_cb(gpointer user_data)
{
	OffhookRemoteSession *self = user_data;
	g_autoptr(GPtrArray) waiting = NULL;
	gboolean always = self->confirmed;

	self->confirmed = TRUE;
	if (!self->options->speculative)
		offhook_remote_session_ask(self);
	if (!self->options->speculative || always)
		return;
	if (self->asked && self->link != NULL)
		offhook_remote_link_send(self->link,
					 offhook_remote_request_print("confirm", self->id));
	waiting = g_steal_pointer(&self->waiting);
	self->waiting = g_ptr_array_new_with_free_func(offhook_remote_effect_free);
	for (guint i = 0; i < waiting->len; i++)
		offhook_remote_session_take_effect(self, g_ptr_array_index(waiting, i));
}

static void
offhook_remote_session_cancelled_cb(gpointer user_data)
{
	offhook_remote_session_stop(user_data);
}

static void
offhook_remote_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	static const OffhookTurnWatchHandler handler = {
	    .confirmed = offhook_remote_session_confirmed_cb,
	    .cancelled = offhook_remote_session_cancelled_cb,
	};
	g_autoptr(OffhookRemoteSession) self = g_object_ref(OFFHOOK_REMOTE_SESSION(session));

	if (!offhook_agent_turn_is_open(turn))
		return;
	offhook_remote_session_stop(self);
	self->watch = offhook_turn_watch_new(turn, &handler, self);
	self->id++;
	self->size = 0;
	self->n_actions = 0;
	self->said = self->expected = self->passed = FALSE;
	self->confirmed = offhook_agent_turn_is_confirmed(turn);
	if (self->options->speculative)
		offhook_remote_session_ask(self);
	if (self->watch != NULL)
		offhook_turn_watch_settle(self->watch);
}

static void
offhook_remote_session_heard(OffhookAgentSession *session, const char *text, gboolean interrupted)
{
	OffhookRemoteSession *self = OFFHOOK_REMOTE_SESSION(session);

	g_free(self->heard);
	self->heard = g_utf8_make_valid(text, -1);
	self->interrupted = interrupted;
	if (self->link != NULL)
		offhook_remote_link_send(
		    self->link, offhook_remote_request_print_heard(self->id, text, interrupted));
}

/* ---- the object ---- */

OffhookAgentSession *
offhook_remote_session_new(OffhookRemoteOptions *options, OffhookWebClient *web,
			   const OffhookAgentOptions *session)
{
	OffhookRemoteSession *self = g_object_new(OFFHOOK_TYPE_REMOTE_SESSION, NULL);

	self->options = offhook_remote_options_ref(options);
	self->web = g_object_ref(web);
	self->talk = offhook_remote_talk_new(session);
	/* A program that is not there is noticed with the first turn, which the next agent has then. */
	if (options->socket)
		offhook_remote_session_connect(self, NULL);
	return OFFHOOK_AGENT_SESSION(self);
}

static void
offhook_remote_session_dispose(GObject *object)
{
	OffhookRemoteSession *self = OFFHOOK_REMOTE_SESSION(object);

	offhook_remote_session_stop(self);
	if (self->link != NULL)
		offhook_remote_link_send(self->link, offhook_remote_request_print("close", 0));
	g_clear_pointer(&self->link, offhook_remote_link_close);
	g_clear_object(&self->web);

	G_OBJECT_CLASS(offhook_remote_session_parent_class)->dispose(object);
}

static void
offhook_remote_session_finalize(GObject *object)
{
	OffhookRemoteSession *self = OFFHOOK_REMOTE_SESSION(object);

	g_clear_pointer(&self->talk, offhook_remote_talk_free);
	g_clear_pointer(&self->options, offhook_remote_options_unref);
	g_ptr_array_unref(self->waiting);
	g_free(self->heard);

	G_OBJECT_CLASS(offhook_remote_session_parent_class)->finalize(object);
}

static void
offhook_remote_session_init(OffhookRemoteSession *self)
{
	self->waiting = g_ptr_array_new_with_free_func(offhook_remote_effect_free);
}

static void
offhook_remote_session_class_init(OffhookRemoteSessionClass *klass)
{
	OffhookAgentSessionClass *session_class = OFFHOOK_AGENT_SESSION_CLASS(klass);

	session_class->take_turn = offhook_remote_session_take_turn;
	session_class->heard = offhook_remote_session_heard;
	G_OBJECT_CLASS(klass)->dispose = offhook_remote_session_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_remote_session_finalize;
}
