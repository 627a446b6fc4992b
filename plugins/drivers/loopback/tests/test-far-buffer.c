/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../far-buffer.h"

#include <string.h>

static void
push(OffhookLoopbackFarBuffer *far, gsize size, guint8 value)
{
	g_autofree guint8 *data = g_malloc(size);

	memset(data, value, size);
	offhook_loopback_far_buffer_push(far, data, size);
}

static void
assert_mark(OffhookLoopbackFarBuffer *far, const char *expected)
{
	g_autofree char *name = offhook_loopback_far_buffer_pull_mark(far);

	g_assert_cmpstr(name, ==, expected);
}

static void
test_mark_after_audio(void)
{
	g_autoptr(OffhookLoopbackFarBuffer) far = offhook_loopback_far_buffer_new(1000);
	guint8 out[160];

	push(far, 320, 7);
	offhook_loopback_far_buffer_push_mark(far, "m");
	assert_mark(far, NULL);
	g_assert_cmpuint(offhook_loopback_far_buffer_pull(far, out, 160), ==, 160);
	g_assert_cmpuint(out[159], ==, 7);
	assert_mark(far, NULL);
	g_assert_cmpuint(offhook_loopback_far_buffer_pull(far, out, 160), ==, 160);
	assert_mark(far, "m");
	assert_mark(far, NULL);
}

static void
test_mark_without_audio(void)
{
	g_autoptr(OffhookLoopbackFarBuffer) far = offhook_loopback_far_buffer_new(1000);

	offhook_loopback_far_buffer_push_mark(far, "first");
	offhook_loopback_far_buffer_push_mark(far, "second");
	assert_mark(far, "first");
	assert_mark(far, "second");
}

static void
test_partial_frame(void)
{
	g_autoptr(OffhookLoopbackFarBuffer) far = offhook_loopback_far_buffer_new(1000);
	guint8 out[160];

	push(far, 100, 1);
	g_assert_cmpuint(offhook_loopback_far_buffer_pull(far, out, 160), ==, 100);
	g_assert_cmpuint(offhook_loopback_far_buffer_pull(far, out, 160), ==, 0);
}

static void
test_clear(void)
{
	g_autoptr(OffhookLoopbackFarBuffer) far = offhook_loopback_far_buffer_new(1000);

	push(far, 500, 1);
	offhook_loopback_far_buffer_push_mark(far, "m");
	offhook_loopback_far_buffer_clear(far);
	g_assert_cmpuint(offhook_loopback_far_buffer_get_size(far), ==, 0);
	assert_mark(far, "m");
	/* What comes later has its own place. */
	push(far, 100, 2);
	offhook_loopback_far_buffer_push_mark(far, "n");
	assert_mark(far, NULL);
}

static void
test_limit_drops_the_oldest(void)
{
	g_autoptr(OffhookLoopbackFarBuffer) far = offhook_loopback_far_buffer_new(200);
	guint8 out[200];

	push(far, 150, 1);
	push(far, 150, 2);
	g_assert_cmpuint(offhook_loopback_far_buffer_get_size(far), ==, 200);
	g_assert_cmpuint(offhook_loopback_far_buffer_pull(far, out, 200), ==, 200);
	g_assert_cmpuint(out[49], ==, 1);
	g_assert_cmpuint(out[50], ==, 2);
}

static void
test_marks_are_bounded(void)
{
	g_autoptr(OffhookLoopbackFarBuffer) far = offhook_loopback_far_buffer_new(200);
	guint n = 0;

	push(far, 1, 1);
	for (guint i = 0; i < 5000; i++)
		offhook_loopback_far_buffer_push_mark(far, "m");
	offhook_loopback_far_buffer_clear(far);
	for (char *name; (name = offhook_loopback_far_buffer_pull_mark(far)) != NULL; n++)
		g_free(name);
	g_assert_cmpuint(n, ==, 1024);
}

static void
test_long_run(void)
{
	g_autoptr(OffhookLoopbackFarBuffer) far = offhook_loopback_far_buffer_new(1 << 20);
	guint8 out[320];

	/* Past the point where the front is given back. */
	push(far, 320, 0);
	for (guint i = 1; i < 1000; i++) {
		push(far, 320, (guint8)i);
		g_assert_cmpuint(offhook_loopback_far_buffer_pull(far, out, 320), ==, 320);
		g_assert_cmpuint(out[0], ==, (guint8)(i - 1));
		g_assert_cmpuint(out[319], ==, (guint8)(i - 1));
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/loopback/far-buffer/mark-after-audio", test_mark_after_audio);
	g_test_add_func("/loopback/far-buffer/mark-without-audio", test_mark_without_audio);
	g_test_add_func("/loopback/far-buffer/partial-frame", test_partial_frame);
	g_test_add_func("/loopback/far-buffer/clear", test_clear);
	g_test_add_func("/loopback/far-buffer/limit", test_limit_drops_the_oldest);
	g_test_add_func("/loopback/far-buffer/marks-bounded", test_marks_are_bounded);
	g_test_add_func("/loopback/far-buffer/long-run", test_long_run);
	return g_test_run();
}
