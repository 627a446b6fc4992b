/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One request is under way at a time; what comes meanwhile waits. A collector that is away costs the
 * spans of that time and one line in the log. Main thread.
 */

#include "trace/trace-exporter.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/rest-client.h>

#include <string.h>

#define OFFHOOK_TRACE_BATCH      512
#define OFFHOOK_TRACE_DELAY_MS   2000
#define OFFHOOK_TRACE_TIMEOUT_MS 10000
#define OFFHOOK_TRACE_FLUSH_S    2

typedef enum {
	SENT,
	REJECTED, /* by the collector */
	FAILED,   /* not delivered */
	DROPPED,  /* there was no room */
	LAST
} OffhookTraceResult;

struct _OffhookTraceExporter {
	char *endpoint;
	char *service_name;
	char **headers;
	OffhookWebClient *web;
	OffhookMetrics *metrics;
	OffhookMetric *results;
	OffhookMetric *waiting;
	GPtrArray *queue; /* of OffhookSpan */
	guint n_sending;
	gboolean closed; /* only a request that is under way has it still */
	guint timer;
	GCancellable *cancellable;
	gboolean failing;
	GTask *flush; /* (nullable) */
	guint flush_timer;
};

static const char *const offhook_trace_result_labels[] = {"result", NULL};
static const OffhookMetricSpec offhook_trace_results_spec = {
    OFFHOOK_METRIC_COUNTER, "offhook_trace_spans_total",
    "Spans, by what became of them: sent, rejected by the collector, failed to be delivered, "
    "dropped "
    "for want of room.",
    offhook_trace_result_labels};
static const OffhookMetricSpec offhook_trace_waiting_spec = {
    OFFHOOK_METRIC_GAUGE, "offhook_trace_queued_spans", "Spans that wait to be sent."};

static void offhook_trace_exporter_send(OffhookTraceExporter *self);
static void offhook_trace_exporter_unref(OffhookTraceExporter *self);

static void
offhook_trace_exporter_count(OffhookTraceExporter *self, OffhookTraceResult result, guint n)
{
	static const char *const names[LAST] = {"sent", "rejected", "failed", "dropped"};

	offhook_metric_count(self->results, n, (const char *const[]){names[result], NULL});
}

/* ---- headers ---- */

static gboolean
offhook_trace_parse_header(const char *text, GPtrArray *headers)
{
	const char *equals = strchr(text, '=');
	g_autofree char *name = NULL;
	g_autofree char *value = NULL;

	if (equals == NULL)
		return FALSE;
	name = g_strstrip(g_strndup(text, equals - text));
	value = g_uri_unescape_string(equals + 1, NULL);
	if (value == NULL || strpbrk(value, "\r\n") != NULL ||
	    !g_regex_match_simple("^[A-Za-z0-9!#$%&'*+.^_`|~-]+\\z", name, 0, 0))
		return FALSE;
	g_ptr_array_add(headers, g_strdup_printf("%s: %s", name, g_strstrip(value)));
	return TRUE;
}

char **
offhook_trace_parse_headers(const char *text, GError **error)
{
	g_autoptr(GPtrArray) headers = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) parts = g_strsplit(text != NULL ? text : "", ",", -1);

	for (guint i = 0; parts[i] != NULL; i++) {
		if (*g_strstrip(parts[i]) == '\0' || offhook_trace_parse_header(parts[i], headers))
			continue;
		/* It may be a key. */
		g_set_error(
		    error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "[trace] headers: number %u is none, expected name=value,name=value with "
		    "percent signs as in a URL",
		    i + 1);
		return NULL;
	}
	g_ptr_array_add(headers, NULL);
	return (char **)g_ptr_array_steal(headers, NULL);
}

/* ---- sending ---- */

static void
offhook_trace_exporter_check_flushed(OffhookTraceExporter *self)
{
	g_autoptr(GTask) flush = NULL;

	if (self->flush == NULL || self->queue->len > 0 || self->n_sending > 0)
		return;
	flush = g_steal_pointer(&self->flush);
	g_clear_handle_id(&self->flush_timer, g_source_remove);
	g_task_return_boolean(flush, TRUE);
}

