/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * An engine: speech to text, text to speech, a language model, embeddings, or several of these. One
 * OffhookEngine per daemon; it opens sessions, one per call. All functions and signals here belong to the main thread; an engine that burns CPU works in
 * an OffhookWorkQueue and posts its results back.
 */
#pragma once

#include <offhook/audio.h>
#include <offhook/completion.h>
#include <offhook/embedder.h>
#include <offhook/expectation.h>
#include <offhook/settings.h>
#include <offhook/types.h>

G_BEGIN_DECLS

/** What an engine can: a session of each kind is opened by a function of its own. */
typedef enum {
	OFFHOOK_ENGINE_TRANSCRIBE = 1 << 0,
	OFFHOOK_ENGINE_SYNTHESIZE = 1 << 1,
	OFFHOOK_ENGINE_COMPLETE = 1 << 2,
	OFFHOOK_ENGINE_EMBED = 1 << 3,
} OffhookEngineRoles;

/* ---- speech to text ---- */

/** What was said. Owned by the signal's emitter. */
typedef struct {
	guint utterance;   /* the number given to begin() */
	const char *text;  /* "" when nothing was understood: noise, or off what was expected */
	double confidence; /* 0 to 1; 0.5 is "rather yes" */
} OffhookTranscript;

/** What a session is opened with. Borrowed for the duration of the call. */
typedef struct {
	const char *language; /* BCP 47, e.g. "en-US" */
	/* Keys "<engine>.<key>" of the assistant's section; each engine's page lists its. */
	GHashTable *options; /* (nullable): key -> value */
} OffhookTranscribeOptions;

#define OFFHOOK_TYPE_TRANSCRIBER (offhook_transcriber_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookTranscriber, offhook_transcriber, OFFHOOK, TRANSCRIBER, GObject)

/**
 * One call's ear. The daemon's voice detection frames the utterances: begin, audio (beginning with
 * 300 ms or so from before the speech), finish. After finish comes exactly one `final` or `failed`
 * for that utterance, whichever was spoken first; after cancel, none.
 *
 * Signals:
 *   partial (const OffhookTranscript *): what it sounds like so far
 *   final (const OffhookTranscript *)
 *   failed (guint utterance, const GError *)
 */
struct _OffhookTranscriberClass {
	GObjectClass parent_class;

	/* @expectation: (nullable) (transfer none): for this utterance */
	void (*begin)(OffhookTranscriber *self, guint utterance, OffhookExpectation *expectation);
	/* S16 mono at OFFHOOK_RATE; any length. Must not block. */
	void (*push)(OffhookTranscriber *self, const gint16 *samples, gsize n);
	/* The caller has finished: the utterance's text is wanted. */
	void (*finish)(OffhookTranscriber *self);
	/* Nobody wants the utterance any more. */
	void (*cancel)(OffhookTranscriber *self);

	gpointer spare[8];
};

void offhook_transcriber_begin(OffhookTranscriber *self, guint utterance,
			       OffhookExpectation *expectation);
void offhook_transcriber_push(OffhookTranscriber *self, const gint16 *samples, gsize n);
void offhook_transcriber_finish(OffhookTranscriber *self);
void offhook_transcriber_cancel(OffhookTranscriber *self);
/* For subclasses. */
/**
 * offhook_transcriber_emit_partial:
 * offhook_transcriber_emit_final:
 * offhook_transcriber_emit_failed:
 * @what: (transfer none)
 * @error: (transfer none): why nothing can be said of the utterance
 *
 * For subclasses: the signals above, in their order. Main thread.
 */
void offhook_transcriber_emit_partial(OffhookTranscriber *self, const OffhookTranscript *what);
void offhook_transcriber_emit_final(OffhookTranscriber *self, const OffhookTranscript *what);
void offhook_transcriber_emit_failed(OffhookTranscriber *self, guint utterance,
				     const GError *error);

/* ---- text to speech ---- */

/** When a word sounds, in ms from the beginning of its piece of speech. */
typedef struct {
	guint offset; /* bytes into the text given to speak() */
	guint length; /* bytes */
	guint start_ms;
	guint end_ms;
} OffhookWordTime;

/** What a session is opened with. Borrowed for the duration of the call. */
typedef struct {
	const char *language; /* (nullable): BCP 47 */
	const char *voice;    /* (nullable): the engine's name of a voice */
	GHashTable *options;  /* (nullable): as in OffhookTranscribeOptions */
} OffhookSynthesizeOptions;

#define OFFHOOK_TYPE_SYNTHESIZER (offhook_synthesizer_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookSynthesizer, offhook_synthesizer, OFFHOOK, SYNTHESIZER, GObject)

