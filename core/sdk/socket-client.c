/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * GIO connects (names, proxy, TLS), the framing is the one of the media sockets, and between them are
 * two byte arrays and a few timers. libsoup's own WebSocket client would neither limit a message in
 * fragments nor what waits to be sent, and keeps a refusal's body to itself. Runs in the thread of
 * the client's main context.
 */

#include <offhook/socket-client.h>

#include "socket-handshake.h"
#include "socket-outbox.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <offhook/error.h>
#include <offhook/rest-reply.h>
#include <offhook/websocket-frames.h>
#include <string.h>
#include <sys/random.h>

#define DEFAULT_CONNECT_MS    10000
#define DEFAULT_KEEP_ALIVE_MS 15000
#define DEFAULT_MAX_MESSAGE   (16 * 1024 * 1024)
#define DEFAULT_MAX_BACKLOG   (1024 * 1024)
#define MAX_FRAGMENTS         65536
#define GOODBYE_MS            3000
#define READ_LIMIT            (256 * 1024) /* in one turn of the main loop */
#define FRAME_OVERHEAD        14
#define SWITCHING_PROTOCOLS   101 /* of HTTP */

typedef enum {
	OFFHOOK_SOCKET_NEW,
	OFFHOOK_SOCKET_CONNECTING,
	OFFHOOK_SOCKET_HANDSHAKE,
	OFFHOOK_SOCKET_REFUSED, /* the rest of the body is awaited */
	OFFHOOK_SOCKET_OPEN,
	OFFHOOK_SOCKET_CLOSING, /* our goodbye is sent, theirs is awaited */
	OFFHOOK_SOCKET_OVER,
} OffhookSocketState;

struct _OffhookSocketClient {
	guint refs; /* the owner, and whatever is under way here */
	GMainContext *context;
	OffhookSocketHandler handler;
	gpointer user_data;

	GUri *uri;
	char *key;
	char *protocol; /* (nullable): asked for, then chosen */
	guint connect_timeout_ms;
	guint keep_alive_ms;
	gsize max_message;
	gsize max_backlog;

	OffhookSocketState state;
	GCancellable *cancellable;
	GSocketConnection *connection; /* (nullable) */
	GPollableInputStream *input;   /* (not owned) */
	GPollableOutputStream *output; /* (not owned) */
	GSource *read_source;          /* (nullable) */
	GSource *write_source;         /* (nullable): while something waits */
	GSource *timer;                /* (nullable): of the state */
	GSource *keep_alive;           /* (nullable) */

	OffhookSocketOutbox request;
	OffhookSocketOutbox out; /* frames */
	gboolean mute;           /* the far end takes nothing more */
	GByteArray *in;          /* of the handshake */
	OffhookSocketReply reply;
	OffhookWebsocketFrames *frames; /* (nullable): once it is open */
	gsize read_left;                /* of this turn */
	gboolean read_ended;
	gboolean heard; /* since the last ping */

	OffhookSocketEnd end;
	char *reason;
	char *body;
	GError *error;
};

/* ---- life ---- */

static OffhookSocketClient *
offhook_socket_client_ref(OffhookSocketClient *self)
{
	self->refs++;
	return self;
}

static void
offhook_socket_client_clear_source(GSource **source)
{
	if (*source == NULL)
		return;
	g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

static void
offhook_socket_client_unref(OffhookSocketClient *self)
{
	if (--self->refs > 0)
		return;
	g_main_context_unref(self->context);
	g_uri_unref(self->uri);
	g_free(self->key);
	g_free(self->protocol);
	g_object_unref(self->cancellable);
	offhook_socket_outbox_clear(&self->request);
	offhook_socket_outbox_clear(&self->out);
	g_byte_array_unref(self->in);
	offhook_socket_reply_clear(&self->reply);
	offhook_websocket_frames_free(self->frames);
	g_free(self->reason);
	g_free(self->body);
	g_clear_error(&self->error);
	g_free(self);
}

static GSource *
offhook_socket_client_add_timer(OffhookSocketClient *self, guint ms, GSourceFunc func)
{
	GSource *source = ms > 0 ? g_timeout_source_new(ms) : g_idle_source_new();

	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, func, self, NULL);
	g_source_attach(source, self->context);
	return source;
}

