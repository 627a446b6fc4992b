/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/wire-protocol.h>

G_BEGIN_DECLS

/** Longer texts of the caller end the session: this much is spoken for half an hour. */
#define OFFHOOK_TWILIO_RELAY_MAX_TEXT 32768

#define OFFHOOK_TYPE_TWILIO_RELAY (offhook_twilio_relay_get_type())
G_DECLARE_FINAL_TYPE(OffhookTwilioRelay, offhook_twilio_relay, OFFHOOK, TWILIO_RELAY,
		     OffhookWireProtocol)

OffhookWireProtocol *offhook_twilio_relay_new(void);

G_END_DECLS
