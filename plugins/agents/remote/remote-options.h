/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the configuration says to the remote agent. Reference-counted; any thread.
 */
#pragma once

#include <offhook/settings.h>

G_BEGIN_DECLS

extern const OffhookSetting offhook_remote_settings[];

typedef struct {
	gatomicrefcount ref_count;
	char *url;
	gboolean socket; /* ws, wss */
	char *secret;    /* (nullable): nothing is signed without */
	guint timeout_ms;
	gsize max_size;
	gboolean speculative;
} OffhookRemoteOptions;

/** @values: (nullable): an assistant's own. (transfer full) (nullable): %OFFHOOK_ERROR_CONFIG */
OffhookRemoteOptions *offhook_remote_options_new(OffhookSettings *settings, GHashTable *values,
						 GError **error);
OffhookRemoteOptions *offhook_remote_options_ref(OffhookRemoteOptions *self);
void offhook_remote_options_unref(OffhookRemoteOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRemoteOptions, offhook_remote_options_unref)

G_END_DECLS
