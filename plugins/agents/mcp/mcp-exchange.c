/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What comes while libcurl is at work is kept until the main loop is: whoever gets it may send and
 * cancel. Main thread.
 */

#include "mcp-exchange.h"

#include "mcp-body.h"
#include <offhook/error.h>
#include <string.h>

#define CONNECT_MS 5000
/* Of one response, which may be a stream that goes on; each message has a limit of its own. */
#define MAX_STREAM G_MAXSIZE
/* A server that has answered closes the stream. One that does not is left. */
#define LINGER_MS   1000
#define MAX_SESSION 512

struct _OffhookMcpExchange {
	OffhookMcpExchangeHandler handler;
	gpointer user_data;
	gboolean cancelled; /* nobody listens: it is freed when the request has ended */
	gint64 id;
	char *session; /* (nullable) */
	OffhookWebClient *web;
	GCancellable *cancellable;
	OffhookMcpBody *body;
	char *new_session; /* (nullable): to be told */
	GQueue inbox;      /* of OffhookMcpMessage: to be told */
	guint inbox_id;
	gboolean answered;
	guint linger;
};

static void
offhook_mcp_exchange_free(OffhookMcpExchange *self)
{
	g_clear_handle_id(&self->inbox_id, g_source_remove);
	g_clear_handle_id(&self->linger, g_source_remove);
	g_queue_clear_full(&self->inbox, (GDestroyNotify)offhook_mcp_message_free);
	offhook_mcp_body_free(self->body);
	g_object_unref(self->cancellable);
	g_object_unref(self->web);
	g_free(self->session);
	g_free(self->new_session);
	g_free(self);
}

void
offhook_mcp_exchange_cancel(OffhookMcpExchange *self)
{
	self->cancelled = TRUE;
	g_clear_handle_id(&self->inbox_id, g_source_remove);
	g_clear_handle_id(&self->linger, g_source_remove);
	g_cancellable_cancel(self->cancellable);
}

gint64
offhook_mcp_exchange_get_id(OffhookMcpExchange *self)
{
	return self->id;
}

/* ---- what comes ---- */

static gboolean
offhook_mcp_exchange_linger_cb(gpointer user_data)
{
	OffhookMcpExchange *self = user_data;

	self->linger = 0;
	g_cancellable_cancel(self->cancellable);
	return G_SOURCE_REMOVE;
}

/* Tells what is there. Whoever hears it may cancel. */
static void
offhook_mcp_exchange_deliver(OffhookMcpExchange *self)
{
	OffhookMcpMessage *message;

	if (self->new_session != NULL && !self->cancelled) {
		g_autofree char *session = g_steal_pointer(&self->new_session);

		self->handler.session(self->user_data, session);
	}
	while (!self->cancelled && (message = g_queue_pop_head(&self->inbox)) != NULL) {
		g_autoptr(OffhookMcpMessage) own = message;

		self->handler.message(self->user_data, own);
	}
}

static gboolean
offhook_mcp_exchange_deliver_cb(gpointer user_data)
{
	OffhookMcpExchange *self = user_data;

	self->inbox_id = 0;
	/* It lives until the request has ended, which is told by the main loop, too. */
	offhook_mcp_exchange_deliver(self);
	if (self->answered && !self->cancelled && self->linger == 0)
		self->linger = g_timeout_add(LINGER_MS, offhook_mcp_exchange_linger_cb, self);
	return G_SOURCE_REMOVE;
}

static void
offhook_mcp_exchange_message_cb(gpointer user_data, OffhookMcpMessage *message)
{
	OffhookMcpExchange *self = user_data;
	gboolean is_answer =
	    message->kind == OFFHOOK_MCP_RESULT || message->kind == OFFHOOK_MCP_ERROR;

	/* An error that could not be told whose it is can be of this request only. */
	if (message->kind == OFFHOOK_MCP_ERROR && message->id == 0)
		message->id = self->id;
	if (is_answer && self->id != 0 && message->id == self->id)
		self->answered = TRUE;
	g_queue_push_tail(&self->inbox, message);
	if (self->inbox_id == 0 && !self->cancelled)
		self->inbox_id = g_idle_add_full(G_PRIORITY_DEFAULT,
						 offhook_mcp_exchange_deliver_cb, self, NULL);
}

