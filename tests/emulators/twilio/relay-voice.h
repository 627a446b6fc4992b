/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "line.h"

/* The carrier's voice: turns the server's tokens into sound on the line that lasts as long as the words
 * would, and knows which of them have been heard. */
typedef struct _OffhookEmuRelayVoice OffhookEmuRelayVoice;

OffhookEmuRelayVoice *offhook_emu_relay_voice_new(OffhookEmuLine *line, guint rate,
						  guint characters_per_second);
void offhook_emu_relay_voice_free(OffhookEmuRelayVoice *self);
void offhook_emu_relay_voice_add(OffhookEmuRelayVoice *self, const gchar *token, gboolean last,
				 gboolean interruptible, gboolean preemptible);
gboolean offhook_emu_relay_voice_is_speaking(OffhookEmuRelayVoice *self);
/* What is being spoken may be interrupted. */
gboolean offhook_emu_relay_voice_is_interruptible(OffhookEmuRelayVoice *self);
/* Silence. Returns: (transfer full): what was spoken until now */
gchar *offhook_emu_relay_voice_cut(OffhookEmuRelayVoice *self, gint64 *duration_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuRelayVoice, offhook_emu_relay_voice_free)
