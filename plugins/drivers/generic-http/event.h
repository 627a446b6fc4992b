/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "generic-config.h"

#include <offhook/webhook.h>

G_BEGIN_DECLS

/** A provider's report, as the configuration maps it. */
typedef struct {
	OffhookGenericEventKind kind;
	char *call_id;          /* (nullable): ours, which we had put into the webhook's URL */
	char *provider_call_id; /* (nullable) */
	char *from;             /* (nullable) */
	char *to;               /* (nullable) */
	char *text;             /* (nullable) */
	char *message_id;       /* (nullable): the provider's */
	char *error;            /* (nullable): why a message was not delivered */
} OffhookGenericEvent;

/**
 * Is it the provider's? %OFFHOOK_ERROR_PERMISSION. Looks at the header and the bytes of the body
 * only: nothing is parsed for strangers. @rest: (out): the path without the secret
 */
gboolean offhook_generic_event_authenticate(const OffhookGenericConfig *config,
					    const OffhookWebhook *webhook, const char **rest,
					    GError **error);

/**
 * May the call be asked for by this name? In a path "." and ".." would be steps, whatever is done to
 * escape them, and lead to what the configuration does not name. @id: (nullable)
 */
gboolean offhook_generic_id_is_valid(const char *id);

/**
 * Errors: %OFFHOOK_ERROR_FORMAT for a body that is neither a JSON object nor a form,
 * %OFFHOOK_ERROR_LIMIT, %OFFHOOK_ERROR_INVALID_ARGUMENT when it does not say what has happened, or
 * names a call as none may be named.
 */
OffhookGenericEvent *offhook_generic_event_read(const OffhookGenericConfig *config,
						const OffhookWebhook *webhook, GError **error);
void offhook_generic_event_free(OffhookGenericEvent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookGenericEvent, offhook_generic_event_free)

G_END_DECLS
