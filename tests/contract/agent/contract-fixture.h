/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the checks of the agent contract start from and say alike, and their lists. Main thread.
 */
#pragma once

#include "agent-contract.h"
#include "turn-log.h"

G_BEGIN_DECLS

typedef struct {
	const OffhookAgentContract *contract;
	OffhookAgent *agent;
	OffhookAgentSession *session; /* (nullable): it takes no turns */
} AgentContractFixture;

/** Which agents a check is for. */
enum {
	AGENT_CONTRACT_FULL = 1 << 0,        /* that take turns */
	AGENT_CONTRACT_SPEAKING = 1 << 1,    /* that answer what the others only pass on */
	AGENT_CONTRACT_SPECULATIVE = 1 << 2, /* that are asked before it is certain */
	AGENT_CONTRACT_BOUNDED = 1 << 3,     /* that wait for a language model only so long */
	AGENT_CONTRACT_TOOLS = 1 << 4,       /* that only add tools */
};

typedef struct {
	const char *name; /* %NULL ends a list */
	void (*run)(AgentContractFixture *f, gconstpointer data);
	guint groups;
	const char *asks;
} AgentContractCheck;

extern const AgentContractCheck agent_contract_turns_checks[];
extern const AgentContractCheck agent_contract_cancelling_checks[];
extern const AgentContractCheck agent_contract_sessions_checks[];
extern const AgentContractCheck agent_contract_words_checks[];
extern const AgentContractCheck agent_contract_options_checks[];
extern const AgentContractCheck agent_contract_speculation_checks[];

void agent_contract_set_up(AgentContractFixture *f, gconstpointer data);
void agent_contract_tear_down(AgentContractFixture *f, gconstpointer data);

/** (transfer full) (nullable): what `name, value, ..., NULL` says */
GHashTable *agent_contract_make_table(const char *const *pairs);
/** (transfer full) (nullable): the language model of a session */
OffhookCompleter *agent_contract_make_completer(AgentContractFixture *f);
/** (transfer full) */
OffhookAgentSession *agent_contract_open_session(AgentContractFixture *f, GError **error);
/** Those that only add tools to the host are asked for no turn. */
gboolean agent_contract_takes_turns(OffhookAgent *agent);

/** The agent has done with the message what it does: answered it, or told the next agents about it. */
void agent_contract_assert_done(AgentContractFixture *f, const OffhookTurnLog *log);
/** What the next agents are told is the same. */
void agent_contract_assert_same_member(AgentContractFixture *f, const OffhookTurnLog *one,
				       const OffhookTurnLog *other);

G_END_DECLS
