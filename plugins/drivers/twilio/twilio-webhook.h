/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "calls.h"
#include "twilio-config.h"

#include <offhook/driver.h>

G_BEGIN_DECLS

/** What answering a request takes; all borrowed. */
typedef struct {
	OffhookDriver *driver;
	const OffhookTwilioConfig *config;
	OffhookTwilioCalls *calls;
	guint grace_ms; /* for the daemon to find out itself that a stream has ended, and why */
} OffhookTwilioDesk;

#define OFFHOOK_TWILIO_GRACE_MS 5000

/**
 * offhook_twilio_webhook_answer:
 *
 * Returns: (transfer full): the reply, or %NULL when the request is refused: %OFFHOOK_ERROR_PERMISSION
 *   (not from Twilio, or another account's), %OFFHOOK_ERROR_NOT_FOUND (no such path),
 *   %OFFHOOK_ERROR_INVALID_ARGUMENT, %OFFHOOK_ERROR_FORMAT, %OFFHOOK_ERROR_LIMIT
 */
OffhookWebhookReply *offhook_twilio_webhook_answer(const OffhookTwilioDesk *desk,
						   const OffhookWebhook *webhook, GError **error);

/** The URL Twilio asked for, when it knows us by the driver's own webhook-url. (nullable) */
char *offhook_twilio_webhook_rebase(const OffhookTwilioDesk *desk, const char *url);

G_END_DECLS
