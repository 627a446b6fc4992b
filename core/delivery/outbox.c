/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Hands each event to the endpoints, and looks after what they share: the client, the order of events,
 * figures. Main thread.
 */

#include "delivery/outbox.h"

#include "base/timestamp.h"

#define OFFHOOK_OUTBOX_CONNECTIONS   64
#define OFFHOOK_OUTBOX_LOOK_S        60
#define OFFHOOK_OUTBOX_COUNT_AGAIN_S 2
#define OFFHOOK_OUTBOX_EXPIRE        60 /* times that it looks */
#define OFFHOOK_OUTBOX_SETTLE_MS     100
#define OFFHOOK_OUTBOX_FLUSH_AGAIN_S 5

typedef enum { OUTCOMES, WAITING, DEAD, FAILING, DISABLED, LAST } OffhookOutboxFamily;

static const char *const offhook_outbox_labels[] = {"endpoint", NULL};
static const char *const offhook_outbox_outcome_labels[] = {"endpoint", "outcome", NULL};
static const char *const offhook_outbox_outcomes[OFFHOOK_DELIVERY_LAST] = {
    [OFFHOOK_DELIVERY_DELIVERED] = "delivered",
    [OFFHOOK_DELIVERY_FAILED] = "failed",
    [OFFHOOK_DELIVERY_DIED] = "died",
    [OFFHOOK_DELIVERY_DROPPED] = "dropped",
};

static const OffhookMetricSpec offhook_outbox_specs[LAST] = {
    [OUTCOMES] = {OFFHOOK_METRIC_COUNTER, "offhook_webhook_deliveries_total",
		  "Events for the user's systems: delivered; attempts that failed; died, as their "
		  "time was over; dropped for want of room.",
		  offhook_outbox_outcome_labels},
    [WAITING] = {OFFHOOK_METRIC_GAUGE, "offhook_webhook_waiting_events",
		 "Events that wait to be delivered.", offhook_outbox_labels},
    [DEAD] = {OFFHOOK_METRIC_GAUGE, "offhook_webhook_dead_events",
	      "Events that are not tried any more.", offhook_outbox_labels},
    [FAILING] = {OFFHOOK_METRIC_GAUGE, "offhook_webhook_failing",
		 "1 while the last attempt has failed.", offhook_outbox_labels},
    [DISABLED] = {OFFHOOK_METRIC_GAUGE, "offhook_webhook_disabled",
		  "1 since it answered with status 410.", offhook_outbox_labels},
};

struct _OffhookOutbox {
	GObject parent_instance;

	OffhookStore *store;
	OffhookEventBus *events;
	OffhookMetrics *metrics;
	OffhookMetric *families[LAST];
	OffhookWebClient *web;
	GPtrArray *endpoints; /* of OffhookDeliveryEndpoint */
	GCancellable *cancellable;
	gint64 position;
	guint timer;
	guint looks;
	gboolean counting;
	gboolean count_again;
	guint count_timer;
	gboolean held;      /* another process sends */
	guint settle_timer; /* what it is to send is on its way to the store */
};

static guint offhook_outbox_settled;

G_DEFINE_FINAL_TYPE(OffhookOutbox, offhook_outbox, G_TYPE_OBJECT)

static OffhookDeliveryEndpoint *
offhook_outbox_find(OffhookOutbox *self, const char *name)
{
	for (guint i = 0; i < self->endpoints->len; i++) {
		OffhookDeliveryEndpoint *endpoint = g_ptr_array_index(self->endpoints, i);

		if (g_str_equal(offhook_delivery_endpoint_get_name(endpoint), name))
			return endpoint;
	}
	return NULL;
}

static void
offhook_outbox_tell_each(OffhookOutbox *self, void (*what)(OffhookDeliveryEndpoint *endpoint))
{
	for (guint i = 0; i < self->endpoints->len; i++)
		what(g_ptr_array_index(self->endpoints, i));
}

/* ---- figures ---- */

static void
offhook_outbox_count_cb(gpointer data, const char *endpoint, OffhookDeliveryOutcome outcome)
{
	OffhookOutbox *self = data;

	offhook_metric_count(
	    self->families[OUTCOMES], 1,
	    (const char *const[]){endpoint, offhook_outbox_outcomes[outcome], NULL});
}

