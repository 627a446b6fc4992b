/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/idle-prompter.h"

#define MS(x) ((gint64)(x)*1000)

static void
expect(OffhookIdlePrompter *self, gint64 at_ms, OffhookIdleEvent event, guint attempt)
{
	guint have = 0;

	g_assert_cmpint(offhook_idle_prompter_get_deadline(self), ==, MS(at_ms));
	g_assert_cmpint(offhook_idle_prompter_tick(self, MS(at_ms) - 1, &have), ==,
			OFFHOOK_IDLE_NONE);
	g_assert_cmpint(offhook_idle_prompter_tick(self, MS(at_ms), &have), ==, event);
	g_assert_cmpuint(have, ==, attempt);
}

static void
expect_never(OffhookIdlePrompter *self)
{
	g_assert_cmpint(offhook_idle_prompter_get_deadline(self), ==, G_MAXINT64);
	g_assert_cmpint(offhook_idle_prompter_tick(self, MS(100000000), NULL), ==,
			OFFHOOK_IDLE_NONE);
}

static void
test_three_attempts(void)
{
	g_autoptr(OffhookIdlePrompter) self = offhook_idle_prompter_new(NULL);

	expect_never(self);
	offhook_idle_prompter_start(self, 0);
	offhook_idle_prompter_set_hold(self, 0, OFFHOOK_IDLE_HOLD_AGENT, TRUE);
	expect_never(self);
	offhook_idle_prompter_set_hold(self, MS(2000), OFFHOOK_IDLE_HOLD_AGENT, FALSE);
	expect(self, 10000, OFFHOOK_IDLE_PROMPT, 1);
	/* The prompt is spoken. */
	offhook_idle_prompter_set_hold(self, MS(10000), OFFHOOK_IDLE_HOLD_AGENT, TRUE);
	offhook_idle_prompter_set_hold(self, MS(11500), OFFHOOK_IDLE_HOLD_AGENT, FALSE);
	expect(self, 19500, OFFHOOK_IDLE_PROMPT, 2);
	/* This one could not be spoken. */
	expect(self, 27500, OFFHOOK_IDLE_GOODBYE, 3);
	expect_never(self);
}

static void
test_caller_begins_anew(void)
{
	g_autoptr(OffhookIdlePrompter) self = offhook_idle_prompter_new(NULL);

	offhook_idle_prompter_start(self, 0);
	expect(self, 8000, OFFHOOK_IDLE_PROMPT, 1);
	offhook_idle_prompter_set_hold(self, MS(9000), OFFHOOK_IDLE_HOLD_CALLER, TRUE);
	expect_never(self);
	offhook_idle_prompter_set_hold(self, MS(30000), OFFHOOK_IDLE_HOLD_CALLER, FALSE);
	expect(self, 38000, OFFHOOK_IDLE_PROMPT, 1);
	offhook_idle_prompter_activity(self, MS(40000));
	expect(self, 48000, OFFHOOK_IDLE_PROMPT, 1);
	/* A key also calls off the silence after a goodbye. */
	expect(self, 56000, OFFHOOK_IDLE_PROMPT, 2);
	expect(self, 64000, OFFHOOK_IDLE_GOODBYE, 3);
	offhook_idle_prompter_activity(self, MS(65000));
	expect(self, 73000, OFFHOOK_IDLE_PROMPT, 1);
}

static void
test_holds_add_up(void)
{
	g_autoptr(OffhookIdlePrompter) self = offhook_idle_prompter_new(NULL);

	offhook_idle_prompter_start(self, 0);
	offhook_idle_prompter_set_hold(self, MS(1000), OFFHOOK_IDLE_HOLD_TURN, TRUE);
	offhook_idle_prompter_set_hold(self, MS(2000), OFFHOOK_IDLE_HOLD_TOOL, TRUE);
	offhook_idle_prompter_set_hold(self, MS(3000), OFFHOOK_IDLE_HOLD_TURN, FALSE);
	expect_never(self);
	offhook_idle_prompter_set_hold(self, MS(20000), OFFHOOK_IDLE_HOLD_TOOL, FALSE);
	/* Again the same is nothing new. */
	offhook_idle_prompter_set_hold(self, MS(21000), OFFHOOK_IDLE_HOLD_TOOL, FALSE);
	expect(self, 28000, OFFHOOK_IDLE_PROMPT, 1);
	offhook_idle_prompter_stop(self);
	expect_never(self);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/idle-prompter/three-attempts", test_three_attempts);
	g_test_add_func("/turn/idle-prompter/caller", test_caller_begins_anew);
	g_test_add_func("/turn/idle-prompter/holds", test_holds_add_up);
	return g_test_run();
}
