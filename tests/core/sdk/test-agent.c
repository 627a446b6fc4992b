/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Turns as an agent sees them, above all those that are not confirmed yet; and the agent contract,
 * with an agent that remembers how many turns there were. Main thread.
 */

#include <offhook/agent.h>

#include "agent-contract.h"
#include "turn-log.h"

#define RECALL_TYPE_SESSION (recall_session_get_type())
G_DECLARE_FINAL_TYPE(RecallSession, recall_session, RECALL, SESSION, OffhookAgentSession)

/* Says which of the caller's turns this is. */
struct _RecallSession {
	OffhookAgentSession parent_instance;

	guint turns;            /* that were any */
	OffhookAgentTurn *turn; /* (nullable): at work */
	guint idle_id;
};

G_DEFINE_FINAL_TYPE(RecallSession, recall_session, OFFHOOK_TYPE_AGENT_SESSION)

static void
recall_session_forget(RecallSession *self)
{
	if (self->turn != NULL)
		g_signal_handlers_disconnect_by_data(self->turn, self);
	g_clear_object(&self->turn);
	g_clear_handle_id(&self->idle_id, g_source_remove);
}

static void
recall_session_confirmed_cb(OffhookAgentTurn *turn, gpointer user_data)
{
	((RecallSession *)user_data)->turns++;
}

static gboolean
recall_session_answer_cb(gpointer user_data)
{
	RecallSession *self = user_data;
	/* The session may be gone after the first words. */
	g_autoptr(OffhookAgentTurn) turn = g_object_ref(self->turn);
	guint n = self->turns + (offhook_agent_turn_is_confirmed(turn) ? 0 : 1);
	g_autofree char *valid = g_utf8_make_valid(offhook_agent_turn_get_message(turn), -1);
	g_autofree char *text = g_strdup_printf("%u: %s", n, valid);

	self->idle_id = 0;
	offhook_agent_turn_say(turn, text);
	offhook_agent_turn_finish(turn, TRUE);
	return G_SOURCE_REMOVE;
}

static void
recall_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	RecallSession *self = RECALL_SESSION(session);

	recall_session_forget(self);
	if (offhook_agent_turn_get_kind(turn) != OFFHOOK_TURN_MESSAGE) {
		offhook_agent_turn_finish(turn, FALSE);
		return;
	}
	self->turn = g_object_ref(turn);
	if (offhook_agent_turn_is_confirmed(turn))
		self->turns++;
	else
		g_signal_connect(turn, "confirmed", G_CALLBACK(recall_session_confirmed_cb), self);
	self->idle_id = g_idle_add(recall_session_answer_cb, self);
}

static void
recall_session_dispose(GObject *object)
{
	recall_session_forget(RECALL_SESSION(object));
	G_OBJECT_CLASS(recall_session_parent_class)->dispose(object);
}

static void
recall_session_init(RecallSession *self)
{
}

static void
recall_session_class_init(RecallSessionClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = recall_session_dispose;
	OFFHOOK_AGENT_SESSION_CLASS(klass)->take_turn = recall_session_take_turn;
}

#define RECALL_TYPE_AGENT (recall_agent_get_type())
G_DECLARE_FINAL_TYPE(RecallAgent, recall_agent, RECALL, AGENT, OffhookAgent)

struct _RecallAgent {
	OffhookAgent parent_instance;
};

G_DEFINE_FINAL_TYPE(RecallAgent, recall_agent, OFFHOOK_TYPE_AGENT)

static OffhookAgentSession *
recall_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options, GError **error)
{
	return g_object_new(RECALL_TYPE_SESSION, NULL);
}

static void
recall_agent_init(RecallAgent *self)
{
}

static void
recall_agent_class_init(RecallAgentClass *klass)
{
	OFFHOOK_AGENT_CLASS(klass)->features = OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_SPECULATIVE;
	OFFHOOK_AGENT_CLASS(klass)->open_session = recall_agent_open_session;
}

/* ---- turns ---- */

static void
count_cb(OffhookAgentTurn *turn, gpointer user_data)
{
	g_assert_true(offhook_agent_turn_is_confirmed(turn));
	++*(guint *)user_data;
}

