/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* Mono 16-bit sound at any rate. */
typedef struct {
	guint rate;
	GArray *samples; /* gint16 */
} OffhookEmuPcm;

OffhookEmuPcm *offhook_emu_pcm_new(guint rate);
void offhook_emu_pcm_free(OffhookEmuPcm *self);
OffhookEmuPcm *offhook_emu_pcm_resample(const OffhookEmuPcm *self, guint rate);
void offhook_emu_pcm_amplify(OffhookEmuPcm *self, gdouble decibels);
gdouble offhook_emu_pcm_rms(const gint16 *samples, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuPcm, offhook_emu_pcm_free)
