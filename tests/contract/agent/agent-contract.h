/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What every agent must do and must not do, whatever it makes of a turn. An agent's tests describe
 * it and call offhook_agent_contract_add_tests(). Main thread; audio frames in a thread of their
 * own.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

typedef struct {
	const char *name;
	GType (*get_type)(void);
	const OffhookSetting *settings;
	/* name, value, ..., %NULL: settings under which sessions open; may be %NULL for none */
	const char *const *good;
	/* key, value, ..., %NULL: an assistant's options under which sessions open; or %NULL */
	const char *const *options;
	/* each like `options`, ended by %NULL: options that must be refused; or %NULL */
	const char *const *const *bad_options;
	/* something the agent answers; what it does not answer goes to the next agent */
	const char *message;
	/*
	 * (nullable): of an agent that passes `message` on: the member that it adds to the context
	 * for the agents behind it
	 */
	const char *member;
	/* (nullable): a language model that answers, for each session one; of agents that need one */
	OffhookCompleter *(*make_completer)(void);
	/*
	 * Under `options` the agent asks a language model, but has the turn end without it: it is
	 * given one that never answers, and only what concerns that is tested.
	 */
	gboolean bounded;
	/* Whether it answers `message` or passes it on is not known: either will do. */
	gboolean either;
} OffhookAgentContract;

/** @contract: must stay until g_test_run() is done */
void offhook_agent_contract_add_tests(const OffhookAgentContract *contract);

/**
 * The @n-th of its checks, the last part of its test's path. @asks: (out): what is asked of the agent.
 * Returns: (nullable): %NULL behind the last
 */
const char *offhook_agent_contract_get_check(guint n, const char **asks);

G_END_DECLS
