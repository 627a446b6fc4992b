/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/wire-protocol.h>

G_BEGIN_DECLS

/** Larger messages end the stream: binary, this is two seconds at 16 kHz. */
#define OFFHOOK_VONAGE_MESSAGE_MAX_BYTES 65536

#define OFFHOOK_TYPE_VONAGE_STREAM (offhook_vonage_stream_get_type())
G_DECLARE_FINAL_TYPE(OffhookVonageStream, offhook_vonage_stream, OFFHOOK, VONAGE_STREAM,
		     OffhookWireProtocol)

/**
 * offhook_vonage_stream_new:
 * @rate: 8000, 16000 or 24000
 * @call_id: (nullable): the call whose token the upgrade brought; another is not taken
 */
OffhookWireProtocol *offhook_vonage_stream_new(guint rate, const char *call_id);

/** How many messages held other than one frame. */
guint64 offhook_vonage_stream_get_odd_sizes(OffhookVonageStream *self);

G_END_DECLS
