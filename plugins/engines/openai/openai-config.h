/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the engine was told, checked: immutable, shared by the sessions that were opened with it.
 */
#pragma once

#include "openai-dialect.h"
#include <json-glib/json-glib.h>
#include <offhook/audio.h>
#include <offhook/settings.h>

G_BEGIN_DECLS

extern const OffhookSetting offhook_openai_settings[];

/** Where a role's requests go, and with what. */
typedef struct {
	char *url;      /* without a '/' at its end */
	char **headers; /* "Name: value", with the key */
} OffhookOpenaiPlace;

/** OpenAI itself wants to know who asks: %OFFHOOK_ERROR_AUTHENTICATION where nothing says that. */
gboolean offhook_openai_place_check(const OffhookOpenaiPlace *self, GError **error);

typedef struct {
	gatomicrefcount ref_count;

	OffhookOpenaiPlace chat;
	OffhookOpenaiPlace speech;
	OffhookOpenaiPlace transcription;
	OffhookOpenaiPlace embedding;
	guint connect_ms;
	guint first_byte_ms;
	guint stall_ms;
	guint total_ms;

	const OffhookOpenaiDialect *dialect;
	char *model;
	JsonObject *parameters; /* (nullable): members for every chat request */
	gboolean thinking;

	char *speech_model;
	char *voice;
	char *instructions; /* (nullable) */
	double speed;
	gboolean speech_is_wav; /* what is asked for */
	guint speech_rate;      /* Hz, of raw samples */

	char *transcription_model;
	char *transcription_prompt; /* (nullable) */

	char *embedding_model;
	guint embedding_dimensions; /* 0: the model's own */
} OffhookOpenaiConfig;

/**
 * offhook_openai_config_new:
 * @options: (nullable): key -> value, of one session: settings that it has otherwise, of those
 *   that docs/engines/openai.md lists for an assistant. Another base URL than the settings' gets
 *   only a key and headers that come with it
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_CONFIG, for @options
 *   %OFFHOOK_ERROR_INVALID_ARGUMENT
 */
OffhookOpenaiConfig *offhook_openai_config_new(OffhookSettings *settings, GHashTable *options,
					       GError **error);
OffhookOpenaiConfig *offhook_openai_config_ref(OffhookOpenaiConfig *self);
void offhook_openai_config_unref(OffhookOpenaiConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookOpenaiConfig, offhook_openai_config_unref)

G_END_DECLS
