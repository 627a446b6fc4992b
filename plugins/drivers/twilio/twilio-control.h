/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-desk.h"

G_BEGIN_DECLS

/*
 * What the daemon wants done, through the REST interface. Each function answers @task (transfer
 * full), whose source object is the driver.
 */

/** Places a call; the task's result is its sid. */
void offhook_twilio_control_originate(const OffhookTwilioDesk *desk,
				      const OffhookCallRequest *request, GTask *task);
/** Ends @call in the way that its state asks for. */
void offhook_twilio_control_hang_up(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
				    GTask *task);
/** The same, and nobody waits for it. */
void offhook_twilio_control_drop(const OffhookTwilioDesk *desk, OffhookTwilioCall *call);
/** @verb: one of those of recordings */
void offhook_twilio_control_record(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
				   OffhookCallVerb verb, GTask *task);
/** Sends a text message; the task's result is its sid. */
void offhook_twilio_control_send_message(const OffhookTwilioDesk *desk,
					 const OffhookTextMessage *message, GTask *task);
void offhook_twilio_control_delete_recording(const OffhookTwilioDesk *desk, const char *sid,
					     GTask *task);
/** Asks Twilio whether the account works, and ourselves whether we can be reached. */
void offhook_twilio_control_check(const OffhookTwilioDesk *desk, OffhookWebClient *web,
				  GTask *task);

G_END_DECLS
