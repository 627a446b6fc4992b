/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a session was told, checked: immutable.
 */
#pragma once

#include <offhook/audio.h>
#include <offhook/engine.h>
#include <offhook/settings.h>

G_BEGIN_DECLS

extern const OffhookSetting offhook_elevenlabs_settings[];

typedef struct {
	char *url;            /* of the socket */
	char **headers;       /* "Name: value", with the key */
	char *voice_settings; /* (nullable): JSON, for the beginning of a context */
	OffhookAudioFormat format;
	guint connect_ms;
	guint first_audio_ms;
	guint stall_ms;
	guint keep_alive_ms;
} OffhookElevenlabsConfig;

/**
 * offhook_elevenlabs_config_new:
 * @options: (nullable): a session's, which needs a key where the service does; of its options "model", "stability", "similarity", "speed",
 *   "language" and "text-normalization" are for us
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_CONFIG; what is wrong with @options is
 *   %OFFHOOK_ERROR_INVALID_ARGUMENT
 */
OffhookElevenlabsConfig *offhook_elevenlabs_config_new(OffhookSettings *settings,
						       const OffhookSynthesizeOptions *options,
						       GError **error);
void offhook_elevenlabs_config_free(OffhookElevenlabsConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookElevenlabsConfig, offhook_elevenlabs_config_free)

G_END_DECLS