/**
 * One call's voice. Pieces are spoken in the order they were asked for. For each piece: `audio` any
 * number of times, `words` any number of times (in order, before or with the audio they describe,
 * where the engine knows them), then exactly one `done`. After cancel: nothing more of any piece
 * asked for before it.
 *
 * Signals:
 *   audio (guint piece, GBytes *): S16 mono at OFFHOOK_RATE, whole samples
 *   words (guint piece, const OffhookWordTime *, guint n)
 *   done (guint piece, const GError *): %NULL when all of it was delivered
 */
struct _OffhookSynthesizerClass {
	GObjectClass parent_class;

	/* @text: UTF-8, plain, a sentence or a few; may be empty. @piece: never used twice. */
	void (*speak)(OffhookSynthesizer *self, guint piece, const char *text);
	/* Nobody wants any of the pieces any more. */
	void (*cancel)(OffhookSynthesizer *self);

	gpointer spare[8];
};

void offhook_synthesizer_speak(OffhookSynthesizer *self, guint piece, const char *text);
void offhook_synthesizer_cancel(OffhookSynthesizer *self);
/* For subclasses. */
/**
 * offhook_synthesizer_emit_audio:
 * offhook_synthesizer_emit_words:
 * offhook_synthesizer_emit_done:
 * @audio: (transfer none): S16 mono at OFFHOOK_RATE, whole samples
 * @words: @n of them, copied by whoever keeps them
 * @error: (nullable) (transfer none): why not all of the piece was delivered
 *
 * For subclasses: the signals above, in their order. Main thread.
 */
void offhook_synthesizer_emit_audio(OffhookSynthesizer *self, guint piece, GBytes *audio);
void offhook_synthesizer_emit_words(OffhookSynthesizer *self, guint piece,
				    const OffhookWordTime *words, guint n);
void offhook_synthesizer_emit_done(OffhookSynthesizer *self, guint piece, const GError *error);

/* ---- language models ---- */

/** What a session is opened with. Borrowed for the duration of the call. */
typedef struct {
	const char *model; /* (nullable): the engine's name of a model */
	/* Keys that whoever opens the session sets for the engine; each engine's page lists its. */
	GHashTable *options; /* (nullable): key -> value */
} OffhookCompleteOptions;

#define OFFHOOK_TYPE_COMPLETER (offhook_completer_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookCompleter, offhook_completer, OFFHOOK, COMPLETER, GObject)

/**
 * One conversation's language model. It holds no history: each request says it all. One answer at a
 * time, any number one after another. For each request: `text` any number of times, then exactly one
 * `done` or `failed`, none of them before start() has returned. After cancel: nothing more of it.
 * Handlers may start, cancel and drop the session.
 *
 * Signals:
 *   text (guint request, const char *): what to say next; never empty, whole characters of UTF-8.
 *     What a model thinks to itself is not in it
 *   progress (guint request): the model is at work on something else: it thinks, or writes the call
 *     of a tool
 *   done (guint request, const OffhookCompletion *)
 *   failed (guint request, const GError *). Text that came before was said and is lost:
 *     trying again may bring another sentence. %OFFHOOK_ERROR_INVALID_ARGUMENT: the request is at
 *     fault; LIMIT: it or its answer is too long; AUTHENTICATION, PERMISSION; NOT_FOUND: model or
 *     address; RATE_LIMITED; BUSY: the service is overloaded or not ready; TIMED_OUT; UNAVAILABLE:
 *     not reached; PROVIDER: the service broke; FORMAT: its answer can't be understood
 */
struct _OffhookCompleterClass {
	GObjectClass parent_class;

	/*
	 * @number: (unused before) for the signals. Only a checked request while none is under way.
	 * Must emit nothing before it returns.
	 */
	void (*start)(OffhookCompleter *self, guint number, OffhookCompletionRequest *request);
	/* Only while a request is under way. */
	void (*cancel)(OffhookCompleter *self);
	/* (nullable): the next start will be soon: get ready, quietly */
	void (*warm)(OffhookCompleter *self);

	gpointer spare[8];
};

/** A number that was not used in this session. */
guint offhook_completer_reserve_number(OffhookCompleter *self);
/**
 * offhook_completer_start:
 * @number: reserved, or of a scheme of its own by whoever is the only one to use the session
 * @request: (transfer none): immutable from here on. One that
 *   offhook_completion_request_check() refuses fails with its error, one that is started before the
 *   last has ended with %OFFHOOK_ERROR_INVALID_STATE; both as the signal `failed`
 */
