/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Each message is a request of its own. What the server has to say besides comes, in the legacy
 * protocol, as the answer to one that stays open. Main thread.
 */

#include "mcp-http.h"

#include "mcp-exchange.h"
#include "mcp-headers.h"
#include <offhook/error.h>
#include <offhook/rest-reply.h>
#include <string.h>

#define MAX_ONGOING     64 /* exchanges, before answers to the server are dropped */
#define CONNECTIONS     32
#define GOODBYE_MS      1000
#define LISTEN_FIRST_MS 1000
#define LISTEN_LAST_MS  60000
#define INITIALIZE      "initialize"
#define INITIALIZED     "notifications/initialized"
#define CALL            "tools/call"

struct _OffhookMcpHttp {
	OffhookMcpTransport parent_instance;

	OffhookWebClient *web;
	char *url;
	char **headers; /* (nullable) */
	char *version;  /* (nullable): agreed */
	gboolean modern;
	char *session;      /* (nullable): of the legacy protocol */
	GPtrArray *ongoing; /* of OffhookMcpExchange: not ours to free */

	/* Until the server knows that it is initialized, nothing else is sent. */
	OffhookMcpExchange *barrier; /* (nullable) */
	GQueue waiting;              /* of OffhookMcpOutgoing, owned */

	OffhookMcpExchange *listening; /* (nullable): what comes unasked */
	guint listen_id;
	guint listen_ms; /* until the next attempt */
};

G_DEFINE_FINAL_TYPE(OffhookMcpHttp, offhook_mcp_http, OFFHOOK_TYPE_MCP_TRANSPORT)

/* ---- what waits ---- */

static OffhookMcpOutgoing *
offhook_mcp_outgoing_copy(const OffhookMcpOutgoing *outgoing)
{
	OffhookMcpOutgoing *copy = g_new0(OffhookMcpOutgoing, 1);

	copy->text = g_strdup(outgoing->text);
	copy->id = outgoing->id;
	copy->method = g_strdup(outgoing->method);
	copy->name = g_strdup(outgoing->name);
	copy->arguments = (const char *const *)g_strdupv((char **)outgoing->arguments);
	return copy;
}

static void
offhook_mcp_outgoing_free(gpointer data)
{
	OffhookMcpOutgoing *outgoing = data;

	g_free((char *)outgoing->text);
	g_free((char *)outgoing->method);
	g_free((char *)outgoing->name);
	g_strfreev((char **)outgoing->arguments);
	g_free(outgoing);
}

/* ---- the headers of a request ---- */

static void
offhook_mcp_http_add_header(GPtrArray *headers, const char *name, const char *value)
{
	if (value != NULL)
		g_ptr_array_add(headers, g_strdup_printf("%s: %s", name, value));
}

/* @outgoing: (nullable): none is sent. (transfer full) */
static GPtrArray *
offhook_mcp_http_make_headers(OffhookMcpHttp *self, const OffhookMcpOutgoing *outgoing)
{
	GPtrArray *headers = g_ptr_array_new_with_free_func(g_free);

	for (char **line = self->headers; line != NULL && *line != NULL; line++)
		g_ptr_array_add(headers, g_strdup(*line));
	offhook_mcp_http_add_header(headers, "MCP-Protocol-Version", self->version);
	offhook_mcp_http_add_header(headers, "Mcp-Session-Id", self->session);
	offhook_mcp_http_add_header(headers, "Accept",
				    outgoing != NULL ? "application/json, text/event-stream"
						     : "text/event-stream");
	if (self->modern && outgoing != NULL) {
		g_autofree char *name =
		    outgoing->name != NULL ? offhook_mcp_headers_encode(outgoing->name) : NULL;

		offhook_mcp_http_add_header(headers, "Mcp-Method", outgoing->method);
		offhook_mcp_http_add_header(headers, "Mcp-Name", name);
		for (guint i = 0; outgoing->arguments != NULL && outgoing->arguments[i] != NULL;
		     i++)
			g_ptr_array_add(headers, g_strdup(outgoing->arguments[i]));
	}
	g_ptr_array_add(headers, NULL);
	return headers;
}

/* ---- what comes ---- */

