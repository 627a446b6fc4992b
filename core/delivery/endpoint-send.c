/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sends events, and judges what became of each: it is gone, it is tried again, or it is dead. Main
 * thread.
 */

#include "delivery/endpoint-private.h"

#include <string.h>

#include "base/timestamp.h"
#include "delivery/retry-delay.h"
#include "delivery/signed-event.h"

#define OFFHOOK_DELIVERY_MAX_REPLY (64 * 1024)
#define OFFHOOK_DELIVERY_GONE      410

/** A request under way. */
typedef struct {
	OffhookDeliveryEndpoint *endpoint;
	OffhookDeliveryRecord *record; /* borrowed from the queue */
} OffhookDeliveryRequest;

/* ---- what became of an attempt ---- */

static void
offhook_delivery_endpoint_update(OffhookDeliveryEndpoint *self, const OffhookDeliveryRecord *record)
{
	g_autoptr(GError) error = NULL;
	gboolean good = offhook_store_update_delivery(self->store, record, &error);

	offhook_delivery_endpoint_check_written(self, good, error);
}

/* It is delivered or dead. */
static void
offhook_delivery_endpoint_settle(OffhookDeliveryEndpoint *self, OffhookDeliveryRecord *record)
{
	gint64 position = record->position;

	if (self->waiting > 0)
		self->waiting--;
	self->went++;
	if (offhook_endpoint_queue_settle(self->queue, record))
		offhook_delivery_endpoint_fall_behind(self, position);
}

static void
offhook_delivery_endpoint_succeed(OffhookDeliveryEndpoint *self, OffhookDeliveryRecord *record)
{
	g_autoptr(GError) error = NULL;
	gboolean good = offhook_store_remove_delivery(self->store, record->id, &error);

	offhook_delivery_endpoint_check_written(self, good, error);
	offhook_delivery_endpoint_count(self, OFFHOOK_DELIVERY_DELIVERED);
	if (self->failures > 0)
		g_message("webhook %s: takes events again", self->settings->name);
	self->failures = 0;
	self->pause_until_us = 0;
	g_clear_pointer(&self->error, g_free);
	offhook_delivery_endpoint_settle(self, record);
}

static void
offhook_delivery_endpoint_buried_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookDeliveryEndpoint *self = user_data;
	g_autoptr(GError) error = NULL;
	guint64 count = 0;

	offhook_store_bury_deliveries_finish(OFFHOOK_STORE(source), result, &count, &error);
	if (!self->closed && count > 0) {
		for (guint64 i = 0; i < count; i++)
			offhook_delivery_endpoint_count(self, OFFHOOK_DELIVERY_DIED);
		self->waiting -= MIN(self->waiting, (guint)count);
		self->dead += (guint)count;
		offhook_delivery_endpoint_forget(self);
	}
	offhook_delivery_endpoint_unref(self);
}

/* With this one the time of those that wait behind it, and were never tried, may be over, too. */
static void
offhook_delivery_endpoint_die(OffhookDeliveryEndpoint *self, OffhookDeliveryRecord *record)
{
	g_free(record->status);
	record->status = g_strdup("dead");
	record->next_us = 0;
	self->dead++;
	offhook_delivery_endpoint_update(self, record);
	offhook_delivery_endpoint_count(self, OFFHOOK_DELIVERY_DIED);
	if (self->settings->retry_us > 0)
		offhook_store_bury_deliveries_async(
		    self->store, self->settings->name, g_get_host_name(), offhook_timestamp_now(),
		    self->error, self->cancellable, offhook_delivery_endpoint_buried_cb,
		    offhook_delivery_endpoint_ref(self));
	offhook_delivery_endpoint_settle(self, record);
}

static void
offhook_delivery_endpoint_fail(OffhookDeliveryEndpoint *self, OffhookDeliveryRecord *record,
			       const char *reason, gint64 after_us)
{
	gint64 now_us = offhook_timestamp_now();
	gint64 position = record->position;

	offhook_delivery_endpoint_count(self, OFFHOOK_DELIVERY_FAILED);
	if (self->failures == 0)
		g_warning("webhook %s: does not take events: %s", self->settings->name, reason);
	self->failures++;
	g_free(self->error);
	self->error = g_strdup(reason);
	self->pause_until_us = now_us + MAX(after_us, offhook_retry_delay_make(self->failures));
	g_free(record->error);
	record->error = g_strdup(reason);
	record->attempts++;
	if (now_us >= record->expires_us) {
		offhook_delivery_endpoint_die(self, record);
		return;
	}
	record->next_us = now_us + MAX(after_us, offhook_retry_delay_make(record->attempts));
	offhook_delivery_endpoint_update(self, record);
	if (offhook_endpoint_queue_postpone(self->queue, record))
		offhook_delivery_endpoint_fall_behind(self, position - 1);
}