static void
offhook_outbox_read_cb(gpointer user_data)
{
	OffhookOutbox *self = user_data;

	for (guint i = 0; i < self->endpoints->len; i++) {
		OffhookDeliveryEndpointStatus status;
		const char *labels[] = {NULL, NULL};

		offhook_outbox_get_status(self, i, &status);
		labels[0] = status.name;
		offhook_metric_set(self->families[WAITING], status.waiting, labels);
		offhook_metric_set(self->families[DEAD], status.dead, labels);
		offhook_metric_set(self->families[FAILING], status.failures > 0, labels);
		offhook_metric_set(self->families[DISABLED], status.disabled, labels);
	}
}

static guint
offhook_outbox_get_count(GPtrArray *rows, const char *endpoint, const char *status)
{
	for (guint i = 0; i < rows->len; i++) {
		const OffhookDeliveryCountRecord *row = g_ptr_array_index(rows, i);

		if (g_str_equal(row->endpoint, endpoint) && g_str_equal(row->status, status))
			return row->deliveries;
	}
	return 0;
}

static void offhook_outbox_count_rows(OffhookOutbox *self);

static gboolean
offhook_outbox_count_again_cb(gpointer user_data)
{
	OffhookOutbox *self = user_data;

	self->count_timer = 0;
	offhook_outbox_count_rows(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_outbox_counted_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookOutbox) self = user_data;
	g_autoptr(GPtrArray) rows =
	    offhook_store_count_deliveries_finish(OFFHOOK_STORE(source), result, NULL);
	gboolean exact = TRUE;

	self->counting = FALSE;
	for (guint i = 0; rows != NULL && i < self->endpoints->len; i++) {
		OffhookDeliveryEndpoint *endpoint = g_ptr_array_index(self->endpoints, i);
		const char *name = offhook_delivery_endpoint_get_name(endpoint);

		exact &= offhook_delivery_endpoint_end_count(
		    endpoint, offhook_outbox_get_count(rows, name, "pending"),
		    offhook_outbox_get_count(rows, name, "dead"));
	}
	if ((!exact || self->count_again) && self->metrics != NULL && self->count_timer == 0)
		self->count_timer = g_timeout_add_seconds(OFFHOOK_OUTBOX_COUNT_AGAIN_S,
							  offhook_outbox_count_again_cb, self);
	self->count_again = FALSE;
}

static void
offhook_outbox_count_rows(OffhookOutbox *self)
{
	if (self->counting)
		self->count_again = TRUE;
	if (self->counting || self->endpoints->len == 0)
		return;
	self->counting = TRUE;
	offhook_outbox_tell_each(self, offhook_delivery_endpoint_begin_count);
	offhook_store_count_deliveries_async(self->store, g_get_host_name(), self->cancellable,
					     offhook_outbox_counted_cb, g_object_ref(self));
}

static gboolean
offhook_outbox_look_cb(gpointer user_data)
{
	OffhookOutbox *self = user_data;

	offhook_outbox_count_rows(self);
	if (self->looks++ % OFFHOOK_OUTBOX_EXPIRE == 0)
		offhook_outbox_tell_each(self, offhook_delivery_endpoint_expire);
	return G_SOURCE_CONTINUE;
}

/* ---- another process sends ---- */

static gboolean offhook_outbox_settle_cb(gpointer user_data);

static void
offhook_outbox_flushed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookOutbox) self = user_data;
	g_autoptr(GError) error = NULL;

	if (!self->held || self->metrics == NULL)
		return;
	if (offhook_store_flush_finish(OFFHOOK_STORE(source), result, &error))
		g_signal_emit(self, offhook_outbox_settled, 0);
	else if (self->settle_timer == 0)
		self->settle_timer = g_timeout_add_seconds(OFFHOOK_OUTBOX_FLUSH_AGAIN_S,
							   offhook_outbox_settle_cb, self);
}

static gboolean
offhook_outbox_settle_cb(gpointer user_data)
{
	OffhookOutbox *self = user_data;

	for (guint i = 0; i < self->endpoints->len; i++)
		if (offhook_delivery_endpoint_is_sending(g_ptr_array_index(self->endpoints, i)))
			return G_SOURCE_CONTINUE;
	self->settle_timer = 0;
	offhook_store_flush_async(self->store, NULL, offhook_outbox_flushed_cb, g_object_ref(self));
	return G_SOURCE_REMOVE;
}

