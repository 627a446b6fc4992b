/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An agent that takes as long as a language model does: `ponder.delay-ms` before an answer, and
 * `ponder.tool-ms` with a tool when the caller asks for the weather. Says which of the caller's turns
 * it answers, and how many it was asked in vain; and when an answer was cut, what it was told to have
 * been heard of it. Speculative. Main thread.
 */

#include <offhook/offhook.h>

#include <string.h>

typedef struct {
	OffhookAgentSession parent_instance;

	char *heard; /* (nullable): of the answer that was cut */
	guint delay_ms;
	guint tool_ms;
	guint turns;            /* that were any */
	guint vain;             /* that were none */
	OffhookAgentTurn *turn; /* (nullable): at work, or not confirmed yet */
	guint timer_id;
} PonderSession;
typedef struct {
	OffhookAgentSessionClass parent_class;
} PonderSessionClass;

static GType ponder_session_get_type(void);
G_DEFINE_TYPE(PonderSession, ponder_session, OFFHOOK_TYPE_AGENT_SESSION)

static void
ponder_session_forget(PonderSession *self)
{
	if (self->turn != NULL && !offhook_agent_turn_is_confirmed(self->turn))
		self->vain++;
	if (self->turn != NULL)
		g_signal_handlers_disconnect_by_data(self->turn, self);
	g_clear_object(&self->turn);
	g_clear_handle_id(&self->timer_id, g_source_remove);
}

static gboolean
ponder_session_answer_cb(gpointer user_data)
{
	static const char *const numbers[] = {"no", "one", "two", "three", "four", "many"};
	PonderSession *self = user_data;
	g_autoptr(OffhookAgentTurn) turn = g_object_ref(self->turn);
	guint n = self->turns + (offhook_agent_turn_is_confirmed(turn) ? 0 : 1);
	g_autofree char *text =
	    g_strdup_printf("That was turn %s, and %s in vain. You said %s.", numbers[MIN(n, 5)],
			    numbers[MIN(self->vain, 5)], offhook_agent_turn_get_message(turn));

	if (self->heard != NULL) {
		g_free(text);
		text = g_strdup_printf("You had heard: %s", self->heard);
	}
	self->timer_id = 0;
	offhook_agent_turn_set_tool(turn, NULL);
	offhook_agent_turn_say(turn, text);
	offhook_agent_turn_finish(turn, TRUE);
	return G_SOURCE_REMOVE;
}

static void
ponder_session_begin(PonderSession *self)
{
	gboolean tool = strstr(offhook_agent_turn_get_message(self->turn), "weather") != NULL;
	gboolean confirmed = offhook_agent_turn_is_confirmed(self->turn);

	/* Its tool can't be taken back. */
	if (tool && !confirmed)
		return;
	if (tool)
		offhook_agent_turn_set_tool(self->turn, "weather");
	self->timer_id =
	    g_timeout_add(tool ? self->tool_ms : self->delay_ms, ponder_session_answer_cb, self);
}

static void
ponder_session_confirmed_cb(OffhookAgentTurn *turn, gpointer user_data)
{
	PonderSession *self = user_data;

	self->turns++;
	if (self->timer_id == 0 && offhook_agent_turn_is_open(turn))
		ponder_session_begin(self);
}

static void
ponder_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	PonderSession *self = (PonderSession *)session;

	ponder_session_forget(self);
	if (offhook_agent_turn_get_kind(turn) != OFFHOOK_TURN_MESSAGE) {
		offhook_agent_turn_finish(turn, FALSE);
		return;
	}
	self->turn = g_object_ref(turn);
	if (offhook_agent_turn_is_confirmed(turn))
		self->turns++;
	else
		g_signal_connect(turn, "confirmed", G_CALLBACK(ponder_session_confirmed_cb), self);
	ponder_session_begin(self);
}

static void
ponder_session_heard(OffhookAgentSession *session, const char *text, gboolean interrupted)
{
	PonderSession *self = (PonderSession *)session;

	if (!interrupted || *text == '\0')
		return;
	g_free(self->heard);
	self->heard = g_strdup(text);
}

static void
ponder_session_dispose(GObject *object)
{
	ponder_session_forget((PonderSession *)object);
	g_clear_pointer(&((PonderSession *)object)->heard, g_free);
	G_OBJECT_CLASS(ponder_session_parent_class)->dispose(object);
}

static void
ponder_session_init(PonderSession *self)
{
}

static void
ponder_session_class_init(PonderSessionClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = ponder_session_dispose;
	klass->parent_class.take_turn = ponder_session_take_turn;
	klass->parent_class.heard = ponder_session_heard;
}

typedef struct {
	OffhookAgent parent_instance;
} Ponder;
typedef struct {
	OffhookAgentClass parent_class;
} PonderClass;

static GType ponder_get_type(void);
G_DEFINE_TYPE(Ponder, ponder, OFFHOOK_TYPE_AGENT)

static guint
ponder_get_ms(const OffhookAgentOptions *options, const char *key)
{
	const char *text =
	    options->options != NULL ? g_hash_table_lookup(options->options, key) : NULL;

	return text != NULL ? (guint)g_ascii_strtoull(text, NULL, 10) : 0;
}

static OffhookAgentSession *
ponder_open_session(OffhookAgent *agent, const OffhookAgentOptions *options, GError **error)
{
	PonderSession *session = g_object_new(ponder_session_get_type(), NULL);

	session->delay_ms = ponder_get_ms(options, "delay-ms");
	session->tool_ms = ponder_get_ms(options, "tool-ms");
	return OFFHOOK_AGENT_SESSION(session);
}

static void
ponder_init(Ponder *self)
{
}

static void
ponder_class_init(PonderClass *klass)
{
	klass->parent_class.features = OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_SPECULATIVE;
	klass->parent_class.open_session = ponder_open_session;
}

OFFHOOK_DEFINE_PLUGIN(AGENT, "ponder", "1.0.0", "MIT", "Takes its time", NULL, ponder_get_type)
