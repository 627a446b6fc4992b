/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/audio.h>

G_BEGIN_DECLS

/** How the test party behaves. */
typedef struct {
	OffhookAudioFormat format;
	GPtrArray *utterances; /* of GBytes: whole frames in `format` */
	gboolean listen_first; /* the first utterance, too, waits for the agent */
	guint turn_gap_ms;     /* so much silence after words of the agent is the end of its turn */
	guint patience_ms;     /* waits so long for an answer before it goes on without */
	guint hang_up_ms;      /* hangs up after so much silence at the end; 0: never */
} OffhookLoopbackManners;

/** One end of a call that speaks by a script and listens only for whether anyone speaks. */
typedef struct _OffhookLoopbackParty OffhookLoopbackParty;

/** @manners: copied; the utterances are referenced */
OffhookLoopbackParty *offhook_loopback_party_new(const OffhookLoopbackManners *manners);
void offhook_loopback_party_free(OffhookLoopbackParty *self);

/* One of each every 20 ms, hearing first. */
/** @audible: the frame that reached the party's ear was louder than silence */
void offhook_loopback_party_hear(OffhookLoopbackParty *self, gboolean audible);
/** @frame: (out): 20 ms. Returns: %FALSE when the party hangs up instead. */
gboolean offhook_loopback_party_speak(OffhookLoopbackParty *self, guint8 *frame);

gsize offhook_loopback_party_get_frame_bytes(OffhookLoopbackParty *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookLoopbackParty, offhook_loopback_party_free)

G_END_DECLS
