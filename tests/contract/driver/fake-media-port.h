/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/media-port.h>

G_BEGIN_DECLS

/** A port without a transport: passes what a wire protocol tells it on to its handler. */
#define OFFHOOK_TYPE_FAKE_MEDIA_PORT (offhook_fake_media_port_get_type())
G_DECLARE_FINAL_TYPE(OffhookFakeMediaPort, offhook_fake_media_port, OFFHOOK, FAKE_MEDIA_PORT,
		     OffhookMediaPort)

/** @handler: copied */
OffhookMediaPort *offhook_fake_media_port_new(const OffhookMediaHandler *handler,
					      gpointer user_data);

G_END_DECLS
