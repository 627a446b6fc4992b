/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Every event becomes a row first. As long as there is room it is in memory as well, and sent from
 * there; when not, the rows are read again from the last place on ("behind"), in their order, and new
 * events are rows only until that has caught up. Main thread.
 */

#include "delivery/endpoint.h"

#include <offhook/error.h>

#include "base/timestamp.h"
#include "base/uuid.h"
#include "delivery/endpoint-private.h"
#include "delivery/signed-event.h"

#define OFFHOOK_DELIVERY_READ         200
#define OFFHOOK_DELIVERY_READ_AGAIN_S 5
#define OFFHOOK_DELIVERY_EXPIRE       1000

OffhookDeliveryEndpoint *
offhook_delivery_endpoint_ref(OffhookDeliveryEndpoint *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_delivery_endpoint_unref(OffhookDeliveryEndpoint *self)
{
	if (!g_atomic_ref_count_dec(&self->ref_count))
		return;
	offhook_endpoint_queue_free(self->queue);
	g_ptr_array_unref(self->fresh);
	offhook_delivery_settings_free(self->settings);
	g_object_unref(self->store);
	g_object_unref(self->web);
	g_object_unref(self->cancellable);
	g_free(self->error);
	g_free(self);
}

void
offhook_delivery_endpoint_count(OffhookDeliveryEndpoint *self, OffhookDeliveryOutcome outcome)
{
	self->count(self->data, self->settings->name, outcome);
}

/* ---- reading rows ---- */

static gboolean
offhook_delivery_endpoint_read_cb(gpointer user_data)
{
	OffhookDeliveryEndpoint *self = user_data;

	self->read_timer = 0;
	offhook_delivery_endpoint_read(self);
	return G_SOURCE_REMOVE;
}

/* Takes in as many as there is room for. */
static gboolean
offhook_delivery_endpoint_take_in(OffhookDeliveryEndpoint *self, GPtrArray *records)
{
	gint64 now_us = offhook_timestamp_now();

	for (guint i = 0; i < records->len; i++) {
		const OffhookDeliveryRecord *record = g_ptr_array_index(records, i);

		if (offhook_endpoint_queue_add(self->queue, record, now_us) == OFFHOOK_QUEUE_FULL)
			return FALSE;
		self->tail = MAX(self->tail, record->position);
	}
	return TRUE;
}

/* After the last rows come the events that came meanwhile; some of them may have been rows already. */
static void
offhook_delivery_endpoint_catch_up(OffhookDeliveryEndpoint *self, GPtrArray *rows)
{
	if (offhook_delivery_endpoint_take_in(self, rows) && rows->len < OFFHOOK_DELIVERY_READ &&
	    !self->more && offhook_delivery_endpoint_take_in(self, self->fresh))
		self->behind = FALSE;
}

/* The store is away: what was not read yet waits there. */
static void
offhook_delivery_endpoint_read_later(OffhookDeliveryEndpoint *self)
{
	if (self->read_timer == 0)
		self->read_timer = g_timeout_add_seconds(OFFHOOK_DELIVERY_READ_AGAIN_S,
							 offhook_delivery_endpoint_read_cb, self);
}

static void
offhook_delivery_endpoint_read_done_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookDeliveryEndpoint *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows =
	    offhook_store_load_deliveries_finish(OFFHOOK_STORE(source), result, &error);

	if (!self->closed) {
		self->reading = FALSE;
		if (rows == NULL)
			offhook_delivery_endpoint_read_later(self);
		else if (!self->read_void)
			offhook_delivery_endpoint_catch_up(self, rows);
		offhook_endpoint_queue_end_reading(self->queue);
		if (self->read_anew)
			offhook_delivery_endpoint_fall_behind(self, 0);
		offhook_delivery_endpoint_read(self);
		offhook_delivery_endpoint_pump(self);
	}
	offhook_delivery_endpoint_unref(self);
}

void
offhook_delivery_endpoint_read(OffhookDeliveryEndpoint *self)
{
	const OffhookDeliveryBatch batch = {
	    .endpoint = self->settings->name,
	    .node = g_get_host_name(),
	    .after = self->tail,
	    .limit = OFFHOOK_DELIVERY_READ,
	};

	if (!self->behind || self->reading || self->disabled || self->held ||
	    self->read_timer != 0 ||
	    offhook_endpoint_queue_count(self->queue) > OFFHOOK_ENDPOINT_QUEUE_MAX / 2 ||
	    offhook_endpoint_queue_get_bytes(self->queue) > OFFHOOK_ENDPOINT_QUEUE_MAX_BYTES / 2)
		return;
	self->reading = TRUE;
	self->more = FALSE;
	g_ptr_array_set_size(self->fresh, 0);
	self->read_void = FALSE;
	self->read_anew = FALSE;
	offhook_endpoint_queue_begin_reading(self->queue);
	offhook_store_load_deliveries_async(self->store, &batch, self->cancellable,
					    offhook_delivery_endpoint_read_done_cb,
					    offhook_delivery_endpoint_ref(self));
}

