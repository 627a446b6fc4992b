/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What [webhook:NAME] says. Immutable once made. Main thread.
 */
#pragma once

#include "config/config.h"

G_BEGIN_DECLS

typedef struct {
	char *name;
	char *url;
	GBytes *key;     /* what is signed with */
	char **patterns; /* types of events */
	guint timeout_ms;
	gint64 retry_us; /* how long an event is tried again */
	guint parallel;
	guint max_waiting;
	gboolean personal_data;
	guint dead_keep_days; /* 0: as long as calls are kept */
} OffhookDeliverySettings;

/** (transfer full): %OFFHOOK_ERROR_CONFIG names section and key */
OffhookDeliverySettings *offhook_delivery_settings_new(OffhookConfig *config, const char *name,
						       GError **error);
void offhook_delivery_settings_free(OffhookDeliverySettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDeliverySettings, offhook_delivery_settings_free)

/** Whether events of @type are wanted. */
gboolean offhook_delivery_settings_wants(const OffhookDeliverySettings *self, const char *type);

/** All of them. (transfer full) (element-type OffhookDeliverySettings) (nullable): all that is wrong */
GPtrArray *offhook_delivery_settings_list(OffhookConfig *config, GError **error);

G_END_DECLS
