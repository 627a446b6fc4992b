/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "form.h"

#include <json-glib/json-glib.h>

/* What a client wants of a connection. */
typedef struct {
	gchar *voice; /* id */
	gboolean multi;
	gboolean is_mulaw;
	guint rate; /* Hz */
	guint idle_s;
	gboolean auto_mode;
} OffhookEmuElevenlabsWish;

/* What is wrong with the address of a connection, by the description of the protocol; NULL: nothing. */
gchar *offhook_emu_elevenlabs_check_address(const gchar *path, const OffhookEmuForm *query,
					    OffhookEmuElevenlabsWish *wish);
void offhook_emu_elevenlabs_wish_clear(OffhookEmuElevenlabsWish *self);

/* What is wrong with the members of a message, whatever came before it; NULL: nothing. */
gchar *offhook_emu_elevenlabs_check_message(JsonObject *message, gboolean multi);
