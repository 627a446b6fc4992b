/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The order in which events are sent, and what is kept in memory.
 */

#include "delivery/endpoint-queue.h"

static OffhookDeliveryRecord
make(const char *id, const char *call_id, gint64 position)
{
	return (OffhookDeliveryRecord){
	    .id = (char *)id,
	    .endpoint = (char *)"crm",
	    .call_id = (char *)call_id,
	    .position = position,
	    .body = (char *)"{}",
	};
}

static OffhookQueueAnswer
add(OffhookEndpointQueue *queue, const char *id, const char *call_id, gint64 position)
{
	OffhookDeliveryRecord record = make(id, call_id, position);

	return offhook_endpoint_queue_add(queue, &record, 0);
}

/* Takes one, which must be @id; %NULL for none. */
static OffhookDeliveryRecord *
take(OffhookEndpointQueue *queue, gint64 now_us, const char *id)
{
	OffhookDeliveryRecord *record = offhook_endpoint_queue_take(queue, now_us);

	g_assert_cmpstr(record != NULL ? record->id : NULL, ==, id);
	return record;
}

/* One of a call at a time; others meanwhile. */
static void
test_order(void)
{
	g_autoptr(OffhookEndpointQueue) queue = offhook_endpoint_queue_new();
	OffhookDeliveryRecord *a, *b;

	add(queue, "a2", "a", 3);
	add(queue, "a1", "a", 1);
	add(queue, "b1", "b", 2);
	add(queue, "none", NULL, 4);
	a = take(queue, 0, "a1");
	b = take(queue, 0, "b1");
	take(queue, 0, "none");
	take(queue, 0, NULL);
	g_assert_false(offhook_endpoint_queue_settle(queue, a));
	take(queue, 0, "a2");
	g_assert_false(offhook_endpoint_queue_settle(queue, b));
	take(queue, 0, NULL);
	g_assert_cmpuint(offhook_endpoint_queue_count(queue), ==, 2);
}

static void
test_failure(void)
{
	g_autoptr(OffhookEndpointQueue) queue = offhook_endpoint_queue_new();
	OffhookDeliveryRecord *a;

	add(queue, "a1", "a", 1);
	add(queue, "a2", "a", 2);
	add(queue, "b1", "b", 3);
	a = take(queue, 0, "a1");
	a->next_us = 100;
	g_assert_false(offhook_endpoint_queue_postpone(queue, a));
	g_assert_cmpuint(offhook_endpoint_queue_count(queue), ==, 2);
	g_assert_cmpint(add(queue, "a3", "a", 4), ==, OFFHOOK_QUEUE_HELD);
	take(queue, 99, "b1");
	take(queue, 99, NULL);
	g_assert_cmpint(offhook_endpoint_queue_get_due(queue), ==, 100);
	a = take(queue, 100, "a1");
	/* What it held back has to be read again. */
	g_assert_true(offhook_endpoint_queue_settle(queue, a));
	g_assert_cmpint(add(queue, "a2", "a", 2), ==, OFFHOOK_QUEUE_ADDED);
	take(queue, 100, "a2");
}

/* A row that says so waits also after a restart, and what follows it with it. */
static void
test_not_due(void)
{
	g_autoptr(OffhookEndpointQueue) queue = offhook_endpoint_queue_new();
	OffhookDeliveryRecord record = make("a1", "a", 1);

	record.next_us = 50;
	offhook_endpoint_queue_add(queue, &record, 0);
	g_assert_cmpint(add(queue, "a2", "a", 2), ==, OFFHOOK_QUEUE_HELD);
	take(queue, 49, NULL);
	take(queue, 50, "a1");
}

static void
test_known(void)
{
	g_autoptr(OffhookEndpointQueue) queue = offhook_endpoint_queue_new();

	add(queue, "a1", "a", 1);
	g_assert_cmpint(add(queue, "a1", "a", 1), ==, OFFHOOK_QUEUE_KNOWN);
	offhook_endpoint_queue_begin_reading(queue);
	offhook_endpoint_queue_settle(queue, take(queue, 0, "a1"));
	/* It was still there when the rows were read. */
	g_assert_cmpint(add(queue, "a1", "a", 1), ==, OFFHOOK_QUEUE_KNOWN);
	offhook_endpoint_queue_end_reading(queue);
	g_assert_cmpint(add(queue, "a1", "a", 1), ==, OFFHOOK_QUEUE_ADDED);
}

static void
test_clear(void)
{
	g_autoptr(OffhookEndpointQueue) queue = offhook_endpoint_queue_new();
	OffhookDeliveryRecord *a;

	add(queue, "a1", "a", 1);
	add(queue, "a2", "a", 2);
	add(queue, "b1", "b", 3);
	a = take(queue, 0, "a1");
	offhook_endpoint_queue_clear(queue);
	g_assert_cmpuint(offhook_endpoint_queue_count(queue), ==, 1);
	take(queue, 0, NULL);
	/* Its row may have gone meanwhile. */
	a->next_us = 10;
	g_assert_true(offhook_endpoint_queue_postpone(queue, a));
	g_assert_cmpuint(offhook_endpoint_queue_count(queue), ==, 0);
	g_assert_cmpuint(offhook_endpoint_queue_get_bytes(queue), ==, 0);
}

static void
test_full(void)
{
	g_autoptr(OffhookEndpointQueue) queue = offhook_endpoint_queue_new();
	g_autofree char *body = g_strnfill(100 * 1024, 'x');
	guint n = 0;

	for (guint i = 0; i < OFFHOOK_ENDPOINT_QUEUE_MAX; i++) {
		g_autofree char *id = g_strdup_printf("n%u", i);

		g_assert_cmpint(add(queue, id, NULL, i + 1), ==, OFFHOOK_QUEUE_ADDED);
	}
	g_assert_cmpint(add(queue, "more", NULL, 9999), ==, OFFHOOK_QUEUE_FULL);
	offhook_endpoint_queue_clear(queue);
	for (;; n++) {
		g_autofree char *id = g_strdup_printf("l%u", n);
		OffhookDeliveryRecord record = make(id, "a", n + 1);

		record.body = body;
		if (offhook_endpoint_queue_add(queue, &record, 0) == OFFHOOK_QUEUE_FULL)
			break;
	}
	g_assert_cmpuint(n, >, 70);
	g_assert_cmpuint(offhook_endpoint_queue_get_bytes(queue), <=,
			 OFFHOOK_ENDPOINT_QUEUE_MAX_BYTES);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/endpoint-queue/order", test_order);
	g_test_add_func("/endpoint-queue/failure", test_failure);
	g_test_add_func("/endpoint-queue/not-due", test_not_due);
	g_test_add_func("/endpoint-queue/known", test_known);
	g_test_add_func("/endpoint-queue/clear", test_clear);
	g_test_add_func("/endpoint-queue/full", test_full);
	return g_test_run();
}
