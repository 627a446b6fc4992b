/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Requests and their replies, the error body among them. Main thread.
 */

#include "http/server/request.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "base/uuid.h"
#include "http/server/listener.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/socket.h>

#define OFFHOOK_HTTP_MAX_ERROR_MESSAGE 1000 /* characters */

static void
offhook_http_request_disconnected_cb(SoupServerMessage *msg, gpointer user_data)
{
	OffhookHttpRequest *self = user_data;

	self->gone = TRUE;
	if (self->cancellable != NULL)
		g_cancellable_cancel(self->cancellable);
}

static void
offhook_http_request_stop_watch(OffhookHttpRequest *self)
{
	if (self->watch == NULL)
		return;
	g_source_destroy(self->watch);
	g_clear_pointer(&self->watch, g_source_unref);
}

/* A connection brings one request: what comes after it is its end, or nothing that we could read. */
static gboolean
offhook_http_request_readable_cb(GSocket *socket, GIOCondition condition, gpointer user_data)
{
	OffhookHttpRequest *self = user_data;
	char byte;
	gssize n = recv(g_socket_get_fd(socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return G_SOURCE_CONTINUE;
	offhook_http_request_stop_watch(self);
	if (n <= 0)
		g_cancellable_cancel(self->cancellable);
	return G_SOURCE_REMOVE;
}

/* While a message is paused libsoup does not look whether its client is still there. */
static void
offhook_http_request_start_watch(OffhookHttpRequest *self)
{
	/* libsoup does not know it of connections that it has not accepted. */
	g_autoptr(GSocket) socket = offhook_http_listener_dup_socket(self->msg);

	if (socket == NULL)
		return;
	self->watch = g_socket_create_source(socket, G_IO_IN | G_IO_HUP | G_IO_ERR, NULL);
	g_source_set_callback(self->watch, G_SOURCE_FUNC(offhook_http_request_readable_cb), self,
			      NULL);
	g_source_attach(self->watch, NULL);
}

GCancellable *
offhook_http_request_get_cancellable(OffhookHttpRequest *self)
{
	if (self->cancellable == NULL) {
		self->cancellable = g_cancellable_new();
		offhook_http_request_start_watch(self);
	}
	return self->cancellable;
}

OffhookHttpRequest *
offhook_http_request_new(SoupServerMessage *msg, GHashTable *query)
{
	OffhookHttpRequest *self = g_new0(OffhookHttpRequest, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->msg = g_object_ref(msg);
	self->id = offhook_uuid_new_v7();
	self->query = query != NULL ? g_hash_table_ref(query) : NULL;
	g_signal_connect(msg, "disconnected", G_CALLBACK(offhook_http_request_disconnected_cb),
			 self);
	soup_message_headers_replace(soup_server_message_get_response_headers(msg), "X-Request-ID",
				     self->id);
	return self;
}

OffhookHttpRequest *
offhook_http_request_ref(OffhookHttpRequest *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_http_request_unref(OffhookHttpRequest *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_signal_handlers_disconnect_by_data(self->msg, self);
	g_object_unref(self->msg);
	g_free(self->id);
	g_strfreev(self->parameters);
	g_clear_pointer(&self->query, g_hash_table_unref);
	offhook_store_user_free(self->user);
	offhook_http_request_stop_watch(self);
	g_clear_object(&self->cancellable);
	g_free(self);
}

OffhookHttpRequest *
offhook_http_request_wait(OffhookHttpRequest *self)
{
	self->waiting = TRUE;
	soup_server_message_pause(self->msg);
	return offhook_http_request_ref(self);
}

JsonObject *
offhook_http_request_parse_json(OffhookHttpRequest *self, GError **error)
{
	SoupMessageBody *body = soup_server_message_get_request_body(self->msg);
	g_autoptr(GBytes) bytes = soup_message_body_flatten(body);
	gsize size;
	const char *text = g_bytes_get_data(bytes, &size);

	if (size == 0)
		return json_object_new();
	return offhook_json_parse_object(text, size, "request body", error);
}

const char *
offhook_http_request_get_query(OffhookHttpRequest *self, const char *name)
{
	const char *value = self->query != NULL ? g_hash_table_lookup(self->query, name) : NULL;

	return value != NULL && *value != '\0' ? value : NULL;
}

gboolean
offhook_http_request_get_number(OffhookHttpRequest *self, const char *name, guint min, guint max,
				guint *value, GError **error)
{
	const char *text = offhook_http_request_get_query(self, name);
	g_autofree char *expected = NULL;
	guint64 number;

	if (text == NULL)
		return TRUE;
	if (g_ascii_string_to_unsigned(text, 10, min, max, &number, NULL)) {
		*value = number;
		return TRUE;
	}
	expected = g_strdup_printf("a whole number from %u to %u", min, max);
	return offhook_json_refuse(error, name, text, expected);
}

gboolean
offhook_http_request_get_figure(OffhookHttpRequest *self, const char *name, double *value,
				GError **error)
{
	const char *text = offhook_http_request_get_query(self, name);
	char *end = NULL;
	double figure;

	if (text == NULL)
		return TRUE;
	figure = g_ascii_strtod(text, &end);
	if (end == text || *end != '\0' || !isfinite(figure) || figure < 0)
		return offhook_json_refuse(error, name, text, "a number from 0 on");
	*value = figure;
	return TRUE;
}

gboolean
offhook_http_request_get_time(OffhookHttpRequest *self, const char *name, gint64 *unix_us,
			      GError **error)
{
	const char *text = offhook_http_request_get_query(self, name);
	g_autofree char *midnight = NULL;

	if (text == NULL)
		return TRUE;
	if (strlen(text) == strlen("2024-05-01"))
		midnight = g_strconcat(text, "T00:00:00Z", NULL);
	if (offhook_timestamp_parse(midnight != NULL ? midnight : text, unix_us, NULL) &&
	    *unix_us >= 0)
		return TRUE;
	return offhook_json_refuse(error, name, text,
				   "a day since 1970 or a time, as 2024-05-01 or "
				   "2024-05-01T12:00:00Z");
}

/* Sends what was set, unless the client has gone meanwhile. */
static void
offhook_http_request_send(OffhookHttpRequest *self)
{
	if (self->waiting && !self->gone)
		soup_server_message_unpause(self->msg);
}

gboolean
offhook_http_request_upgrade(OffhookHttpRequest *self)
{
	g_autoptr(GError) reason = NULL;
	g_autoptr(GError) error = NULL;

	if (soup_websocket_server_check_handshake(self->msg, NULL, NULL, NULL, &reason) &&
	    soup_websocket_server_process_handshake(self->msg, NULL, NULL, NULL, NULL)) {
		self->answered = TRUE;
		offhook_http_request_send(self);
		return TRUE;
	}
	soup_message_headers_replace(soup_server_message_get_response_headers(self->msg),
				     "Sec-WebSocket-Version", "13");
	g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "no WebSocket handshake: %s",
		    reason != NULL ? reason->message : "malformed");
	offhook_http_request_reply_error(self, error);
	return FALSE;
}

void
offhook_http_request_begin_reply(OffhookHttpRequest *self, guint status)
{
	g_return_if_fail(!self->answered);

	self->answered = TRUE;
	soup_server_message_set_status(self->msg, status, NULL);
	/* A connection brings one request: see the listener. */
	soup_message_headers_replace(soup_server_message_get_response_headers(self->msg),
				     "Connection", "close");
}

void
offhook_http_request_reply_text(OffhookHttpRequest *self, guint status, const char *content_type,
				const char *text)
{
	offhook_http_request_begin_reply(self, status);
	if (text != NULL)
		soup_server_message_set_response(self->msg, content_type, SOUP_MEMORY_COPY, text,
						 strlen(text));
	offhook_http_request_send(self);
}

void
offhook_http_request_reply_json(OffhookHttpRequest *self, guint status, JsonObject *object)
{
	g_autofree char *text = offhook_json_to_string(object);

	json_object_unref(object);
	offhook_http_request_reply_text(self, status, "application/json", text);
}

void
offhook_http_request_begin_stream(OffhookHttpRequest *self, const char *content_type)
{
	SoupMessageHeaders *headers = soup_server_message_get_response_headers(self->msg);

	g_return_if_fail(self->waiting && !self->answered);

	soup_server_message_set_status(self->msg, SOUP_STATUS_OK, NULL);
	soup_message_headers_set_content_type(headers, content_type, NULL);
	/* HTTP/1.0 knows no pieces: there the end of the connection is the end. */
	soup_message_headers_set_encoding(
	    headers, soup_server_message_get_http_version(self->msg) == SOUP_HTTP_1_0
			 ? SOUP_ENCODING_EOF
			 : SOUP_ENCODING_CHUNKED);
	soup_message_body_set_accumulate(soup_server_message_get_response_body(self->msg), FALSE);
	offhook_http_request_send(self);
}

void
offhook_http_request_send_piece(OffhookHttpRequest *self, GString *text)
{
	g_autoptr(GBytes) bytes = g_string_free_to_bytes(text);

	soup_message_body_append_bytes(soup_server_message_get_response_body(self->msg), bytes);
	if (!self->gone)
		soup_server_message_unpause(self->msg);
}

void
offhook_http_request_end_stream(OffhookHttpRequest *self)
{
	soup_message_body_complete(soup_server_message_get_response_body(self->msg));
	if (!self->gone)
		soup_server_message_unpause(self->msg);
}

static JsonObject *
offhook_http_request_make_details(const GError *error)
{
	JsonObject *details = json_object_new();
	g_autofree char *field = NULL;
	g_autofree char *value = NULL;
	g_autofree char *expected = NULL;

	if (!offhook_json_get_refusal(error, &field, &value, &expected))
		return details;
	json_object_set_string_member(details, "field", field);
	json_object_set_string_member(details, "value", value);
	json_object_set_string_member(details, "expected", expected);
	return details;
}

/* What a client sent may be part of the message, and of any length. */
static char *
offhook_http_request_make_message(const GError *error)
{
	g_autofree char *valid = g_utf8_make_valid(error->message, -1);

	if (g_utf8_strlen(valid, -1) <= OFFHOOK_HTTP_MAX_ERROR_MESSAGE)
		return g_steal_pointer(&valid);
	return g_utf8_substring(valid, 0, OFFHOOK_HTTP_MAX_ERROR_MESSAGE);
}

JsonObject *
offhook_http_request_view_error(OffhookHttpRequest *self, const GError *error)
{
	JsonObject *body = json_object_new();
	JsonObject *inner = json_object_new();
	g_autofree char *now = offhook_timestamp_format(offhook_timestamp_now());
	g_autofree char *message = offhook_http_request_make_message(error);

	json_object_set_string_member(inner, "code", offhook_error_get_api_code(error));
	json_object_set_string_member(inner, "message", message);
	json_object_set_object_member(inner, "details", offhook_http_request_make_details(error));
	json_object_set_string_member(inner, "timestamp", now);
	json_object_set_string_member(inner, "request_id", self->id);
	json_object_set_object_member(body, "error", inner);
	return body;
}

void
offhook_http_request_reply_error_as(OffhookHttpRequest *self, guint status, const GError *error)
{
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION))
		soup_message_headers_replace(soup_server_message_get_response_headers(self->msg),
					     "WWW-Authenticate", "Bearer");
	offhook_http_request_reply_json(self, status, offhook_http_request_view_error(self, error));
}

void
offhook_http_request_reply_error(OffhookHttpRequest *self, const GError *error)
{
	offhook_http_request_reply_error_as(self, offhook_error_get_http_status(error), error);
}

void
offhook_http_request_reply_allowed(OffhookHttpRequest *self, const char *allowed)
{
	const char *method = soup_server_message_get_method(self->msg);
	g_autoptr(GError) error = NULL;

	soup_message_headers_replace(soup_server_message_get_response_headers(self->msg), "Allow",
				     allowed);
	if (g_str_equal(method, "OPTIONS")) {
		offhook_http_request_reply_text(self, SOUP_STATUS_NO_CONTENT, NULL, NULL);
		return;
	}
	g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
		    "%s is not possible here, only %s", method, allowed);
	offhook_http_request_reply_error_as(self, SOUP_STATUS_METHOD_NOT_ALLOWED, error);
}