/* No goodbye here, neither TLS's: it could block. */
static void
offhook_socket_client_disconnect(OffhookSocketClient *self)
{
	offhook_socket_client_clear_source(&self->read_source);
	offhook_socket_client_clear_source(&self->write_source);
	offhook_socket_client_clear_source(&self->timer);
	offhook_socket_client_clear_source(&self->keep_alive);
	g_cancellable_cancel(self->cancellable);
	if (self->connection != NULL)
		g_socket_close(g_socket_connection_get_socket(self->connection), NULL);
	g_clear_object(&self->connection);
}

/* ---- the end ---- */

static gboolean
offhook_socket_client_closed_cb(gpointer user_data)
{
	OffhookSocketClient *self = offhook_socket_client_ref(user_data);

	offhook_socket_client_clear_source(&self->timer);
	self->end.reason = self->reason != NULL ? self->reason : "";
	self->end.status = self->reply.status != SWITCHING_PROTOCOLS ? self->reply.status : 0;
	self->end.headers = self->end.status != 0 ? self->reply.headers : NULL;
	self->end.body = self->body;
	self->end.error = self->error;
	if (self->handler.closed != NULL)
		self->handler.closed(self->user_data, &self->end);
	offhook_socket_client_unref(self);
	return G_SOURCE_REMOVE;
}

/*
 * The first reason counts. The owner hears of it from the main loop: we may be deep in one of its
 * calls. @error: (nullable) (transfer full)
 */
static void
offhook_socket_client_finish(OffhookSocketClient *self, guint code, const char *reason,
			     GError *error)
{
	if (self->state == OFFHOOK_SOCKET_OVER) {
		g_clear_error(&error);
		return;
	}
	self->state = OFFHOOK_SOCKET_OVER;
	self->end.code = code;
	self->reason = g_strdup(reason);
	self->error = error;
	offhook_socket_client_disconnect(self);
	self->timer = offhook_socket_client_add_timer(self, 0, offhook_socket_client_closed_cb);
}

