/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One message and its answer. Nobody listens to sound here: an agent that speaks by itself is followed by
 * its words. Main thread.
 */

#include "call/chat/chat-private.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "call/assistant/phrases.h"
#include "engine/supervised-completer.h"

#include <string.h>

/* However often a tool begins anew to be waited for. */
#define OFFHOOK_CHAT_MAX_TURN_S 600

/* ---- a turn ---- */

void
offhook_chat_turn_free(OffhookChatTurn *turn)
{
	if (turn == NULL)
		return;
	json_object_unref(turn->context);
	json_array_unref(turn->actions);
	g_string_free(turn->text, TRUE);
	g_free(turn);
}

static void
offhook_chat_set_deadline(OffhookChat *self)
{
	guint ms = self->assistant->settings->answer_timeout_ms;
	gint64 end_us = self->turn->began_us + OFFHOOK_CHAT_MAX_TURN_S * G_USEC_PER_SEC;
	gint64 due_us = g_get_monotonic_time() + ms * 1000LL;

	offhook_deadline_set(self->deadline, ms > 0 ? MIN(due_us, end_us) : end_us);
}

/* (nullable): no agent has said anything in it */
static const char *
offhook_chat_find_speaker(OffhookChat *self, const OffhookChatTurn *turn)
{
	gint place = self->chain != NULL && !turn->closed
			 ? offhook_agent_chain_get_speaker(self->chain)
			 : -1;

	return place >= 0 ? offhook_assistant_get_agent_name(self->assistant, place) : NULL;
}

/* What was said is in the record and in the agents' heads; then the turn is over. */
static OffhookChatTurn *
offhook_chat_end_turn(OffhookChat *self)
{
	OffhookChatTurn *turn = g_steal_pointer(&self->turn);
	const char *speaker = offhook_chat_find_speaker(self, turn);

	offhook_deadline_set(self->deadline, G_MAXINT64);
	if (speaker != NULL)
		offhook_conversation_log_set_agent(self->log, self->assistant->settings->name,
						   speaker);
	if (turn->text->len > 0)
		offhook_chat_write(self, OFFHOOK_MESSAGE_ASSISTANT, speaker, turn->text->str);
	if (self->chain != NULL)
		offhook_agent_chain_heard(self->chain, turn->text->str, FALSE);
	self->over = turn->hang_up;
	offhook_chat_save(self, self->over ? "completed" : "active");
	return turn;
}

/* An assistant owes everybody who has said something an answer, if only an excuse. */
static void
offhook_chat_apologise(OffhookChat *self, OffhookChatTurn *turn)
{
	const OffhookAssistantConfig *settings = self->assistant->settings;
	const char *const *phrases =
	    settings->apology != NULL && *settings->apology != NULL
		? (const char *const *)settings->apology
		: offhook_phrases_get(settings->language, OFFHOOK_PHRASE_APOLOGY);

	g_string_append(turn->text, phrases[0]);
	turn->handler.say(turn->user_data, phrases[0]);
}

static void offhook_chat_act_cb(gpointer user_data, OffhookAction action, const char *argument);

/* In place of an answer that there is not. %FALSE: the error is told, a program can do more with that. */
static gboolean
offhook_chat_make_up(OffhookChat *self, const GError *error)
{
	const OffhookAssistantConfig *settings = self->assistant->settings;
	OffhookAction action;
	gboolean gives_up = ++self->failed_in_a_row >= settings->failure_limit &&
			    offhook_assistant_find_action(&settings->on_failure, &action);

	if (error != NULL && !gives_up)
		return FALSE;
	offhook_chat_apologise(self, self->turn);
	if (gives_up) {
		self->failed_in_a_row = 0;
		offhook_chat_act_cb(self, action, settings->on_failure.target);
	}
	return TRUE;
}