static void
test_ordinary_is_confirmed(void)
{
	g_autoptr(OffhookAgentTurn) turn =
	    offhook_agent_turn_new(OFFHOOK_TURN_MESSAGE, "hello", 1.0, 0, NULL, NULL, NULL);
	guint confirmed = 0;

	g_signal_connect(turn, "confirmed", G_CALLBACK(count_cb), &confirmed);
	g_assert_true(offhook_agent_turn_is_confirmed(turn));
	offhook_agent_turn_confirm(turn);
	g_assert_cmpuint(confirmed, ==, 0);
}

/* Also after the agent has finished it; and once. */
static void
test_confirmed_once(void)
{
	g_autoptr(OffhookAgentTurn) turn = offhook_agent_turn_new_speculative(
	    OFFHOOK_TURN_MESSAGE, "hello", 1.0, 0, NULL, NULL, NULL);
	guint confirmed = 0;

	g_signal_connect(turn, "confirmed", G_CALLBACK(count_cb), &confirmed);
	g_assert_false(offhook_agent_turn_is_confirmed(turn));
	offhook_agent_turn_finish(turn, TRUE);
	g_assert_false(offhook_agent_turn_is_confirmed(turn));
	offhook_agent_turn_confirm(turn);
	offhook_agent_turn_confirm(turn);
	g_assert_cmpuint(confirmed, ==, 1);
}

static void
test_cancelled_is_never_confirmed(void)
{
	g_autoptr(OffhookAgentTurn) turn = offhook_agent_turn_new_speculative(
	    OFFHOOK_TURN_MESSAGE, "hello", 1.0, 0, NULL, NULL, NULL);
	guint confirmed = 0;

	g_signal_connect(turn, "confirmed", G_CALLBACK(count_cb), &confirmed);
	offhook_agent_turn_finish(turn, TRUE);
	offhook_agent_turn_cancel(turn);
	offhook_agent_turn_confirm(turn);
	g_assert_cmpuint(confirmed, ==, 0);
	g_assert_false(offhook_agent_turn_is_confirmed(turn));
}

static void
tool_cb(gpointer user_data, const char *name)
{
	g_string_append_printf(user_data, "[%s]", name != NULL ? name : "");
}

static void
test_tool(void)
{
	static const OffhookTurnHandler handler = {.tool = tool_cb};
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(OffhookAgentTurn) turn =
	    offhook_agent_turn_new(OFFHOOK_TURN_MESSAGE, "hello", 1.0, 0, NULL, &handler, seen);

	offhook_agent_turn_set_tool(turn, "lookup");
	offhook_agent_turn_set_tool(turn, NULL);
	offhook_agent_turn_finish(turn, TRUE);
	offhook_agent_turn_set_tool(turn, "late");
	g_assert_cmpstr(seen->str, ==, "[lookup][]");
}

static void
test_session_features(void)
{
	g_autoptr(OffhookAgent) agent = g_object_new(RECALL_TYPE_AGENT, NULL);
	OffhookAgentOptions options = {.assistant = "test", .language = "en"};
	g_autoptr(OffhookAgentSession) session = offhook_agent_open_session(agent, &options, NULL);

	g_assert_cmpuint(offhook_agent_session_get_features(session), ==,
			 offhook_agent_get_features(agent));
}

int
main(int argc, char **argv)
{
	static const OffhookSetting none[] = {{NULL}};
	static const OffhookAgentContract contract = {
	    .name = "recall",
	    .get_type = recall_agent_get_type,
	    .settings = none,
	    .message = "hello",
	};

	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/agent/turn/ordinary", test_ordinary_is_confirmed);
	g_test_add_func("/agent/turn/confirmed-once", test_confirmed_once);
	g_test_add_func("/agent/turn/cancelled", test_cancelled_is_never_confirmed);
	g_test_add_func("/agent/turn/tool", test_tool);
	g_test_add_func("/agent/session/features", test_session_features);
	offhook_agent_contract_add_tests(&contract);
	return g_test_run();
}