static void offhook_socket_client_fail(OffhookSocketClient *self, OffhookError code,
				       const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Errors name the host, and nothing else of the URL. */
static void
offhook_socket_client_fail(OffhookSocketClient *self, OffhookError code, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list args;

	va_start(args, format);
	what = g_strdup_vprintf(format, args);
	va_end(args);
	offhook_socket_client_finish(
	    self, self->frames != NULL ? OFFHOOK_WEBSOCKET_ABNORMAL : 0, NULL,
	    g_error_new(OFFHOOK_ERROR, (int)code, "%s: %s", g_uri_get_host(self->uri), what));
}

static void
offhook_socket_client_lose(OffhookSocketClient *self, const char *why)
{
	if (self->state == OFFHOOK_SOCKET_CLOSING)
		offhook_socket_client_finish(self, OFFHOOK_WEBSOCKET_ABNORMAL, NULL, NULL);
	else
		offhook_socket_client_fail(self, OFFHOOK_ERROR_PROVIDER,
					   "the connection was lost: %s", why);
}

/* ---- sending ---- */

static gboolean offhook_socket_client_writable_cb(GObject *stream, gpointer user_data);

/*
 * Why the far end takes no more stands in what it sent before, which is still to be read: that ends
 * it, not this.
 */
static void
offhook_socket_client_flush(OffhookSocketClient *self)
{
	OffhookSocketOutbox *outbox = self->frames != NULL ? &self->out : &self->request;

	self->mute = !offhook_socket_outbox_write(outbox, self->output);
	if (offhook_socket_outbox_get_size(outbox) == 0) {
		offhook_socket_client_clear_source(&self->write_source);
	} else if (self->write_source == NULL) {
		self->write_source = g_pollable_output_stream_create_source(self->output, NULL);
		g_source_set_callback(self->write_source,
				      G_SOURCE_FUNC(offhook_socket_client_writable_cb), self, NULL);
		g_source_attach(self->write_source, self->context);
	}
}

static gboolean
offhook_socket_client_writable_cb(GObject *stream, gpointer user_data)
{
	offhook_socket_client_flush(user_data);
	return G_SOURCE_CONTINUE;
}

static void
offhook_socket_client_append(OffhookSocketClient *self, OffhookWebsocketOpcode opcode,
			     const guint8 *data, gsize size)
{
	guint8 mask[4];
	gsize waiting = offhook_socket_outbox_get_size(&self->out);

	if (self->mute)
		return;
	if (size > self->max_backlog || waiting + size + FRAME_OVERHEAD > self->max_backlog) {
		offhook_socket_client_fail(self, OFFHOOK_ERROR_LIMIT,
					   "more than %" G_GSIZE_FORMAT
					   " bytes wait that it does not read",
					   self->max_backlog);
		return;
	}
	if (getrandom(mask, sizeof(mask), 0) != sizeof(mask))
		g_error("the kernel gives no random bytes");
	offhook_websocket_append_masked(self->out.bytes, opcode, data, size, mask);
	if (self->frames != NULL && self->write_source == NULL)
		offhook_socket_client_flush(self);
}

static void
offhook_socket_client_send(OffhookSocketClient *self, OffhookWebsocketOpcode opcode,
			   const guint8 *data, gsize size)
{
	if (self->state != OFFHOOK_SOCKET_CLOSING && self->state != OFFHOOK_SOCKET_REFUSED &&
	    self->state != OFFHOOK_SOCKET_OVER)
		offhook_socket_client_append(self, opcode, data, size);
}

void
offhook_socket_client_send_text(OffhookSocketClient *self, const char *text)
{
	offhook_socket_client_send(self, OFFHOOK_WEBSOCKET_OPCODE_TEXT, (const guint8 *)text,
				   strlen(text));
}

void
offhook_socket_client_send_binary(OffhookSocketClient *self, const guint8 *data, gsize size)
{
	offhook_socket_client_send(self, OFFHOOK_WEBSOCKET_OPCODE_BINARY, data, size);
}

static void
offhook_socket_client_append_close(OffhookSocketClient *self, guint code, const char *reason)
{
	g_autoptr(GByteArray) payload = g_byte_array_new();

	if (code != OFFHOOK_WEBSOCKET_NO_STATUS)
		offhook_websocket_append_close(payload, (guint16)code, reason);
	offhook_socket_client_append(self, OFFHOOK_WEBSOCKET_OPCODE_CLOSE, payload->data,
				     payload->len);
}

static gboolean
offhook_socket_client_goodbye_expired_cb(gpointer user_data)
{
	offhook_socket_client_finish(user_data, OFFHOOK_WEBSOCKET_ABNORMAL, NULL, NULL);
	return G_SOURCE_REMOVE;
}

void
offhook_socket_client_close(OffhookSocketClient *self, guint code, const char *reason)
{
	if (self->state == OFFHOOK_SOCKET_CLOSING || self->state == OFFHOOK_SOCKET_OVER)
		return;
	if (self->state != OFFHOOK_SOCKET_OPEN) {
		offhook_socket_client_finish(self, 0, NULL, NULL);
		return;
	}
	offhook_socket_client_append_close(self, code, reason);
	if (self->state != OFFHOOK_SOCKET_OPEN)
		return;
	self->state = OFFHOOK_SOCKET_CLOSING;
	offhook_socket_client_clear_source(&self->keep_alive);
	self->timer = offhook_socket_client_add_timer(self, GOODBYE_MS,
						      offhook_socket_client_goodbye_expired_cb);
}

/* ---- frames ---- */

static gsize
offhook_socket_client_take_rest(OffhookSocketClient *self, guint8 *buffer, gsize size)
{
	gsize n = MIN(size, self->in->len);

	memcpy(buffer, self->in->data, n);
	g_byte_array_remove_range(self->in, 0, (guint)n);
	return n;
}

/* What came with the handshake goes first. */
static gsize
offhook_socket_client_read_cb(gpointer user_data, guint8 *buffer, gsize size)
{
	OffhookSocketClient *self = user_data;
	g_autoptr(GError) error = NULL;
	gssize n;

	if (self->state == OFFHOOK_SOCKET_OVER || self->read_left == 0)
		return 0;
	if (self->frames != NULL && self->in->len > 0)
		return offhook_socket_client_take_rest(self, buffer, size);
	n = g_pollable_input_stream_read_nonblocking(self->input, buffer,
						     MIN(size, self->read_left), NULL, &error);
	if (n <= 0) {
		self->read_ended =
		    n == 0 || !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
		return 0;
	}
	self->heard = TRUE;
	self->read_left -= (gsize)n;
	return (gsize)n;
}

static void
offhook_socket_client_message_cb(gpointer user_data, OffhookWireKind kind, const guint8 *data,
				 gsize size)
{
	OffhookSocketClient *self = user_data;
	g_autofree char *text = NULL;

	if (self->state != OFFHOOK_SOCKET_OPEN)
		return;
	if (kind == OFFHOOK_WIRE_TEXT && self->handler.text != NULL) {
		text = g_strndup((const char *)data, size);
		self->handler.text(self->user_data, text, size);
	} else if (kind == OFFHOOK_WIRE_BINARY && self->handler.binary != NULL) {
		self->handler.binary(self->user_data, data, size);
	}
}

static void
offhook_socket_client_ping_cb(gpointer user_data, const guint8 *data, gsize size)
{
	OffhookSocketClient *self = user_data;

	if (self->state == OFFHOOK_SOCKET_OPEN)
		offhook_socket_client_append(self, OFFHOOK_WEBSOCKET_OPCODE_PONG, data, size);
}

static GError *
offhook_socket_client_make_close_error(OffhookSocketClient *self, guint code, const char *reason)
{
	OffhookError kind = OFFHOOK_ERROR_PROVIDER;

	switch (code) {
	case OFFHOOK_WEBSOCKET_NORMAL:
	case OFFHOOK_WEBSOCKET_NO_STATUS:
		return NULL;
	case OFFHOOK_WEBSOCKET_GOING_AWAY:
	case OFFHOOK_WEBSOCKET_RESTART:
		kind = OFFHOOK_ERROR_UNAVAILABLE;
		break;
	case OFFHOOK_WEBSOCKET_TRY_AGAIN:
		kind = OFFHOOK_ERROR_BUSY;
		break;
	default:
		break;
	}
	return g_error_new(OFFHOOK_ERROR, (int)kind, "%s closed the connection with %u%s%s",
			   g_uri_get_host(self->uri), code, *reason != '\0' ? ": " : "", reason);
}

static void
offhook_socket_client_close_cb(gpointer user_data, guint16 code, const char *reason)
{
	OffhookSocketClient *self = user_data;
	gboolean asked = self->state == OFFHOOK_SOCKET_CLOSING;

	if (self->state == OFFHOOK_SOCKET_OVER)
		return;
	if (!asked)
		offhook_socket_client_append_close(self, code, NULL);
	offhook_socket_client_finish(
	    self, code, reason,
	    asked ? NULL : offhook_socket_client_make_close_error(self, code, reason));
}

static void
offhook_socket_client_read_frames(OffhookSocketClient *self)
{
	g_autoptr(GError) error = NULL;
	guint16 code = 0;

	if (!offhook_websocket_frames_receive(self->frames, &code, &error)) {
		if (self->state == OFFHOOK_SOCKET_OPEN)
			offhook_socket_client_append_close(self, code, error->message);
		offhook_socket_client_fail(self, (OffhookError)error->code, "%s", error->message);
	}
}

/* ---- the handshake ---- */

static gboolean
offhook_socket_client_ping_time_cb(gpointer user_data)
{
	OffhookSocketClient *self = user_data;

	if (!self->heard) {
		offhook_socket_client_fail(self, OFFHOOK_ERROR_TIMED_OUT,
					   "nothing came for %u ms, not even an answer to a ping",
					   self->keep_alive_ms);
		return G_SOURCE_REMOVE;
	}
	self->heard = FALSE;
	offhook_socket_client_append(self, OFFHOOK_WEBSOCKET_OPCODE_PING, NULL, 0);
	return G_SOURCE_CONTINUE;
}

static void
offhook_socket_client_begin_frames(OffhookSocketClient *self)
{
	static const OffhookWebsocketFramesHandler handler = {
	    .read = offhook_socket_client_read_cb,
	    .message = offhook_socket_client_message_cb,
	    .ping = offhook_socket_client_ping_cb,
	    .close = offhook_socket_client_close_cb,
	};
	/* How much comes is the service's affair: it is paid for it. Memory is bounded all the same. */
	const OffhookWebsocketFramesLimits limits = {
	    .message_bytes = self->max_message,
	    .fragments = MAX_FRAGMENTS,
	    .control_burst = G_MAXUINT,
	    .message_burst = G_MAXUINT,
	    .server = TRUE,
	};

	self->frames = offhook_websocket_frames_new(&limits, &handler, self);
	self->state = OFFHOOK_SOCKET_OPEN;
	self->heard = TRUE;
	g_free(self->protocol);
	self->protocol =
	    g_strdup(g_hash_table_lookup(self->reply.headers, "sec-websocket-protocol"));
	offhook_socket_client_clear_source(&self->timer);
	self->keep_alive = offhook_socket_client_add_timer(self, self->keep_alive_ms,
							   offhook_socket_client_ping_time_cb);
	offhook_socket_client_flush(self);
	if (self->handler.open != NULL)
		self->handler.open(self->user_data);
}

static void
offhook_socket_client_read_refusal(OffhookSocketClient *self, gboolean ended)
{
	gboolean whole;

	g_free(self->body);
	self->body =
	    offhook_socket_handshake_read_body(&self->reply, self->in->data, self->in->len, &whole);
	if (whole || ended)
		offhook_socket_client_fail(self, offhook_rest_get_error_code(self->reply.status),
					   "the provider answered %u", self->reply.status);
}

static void
offhook_socket_client_read_reply(OffhookSocketClient *self)
{
	g_autoptr(GError) error = NULL;
	gboolean whole = FALSE;

	if (!offhook_socket_handshake_parse(self->in->data, self->in->len, &self->reply, &whole,
					    &error)) {
		offhook_socket_client_fail(self, (OffhookError)error->code, "%s", error->message);
		return;
	}
	if (!whole)
		return;
	g_byte_array_remove_range(self->in, 0, (guint)self->reply.size);
	if (self->reply.status != SWITCHING_PROTOCOLS) {
		self->state = OFFHOOK_SOCKET_REFUSED;
		offhook_socket_client_read_refusal(self, FALSE);
	} else if (!offhook_socket_handshake_check(&self->reply, self->key, self->protocol,
						   &error)) {
		offhook_socket_client_fail(self, OFFHOOK_ERROR_FORMAT, "%s", error->message);
	} else {
		offhook_socket_client_begin_frames(self);
	}
}

/* Returns: %FALSE when there is nothing more now */
static gboolean
offhook_socket_client_read_handshake(OffhookSocketClient *self)
{
	guint8 bytes[4096];
	gsize n = offhook_socket_client_read_cb(self, bytes, sizeof(bytes));

	g_byte_array_append(self->in, bytes, (guint)n);
	if (self->state == OFFHOOK_SOCKET_REFUSED)
		offhook_socket_client_read_refusal(self, self->read_ended);
	else if (n > 0)
		offhook_socket_client_read_reply(self);
	return n > 0;
}

static gboolean
offhook_socket_client_readable_cb(GObject *stream, gpointer user_data)
{
	OffhookSocketClient *self = offhook_socket_client_ref(user_data);

	self->read_left = READ_LIMIT;
	while (self->frames == NULL && self->state != OFFHOOK_SOCKET_OVER &&
	       offhook_socket_client_read_handshake(self))
		;
	if (self->frames != NULL && self->state != OFFHOOK_SOCKET_OVER)
		offhook_socket_client_read_frames(self);
	if (self->read_ended)
		offhook_socket_client_lose(self, "the far end closed it");
	offhook_socket_client_unref(self);
	return G_SOURCE_CONTINUE;
}

/* ---- connecting ---- */

static void
offhook_socket_client_begin_handshake(OffhookSocketClient *self)
{
	GIOStream *stream = G_IO_STREAM(self->connection);
	GSocket *socket = g_socket_connection_get_socket(self->connection);

	/* Audio goes out as it comes, not when a packet is full. */
	g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
	self->state = OFFHOOK_SOCKET_HANDSHAKE;
	self->input = G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(stream));
	self->output = G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(stream));
	self->read_source = g_pollable_input_stream_create_source(self->input, NULL);
	g_source_set_callback(self->read_source, G_SOURCE_FUNC(offhook_socket_client_readable_cb),
			      self, NULL);
	g_source_attach(self->read_source, self->context);
	offhook_socket_client_flush(self);
}

