/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The web client calls from within libcurl, where nothing may be started or cancelled: what comes is
 * put down there and handed over in the next turn of the main loop. Main thread.
 */

#include "openai-exchange.h"

#include "openai-error.h"
#include <offhook/error.h>

#define LET_GO_MS 500

struct _OffhookOpenaiExchange {
	guint ref_count; /* the owner's, the web client's, and one for each event */
	OffhookOpenaiEvents events;
	gpointer user_data;
	gboolean silent; /* no events any more */
	GCancellable *cancellable;
	GByteArray *pending; /* came, and was not handed over */
	guint deliver;       /* source */
	gboolean begun;      /* something of the answer came */
	guint stall_ms;
	guint deadline; /* source: for what is awaited next */
	gint64 deadline_us;
	GError *failure; /* (nullable): why we broke it off */
};

static void
offhook_openai_exchange_unref(OffhookOpenaiExchange *self)
{
	if (--self->ref_count > 0)
		return;
	g_clear_handle_id(&self->deliver, g_source_remove);
	g_clear_handle_id(&self->deadline, g_source_remove);
	g_object_unref(self->cancellable);
	g_byte_array_unref(self->pending);
	g_clear_error(&self->failure);
	g_free(self);
}

/* @error: (transfer full) */
static void
offhook_openai_exchange_break_off(OffhookOpenaiExchange *self, GError *error)
{
	if (self->failure == NULL)
		self->failure = error;
	else
		g_error_free(error);
	g_cancellable_cancel(self->cancellable);
}

/* ---- deadlines ---- */

static gboolean offhook_openai_exchange_deadline_cb(gpointer user_data);

static void
offhook_openai_exchange_expect_within(OffhookOpenaiExchange *self, guint ms)
{
	self->deadline_us = g_get_monotonic_time() + (gint64)ms * 1000;
	/* The timer is not moved with every piece: when it is early, it goes on. */
	if (self->deadline == 0)
		self->deadline = g_timeout_add(ms, offhook_openai_exchange_deadline_cb, self);
}

static gboolean
offhook_openai_exchange_deadline_cb(gpointer user_data)
{
	OffhookOpenaiExchange *self = user_data;
	gint64 left_us = self->deadline_us - g_get_monotonic_time();

	self->deadline = 0;
	if (left_us > 0) {
		self->deadline = g_timeout_add((guint)((left_us + 999) / 1000),
					       offhook_openai_exchange_deadline_cb, self);
		return G_SOURCE_REMOVE;
	}
	offhook_openai_exchange_break_off(
	    self, g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
			      self->begun ? "openai: the answer stopped in the middle"
					  : "openai: the service did not begin to answer in time"));
	return G_SOURCE_REMOVE;
}

/* ---- what comes ---- */

static void
offhook_openai_exchange_deliver(OffhookOpenaiExchange *self)
{
	g_autoptr(GByteArray) data = g_steal_pointer(&self->pending);
	GError *error = NULL;

	self->pending = g_byte_array_new();
	if (data->len == 0 || self->silent || self->failure != NULL)
		return;
	if (!self->events.data(self->user_data, data->data, data->len, &error))
		offhook_openai_exchange_break_off(self, error);
}