void
offhook_delivery_endpoint_fall_behind(OffhookDeliveryEndpoint *self, gint64 position)
{
	self->behind = TRUE;
	self->tail = MIN(self->tail, position);
	/* What is being read began after that. */
	self->read_void = self->reading;
	offhook_delivery_endpoint_read(self);
}

/* ---- events ---- */

void
offhook_delivery_endpoint_check_written(OffhookDeliveryEndpoint *self, gboolean good,
					const GError *error)
{
	if (good || self->complained)
		return;
	self->complained = TRUE;
	g_warning("webhook %s: not written down: %s", self->settings->name, error->message);
}

/* Whether there is a row for @record: else it is in memory only, if anywhere. */
static gboolean
offhook_delivery_endpoint_write_down(OffhookDeliveryEndpoint *self,
				     const OffhookDeliveryRecord *record)
{
	g_autoptr(GError) error = NULL;
	gboolean good = FALSE;

	if (self->waiting < self->settings->max_waiting)
		good = offhook_store_add_delivery(self->store, record, &error);
	else
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "%u events wait already (max-waiting)", self->waiting);
	offhook_delivery_endpoint_check_written(self, good, error);
	if (good) {
		self->complained = FALSE;
		self->waiting++;
		self->came++;
	} else {
		offhook_delivery_endpoint_count(self, OFFHOOK_DELIVERY_DROPPED);
	}
	return good;
}

void
offhook_delivery_endpoint_tell(OffhookDeliveryEndpoint *self, const OffhookEvent *event,
			       gint64 position)
{
	g_autofree char *id = NULL;
	g_autofree char *body = NULL;
	gint64 now_us = offhook_timestamp_now();
	OffhookDeliveryRecord record;

	if (self->disabled || !offhook_delivery_settings_wants(self->settings, event->type))
		return;
	id = offhook_uuid_new_v7();
	body = offhook_signed_event_print_body(event, self->settings->personal_data);
	record = (OffhookDeliveryRecord){
	    .id = id,
	    .endpoint = self->settings->name,
	    .node = (char *)g_get_host_name(),
	    .call_id = event->call_id,
	    .position = position,
	    .type = (char *)event->type,
	    .body = body,
	    .status = (char *)"pending",
	    .created_us = now_us,
	    .expires_us = now_us + self->settings->retry_us,
	};
	if (!offhook_delivery_endpoint_write_down(self, &record))
		return;
	if (self->behind && self->reading && self->fresh->len < OFFHOOK_DELIVERY_READ)
		g_ptr_array_add(self->fresh, offhook_delivery_record_copy(&record));
	else if (self->behind)
		self->more = TRUE;
	if (self->behind)
		return;
	self->tail = position;
	if (offhook_endpoint_queue_add(self->queue, &record, now_us) == OFFHOOK_QUEUE_FULL)
		offhook_delivery_endpoint_fall_behind(self, position - 1);
	else
		offhook_delivery_endpoint_pump(self);
}

/* ---- from outside ---- */

void
offhook_delivery_endpoint_look_again(OffhookDeliveryEndpoint *self)
{
	self->pause_until_us = 0;
	offhook_delivery_endpoint_forget(self);
	offhook_delivery_endpoint_pump(self);
}

void
offhook_delivery_endpoint_forget(OffhookDeliveryEndpoint *self)
{
	offhook_endpoint_queue_clear(self->queue);
	offhook_delivery_endpoint_fall_behind(self, 0);
}

void
offhook_delivery_endpoint_begin_count(OffhookDeliveryEndpoint *self)
{
	self->came = 0;
	self->went = 0;
}

gboolean
offhook_delivery_endpoint_end_count(OffhookDeliveryEndpoint *self, guint waiting, guint dead)
{
	gboolean exact = self->came == 0 && self->went == 0;

	/* What came or went meanwhile may be in the rows' count or not: what was counted along is nearer. */
	if (!exact && self->counted)
		return FALSE;
	self->counted = TRUE;
	self->waiting = waiting + self->came - MIN(self->went, waiting + self->came);
	self->dead = dead;
	/* Made pending by another server of the installation. */
	if (self->waiting > 0 && !self->behind && offhook_endpoint_queue_count(self->queue) == 0)
		offhook_delivery_endpoint_fall_behind(self, 0);
	return exact;
}

