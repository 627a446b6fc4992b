/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers on their way: pieces that leave by the clock, and connections that end as they should not.
 * Main loop only. */

#include "reply.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct _OffhookEmuReplyStream {
	OffhookEmuService *service;
	SoupServerMessage *msg;
	GPtrArray *pieces;
	guint next;
	gdouble gap_ms;
	gint64 started_us; /* when the first piece was due */
	OffhookEmuFault fault;
	guint fault_at;
	gchar *replaces;
	guint timer;
	GSource *watch; /* the client's side of the connection; NULL: not watched */
	gboolean ended; /* nothing more is to come */
};

static void
offhook_emu_reply_stream_free(OffhookEmuReplyStream *self)
{
	g_clear_handle_id(&self->timer, g_source_remove);
	if (self->watch != NULL) {
		g_source_destroy(self->watch);
		g_source_unref(self->watch);
	}
	g_ptr_array_unref(self->pieces);
	g_free(self->replaces);
	g_object_unref(self->msg);
	g_free(self);
}

/* The message has left, or its connection is gone. */
static void
offhook_emu_reply_stream_finished_cb(SoupServerMessage *msg, gpointer user_data)
{
	OffhookEmuReplyStream *self = user_data;

	self->service->streams--;
	if (self->ended)
		self->service->finished++;
	else
		self->service->aborted++;
	offhook_emu_reply_stream_free(self);
}

static void
offhook_emu_reply_stream_send(OffhookEmuReplyStream *self, const void *data, gsize size)
{
	SoupMessageBody *body = soup_server_message_get_response_body(self->msg);

	soup_message_body_append(body, SOUP_MEMORY_COPY, data, size);
	soup_server_message_unpause(self->msg);
}

static void
offhook_emu_reply_stream_end(OffhookEmuReplyStream *self)
{
	self->ended = TRUE;
	soup_message_body_complete(soup_server_message_get_response_body(self->msg));
	soup_server_message_unpause(self->msg);
}

/* The library keeps its descriptor, but what is below it now is dead at both ends. */
static void
offhook_emu_reply_break(SoupServerMessage *msg, gboolean reset)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	GSocket *socket = soup_server_message_get_socket(msg);
	gint pair[2];

	if (socket == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return;
	if (reset)
		setsockopt(g_socket_get_fd(socket), SOL_SOCKET, SO_LINGER, &at_once,
			   sizeof at_once);
	dup2(pair[0], g_socket_get_fd(socket));
	close(pair[0]);
	close(pair[1]);
}

static void
offhook_emu_reply_stream_break(OffhookEmuReplyStream *self, gboolean reset)
{
	self->ended = TRUE;
	if (self->watch != NULL)
		g_source_destroy(self->watch);
	offhook_emu_reply_break(self->msg, reset);
	offhook_emu_reply_stream_send(self, "x", 1); /* so that the library notices, too */
}

/* FALSE: the stream goes on. */
static gboolean
offhook_emu_reply_stream_go_wrong(OffhookEmuReplyStream *self)
{
	switch (self->fault) {
	case OFFHOOK_EMU_FAULT_STALL:
		return TRUE;
	case OFFHOOK_EMU_FAULT_RESET:
	case OFFHOOK_EMU_FAULT_CLOSE:
		offhook_emu_reply_stream_break(self, self->fault == OFFHOOK_EMU_FAULT_RESET);
		return TRUE;
	case OFFHOOK_EMU_FAULT_CUT:
		offhook_emu_reply_stream_end(self);
		return TRUE;
	case OFFHOOK_EMU_FAULT_ERROR:
	case OFFHOOK_EMU_FAULT_GARBAGE:
		if (self->replaces != NULL)
			offhook_emu_reply_stream_send(self, self->replaces, strlen(self->replaces));
		offhook_emu_reply_stream_end(self);
		return TRUE;
	default:
		return FALSE;
	}
}

static gboolean
offhook_emu_reply_stream_next_cb(gpointer user_data)
{
	OffhookEmuReplyStream *self = user_data;
	gint64 now = g_get_monotonic_time();
	gint64 due;
	GBytes *piece;

	self->timer = 0;
	if (self->started_us == 0)
		self->started_us = now;
	if (self->next == self->fault_at && offhook_emu_reply_stream_go_wrong(self))
		return G_SOURCE_REMOVE;
	piece = g_ptr_array_index(self->pieces, self->next++);
	offhook_emu_reply_stream_send(self, g_bytes_get_data(piece, NULL), g_bytes_get_size(piece));
	if (self->next == self->pieces->len) {
		offhook_emu_reply_stream_end(self);
		return G_SOURCE_REMOVE;
	}
	/* By the clock, so that late timers do not add up. */
	due = self->started_us + (gint64)(self->next * self->gap_ms * 1000);
	self->timer = g_timeout_add((guint)MAX(0, (due - now + 999) / 1000),
				    offhook_emu_reply_stream_next_cb, self);
	return G_SOURCE_REMOVE;
}

/* Nothing is read from a connection while an answer leaves, so a client that went away would not be
 * noticed before the next piece. */
