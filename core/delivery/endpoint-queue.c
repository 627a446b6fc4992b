/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A lane for each call that has events here, and one for each event without a call. Lanes whose turn it
 * may be are in one queue, those that are held back in another. Main thread.
 */

#include "delivery/endpoint-queue.h"

#include <string.h>

typedef struct {
	char *name;                     /* the id of a call, or of an event */
	GQueue records;                 /* of OffhookDeliveryRecord, by position */
	OffhookDeliveryRecord *current; /* (nullable): under way */
	gint64 until_us;                /* not before */
	gboolean parked; /* its first has failed: what follows is in the store only */
	gboolean held;   /* ... and there is some of it */
	gboolean stale;  /* what is under way may be gone from the store */
} OffhookEndpointLane;

struct _OffhookEndpointQueue {
	GHashTable *lanes;   /* name -> OffhookEndpointLane */
	GQueue ready;        /* borrowed */
	GQueue postponed;    /* borrowed */
	GHashTable *ids;     /* set of ids of all that are here; borrowed */
	GHashTable *settled; /* (nullable): set of ids since reading began */
	gsize bytes;
};

static void
offhook_endpoint_lane_free(gpointer data)
{
	OffhookEndpointLane *lane = data;

	g_queue_clear_full(&lane->records, (GDestroyNotify)offhook_delivery_record_free);
	g_free(lane->name);
	g_free(lane);
}

OffhookEndpointQueue *
offhook_endpoint_queue_new(void)
{
	OffhookEndpointQueue *self = g_new0(OffhookEndpointQueue, 1);

	self->lanes =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, offhook_endpoint_lane_free);
	self->ids = g_hash_table_new(g_str_hash, g_str_equal);
	g_queue_init(&self->ready);
	g_queue_init(&self->postponed);
	return self;
}

void
offhook_endpoint_queue_free(OffhookEndpointQueue *self)
{
	if (self == NULL)
		return;
	g_queue_clear(&self->ready);
	g_queue_clear(&self->postponed);
	g_hash_table_unref(self->ids);
	g_hash_table_unref(self->lanes);
	g_clear_pointer(&self->settled, g_hash_table_unref);
	g_free(self);
}

static const char *
offhook_endpoint_queue_name(const OffhookDeliveryRecord *record)
{
	return record->call_id != NULL ? record->call_id : record->id;
}

/* Its body is what may be large, and never changes. */
static gsize
offhook_endpoint_queue_measure(const OffhookDeliveryRecord *record)
{
	return sizeof *record + strlen(record->body);
}

/* ---- lanes ---- */

static void
offhook_endpoint_queue_line_up(OffhookEndpointQueue *self, OffhookEndpointLane *lane)
{
	g_queue_push_tail(lane->until_us > 0 ? &self->postponed : &self->ready, lane);
}

static OffhookEndpointLane *
offhook_endpoint_queue_ensure_lane(OffhookEndpointQueue *self, const OffhookDeliveryRecord *record,
				   gint64 now_us)
{
	const char *name = offhook_endpoint_queue_name(record);
	OffhookEndpointLane *lane = g_hash_table_lookup(self->lanes, name);

	if (lane != NULL)
		return lane;
	lane = g_new0(OffhookEndpointLane, 1);
	lane->name = g_strdup(name);
	g_queue_init(&lane->records);
	lane->parked = record->next_us > now_us;
	lane->until_us = lane->parked ? record->next_us : 0;
	g_hash_table_insert(self->lanes, lane->name, lane);
	offhook_endpoint_queue_line_up(self, lane);
	return lane;
}

static void
offhook_endpoint_queue_drop(OffhookEndpointQueue *self, OffhookEndpointLane *lane,
			    OffhookDeliveryRecord *record)
{
	self->bytes -= offhook_endpoint_queue_measure(record);
	g_hash_table_remove(self->ids, record->id);
	g_queue_remove(&lane->records, record);
	offhook_delivery_record_free(record);
}

/* Nothing is under way any more: its turn comes again, or it is empty and goes. */
static void
offhook_endpoint_queue_release(OffhookEndpointQueue *self, OffhookEndpointLane *lane)
{
	lane->current = NULL;
	lane->stale = FALSE;
	if (g_queue_is_empty(&lane->records))
		g_hash_table_remove(self->lanes, lane->name);
	else
		offhook_endpoint_queue_line_up(self, lane);
}

static gint
offhook_endpoint_queue_compare_cb(gconstpointer a, gconstpointer b, gpointer user_data)
{
	const OffhookDeliveryRecord *one = a;
	const OffhookDeliveryRecord *other = b;

	return one->position < other->position ? -1 : one->position > other->position;
}

/* ---- adding ---- */

static gboolean
offhook_endpoint_queue_knows(OffhookEndpointQueue *self, const char *id)
{
	return g_hash_table_contains(self->ids, id) ||
	       (self->settled != NULL && g_hash_table_contains(self->settled, id));
}

