/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A piece of speech that more than one engine may have a part in: what has been delivered of it, and
 * what is left to say. Pure; main thread.
 */
#pragma once

#include <offhook/engine.h>

G_BEGIN_DECLS

typedef struct {
	guint number;
	char *text;
	/* The part of the engine that speaks now. */
	gsize base;    /* bytes of text before it */
	guint base_ms; /* audio before it */
	gsize bytes;   /* of audio of it */
	GArray *words; /* of OffhookWordTime, of it and told by the engine */
	guint n_told;  /* of words */
} OffhookSpokenPiece;

OffhookSpokenPiece *offhook_spoken_piece_new(guint number, const char *text);
void offhook_spoken_piece_free(OffhookSpokenPiece *self);

/** What the engine that speaks now is, or was, given. */
const char *offhook_spoken_piece_get_rest(const OffhookSpokenPiece *self);
/** Whether there is anything in that to hear. */
gboolean offhook_spoken_piece_has_rest(const OffhookSpokenPiece *self);

void offhook_spoken_piece_add_words(OffhookSpokenPiece *self, const OffhookWordTime *words,
				    guint n);

/**
 * The words that can be told by now, as those of the whole text: those that sounded to their end, or
 * with @all those that are left. (transfer full) (element-type OffhookWordTime)
 */
GArray *offhook_spoken_piece_take_words(OffhookSpokenPiece *self, gboolean all);

/**
 * The engine that speaks now is not going to say more: the rest begins behind the last word that it
 * has said. Returns the words of its part that were not told yet, estimated ones where it has told
 * none. (transfer full) (element-type OffhookWordTime)
 */
GArray *offhook_spoken_piece_cut(OffhookSpokenPiece *self);

G_END_DECLS
