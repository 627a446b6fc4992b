/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "vonage-desk.h"

G_BEGIN_DECLS

/**
 * offhook_vonage_webhook_answer:
 *
 * Returns: (transfer full): the reply, or %NULL when the request is refused: %OFFHOOK_ERROR_PERMISSION
 *   (not signed by Vonage for us), %OFFHOOK_ERROR_UNAVAILABLE (we can't tell), and for what is
 *   genuine and still wrong %OFFHOOK_ERROR_NOT_FOUND (no such path),
 *   %OFFHOOK_ERROR_INVALID_ARGUMENT, %OFFHOOK_ERROR_FORMAT, %OFFHOOK_ERROR_LIMIT
 */
OffhookWebhookReply *offhook_vonage_webhook_answer(const OffhookVonageDesk *desk,
						   const OffhookWebhook *webhook, GError **error);

/** Has Vonage signed the upgrade of a media stream? %OFFHOOK_ERROR_AUTHENTICATION */
gboolean offhook_vonage_webhook_check_upgrade(const OffhookVonageDesk *desk,
					      const OffhookWebhook *upgrade, GError **error);

G_END_DECLS
