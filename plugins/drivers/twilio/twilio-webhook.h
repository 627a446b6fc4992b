/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-desk.h"

#include <offhook/driver.h>

G_BEGIN_DECLS

/**
 * offhook_twilio_webhook_answer:
 *
 * Returns: (transfer full): the reply, or %NULL when the request is refused: %OFFHOOK_ERROR_PERMISSION
 *   (not from Twilio, or another account's), %OFFHOOK_ERROR_NOT_FOUND (no such path),
 *   %OFFHOOK_ERROR_INVALID_ARGUMENT, %OFFHOOK_ERROR_FORMAT, %OFFHOOK_ERROR_LIMIT
 */
OffhookWebhookReply *offhook_twilio_webhook_answer(const OffhookTwilioDesk *desk,
						   const OffhookWebhook *webhook, GError **error);

G_END_DECLS
