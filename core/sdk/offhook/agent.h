/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * An agent: takes a turn of the conversation and answers with text, actions and what it expects
 * next. One OffhookAgent per daemon opens sessions, one per conversation; the sessions of an
 * assistant's agents form a chain, asked in order until one answers. Main thread only, except
 * audio_frame.
 */
#pragma once

#include <offhook/audio.h>
#include <offhook/engine.h>
#include <offhook/expectation.h>
#include <offhook/settings.h>
#include <offhook/types.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* ---- a turn ---- */

typedef enum {
	OFFHOOK_TURN_START,   /* the call has been answered: greet, or say nothing */
	OFFHOOK_TURN_MESSAGE, /* the caller said (or wrote) something */
	OFFHOOK_TURN_DIGITS,  /* the caller pressed keys */
	OFFHOOK_TURN_UNCLEAR, /* the caller said something that was not understood */
	OFFHOOK_TURN_SILENCE, /* the caller has been silent; attempt counts from 1 */
	OFFHOOK_TURN_FAILURE, /* the action asked for in the last turn failed */
} OffhookTurnKind;

/** Something to do besides speaking; done when what was said before it has been heard. */
typedef enum {
	OFFHOOK_ACTION_HANG_UP,
	OFFHOOK_ACTION_TRANSFER, /* argument: the target */
	OFFHOOK_ACTION_SEND_DTMF,
} OffhookAction;

/** Where a turn's output goes. */
typedef struct {
	void (*say)(gpointer user_data, const char *text);
	void (*expect)(gpointer user_data, OffhookExpectation *expectation);
	void (*act)(gpointer user_data, OffhookAction action, const char *argument);
	void (*done)(gpointer user_data, gboolean answered, const GError *error);
	void (*tool)(gpointer user_data, const char *name); /* (nullable): optional */
	void (*speak)(gpointer user_data, GBytes *s16_16k);
	void (*spoken)(gpointer user_data, const char *words);
} OffhookTurnHandler;

#define OFFHOOK_TYPE_AGENT_TURN (offhook_agent_turn_get_type())
G_DECLARE_FINAL_TYPE(OffhookAgentTurn, offhook_agent_turn, OFFHOOK, AGENT_TURN, GObject)

/**
 * offhook_agent_turn_new:
 * @message: (nullable): words or digits
 * @context: (transfer none): an object; agents earlier in the chain may add members for later ones
 * @handler: (nullable): copied
 */
OffhookAgentTurn *offhook_agent_turn_new(OffhookTurnKind kind, const char *message,
					 double confidence, guint attempt, JsonObject *context,
					 const OffhookTurnHandler *handler, gpointer user_data);

/** The same before it is certain that the caller has finished: see is_confirmed() below. */
OffhookAgentTurn *offhook_agent_turn_new_speculative(OffhookTurnKind kind, const char *message,
						     double confidence, guint attempt,
						     JsonObject *context,
						     const OffhookTurnHandler *handler,
						     gpointer user_data);
/** The caller has finished, with just this message. Nothing happens after a cancellation. */
void offhook_agent_turn_confirm(OffhookAgentTurn *self);

OffhookTurnKind offhook_agent_turn_get_kind(OffhookAgentTurn *self);
const char *offhook_agent_turn_get_message(OffhookAgentTurn *self); /* never %NULL */
double offhook_agent_turn_get_confidence(OffhookAgentTurn *self);
guint offhook_agent_turn_get_attempt(OffhookAgentTurn *self);
JsonObject *offhook_agent_turn_get_context(OffhookAgentTurn *self); /* (transfer none) */

/* What the agent does with it. After the end or a cancellation these do nothing. */
/** Text to speak, whole or in pieces as it is generated. */
void offhook_agent_turn_say(OffhookAgentTurn *self, const char *text);
/**
 * offhook_agent_turn_speak:
 * @s16_16k: (transfer none): more of the agent's own speech: S16 mono at OFFHOOK_RATE, whole samples
 *
 * For agents with a voice of their own. The core paces it, plays it behind what was said before, and
 * stops it when the caller speaks into it, as it does with what an engine synthesises; it may come as
 * fast as it is there. What is given to say() is left to the assistant's voice; both can be in one
 * answer. Where the far end speaks by itself (%OFFHOOK_MEDIA_TEXT) the sound is dropped and the words
 * are spoken there.
 */
void offhook_agent_turn_speak(OffhookAgentTurn *self, GBytes *s16_16k);
/**
 * The words of that speech, as they become known, before or after their sound: for the history, which
 * ends at the last word heard.
 */
