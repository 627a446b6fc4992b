/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plugins with one fault each, for the test of the kit: BAD_... says which. Loaded by nobody else.
 */

#include <offhook/error.h>
#include <offhook/offhook.h>
#include <offhook/plugin.h>
#include <string.h>

#ifdef BAD_ABI
#undef OFFHOOK_PLUGIN_ABI_MAJOR
#define OFFHOOK_PLUGIN_ABI_MAJOR 99
#endif

/* ---- an agent that crashes over some keys, greets twice, or never ends a turn ---- */

#if !defined BAD_DRIVER && !defined BAD_SLOW

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

#elif defined BAD_SLOW

/* ---- a voice that takes two seconds for every letter, and says it all at once ---- */

typedef OffhookEngine BadEngine;
typedef OffhookEngineClass BadEngineClass;
typedef OffhookSynthesizer BadVoice;
typedef OffhookSynthesizerClass BadVoiceClass;

GType bad_engine_get_type(void);
GType bad_voice_get_type(void);
G_DEFINE_TYPE(BadEngine, bad_engine, OFFHOOK_TYPE_ENGINE)
G_DEFINE_TYPE(BadVoice, bad_voice, OFFHOOK_TYPE_SYNTHESIZER)

typedef struct {
	OffhookSynthesizer *voice;
	guint piece;
	gsize seconds;
} BadPiece;

static gboolean
bad_voice_speak_cb(gpointer data)
{
	BadPiece *piece = data;
	gpointer cancelled = g_object_get_data(G_OBJECT(piece->voice), "cancelled");
	gsize size = piece->seconds * OFFHOOK_RATE * sizeof(gint16);
	g_autoptr(GBytes) audio = g_bytes_new_take(g_malloc0(size), size);

	if (GPOINTER_TO_UINT(cancelled) >= piece->piece)
		return G_SOURCE_REMOVE;
	if (size > 0)
		offhook_synthesizer_emit_audio(piece->voice, piece->piece, audio);
	offhook_synthesizer_emit_done(piece->voice, piece->piece, NULL);
	return G_SOURCE_REMOVE;
}

static void
bad_piece_free(gpointer data)
{
	g_object_unref(((BadPiece *)data)->voice);
	g_free(data);
}

static void
bad_voice_speak(OffhookSynthesizer *voice, guint number, const char *text)
{
	BadPiece *piece = g_new(BadPiece, 1);

	*piece = (BadPiece){g_object_ref(voice), number, MIN(2 * strlen(text), 200)};
	g_object_set_data(G_OBJECT(voice), "last", GUINT_TO_POINTER(number));
	g_idle_add_full(G_PRIORITY_DEFAULT, bad_voice_speak_cb, piece, bad_piece_free);
}

static void
bad_voice_cancel(OffhookSynthesizer *voice)
{
	g_object_set_data(G_OBJECT(voice), "cancelled", g_object_get_data(G_OBJECT(voice), "last"));
}

static OffhookSynthesizer *
bad_engine_open_synthesizer(OffhookEngine *engine, const OffhookSynthesizeOptions *options,
			    GError **error)
{
	if (options == NULL || options->voice == NULL)
		return g_object_new(bad_voice_get_type(), NULL);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT, "there is one voice");
	return NULL;
}

static void
bad_voice_init(BadVoice *self)
{
}

static void
bad_voice_class_init(BadVoiceClass *klass)
{
	klass->speak = bad_voice_speak;
	klass->cancel = bad_voice_cancel;
}

static void
bad_engine_init(BadEngine *self)
{
}

static void
bad_engine_class_init(BadEngineClass *klass)
{
	klass->roles = OFFHOOK_ENGINE_SYNTHESIZE;
	klass->open_synthesizer = bad_engine_open_synthesizer;
}

OFFHOOK_DEFINE_PLUGIN(ENGINE, "bad", "0", "LGPL-2.1-or-later", "Has a fault", NULL,
		      bad_engine_get_type)

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
