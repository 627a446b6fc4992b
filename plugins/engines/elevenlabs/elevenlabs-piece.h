/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A text on its way to be sound: what has come of it and was not told yet.
 */
#pragma once

#include "elevenlabs-message.h"
#include <offhook/audio.h>
#include <offhook/engine.h>

G_BEGIN_DECLS

typedef struct _OffhookElevenlabsPiece OffhookElevenlabsPiece;

/** @text: as it was given to speak() */
OffhookElevenlabsPiece *offhook_elevenlabs_piece_new(guint number, const char *text,
						     const OffhookAudioFormat *format);
void offhook_elevenlabs_piece_free(OffhookElevenlabsPiece *self);

guint offhook_elevenlabs_piece_get_number(OffhookElevenlabsPiece *self);
/** What is sent; "" when there is nothing that could be said. */
const char *offhook_elevenlabs_piece_get_text(OffhookElevenlabsPiece *self);
/** How the service is told which it is. */
const char *offhook_elevenlabs_piece_get_context(OffhookElevenlabsPiece *self);

/** A message about it has come. */
void offhook_elevenlabs_piece_take(OffhookElevenlabsPiece *self,
				   const OffhookElevenlabsMessage *message);
/** Some of it has come. */
gboolean offhook_elevenlabs_piece_has_sound(OffhookElevenlabsPiece *self);
/** Nothing more comes. @error: (transfer full) (nullable) */
void offhook_elevenlabs_piece_end(OffhookElevenlabsPiece *self, GError *error);
gboolean offhook_elevenlabs_piece_has_ended(OffhookElevenlabsPiece *self);

/** Words that were not taken yet. (transfer full) (nullable) (element-type OffhookWordTime) */
GArray *offhook_elevenlabs_piece_take_words(OffhookElevenlabsPiece *self);
/** Sound that was not taken yet. (transfer full) (nullable) */
GBytes *offhook_elevenlabs_piece_take_sound(OffhookElevenlabsPiece *self);
/** How it ended. (transfer full) (nullable) */
GError *offhook_elevenlabs_piece_take_error(OffhookElevenlabsPiece *self);

G_END_DECLS
