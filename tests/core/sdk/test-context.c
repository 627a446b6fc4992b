/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Posts to a main context: order, whose turn it is, and what becomes of those that wait when the context goes.
 */

#include <offhook/context.h>

#include "harness.h"

typedef struct {
	GMainContext *context; /* (nullable): posts go to it; not held */
	GArray *ran;           /* of guint */
	guint freed;
	gboolean other; /* another source had its turn */
} Fixture;

typedef struct {
	Fixture *fixture;
	guint number;
	void (*then)(Fixture *self, guint number); /* (nullable) */
} Note;

static void
fixture_set_up(Fixture *self, gconstpointer data)
{
	self->ran = g_array_new(FALSE, FALSE, sizeof(guint));
}

static void
fixture_tear_down(Fixture *self, gconstpointer data)
{
	g_array_unref(self->ran);
}

static void
note_run(gpointer data)
{
	Note *note = data;

	g_array_append_val(note->fixture->ran, note->number);
	if (note->then != NULL)
		note->then(note->fixture, note->number);
}

static void
note_free(gpointer data)
{
	Note *note = data;

	note->fixture->freed++;
	g_free(note);
}

static void
post(Fixture *self, guint number, void (*then)(Fixture *self, guint number))
{
	Note *note = g_new(Note, 1);

	*note = (Note){self, number, then};
	offhook_context_post(self->context, note_run, note, note_free);
}

static void
run_all(Fixture *self)
{
	while (g_main_context_iteration(self->context, FALSE))
		;
}

static void
assert_ran(Fixture *self, guint n)
{
	g_assert_cmpuint(self->ran->len, ==, n);
	for (guint i = 0; i < n; i++)
		g_assert_cmpuint(g_array_index(self->ran, guint, i), ==, i);
	g_assert_cmpuint(self->freed, ==, n);
}

static void
test_order(Fixture *self, gconstpointer data)
{
	for (guint i = 0; i < 1000; i++)
		post(self, i, NULL);
	g_assert_cmpuint(self->ran->len, ==, 0);
	run_all(self);
	assert_ran(self, 1000);
}

static void
post_third(Fixture *self, guint number)
{
	post(self, 2, NULL);
	g_assert_cmpuint(self->ran->len, ==, 1);
}

/* It comes after what was posted before. */
static void
test_inside(Fixture *self, gconstpointer data)
{
	post(self, 0, post_third);
	post(self, 1, NULL);
	run_all(self);
	assert_ran(self, 3);
}

static gboolean
have_turn_cb(gpointer data)
{
	Fixture *self = data;

	self->other = TRUE;
	return G_SOURCE_REMOVE;
}

static void
post_next(Fixture *self, guint number)
{
	g_assert_cmpuint(number, <, 1000);
	if (!self->other)
		post(self, number + 1, post_next);
}

/* Posts of which each makes the next leave the context's other sources their turn. */
static void
test_endless(Fixture *self, gconstpointer data)
{
	post(self, 0, post_next);
	g_idle_add_full(G_PRIORITY_DEFAULT, have_turn_cb, self, NULL);
	harness_wait_for(&self->other, "the other source");
	run_all(self);
	assert_ran(self, self->ran->len);
}

static void
run_inside(Fixture *self, guint number)
{
	run_all(self);
	g_assert_cmpuint(self->ran->len, ==, 3);
}

/* What runs the loop itself is not alone in it. */
static void
test_nested(Fixture *self, gconstpointer data)
{
	post(self, 0, run_inside);
	post(self, 1, NULL);
	post(self, 2, NULL);
	run_all(self);
	assert_ran(self, 3);
}

static void
never_run(gpointer data)
{
	g_assert_not_reached();
}

static void
free_and_post(gpointer data)
{
	Fixture *self = data;

	if (++self->freed < 4)
		offhook_context_post(self->context, never_run, self, free_and_post);
}

/* Also when freeing one posts another: whatever holds on to things is told that it may let go. */
static void
test_context_freed(Fixture *self, gconstpointer data)
{
	self->context = g_main_context_new();
	offhook_context_post(self->context, never_run, self, free_and_post);
	g_main_context_unref(self->context);
	g_assert_cmpuint(self->freed, ==, 4);
}

/* One may have the address of another that is gone. */
static void
test_many_contexts(Fixture *self, gconstpointer data)
{
	for (guint i = 0; i < 100; i++) {
		self->context = g_main_context_new();
		post(self, i, NULL);
		run_all(self);
		g_clear_pointer(&self->context, g_main_context_unref);
	}
	assert_ran(self, 100);
}

static gpointer
run_loop(gpointer data)
{
	GMainLoop *loop = data;

	g_main_context_push_thread_default(g_main_loop_get_context(loop));
	g_main_loop_run(loop);
	g_main_context_pop_thread_default(g_main_loop_get_context(loop));
	return NULL;
}

static void
quit_cb(gpointer data)
{
	g_main_loop_quit(data);
}

typedef struct {
	Fixture *fixture;
	guint number;
} Ball;

static void
ball_come_back(gpointer data)
{
	Ball *ball = data;

	g_array_append_val(ball->fixture->ran, ball->number);
	ball->fixture->freed++;
}

static void
ball_go(gpointer data)
{
	offhook_context_post(NULL, ball_come_back, data, g_free);
}

static gboolean
has_ball(gpointer data)
{
	Ball *ball = data;

	return ball->fixture->ran->len > ball->number;
}

/* A loop that sleeps is woken, and none is left behind: there and back a thousand times. */
static void
test_threads(Fixture *self, gconstpointer data)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(GMainLoop) loop = g_main_loop_new(context, FALSE);
	GThread *thread = g_thread_new("other", run_loop, loop);

	for (guint i = 0; i < 1000; i++) {
		Ball ball = {self, i};

		offhook_context_post(context, ball_go, g_memdup2(&ball, sizeof ball), NULL);
		harness_wait_until(has_ball, &ball, "the post back");
	}
	offhook_context_post(context, quit_cb, loop, NULL);
	g_thread_join(thread);
	assert_ran(self, 1000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/context/order", Fixture, NULL, fixture_set_up, test_order, fixture_tear_down);
	g_test_add("/context/inside", Fixture, NULL, fixture_set_up, test_inside,
		   fixture_tear_down);
	g_test_add("/context/endless", Fixture, NULL, fixture_set_up, test_endless,
		   fixture_tear_down);
	g_test_add("/context/nested", Fixture, NULL, fixture_set_up, test_nested,
		   fixture_tear_down);
	g_test_add("/context/context-freed", Fixture, NULL, fixture_set_up, test_context_freed,
		   fixture_tear_down);
	g_test_add("/context/many-contexts", Fixture, NULL, fixture_set_up, test_many_contexts,
		   fixture_tear_down);
	g_test_add("/context/threads", Fixture, NULL, fixture_set_up, test_threads,
		   fixture_tear_down);
	return g_test_run();
}
