/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the tests of an agent's sessions start from: the agent, who it has behind it, and a session. Main
 * thread.
 */
#pragma once

#include <offhook/agent.h>
#include <offhook/engine.h>

#include "turn-log.h"

G_BEGIN_DECLS

typedef struct {
	OffhookAgent *agent;
	OffhookAgentHost *host;       /* (nullable) */
	OffhookCompleter *model;      /* (nullable) */
	OffhookAgentSession *session; /* (nullable): none is open */
} AgentFixture;

/**
 * Makes an agent of the type @agent; opens nothing yet.
 * @host: (nullable) (transfer full)
 * @model: (nullable) (transfer full)
 */
void agent_fixture_set_up(AgentFixture *self, GType agent, OffhookAgentHost *host,
			  OffhookCompleter *model);
/** Asserts that nobody holds on to any of them. */
void agent_fixture_tear_down(AgentFixture *self);

/**
 * Opens a session, in place of the last.
 * @given: the assistant's, of which the options, the host and the model are filled in
 * @pairs: (nullable): names of options, each with its value; ends with %NULL
 */
void agent_fixture_open(AgentFixture *self, OffhookAgentOptions given, const char *const *pairs);
/** What becomes of a message. (transfer full) */
OffhookTurnLog *agent_fixture_say(AgentFixture *self, const char *words, double confidence);

G_END_DECLS
