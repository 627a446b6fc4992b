/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sends the request and reads what comes. Pieces come while the web client runs, where a turn must
 * not be touched: whoever hears an answer may end the call. So they wait for the main loop. Main
 * thread.
 */

#include "remote-exchange.h"

#include "remote-request.h"

#include <offhook/error.h>
#include <offhook/rest-reply.h>
#include <offhook/sse-parser.h>
#include <string.h>

/* However alive it is, nobody listens longer. */
#define OFFHOOK_REMOTE_EXCHANGE_MAX_MS (120 * 1000)

typedef enum {
	OFFHOOK_REMOTE_UNKNOWN,
	OFFHOOK_REMOTE_TEXT,
	OFFHOOK_REMOTE_JSON,
	OFFHOOK_REMOTE_EVENTS,
} OffhookRemoteForm;

struct _OffhookRemoteExchange {
	gatomicrefcount ref_count;                   /* the owner's, and the request's */
	const OffhookRemoteExchangeHandler *handler; /* (nullable): freed */
	gpointer user_data;
	GCancellable *cancellable;
	OffhookRemoteForm form;
	gsize max_size;
	gsize size;            /* of what came */
	GString *body;         /* JSON, or the beginning of a character */
	OffhookSseParser *sse; /* (nullable) */
	GQueue answers;        /* of OffhookRemoteAnswer, to be told */
	guint source;
	gboolean empty;
};

static void
offhook_remote_exchange_unref(OffhookRemoteExchange *self)
{
	if (!g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_clear_handle_id(&self->source, g_source_remove);
	g_queue_clear_full(&self->answers, (GDestroyNotify)offhook_remote_answer_free);
	g_clear_pointer(&self->sse, offhook_sse_parser_free);
	g_string_free(self->body, TRUE);
	g_object_unref(self->cancellable);
	g_free(self);
}

/* ---- telling ---- */

static void
offhook_remote_exchange_tell(OffhookRemoteExchange *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	while (self->handler != NULL && !g_queue_is_empty(&self->answers)) {
		g_autoptr(OffhookRemoteAnswer) answer = g_queue_pop_head(&self->answers);

		self->handler->answer(self->user_data, answer);
	}
	offhook_remote_exchange_unref(self);
}

static gboolean
offhook_remote_exchange_tell_cb(gpointer user_data)
{
	OffhookRemoteExchange *self = user_data;

	self->source = 0;
	offhook_remote_exchange_tell(self);
	return G_SOURCE_REMOVE;
}

/* @answer: (transfer full) */
static void
offhook_remote_exchange_queue(OffhookRemoteExchange *self, OffhookRemoteAnswer *answer)
{
	self->empty = FALSE;
	g_queue_push_tail(&self->answers, answer);
	if (self->source == 0)
		self->source = g_idle_add_full(G_PRIORITY_DEFAULT, offhook_remote_exchange_tell_cb,
					       self, NULL);
}

/* ---- reading ---- */

/* Whole characters are said, the beginning of one waits. */
static gboolean
offhook_remote_exchange_read_text(OffhookRemoteExchange *self, GError **error)
{
	const char *end = NULL;
	gsize size;

	g_utf8_validate(self->body->str, (gssize)self->body->len, &end);
	size = (gsize)(end - self->body->str);
	if (self->body->len - size > 3 || memchr(self->body->str, '\0', self->body->len) != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "answer: expected UTF-8");
		return FALSE;
	}
	if (size > 0) {
		g_autofree char *text = g_strndup(self->body->str, size);

		offhook_remote_exchange_queue(self, offhook_remote_answer_new(text));
		g_string_erase(self->body, 0, (gssize)size);
	}
	return TRUE;
}

static gboolean
offhook_remote_exchange_read_json(OffhookRemoteExchange *self, const char *text, gsize size,
				  GError **error)
{
	OffhookRemoteAnswer *answer = offhook_remote_answer_parse(text, size, error);

	if (answer != NULL)
		offhook_remote_exchange_queue(self, answer);
	return answer != NULL;
}

static gboolean
offhook_remote_exchange_event_cb(gpointer user_data, const char *event, const char *data,
				 gsize size, GError **error)
{
	/* As language models end theirs. */
	if (g_str_equal(data, "[DONE]"))
		return TRUE;
	return offhook_remote_exchange_read_json(user_data, data, size, error);
}

