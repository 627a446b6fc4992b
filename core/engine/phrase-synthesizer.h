/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A call's voice that says from memory what it can: a synthesizer before a synthesizer. Main thread.
 */
#pragma once

#include "engine/phrase-cache.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_PHRASE_SYNTHESIZER (offhook_phrase_synthesizer_get_type())
G_DECLARE_FINAL_TYPE(OffhookPhraseSynthesizer, offhook_phrase_synthesizer, OFFHOOK,
		     PHRASE_SYNTHESIZER, OffhookSynthesizer)

/**
 * @voice: (transfer full): who speaks the rest
 * @engine: its engine's name
 * @options: (transfer none): that it was opened with
 */
OffhookSynthesizer *offhook_phrase_synthesizer_new(OffhookPhraseCache *cache,
						   OffhookSynthesizer *voice, const char *engine,
						   const OffhookSynthesizeOptions *options);

/**
 * From within a signal of @session, which may be any: this comes from memory, so it tells nothing of how
 * the engine is.
 */
gboolean offhook_phrase_synthesizer_is_reciting(OffhookSynthesizer *session);
/** Whether piece @number, which @session (any) has just been asked for, comes from memory. */
gboolean offhook_phrase_synthesizer_knows(OffhookSynthesizer *session, guint number);

G_END_DECLS