static void
offhook_chat_finish(OffhookChat *self, gboolean answered, const GError *error)
{
	OffhookChatAnswer answer = {.answered = answered};
	OffhookChatTurn *turn = self->turn;

	if (answered)
		self->failed_in_a_row = 0;
	else if (turn->asked && turn->text->len == 0 && !self->alone &&
		 offhook_chat_make_up(self, error))
		error = NULL;
	turn = offhook_chat_end_turn(self);
	answer.closed = turn->closed;
	answer.text = turn->text->str;
	answer.context = turn->context;
	answer.actions = turn->actions;
	answer.assistant = self->assistant->settings->name;
	answer.agent = offhook_chat_find_speaker(self, turn);
	answer.model = offhook_assistant_get_model(self->assistant);
	answer.tokens = offhook_chat_count_tokens(self) - turn->tokens;
	answer.us = g_get_monotonic_time() - turn->began_us;
	turn->handler.done(turn->user_data, error == NULL ? &answer : NULL, error);
	offhook_chat_turn_free(turn);
}

void
offhook_chat_expired_cb(gpointer user_data)
{
	OffhookChat *self = user_data;
	g_autoptr(GError) error =
	    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT, "there was no answer within %u ms",
			self->assistant->settings->answer_timeout_ms);

	if (self->turn->closed) {
		offhook_chat_finish(self, TRUE, NULL);
		return;
	}
	offhook_agent_chain_cancel(self->chain);
	offhook_chat_finish(self, FALSE, error);
}

/* ---- what the agents tell ---- */

static void
offhook_chat_say_cb(gpointer user_data, const char *text)
{
	OffhookChat *self = user_data;
	OffhookChatTurn *turn = self->turn;

	if (turn->text->len + strlen(text) > OFFHOOK_CHAT_MAX_ANSWER)
		return;
	g_string_append(turn->text, text);
	turn->handler.say(turn->user_data, text);
}

static void
offhook_chat_speak_cb(gpointer user_data, GBytes *s16_16k)
{
}

static void
offhook_chat_expect_cb(gpointer user_data, OffhookExpectation *expectation)
{
	OffhookChat *self = user_data;

	offhook_expectation_ref(expectation);
	g_clear_pointer(&self->expectation, offhook_expectation_unref);
	self->expectation = expectation;
}

/* @summary: (nullable) */
static void
offhook_chat_hand_over_cb(gpointer user_data, OffhookAction action, const char *argument,
			  const char *summary)
{
	static const char *const names[] = {
	    [OFFHOOK_ACTION_HANG_UP] = "hang_up",
	    [OFFHOOK_ACTION_TRANSFER] = "transfer",
	    [OFFHOOK_ACTION_SEND_DTMF] = "send_dtmf",
	    [OFFHOOK_ACTION_HAND_OVER] = "hand_over",
	};
	OffhookChat *self = user_data;
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "type", names[action]);
	offhook_json_set_string(object, "target", argument);
	if (summary != NULL)
		json_object_set_string_member(object, "summary", summary);
	json_array_add_object_element(self->turn->actions, object);
	if (action == OFFHOOK_ACTION_HANG_UP)
		self->turn->hang_up = TRUE;
}

static void
offhook_chat_act_cb(gpointer user_data, OffhookAction action, const char *argument)
{
	offhook_chat_hand_over_cb(user_data, action, argument, NULL);
}

static void
offhook_chat_tool_cb(gpointer user_data, const char *name)
{
	OffhookChat *self = user_data;

	/* Each tool has the time of an answer, and what follows it again. */
	offhook_chat_set_deadline(self);
}

/* What a service refuses of an agent's is no fault of whoever wrote the message. (transfer full) */
static GError *
offhook_chat_blame_service(const GError *error)
{
	static const OffhookError ours[] = {OFFHOOK_ERROR_TIMED_OUT, OFFHOOK_ERROR_UNAVAILABLE,
					    OFFHOOK_ERROR_BUSY};

	for (guint i = 0; i < G_N_ELEMENTS(ours); i++)
		if (g_error_matches(error, OFFHOOK_ERROR, ours[i]))
			return g_error_copy(error);
	return g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, error->message);
}

static void
offhook_chat_done_cb(gpointer user_data, gboolean answered, const GError *error)
{
	g_autoptr(GError) told = error != NULL ? offhook_chat_blame_service(error) : NULL;

	offhook_chat_finish(user_data, answered, told);
}