void offhook_completer_start(OffhookCompleter *self, guint number,
			     OffhookCompletionRequest *request);
/** Whatever is under way ends without another signal. */
void offhook_completer_cancel(OffhookCompleter *self);
/** Connects, logs in and the like, so that the next start() need not wait for it. Never fails. */
void offhook_completer_warm(OffhookCompleter *self);
/* For subclasses. Of a request that has ended or was cancelled these say nothing. */
/** @text: may be empty and may end within a character: the rest is waited for */
void offhook_completer_emit_text(OffhookCompleter *self, guint number, const char *text,
				 gssize size);
/**
 * offhook_completer_emit_progress:
 * offhook_completer_emit_done:
 * offhook_completer_emit_failed:
 * @completion: (transfer none)
 * @error: (transfer none)
 *
 * The signals above.
 */
void offhook_completer_emit_progress(OffhookCompleter *self, guint number);
void offhook_completer_emit_done(OffhookCompleter *self, guint number,
				 const OffhookCompletion *completion);
void offhook_completer_emit_failed(OffhookCompleter *self, guint number, const GError *error);

/* ---- the engine ---- */

#define OFFHOOK_TYPE_ENGINE (offhook_engine_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookEngine, offhook_engine, OFFHOOK, ENGINE, GObject)

struct _OffhookEngineClass {
	GObjectClass parent_class;

	OffhookEngineRoles roles;

	/*
	 * New settings, already checked; also on reload. Sessions keep the old ones. Errors name the
	 * key; the daemon puts the section before it, which may have any name.
	 */
	gboolean (*configure)(OffhookEngine *self, OffhookSettings *settings, GError **error);
	/*
	 * Must be quick: what is slow happens behind the first utterance. A language or voice that
	 * it has not is %OFFHOOK_ERROR_NOT_SUPPORTED or INVALID_ARGUMENT with a message that names
	 * those it has: assistants are checked by opening one.
	 */
	OffhookTranscriber *(*open_transcriber)(OffhookEngine *self,
						const OffhookTranscribeOptions *options,
						GError **error);
	OffhookSynthesizer *(*open_synthesizer)(OffhookEngine *self,
						const OffhookSynthesizeOptions *options,
						GError **error);
	OffhookCompleter *(*open_completer)(OffhookEngine *self,
					    const OffhookCompleteOptions *options, GError **error);

	OffhookEmbedder *(*open_embedder)(OffhookEngine *self, const OffhookEmbedOptions *options,
					  GError **error);

	/* Its transcribers hear nothing but the phrases of an OffhookExpectation: no free speech. */
	gboolean phrases_only;

	gpointer spare[9];
};

/** As its class has them. */
OffhookEngineRoles offhook_engine_get_roles(OffhookEngine *self);
/** Whether what it transcribes has to be expected, so that it is of no use to an agent that talks freely. */
gboolean offhook_engine_hears_phrases_only(OffhookEngine *self);
gboolean offhook_engine_configure(OffhookEngine *self, OffhookSettings *settings, GError **error);

/**
 * offhook_engine_check_options:
 * @engine: its name, for the message
 * @options: (nullable)
 * @known: (nullable) (array zero-terminated=1): the keys that a session may have
 *
 * For subclasses: whether @options has no other keys than @known.
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_INVALID_ARGUMENT that names the key and the known ones
 */
gboolean offhook_engine_check_options(const char *engine, GHashTable *options,
				      const char *const *known, GError **error);

/** Returns: (transfer full) (nullable): %OFFHOOK_ERROR_NOT_SUPPORTED without the role */
OffhookTranscriber *offhook_engine_open_transcriber(OffhookEngine *self,
						    const OffhookTranscribeOptions *options,
						    GError **error);
/** Returns: (transfer full) (nullable): %OFFHOOK_ERROR_NOT_SUPPORTED without the role */
OffhookSynthesizer *offhook_engine_open_synthesizer(OffhookEngine *self,
						    const OffhookSynthesizeOptions *options,
						    GError **error);
/** @options: (nullable). Returns: (transfer full) (nullable): as offhook_engine_open_transcriber() */
OffhookCompleter *offhook_engine_open_completer(OffhookEngine *self,
						const OffhookCompleteOptions *options,
						GError **error);
/** @options: (nullable). Returns: (transfer full) (nullable): as offhook_engine_open_transcriber() */
OffhookEmbedder *offhook_engine_open_embedder(OffhookEngine *self,
					      const OffhookEmbedOptions *options, GError **error);

G_END_DECLS
