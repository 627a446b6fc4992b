/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A media WebSocket in a media thread of the test's own, whose far end the test holds. Its protocol takes
 * each message for a command: "start", "stop", "nonsense", "stranger"; all else is audio, said back.
 */
#pragma once

#include "media/websocket-port.h"
#include "ws-client.h"

#include <harness.h>
#include <offhook/error.h>

G_BEGIN_DECLS

#define TEST_TYPE_PROTOCOL (offhook_test_protocol_get_type())
G_DECLARE_FINAL_TYPE(OffhookTestProtocol, offhook_test_protocol, TEST, PROTOCOL,
		     OffhookWireProtocol)

typedef struct {
	OffhookClock *clock; /* manual */
	OffhookMediaThread *thread;
	OffhookMediaPort *port;
	OffhookWebsocketLimits limits;
	GAsyncQueue *events; /* of char *: what the port said */
	GAsyncQueue *syncs;
	guint ended; /* media thread */

	/* the far end */
	GIOStream *client;
	GByteArray *received;
} OffhookTestPort;

/** What the port says next is @expected. */
void offhook_test_port_expect(OffhookTestPort *self, const char *expected);
/** ... that it has ended, for that reason. */
void offhook_test_port_expect_end(OffhookTestPort *self, OffhookError code);
/** With the usual limits and a manual clock; there is no port yet. */
void offhook_test_port_begin(OffhookTestPort *self);
/** Opens the port on @stream: what libsoup would give away. */
void offhook_test_port_take(OffhookTestPort *self, GIOStream *stream);
/** A pair of connected sockets: one end for the port, the other for the test. */
void offhook_test_port_connect(OffhookTestPort *self);
/** The port must have ended, once. */
void offhook_test_port_end(OffhookTestPort *self);

/* ---- the far end ---- */

void offhook_test_port_write(OffhookTestPort *self, GByteArray *bytes);
void offhook_test_port_write_text(OffhookTestPort *self, const char *text);
/** FALSE: the server has closed the connection. */
gboolean offhook_test_port_read_some(OffhookTestPort *self);
/** The next frame's opcode, or -1 at the end of the connection. */
int offhook_test_port_read(OffhookTestPort *self, char **payload, gsize *size);
void offhook_test_port_expect_text(OffhookTestPort *self, const char *text);
void offhook_test_port_expect_close(OffhookTestPort *self, guint16 code);
/** The server has let go of the connection. */
void offhook_test_port_expect_gone(OffhookTestPort *self);
void offhook_test_port_answer_close(OffhookTestPort *self, guint16 code);
/** Everything posted so far has been done. */
void offhook_test_port_sync(OffhookTestPort *self);
/** The clock, in steps that the port can act upon. */
void offhook_test_port_advance(OffhookTestPort *self, guint ms);

/* What the core does, in the media thread; @data: the OffhookTestPort. */
void offhook_test_port_send_cb(gpointer data);
void offhook_test_port_close_cb(gpointer data);
void offhook_test_port_refuse_cb(gpointer data);

G_END_DECLS