void offhook_agent_turn_spoken(OffhookAgentTurn *self, const char *words);
/** @expectation: (transfer none): for the caller's next utterance */
void offhook_agent_turn_expect(OffhookAgentTurn *self, OffhookExpectation *expectation);
void offhook_agent_turn_act(OffhookAgentTurn *self, OffhookAction action, const char *argument);
/** Exactly once. @answered: %FALSE passes the turn on to the next agent of the chain. */
void offhook_agent_turn_finish(OffhookAgentTurn *self, gboolean answered);
void offhook_agent_turn_fail(OffhookAgentTurn *self, const GError *error);
/**
 * offhook_agent_turn_set_tool:
 * @name: (nullable): the tool that runs from now on; %NULL when none does any more
 *
 * While one runs, the caller who waits is told now and then that it takes a moment. The end of the
 * turn ends it too.
 */
void offhook_agent_turn_set_tool(OffhookAgentTurn *self, const char *name);

/**
 * offhook_agent_turn_is_confirmed:
 *
 * Agents with OFFHOOK_AGENT_SPECULATIVE are also asked when the caller has probably finished. They
 * begin to work and may say, expect, act and finish as ever: nobody hears of it yet. Then either
 * the signal `confirmed` comes, once, and it is a turn like any other; or the turn is cancelled,
 * even one that was finished, and it must be as if it had never been: the caller went on, and the
 * next turn has his whole message. So before it is confirmed nothing changes that lasts: no history
 * grows, no tool runs, no counter counts. Turns of other agents are confirmed from the beginning.
 *
 * Signal `confirmed`: void (*)(OffhookAgentTurn *self, gpointer user_data).
 */
gboolean offhook_agent_turn_is_confirmed(OffhookAgentTurn *self);

/**
 * The caller went on or the call ended: stop working on it, and forget it if it was not confirmed.
 * No `done` follows.
 */
void offhook_agent_turn_cancel(OffhookAgentTurn *self);
GCancellable *offhook_agent_turn_get_cancellable(OffhookAgentTurn *self); /* (transfer none) */
gboolean offhook_agent_turn_is_open(OffhookAgentTurn *self);

/* ---- a session ---- */

#define OFFHOOK_TYPE_AGENT_SESSION (offhook_agent_session_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookAgentSession, offhook_agent_session, OFFHOOK, AGENT_SESSION,
			 GObject)

struct _OffhookAgentSessionClass {
	GObjectClass parent_class;

	/* May finish the turn before returning or later; keeps a reference if later. */
	void (*take_turn)(OffhookAgentSession *self, OffhookAgentTurn *turn);
	/* What the caller heard of the last answer; @interrupted: it was cut there. */
	void (*heard)(OffhookAgentSession *self, const char *text, gboolean interrupted);
	/*
	 * Agents with OFFHOOK_AGENT_AUDIO: one frame in, one frame out, OFFHOOK_FRAME_SAMPLES
	 * each, in the call's media thread; must not block. %FALSE: nothing to play.
	 */
	gboolean (*audio_frame)(OffhookAgentSession *self, const gint16 *in, gint16 *out);
	/*
	 * Agents with OFFHOOK_AGENT_SPEECH: the ear through which the session hears the caller,
	 * instead of the assistant's stt; (transfer none) (nullable). The same one until it is %NULL,
	 * which it becomes when it has failed and stays. Its final texts are for the history: a turn
	 * may begin before they are there.
	 */
	OffhookTranscriber *(*get_ear)(OffhookAgentSession *self);
	/* What the ear heard since the last turn was no turn: a noise, "uh-huh", keys instead. */
	void (*discard)(OffhookAgentSession *self);
	/*
	 * The last answer was cut off, and @ms of what was given to speak() had been heard. Comes
	 * before `heard`; also when nothing was (0).
	 */
	void (*cut_off)(OffhookAgentSession *self, guint ms);

	gpointer spare[5];
};

/**
 * What a piece of an agent's own work used of a service that is paid for it. Tokens of sound and those
 * that the service had kept from before are parts of the others; zero where the service does not tell.
 */
typedef struct {
	gint64 input_tokens;        /* all of them */
	gint64 cached_input_tokens; /* of those that are no sound */
	gint64 audio_input_tokens;
	gint64 cached_audio_input_tokens; /* of these */
	gint64 output_tokens;             /* all of them */
	gint64 audio_output_tokens;
	gint64 audio_us; /* of speech given to be written down, where that is paid by its length */
} OffhookAgentUsage;

