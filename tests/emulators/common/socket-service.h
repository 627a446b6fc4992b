/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "command.h"
#include "form.h"
#include "trouble.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

/*
 * A service that is spoken to on a WebSocket, played: handshakes, what goes wrong on demand, and what
 * is counted. On loopback, main loop only.
 *
 * Things go wrong for connections to /fault/NAME/..., for all after POST /emulator/fault/NAME[?times=N]
 * (N times, then no more), or from the beginning with --fault. A status and "half-open" without
 * "mid-" are for handshakes; the others come in an answer. GET /emulator/state tells what was counted.
 */

typedef struct _OffhookEmuSocketService OffhookEmuSocketService;

/* A client's connection. */
typedef struct {
	OffhookEmuSocketService *service;
	SoupWebsocketConnection *connection;
	gchar *path;           /* without the fault */
	OffhookEmuForm *query; /* decoded */
	GHashTable *headers;   /* of the handshake: lower-case name -> value */
	OffhookEmuTrouble trouble;
	gboolean mute; /* went wrong: nothing is sent any more */
	gpointer data; /* the protocol's */
} OffhookEmuPeer;

typedef struct {
	/*
	 * A handshake. 101: come in; else the status that it is refused with, and what is wrong in
	 * @reason.
	 */
	guint (*check)(gpointer user_data, const gchar *path, const OffhookEmuForm *query,
		       SoupMessageHeaders *headers, gchar **reason);
	/* What a refusal with @status, or an error in the middle of it all, looks like. */
	JsonObject *(*make_error)(gpointer user_data, guint status, const gchar *reason,
				  gboolean in_stream);
	void (*opened)(gpointer user_data, OffhookEmuPeer *peer);
	/* @text: UTF-8 */
	void (*text)(gpointer user_data, OffhookEmuPeer *peer, const gchar *text);
	/* NULL: the client must not send any */
	void (*binary)(gpointer user_data, OffhookEmuPeer *peer, GBytes *data);
	/* The last of it; frees @data. */
	void (*closed)(gpointer user_data, OffhookEmuPeer *peer);
	/* Adds to what is told of the state; NULL: nothing */
	void (*add_state)(gpointer user_data, JsonObject *state);
} OffhookEmuSocketProtocol;

typedef struct {
	gint port;
	gchar *key; /* NULL: any is good */
	gchar *fault;
	gint slow_ms;
	gint retry_after;
} OffhookEmuSocketOptions;

/* With the defaults. */
void offhook_emu_socket_options_init(OffhookEmuSocketOptions *self);
void offhook_emu_socket_options_clear(OffhookEmuSocketOptions *self);
/*
 * The context of "offhook emulate @name" with --port, --key, --fault, --slow and --retry-after; --help
 * says @summary, which faults there are, and @example.
 */
GOptionContext *offhook_emu_socket_options_new_context(OffhookEmuSocketOptions *self,
						       const gchar *name, const gchar *summary,
						       const gchar *example);
gboolean offhook_emu_socket_options_check(const OffhookEmuSocketOptions *self, GError **error);

/* Prints @setting=ws://127.0.0.1:PORT and @path, and serves until it is interrupted or terminated. */
gboolean offhook_emu_socket_service_run(const OffhookEmuSocketOptions *options,
					const OffhookEmuSocketProtocol *protocol,
					gpointer user_data, const gchar *setting, const gchar *path,
					GError **error);
/* The client does what it must not: remembered and printed. */
void offhook_emu_socket_service_complain(OffhookEmuSocketService *self, const gchar *format, ...)
    G_GNUC_PRINTF(2, 3);

/*
 * Before each piece of an answer. @mid: some of it has been sent. FALSE: don't send it, for something
 * has gone wrong in its place; the peer may be closed by then.
 */
gboolean offhook_emu_peer_step(OffhookEmuPeer *self, gboolean mid);
/* How long the first piece of an answer waits; @ms: when all is well */
guint offhook_emu_peer_get_first_ms(OffhookEmuPeer *self, guint ms);
/* @object is taken over. */
void offhook_emu_peer_send(OffhookEmuPeer *self, JsonObject *object);
void offhook_emu_peer_send_binary(OffhookEmuPeer *self, gconstpointer data, gsize size);
/* Sends the protocol's error, then closes with @code. */
void offhook_emu_peer_fail(OffhookEmuPeer *self, guint status, const gchar *reason, guint code);
void offhook_emu_peer_close(OffhookEmuPeer *self, guint code, const gchar *reason);
