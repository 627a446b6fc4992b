/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A media port whose far end is the test: it remembers what it was sent, and says what the test has
 * it say. Mu-law 8 kHz both ways. What it remembers is read while the media thread is at rest.
 */
#pragma once

#include <offhook/media-port.h>

G_BEGIN_DECLS

#define FAKE_TYPE_PORT (fake_port_get_type())
G_DECLARE_FINAL_TYPE(FakePort, fake_port, FAKE, PORT, OffhookMediaPort)

struct _FakePort {
	OffhookMediaPort parent_instance;

	gboolean refuse_open;
	guint frames;
	guint clears;
	guint closes;
	guint frames_at_clear;
	GByteArray *audio; /* all that was sent */
	GPtrArray *marks;  /* of char *; sent, not echoed */
	GString *words;    /* texts and keys that were sent, a line each */
};

FakePort *fake_port_new(OffhookMediaFeatures features);

G_END_DECLS