static void
offhook_socket_client_connected_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookSocketClient *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocketConnection) connection =
	    g_socket_client_connect_finish(G_SOCKET_CLIENT(source), result, &error);

	if (self->state == OFFHOOK_SOCKET_CONNECTING && connection == NULL) {
		offhook_socket_client_fail(self, OFFHOOK_ERROR_UNAVAILABLE, "%s", error->message);
	} else if (self->state == OFFHOOK_SOCKET_CONNECTING) {
		self->connection = g_steal_pointer(&connection);
		offhook_socket_client_begin_handshake(self);
	}
	offhook_socket_client_unref(self);
}

static gboolean
offhook_socket_client_deadline_passed_cb(gpointer user_data)
{
	OffhookSocketClient *self = user_data;

	if (self->state == OFFHOOK_SOCKET_REFUSED)
		offhook_socket_client_read_refusal(self, TRUE);
	else
		offhook_socket_client_fail(self,
					   self->state == OFFHOOK_SOCKET_HANDSHAKE
					       ? OFFHOOK_ERROR_TIMED_OUT
					       : OFFHOOK_ERROR_UNAVAILABLE,
					   "no connection within %u ms", self->connect_timeout_ms);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_socket_client_connect_cb(gpointer user_data)
{
	OffhookSocketClient *self = user_data;
	gboolean secure = offhook_socket_handshake_is_secure(self->uri);
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketConnectable) address = offhook_socket_handshake_make_address(self->uri);

	g_clear_pointer(&self->timer, g_source_unref);
	self->state = OFFHOOK_SOCKET_CONNECTING;
	self->timer = offhook_socket_client_add_timer(self, self->connect_timeout_ms,
						      offhook_socket_client_deadline_passed_cb);
	g_socket_client_set_tls(client, secure);
	g_socket_client_connect_async(client, address, self->cancellable,
				      offhook_socket_client_connected_cb,
				      offhook_socket_client_ref(self));
	return G_SOURCE_REMOVE;
}

