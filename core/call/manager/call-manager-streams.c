/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Media WebSockets whose call is not known yet: they wait here until the far end says which it is.
 * Main thread.
 */

#include "call/manager/call-manager-private.h"

#include <offhook/error.h>

/* So many may wait at least, however few calls there may be. */
#define OFFHOOK_STREAMS_MIN_WAITING 256
/* A caller's stream has said by then whose it is. */
#define OFFHOOK_STREAM_YOUNG_US   (2 * G_USEC_PER_SEC)
#define OFFHOOK_STREAM_LOG_GAP_US (10 * G_USEC_PER_SEC)

/** A media WebSocket before its far end said which call it is. */
typedef struct {
	OffhookCallManager *manager;
	OffhookDriver *driver;
	OffhookStream *stream; /* (nullable): a call has it */
	gint64 since_us;
	GList link; /* in the manager's queue */
} OffhookPendingStream;

static void
offhook_pending_stream_drop(OffhookPendingStream *pending)
{
	g_queue_unlink(&pending->manager->pending, &pending->link);
	g_object_unref(pending->driver);
	offhook_stream_free(pending->stream);
	g_free(pending);
}

void
offhook_call_manager_drop_pending(OffhookCallManager *self)
{
	while (self->pending.head != NULL)
		offhook_pending_stream_drop(self->pending.head->data);
}

static gboolean
offhook_call_manager_claim_cb(gpointer user_data, OffhookStream *stream,
			      const OffhookStreamStart *start, GError **error)
{
	OffhookPendingStream *pending = user_data;
	OffhookCallManager *self = pending->manager;
	g_autofree char *call_id = offhook_driver_claim_stream(pending->driver, start, error);
	OffhookLiveCall *live = offhook_call_manager_look_up(self, call_id);

	if (call_id == NULL)
		return FALSE;
	if (live == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "the stream's call is not in progress");
		return FALSE;
	}
	offhook_live_call_add_custom(live, start->parameters);
	if (!offhook_live_call_attach_stream(live, stream, error))
		return FALSE;
	pending->stream = NULL;
	offhook_pending_stream_drop(pending);
	return TRUE;
}

/* Anybody may come, say nothing and go: one line for many. */
static void
offhook_call_manager_log_lost(OffhookCallManager *self, OffhookDriver *driver, const GError *error)
{
	gint64 now_us = g_get_monotonic_time();

	self->streams_lost++;
	if (self->lost_logged_us != 0 && now_us - self->lost_logged_us < OFFHOOK_STREAM_LOG_GAP_US)
		return;
	g_message("a media stream of %s ended before it belonged to a call: %s (%u since the last "
		  "line like this)",
		  offhook_driver_get_name(driver),
		  error != NULL ? error->message : "closed by the far end", self->streams_lost);
	self->lost_logged_us = now_us;
	self->streams_lost = 0;
}

static void
offhook_call_manager_lost_cb(gpointer user_data, OffhookStream *stream, const GError *error)
{
	OffhookPendingStream *pending = user_data;
	OffhookCallManager *self = pending->manager;

	offhook_call_manager_log_lost(self, pending->driver, error);
	offhook_pending_stream_drop(pending);
	offhook_call_manager_check_shut_down(self);
}

static const OffhookStreamKeeper offhook_call_manager_keeper = {
    .claim = offhook_call_manager_claim_cb,
    .lost = offhook_call_manager_lost_cb,
};

/*
 * Whether there is room for one more, which may have to be made. Those who have said nothing for the
 * longest give way, but not before a caller's stream would have said whose it is: else a crowd of
 * strangers would push out those who have just come.
 */
static gboolean
offhook_call_manager_has_room(OffhookCallManager *self, gint64 now_us)
{
	guint max = offhook_config_get_integer(self->config, "server", "max-calls");
	const OffhookPendingStream *oldest;

	if (g_queue_get_length(&self->pending) < MAX(max, OFFHOOK_STREAMS_MIN_WAITING))
		return TRUE;
	oldest = self->pending.head->data;
	return now_us - oldest->since_us >= OFFHOOK_STREAM_YOUNG_US;
}

static void
offhook_call_manager_make_room(OffhookCallManager *self)
{
	guint max = offhook_config_get_integer(self->config, "server", "max-calls");

	while (g_queue_get_length(&self->pending) >= MAX(max, OFFHOOK_STREAMS_MIN_WAITING))
		offhook_pending_stream_drop(self->pending.head->data);
}

void
offhook_call_manager_take_stream(OffhookCallManager *self, OffhookDriver *driver,
				 OffhookMediaPort *port)
{
	gint64 now_us = g_get_monotonic_time();
	OffhookPendingStream *pending;

	/* Others were let in at the same time. */
	if (!offhook_call_manager_has_room(self, now_us))
		return;
	offhook_call_manager_make_room(self);
	pending = g_new0(OffhookPendingStream, 1);
	pending->manager = self;
	pending->driver = g_object_ref(driver);
	pending->since_us = now_us;
	pending->stream = offhook_stream_new(offhook_media_pool_pick(self->media), port,
					     &offhook_call_manager_keeper, pending);
	pending->link.data = pending;
	g_queue_push_tail_link(&self->pending, &pending->link);
}

gboolean
offhook_call_manager_can_take_stream(OffhookCallManager *self, GError **error)
{
	if (self->shut_down != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY, "the daemon stops");
		return FALSE;
	}
	if (offhook_call_manager_has_room(self, g_get_monotonic_time()))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
		    "%u media streams have not said yet whose they are",
		    g_queue_get_length(&self->pending));
	return FALSE;
}