/**
 * Turns without a message where one is needed fail with %OFFHOOK_ERROR_INVALID_ARGUMENT. A session
 * with an ear gets %OFFHOOK_TURN_MESSAGE with "" for what it has heard while the words are not known.
 */
void offhook_agent_session_take_turn(OffhookAgentSession *self, OffhookAgentTurn *turn);
void offhook_agent_session_heard(OffhookAgentSession *self, const char *text, gboolean interrupted);
gboolean offhook_agent_session_audio_frame(OffhookAgentSession *self, const gint16 *in,
					   gint16 *out);
/** (transfer none) (nullable) */
OffhookTranscriber *offhook_agent_session_get_ear(OffhookAgentSession *self);
void offhook_agent_session_discard(OffhookAgentSession *self);
void offhook_agent_session_cut_off(OffhookAgentSession *self, guint ms);
/**
 * offhook_agent_session_emit_usage:
 * @usage: (transfer none): what was used since the last time
 *
 * For subclasses that pay a service by themselves: it counts for the call, its costs and its limits.
 * Work of the assistant's engines, its language model included, is counted without.
 *
 * Signal `usage`: void (*)(OffhookAgentSession *self, const OffhookAgentUsage *usage, gpointer
 * user_data). Handlers do not change what the session does.
 */
void offhook_agent_session_emit_usage(OffhookAgentSession *self, const OffhookAgentUsage *usage);

/* ---- the agent ---- */

typedef enum {
	OFFHOOK_AGENT_TURNS = 1 << 0, /* takes turns */
	OFFHOOK_AGENT_AUDIO = 1 << 1, /* is given the audio itself, and answers with audio */
	/* takes turns that may not be any: see offhook_agent_turn_is_confirmed() */
	OFFHOOK_AGENT_SPECULATIVE = 1 << 2,
	/*
	 * Takes turns, but hears and speaks by itself: its sessions have an ear, and answer with
	 * offhook_agent_turn_speak(). Who may talk is decided by the core, as in any conversation.
	 */
	OFFHOOK_AGENT_SPEECH = 1 << 3,
	OFFHOOK_AGENT_COMPLETER = 1 << 4, /* its sessions need the assistant's language model */
} OffhookAgentFeatures;

/** Those of the agent that opened @session. */
OffhookAgentFeatures offhook_agent_session_get_features(OffhookAgentSession *session);

typedef struct {
	const char *assistant; /* the assistant's name */
	const char *language;
	const char *call_id; /* (nullable): not every conversation is a call */
	const char *caller;  /* (nullable) */
	guint place;         /* in the assistant's chain: 0 is asked first */
	/* Extra keys of the assistant's section that name this agent: "<agent>.<key>". */
	GHashTable *options; /* (nullable): key -> value */
	const char *prompt;  /* (nullable): the assistant's instructions for a language model */
	/*
	 * (transfer none) (nullable): the assistant's language model, with its fall-backs; the
	 * conversation's own. The session keeps a reference.
	 */
	OffhookCompleter *completer;
	/* (nullable): the line's, towards the caller; for agents that choose how sound travels */
	const OffhookAudioFormat *line;
} OffhookAgentOptions;

#define OFFHOOK_TYPE_AGENT (offhook_agent_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookAgent, offhook_agent, OFFHOOK, AGENT, GObject)

struct _OffhookAgentClass {
	GObjectClass parent_class;

	OffhookAgentFeatures features;

	/* As OffhookEngineClass has it. */
	gboolean (*configure)(OffhookAgent *self, OffhookSettings *settings, GError **error);
	OffhookAgentSession *(*open_session)(OffhookAgent *self, const OffhookAgentOptions *options,
					     GError **error);
	/* Would open_session work with these options? For --check-config. */
	gboolean (*check_options)(OffhookAgent *self, const OffhookAgentOptions *options,
				  GError **error);

	gpointer spare[12];
};

OffhookAgentFeatures offhook_agent_get_features(OffhookAgent *self);
gboolean offhook_agent_configure(OffhookAgent *self, OffhookSettings *settings, GError **error);
OffhookAgentSession *offhook_agent_open_session(OffhookAgent *self,
						const OffhookAgentOptions *options, GError **error);
gboolean offhook_agent_check_options(OffhookAgent *self, const OffhookAgentOptions *options,
				     GError **error);

G_END_DECLS
