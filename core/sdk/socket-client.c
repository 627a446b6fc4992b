/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * GIO connects (names, proxy, TLS), the framing is the one of the media sockets, and between them are
 * two byte arrays and a few timers. libsoup's own WebSocket client would neither limit a message in
 * fragments nor what waits to be sent, and keeps a refusal's body to itself. Runs in the thread of
 * the client's main context.
 */

#include "socket-client-private.h"

#include <string.h>
#include <sys/random.h>

#define DEFAULT_CONNECT_MS    10000
#define DEFAULT_KEEP_ALIVE_MS 15000
#define DEFAULT_MAX_MESSAGE   (16 * 1024 * 1024)
#define DEFAULT_MAX_BACKLOG   (1024 * 1024)
#define GOODBYE_MS            3000
#define FRAME_OVERHEAD        14

/* ---- life ---- */

OffhookSocketClient *
offhook_socket_client_ref(OffhookSocketClient *self)
{
	self->refs++;
	return self;
}

void
offhook_socket_client_clear_source(GSource **source)
{
	if (*source == NULL)
		return;
	g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

void
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

GSource *
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
	self->end.status =
	    self->reply.status != OFFHOOK_SOCKET_SWITCHING_PROTOCOLS ? self->reply.status : 0;
	self->end.headers = self->end.status != 0 ? self->reply.headers : NULL;
	self->end.body = self->body;
	self->end.error = self->error;
	if (self->handler.closed != NULL)
		self->handler.closed(self->user_data, &self->end);
	offhook_socket_client_unref(self);
	return G_SOURCE_REMOVE;
}

void
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

void
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

void
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
void
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

void
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

void
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

/* ---- the whole ---- */

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
