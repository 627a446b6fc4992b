/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Questions to the server and their answers, by number, and what the server says by itself. Main thread.
 */

#include "mcp-client.h"

#include "mcp-client-private.h"
#include "mcp-headers.h"
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define CHANGED_MS 250 /* changes of the list that come together are one */
#define MAX_WORDS  300 /* bytes of a server's reason */

/** A question that has no answer yet. */
typedef struct {
	OffhookMcpClient *client;
	gint64 id;
	gboolean is_call;
	gboolean must_not_be_cancelled;
	OffhookMcpAnswerFunc func;
	gpointer user_data;
	guint timer;
	guint timeout_ms;
	gint64 latest_us; /* no progress moves the end beyond it */
} OffhookMcpRequest;

G_DEFINE_FINAL_TYPE(OffhookMcpClient, offhook_mcp_client, G_TYPE_OBJECT)

static guint offhook_mcp_client_changed_signal;
static guint offhook_mcp_client_called_signal;

void
offhook_mcp_client_emit_changed(OffhookMcpClient *self)
{
	g_signal_emit(self, offhook_mcp_client_changed_signal, 0);
}

void
offhook_mcp_client_tell_called(OffhookMcpClient *self, const GError *error)
{
	g_signal_emit(self, offhook_mcp_client_called_signal, 0, error);
}

GError *
offhook_mcp_client_explain(const OffhookMcpMessage *message, const GError *error, const char *what)
{
	g_autofree char *words = NULL;

	if (message == NULL)
		return g_error_copy(error);
	words = g_utf8_make_valid(message->text != NULL ? message->text : "",
				  message->text != NULL ? (gssize)strnlen(message->text, MAX_WORDS)
							: 0);
	return g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
			   "the server refused %s (%" G_GINT64_FORMAT "%s%s)", what, message->code,
			   *words != '\0' ? ": " : "", words);
}

/* ---- questions ---- */

static void
offhook_mcp_request_free(gpointer data)
{
	OffhookMcpRequest *request = data;

	g_clear_handle_id(&request->timer, g_source_remove);
	g_free(request);
}

/* (transfer full) (nullable) */
static OffhookMcpRequest *
offhook_mcp_client_take_request(OffhookMcpClient *self, gint64 id)
{
	gpointer key, value;

	if (!g_hash_table_steal_extended(self->requests, &id, &key, &value))
		return NULL;
	return value;
}

static void
offhook_mcp_request_answer(OffhookMcpRequest *request, const OffhookMcpMessage *message,
			   const GError *error)
{
	g_clear_handle_id(&request->timer, g_source_remove);
	request->func(request->user_data, message, error);
	offhook_mcp_request_free(request);
}

/* Closing the connection of a request cancels it where requests are independent, and only there. */
static void
offhook_mcp_client_cancel(OffhookMcpClient *self, const OffhookMcpRequest *request,
			  const char *reason)
{
	JsonObject *params;

	if (!request->must_not_be_cancelled &&
	    !(self->modern && offhook_mcp_transport_is_by_request(self->transport))) {
		params = json_object_new();
		json_object_set_int_member(params, "requestId", request->id);
		json_object_set_string_member(params, "reason", reason);
		offhook_mcp_client_notify(self, "notifications/cancelled", params);
	}
	offhook_mcp_transport_drop(self->transport, request->id);
}

static gboolean
offhook_mcp_request_expired_cb(gpointer user_data)
{
	OffhookMcpRequest *request = user_data;
	g_autoptr(OffhookMcpClient) self = g_object_ref(request->client);
	g_autoptr(GError) error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
					      "the server has not answered in time");

	request->timer = 0;
	offhook_mcp_client_take_request(self, request->id);
	offhook_mcp_client_cancel(self, request, "timed out");
	offhook_mcp_request_answer(request, NULL, error);
	return G_SOURCE_REMOVE;
}

void
offhook_mcp_client_forget(OffhookMcpClient *self, gint64 id, const char *reason)
{
	OffhookMcpRequest *request = offhook_mcp_client_take_request(self, id);

	if (request == NULL)
		return;
	offhook_mcp_client_cancel(self, request, reason);
	offhook_mcp_request_free(request);
}

/* Who is asking, in each request of the modern protocol. */
static void
offhook_mcp_client_add_meta(OffhookMcpClient *self, JsonObject *params, gint64 id,
			    gboolean wants_progress)
{
	JsonObject *meta = json_object_new();

	if (self->modern) {
		JsonObject *who = json_object_new();

		json_object_set_string_member(who, "name", "offhook");
		json_object_set_string_member(who, "version", OFFHOOK_VERSION);
		json_object_set_string_member(meta, "io.modelcontextprotocol/protocolVersion",
					      OFFHOOK_MCP_VERSION_MODERN);
		json_object_set_object_member(meta, "io.modelcontextprotocol/clientInfo", who);
		json_object_set_object_member(meta, "io.modelcontextprotocol/clientCapabilities",
					      json_object_new());
	}
	if (wants_progress)
		json_object_set_int_member(meta, "progressToken", id);
	if (json_object_get_size(meta) > 0)
		json_object_set_object_member(params, "_meta", meta);
	else
		json_object_unref(meta);
}

