/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/dtmf-collector.h"

#include <string.h>

#define MS(x) ((gint64)(x)*1000)

/* Presses keys 300 ms apart; all but the last must not end a message. */
static const char *
press(OffhookDtmfCollector *self, gint64 at_ms, const char *keys)
{
	const char *message = NULL;

	for (; *keys != '\0'; keys++) {
		g_assert_null(message);
		message = offhook_dtmf_collector_push(self, MS(at_ms), *keys);
		at_ms += 300;
	}
	return message;
}

static void
test_time(void)
{
	g_autoptr(OffhookDtmfCollector) self = offhook_dtmf_collector_new(0);

	g_assert_cmpint(offhook_dtmf_collector_get_deadline(self), ==, G_MAXINT64);
	g_assert_null(press(self, 0, "47*1"));
	g_assert_true(offhook_dtmf_collector_is_active(self));
	g_assert_cmpint(offhook_dtmf_collector_get_deadline(self), ==, MS(900 + 2000));
	g_assert_null(offhook_dtmf_collector_tick(self, MS(2899)));
	g_assert_cmpstr(offhook_dtmf_collector_tick(self, MS(2900)), ==, "47*1");
	g_assert_false(offhook_dtmf_collector_is_active(self));
	g_assert_null(offhook_dtmf_collector_tick(self, MS(9000)));
}

static void
test_hash(void)
{
	g_autoptr(OffhookDtmfCollector) self = offhook_dtmf_collector_new(0);

	offhook_dtmf_collector_set_expectation(self, OFFHOOK_EXPECT_DIGITS, 0);
	g_assert_cmpstr(press(self, 0, "12#"), ==, "12");
	g_assert_cmpstr(press(self, 2000, "#"), ==, "#");
	g_assert_cmpstr(press(self, 4000, "3#"), ==, "3");
}

static void
test_enough(void)
{
	g_autoptr(OffhookDtmfCollector) self = offhook_dtmf_collector_new(0);

	offhook_dtmf_collector_set_expectation(self, OFFHOOK_EXPECT_DIGITS, 4);
	g_assert_cmpstr(press(self, 0, "4711"), ==, "4711");
	offhook_dtmf_collector_set_expectation(self, OFFHOOK_EXPECT_CHOICE, 0);
	g_assert_cmpstr(press(self, 5000, "2"), ==, "2");
	offhook_dtmf_collector_set_expectation(self, OFFHOOK_EXPECT_YES_NO, 0);
	g_assert_cmpstr(press(self, 9000, "1"), ==, "1");
	offhook_dtmf_collector_set_expectation(self, OFFHOOK_EXPECT_OPEN, 1);
	g_assert_cmpstr(press(self, 12000, "0"), ==, "0");
	offhook_dtmf_collector_set_expectation(self, OFFHOOK_EXPECT_OPEN, 0);
	g_assert_null(press(self, 15000, "12345"));
}

/* "4711#" is one message, whether four are enough or not. */
static void
test_late_hash(void)
{
	g_autoptr(OffhookDtmfCollector) self = offhook_dtmf_collector_new(0);

	offhook_dtmf_collector_set_expectation(self, OFFHOOK_EXPECT_OPEN, 1);
	g_assert_cmpstr(press(self, 0, "4"), ==, "4");
	g_assert_null(press(self, 1999, "#"));
	g_assert_false(offhook_dtmf_collector_is_active(self));
	g_assert_cmpstr(press(self, 2100, "#"), ==, "#");
	g_assert_cmpstr(press(self, 3000, "4"), ==, "4");
	g_assert_cmpstr(press(self, 5000, "#"), ==, "#");
}

static void
test_other_bytes(void)
{
	g_autoptr(OffhookDtmfCollector) self = offhook_dtmf_collector_new(0);

	g_assert_null(offhook_dtmf_collector_push(self, 0, '\0'));
	g_assert_null(offhook_dtmf_collector_push(self, 0, 'x'));
	g_assert_null(offhook_dtmf_collector_push(self, 0, (char)0xE9));
	g_assert_false(offhook_dtmf_collector_is_active(self));
	g_assert_null(press(self, 0, "AD"));
	offhook_dtmf_collector_reset(self);
	g_assert_false(offhook_dtmf_collector_is_active(self));
}

static void
test_limit(void)
{
	g_autoptr(OffhookDtmfCollector) self = offhook_dtmf_collector_new(500);
	const char *message = NULL;

	for (guint i = 0; i < OFFHOOK_DTMF_COLLECTOR_MAX_KEYS; i++) {
		g_assert_null(message);
		message = offhook_dtmf_collector_push(self, MS(i), '5');
	}
	g_assert_cmpuint(strlen(message), ==, OFFHOOK_DTMF_COLLECTOR_MAX_KEYS);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/dtmf-collector/time", test_time);
	g_test_add_func("/turn/dtmf-collector/hash", test_hash);
	g_test_add_func("/turn/dtmf-collector/enough", test_enough);
	g_test_add_func("/turn/dtmf-collector/late-hash", test_late_hash);
	g_test_add_func("/turn/dtmf-collector/other-bytes", test_other_bytes);
	g_test_add_func("/turn/dtmf-collector/limit", test_limit);
	return g_test_run();
}