OffhookSocketClient *
offhook_socket_client_new(const OffhookSocketRequest *request, const OffhookSocketHandler *handler,
			  gpointer user_data, GError **error)
{
	g_autoptr(GUri) uri = offhook_socket_handshake_parse_url(request->url, error);
	g_autofree char *key = offhook_socket_handshake_make_key();
	GByteArray *bytes = NULL;
	OffhookSocketClient *self;

	if (uri != NULL)
		bytes = offhook_socket_handshake_make_request(uri, request->headers,
							      request->protocol, key, error);
	if (bytes == NULL)
		return NULL;
	self = g_new0(OffhookSocketClient, 1);
	self->refs = 1;
	self->context = g_main_context_ref_thread_default();
	self->handler = *handler;
	self->user_data = user_data;
	self->uri = g_steal_pointer(&uri);
	self->key = g_steal_pointer(&key);
	self->protocol = g_strdup(request->protocol);
	self->connect_timeout_ms =
	    request->connect_timeout_ms > 0 ? request->connect_timeout_ms : DEFAULT_CONNECT_MS;
	self->keep_alive_ms =
	    request->keep_alive_ms > 0 ? request->keep_alive_ms : DEFAULT_KEEP_ALIVE_MS;
	self->max_message = request->max_message > 0 ? request->max_message : DEFAULT_MAX_MESSAGE;
	self->max_backlog = request->max_backlog > 0 ? request->max_backlog : DEFAULT_MAX_BACKLOG;
	self->cancellable = g_cancellable_new();
	offhook_socket_outbox_init(&self->request, bytes);
	offhook_socket_outbox_init(&self->out, g_byte_array_new());
	self->in = g_byte_array_new();
	self->timer = offhook_socket_client_add_timer(self, 0, offhook_socket_client_connect_cb);
	return self;
}

void
offhook_socket_client_free(OffhookSocketClient *self)
{
	if (self == NULL)
		return;
	self->handler = (OffhookSocketHandler){0};
	if (self->state == OFFHOOK_SOCKET_OPEN)
		offhook_socket_client_append_close(self, OFFHOOK_WEBSOCKET_NORMAL, NULL);
	self->state = OFFHOOK_SOCKET_OVER;
	offhook_socket_client_disconnect(self);
	offhook_socket_client_unref(self);
}

gboolean
offhook_socket_client_is_open(OffhookSocketClient *self)
{
	return self->state == OFFHOOK_SOCKET_OPEN;
}

const char *
offhook_socket_client_get_protocol(OffhookSocketClient *self)
{
	return self->frames != NULL ? self->protocol : NULL;
}