static void
offhook_mcp_http_message_cb(gpointer user_data, const OffhookMcpMessage *message)
{
	OffhookMcpTransport *transport = user_data;

	offhook_mcp_transport_emit_message(transport, message);
}

static void
offhook_mcp_http_session_cb(gpointer user_data, const char *session)
{
	OffhookMcpHttp *self = user_data;

	g_free(self->session);
	self->session = g_strdup(session);
}

/* (transfer full): what the refusal of a request means */
static GError *
offhook_mcp_http_explain(const OffhookMcpExchangeEnd *end)
{
	OffhookError code = offhook_rest_get_error_code(end->status);
	const char *more = "";

	if (end->wants_authorization)
		more = ": it wants authorization (OAuth), of which only a token that is already "
		       "there can be given (token-file)";
	else if (end->status == 401)
		more = ": expected another token (token-file)";
	else if (end->status >= 400 && end->status <= 499 && end->status != 403 &&
		 end->status != 429)
		code = OFFHOOK_ERROR_NOT_SUPPORTED;
	return g_error_new(OFFHOOK_ERROR, (int)code, "the server answered with status %u%s",
			   end->status, more);
}

static void
offhook_mcp_http_fail(OffhookMcpHttp *self, const OffhookMcpExchangeEnd *end)
{
	g_autoptr(GError) error = NULL;

	if (end->session != NULL && end->status == 404 && !self->modern) {
		if (g_strcmp0(self->session, end->session) == 0)
			g_clear_pointer(&self->session, g_free);
		error = g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
					    "the server has forgotten the session");
	} else if (end->body != NULL && end->status != 401) {
		offhook_mcp_transport_emit_message(OFFHOOK_MCP_TRANSPORT(self), end->body);
		return;
	} else if (end->status != 0) {
		error = offhook_mcp_http_explain(end);
	} else if (end->error != NULL) {
		error = g_error_copy(end->error);
	} else {
		error = g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
					    "the server closed the stream without an answer");
	}
	offhook_mcp_transport_emit_failed(OFFHOOK_MCP_TRANSPORT(self), end->id, error);
}

static void offhook_mcp_http_start(OffhookMcpHttp *self, const OffhookMcpOutgoing *outgoing);
static void offhook_mcp_http_listen_later(OffhookMcpHttp *self, guint ms);

static void
offhook_mcp_http_lift_barrier(OffhookMcpHttp *self)
{
	OffhookMcpOutgoing *outgoing;

	self->barrier = NULL;
	while (self->barrier == NULL && (outgoing = g_queue_pop_head(&self->waiting)) != NULL) {
		offhook_mcp_http_start(self, outgoing);
		offhook_mcp_outgoing_free(outgoing);
	}
	self->listen_ms = LISTEN_FIRST_MS;
	offhook_mcp_http_listen_later(self, 0);
}

static void
offhook_mcp_http_ended_cb(gpointer user_data, OffhookMcpExchange *exchange,
			  const OffhookMcpExchangeEnd *end)
{
	g_autoptr(OffhookMcpHttp) self = g_object_ref(user_data);

	g_ptr_array_remove_fast(self->ongoing, exchange);
	if (exchange == self->barrier)
		offhook_mcp_http_lift_barrier(self);
	if (end->id != 0 && !end->answered)
		offhook_mcp_http_fail(self, end);
}

/* ---- what the server says unasked ---- */

static void
offhook_mcp_http_stopped_listening_cb(gpointer user_data, OffhookMcpExchange *exchange,
				      const OffhookMcpExchangeEnd *end)
{
	OffhookMcpHttp *self = user_data;

	self->listening = NULL;
	/* Most servers have nothing to say. */
	if (end->status >= 400 && end->status <= 499)
		return;
	offhook_mcp_http_listen_later(self, self->listen_ms);
	self->listen_ms = MIN(self->listen_ms * 2, LISTEN_LAST_MS);
}

static gboolean
offhook_mcp_http_listen_cb(gpointer user_data)
{
	static const OffhookMcpExchangeHandler handler = {
	    .message = offhook_mcp_http_message_cb,
	    .ended = offhook_mcp_http_stopped_listening_cb,
	};
	OffhookMcpHttp *self = user_data;
	g_autoptr(GPtrArray) headers = offhook_mcp_http_make_headers(self, NULL);
	const OffhookWebRequest request = {
	    .url = self->url,
	    .headers = (const char *const *)headers->pdata,
	};

	self->listen_id = 0;
	self->listening =
	    offhook_mcp_exchange_new(self->web, &request, 0, self->session, &handler, self);
	return G_SOURCE_REMOVE;
}