static gboolean
offhook_mcp_exchange_is_session(const char *text)
{
	if (text == NULL || *text == '\0' || strlen(text) > MAX_SESSION)
		return FALSE;
	for (; *text != '\0'; text++)
		if (*text < 0x21 || *text > 0x7e)
			return FALSE;
	return TRUE;
}

static void
offhook_mcp_exchange_begin_cb(gpointer user_data, guint status, GHashTable *headers)
{
	OffhookMcpExchange *self = user_data;
	const char *session = g_hash_table_lookup(headers, "mcp-session-id");

	offhook_mcp_body_begin(self->body, g_hash_table_lookup(headers, "content-type"));
	if (self->handler.session != NULL && offhook_mcp_exchange_is_session(session))
		self->new_session = g_strdup(session);
}

static gboolean
offhook_mcp_exchange_receive_cb(gpointer user_data, const guint8 *data, gsize size, GError **error)
{
	OffhookMcpExchange *self = user_data;

	return self->cancelled || offhook_mcp_body_push(self->body, data, size, error);
}

/* ---- its end ---- */

static void
offhook_mcp_exchange_end(OffhookMcpExchange *self, const OffhookWebResponse *response,
			 const GError *failure)
{
	OffhookMcpExchangeEnd end = {.id = self->id, .session = self->session, .error = failure};
	g_autoptr(OffhookMcpMessage) body = NULL;
	g_autoptr(GError) error = NULL;
	gsize size;
	const char *data;

	if (response != NULL && (response->status < 200 || response->status > 299)) {
		data = g_bytes_get_data(response->body, &size);
		body = offhook_mcp_message_parse(data, size, NULL);
		end.status = response->status;
		end.wants_authorization =
		    response->status == 401 &&
		    g_hash_table_contains(response->headers, "www-authenticate");
		end.body = body != NULL && body->kind == OFFHOOK_MCP_ERROR ? body : NULL;
		if (end.body != NULL)
			body->id = self->id;
	} else if (response != NULL && !offhook_mcp_body_finish(self->body, &error)) {
		end.error = error;
	}
	offhook_mcp_exchange_deliver(self);
	end.answered = self->answered;
	if (!self->cancelled)
		self->handler.ended(self->user_data, self, &end);
}

static void
offhook_mcp_exchange_ended_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookMcpExchange *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    offhook_web_client_send_finish(OFFHOOK_WEB_CLIENT(source), result, &error);

	g_clear_handle_id(&self->inbox_id, g_source_remove);
	if (!self->cancelled)
		offhook_mcp_exchange_end(self, response, error);
	offhook_mcp_exchange_free(self);
}

OffhookMcpExchange *
offhook_mcp_exchange_new(OffhookWebClient *web, const OffhookWebRequest *request, gint64 id,
			 const char *session, const OffhookMcpExchangeHandler *handler,
			 gpointer user_data)
{
	OffhookMcpExchange *self = g_new0(OffhookMcpExchange, 1);
	OffhookWebRequest whole = *request;

	self->handler = *handler;
	self->user_data = user_data;
	self->id = id;
	self->session = g_strdup(session);
	self->web = g_object_ref(web);
	self->cancellable = g_cancellable_new();
	self->body = offhook_mcp_body_new(offhook_mcp_exchange_message_cb, self);
	g_queue_init(&self->inbox);
	/* Whoever has asked knows how long it may take. */
	whole.connect_timeout_ms = CONNECT_MS;
	whole.timeout_ms = G_MAXUINT;
	whole.max_size = MAX_STREAM;
	whole.receive = offhook_mcp_exchange_receive_cb;
	whole.begin = offhook_mcp_exchange_begin_cb;
	whole.receive_data = self;
	offhook_web_client_send_async(web, &whole, self->cancellable, offhook_mcp_exchange_ended_cb,
				      self);
	return self;
}
