/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An agent for benchmarks that answers at once, and always the same: one sentence. Main thread.
 */

#include <offhook/offhook.h>

typedef struct {
	OffhookAgentSession parent_instance;
} InstantSession;
typedef struct {
	OffhookAgentSessionClass parent_class;
} InstantSessionClass;

static GType instant_session_get_type(void);
G_DEFINE_TYPE(InstantSession, instant_session, OFFHOOK_TYPE_AGENT_SESSION)

static void
instant_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	OffhookTurnKind kind = offhook_agent_turn_get_kind(turn);

	if (kind == OFFHOOK_TURN_START || kind == OFFHOOK_TURN_MESSAGE)
		offhook_agent_turn_say(turn, "We open at nine.");
	offhook_agent_turn_finish(turn, TRUE);
}

static void
instant_session_init(InstantSession *self)
{
}

static void
instant_session_class_init(InstantSessionClass *klass)
{
	klass->parent_class.take_turn = instant_session_take_turn;
}

typedef struct {
	OffhookAgent parent_instance;
} InstantAgent;
typedef struct {
	OffhookAgentClass parent_class;
} InstantAgentClass;

static GType instant_agent_get_type(void);
G_DEFINE_TYPE(InstantAgent, instant_agent, OFFHOOK_TYPE_AGENT)

static OffhookAgentSession *
instant_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options, GError **error)
{
	return g_object_new(instant_session_get_type(), NULL);
}

static void
instant_agent_init(InstantAgent *self)
{
}

static void
instant_agent_class_init(InstantAgentClass *klass)
{
	klass->parent_class.features = OFFHOOK_AGENT_TURNS;
	klass->parent_class.open_session = instant_agent_open_session;
}

OFFHOOK_DEFINE_PLUGIN(AGENT, "instant", "0.1.0", "LGPL-2.1-or-later",
		      "Benchmark: answers at once with one sentence", NULL, instant_agent_get_type)