static void
offhook_mcp_client_send(OffhookMcpClient *self, const OffhookMcpQuestion *question, gint64 id)
{
	JsonObject *params = question->params != NULL ? question->params : json_object_new();
	OffhookMcpTool *tool = question->tool;
	g_auto(GStrv) arguments = NULL;
	g_autofree char *text = NULL;

	offhook_mcp_client_add_meta(self, params, id, question->max_ms > 0);
	if (tool != NULL && tool->marks != NULL)
		arguments = offhook_mcp_headers_write(tool->marks,
						      offhook_json_get_object(params, "arguments"));
	text = offhook_mcp_message_write_request(id, question->method, params);
	offhook_mcp_transport_send(self->transport, &(OffhookMcpOutgoing){
							.text = text,
							.id = id,
							.method = question->method,
							.name = tool != NULL ? tool->name : NULL,
							.arguments = (const char *const *)arguments,
						    });
}

gint64
offhook_mcp_client_ask(OffhookMcpClient *self, const OffhookMcpQuestion *question)
{
	OffhookMcpRequest *request = g_new0(OffhookMcpRequest, 1);
	guint max_ms = MAX(question->max_ms, question->timeout_ms);

	request->client = self;
	request->id = ++self->last_id;
	request->is_call = question->tool != NULL;
	request->must_not_be_cancelled = g_str_equal(question->method, "initialize");
	request->func = question->func;
	request->user_data = question->user_data;
	request->timeout_ms = question->timeout_ms;
	request->latest_us = g_get_monotonic_time() + (gint64)max_ms * G_TIME_SPAN_MILLISECOND;
	request->timer =
	    g_timeout_add(question->timeout_ms, offhook_mcp_request_expired_cb, request);
	g_hash_table_insert(self->requests, &request->id, request);
	offhook_mcp_client_send(self, question, request->id);
	return request->id;
}

void
offhook_mcp_client_notify(OffhookMcpClient *self, const char *method, JsonObject *params)
{
	g_autofree char *text = offhook_mcp_message_write_notification(method, params);

	offhook_mcp_transport_send(self->transport,
				   &(OffhookMcpOutgoing){.text = text, .method = method});
}

void
offhook_mcp_client_void_requests(OffhookMcpClient *self, gboolean calls, const GError *error)
{
	g_autoptr(GPtrArray) ended = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->requests);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		OffhookMcpRequest *request = value;

		if (request->is_call && !calls)
			continue;
		g_hash_table_iter_steal(&iter);
		g_ptr_array_add(ended, request);
	}
	for (guint i = 0; i < ended->len; i++) {
		OffhookMcpRequest *request = g_ptr_array_index(ended, i);

		if (request->is_call)
			offhook_mcp_request_answer(request, NULL, error);
		else
			offhook_mcp_request_free(request);
	}
}

/* ---- what the server says by itself ---- */

static void
offhook_mcp_client_answer(OffhookMcpClient *self, const OffhookMcpMessage *message)
{
	gboolean is_ping = g_str_equal(message->method, "ping");
	g_autofree char *text = NULL;

	/* The modern protocol has no requests of servers, and over HTTP no way to answer one. */
	if (self->modern && offhook_mcp_transport_is_by_request(self->transport))
		return;
	text = offhook_mcp_message_write_answer(message->peer_id,
						is_ping ? 0 : OFFHOOK_MCP_METHOD_NOT_FOUND);
	offhook_mcp_transport_send(self->transport, &(OffhookMcpOutgoing){.text = text});
}

