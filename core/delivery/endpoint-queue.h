/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which event an endpoint is sent next: those of a call one after another in their order, calls
 * independently of each other. Bounded: what finds no room, and what waits behind an event that failed,
 * is in the store only. A plain value. Main thread.
 */
#pragma once

#include "store/record/store-records.h"

G_BEGIN_DECLS

#define OFFHOOK_ENDPOINT_QUEUE_MAX       1000
#define OFFHOOK_ENDPOINT_QUEUE_MAX_BYTES (8 * 1024 * 1024)

typedef struct _OffhookEndpointQueue OffhookEndpointQueue;

OffhookEndpointQueue *offhook_endpoint_queue_new(void);
void offhook_endpoint_queue_free(OffhookEndpointQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEndpointQueue, offhook_endpoint_queue_free)

typedef enum {
	OFFHOOK_QUEUE_ADDED,
	OFFHOOK_QUEUE_KNOWN, /* it is here already, or was just settled */
	OFFHOOK_QUEUE_HELD,  /* an earlier one of its call has failed */
	OFFHOOK_QUEUE_FULL,
} OffhookQueueAnswer;

/** @record: (transfer none): copied when it is added. One that is not due yet waits with its call. */
OffhookQueueAnswer offhook_endpoint_queue_add(OffhookEndpointQueue *self,
					      const OffhookDeliveryRecord *record, gint64 now_us);

/** The next one, which is under way from now on. (transfer none) (nullable) */
OffhookDeliveryRecord *offhook_endpoint_queue_take(OffhookEndpointQueue *self, gint64 now_us);

/**
 * It is done with, and freed. %TRUE: some of its call are in the store only and have to be added, those
 * after its position.
 */
gboolean offhook_endpoint_queue_settle(OffhookEndpointQueue *self, OffhookDeliveryRecord *record);

/**
 * It failed, and waits until its next_us; what follows it is forgotten here. %TRUE: so is it, as it may be
 * gone from the store, and has to be added if it is still there.
 */
gboolean offhook_endpoint_queue_postpone(OffhookEndpointQueue *self, OffhookDeliveryRecord *record);

/** It goes back to where it was, as if it had not been taken. */
void offhook_endpoint_queue_put_back(OffhookEndpointQueue *self, OffhookDeliveryRecord *record);

/** When the next one can be taken: 0 for now, %G_MAXINT64 for never. */
gint64 offhook_endpoint_queue_get_due(OffhookEndpointQueue *self);

/** Forgets all but those under way. */
void offhook_endpoint_queue_clear(OffhookEndpointQueue *self);

guint offhook_endpoint_queue_count(OffhookEndpointQueue *self);
gsize offhook_endpoint_queue_get_bytes(OffhookEndpointQueue *self);

/** While rows are being read, what is settled meanwhile is known. */
void offhook_endpoint_queue_begin_reading(OffhookEndpointQueue *self);
void offhook_endpoint_queue_end_reading(OffhookEndpointQueue *self);

G_END_DECLS
