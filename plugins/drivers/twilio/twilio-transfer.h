/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-request.h"

G_BEGIN_DECLS

/** Notes whom Twilio shall dial when our stream with @call has ended. */
gboolean offhook_twilio_transfer(OffhookTwilioCall *call, const char *target, GError **error);
/** Both meet in a conference, to which Twilio sends each when our stream with it has ended. */
gboolean offhook_twilio_transfer_bridge(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
					const char *other_id, GError **error);
/** The call with whom Twilio dialled has ended, or never came to be. */
OffhookWebhookReply *offhook_twilio_answer_dial_action(const OffhookTwilioDesk *desk,
						       const OffhookTwilioRequest *request,
						       GError **error);
/** Whom Twilio dials has answered. */
OffhookWebhookReply *offhook_twilio_answer_dialled(const OffhookTwilioDesk *desk,
						   const OffhookTwilioRequest *request,
						   GError **error);
/** Our stream has ended, or never came to be: what shall Twilio do with the caller? */
OffhookWebhookReply *offhook_twilio_answer_connect_action(const OffhookTwilioDesk *desk,
							  const OffhookTwilioRequest *request,
							  GError **error);

G_END_DECLS
