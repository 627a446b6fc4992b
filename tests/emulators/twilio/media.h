/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "account.h"
#include "line.h"
#include "stream.h"

/* Who speaks in the messages of a media stream. */
typedef struct {
	const gchar *stream_sid;
	const gchar *account_sid;
	const gchar *call_sid;
	GHashTable *parameters; /* NULL: none */
} OffhookEmuMediaIdentity;

OffhookEmuStream *offhook_emu_media_new(const OffhookEmuOptions *options,
					const OffhookEmuMediaIdentity *identity,
					OffhookEmuLine *line, const OffhookEmuStreamEvents *events,
					gpointer user_data);