static void
offhook_chat_used_cb(gpointer user_data, guint place, const OffhookAgentUsage *used)
{
	OffhookChat *self = user_data;
	const OffhookUsage usage = offhook_usage_from_agent(
	    offhook_assistant_get_agent_name(self->assistant, (gint)place), used);

	offhook_meter_add(self->meter, &usage);
}

static void
offhook_chat_failed_cb(gpointer user_data, guint place, const GError *error)
{
	OffhookChat *self = user_data;
	const char *agent = offhook_assistant_get_agent_name(self->assistant, place);
	JsonObject *data = json_object_new();
	char *kind = g_strdup_printf("%s %s", agent, offhook_error_get_api_code(error));

	/* The log has each kind of failure once in a conversation. */
	if (g_hash_table_add(self->warned, kind))
		g_warning("conversation %s: agent %s failed: %s", offhook_chat_get_id(self), agent,
			  error->message);
	json_object_set_string_member(data, "agent", agent);
	json_object_set_string_member(data, "error_code", offhook_error_get_api_code(error));
	json_object_set_string_member(data, "message", error->message);
	offhook_chat_record_cb(self, OFFHOOK_EVENT_AGENT_FAILED, data);
}

const OffhookAgentChainHandler offhook_chat_chain_handler = {
    .say = offhook_chat_say_cb,
    .expect = offhook_chat_expect_cb,
    .act = offhook_chat_act_cb,
    .done = offhook_chat_done_cb,
    .speak = offhook_chat_speak_cb,
    .spoken = offhook_chat_say_cb,
    .tool = offhook_chat_tool_cb,
    .used = offhook_chat_used_cb,
    .failed = offhook_chat_failed_cb,
    .hand_over = offhook_chat_hand_over_cb,
};

/* Those who try an assistant may say that it is open. */
static gboolean
offhook_chat_is_open(OffhookChat *self, const OffhookChatMessage *message)
{
	const OffhookAssistantConfig *settings = self->assistant->settings;

	if (self->alone || (message->context != NULL && json_object_get_boolean_member_with_default(
							    message->context, "open", FALSE)))
		return TRUE;
	return offhook_assistant_config_is_open(settings, offhook_timestamp_now());
}

/* (nullable) */
static const char *
offhook_chat_get_greeting(OffhookChat *self, const OffhookChatMessage *message)
{
	return offhook_chat_is_open(self, message)
		   ? self->assistant->settings->greeting
		   : offhook_assistant_get_closed_message(self->assistant);
}

/* The client's members, and ours over them. */
static JsonObject *
offhook_chat_make_context(OffhookChat *self, const OffhookChatMessage *message)
{
	const OffhookAssistantConfig *settings = self->assistant->settings;
	JsonObject *context = json_object_new();
	const char *user_id = offhook_chat_get_user_id(self);
	GList *names = message->context != NULL ? json_object_get_members(message->context) : NULL;

	for (GList *name = names; name != NULL; name = name->next)
		json_object_set_member(context, name->data,
				       json_object_dup_member(message->context, name->data));
	g_list_free(names);
	json_object_set_string_member(context, "conversation_id", offhook_chat_get_id(self));
	json_object_set_string_member(context, "assistant", settings->name);
	json_object_set_string_member(context, "language", settings->language);
	json_object_set_int_member(context, "turn", self->n_turns);
	json_object_remove_member(context, "greeting");
	json_object_set_boolean_member(context, "open", offhook_chat_is_open(self, message));
	if (user_id != NULL)
		json_object_set_string_member(context, "user_id", user_id);
	if (message->message == NULL && offhook_chat_get_greeting(self, message) != NULL)
		json_object_set_string_member(context, "greeting",
					      offhook_chat_get_greeting(self, message));
	return context;
}

/* Not while its agents may be on the stack. */
static void
offhook_chat_change_assistant(OffhookChat *self)
{
	g_autoptr(OffhookAssistant) next = g_steal_pointer(&self->next);

	if (next == NULL || next == self->assistant)
		return;
	offhook_chat_dismiss_agents(self);
	self->tokens_before = offhook_chat_count_tokens(self);
	offhook_chat_take_assistant(self, next);
}

