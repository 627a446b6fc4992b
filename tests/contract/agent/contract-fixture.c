/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An agent as its contract describes it, with the settings and options under which sessions open.
 * Main thread.
 */

#include "contract-fixture.h"

/* ---- a language model that never answers ---- */

#define TYPE_MUTE (mute_get_type())
G_DECLARE_FINAL_TYPE(Mute, mute, TEST, MUTE, OffhookCompleter)

struct _Mute {
	OffhookCompleter parent_instance;
};

G_DEFINE_FINAL_TYPE(Mute, mute, OFFHOOK_TYPE_COMPLETER)

static void
mute_start(OffhookCompleter *completer, guint number, OffhookCompletionRequest *request)
{
}

static void
mute_cancel(OffhookCompleter *completer)
{
}

static void
mute_init(Mute *self)
{
}

static void
mute_class_init(MuteClass *klass)
{
	OFFHOOK_COMPLETER_CLASS(klass)->start = mute_start;
	OFFHOOK_COMPLETER_CLASS(klass)->cancel = mute_cancel;
}

/* ---- agents and sessions ---- */

GHashTable *
agent_contract_make_table(const char *const *pairs)
{
	GHashTable *table = NULL;

	for (guint i = 0; pairs != NULL && pairs[i] != NULL; i += 2) {
		if (table == NULL)
			table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		g_hash_table_insert(table, g_strdup(pairs[i]), g_strdup(pairs[i + 1]));
	}
	return table;
}

OffhookCompleter *
agent_contract_make_completer(AgentContractFixture *f)
{
	if (f->contract->bounded)
		return g_object_new(TYPE_MUTE, NULL);
	return f->contract->make_completer != NULL ? f->contract->make_completer() : NULL;
}

OffhookAgentSession *
agent_contract_open_session(AgentContractFixture *f, GError **error)
{
	g_autoptr(GHashTable) table = agent_contract_make_table(f->contract->options);
	g_autoptr(OffhookCompleter) completer = agent_contract_make_completer(f);
	OffhookAgentOptions options = {
	    .assistant = "contract",
	    .language = "en",
	    .call_id = "00000000-0000-7000-8000-000000000000",
	    .caller = "+15550100001",
	    .options = table,
	    .completer = completer,
	};

	return offhook_agent_open_session(f->agent, &options, error);
}

gboolean
agent_contract_takes_turns(OffhookAgent *agent)
{
	return (offhook_agent_get_features(agent) & ~(guint)OFFHOOK_AGENT_TOOLS) != 0;
}

void
agent_contract_set_up(AgentContractFixture *f, gconstpointer data)
{
	g_autoptr(GHashTable) values = NULL;
	g_autoptr(OffhookSettings) settings = NULL;
	g_autofree char *section = NULL;
	g_autoptr(GError) error = NULL;

	f->contract = data;
	values = agent_contract_make_table(f->contract->good);
	section = g_strconcat("agent:", f->contract->name, NULL);
	settings = offhook_settings_new(f->contract->settings, values, section, &error);
	g_assert_no_error(error);
	f->agent = g_object_new(f->contract->get_type(), NULL);
	g_assert_true(offhook_agent_configure(f->agent, settings, &error));
	g_assert_no_error(error);
	if (!agent_contract_takes_turns(f->agent))
		return;
	f->session = agent_contract_open_session(f, &error);
	g_assert_no_error(error);
	g_assert_nonnull(f->session);
}

void
agent_contract_tear_down(AgentContractFixture *f, gconstpointer data)
{
	g_clear_object(&f->session);
	g_assert_finalize_object(f->agent);
}

/* ---- what became of a turn ---- */

void
agent_contract_assert_done(AgentContractFixture *f, const OffhookTurnLog *log)
{
	JsonObject *context = offhook_agent_turn_get_context(log->turn);

	g_assert_no_error(log->error);
	g_assert_false(offhook_agent_turn_is_open(log->turn));
	if (f->contract->either && !log->answered) {
		g_assert_cmpuint(log->n_said + log->n_acts, ==, 0);
		return;
	}
	if (f->contract->member == NULL) {
		g_assert_true(log->answered);
		g_assert_cmpuint(log->n_said, >, 0);
		return;
	}
	g_assert_false(log->answered);
	g_assert_cmpuint(log->n_said + log->n_acts + log->n_expected, ==, 0);
	g_assert_true(json_object_has_member(context, f->contract->member));
	g_assert_true(JSON_NODE_HOLDS_OBJECT(json_object_get_member(context, f->contract->member)));
}

void
agent_contract_assert_same_member(AgentContractFixture *f, const OffhookTurnLog *one,
				  const OffhookTurnLog *other)
{
	const char *member = f->contract->member;

	if (member == NULL)
		return;
	g_assert_true(json_node_equal(
	    json_object_get_member(offhook_agent_turn_get_context(one->turn), member),
	    json_object_get_member(offhook_agent_turn_get_context(other->turn), member)));
}
