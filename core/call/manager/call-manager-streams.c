/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Media WebSockets whose call is not known yet: they wait here until the far end says which it is.
 * Main thread.
 */

#include "call/manager/call-manager-private.h"

#include <offhook/error.h>

/** A media WebSocket before its far end said which call it is. */
typedef struct {
	OffhookCallManager *manager;
	OffhookDriver *driver;
	OffhookStream *stream; /* (nullable): a call has it */
	GList link;            /* in the manager's queue */
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

static void
offhook_call_manager_lost_cb(gpointer user_data, OffhookStream *stream, const GError *error)
{
	OffhookPendingStream *pending = user_data;
	OffhookCallManager *self = pending->manager;

	g_message("a media stream of %s ended before it belonged to a call: %s",
		  offhook_driver_get_name(pending->driver),
		  error != NULL ? error->message : "closed by the far end");
	offhook_pending_stream_drop(pending);
	offhook_call_manager_check_shut_down(self);
}

static const OffhookStreamKeeper offhook_call_manager_keeper = {
    .claim = offhook_call_manager_claim_cb,
    .lost = offhook_call_manager_lost_cb,
};

/*
 * Every call has one stream, so there are strangers among as many as there may be calls. Those who
 * have said nothing for the longest give way: a caller's stream says at once whose it is, and must not
 * find the door blocked.
 */
void
offhook_call_manager_take_stream(OffhookCallManager *self, OffhookDriver *driver,
				 OffhookMediaPort *port)
{
	guint max = offhook_config_get_integer(self->config, "server", "max-calls");
	OffhookPendingStream *pending = g_new0(OffhookPendingStream, 1);

	while (g_queue_get_length(&self->pending) >= max)
		offhook_pending_stream_drop(self->pending.head->data);
	pending->manager = self;
	pending->driver = g_object_ref(driver);
	pending->stream = offhook_stream_new(offhook_media_pool_pick(self->media), port,
					     &offhook_call_manager_keeper, pending);
	pending->link.data = pending;
	g_queue_push_tail_link(&self->pending, &pending->link);
}

gboolean
offhook_call_manager_can_take_stream(OffhookCallManager *self, GError **error)
{
	if (self->shut_down == NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY, "the daemon stops");
	return FALSE;
}