OffhookQueueAnswer
offhook_endpoint_queue_add(OffhookEndpointQueue *self, const OffhookDeliveryRecord *record,
			   gint64 now_us)
{
	gsize size = offhook_endpoint_queue_measure(record);
	OffhookEndpointLane *lane;
	OffhookDeliveryRecord *copy;

	if (offhook_endpoint_queue_knows(self, record->id))
		return OFFHOOK_QUEUE_KNOWN;
	lane = g_hash_table_lookup(self->lanes, offhook_endpoint_queue_name(record));
	if (lane != NULL && lane->parked) {
		lane->held = TRUE;
		return OFFHOOK_QUEUE_HELD;
	}
	if (g_hash_table_size(self->ids) >= OFFHOOK_ENDPOINT_QUEUE_MAX ||
	    (self->bytes > 0 && self->bytes + size > OFFHOOK_ENDPOINT_QUEUE_MAX_BYTES))
		return OFFHOOK_QUEUE_FULL;
	lane = offhook_endpoint_queue_ensure_lane(self, record, now_us);
	copy = offhook_delivery_record_copy(record);
	g_queue_insert_sorted(&lane->records, copy, offhook_endpoint_queue_compare_cb, NULL);
	g_hash_table_add(self->ids, copy->id);
	self->bytes += size;
	return OFFHOOK_QUEUE_ADDED;
}

/* ---- taking ---- */

static void
offhook_endpoint_queue_wake(OffhookEndpointQueue *self, gint64 now_us)
{
	for (GList *l = self->postponed.head, *next; l != NULL; l = next) {
		OffhookEndpointLane *lane = l->data;

		next = l->next;
		if (lane->until_us > now_us)
			continue;
		g_queue_delete_link(&self->postponed, l);
		lane->until_us = 0;
		g_queue_push_head(&self->ready, lane);
	}
}

OffhookDeliveryRecord *
offhook_endpoint_queue_take(OffhookEndpointQueue *self, gint64 now_us)
{
	OffhookEndpointLane *lane;

	offhook_endpoint_queue_wake(self, now_us);
	lane = g_queue_pop_head(&self->ready);
	if (lane == NULL)
		return NULL;
	lane->current = g_queue_peek_head(&lane->records);
	return lane->current;
}

static OffhookEndpointLane *
offhook_endpoint_queue_get_lane(OffhookEndpointQueue *self, const OffhookDeliveryRecord *record)
{
	return g_hash_table_lookup(self->lanes, offhook_endpoint_queue_name(record));
}

gboolean
offhook_endpoint_queue_settle(OffhookEndpointQueue *self, OffhookDeliveryRecord *record)
{
	OffhookEndpointLane *lane = offhook_endpoint_queue_get_lane(self, record);
	gboolean held = lane->held;

	if (self->settled != NULL)
		g_hash_table_add(self->settled, g_strdup(record->id));
	offhook_endpoint_queue_drop(self, lane, record);
	lane->parked = FALSE;
	lane->held = FALSE;
	offhook_endpoint_queue_release(self, lane);
	return held;
}

gboolean
offhook_endpoint_queue_postpone(OffhookEndpointQueue *self, OffhookDeliveryRecord *record)
{
	OffhookEndpointLane *lane = offhook_endpoint_queue_get_lane(self, record);
	gboolean stale = lane->stale;

	while (g_queue_peek_tail(&lane->records) != record) {
		offhook_endpoint_queue_drop(self, lane, g_queue_peek_tail(&lane->records));
		lane->held = TRUE;
	}
	if (stale) {
		offhook_endpoint_queue_drop(self, lane, record);
	} else {
		lane->parked = TRUE;
		lane->until_us = record->next_us;
	}
	offhook_endpoint_queue_release(self, lane);
	return stale;
}

void
offhook_endpoint_queue_put_back(OffhookEndpointQueue *self, OffhookDeliveryRecord *record)
{
	offhook_endpoint_queue_release(self, offhook_endpoint_queue_get_lane(self, record));
}

gint64
offhook_endpoint_queue_get_due(OffhookEndpointQueue *self)
{
	gint64 due_us = G_MAXINT64;

	if (!g_queue_is_empty(&self->ready))
		return 0;
	for (GList *l = self->postponed.head; l != NULL; l = l->next)
		due_us = MIN(due_us, ((OffhookEndpointLane *)l->data)->until_us);
	return due_us;
}

/* ---- the whole ---- */

void
offhook_endpoint_queue_clear(OffhookEndpointQueue *self)
{
	GHashTableIter iter;
	OffhookEndpointLane *lane;

	g_queue_clear(&self->ready);
	g_queue_clear(&self->postponed);
	g_hash_table_iter_init(&iter, self->lanes);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&lane)) {
		for (GList *l = lane->records.head, *next; l != NULL; l = next) {
			next = l->next;
			if (l->data != lane->current)
				offhook_endpoint_queue_drop(self, lane, l->data);
		}
		lane->stale = TRUE;
		if (lane->current == NULL)
			g_hash_table_iter_remove(&iter);
	}
}

guint
offhook_endpoint_queue_count(OffhookEndpointQueue *self)
{
	return g_hash_table_size(self->ids);
}

gsize
offhook_endpoint_queue_get_bytes(OffhookEndpointQueue *self)
{
	return self->bytes;
}

void
offhook_endpoint_queue_begin_reading(OffhookEndpointQueue *self)
{
	g_clear_pointer(&self->settled, g_hash_table_unref);
	self->settled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void
offhook_endpoint_queue_end_reading(OffhookEndpointQueue *self)
{
	g_clear_pointer(&self->settled, g_hash_table_unref);
}
