/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An agent that repeats what it hears and notes that the caller is pleased. Main thread.
 */

#include <offhook/offhook.h>

typedef struct {
	OffhookAgentSession parent_instance;

	OffhookAgentHost *host;
} MoodySession;
typedef struct {
	OffhookAgentSessionClass parent_class;
} MoodySessionClass;

static GType moody_session_get_type(void);
G_DEFINE_TYPE(MoodySession, moody_session, OFFHOOK_TYPE_AGENT_SESSION)

static void
moody_session_note(MoodySession *self)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "sentiment", "pleased");
	json_object_set_double_member(data, "score", 0.5);
	offhook_agent_host_note(self->host, "sentiment.detected", data);
}

static void
moody_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	g_autofree char *text =
	    g_strdup_printf("You said: %s", offhook_agent_turn_get_message(turn));

	if (offhook_agent_turn_get_kind(turn) != OFFHOOK_TURN_MESSAGE) {
		offhook_agent_turn_finish(turn, FALSE);
		return;
	}
	moody_session_note((MoodySession *)session);
	offhook_agent_turn_say(turn, text);
	offhook_agent_turn_finish(turn, TRUE);
}

static void
moody_session_init(MoodySession *self)
{
}

static void
moody_session_class_init(MoodySessionClass *klass)
{
	klass->parent_class.take_turn = moody_session_take_turn;
}

typedef struct {
	OffhookAgent parent_instance;
} Moody;
typedef struct {
	OffhookAgentClass parent_class;
} MoodyClass;

static GType moody_get_type(void);
G_DEFINE_TYPE(Moody, moody, OFFHOOK_TYPE_AGENT)

static OffhookAgentSession *
moody_open_session(OffhookAgent *agent, const OffhookAgentOptions *options, GError **error)
{
	MoodySession *session = g_object_new(moody_session_get_type(), NULL);

	session->host = options->host;
	return (OffhookAgentSession *)session;
}

static void
moody_init(Moody *self)
{
}

static void
moody_class_init(MoodyClass *klass)
{
	klass->parent_class.features = OFFHOOK_AGENT_TURNS;
	klass->parent_class.open_session = moody_open_session;
}

OFFHOOK_DEFINE_PLUGIN(AGENT, "moody", "1.0.0", "MIT", "Feels for the caller", NULL, moody_get_type)
