/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside the voice: what all kinds of voices have, and what each does in its own way. One has the
 * answer synthesised (voice-speech.c), the other leaves that to the far end (voice-text.c). Main
 * thread.
 */
#pragma once

#include "call/conversation/voice.h"

G_BEGIN_DECLS

typedef struct {
	/* More of the answer, which stands in @self->text already. */
	void (*say)(OffhookVoice *self, const char *text);
	/* All of it has been said; @self->ended is set. */
	void (*end)(OffhookVoice *self);
	/* Something that is part of no answer; not while words of one are unheard. */
	void (*fill)(OffhookVoice *self, const char *text);
	void (*pause)(OffhookVoice *self);
	void (*resume)(OffhookVoice *self);
	/* How much of the text was heard, in bytes. */
	gsize (*get_heard)(OffhookVoice *self, guint piece, guint heard_ms);
	/* Silence; nothing of the answer is heard any more. */
	void (*stop)(OffhookVoice *self);
	/* A new answer begins. */
	void (*reset)(OffhookVoice *self);
	void (*piece_started)(OffhookVoice *self, guint piece, gint64 first_frame_us);
	void (*piece_heard)(OffhookVoice *self, guint piece);
	void (*free)(OffhookVoice *self);
	/* (nullable): where there is sound, see voice.h; the words stand in @self->text already */
	void (*speak)(OffhookVoice *self, GBytes *s16_16k);
	void (*spoken)(OffhookVoice *self, const char *words);
	guint (*get_own_heard_ms)(OffhookVoice *self, guint piece, guint heard_ms);
	/* (nullable): where we speak ourselves */
	gboolean (*hold)(OffhookVoice *self);
	/* (nullable): where sentences are made of it */
	void (*linger)(OffhookVoice *self);
	/* (nullable): only where the far end speaks, see voice.h */
	gboolean (*cut_off)(OffhookVoice *self, const char *spoken);
	char *(*match_former)(OffhookVoice *self, const char *spoken);
	void (*answered)(OffhookVoice *self);
	void (*presume_heard)(OffhookVoice *self);
} OffhookVoiceKind;

struct _OffhookVoice {
	const OffhookVoiceKind *kind;
	OffhookMediaSession *media;
	OffhookVoiceEvents events;
	gpointer user_data;

	GString *text;    /* of the answer */
	guint last_piece; /* ids are never used twice in a call */
	gboolean active;
	gboolean ended;
	gboolean audible;
};

/** For the constructors. */
void offhook_voice_init(OffhookVoice *self, const OffhookVoiceKind *kind,
			OffhookMediaSession *media, const OffhookVoiceEvents *events,
			gpointer user_data);
void offhook_voice_tell_first_frame(OffhookVoice *self, gint64 first_frame_us);
/** All of an ended answer was heard. */
void offhook_voice_tell_finished(OffhookVoice *self);

G_END_DECLS
