/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A text as the tokens that Flite understands: ASCII words, with times, amounts and signs written
 * out, and where each came from. Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	char *name;     /* never empty */
	char before[8]; /* punctuation */
	char after[8];
	guint offset; /* in the text; several tokens may come from one place */
	guint length;
} OffhookFliteToken;

/** (element-type OffhookFliteToken): frees its names. @text: UTF-8 */
GArray *offhook_flite_tokens_new(const char *text);

G_END_DECLS
