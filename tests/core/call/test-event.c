/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The event bus: order, contents, life time.
 */

#include "call/event.h"

static void
test_event_keep_cb(OffhookEventBus *bus, OffhookEvent *event, gpointer user_data)
{
	g_ptr_array_add(user_data, offhook_event_ref(event));
}

static void
test_event_order(void)
{
	g_autoptr(OffhookEventBus) bus = offhook_event_bus_new();
	g_autoptr(GPtrArray) events =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_event_unref);
	JsonObject *data = json_object_new();
	OffhookEvent *event;

	g_signal_connect(bus, "event", G_CALLBACK(test_event_keep_cb), events);
	json_object_set_string_member(data, "message", "hello");
	offhook_event_bus_publish(bus, OFFHOOK_EVENT_CALL_STARTED, "id", 1, NULL);
	offhook_event_bus_publish(bus, OFFHOOK_EVENT_MESSAGE_RECEIVED, "id", 2, data);

	g_assert_cmpuint(events->len, ==, 2);
	event = g_ptr_array_index(events, 0);
	g_assert_cmpstr(event->type, ==, "call.started");
	g_assert_cmpuint(json_object_get_size(event->data), ==, 0);
	event = g_ptr_array_index(events, 1);
	g_assert_cmpstr(event->call_id, ==, "id");
	g_assert_cmpuint(event->seq, ==, 2);
	g_assert_cmpstr(json_object_get_string_member(event->data, "message"), ==, "hello");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/call/event/order", test_event_order);
	return g_test_run();
}