/* Of several events that come together it is told once. */
static void
offhook_outbox_settle(OffhookOutbox *self)
{
	if (self->settle_timer == 0)
		self->settle_timer =
		    g_timeout_add(OFFHOOK_OUTBOX_SETTLE_MS, offhook_outbox_settle_cb, self);
}

void
offhook_outbox_hold(OffhookOutbox *self)
{
	self->held = TRUE;
	offhook_outbox_tell_each(self, offhook_delivery_endpoint_hold);
	offhook_outbox_settle(self);
}

void
offhook_outbox_release(OffhookOutbox *self)
{
	self->held = FALSE;
	g_clear_handle_id(&self->settle_timer, g_source_remove);
	offhook_outbox_tell_each(self, offhook_delivery_endpoint_release);
}

void
offhook_outbox_look_for_more(OffhookOutbox *self)
{
	if (!self->held)
		offhook_outbox_tell_each(self, offhook_delivery_endpoint_look_for_more);
}

/* ---- events ---- */

/* Rows have gone: what of them is in memory must not be sent. */
static void
offhook_outbox_forget(OffhookOutbox *self)
{
	offhook_outbox_tell_each(self, offhook_delivery_endpoint_forget);
	offhook_outbox_count_rows(self);
}

static void
offhook_outbox_event_cb(OffhookEventBus *bus, const OffhookEvent *event, gpointer user_data)
{
	OffhookOutbox *self = user_data;

	self->position = MAX(self->position + 1, offhook_timestamp_now());
	if (g_str_equal(event->type, OFFHOOK_EVENT_CALLER_ERASED) ||
	    g_str_equal(event->type, OFFHOOK_EVENT_RETENTION))
		offhook_outbox_forget(self);
	for (guint i = 0; i < self->endpoints->len; i++)
		offhook_delivery_endpoint_tell(g_ptr_array_index(self->endpoints, i), event,
					       self->position);
	if (self->held && self->endpoints->len > 0)
		offhook_outbox_settle(self);
}

/* ---- what is asked ---- */

/* So long it is tried: as the endpoint says, or the most patient one. */
static gint64
offhook_outbox_get_retry_us(OffhookOutbox *self, const char *name)
{
	gint64 retry_us = 0;

	for (guint i = 0; i < self->endpoints->len; i++) {
		OffhookDeliveryEndpoint *endpoint = g_ptr_array_index(self->endpoints, i);

		if (name == NULL || g_str_equal(offhook_delivery_endpoint_get_name(endpoint), name))
			retry_us = MAX(retry_us, offhook_delivery_endpoint_get_retry_us(endpoint));
	}
	return retry_us;
}

static void
offhook_outbox_retried_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookOutbox *self = g_task_get_source_object(task);
	GError *error = NULL;
	guint64 count;

	if (!offhook_store_retry_deliveries_finish(OFFHOOK_STORE(source), result, &count, &error)) {
		g_task_return_error(task, error);
		return;
	}
	offhook_outbox_tell_each(self, offhook_delivery_endpoint_look_again);
	offhook_outbox_count_rows(self);
	g_task_return_int(task, (gssize)count);
}

void
offhook_outbox_retry_async(OffhookOutbox *self, const char *delivery_id, const char *endpoint,
			   GCancellable *cancellable, GAsyncReadyCallback callback,
			   gpointer user_data)
{
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_outbox_retry_async);
	offhook_store_retry_deliveries_async(self->store, delivery_id, endpoint,
					     offhook_timestamp_now() +
						 offhook_outbox_get_retry_us(self, endpoint),
					     cancellable, offhook_outbox_retried_cb, task);
}

gboolean
offhook_outbox_retry_finish(OffhookOutbox *self, GAsyncResult *result, guint64 *count,
			    GError **error)
{
	gssize n = g_task_propagate_int(G_TASK(result), error);

	*count = (guint64)MAX(n, 0);
	return n >= 0;
}

static void
offhook_outbox_deleted_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookOutbox *self = g_task_get_source_object(task);
	GError *error = NULL;

	if (!offhook_store_delete_delivery_finish(OFFHOOK_STORE(source), result, &error)) {
		g_task_return_error(task, error);
		return;
	}
	offhook_outbox_forget(self);
	g_task_return_boolean(task, TRUE);
}

void
offhook_outbox_delete_async(OffhookOutbox *self, const char *delivery_id, GCancellable *cancellable,
			    GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_outbox_delete_async);
	offhook_store_delete_delivery_async(self->store, delivery_id, cancellable,
					    offhook_outbox_deleted_cb, task);
}

