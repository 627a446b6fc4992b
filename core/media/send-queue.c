/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Runs in the connection's media thread.
 */

#include "media/send-queue.h"

#include <offhook/error.h>
#include <string.h>

typedef struct {
	gboolean audio;
	gboolean begun; /* some of it may be with the socket: it must be sent to its end */
	gsize sent;
	gsize size;
	guint8 data[];
} OffhookSendItem;

struct _OffhookSendQueue {
	OffhookMediaSocket *socket;
	GQueue items;
	guint max_audio;
	guint n_audio;
	guint64 dropped;
};

OffhookSendQueue *
offhook_send_queue_new(OffhookMediaSocket *socket, guint max_audio)
{
	OffhookSendQueue *self = g_new0(OffhookSendQueue, 1);

	self->socket = socket;
	self->max_audio = max_audio;
	g_queue_init(&self->items);
	return self;
}

void
offhook_send_queue_free(OffhookSendQueue *self)
{
	if (self == NULL)
		return;
	g_queue_clear_full(&self->items, g_free);
	g_free(self);
}

/* Drops the oldest audio, or all of it. */
static guint
offhook_send_queue_drop(OffhookSendQueue *self, gboolean all)
{
	GList *link = self->items.head;
	guint dropped = 0;

	while (link != NULL && (all || dropped == 0)) {
		OffhookSendItem *item = link->data;
		GList *next = link->next;

		if (item->audio && !item->begun) {
			g_queue_delete_link(&self->items, link);
			g_free(item);
			self->n_audio--;
			dropped++;
		}
		link = next;
	}
	return dropped;
}

static gboolean
offhook_send_queue_push(OffhookSendQueue *self, const guint8 *data, gsize size, gsize sent,
			gboolean audio, GError **error)
{
	OffhookSendItem *item;

	if (audio && self->n_audio >= self->max_audio)
		self->dropped += offhook_send_queue_drop(self, FALSE);
	if (!audio && self->items.length - self->n_audio >= OFFHOOK_SEND_QUEUE_MAX_CONTROL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "the far end does not read: more than %d messages wait",
			    OFFHOOK_SEND_QUEUE_MAX_CONTROL);
		return FALSE;
	}
	item = g_malloc(sizeof(OffhookSendItem) + size);
	*item = (OffhookSendItem){
	    .audio = audio, .begun = self->items.head == NULL, .sent = sent, .size = size};
	memcpy(item->data, data, size);
	g_queue_push_tail(&self->items, item);
	self->n_audio += audio;
	return TRUE;
}

gboolean
offhook_send_queue_send(OffhookSendQueue *self, const guint8 *data, gsize size, gboolean audio,
			GError **error)
{
	gssize n = 0;

	if (self->items.head == NULL) {
		n = offhook_media_socket_write(self->socket, data, size, error);
		if (n < 0)
			return FALSE;
		if ((gsize)n == size)
			return TRUE;
	}
	return offhook_send_queue_push(self, data, size, n, audio, error);
}

gboolean
offhook_send_queue_flush(OffhookSendQueue *self, GError **error)
{
	while (self->items.head != NULL) {
		OffhookSendItem *item = self->items.head->data;
		gssize n = offhook_media_socket_write(self->socket, item->data + item->sent,
						      item->size - item->sent, error);

		if (n < 0)
			return FALSE;
		item->begun = TRUE;
		item->sent += n;
		if (item->sent < item->size)
			return TRUE;
		self->n_audio -= item->audio;
		g_queue_pop_head(&self->items);
		g_free(item);
	}
	return TRUE;
}

void
offhook_send_queue_drop_audio(OffhookSendQueue *self)
{
	offhook_send_queue_drop(self, TRUE);
}

gboolean
offhook_send_queue_is_empty(OffhookSendQueue *self)
{
	return self->items.head == NULL;
}

guint64
offhook_send_queue_get_dropped(OffhookSendQueue *self)
{
	return self->dropped;
}

void
offhook_send_queue_add_hot(const OffhookSendQueue *self, OffhookHotSet *set)
{
	offhook_hot_set_add(set, self, sizeof(*self));
}
