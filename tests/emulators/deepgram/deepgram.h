/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "check.h"
#include "options.h"

/* What is counted of all sessions. */
typedef struct {
	const OffhookEmuDeepgramOptions *options;
	guint utterances; /* that were told of */
	guint finalized;
	guint kept_alive;
	guint64 heard_ms;
	guint texts; /* that were spoken */
	guint characters;
	guint flushes;
	guint clears;
	gchar *last_text; /* NULL: none yet */
} OffhookEmuDeepgram;

/* One client's connection that is listened to. */
typedef struct _OffhookEmuDeepgramEar OffhookEmuDeepgramEar;

OffhookEmuDeepgramEar *offhook_emu_deepgram_ear_new(OffhookEmuDeepgram *owner, OffhookEmuPeer *peer,
						    const OffhookEmuDeepgramWish *wish);
void offhook_emu_deepgram_ear_free(OffhookEmuDeepgramEar *self);
void offhook_emu_deepgram_ear_take_text(OffhookEmuDeepgramEar *self, const gchar *text);
void offhook_emu_deepgram_ear_take_audio(OffhookEmuDeepgramEar *self, GBytes *audio);

/* ... that is spoken to. */
typedef struct _OffhookEmuDeepgramVoice OffhookEmuDeepgramVoice;

OffhookEmuDeepgramVoice *offhook_emu_deepgram_voice_new(OffhookEmuDeepgram *owner,
							OffhookEmuPeer *peer,
							const OffhookEmuDeepgramWish *wish);
void offhook_emu_deepgram_voice_free(OffhookEmuDeepgramVoice *self);
void offhook_emu_deepgram_voice_take_text(OffhookEmuDeepgramVoice *self, const gchar *text);