static gboolean
offhook_emu_reply_stream_gone_cb(GSocket *socket, GIOCondition condition, gpointer user_data)
{
	OffhookEmuReplyStream *self = user_data;
	gchar byte;

	if (recv(g_socket_get_fd(socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
		return G_SOURCE_REMOVE; /* the next request, early */
	g_clear_handle_id(&self->timer, g_source_remove);
	shutdown(g_socket_get_fd(socket), SHUT_RDWR);
	offhook_emu_reply_stream_send(self, "x", 1); /* fails, and then the library knows */
	return G_SOURCE_REMOVE;
}

void
offhook_emu_reply_stream(OffhookEmuService *service, SoupServerMessage *msg,
			 const OffhookEmuReplyPlan *plan)
{
	OffhookEmuReplyStream *self = g_new0(OffhookEmuReplyStream, 1);
	SoupMessageHeaders *headers = soup_server_message_get_response_headers(msg);
	GSocket *socket = soup_server_message_get_socket(msg);

	self->service = service;
	self->msg = g_object_ref(msg);
	self->pieces = plan->pieces;
	self->gap_ms = plan->gap_ms;
	self->fault = plan->fault;
	self->fault_at = MIN(plan->fault_at, plan->pieces->len - 1);
	self->replaces = g_strdup(plan->replaces);
	service->streams++;
	soup_server_message_set_status(msg, 200, NULL);
	soup_message_headers_set_content_type(headers, plan->content_type, NULL);
	soup_message_headers_set_encoding(headers, SOUP_ENCODING_CHUNKED);
	soup_message_body_set_accumulate(soup_server_message_get_response_body(msg), FALSE);
	soup_server_message_pause(msg);
	g_signal_connect(msg, "finished", G_CALLBACK(offhook_emu_reply_stream_finished_cb), self);
	if (socket != NULL) {
		self->watch = g_socket_create_source(socket, G_IO_IN | G_IO_HUP, NULL);
		g_source_set_callback(self->watch, G_SOURCE_FUNC(offhook_emu_reply_stream_gone_cb),
				      self, NULL);
		g_source_attach(self->watch, NULL);
	}
	self->timer =
	    g_timeout_add(plan->fault == OFFHOOK_EMU_FAULT_SLOW ? (guint)service->options->slow_ms
								: plan->first_ms,
			  offhook_emu_reply_stream_next_cb, self);
}

/* ---- whole answers ---- */

static gboolean
offhook_emu_reply_release_cb(gpointer user_data)
{
	soup_server_message_unpause(user_data);
	return G_SOURCE_REMOVE;
}

void
offhook_emu_reply_object(SoupServerMessage *msg, guint status, JsonObject *object, guint ms)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	gchar *text;

	json_node_take_object(node, object);
	text = json_to_string(node, FALSE);
	soup_server_message_set_status(msg, status, NULL);
	soup_server_message_set_response(msg, "application/json", SOUP_MEMORY_TAKE, text,
					 strlen(text));
	if (ms == 0)
		return;
	soup_server_message_pause(msg);
	g_timeout_add_full(G_PRIORITY_DEFAULT, ms, offhook_emu_reply_release_cb, g_object_ref(msg),
			   g_object_unref);
}

void
offhook_emu_reply_error(OffhookEmuService *service, SoupServerMessage *msg, guint status,
			const gchar *type, const gchar *message)
{
	JsonObject *inner = json_object_new();
	JsonObject *object = json_object_new();
	g_autofree gchar *after = g_strdup_printf("%d", service->options->retry_after);

	json_object_set_string_member(inner, "message", message);
	json_object_set_string_member(inner, "type", type);
	json_object_set_null_member(inner, "param");
	if (g_str_equal(service->options->flavour->name, "llama.cpp"))
		json_object_set_int_member(inner, "code", status);
	else
		json_object_set_null_member(inner, "code");
	json_object_set_object_member(object, "error", inner);
	if (status == 429)
		soup_message_headers_replace(soup_server_message_get_response_headers(msg),
					     "Retry-After", after);
	offhook_emu_reply_object(msg, status, object, 0);
}

static const gchar *
offhook_emu_reply_get_type(guint status)
{
	switch (status) {
	case 401:
		return "authentication_error";
	case 403:
		return "permission_error";
	case 404:
		return "not_found_error";
	case 429:
		return "rate_limit_error";
	case 503:
		return "unavailable_error";
	default:
		return status >= 500 ? "server_error" : "invalid_request_error";
	}
}

gboolean
offhook_emu_reply_fault(OffhookEmuService *service, SoupServerMessage *msg, OffhookEmuFault fault)
{
	static const gchar page[] = "<html><body><h1>502 Bad Gateway</h1></body></html>";
	guint status = offhook_emu_fault_get_status(fault);

	if (status != 0) {
		offhook_emu_reply_error(service, msg, status, offhook_emu_reply_get_type(status),
					"as was asked for");
		return TRUE;
	}
	switch (fault) {
	case OFFHOOK_EMU_FAULT_HALF_OPEN:
		soup_server_message_pause(msg);
		return TRUE;
	case OFFHOOK_EMU_FAULT_ERROR_200:
		offhook_emu_reply_error(service, msg, 200, "server_error", "as was asked for");
		return TRUE;
	case OFFHOOK_EMU_FAULT_HTML:
		soup_server_message_set_status(msg, 502, NULL);
		soup_server_message_set_response(msg, "text/html", SOUP_MEMORY_STATIC, page,
						 strlen(page));
		return TRUE;
	default:
		return FALSE;
	}
}
