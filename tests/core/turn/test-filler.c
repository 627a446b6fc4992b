/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/filler.h"

#define MS(x) ((gint64)(x)*1000)

static void
expect(OffhookFiller *self, gint64 at_ms, OffhookFillerEvent event)
{
	g_assert_cmpint(offhook_filler_get_deadline(self), ==, MS(at_ms));
	g_assert_cmpint(offhook_filler_tick(self, MS(at_ms) - 1), ==, OFFHOOK_FILLER_NONE);
	g_assert_cmpint(offhook_filler_tick(self, MS(at_ms)), ==, event);
}

static void
expect_never(OffhookFiller *self)
{
	g_assert_cmpint(offhook_filler_get_deadline(self), ==, G_MAXINT64);
	g_assert_cmpint(offhook_filler_tick(self, MS(1000000)), ==, OFFHOOK_FILLER_NONE);
}

static void
test_thinking(void)
{
	g_autoptr(OffhookFiller) self = offhook_filler_new(NULL, 1);

	expect_never(self);
	offhook_filler_begin(self, 0);
	expect(self, 700, OFFHOOK_FILLER_SHORT);
	/* Without a tool nothing more is said until it is too late. */
	expect(self, 20000, OFFHOOK_FILLER_GIVE_UP);
	expect_never(self);
}

static void
test_quick_answer(void)
{
	g_autoptr(OffhookFiller) self = offhook_filler_new(NULL, 1);

	offhook_filler_begin(self, 0);
	offhook_filler_set_tool(self, MS(100), TRUE);
	offhook_filler_set_tool(self, MS(500), FALSE);
	offhook_filler_end(self);
	expect_never(self);
}

static void
test_tool(void)
{
	g_autoptr(OffhookFiller) self = offhook_filler_new(NULL, 1);

	offhook_filler_begin(self, 0);
	offhook_filler_set_tool(self, MS(200), TRUE);
	expect(self, 700, OFFHOOK_FILLER_SHORT);
	expect(self, 1500, OFFHOOK_FILLER_PHRASE);
	expect(self, 8500, OFFHOOK_FILLER_PHRASE);
	expect(self, 15500, OFFHOOK_FILLER_PHRASE);
	expect(self, 20000, OFFHOOK_FILLER_GIVE_UP);
	expect_never(self);
	/* The next turn begins from nothing. */
	offhook_filler_begin(self, MS(30000));
	expect(self, 30700, OFFHOOK_FILLER_SHORT);
}

static void
test_late_tool(void)
{
	g_autoptr(OffhookFiller) self = offhook_filler_new(NULL, 1);

	offhook_filler_begin(self, 0);
	expect(self, 700, OFFHOOK_FILLER_SHORT);
	offhook_filler_set_tool(self, MS(3000), TRUE);
	/* Begun late, it is given the same 0.7 s. */
	expect(self, 3700, OFFHOOK_FILLER_PHRASE);
	offhook_filler_set_tool(self, MS(4000), FALSE);
	g_assert_cmpint(offhook_filler_get_deadline(self), ==, MS(20000));
}

static void
test_switched_off(void)
{
	OffhookFillerConfig config = {0};
	g_autoptr(OffhookFiller) self = offhook_filler_new(&config, 1);

	offhook_filler_begin(self, 0);
	offhook_filler_set_tool(self, 0, TRUE);
	expect_never(self);
}

static void
test_pick(void)
{
	g_autoptr(OffhookFiller) self = offhook_filler_new(NULL, 42);
	guint seen[4] = {0}, last = 4;

	for (guint i = 0; i < 400; i++) {
		guint pick = offhook_filler_pick(self, 4);

		g_assert_cmpuint(pick, <, 4);
		g_assert_cmpuint(pick, !=, last);
		last = pick;
		seen[pick]++;
	}
	for (guint i = 0; i < 4; i++)
		g_assert_cmpuint(seen[i], >, 50);
	g_assert_cmpuint(offhook_filler_pick(self, 1), ==, 0);
	g_assert_cmpuint(offhook_filler_pick(self, 0), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/filler/thinking", test_thinking);
	g_test_add_func("/turn/filler/quick-answer", test_quick_answer);
	g_test_add_func("/turn/filler/tool", test_tool);
	g_test_add_func("/turn/filler/late-tool", test_late_tool);
	g_test_add_func("/turn/filler/switched-off", test_switched_off);
	g_test_add_func("/turn/filler/pick", test_pick);
	return g_test_run();
}
