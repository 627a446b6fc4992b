/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Where the sessions of an offline voice bring their pieces. The libraries that speak are not for
 * several threads at once, so all sessions share one queue; they take turns, a part of a text each.
 */
#pragma once

#include <offhook/engine.h>

G_BEGIN_DECLS

/** Bytes of a piece, and pieces of a session that may wait; more is an error. */
#define OFFHOOK_SPEECH_MAX_TEXT   (32 * 1024)
#define OFFHOOK_SPEECH_MAX_PIECES 256

/** One part of a piece in the making. Worker. */
typedef struct _OffhookSpeechPart OffhookSpeechPart;

/**
 * OffhookSpeechMake:
 * @text: the part, clean UTF-8, not only white space
 * @voice: the session's, in a form of the engine's own
 *
 * Speaks @text: offhook_speech_part_add_words(), then offhook_speech_part_add_audio() any number of
 * times. Worker; never two at a time.
 */
typedef gboolean (*OffhookSpeechMake)(OffhookSpeechPart *part, const char *text, gpointer voice,
				      GError **error);

/** @word: times from the beginning of the part's audio, offset within the part's text */
void offhook_speech_part_add_word(OffhookSpeechPart *part, guint offset, guint length,
				  guint start_ms, guint end_ms);
/** Returns: %FALSE when nobody wants more: stop. @rate: the same for all of a piece */
gboolean offhook_speech_part_add_audio(OffhookSpeechPart *part, const gint16 *samples, gsize n,
				       guint rate);

/** Shared by the sessions of an engine; reference-counted. */
typedef struct _OffhookSpeechDesk OffhookSpeechDesk;

OffhookSpeechDesk *offhook_speech_desk_new(const char *name, OffhookSpeechMake make);
OffhookSpeechDesk *offhook_speech_desk_ref(OffhookSpeechDesk *self);
void offhook_speech_desk_unref(OffhookSpeechDesk *self);

/** One session's pieces. Main thread. */
typedef struct _OffhookSpeechSession OffhookSpeechSession;

/**
 * offhook_speech_session_new:
 * @synthesizer: (transfer none): whose signals tell of the pieces; owns the session
 * @voice: (transfer full): for OffhookSpeechMake
 */
OffhookSpeechSession *offhook_speech_session_new(OffhookSpeechDesk *desk,
						 OffhookSynthesizer *synthesizer, gpointer voice,
						 GDestroyNotify free_voice);
void offhook_speech_session_free(OffhookSpeechSession *self);
void offhook_speech_session_speak(OffhookSpeechSession *self, guint piece, const char *text);
void offhook_speech_session_cancel(OffhookSpeechSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSpeechDesk, offhook_speech_desk_unref)

G_END_DECLS
