/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "account.h"
#include "line.h"
#include "stream.h"

#include <json-glib/json-glib.h>

/* @endpoint: of the connect action, checked. */
OffhookEmuStream *offhook_emu_socket_new(const OffhookEmuOptions *options, JsonObject *endpoint,
					 OffhookEmuLine *line, const OffhookEmuStreamEvents *events,
					 gpointer user_data);
guint offhook_emu_socket_get_rate(JsonObject *endpoint);
/* The request that opens it, at @url. */
SoupMessage *offhook_emu_socket_make_upgrade(const OffhookEmuOptions *options, JsonObject *endpoint,
					     const gchar *url);

/* What the server may send as text. */
typedef enum {
	OFFHOOK_EMU_COMMAND_CLEAR,
	OFFHOOK_EMU_COMMAND_NOTIFY,
} OffhookEmuCommand;

/* @payload: (out): of NOTIFY, as JSON text */
gboolean offhook_emu_socket_parse(const gchar *text, gsize length, OffhookEmuCommand *command,
				  gchar **payload, GError **error);
