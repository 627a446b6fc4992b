/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The dialog agent's session. Every turn is finished before take_turn returns, so that there is
 * nothing to cancel. Main thread.
 */

#include "dialog-session.h"

#include "dialog-talk.h"
#include <string.h>

struct _OffhookDialogSession {
	OffhookAgentSession parent_instance;

	OffhookDialogTalk *talk;
	GDateTime *now; /* (nullable) */
};

G_DEFINE_FINAL_TYPE(OffhookDialogSession, offhook_dialog_session, OFFHOOK_TYPE_AGENT_SESSION)

/* @options: (nullable) */
static void
offhook_dialog_session_set_variables(OffhookDialogSession *self, const OffhookDialogScript *script,
				     GHashTable *options)
{
	GHashTableIter iter;
	gpointer key, value;

	if (options == NULL)
		return;
	g_hash_table_iter_init(&iter, options);
	while (g_hash_table_iter_next(&iter, &key, &value))
		if (g_hash_table_contains(script->variables, key))
			offhook_dialog_talk_set_variable(self->talk, key, value);
}

OffhookAgentSession *
offhook_dialog_session_new(OffhookDialogScript *script, const OffhookAgentOptions *options,
			   guint seed)
{
	OffhookDialogSession *self = g_object_new(OFFHOOK_TYPE_DIALOG_SESSION, NULL);

	self->talk = offhook_dialog_talk_new(script, options->assistant, options->caller, seed);
	offhook_dialog_session_set_variables(self, script, options->options);
	return OFFHOOK_AGENT_SESSION(self);
}

void
offhook_dialog_session_set_now(OffhookDialogSession *self, GDateTime *now)
{
	g_clear_pointer(&self->now, g_date_time_unref);
	self->now = now != NULL ? g_date_time_ref(now) : NULL;
}

/* (nullable): the greeting that the core speaks */
static const char *
offhook_dialog_session_get_greeting(OffhookAgentTurn *turn)
{
	JsonObject *context = offhook_agent_turn_get_context(turn);
	JsonNode *node = json_object_get_member(context, "greeting");

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != G_TYPE_STRING)
		return NULL;
	return json_node_get_string(node);
}

static void
offhook_dialog_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	OffhookDialogSession *self = OFFHOOK_DIALOG_SESSION(session);
	/* What is said may have the session dropped. */
	g_autoptr(OffhookDialogSession) keep = g_object_ref(self);
	g_autoptr(OffhookAgentTurn) keep_turn = g_object_ref(turn);
	g_autoptr(GDateTime) now =
	    self->now != NULL ? g_date_time_ref(self->now) : g_date_time_new_now_local();
	OffhookDialogInput input = {
	    .kind = offhook_agent_turn_get_kind(turn),
	    .message = offhook_agent_turn_get_message(turn),
	    .confidence = offhook_agent_turn_get_confidence(turn),
	    .attempt = offhook_agent_turn_get_attempt(turn),
	    .greeting = offhook_dialog_session_get_greeting(turn),
	    .now = now,
	};
	g_auto(OffhookDialogOutput) output = {0};
	g_autoptr(OffhookExpectation) expectation = NULL;

	if (!offhook_agent_turn_is_open(turn))
		return;
	offhook_dialog_talk_take(self->talk, &input, &output);
	if (output.action == OFFHOOK_DIALOG_DO_PASS) {
		offhook_agent_turn_finish(turn, FALSE);
		return;
	}
	expectation = offhook_dialog_talk_expect(self->talk);
	offhook_agent_turn_say(turn, output.say);
	offhook_agent_turn_expect(turn, expectation);
	if (output.action == OFFHOOK_DIALOG_DO_HANG_UP)
		offhook_agent_turn_act(turn, OFFHOOK_ACTION_HANG_UP, NULL);
	else if (output.action == OFFHOOK_DIALOG_DO_TRANSFER)
		offhook_agent_turn_act(turn, OFFHOOK_ACTION_TRANSFER, output.argument);
	offhook_agent_turn_finish(turn, TRUE);
}

static void
offhook_dialog_session_heard(OffhookAgentSession *session, const char *text, gboolean interrupted)
{
	OffhookDialogSession *self = OFFHOOK_DIALOG_SESSION(session);

	offhook_dialog_talk_heard(self->talk, text, interrupted);
}

static void
offhook_dialog_session_finalize(GObject *object)
{
	OffhookDialogSession *self = OFFHOOK_DIALOG_SESSION(object);

	g_clear_pointer(&self->talk, offhook_dialog_talk_free);
	g_clear_pointer(&self->now, g_date_time_unref);

	G_OBJECT_CLASS(offhook_dialog_session_parent_class)->finalize(object);
}

static void
offhook_dialog_session_init(OffhookDialogSession *self)
{
}

static void
offhook_dialog_session_class_init(OffhookDialogSessionClass *klass)
{
	OffhookAgentSessionClass *session_class = OFFHOOK_AGENT_SESSION_CLASS(klass);

	session_class->take_turn = offhook_dialog_session_take_turn;
	session_class->heard = offhook_dialog_session_heard;
	G_OBJECT_CLASS(klass)->finalize = offhook_dialog_session_finalize;
}
