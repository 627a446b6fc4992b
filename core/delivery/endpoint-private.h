/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The inside of an endpoint, for its own files.
 */
#pragma once

#include "delivery/endpoint-queue.h"
#include "delivery/endpoint.h"

G_BEGIN_DECLS

struct _OffhookDeliveryEndpoint {
	gatomicrefcount ref_count; /* the owner's, and one for what is under way */
	gboolean closed;
	OffhookDeliverySettings *settings;
	OffhookStore *store;
	OffhookWebClient *web;
	OffhookDeliveryCountFunc count;
	gpointer data;
	GCancellable *cancellable;

	OffhookEndpointQueue *queue;
	guint in_flight;
	guint timer;

	gboolean behind; /* rows after @tail are not all in memory */
	gint64 tail;     /* the position up to which rows have been looked at */
	gboolean reading;
	GPtrArray *fresh;   /* of OffhookDeliveryRecord: came while reading */
	gboolean more;      /* ... and there was no room for some */
	gboolean read_void; /* what is being read counts no more */
	gboolean read_anew; /* ... may not be all: from the first on, when it is done */
	guint read_timer;

	guint failures;
	gint64 pause_until_us;
	gboolean disabled;
	gboolean held; /* another process sends */
	char *error;
	guint waiting;
	guint dead;
	guint came; /* and went, since it was begun to count rows */
	guint went;
	gboolean counted; /* they were, once */
	gboolean complained; /* that there is no room */
};

/* endpoint.c */
/** For what is under way. */
OffhookDeliveryEndpoint *offhook_delivery_endpoint_ref(OffhookDeliveryEndpoint *self);
void offhook_delivery_endpoint_unref(OffhookDeliveryEndpoint *self);
void offhook_delivery_endpoint_count(OffhookDeliveryEndpoint *self, OffhookDeliveryOutcome outcome);
/** Says once, in the log, that the store took a write not (@good). */
void offhook_delivery_endpoint_check_written(OffhookDeliveryEndpoint *self, gboolean good,
					     const GError *error);
/** Reads more rows if there are some to be read and there is room for them. */
void offhook_delivery_endpoint_read(OffhookDeliveryEndpoint *self);
/** Rows after @position have to be looked at, perhaps again. */
void offhook_delivery_endpoint_fall_behind(OffhookDeliveryEndpoint *self, gint64 position);

/* endpoint-send.c */
/** Sends what may be sent, and sees to it that it is looked again when more may be. */
void offhook_delivery_endpoint_pump(OffhookDeliveryEndpoint *self);

G_END_DECLS
