/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the engine was told, and what a session has otherwise, checked and made into the addresses of
 * the two sockets. Immutable, counted. Main thread.
 */
#pragma once

#include <offhook/settings.h>

G_BEGIN_DECLS

/** Samples a second of what is sent and of what is asked for: our own, so nothing is resampled. */
#define OFFHOOK_DEEPGRAM_RATE 16000

extern const OffhookSetting offhook_deepgram_settings[];

/** What a session asks for otherwise. All (nullable), borrowed. */
typedef struct {
	const char *language; /* BCP 47 */
	const char *voice;
	GHashTable *options; /* key -> value */
} OffhookDeepgramSession;

typedef struct {
	gatomicrefcount ref_count;

	char *listen_url;
	char *speak_url;
	char **headers; /* with the key, if there is one */
	guint connect_ms;
} OffhookDeepgramConfig;

/**
 * offhook_deepgram_config_new:
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_CONFIG; for what @session says
 *   %OFFHOOK_ERROR_INVALID_ARGUMENT
 */
OffhookDeepgramConfig *offhook_deepgram_config_new(OffhookSettings *settings,
						   const OffhookDeepgramSession *session,
						   GError **error);
OffhookDeepgramConfig *offhook_deepgram_config_ref(OffhookDeepgramConfig *self);
void offhook_deepgram_config_unref(OffhookDeepgramConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDeepgramConfig, offhook_deepgram_config_unref)

G_END_DECLS
