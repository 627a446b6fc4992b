/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "form.h"

#include <json-glib/json-glib.h>

/* What a client wants of a connection. */
typedef struct {
	gboolean listen; /* else it is to speak */
	guint rate;      /* Hz */
	gboolean is_mulaw;
	gboolean interim;
} OffhookEmuDeepgramWish;

/* What is wrong with the address of a connection, by the description of the protocol; NULL: nothing.
 * @status: what that is answered with */
gchar *offhook_emu_deepgram_check_address(const gchar *path, const OffhookEmuForm *query,
					  OffhookEmuDeepgramWish *wish, guint *status);

/* What is wrong with a client's message; NULL: nothing. @message: what it is, to be released */
gchar *offhook_emu_deepgram_check_message(const gchar *text, const gchar *const *types,
					  JsonObject **message);
