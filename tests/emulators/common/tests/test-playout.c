/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The play buffer, stepped by hand: when a mark is due, and what a clear does. */

#include "../playout.h"

#define LIMIT_MS 60000

typedef struct {
	OffhookEmuPlayout *playout;
	GPtrArray *due;
	gint16 frame[160];
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	fixture->playout = offhook_emu_playout_new(8000, LIMIT_MS);
	fixture->due = g_ptr_array_new_with_free_func(g_free);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	offhook_emu_playout_free(fixture->playout);
	g_ptr_array_unref(fixture->due);
}

static void
push(Fixture *fixture, gint16 sample, gsize length)
{
	g_autofree gint16 *audio = g_new(gint16, length);

	for (gsize i = 0; i < length; i++)
		audio[i] = sample;
	g_assert_cmpuint(offhook_emu_playout_push(fixture->playout, audio, length), ==, 0);
}

static gsize
step(Fixture *fixture)
{
	return offhook_emu_playout_step(fixture->playout, fixture->frame, fixture->due);
}

static void
test_line_speed(Fixture *fixture, gconstpointer data)
{
	push(fixture, 0x10, 400);
	g_assert_cmpuint(step(fixture), ==, 160);
	g_assert_cmpuint(step(fixture), ==, 160);
	g_assert_cmpuint(offhook_emu_playout_get_buffered(fixture->playout), ==, 80);
	g_assert_cmpuint(step(fixture), ==, 80);
	g_assert_cmphex(fixture->frame[79], ==, 0x10);
	g_assert_cmphex(fixture->frame[80], ==, 0);
	g_assert_cmpuint(step(fixture), ==, 0);
	g_assert_cmpuint(offhook_emu_playout_get_played(fixture->playout), ==, 400);
}

static void
test_mark_on_empty_buffer(Fixture *fixture, gconstpointer data)
{
	g_assert_true(offhook_emu_playout_mark(fixture->playout, "m", fixture->due));
	g_assert_cmpuint(fixture->due->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(fixture->due, 0), ==, "m");
}

/* Due when the last frame before it is over, not when it begins. */
static void
test_mark_after_audio(Fixture *fixture, gconstpointer data)
{
	push(fixture, 0x10, 320);
	offhook_emu_playout_mark(fixture->playout, "m", fixture->due);
	push(fixture, 0x20, 160);
	g_assert_cmpuint(step(fixture), ==, 160);
	g_assert_cmpuint(step(fixture), ==, 160);
	g_assert_cmpuint(fixture->due->len, ==, 0);
	g_assert_cmpuint(step(fixture), ==, 160);
	g_assert_cmpuint(fixture->due->len, ==, 1);
	g_assert_cmphex(fixture->frame[0], ==, 0x20);
}

static void
test_mark_waits_for_the_sounding_frame(Fixture *fixture, gconstpointer data)
{
	push(fixture, 0x10, 160);
	step(fixture);
	offhook_emu_playout_mark(fixture->playout, "m", fixture->due);
	g_assert_cmpuint(fixture->due->len, ==, 0);
	step(fixture);
	g_assert_cmpuint(fixture->due->len, ==, 1);
}

static void
test_mark_order(Fixture *fixture, gconstpointer data)
{
	push(fixture, 0x10, 160);
	offhook_emu_playout_mark(fixture->playout, "a", fixture->due);
	offhook_emu_playout_mark(fixture->playout, "b", fixture->due);
	step(fixture);
	step(fixture);
	g_assert_cmpuint(fixture->due->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(fixture->due, 0), ==, "a");
	g_assert_cmpstr(g_ptr_array_index(fixture->due, 1), ==, "b");
}

static void
test_clear(Fixture *fixture, gconstpointer data)
{
	push(fixture, 0x10, 800);
	offhook_emu_playout_mark(fixture->playout, "a", fixture->due);
	push(fixture, 0x10, 800);
	offhook_emu_playout_mark(fixture->playout, "b", fixture->due);
	step(fixture);
	g_assert_cmpuint(offhook_emu_playout_clear(fixture->playout, fixture->due), ==, 1440);
	g_assert_cmpuint(fixture->due->len, ==, 2);
	g_assert_cmpuint(offhook_emu_playout_get_pending_marks(fixture->playout), ==, 0);
	g_assert_cmpuint(step(fixture), ==, 0);
	g_assert_cmpuint(offhook_emu_playout_get_played(fixture->playout), ==, 160);
}

static void
test_audio_after_clear(Fixture *fixture, gconstpointer data)
{
	push(fixture, 0x10, 800);
	offhook_emu_playout_clear(fixture->playout, fixture->due);
	push(fixture, 0x30, 160);
	offhook_emu_playout_mark(fixture->playout, "c", fixture->due);
	g_assert_cmpuint(step(fixture), ==, 160);
	g_assert_cmphex(fixture->frame[0], ==, 0x30);
	g_assert_cmpuint(fixture->due->len, ==, 0);
	step(fixture);
	g_assert_cmpuint(fixture->due->len, ==, 1);
}

static void
test_ten_minutes(Fixture *fixture, gconstpointer data)
{
	g_autofree gint16 *audio = g_new0(gint16, LIMIT_MS * 8);

	g_assert_cmpuint(offhook_emu_playout_push(fixture->playout, audio, LIMIT_MS * 8), ==, 0);
	g_assert_cmpuint(offhook_emu_playout_push(fixture->playout, audio, 100), ==, 100);
	step(fixture);
	g_assert_cmpuint(offhook_emu_playout_push(fixture->playout, audio, 200), ==, 40);
}

static void
test_too_many_marks(Fixture *fixture, gconstpointer data)
{
	push(fixture, 0x10, 160);
	for (guint i = 0; i < OFFHOOK_EMU_PLAYOUT_MAX_MARKS; i++)
		g_assert_true(offhook_emu_playout_mark(fixture->playout, "m", fixture->due));
	g_assert_false(offhook_emu_playout_mark(fixture->playout, "m", fixture->due));
}

#define ADD(path, func)                                                                            \
	g_test_add("/emulators/playout/" path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("line-speed", test_line_speed);
	ADD("mark-on-empty-buffer", test_mark_on_empty_buffer);
	ADD("mark-after-audio", test_mark_after_audio);
	ADD("mark-waits-for-the-sounding-frame", test_mark_waits_for_the_sounding_frame);
	ADD("mark-order", test_mark_order);
	ADD("clear", test_clear);
	ADD("audio-after-clear", test_audio_after_clear);
	ADD("ten-minutes", test_ten_minutes);
	ADD("too-many-marks", test_too_many_marks);
	return g_test_run();
}
