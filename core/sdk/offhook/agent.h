/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * An agent: takes a turn of the conversation and answers with text, actions and what it expects
 * next. One OffhookAgent per daemon opens sessions, one per conversation; the sessions of an
 * assistant's agents form a chain, asked in order until one answers. Main thread only, except
 * audio_frame.
 */
#pragma once

#include <offhook/agent-host.h>
#include <offhook/audio.h>
#include <offhook/engine.h>
#include <offhook/expectation.h>
#include <offhook/settings.h>
#include <offhook/types.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* ---- a turn ---- */

/** Why an agent is asked. */
typedef enum {
	OFFHOOK_TURN_START,   /* the call has been answered: greet, or say nothing */
	OFFHOOK_TURN_MESSAGE, /* the caller said (or wrote) something */
	OFFHOOK_TURN_DIGITS,  /* the caller pressed keys */
	OFFHOOK_TURN_UNCLEAR, /* the caller said something that was not understood */
	OFFHOOK_TURN_SILENCE, /* the caller has been silent; attempt counts from 1 */
	OFFHOOK_TURN_FAILURE, /* the action asked for in the last turn failed */
} OffhookTurnKind;

/** Where a turn's output goes. */
typedef struct {
	void (*say)(gpointer user_data, const char *text);
	void (*expect)(gpointer user_data, OffhookExpectation *expectation);
	void (*act)(gpointer user_data, OffhookAction action, const char *argument);
	void (*done)(gpointer user_data, gboolean answered, const GError *error);
	void (*tool)(gpointer user_data, const char *name); /* (nullable): optional */
	void (*speak)(gpointer user_data, GBytes *s16_16k);
	void (*spoken)(gpointer user_data, const char *words);
	/* (nullable): then `act`, without the summary */
	void (*hand_over)(gpointer user_data, OffhookAction action, const char *target,
			  const char *summary);
} OffhookTurnHandler;

/**
 * One turn of a conversation, for the agent that is asked to take it: what happened, and where its
 * answer goes.
 */
#define OFFHOOK_TYPE_AGENT_TURN (offhook_agent_turn_get_type())
G_DECLARE_FINAL_TYPE(OffhookAgentTurn, offhook_agent_turn, OFFHOOK, AGENT_TURN, GObject)

/**
 * offhook_agent_turn_new:
 * @message: (nullable): words or digits
 * @context: (transfer none): an object; agents earlier in the chain may add members for later ones.
 *   A turn that was made with %NULL is refused by every session
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

/** Why the agent is asked. */
OffhookTurnKind offhook_agent_turn_get_kind(OffhookAgentTurn *self);
/** The caller's words or keys; "" where the kind has none. */
const char *offhook_agent_turn_get_message(OffhookAgentTurn *self); /* never %NULL */
/** How sure the recogniser is of the words: 0 to 1. */
double offhook_agent_turn_get_confidence(OffhookAgentTurn *self);
/** How often in a row the caller has been silent, from 1; 0 for other kinds. */
guint offhook_agent_turn_get_attempt(OffhookAgentTurn *self);
/**
 * (transfer none): what is known of the turn. Agents add what they have found out for those behind them in
 * the chain: an object, named after what it is about (`memory`, `input`, `sentiment`), with a string
 * `for_model`, a sentence or two that an agent with a language model tells it in this turn only, and
 * whatever else there is. From the core come call_id, assistant, language, turn, user_id, greeting (the
 * core says it) and handed_over (with `from` and `summary`: another assistant had the caller before).
 */
JsonObject *offhook_agent_turn_get_context(OffhookAgentTurn *self);
/** Whether it was made with one. */
gboolean offhook_agent_turn_has_context(OffhookAgentTurn *self);

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
/** Something to do besides speaking; done when what was said before it has been heard. */
void offhook_agent_turn_act(OffhookAgentTurn *self, OffhookAction action, const char *argument);
/**
 * offhook_agent_turn_hand_over:
 * @action: %OFFHOOK_ACTION_TRANSFER or %OFFHOOK_ACTION_HAND_OVER
 * @summary: (nullable): what whoever goes on with the caller should know
 *
 * As offhook_agent_turn_act().
 */
void offhook_agent_turn_hand_over(OffhookAgentTurn *self, OffhookAction action, const char *target,
				  const char *summary);
/** Exactly once. @answered: %FALSE passes the turn on to the next agent of the chain. */
void offhook_agent_turn_finish(OffhookAgentTurn *self, gboolean answered);
/** Instead of offhook_agent_turn_finish(): it could not be taken. @error: (transfer none) */
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
/** (transfer none): cancelled with the turn; for requests that are made for it. */
GCancellable *offhook_agent_turn_get_cancellable(OffhookAgentTurn *self); /* (transfer none) */
/** Has it neither ended nor been cancelled? */
gboolean offhook_agent_turn_is_open(OffhookAgentTurn *self);