static void
offhook_mcp_http_listen_later(OffhookMcpHttp *self, guint ms)
{
	if (self->listening == NULL && self->listen_id == 0 && !self->modern)
		self->listen_id = g_timeout_add(ms, offhook_mcp_http_listen_cb, self);
}

/* ---- the transport ---- */

static void
offhook_mcp_http_start(OffhookMcpHttp *self, const OffhookMcpOutgoing *outgoing)
{
	gboolean initializes = g_strcmp0(outgoing->method, INITIALIZE) == 0;
	const OffhookMcpExchangeHandler handler = {
	    .message = offhook_mcp_http_message_cb,
	    .session = initializes ? offhook_mcp_http_session_cb : NULL,
	    .ended = offhook_mcp_http_ended_cb,
	};
	g_autoptr(GPtrArray) headers = offhook_mcp_http_make_headers(self, outgoing);
	g_autoptr(GBytes) body = g_bytes_new(outgoing->text, strlen(outgoing->text));
	const OffhookWebRequest request = {
	    .method = "POST",
	    .url = self->url,
	    .headers = (const char *const *)headers->pdata,
	    .content_type = "application/json",
	    .body = body,
	    .once = g_strcmp0(outgoing->method, CALL) == 0,
	};
	OffhookMcpExchange *exchange;

	/* Answers nobody takes: a server that only asks gets no more of them. */
	if (outgoing->id == 0 && self->ongoing->len >= MAX_ONGOING)
		return;
	exchange = offhook_mcp_exchange_new(self->web, &request, outgoing->id, self->session,
					    &handler, self);

	g_ptr_array_add(self->ongoing, exchange);
	if (g_strcmp0(outgoing->method, INITIALIZED) == 0)
		self->barrier = exchange;
}

static void
offhook_mcp_http_send(OffhookMcpTransport *transport, const OffhookMcpOutgoing *outgoing)
{
	OffhookMcpHttp *self = OFFHOOK_MCP_HTTP(transport);

	if (self->barrier != NULL)
		g_queue_push_tail(&self->waiting, offhook_mcp_outgoing_copy(outgoing));
	else
		offhook_mcp_http_start(self, outgoing);
}

static void
offhook_mcp_http_drop(OffhookMcpTransport *transport, gint64 id)
{
	OffhookMcpHttp *self = OFFHOOK_MCP_HTTP(transport);

	for (GList *l = self->waiting.head; l != NULL; l = l->next) {
		OffhookMcpOutgoing *outgoing = l->data;

		if (outgoing->id == id) {
			g_queue_delete_link(&self->waiting, l);
			offhook_mcp_outgoing_free(outgoing);
			return;
		}
	}
	for (guint i = 0; i < self->ongoing->len; i++) {
		OffhookMcpExchange *exchange = g_ptr_array_index(self->ongoing, i);

		if (offhook_mcp_exchange_get_id(exchange) == id) {
			g_ptr_array_remove_index_fast(self->ongoing, i);
			offhook_mcp_exchange_cancel(exchange);
			return;
		}
	}
}

/* Forgets what is under way. */
static void
offhook_mcp_http_forget(OffhookMcpHttp *self)
{
	for (guint i = 0; i < self->ongoing->len; i++)
		offhook_mcp_exchange_cancel(g_ptr_array_index(self->ongoing, i));
	g_ptr_array_set_size(self->ongoing, 0);
	g_clear_handle_id(&self->listen_id, g_source_remove);
	g_clear_pointer(&self->listening, offhook_mcp_exchange_cancel);
	self->barrier = NULL;
	g_queue_clear_full(&self->waiting, offhook_mcp_outgoing_free);
}

static void
offhook_mcp_http_said_goodbye_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	gboolean *done = user_data;
	g_autoptr(OffhookWebResponse) response =
	    offhook_web_client_send_finish(OFFHOOK_WEB_CLIENT(source), result, NULL);

	if (done != NULL)
		*done = TRUE;
}

