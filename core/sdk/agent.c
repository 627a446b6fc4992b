/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Agent and agent-session base classes. Main thread, except audio_frame.
 */

#include "agent-private.h"

#include <offhook/error.h>

/* ---- a session ---- */

typedef struct {
	OffhookAgentFeatures features; /* of its agent */
	gboolean closing;
	gboolean closed;
	OffhookAgent *agent; /* (nullable): who has opened it */
} OffhookAgentSessionPrivate;

static guint offhook_agent_session_usage_signal;
static guint offhook_agent_session_closed_signal;

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

/* Sets what is wrong with it for any agent. */
static gboolean
offhook_agent_session_check(OffhookAgentSession *self, OffhookAgentTurn *turn, GError **error)
{
	if (offhook_agent_session_lacks_message(self, turn))
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "message: is empty, expected what the caller said");
	else if (!offhook_agent_turn_has_context(turn))
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "context: is missing, expected an object");
	else
		return TRUE;
	return FALSE;
}

void
offhook_agent_session_take_turn(OffhookAgentSession *self, OffhookAgentTurn *turn)
{
	OffhookAgentSessionClass *klass = OFFHOOK_AGENT_SESSION_GET_CLASS(self);
	OffhookAgentSessionPrivate *priv = offhook_agent_session_get_instance_private(self);
	g_autoptr(GError) error = NULL;

	offhook_agent_turn_set_agent(turn, priv->agent);
	if (!offhook_agent_session_check(self, turn, &error))
		offhook_agent_turn_fail(turn, error);
	else if (klass->take_turn == NULL)
		offhook_agent_turn_finish(turn, FALSE);
	else
		klass->take_turn(self, turn);
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
offhook_agent_session_close(OffhookAgentSession *self)
{
	OffhookAgentSessionClass *klass = OFFHOOK_AGENT_SESSION_GET_CLASS(self);
	OffhookAgentSessionPrivate *priv = offhook_agent_session_get_instance_private(self);

	if (priv->closing)
		return;
	priv->closing = TRUE;
	if (klass->close != NULL)
		klass->close(self);
	else
		offhook_agent_session_emit_closed(self);
}

gboolean
offhook_agent_session_is_closed(OffhookAgentSession *self)
{
	OffhookAgentSessionPrivate *priv = offhook_agent_session_get_instance_private(self);

	return priv->closed;
}

void
offhook_agent_session_emit_closed(OffhookAgentSession *self)
{
	OffhookAgentSessionPrivate *priv = offhook_agent_session_get_instance_private(self);

	if (!priv->closing || priv->closed)
		return;
	priv->closed = TRUE;
	g_signal_emit(self, offhook_agent_session_closed_signal, 0);
}

void
offhook_agent_session_emit_usage(OffhookAgentSession *self, const OffhookAgentUsage *usage)
{
	g_signal_emit(self, offhook_agent_session_usage_signal, 0, usage);
}

static void
offhook_agent_session_finalize(GObject *object)
{
	OffhookAgentSessionPrivate *priv =
	    offhook_agent_session_get_instance_private(OFFHOOK_AGENT_SESSION(object));

	g_clear_object(&priv->agent);

	G_OBJECT_CLASS(offhook_agent_session_parent_class)->finalize(object);
}

static void
offhook_agent_session_init(OffhookAgentSession *self)
{
}

static void
offhook_agent_session_class_init(OffhookAgentSessionClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_agent_session_finalize;
	offhook_agent_session_usage_signal =
	    g_signal_new("usage", OFFHOOK_TYPE_AGENT_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
			 NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
	offhook_agent_session_closed_signal =
	    g_signal_new("closed", OFFHOOK_TYPE_AGENT_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
			 NULL, G_TYPE_NONE, 0);
}

/* ---- the agent ---- */

typedef struct {
	guint64 turns; /* that came to an end */
	gint64 total_us;
	gint64 last_us;
} OffhookAgentPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(OffhookAgent, offhook_agent, G_TYPE_OBJECT)

void
offhook_agent_count_turn(OffhookAgent *self, gint64 us)
{
	OffhookAgentPrivate *priv = offhook_agent_get_instance_private(self);

	priv->turns++;
	priv->total_us += us;
	priv->last_us = g_get_real_time();
}

guint64
offhook_agent_get_activity(OffhookAgent *self, gint64 *total_us, gint64 *last_us)
{
	OffhookAgentPrivate *priv = offhook_agent_get_instance_private(self);

	*total_us = priv->total_us;
	*last_us = priv->last_us;
	return priv->turns;
}

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
	g_set_object(&priv->agent, self);
	return session;
}

gboolean
offhook_agent_check_options(OffhookAgent *self, const OffhookAgentOptions *options, GError **error)
{
	OffhookAgentClass *klass = OFFHOOK_AGENT_GET_CLASS(self);

	return klass->check_options == NULL || klass->check_options(self, options, error);
}

void
offhook_agent_check_async(OffhookAgent *self, GCancellable *cancellable,
			  GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookAgentClass *klass = OFFHOOK_AGENT_GET_CLASS(self);
	g_autoptr(GTask) nothing = NULL;

	if (klass->check_async != NULL) {
		klass->check_async(self, cancellable, callback, user_data);
		return;
	}
	nothing = g_task_new(self, cancellable, callback, user_data);
	g_task_set_source_tag(nothing, offhook_agent_check_async);
	g_task_return_boolean(nothing, TRUE);
}

gboolean
offhook_agent_check_finish(OffhookAgent *self, GAsyncResult *result, GError **error)
{
	if (g_async_result_is_tagged(result, offhook_agent_check_async))
		return g_task_propagate_boolean(G_TASK(result), error);
	return OFFHOOK_AGENT_GET_CLASS(self)->check_finish(self, result, error);
}

static void
offhook_agent_init(OffhookAgent *self)
{
}

static void
offhook_agent_class_init(OffhookAgentClass *klass)
{
}
