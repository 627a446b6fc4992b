/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Recordings that providers make, beside our own: told as events, fetched into our folder when they
 * are ready, and deleted at the provider if that is wanted. Main thread.
 */
#pragma once

#include "call/event.h"
#include "config/config.h"
#include "store/store.h"

#include <offhook/driver.h>

G_BEGIN_DECLS

typedef struct _OffhookProviderRecordings OffhookProviderRecordings;

/**
 * Tells of a change: (data transfer full). %FALSE: the call is not live any more; then the recordings
 * tell it themselves.
 */
typedef gboolean (*OffhookProviderRecordingsTell)(gpointer user_data, const char *call_id,
						  const char *type, JsonObject *data);

OffhookProviderRecordings *offhook_provider_recordings_new(OffhookStore *store,
							   OffhookEventBus *events,
							   OffhookProviderRecordingsTell tell,
							   gpointer user_data);
void offhook_provider_recordings_free(OffhookProviderRecordings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookProviderRecordings, offhook_provider_recordings_free)

/** @config: where to and whether; see [media] provider-recordings */
void offhook_provider_recordings_report(OffhookProviderRecordings *self, OffhookConfig *config,
					OffhookDriver *driver,
					const OffhookRecordingReport *report);

G_END_DECLS
