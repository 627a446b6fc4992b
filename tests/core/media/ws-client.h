/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The far end's frames, right and wrong, made by hand: shares nothing with the code it tests.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
	gboolean fin;
	guint8 rsv;
	guint8 opcode;
	gboolean masked;
	guint64 announced; /* if not 0: the length written, whatever follows */
} WsClientFrame;

#define WS_CLIENT_TEXT  ((WsClientFrame){.fin = TRUE, .opcode = 1, .masked = TRUE})
#define WS_CLIENT_PING  ((WsClientFrame){.fin = TRUE, .opcode = 9, .masked = TRUE})
#define WS_CLIENT_CLOSE ((WsClientFrame){.fin = TRUE, .opcode = 8, .masked = TRUE})

/** Appends a client's frame to @out. */
void ws_client_write(GByteArray *out, WsClientFrame frame, const void *data, gsize size);
void ws_client_write_text(GByteArray *out, const char *text);
void ws_client_write_close(GByteArray *out, guint16 code);

/**
 * ws_client_parse:
 * @payload: (out) (transfer full): nul-terminated
 *
 * Takes one server's frame from the begin of @in. Returns: its opcode, or -1 when it is not complete
 */
int ws_client_parse(GByteArray *in, char **payload, gsize *size);

G_END_DECLS
