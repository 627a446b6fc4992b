/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The event bus: one signal, emitted in the main thread at the moment of publishing.
 */

#include "call/event.h"

#include "base/json.h"
#include "base/timestamp.h"

struct _OffhookEventBus {
	GObject parent_instance;
};

G_DEFINE_BOXED_TYPE(OffhookEvent, offhook_event, offhook_event_ref, offhook_event_unref)
G_DEFINE_FINAL_TYPE(OffhookEventBus, offhook_event_bus, G_TYPE_OBJECT)

static guint offhook_event_bus_signal;

gboolean
offhook_event_is_reserved(const char *type)
{
	static const char *const words[] = {
	    "agent",   "call",    "caller",     "dtmf",      "engine",    "error", "limit",
	    "message", "plugins", "prompt",     "recording", "retention", "sms",   "speech",
	    "system",  "tool",    "transcript", "turn",      "variable",  NULL};
	g_auto(GStrv) parts = g_strsplit(type, ".", 2);

	return parts[0] == NULL || g_strv_contains(words, parts[0]);
}

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

JsonObject *
offhook_event_make_message(const char *type, gint64 at_us, JsonObject *data)
{
	JsonObject *message = json_object_new();
	g_autofree char *at = offhook_timestamp_format(at_us);

	json_object_set_string_member(message, "type", type);
	offhook_json_set_string(message, "timestamp", at);
	json_object_set_object_member(message, "data", data);
	return message;
}

JsonObject *
offhook_event_describe_recording(const char *recording_id, const char *source, const char *status,
				 gint64 duration_ms)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "recording_id", recording_id);
	json_object_set_string_member(data, "source", source);
	json_object_set_string_member(data, "status", status);
	offhook_json_set_figure(data, "duration",
				duration_ms >= 0 ? (double)duration_ms / 1000 : -1);
	return data;
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