gboolean
offhook_outbox_delete_finish(OffhookOutbox *self, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

guint
offhook_outbox_count_endpoints(OffhookOutbox *self)
{
	return self->endpoints->len;
}

void
offhook_outbox_get_status(OffhookOutbox *self, guint i, OffhookDeliveryEndpointStatus *status)
{
	offhook_delivery_endpoint_get_status(g_ptr_array_index(self->endpoints, i), status);
}

/* ---- life ---- */

static OffhookDeliveryEndpoint *
offhook_outbox_take_endpoint(OffhookOutbox *self, OffhookDeliverySettings *settings)
{
	OffhookDeliveryEndpoint *endpoint = offhook_outbox_find(self, settings->name);
	guint index;

	if (endpoint == NULL) {
		endpoint = offhook_delivery_endpoint_new(settings, self->store, self->web,
							 offhook_outbox_count_cb, self);
		if (self->held)
			offhook_delivery_endpoint_hold(endpoint);
		return endpoint;
	}
	g_ptr_array_find(self->endpoints, endpoint, &index);
	g_ptr_array_steal_index(self->endpoints, index);
	offhook_delivery_endpoint_configure(endpoint, settings);
	return endpoint;
}

gboolean
offhook_outbox_configure(OffhookOutbox *self, OffhookConfig *config, GError **error)
{
	g_autoptr(GPtrArray) wanted = offhook_delivery_settings_list(config, error);
	GPtrArray *endpoints;

	if (wanted == NULL)
		return FALSE;
	endpoints = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_delivery_endpoint_free);
	while (wanted->len > 0)
		g_ptr_array_add(endpoints, offhook_outbox_take_endpoint(
					       self, g_ptr_array_steal_index(wanted, 0)));
	g_ptr_array_unref(self->endpoints);
	self->endpoints = endpoints;
	offhook_outbox_count_rows(self);
	return TRUE;
}

OffhookOutbox *
offhook_outbox_new(OffhookStore *store, OffhookEventBus *events, OffhookMetrics *metrics)
{
	OffhookOutbox *self = g_object_new(OFFHOOK_TYPE_OUTBOX, NULL);

	self->store = g_object_ref(store);
	self->events = g_object_ref(events);
	self->metrics = metrics;
	for (guint i = 0; i < LAST; i++)
		self->families[i] = offhook_metrics_add(metrics, &offhook_outbox_specs[i]);
	offhook_metrics_add_source(metrics, offhook_outbox_read_cb, self, NULL);
	g_signal_connect(events, "event", G_CALLBACK(offhook_outbox_event_cb), self);
	self->timer = g_timeout_add_seconds(OFFHOOK_OUTBOX_LOOK_S, offhook_outbox_look_cb, self);
	return self;
}

void
offhook_outbox_stop(OffhookOutbox *self)
{
	if (self->metrics == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->events, self);
	offhook_metrics_remove_source(self->metrics, self);
	self->metrics = NULL;
	g_clear_handle_id(&self->timer, g_source_remove);
	g_clear_handle_id(&self->count_timer, g_source_remove);
	g_clear_handle_id(&self->settle_timer, g_source_remove);
	g_cancellable_cancel(self->cancellable);
	g_ptr_array_set_size(self->endpoints, 0);
}

static void
offhook_outbox_finalize(GObject *object)
{
	OffhookOutbox *self = OFFHOOK_OUTBOX(object);

	offhook_outbox_stop(self);
	g_ptr_array_unref(self->endpoints);
	g_object_unref(self->cancellable);
	g_object_unref(self->web);
	g_clear_object(&self->store);
	g_clear_object(&self->events);

	G_OBJECT_CLASS(offhook_outbox_parent_class)->finalize(object);
}

static void
offhook_outbox_init(OffhookOutbox *self)
{
	self->web = offhook_web_client_new(OFFHOOK_OUTBOX_CONNECTIONS);
	self->endpoints =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_delivery_endpoint_free);
	self->cancellable = g_cancellable_new();
}

static void
offhook_outbox_class_init(OffhookOutboxClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_outbox_finalize;
	offhook_outbox_settled = g_signal_new("settled", OFFHOOK_TYPE_OUTBOX, G_SIGNAL_RUN_LAST, 0,
					      NULL, NULL, NULL, G_TYPE_NONE, 0);
}
