/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One system of the user's: writes down each event that is for it, sends them, and tries again. A
 * failure makes it pause, longer each time, up to an hour. Main thread.
 */
#pragma once

#include <offhook/web-client.h>

#include "call/event.h"
#include "delivery/settings.h"
#include "store/store-deliveries.h"

G_BEGIN_DECLS

typedef struct _OffhookDeliveryEndpoint OffhookDeliveryEndpoint;

typedef enum {
	OFFHOOK_DELIVERY_DELIVERED,
	OFFHOOK_DELIVERY_FAILED,  /* an attempt */
	OFFHOOK_DELIVERY_DIED,    /* its time is over */
	OFFHOOK_DELIVERY_DROPPED, /* there was no room */
	OFFHOOK_DELIVERY_LAST
} OffhookDeliveryOutcome;

/** Told of each outcome, for figures. */
typedef void (*OffhookDeliveryCountFunc)(gpointer data, const char *endpoint,
					 OffhookDeliveryOutcome outcome);

/** How it is. */
typedef struct {
	const char *name;
	guint waiting; /* pending, here and in the store */
	guint dead;    /* in the store */
	guint in_memory;
	gsize bytes;            /* of those */
	guint failures;         /* attempts that failed since the last success */
	gboolean disabled;      /* it answered 410; until a reload */
	gint64 paused_until_us; /* 0: it is not */
	const char *error;      /* (nullable): of the last failure, while there are failures */
} OffhookDeliveryEndpointStatus;

/**
 * @settings: (transfer full); @store, @web: (transfer none)
 * @count: called with @data
 */
OffhookDeliveryEndpoint *offhook_delivery_endpoint_new(OffhookDeliverySettings *settings,
						       OffhookStore *store, OffhookWebClient *web,
						       OffhookDeliveryCountFunc count,
						       gpointer data);
/** Requests that are under way are given up: what they carried is sent again by the next process. */
void offhook_delivery_endpoint_free(OffhookDeliveryEndpoint *self);

/** @settings: (transfer full): of the same name. Tries at once what waits. */
void offhook_delivery_endpoint_configure(OffhookDeliveryEndpoint *self,
					 OffhookDeliverySettings *settings);

/** An event of a type that it wants, or not. @position: greater than all before it */
void offhook_delivery_endpoint_tell(OffhookDeliveryEndpoint *self, const OffhookEvent *event,
				    gint64 position);

/** Rows may have come that it does not know. */
void offhook_delivery_endpoint_look_again(OffhookDeliveryEndpoint *self);
/** The same, when it may be often, and nobody asks for those that failed to be tried at once. */
void offhook_delivery_endpoint_look_for_more(OffhookDeliveryEndpoint *self);
/** Another process sends: events are written down only. */
void offhook_delivery_endpoint_hold(OffhookDeliveryEndpoint *self);
void offhook_delivery_endpoint_release(OffhookDeliveryEndpoint *self);
/** Whether requests are under way; for a while also after it was held. */
gboolean offhook_delivery_endpoint_is_sending(OffhookDeliveryEndpoint *self);
/** Rows may have gone: what is in memory counts no more. */
void offhook_delivery_endpoint_forget(OffhookDeliveryEndpoint *self);
/** The store is asked now how many there are ... */
void offhook_delivery_endpoint_begin_count(OffhookDeliveryEndpoint *self);
/** ... and says this. %FALSE: there were others meanwhile, so that it may be wrong by some. */
gboolean offhook_delivery_endpoint_end_count(OffhookDeliveryEndpoint *self, guint waiting,
					     guint dead);

/** Deletes dead ones that are too old, some. */
void offhook_delivery_endpoint_expire(OffhookDeliveryEndpoint *self);

const char *offhook_delivery_endpoint_get_name(OffhookDeliveryEndpoint *self);
gint64 offhook_delivery_endpoint_get_retry_us(OffhookDeliveryEndpoint *self);
void offhook_delivery_endpoint_get_status(OffhookDeliveryEndpoint *self,
					  OffhookDeliveryEndpointStatus *status);

G_END_DECLS
