/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "generic-config.h"

#include <offhook/wire-protocol.h>

G_BEGIN_DECLS

/** Larger messages end the stream. */
#define OFFHOOK_GENERIC_MESSAGE_MAX_BYTES 131072

#define OFFHOOK_TYPE_GENERIC_STREAM (offhook_generic_stream_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookGenericStream, offhook_generic_stream, OFFHOOK, GENERIC_STREAM,
			 OffhookWireProtocol)

struct _OffhookGenericStreamClass {
	OffhookWireProtocolClass parent_class;
};

/** @token: (nullable): from the upgrade; without one the start message must bring it */
OffhookWireProtocol *offhook_generic_stream_new(OffhookGenericConfig *config, const char *token);

G_END_DECLS
