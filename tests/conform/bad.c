/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plugins with one fault each, for the test of the kit: BAD_... says which. Loaded by nobody else.
 */

#include <offhook/offhook.h>
#include <offhook/plugin.h>

#ifdef BAD_ABI
#undef OFFHOOK_PLUGIN_ABI_MAJOR
#define OFFHOOK_PLUGIN_ABI_MAJOR 99
#endif

/* ---- an agent that crashes over some keys, greets twice, or never ends a turn ---- */

#ifndef BAD_DRIVER

typedef OffhookAgent BadAgent;
typedef OffhookAgentClass BadAgentClass;
typedef OffhookAgentSession BadSession;
typedef OffhookAgentSessionClass BadSessionClass;

GType bad_agent_get_type(void);
GType bad_session_get_type(void);
G_DEFINE_TYPE(BadAgent, bad_agent, OFFHOOK_TYPE_AGENT)
G_DEFINE_TYPE(BadSession, bad_session, OFFHOOK_TYPE_AGENT_SESSION)

static void
bad_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	const char *message = offhook_agent_turn_get_message(turn);

#ifdef BAD_CRASH
	if (g_str_equal(message, "D#"))
		*(volatile int *)NULL = 0;
#endif
#ifdef BAD_GREETING
	if (offhook_agent_turn_get_kind(turn) == OFFHOOK_TURN_START)
		offhook_agent_turn_say(turn, "Hello.");
#endif
#ifdef BAD_HANG
	if (offhook_agent_turn_get_kind(turn) == OFFHOOK_TURN_FAILURE)
		return;
#endif
	if (*message != '\0')
		offhook_agent_turn_say(turn, "Yes.");
	offhook_agent_turn_finish(turn, TRUE);
}

static OffhookAgentSession *
bad_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options, GError **error)
{
	return g_object_new(bad_session_get_type(), NULL);
}

static void
bad_session_init(BadSession *self)
{
}

static void
bad_session_class_init(BadSessionClass *klass)
{
	klass->take_turn = bad_session_take_turn;
}

static void
bad_agent_init(BadAgent *self)
{
}

static void
bad_agent_class_init(BadAgentClass *klass)
{
	klass->features = OFFHOOK_AGENT_TURNS;
	klass->open_session = bad_agent_open_session;
}

OFFHOOK_DEFINE_PLUGIN(AGENT, "bad", "0", "LGPL-2.1-or-later", "Has a fault", NULL,
		      bad_agent_get_type)

#else

/* ---- a driver that believes in every call ---- */

typedef OffhookDriver BadDriver;
typedef OffhookDriverClass BadDriverClass;

GType bad_driver_get_type(void);
G_DEFINE_TYPE(BadDriver, bad_driver, OFFHOOK_TYPE_DRIVER)

static const OffhookSetting bad_settings[] = {
    {"phone-number", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL, "A number."},
    {NULL},
};

static const OffhookCapabilities *
bad_driver_get_capabilities(OffhookDriver *driver)
{
	static const char *const voice[] = {"inbound", NULL};
	static const OffhookCapabilities capabilities = {.verbs = 1 << OFFHOOK_VERB_HANG_UP,
							 .voice_features = voice};

	return &capabilities;
}

static gboolean
bad_driver_execute(OffhookDriver *driver, const char *call_id, OffhookCallVerb verb,
		   const char *argument, GError **error)
{
	return TRUE;
}

static void
bad_driver_init(BadDriver *self)
{
}

static void
bad_driver_class_init(BadDriverClass *klass)
{
	klass->get_capabilities = bad_driver_get_capabilities;
	klass->execute = bad_driver_execute;
}

OFFHOOK_DEFINE_PLUGIN(DRIVER, "bad", "0", "LGPL-2.1-or-later", "Has a fault", bad_settings,
		      bad_driver_get_type)

#endif
