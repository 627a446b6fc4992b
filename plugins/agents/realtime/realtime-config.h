/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a session needs to know, from the agent's settings and the assistant's options. Immutable.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

extern const OffhookSetting offhook_realtime_settings[];

typedef struct {
	char *url; /* with the model */
	GStrv headers;
	char *setup; /* the message that sets the session up */
	gboolean mulaw;
	gboolean transcribes;
	gboolean hangs_up;
	char *greeting;        /* (nullable) */
	char *apology;         /* (nullable) */
	GHashTable *transfers; /* name -> target; may be empty */
	guint connect_ms;
	guint first_audio_ms;
	guint stall_ms;
} OffhookRealtimeConfig;

/**
 * offhook_realtime_config_new:
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_CONFIG for settings,
 *   %OFFHOOK_ERROR_INVALID_ARGUMENT for an assistant's options that are wrong
 */
OffhookRealtimeConfig *offhook_realtime_config_new(OffhookSettings *settings,
						   const OffhookAgentOptions *options,
						   GError **error);
void offhook_realtime_config_free(OffhookRealtimeConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRealtimeConfig, offhook_realtime_config_free)

G_END_DECLS
