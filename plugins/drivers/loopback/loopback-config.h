/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "party.h"

#include <offhook/settings.h>

G_BEGIN_DECLS

extern const OffhookSetting offhook_loopback_settings[];

/** Immutable; calls keep the one they began with. */
typedef struct {
	gatomicrefcount ref_count;
	char *phone_number;
	char *heard_dir; /* (nullable) */
	OffhookLoopbackManners manners;
	guint answer_delay_ms;
	guint ring_timeout_ms;
	gboolean inbound_webhook;
} OffhookLoopbackConfig;

/** Reads the WAV files, too. Blocks. */
OffhookLoopbackConfig *offhook_loopback_config_new(OffhookSettings *settings, GError **error);
OffhookLoopbackConfig *offhook_loopback_config_ref(OffhookLoopbackConfig *self);
void offhook_loopback_config_unref(OffhookLoopbackConfig *self);

/** S16 samples in @format, filled up to whole frames with silence. (transfer full) */
GBytes *offhook_loopback_encode(const OffhookAudioFormat *format, GBytes *samples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookLoopbackConfig, offhook_loopback_config_unref)

G_END_DECLS