static void
offhook_mcp_client_take_progress(OffhookMcpClient *self, JsonObject *params)
{
	gint64 id = offhook_json_get_number(params, "progressToken");
	OffhookMcpRequest *request = g_hash_table_lookup(self->requests, &id);
	gint64 left_ms;

	if (request == NULL || !request->is_call)
		return;
	left_ms = (request->latest_us - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND;
	g_clear_handle_id(&request->timer, g_source_remove);
	request->timer = g_timeout_add((guint)CLAMP(left_ms, 0, (gint64)request->timeout_ms),
				       offhook_mcp_request_expired_cb, request);
}

static void
offhook_mcp_client_take_notification(OffhookMcpClient *self, const OffhookMcpMessage *message)
{
	if (g_str_equal(message->method, "notifications/tools/list_changed"))
		offhook_mcp_client_list_later(self, CHANGED_MS);
	else if (g_str_equal(message->method, "notifications/progress"))
		offhook_mcp_client_take_progress(self, message->body);
}

/* ---- the transport ---- */

static void
offhook_mcp_client_message_cb(gpointer user_data, const OffhookMcpMessage *message)
{
	g_autoptr(OffhookMcpClient) self = g_object_ref(user_data);
	OffhookMcpRequest *request;

	switch (message->kind) {
	case OFFHOOK_MCP_REQUEST:
		offhook_mcp_client_answer(self, message);
		break;
	case OFFHOOK_MCP_NOTIFICATION:
		offhook_mcp_client_take_notification(self, message);
		break;
	case OFFHOOK_MCP_RESULT:
	case OFFHOOK_MCP_ERROR:
		request = offhook_mcp_client_take_request(self, message->id);
		if (request != NULL)
			offhook_mcp_request_answer(request, message, NULL);
		break;
	}
}

static void
offhook_mcp_client_failed_cb(gpointer user_data, gint64 id, const GError *error)
{
	g_autoptr(OffhookMcpClient) self = g_object_ref(user_data);
	OffhookMcpRequest *request = offhook_mcp_client_take_request(self, id);

	if (request != NULL)
		offhook_mcp_request_answer(request, NULL, error);
}

static void
offhook_mcp_client_lost_cb(gpointer user_data, const GError *error)
{
	g_autoptr(OffhookMcpClient) self = g_object_ref(user_data);

	offhook_mcp_client_lose(self, error);
}

/* ---- the object ---- */

gboolean
offhook_mcp_client_is_ready(OffhookMcpClient *self)
{
	return self->state == OFFHOOK_MCP_STATE_READY;
}

const GError *
offhook_mcp_client_get_problem(OffhookMcpClient *self)
{
	return self->problem;
}

GPtrArray *
offhook_mcp_client_get_tools(OffhookMcpClient *self)
{
	return self->tools;
}

const char *
offhook_mcp_client_get_version(OffhookMcpClient *self)
{
	return self->version;
}

void
offhook_mcp_client_start(OffhookMcpClient *self)
{
	if (self->state == OFFHOOK_MCP_STATE_DOWN && self->retry_id == 0)
		offhook_mcp_client_connect(self);
}

/* What there is to be done before the transport ends. */
static void
offhook_mcp_client_end(OffhookMcpClient *self)
{
	g_autoptr(GError) error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
					      "the connection to the server is being closed");

	self->state = OFFHOOK_MCP_STATE_STOPPED;
	self->session++;
	g_clear_handle_id(&self->retry_id, g_source_remove);
	offhook_mcp_client_drop_list(self);
	offhook_mcp_client_void_requests(self, TRUE, error);
	offhook_mcp_client_fail_waiting(self, error);
	offhook_mcp_transport_set_handler(self->transport, NULL, NULL);
}

void
offhook_mcp_client_stop(OffhookMcpClient *self)
{
	if (self->state == OFFHOOK_MCP_STATE_STOPPED)
		return;
	offhook_mcp_client_end(self);
	offhook_mcp_transport_close(self->transport);
}

void
offhook_mcp_client_finish(OffhookMcpClient *self)
{
	if (self->state == OFFHOOK_MCP_STATE_STOPPED)
		return;
	offhook_mcp_client_end(self);
	offhook_mcp_transport_finish(self->transport);
}

OffhookMcpClient *
offhook_mcp_client_new(OffhookMcpTransport *transport, const OffhookMcpClientOptions *options)
{
	static const OffhookMcpTransportHandler handler = {
	    .message = offhook_mcp_client_message_cb,
	    .failed = offhook_mcp_client_failed_cb,
	    .lost = offhook_mcp_client_lost_cb,
	};
	OffhookMcpClient *self = g_object_new(OFFHOOK_TYPE_MCP_CLIENT, NULL);

	self->transport = g_object_ref(transport);
	self->options = *options;
	self->era = options->protocol;
	self->retry_ms = options->reconnect_ms;
	offhook_mcp_transport_set_handler(transport, &handler, self);
	return self;
}

static void
offhook_mcp_client_dispose(GObject *object)
{
	OffhookMcpClient *self = OFFHOOK_MCP_CLIENT(object);

	if (self->transport != NULL)
		offhook_mcp_client_stop(self);
	g_clear_object(&self->transport);

	G_OBJECT_CLASS(offhook_mcp_client_parent_class)->dispose(object);
}

static void
offhook_mcp_client_finalize(GObject *object)
{
	OffhookMcpClient *self = OFFHOOK_MCP_CLIENT(object);

	g_hash_table_unref(self->requests);
	g_ptr_array_unref(self->tools);
	g_clear_error(&self->problem);
	g_free(self->version);

	G_OBJECT_CLASS(offhook_mcp_client_parent_class)->finalize(object);
}

static void
offhook_mcp_client_init(OffhookMcpClient *self)
{
	self->requests =
	    g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, offhook_mcp_request_free);
	self->tools = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_mcp_tool_unref);
	self->ttl_ms = -1;
	g_queue_init(&self->waiting);
}

static void
offhook_mcp_client_class_init(OffhookMcpClientClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_mcp_client_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_mcp_client_finalize;
	offhook_mcp_client_called_signal =
	    g_signal_new("called", OFFHOOK_TYPE_MCP_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			 G_TYPE_NONE, 1, G_TYPE_POINTER);
	offhook_mcp_client_changed_signal =
	    g_signal_new("changed", OFFHOOK_TYPE_MCP_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			 G_TYPE_NONE, 0);
}