static void
offhook_remote_exchange_begin_cb(gpointer user_data, guint status, GHashTable *headers)
{
	static const struct {
		const char *type;
		OffhookRemoteForm form;
	} forms[] = {
	    {"text/plain", OFFHOOK_REMOTE_TEXT},
	    {"application/json", OFFHOOK_REMOTE_JSON},
	    {"text/event-stream", OFFHOOK_REMOTE_EVENTS},
	};
	OffhookRemoteExchange *self = user_data;
	const char *header = g_hash_table_lookup(headers, "content-type");
	g_autofree char *type =
	    g_strndup(header != NULL ? header : "", header != NULL ? strcspn(header, "; ") : 0);

	for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
		if (g_ascii_strcasecmp(forms[i].type, type) == 0)
			self->form = forms[i].form;
	}
	if (self->form == OFFHOOK_REMOTE_EVENTS)
		self->sse = offhook_sse_parser_new(offhook_remote_exchange_event_cb, self);
}

static gboolean
offhook_remote_exchange_receive_cb(gpointer user_data, const guint8 *data, gsize size,
				   GError **error)
{
	OffhookRemoteExchange *self = user_data;

	self->size += size;
	if (self->size > self->max_size) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "answer: more than %" G_GSIZE_FORMAT " bytes", self->max_size);
		return FALSE;
	}
	switch (self->form) {
	case OFFHOOK_REMOTE_TEXT:
		g_string_append_len(self->body, (const char *)data, (gssize)size);
		return offhook_remote_exchange_read_text(self, error);
	case OFFHOOK_REMOTE_JSON:
		g_string_append_len(self->body, (const char *)data, (gssize)size);
		return TRUE;
	case OFFHOOK_REMOTE_EVENTS:
		return offhook_sse_parser_push(self->sse, data, size, error);
	case OFFHOOK_REMOTE_UNKNOWN:
	default:
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "content-type: expected text/plain, application/json or "
			    "text/event-stream");
		return FALSE;
	}
}

/* What the last piece has left. */
static gboolean
offhook_remote_exchange_finish(OffhookRemoteExchange *self, GError **error)
{
	if (self->form == OFFHOOK_REMOTE_JSON)
		return offhook_remote_exchange_read_json(self, self->body->str, self->body->len,
							 error);
	if (self->form == OFFHOOK_REMOTE_EVENTS)
		return offhook_sse_parser_finish(self->sse, error);
	if (self->body->len > 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "answer: expected UTF-8");
		return FALSE;
	}
	return TRUE;
}

static void
offhook_remote_exchange_done_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookRemoteExchange *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    offhook_web_client_send_finish(OFFHOOK_WEB_CLIENT(source), result, &error);

	if (response != NULL && response->status / 100 != 2)
		g_set_error(&error, OFFHOOK_ERROR, offhook_rest_get_error_code(response->status),
			    "the program answered with status %u", response->status);
	else if (response != NULL && self->handler != NULL)
		offhook_remote_exchange_finish(self, &error);
	offhook_remote_exchange_tell(self);
	if (self->handler != NULL) {
		const OffhookRemoteExchangeHandler *handler = g_steal_pointer(&self->handler);

		handler->done(self->user_data, self->empty, error);
	}
	offhook_remote_exchange_unref(self);
}

OffhookRemoteExchange *
offhook_remote_exchange_new(OffhookWebClient *web, const OffhookRemoteOptions *options, char *body,
			    const OffhookRemoteExchangeHandler *handler, gpointer user_data)
{
	OffhookRemoteExchange *self = g_new0(OffhookRemoteExchange, 1);
	g_autoptr(GBytes) bytes = g_bytes_new_take(body, strlen(body));
	g_auto(GStrv) headers = offhook_remote_request_make_headers(options, bytes);
	const OffhookWebRequest request = {
	    .method = "POST",
	    .url = options->url,
	    .headers = (const char *const *)headers,
	    .content_type = "application/json",
	    .body = bytes,
	    .connect_timeout_ms = options->timeout_ms,
	    .stall_timeout_ms = options->timeout_ms,
	    .timeout_ms = OFFHOOK_REMOTE_EXCHANGE_MAX_MS,
	    .max_size = options->max_size,
	    .receive = offhook_remote_exchange_receive_cb,
	    .begin = offhook_remote_exchange_begin_cb,
	    .receive_data = self,
	};

	g_atomic_ref_count_init(&self->ref_count);
	g_atomic_ref_count_inc(&self->ref_count); /* the request's */
	self->handler = handler;
	self->user_data = user_data;
	self->max_size = options->max_size;
	self->cancellable = g_cancellable_new();
	self->body = g_string_new(NULL);
	self->empty = TRUE;
	g_queue_init(&self->answers);
	offhook_web_client_send_async(web, &request, self->cancellable,
				      offhook_remote_exchange_done_cb, self);
	return self;
}

void
offhook_remote_exchange_free(OffhookRemoteExchange *self)
{
	if (self == NULL)
		return;
	self->handler = NULL;
	g_clear_handle_id(&self->source, g_source_remove);
	g_cancellable_cancel(self->cancellable);
	offhook_remote_exchange_unref(self);
}