/* What the collector took of a batch and did not like. */
static guint
offhook_trace_exporter_read_rejected(const OffhookWebResponse *response)
{
	gsize size;
	const char *text = g_bytes_get_data(response->body, &size);
	g_autoptr(JsonObject) reply = offhook_json_parse_object(text, size, "the reply", NULL);
	JsonNode *partial = reply != NULL ? json_object_get_member(reply, "partialSuccess") : NULL;
	JsonNode *rejected;

	if (partial == NULL || !JSON_NODE_HOLDS_OBJECT(partial))
		return 0;
	rejected = json_object_get_member(json_node_get_object(partial), "rejectedSpans");
	if (rejected == NULL || !JSON_NODE_HOLDS_VALUE(rejected))
		return 0;
	/* Whole numbers of 64 bits are strings in this JSON, but not everybody's. */
	if (json_node_get_value_type(rejected) == G_TYPE_STRING)
		return (guint)g_ascii_strtoull(json_node_get_string(rejected), NULL, 10);
	return (guint)json_node_get_int(rejected);
}

static void
offhook_trace_exporter_note(OffhookTraceExporter *self, const OffhookWebResponse *response,
			    const GError *error)
{
	guint rejected;

	if (response != NULL && response->status / 100 == 2) {
		rejected = MIN(offhook_trace_exporter_read_rejected(response), self->n_sending);
		offhook_trace_exporter_count(self, REJECTED, rejected);
		offhook_trace_exporter_count(self, SENT, self->n_sending - rejected);
		if (self->failing)
			g_message("traces are delivered again");
		self->failing = FALSE;
		return;
	}
	offhook_trace_exporter_count(self, FAILED, self->n_sending);
	if (self->failing)
		return;
	self->failing = TRUE;
	if (response != NULL)
		g_warning("traces are not delivered: the collector answers with status %u",
			  response->status);
	else
		g_warning("traces are not delivered: %s", error->message);
}

static void
offhook_trace_exporter_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookTraceExporter *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response = offhook_rest_send_finish(result, &error);

	if (!self->closed) {
		offhook_trace_exporter_note(self, response, error);
		self->n_sending = 0;
		if (self->queue->len >= OFFHOOK_TRACE_BATCH ||
		    (self->flush != NULL && self->queue->len > 0))
			offhook_trace_exporter_send(self);
		offhook_trace_exporter_check_flushed(self);
	}
	offhook_trace_exporter_unref(self);
}

static void
offhook_trace_exporter_send(OffhookTraceExporter *self)
{
	const OffhookRestPatience patience = {.attempts = 4, .backoff_first_ms = 200};
	guint n = MIN(self->queue->len, OFFHOOK_TRACE_BATCH);
	g_autoptr(GPtrArray) batch =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_span_free);
	g_autofree char *text = NULL;
	g_autoptr(GBytes) body = NULL;

	for (guint i = 0; i < n; i++)
		g_ptr_array_add(batch, g_ptr_array_steal_index(self->queue, 0));
	text = offhook_span_print_request(batch, self->service_name);
	body = g_bytes_new(text, strlen(text));
	self->n_sending = n;
	offhook_rest_send_async(self->web,
				&(OffhookWebRequest){
				    .method = "POST",
				    .url = self->endpoint,
				    .headers = (const char *const *)self->headers,
				    .content_type = "application/json",
				    .body = body,
				    .timeout_ms = OFFHOOK_TRACE_TIMEOUT_MS,
				},
				TRUE, &patience, self->cancellable, offhook_trace_exporter_sent_cb,
				g_rc_box_acquire(self));
}

static gboolean
offhook_trace_exporter_due_cb(gpointer user_data)
{
	OffhookTraceExporter *self = user_data;

	if (self->n_sending > 0)
		return G_SOURCE_CONTINUE;
	self->timer = 0;
	if (self->queue->len > 0)
		offhook_trace_exporter_send(self);
	return G_SOURCE_REMOVE;
}

