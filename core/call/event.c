/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The event bus: one signal, emitted in the main thread at the moment of publishing.
 */

#include "call/event.h"

struct _OffhookEventBus {
	GObject parent_instance;
};

G_DEFINE_BOXED_TYPE(OffhookEvent, offhook_event, offhook_event_ref, offhook_event_unref)
G_DEFINE_FINAL_TYPE(OffhookEventBus, offhook_event_bus, G_TYPE_OBJECT)

static guint offhook_event_bus_signal;

OffhookEvent *
offhook_event_ref(OffhookEvent *event)
{
	g_atomic_ref_count_inc(&event->ref_count);
	return event;
}

void
offhook_event_unref(OffhookEvent *event)
{
	if (event == NULL || !g_atomic_ref_count_dec(&event->ref_count))
		return;
	g_free(event->call_id);
	json_object_unref(event->data);
	g_free(event);
}

OffhookEventBus *
offhook_event_bus_new(void)
{
	return g_object_new(OFFHOOK_TYPE_EVENT_BUS, NULL);
}

void
offhook_event_bus_publish(OffhookEventBus *self, const char *type, const char *call_id, guint seq,
			  JsonObject *data)
{
	g_autoptr(OffhookEvent) event = g_new0(OffhookEvent, 1);

	g_atomic_ref_count_init(&event->ref_count);
	event->type = g_intern_string(type);
	event->call_id = g_strdup(call_id);
	event->seq = seq;
	event->at_us = g_get_real_time();
	event->data = data != NULL ? data : json_object_new();
	g_signal_emit(self, offhook_event_bus_signal, 0, event);
}

static void
offhook_event_bus_init(OffhookEventBus *self)
{
}

static void
offhook_event_bus_class_init(OffhookEventBusClass *klass)
{
	offhook_event_bus_signal =
	    g_signal_new("event", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			 G_TYPE_NONE, 1, offhook_event_get_type());
}
