/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Leaves out what a model thinks to itself, <think> ... </think>, from text that comes in pieces.
 * Most servers keep it apart; some do not. One thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	gboolean inside;
	gboolean after; /* the space after what was left out goes, too */
	guint matched;  /* characters of the next tag seen so far */
} OffhookThinkFilter;

/** Appends to @out what of @text is to be said. */
void offhook_think_filter_push(OffhookThinkFilter *self, const char *text, GString *out);
/** The text is over: what looked like the beginning of a tag was none. */
void offhook_think_filter_finish(OffhookThinkFilter *self, GString *out);

G_END_DECLS