void
offhook_trace_exporter_add(OffhookTraceExporter *self, OffhookSpan *span)
{
	if (self->queue->len >= OFFHOOK_TRACE_MAX_QUEUED) {
		offhook_span_free(span);
		offhook_trace_exporter_count(self, DROPPED, 1);
		return;
	}
	g_ptr_array_add(self->queue, span);
	if (self->n_sending == 0 && self->queue->len >= OFFHOOK_TRACE_BATCH)
		offhook_trace_exporter_send(self);
	else if (self->timer == 0)
		self->timer =
		    g_timeout_add(OFFHOOK_TRACE_DELAY_MS, offhook_trace_exporter_due_cb, self);
}

static gboolean
offhook_trace_exporter_give_up_cb(gpointer user_data)
{
	OffhookTraceExporter *self = user_data;
	g_autoptr(GTask) flush = g_steal_pointer(&self->flush);

	self->flush_timer = 0;
	g_warning("%u spans of traces were not delivered in time",
		  self->queue->len + self->n_sending);
	g_task_return_boolean(flush, TRUE);
	return G_SOURCE_REMOVE;
}

void
offhook_trace_exporter_flush_async(OffhookTraceExporter *self, GAsyncReadyCallback callback,
				   gpointer user_data)
{
	g_return_if_fail(self->flush == NULL);

	self->flush = g_task_new(NULL, NULL, callback, user_data);
	self->flush_timer =
	    g_timeout_add_seconds(OFFHOOK_TRACE_FLUSH_S, offhook_trace_exporter_give_up_cb, self);
	if (self->queue->len > 0 && self->n_sending == 0)
		offhook_trace_exporter_send(self);
	offhook_trace_exporter_check_flushed(self);
}

/* ---- life ---- */

static void
offhook_trace_exporter_read_cb(gpointer user_data)
{
	OffhookTraceExporter *self = user_data;

	offhook_metric_set(self->waiting, self->queue->len, NULL);
}

OffhookTraceExporter *
offhook_trace_exporter_new(OffhookConfig *config, OffhookMetrics *metrics, GError **error)
{
	const char *endpoint = offhook_config_get_string(config, "trace", "endpoint");
	OffhookTraceExporter *self;
	char **headers;

	if (endpoint == NULL)
		return NULL;
	headers = offhook_trace_parse_headers(offhook_config_get_string(config, "trace", "headers"),
					      error);
	if (headers == NULL)
		return NULL;
	self = g_rc_box_new0(OffhookTraceExporter);
	self->headers = headers;
	self->endpoint = g_strdup(endpoint);
	self->service_name = g_strdup(offhook_config_get_string(config, "trace", "service-name"));
	self->web = offhook_web_client_new(1);
	self->queue = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_span_free);
	self->cancellable = g_cancellable_new();
	self->metrics = metrics;
	self->results = offhook_metrics_add(metrics, &offhook_trace_results_spec);
	self->waiting = offhook_metrics_add(metrics, &offhook_trace_waiting_spec);
	offhook_metrics_add_source(metrics, offhook_trace_exporter_read_cb, self, NULL);
	return self;
}

static void
offhook_trace_exporter_clear(gpointer data)
{
	OffhookTraceExporter *self = data;

	g_ptr_array_unref(self->queue);
	g_object_unref(self->web);
	g_object_unref(self->cancellable);
	g_strfreev(self->headers);
	g_free(self->endpoint);
	g_free(self->service_name);
}

static void
offhook_trace_exporter_unref(OffhookTraceExporter *self)
{
	g_rc_box_release_full(self, offhook_trace_exporter_clear);
}

void
offhook_trace_exporter_free(OffhookTraceExporter *self)
{
	if (self == NULL)
		return;
	self->closed = TRUE;
	g_cancellable_cancel(self->cancellable);
	offhook_metrics_remove_source(self->metrics, self);
	g_clear_handle_id(&self->timer, g_source_remove);
	g_clear_handle_id(&self->flush_timer, g_source_remove);
	g_clear_object(&self->flush);
	offhook_trace_exporter_unref(self);
}
