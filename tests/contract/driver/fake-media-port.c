/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The port under a wire protocol in tests. Any one thread.
 */

#include "fake-media-port.h"

struct _OffhookFakeMediaPort {
	OffhookMediaPort parent_instance;
};

G_DEFINE_FINAL_TYPE(OffhookFakeMediaPort, offhook_fake_media_port, OFFHOOK_TYPE_MEDIA_PORT)

OffhookMediaPort *
offhook_fake_media_port_new(const OffhookMediaHandler *handler, gpointer user_data)
{
	OffhookMediaPort *self = g_object_new(OFFHOOK_TYPE_FAKE_MEDIA_PORT, NULL);

	offhook_media_port_set_handler(self, handler, user_data);
	return self;
}

static void
offhook_fake_media_port_init(OffhookFakeMediaPort *self)
{
}

static void
offhook_fake_media_port_class_init(OffhookFakeMediaPortClass *klass)
{
}
