/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-desk.h"

G_BEGIN_DECLS

/** Whether a media WebSocket may come in, as far as its request shows. */
gboolean offhook_twilio_claim_check_upgrade(const OffhookTwilioDesk *desk,
					    const OffhookWebhook *upgrade, GError **error);
/** The call of a stream that has said who it is; its token is used up. (transfer none) (nullable) */
OffhookTwilioCall *offhook_twilio_claim_take(const OffhookTwilioDesk *desk,
					     const OffhookStreamStart *start, GError **error);

G_END_DECLS