static gboolean
offhook_openai_exchange_deliver_cb(gpointer user_data)
{
	OffhookOpenaiExchange *self = user_data;

	self->deliver = 0;
	self->ref_count++;
	offhook_openai_exchange_deliver(self);
	offhook_openai_exchange_unref(self);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_openai_exchange_receive_cb(gpointer user_data, const guint8 *data, gsize size,
				   GError **error)
{
	OffhookOpenaiExchange *self = user_data;

	if (self->silent)
		return TRUE;
	self->begun = TRUE;
	offhook_openai_exchange_expect_within(self, self->stall_ms);
	g_byte_array_append(self->pending, data, (guint)size);
	if (self->deliver == 0)
		self->deliver = g_idle_add_full(G_PRIORITY_DEFAULT,
						offhook_openai_exchange_deliver_cb, self, NULL);
	return TRUE;
}

static GError *
offhook_openai_exchange_judge(OffhookOpenaiExchange *self, const OffhookWebResponse *response,
			      const GError *error)
{
	if (self->failure != NULL)
		return g_error_copy(self->failure);
	if (response == NULL) {
		GError *copy = g_error_copy(error);

		g_prefix_error(&copy, "openai: ");
		return copy;
	}
	return response->status >= 200 && response->status <= 299
		   ? NULL
		   : offhook_openai_error_from_response(response);
}

static void
offhook_openai_exchange_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookOpenaiExchange *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    offhook_web_client_send_finish(OFFHOOK_WEB_CLIENT(source), result, &error);
	g_autoptr(GError) verdict = NULL;

	g_clear_handle_id(&self->deadline, g_source_remove);
	g_clear_handle_id(&self->deliver, g_source_remove);
	offhook_openai_exchange_deliver(self);
	verdict = offhook_openai_exchange_judge(self, response, error);
	if (!self->silent) {
		self->silent = TRUE;
		self->events.end(self->user_data, verdict);
	}
	offhook_openai_exchange_unref(self);
}

OffhookOpenaiExchange *
offhook_openai_exchange_new(OffhookWebClient *web, OffhookOpenaiConfig *config,
			    const OffhookOpenaiQuestion *question,
			    const OffhookOpenaiEvents *events, gpointer user_data)
{
	OffhookOpenaiExchange *self = g_new0(OffhookOpenaiExchange, 1);
	g_autofree char *url = g_strconcat(question->place->url, question->path, NULL);
	g_autofree char *accept = g_strconcat("Accept: ", question->accept, NULL);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) headers = NULL;

	g_strv_builder_add(builder, accept);
	/* A compressor would hold back what should be heard at once. */
	g_strv_builder_add(builder, "Accept-Encoding: identity");
	g_strv_builder_addv(builder, (const char **)question->place->headers);
	headers = g_strv_builder_end(builder);
	const OffhookWebRequest request = {
	    .method = question->body != NULL ? "POST" : "GET",
	    .url = url,
	    .headers = (const char *const *)headers,
	    .content_type = question->content_type,
	    .body = question->body,
	    .connect_timeout_ms = config->connect_ms,
	    .timeout_ms = config->total_ms,
	    .max_size = question->max_size,
	    .receive = offhook_openai_exchange_receive_cb,
	    .receive_data = self,
	};

	self->ref_count = 2;
	self->events = *events;
	self->user_data = user_data;
	self->cancellable = g_cancellable_new();
	self->pending = g_byte_array_new();
	self->stall_ms = config->stall_ms;
	offhook_openai_exchange_expect_within(self, config->first_byte_ms);
	offhook_web_client_send_async(web, &request, self->cancellable,
				      offhook_openai_exchange_answered_cb, self);
	return self;
}

static void
offhook_openai_exchange_hush(OffhookOpenaiExchange *self)
{
	self->silent = TRUE;
	g_clear_handle_id(&self->deliver, g_source_remove);
	g_byte_array_set_size(self->pending, 0);
}

void
offhook_openai_exchange_free(OffhookOpenaiExchange *self)
{
	if (self == NULL)
		return;
	offhook_openai_exchange_hush(self);
	g_clear_handle_id(&self->deadline, g_source_remove);
	g_cancellable_cancel(self->cancellable);
	offhook_openai_exchange_unref(self);
}

void
offhook_openai_exchange_let_go(OffhookOpenaiExchange *self)
{
	offhook_openai_exchange_hush(self);
	/* The other reference is the web client's, while it is at it. */
	if (self->ref_count > 1) {
		g_clear_handle_id(&self->deadline, g_source_remove);
		offhook_openai_exchange_expect_within(self, LET_GO_MS);
	}
	offhook_openai_exchange_unref(self);
}
