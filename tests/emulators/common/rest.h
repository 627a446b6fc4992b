/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "address.h"
#include "journal.h"
#include "options.h"

#include <libsoup/soup.h>

/* The carrier's REST interface for one account: calls, recordings, messages, the account itself. */
typedef struct _OffhookEmuRest OffhookEmuRest;

OffhookEmuRest *offhook_emu_rest_new(const OffhookEmuOptions *options,
				     const OffhookEmuAddress *address, SoupSession *session,
				     OffhookEmuSink *sink, GError **error);
void offhook_emu_rest_free(OffhookEmuRest *self);
guint offhook_emu_rest_get_port(OffhookEmuRest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuRest, offhook_emu_rest_free)
