/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An agent and a session of it. Main thread.
 */

#include "agent-fixture.h"

void
agent_fixture_set_up(AgentFixture *self, GType agent, OffhookAgentHost *host,
		     OffhookCompleter *model)
{
	self->agent = g_object_new(agent, NULL);
	self->host = host;
	self->model = model;
}

void
agent_fixture_tear_down(AgentFixture *self)
{
	g_clear_object(&self->session);
	if (self->host != NULL)
		g_assert_finalize_object(self->host);
	if (self->model != NULL)
		g_assert_finalize_object(self->model);
	g_assert_finalize_object(self->agent);
}

void
agent_fixture_open(AgentFixture *self, OffhookAgentOptions given, const char *const *pairs)
{
	g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; pairs != NULL && pairs[i] != NULL; i += 2)
		g_hash_table_insert(options, (gpointer)pairs[i], (gpointer)pairs[i + 1]);
	given.assistant = "reception";
	given.options = options;
	given.host = self->host;
	given.completer = self->model;
	g_clear_object(&self->session);
	self->session = offhook_agent_open_session(self->agent, &given, &error);
	g_assert_no_error(error);
}

OffhookTurnLog *
agent_fixture_say(AgentFixture *self, const char *words, double confidence)
{
	return offhook_turn_log_run(self->session, OFFHOOK_TURN_MESSAGE, words, confidence, 0);
}