/* What is being read is taken in all the same: so that it ends, however often it is told of more. */
void
offhook_delivery_endpoint_look_for_more(OffhookDeliveryEndpoint *self)
{
	if (self->reading)
		self->read_anew = TRUE;
	else
		offhook_delivery_endpoint_fall_behind(self, 0);
}

void
offhook_delivery_endpoint_hold(OffhookDeliveryEndpoint *self)
{
	self->held = TRUE;
	offhook_delivery_endpoint_forget(self);
}

void
offhook_delivery_endpoint_release(OffhookDeliveryEndpoint *self)
{
	self->held = FALSE;
	offhook_delivery_endpoint_forget(self);
	offhook_delivery_endpoint_pump(self);
}

gboolean
offhook_delivery_endpoint_is_sending(OffhookDeliveryEndpoint *self)
{
	return self->in_flight > 0;
}

static void
offhook_delivery_endpoint_expired_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookDeliveryEndpoint *self = user_data;
	g_autoptr(GError) error = NULL;
	guint64 count = 0;

	if (!offhook_store_expire_deliveries_finish(OFFHOOK_STORE(source), result, &count,
						    &error) &&
	    !self->closed)
		g_info("webhook %s: dead events stay: %s", self->settings->name, error->message);
	if (!self->closed) {
		self->dead -= MIN(self->dead, (guint)count);
		if (count == OFFHOOK_DELIVERY_EXPIRE)
			offhook_delivery_endpoint_expire(self);
	}
	offhook_delivery_endpoint_unref(self);
}

void
offhook_delivery_endpoint_expire(OffhookDeliveryEndpoint *self)
{
	gint64 before_us =
	    offhook_timestamp_now() - self->settings->dead_keep_days * OFFHOOK_TIMESTAMP_DAY_US;

	if (self->settings->dead_keep_days > 0)
		offhook_store_expire_deliveries_async(
		    self->store, self->settings->name, g_get_host_name(), before_us,
		    OFFHOOK_DELIVERY_EXPIRE, self->cancellable,
		    offhook_delivery_endpoint_expired_cb, offhook_delivery_endpoint_ref(self));
}

const char *
offhook_delivery_endpoint_get_name(OffhookDeliveryEndpoint *self)
{
	return self->settings->name;
}

gint64
offhook_delivery_endpoint_get_retry_us(OffhookDeliveryEndpoint *self)
{
	return self->settings->retry_us;
}

void
offhook_delivery_endpoint_get_status(OffhookDeliveryEndpoint *self,
				     OffhookDeliveryEndpointStatus *status)
{
	*status = (OffhookDeliveryEndpointStatus){
	    .name = self->settings->name,
	    .waiting = self->waiting,
	    .dead = self->dead,
	    .in_memory = offhook_endpoint_queue_count(self->queue),
	    .bytes = offhook_endpoint_queue_get_bytes(self->queue),
	    .failures = self->failures,
	    .disabled = self->disabled,
	    .paused_until_us =
		self->pause_until_us > offhook_timestamp_now() ? self->pause_until_us : 0,
	    .error = self->error,
	};
}

/* ---- life ---- */

void
offhook_delivery_endpoint_configure(OffhookDeliveryEndpoint *self,
				    OffhookDeliverySettings *settings)
{
	offhook_delivery_settings_free(self->settings);
	self->settings = settings;
	self->disabled = FALSE;
	self->failures = 0;
	g_clear_pointer(&self->error, g_free);
	offhook_delivery_endpoint_look_again(self);
}

OffhookDeliveryEndpoint *
offhook_delivery_endpoint_new(OffhookDeliverySettings *settings, OffhookStore *store,
			      OffhookWebClient *web, OffhookDeliveryCountFunc count, gpointer data)
{
	OffhookDeliveryEndpoint *self = g_new0(OffhookDeliveryEndpoint, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->settings = settings;
	self->store = g_object_ref(store);
	self->web = g_object_ref(web);
	self->count = count;
	self->data = data;
	self->cancellable = g_cancellable_new();
	self->queue = offhook_endpoint_queue_new();
	self->fresh = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_delivery_record_free);
	self->tail = G_MAXINT64;
	offhook_delivery_endpoint_fall_behind(self, 0);
	return self;
}

void
offhook_delivery_endpoint_free(OffhookDeliveryEndpoint *self)
{
	self->closed = TRUE;
	g_clear_handle_id(&self->timer, g_source_remove);
	g_clear_handle_id(&self->read_timer, g_source_remove);
	g_cancellable_cancel(self->cancellable);
	offhook_delivery_endpoint_unref(self);
}
