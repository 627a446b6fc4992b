/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Twice or half the sample rate, S16 mono: the one conversion that nearly every call needs, 8 kHz on
 * the wire and 16 kHz inside. Flat to 0.21 of the higher rate, 70 dB down from 0.29 on, 2 ms late at
 * 16 kHz. A plain struct, all zero is silence before the first sample; one direction per object.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How many samples the filter looks back. */
#define OFFHOOK_HALFBAND_HISTORY 31

typedef struct {
	/*< private >*/
	gint16 history[2][OFFHOOK_HALFBAND_HISTORY];
	gint16 carry;
	gboolean has_carry;
} OffhookHalfband;

/** @out: has room for 2 * @n samples, all of which are written */
void offhook_halfband_up(OffhookHalfband *self, const gint16 *in, gsize n, gint16 *out);

/** @out: has room for (@n + 1) / 2 samples. Returns: how many were written */
gsize offhook_halfband_down(OffhookHalfband *self, const gint16 *in, gsize n, gint16 *out);

G_END_DECLS
