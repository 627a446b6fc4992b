/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent's mouth: takes an answer as it is written, has it synthesised sentence by sentence and
 * plays it, or leaves the speaking to the far end, and knows which of its words the caller has heard.
 * Main thread.
 */
#pragma once

#include "media/session.h"
#include <offhook/engine.h>

G_BEGIN_DECLS

typedef struct _OffhookVoice OffhookVoice;

/** Any may be called from inside the functions below. Times are monotonic microseconds. */
typedef struct {
	void (*asked)(gpointer user_data, gint64 at_us);       /* first sentence to synthesis */
	void (*first_audio)(gpointer user_data, gint64 at_us); /* its first sound is there */
	void (*first_frame)(gpointer user_data, gint64 at_us); /* ... and on the wire */
	void (*finished)(gpointer user_data); /* all of an ended answer was heard, or is silent */
	void (*failed)(gpointer user_data, const GError *error); /* a sentence was lost */
	void (*filler)(gpointer user_data, gboolean audible); /* ... begins and ends to be heard */
} OffhookVoiceEvents;

/**
 * @synthesizer: (transfer none) (nullable): without one, answers are silent
 * @media: (transfer none): outlives the voice
 */
OffhookVoice *offhook_voice_new(OffhookSynthesizer *synthesizer, OffhookMediaSession *media,
				const char *language, const OffhookVoiceEvents *events,
				gpointer user_data);
/** The far end speaks: @media carries text. There is no `asked` and no `first_audio` then. */
OffhookVoice *offhook_voice_new_text(OffhookMediaSession *media, const OffhookVoiceEvents *events,
				     gpointer user_data);
void offhook_voice_free(OffhookVoice *self);
/** It goes on where @former, in the same media, has ended. Before it says anything. */
void offhook_voice_follow(OffhookVoice *self, OffhookVoice *former);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookVoice, offhook_voice_free)

/** More of the answer; the first after end() or stop() begins a new one. */
void offhook_voice_say(OffhookVoice *self, const char *text);
/**
 * More of it that an agent speaks by itself: sound, and the words of that as they become known. A far
 * end that speaks gets the words.
 */
void offhook_voice_speak(OffhookVoice *self, GBytes *s16_16k);
void offhook_voice_spoken(OffhookVoice *self, const char *words);
/** More may come, but not soon: what was said so far is spoken now, a sentence or not. */
void offhook_voice_linger(OffhookVoice *self);
/** The answer is complete; `finished` follows, also when nothing was said. */
void offhook_voice_end(OffhookVoice *self);
/** The answer so far. (transfer none) */
const char *offhook_voice_get_text(OffhookVoice *self);
/** Between the first say() and `finished` or stop(). */
gboolean offhook_voice_is_active(OffhookVoice *self);
/** Some of the answer has gone to the line. */
gboolean offhook_voice_is_audible(OffhookVoice *self);

/**
 * Says @text, which is part of no answer, if all that was said has been heard: for the time until
 * there is an answer. What is said next follows it.
 */
void offhook_voice_fill(OffhookVoice *self, const char *text);

/** The answer waits where the caller is in it, or goes on from there. */
void offhook_voice_pause(OffhookVoice *self);
void offhook_voice_resume(OffhookVoice *self);

/**
 * What is said from now on is prepared, but not heard before offhook_voice_resume(). Between answers
 * only. %FALSE where that can't be done.
 */
gboolean offhook_voice_hold(OffhookVoice *self);

/** From the media session. */
void offhook_voice_piece_started(OffhookVoice *self, guint piece, gint64 first_frame_us);
void offhook_voice_piece_heard(OffhookVoice *self, guint piece);

/*
 * From a media session that carries text.
 */
/**
 * The far end broke off after @spoken: the answer is paused there. %FALSE when that is not about the
 * answer that is being spoken.
 */
gboolean offhook_voice_cut_off(OffhookVoice *self, const char *spoken);
/**
 * It was about the answer before, which had been stopped or was thought to be over. Returns: (transfer
 * full) (nullable): the part of that that was heard
 */
char *offhook_voice_match_former(OffhookVoice *self, const char *spoken);
/** The caller spoke and was not reported to interrupt: what was ended has been heard. */
void offhook_voice_answered(OffhookVoice *self);
/** Nothing more will be told: what has probably been spoken to its end is heard. */
void offhook_voice_presume_heard(OffhookVoice *self);

/** Whether a question was being asked when the caller had heard @heard_ms of @piece. */
gboolean offhook_voice_is_asking(OffhookVoice *self, guint piece, guint heard_ms);
/** How many ms of what an agent spoke by itself the caller had heard by @heard_ms of @piece. */
guint offhook_voice_get_own_heard_ms(OffhookVoice *self, guint piece, guint heard_ms);

/**
 * offhook_voice_stop:
 * @piece, @heard_ms: what the caller had heard by then
 *
 * Silence; the rest of the answer is dropped. Returns: (transfer full): the part that was heard
 */
char *offhook_voice_stop(OffhookVoice *self, guint piece, guint heard_ms);

G_END_DECLS