/* It says that it is gone for good: what it has not got waits for another configuration. */
static void
offhook_delivery_endpoint_disable(OffhookDeliveryEndpoint *self, OffhookDeliveryRecord *record)
{
	g_warning("webhook %s: answered with status 410 and is told nothing more until the "
		  "configuration is reloaded",
		  self->settings->name);
	self->disabled = TRUE;
	g_free(self->error);
	self->error = g_strdup("status 410");
	offhook_delivery_endpoint_count(self, OFFHOOK_DELIVERY_FAILED);
	offhook_endpoint_queue_put_back(self->queue, record);
	offhook_delivery_endpoint_forget(self);
}

static void
offhook_delivery_endpoint_judge(OffhookDeliveryEndpoint *self, OffhookDeliveryRecord *record,
				const OffhookWebResponse *response, const GError *error)
{
	g_autofree char *reason = NULL;

	if (response != NULL && response->status / 100 == 2) {
		offhook_delivery_endpoint_succeed(self, record);
	} else if (response != NULL && response->status == OFFHOOK_DELIVERY_GONE) {
		offhook_delivery_endpoint_disable(self, record);
	} else {
		reason = response != NULL ? g_strdup_printf("status %u", response->status)
					  : g_strdup(error->message);
		offhook_delivery_endpoint_fail(
		    self, record, reason,
		    offhook_retry_delay_read(response, offhook_timestamp_now()));
	}
}

/* ---- sending ---- */

static void
offhook_delivery_endpoint_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookDeliveryRequest *request = user_data;
	OffhookDeliveryEndpoint *self = request->endpoint;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    offhook_web_client_send_finish(OFFHOOK_WEB_CLIENT(source), result, &error);

	if (!self->closed) {
		self->in_flight--;
		offhook_delivery_endpoint_judge(self, request->record, response, error);
		offhook_delivery_endpoint_read(self);
		offhook_delivery_endpoint_pump(self);
	}
	offhook_delivery_endpoint_unref(self);
}

static void
offhook_delivery_endpoint_send(OffhookDeliveryEndpoint *self, OffhookDeliveryRecord *record)
{
	g_auto(GStrv) headers =
	    offhook_signed_event_make_headers(record->id, offhook_timestamp_now() / G_USEC_PER_SEC,
					      record->body, self->settings->key);
	g_autoptr(GBytes) body = g_bytes_new(record->body, strlen(record->body));
	OffhookDeliveryRequest *request = g_new(OffhookDeliveryRequest, 1);

	*request = (OffhookDeliveryRequest){offhook_delivery_endpoint_ref(self), record};
	self->in_flight++;
	offhook_web_client_send_async(self->web,
				      &(OffhookWebRequest){
					  .method = "POST",
					  .url = self->settings->url,
					  .headers = (const char *const *)headers,
					  .content_type = "application/json",
					  .body = body,
					  .timeout_ms = self->settings->timeout_ms,
					  .max_size = OFFHOOK_DELIVERY_MAX_REPLY,
				      },
				      self->cancellable, offhook_delivery_endpoint_sent_cb,
				      request);
}

static gboolean
offhook_delivery_endpoint_timer_cb(gpointer user_data)
{
	OffhookDeliveryEndpoint *self = user_data;

	self->timer = 0;
	offhook_delivery_endpoint_pump(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_delivery_endpoint_set_timer(OffhookDeliveryEndpoint *self, gint64 at_us)
{
	gint64 wait_ms = (at_us - offhook_timestamp_now()) / 1000 + 1;

	g_clear_handle_id(&self->timer, g_source_remove);
	self->timer = g_timeout_add((guint)CLAMP(wait_ms, 1, OFFHOOK_RETRY_DELAY_MAX_US / 1000),
				    offhook_delivery_endpoint_timer_cb, self);
}

/* After a failure one at a time, until one is taken. */
static guint
offhook_delivery_endpoint_get_limit(OffhookDeliveryEndpoint *self)
{
	return self->failures > 0 ? 1 : self->settings->parallel;
}

void
offhook_delivery_endpoint_pump(OffhookDeliveryEndpoint *self)
{
	gint64 now_us = offhook_timestamp_now();
	gint64 due_us;

	if (self->held)
		return;
	while (!self->disabled && self->pause_until_us <= now_us &&
	       self->in_flight < offhook_delivery_endpoint_get_limit(self)) {
		OffhookDeliveryRecord *record = offhook_endpoint_queue_take(self->queue, now_us);

		if (record == NULL)
			break;
		offhook_delivery_endpoint_send(self, record);
	}
	due_us = MAX(offhook_endpoint_queue_get_due(self->queue), self->pause_until_us);
	if (!self->disabled && self->in_flight < offhook_delivery_endpoint_get_limit(self) &&
	    due_us != G_MAXINT64)
		offhook_delivery_endpoint_set_timer(self, due_us);
}
