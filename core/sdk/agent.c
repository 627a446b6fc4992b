/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Agent and agent-session base classes. Main thread, except audio_frame.
 */

#include <offhook/agent.h>

#include <offhook/error.h>

/* ---- a session ---- */

typedef struct {
	OffhookAgentFeatures features; /* of its agent */
} OffhookAgentSessionPrivate;

static guint offhook_agent_session_usage_signal;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(OffhookAgentSession, offhook_agent_session, G_TYPE_OBJECT)

static gboolean
offhook_agent_session_lacks_message(OffhookAgentSession *self, OffhookAgentTurn *turn)
{
	OffhookTurnKind kind = offhook_agent_turn_get_kind(turn);

	if (*offhook_agent_turn_get_message(turn) != '\0')
		return FALSE;
	return kind == OFFHOOK_TURN_DIGITS ||
	       (kind == OFFHOOK_TURN_MESSAGE && offhook_agent_session_get_ear(self) == NULL);
}

void
offhook_agent_session_take_turn(OffhookAgentSession *self, OffhookAgentTurn *turn)
{
	OffhookAgentSessionClass *klass = OFFHOOK_AGENT_SESSION_GET_CLASS(self);

	if (offhook_agent_session_lacks_message(self, turn)) {
		g_autoptr(GError) error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
						      "message: "
						      " is empty, expected what the caller said");

		offhook_agent_turn_fail(turn, error);
	} else if (klass->take_turn == NULL) {
		offhook_agent_turn_finish(turn, FALSE);
	} else {
		klass->take_turn(self, turn);
	}
}

void
offhook_agent_session_heard(OffhookAgentSession *self, const char *text, gboolean interrupted)
{
	OffhookAgentSessionClass *klass = OFFHOOK_AGENT_SESSION_GET_CLASS(self);

	if (klass->heard != NULL)
		klass->heard(self, text, interrupted);
}

gboolean
offhook_agent_session_audio_frame(OffhookAgentSession *self, const gint16 *in, gint16 *out)
{
	OffhookAgentSessionClass *klass = OFFHOOK_AGENT_SESSION_GET_CLASS(self);

	return klass->audio_frame != NULL && klass->audio_frame(self, in, out);
}

OffhookAgentFeatures
offhook_agent_session_get_features(OffhookAgentSession *session)
{
	OffhookAgentSessionPrivate *priv = offhook_agent_session_get_instance_private(session);

	return priv->features;
}

OffhookTranscriber *
offhook_agent_session_get_ear(OffhookAgentSession *self)
{
	OffhookAgentSessionClass *klass = OFFHOOK_AGENT_SESSION_GET_CLASS(self);

	return klass->get_ear != NULL ? klass->get_ear(self) : NULL;
}

void
offhook_agent_session_discard(OffhookAgentSession *self)
{
	OffhookAgentSessionClass *klass = OFFHOOK_AGENT_SESSION_GET_CLASS(self);

	if (klass->discard != NULL)
		klass->discard(self);
}

void
offhook_agent_session_cut_off(OffhookAgentSession *self, guint ms)
{
	OffhookAgentSessionClass *klass = OFFHOOK_AGENT_SESSION_GET_CLASS(self);

	if (klass->cut_off != NULL)
		klass->cut_off(self, ms);
}

void
offhook_agent_session_emit_usage(OffhookAgentSession *self, const OffhookAgentUsage *usage)
{
	g_signal_emit(self, offhook_agent_session_usage_signal, 0, usage);
}

static void
offhook_agent_session_init(OffhookAgentSession *self)
{
}

static void
offhook_agent_session_class_init(OffhookAgentSessionClass *klass)
{
	offhook_agent_session_usage_signal =
	    g_signal_new("usage", OFFHOOK_TYPE_AGENT_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
			 NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

/* ---- the agent ---- */

G_DEFINE_ABSTRACT_TYPE(OffhookAgent, offhook_agent, G_TYPE_OBJECT)

OffhookAgentFeatures
offhook_agent_get_features(OffhookAgent *self)
{
	g_return_val_if_fail(OFFHOOK_IS_AGENT(self), 0);

	return OFFHOOK_AGENT_GET_CLASS(self)->features;
}

gboolean
offhook_agent_configure(OffhookAgent *self, OffhookSettings *settings, GError **error)
{
	OffhookAgentClass *klass = OFFHOOK_AGENT_GET_CLASS(self);

	return klass->configure == NULL || klass->configure(self, settings, error);
}

OffhookAgentSession *
offhook_agent_open_session(OffhookAgent *self, const OffhookAgentOptions *options, GError **error)
{
	OffhookAgentSession *session;
	OffhookAgentSessionPrivate *priv;

	g_return_val_if_fail(OFFHOOK_IS_AGENT(self), NULL);

	session = OFFHOOK_AGENT_GET_CLASS(self)->open_session(self, options, error);
	if (session == NULL)
		return NULL;
	priv = offhook_agent_session_get_instance_private(session);
	priv->features = offhook_agent_get_features(self);
	return session;
}

gboolean
offhook_agent_check_options(OffhookAgent *self, const OffhookAgentOptions *options, GError **error)
{
	OffhookAgentClass *klass = OFFHOOK_AGENT_GET_CLASS(self);

	return klass->check_options == NULL || klass->check_options(self, options, error);
}

static void
offhook_agent_init(OffhookAgent *self)
{
}

static void
offhook_agent_class_init(OffhookAgentClass *klass)
{
}
