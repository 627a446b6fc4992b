/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/wire-protocol.h>

G_BEGIN_DECLS

/** Larger messages end the stream: this much is eight seconds of audio. */
#define OFFHOOK_TWILIO_MESSAGE_MAX_BYTES 131072

#define OFFHOOK_TYPE_TWILIO_STREAM (offhook_twilio_stream_get_type())
G_DECLARE_FINAL_TYPE(OffhookTwilioStream, offhook_twilio_stream, OFFHOOK, TWILIO_STREAM,
		     OffhookWireProtocol)

OffhookWireProtocol *offhook_twilio_stream_new(void);

/** How many messages are missing, going by their sequence numbers. */
guint64 offhook_twilio_stream_get_gaps(OffhookTwilioStream *self);

G_END_DECLS