/* ---- a session ---- */

/** One agent's part in one conversation, from offhook_agent_open_session() to the end. */
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
	/*
	 * (nullable): there is nothing to do. See offhook_agent_session_close(); ends with
	 * offhook_agent_session_emit_closed(), before it returns or later.
	 */
	void (*close)(OffhookAgentSession *self);

	gpointer spare[4];
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
 * Turns without a message where one is needed, and those without a context, fail with
 * %OFFHOOK_ERROR_INVALID_ARGUMENT. A session
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

/** The longest that the sessions of a conversation may take to close, all together. */
#define OFFHOOK_AGENT_CLOSE_S 20

/**
 * offhook_agent_session_close:
 *
 * The conversation is over, or another assistant goes on with it: no turn comes any more, and what
 * would have been in the caller's way can be done now, such as a summary or what is to be remembered.
 * Sessions are closed one after the other, in the order of the chain, so that each has the language
 * model to itself; whoever is not closed in time is dropped. Call and line are gone by then, host and
 * completer are there, and what is used counts for the call. The second time does nothing.
 *
 * Signal `closed`: void (*)(OffhookAgentSession *self, gpointer user_data): it is done; once, maybe
 * before this has returned. Drop the session then, not from inside.
 */
void offhook_agent_session_close(OffhookAgentSession *self);
/** Has `closed` been emitted? */
gboolean offhook_agent_session_is_closed(OffhookAgentSession *self);
/** For subclasses with `close`: that is done. */
void offhook_agent_session_emit_closed(OffhookAgentSession *self);

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

/** What an agent is asked for, and what its sessions need. */
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
	/* Its sessions add tools to the host's toolbox; they are opened first and asked for no turn. */
	OFFHOOK_AGENT_TOOLS = 1 << 5,
	/* Its sessions use the assistant's language model where there is one, and do without elsewhere. */
	OFFHOOK_AGENT_CONSULTS = 1 << 6,
	/*
	 * Its turns may say phrases that the caller is expected to answer with, see
	 * offhook_expectation_add_phrase(): recognisers that hear nothing else are of use to it.
	 */
	OFFHOOK_AGENT_EXPECTS = 1 << 7,
} OffhookAgentFeatures;

/** Those of the agent that opened @session. */
OffhookAgentFeatures offhook_agent_session_get_features(OffhookAgentSession *session);

/** What a session is opened with. Borrowed, except where it says otherwise. */
typedef struct {
	const char *assistant; /* the assistant's name */
	const char *name;      /* (nullable): the agent's own, as the configuration has it */
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
	/* (transfer none): outlives the session. (nullable): nobody but a test opens one without */
	OffhookAgentHost *host;
	/* (nullable): the names of all assistants, where check_options is asked */
	const char *const *assistants;
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
	/*
	 * Would what open_session() opens work, as far as its settings go? Asked after it has opened one,
	 * for those who check an assistant, so it may take its time; it changes nothing. Errors that stay
	 * until somebody changes something (%OFFHOOK_ERROR_CONFIG, _AUTHENTICATION, _PERMISSION,
	 * _NOT_FOUND) are told as problems, all others as remarks. %NULL: there is nothing to be asked.
	 */
	void (*check_async)(OffhookAgent *self, GCancellable *cancellable,
			    GAsyncReadyCallback callback, gpointer user_data);
	gboolean (*check_finish)(OffhookAgent *self, GAsyncResult *result, GError **error);

	gpointer spare[10];
};

/** As its class has them. */
OffhookAgentFeatures offhook_agent_get_features(OffhookAgent *self);
/**
 * offhook_agent_get_activity:
 * @total_us: (out): what they took, from being asked to the end
 * @last_us: (out): unix time of the last one's end; 0: there was none
 *
 * Returns: how many turns all its sessions have brought to an end; cancelled ones are none
 */
guint64 offhook_agent_get_activity(OffhookAgent *self, gint64 *total_us, gint64 *last_us);
gboolean offhook_agent_configure(OffhookAgent *self, OffhookSettings *settings, GError **error);
/**
 * offhook_agent_open_session:
 * @options: (transfer none): of one conversation
 *
 * Returns: (transfer full) (nullable): %NULL with an error when the agent can't work with @options
 */
OffhookAgentSession *offhook_agent_open_session(OffhookAgent *self,
						const OffhookAgentOptions *options, GError **error);
gboolean offhook_agent_check_options(OffhookAgent *self, const OffhookAgentOptions *options,
				     GError **error);
/** @callback: its source is @self; also where there is nothing to be asked; never before this has returned */
void offhook_agent_check_async(OffhookAgent *self, GCancellable *cancellable,
			       GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_agent_check_finish(OffhookAgent *self, GAsyncResult *result, GError **error);

G_END_DECLS