/* Tells the server that the session is over, if there is one. Whether it cares is its business. */
static gboolean
offhook_mcp_http_say_goodbye(OffhookMcpHttp *self, OffhookWebClient *web, gboolean *done)
{
	g_autoptr(GPtrArray) headers = NULL;
	OffhookWebRequest request = {.method = "DELETE", .timeout_ms = GOODBYE_MS};

	if (self->session == NULL)
		return FALSE;
	headers = offhook_mcp_http_make_headers(self, NULL);
	request.url = self->url;
	request.headers = (const char *const *)headers->pdata;
	g_clear_pointer(&self->session, g_free);
	offhook_web_client_send_async(web, &request, NULL, offhook_mcp_http_said_goodbye_cb, done);
	return TRUE;
}

static void
offhook_mcp_http_close(OffhookMcpTransport *transport)
{
	OffhookMcpHttp *self = OFFHOOK_MCP_HTTP(transport);

	offhook_mcp_http_forget(self);
	offhook_mcp_http_say_goodbye(self, self->web, NULL);
}

/* In a main loop of its own: that of the others may be over. */
static void
offhook_mcp_http_finish(OffhookMcpTransport *transport)
{
	OffhookMcpHttp *self = OFFHOOK_MCP_HTTP(transport);
	g_autoptr(GMainContext) context = g_main_context_new();
	gboolean done = FALSE;
	OffhookWebClient *web;

	offhook_mcp_http_forget(self);
	g_main_context_push_thread_default(context);
	web = offhook_web_client_new(1);
	if (offhook_mcp_http_say_goodbye(self, web, &done))
		while (!done)
			g_main_context_iteration(context, TRUE);
	g_object_unref(web);
	g_main_context_pop_thread_default(context);
}

static void
offhook_mcp_http_agree(OffhookMcpTransport *transport, const char *version, gboolean modern)
{
	OffhookMcpHttp *self = OFFHOOK_MCP_HTTP(transport);

	g_free(self->version);
	self->version = g_strdup(version);
	self->modern = modern;
}

static gboolean
offhook_mcp_http_open(OffhookMcpTransport *transport, GError **error)
{
	OffhookMcpHttp *self = OFFHOOK_MCP_HTTP(transport);

	offhook_mcp_http_forget(self);
	g_clear_pointer(&self->session, g_free);
	offhook_mcp_http_agree(transport, NULL, FALSE);
	return TRUE;
}

OffhookMcpTransport *
offhook_mcp_http_new(const char *url, const char *const *headers)
{
	OffhookMcpHttp *self = g_object_new(OFFHOOK_TYPE_MCP_HTTP, NULL);

	self->url = g_strdup(url);
	self->headers = g_strdupv((char **)headers);
	return OFFHOOK_MCP_TRANSPORT(self);
}

static void
offhook_mcp_http_finalize(GObject *object)
{
	OffhookMcpHttp *self = OFFHOOK_MCP_HTTP(object);

	offhook_mcp_http_forget(self);
	g_ptr_array_unref(self->ongoing);
	g_object_unref(self->web);
	g_free(self->url);
	g_strfreev(self->headers);
	g_free(self->version);
	g_free(self->session);

	G_OBJECT_CLASS(offhook_mcp_http_parent_class)->finalize(object);
}

static void
offhook_mcp_http_init(OffhookMcpHttp *self)
{
	self->web = offhook_web_client_new(CONNECTIONS);
	self->ongoing = g_ptr_array_new();
	g_queue_init(&self->waiting);
}

static void
offhook_mcp_http_class_init(OffhookMcpHttpClass *klass)
{
	OffhookMcpTransportClass *transport_class = OFFHOOK_MCP_TRANSPORT_CLASS(klass);

	transport_class->by_request = TRUE;
	transport_class->open = offhook_mcp_http_open;
	transport_class->send = offhook_mcp_http_send;
	transport_class->drop = offhook_mcp_http_drop;
	transport_class->agree = offhook_mcp_http_agree;
	transport_class->close = offhook_mcp_http_close;
	transport_class->finish = offhook_mcp_http_finish;
	G_OBJECT_CLASS(klass)->finalize = offhook_mcp_http_finalize;
}