static void
offhook_chat_begin_turn(OffhookChat *self, const OffhookChatMessage *message,
			const OffhookChatHandler *handler, gpointer user_data)
{
	OffhookChatTurn *turn = g_new0(OffhookChatTurn, 1);
	double temperature = message->temperature >= 0 ? message->temperature : self->temperature;

	turn->handler = *handler;
	turn->user_data = user_data;
	turn->context = offhook_chat_make_context(self, message);
	turn->actions = json_array_new();
	turn->text = g_string_new(NULL);
	turn->asked = message->message != NULL;
	turn->began_us = g_get_monotonic_time();
	turn->tokens = offhook_chat_count_tokens(self);
	self->turn = turn;
	self->n_turns++;
	offhook_chat_set_deadline(self);
	if (self->crew.completer != NULL)
		offhook_supervised_completer_set_wishes(
		    OFFHOOK_SUPERVISED_COMPLETER(self->crew.completer), temperature,
		    self->max_tokens);
}

/* The assistant is closed, and does what it does then. The turn's end comes later, as of others. */
static gboolean
offhook_chat_mind_hours(OffhookChat *self, const OffhookChatMessage *message)
{
	const OffhookAssistantConfig *settings = self->assistant->settings;
	OffhookAction action;

	if (offhook_chat_is_open(self, message) ||
	    !offhook_assistant_find_action(&settings->when_closed, &action))
		return FALSE;
	if (message->message != NULL && *message->message != '\0')
		offhook_chat_write(self, OFFHOOK_MESSAGE_USER, NULL, message->message);
	offhook_chat_say_cb(self, offhook_assistant_get_closed_message(self->assistant));
	offhook_chat_act_cb(self, action, settings->when_closed.target);
	self->turn->closed = TRUE;
	offhook_deadline_set(self->deadline, 0);
	return TRUE;
}

gboolean
offhook_chat_take_turn(OffhookChat *self, const OffhookChatMessage *message,
		       const OffhookChatHandler *handler, gpointer user_data, GError **error)
{
	if (self->turn != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "conversation %s is being answered: send the next message after the "
			    "answer",
			    offhook_chat_get_id(self));
		return FALSE;
	}
	offhook_chat_change_assistant(self);
	if (offhook_spending_is_over(self->spending, self->assistant->settings,
				     offhook_timestamp_now())) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
			    "assistant %s has reached its max-cost-per-day",
			    self->assistant->settings->name);
		return FALSE;
	}
	if (!offhook_chat_open_agents(self, error))
		return FALSE;
	self->over = FALSE;
	offhook_chat_begin_turn(self, message, handler, user_data);
	if (offhook_chat_mind_hours(self, message))
		return TRUE;
	if (message->message == NULL) {
		if (offhook_chat_get_greeting(self, message) != NULL)
			offhook_chat_say_cb(self, offhook_chat_get_greeting(self, message));
		offhook_agent_chain_take_turn(self->chain, OFFHOOK_TURN_START, NULL, 1.0, 0,
					      self->turn->context);
	} else if (*message->message == '\0') {
		offhook_agent_chain_take_turn(self->chain, OFFHOOK_TURN_UNCLEAR, NULL, 0,
					      ++self->unclear_in_a_row, self->turn->context);
	} else {
		self->unclear_in_a_row = 0;
		offhook_chat_write(self, OFFHOOK_MESSAGE_USER, NULL, message->message);
		offhook_agent_chain_take_turn(
		    self->chain, message->keys ? OFFHOOK_TURN_DIGITS : OFFHOOK_TURN_MESSAGE,
		    message->message, message->confidence, 0, self->turn->context);
	}
	return TRUE;
}

void
offhook_chat_cancel(OffhookChat *self)
{
	if (self->turn == NULL)
		return;
	offhook_agent_chain_cancel(self->chain);
	offhook_chat_turn_free(offhook_chat_end_turn(self));
}
