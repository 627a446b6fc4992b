/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Line-ups, cursors and the health behind them, with engines that do as they are told.
 */

#include "fake-engine.h"
#include "harness.h"
#include <offhook/error.h>

static const OffhookEngineDeadlines deadlines = {100, 100};

typedef struct {
	OffhookEngineHealth *health;
	FakeEngine *engines[3];
	OffhookEngineLineup *lineup;
	OffhookEngineCursor cursor;
	GString *states; /* of "changed": "a open|" */
} Fixture;

static void
changed_cb(OffhookEngineHealth *health, OffhookHealthRecord *record, Fixture *f)
{
	OffhookHealthStatus status;

	offhook_health_record_get_status(record, &status);
	g_string_append_printf(f->states, "%s %s %s|", status.role, status.engine, status.state);
}

static void
set_up_with(Fixture *f, OffhookEngineRoles role, guint n)
{
	const OffhookBreakerConfig config = {
	    .failures = 3, .window_ms = 30000, .back_off_ms = 20, .max_back_off_ms = 40};

	f->states = g_string_new(NULL);
	f->health = offhook_engine_health_new(&config);
	g_signal_connect(f->health, "changed", G_CALLBACK(changed_cb), f);
	for (guint i = 0; i < G_N_ELEMENTS(f->engines); i++)
		f->engines[i] = fake_engine_new();
	f->lineup = fake_lineup_new(f->health, role, &deadlines, f->engines, n);
	offhook_engine_cursor_init(&f->cursor, f->lineup);
}

static void
set_up(Fixture *f, gconstpointer n)
{
	set_up_with(f, OFFHOOK_ENGINE_TRANSCRIBE, GPOINTER_TO_UINT(n));
}

static void
tear_down(Fixture *f, gconstpointer n)
{
	offhook_engine_cursor_clear(&f->cursor);
	offhook_engine_lineup_unref(f->lineup);
	for (guint i = 0; i < G_N_ELEMENTS(f->engines); i++)
		g_object_unref(f->engines[i]);
	g_assert_finalize_object(f->health);
	g_string_free(f->states, TRUE);
}

static gint
fail(Fixture *f, OffhookError code)
{
	g_autoptr(GError) error = g_error_new_literal(OFFHOOK_ERROR, code, "as told");

	return offhook_engine_cursor_fail(&f->cursor, error);
}

static gboolean
is_closed(gpointer data)
{
	Fixture *f = data;

	return offhook_health_record_is_usable(offhook_engine_lineup_get(f->lineup, 0)->health);
}

static gboolean
was_probed_twice(gpointer data)
{
	return ((Fixture *)data)->engines[0]->opened >= 2;
}

static gboolean
has_worked(gpointer data)
{
	Fixture *f = data;
	OffhookHealthRecord *record = offhook_engine_lineup_get(f->lineup, 0)->health;

	return offhook_health_record_get_success_time(record) != 0;
}

static void
test_goes_through(Fixture *f, gconstpointer data)
{
	g_assert_cmpuint(offhook_engine_cursor_begin(&f->cursor), ==, 0);
	g_assert_true(offhook_engine_cursor_has_next(&f->cursor));
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_UNAVAILABLE), ==, 1);
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_TIMED_OUT), ==, 2);
	g_assert_false(offhook_engine_cursor_has_next(&f->cursor));
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_UNAVAILABLE), ==, -1);
	/* Nobody has heard anything better of the others. */
	g_assert_cmpuint(offhook_engine_cursor_begin(&f->cursor), ==, 2);
	g_assert_true(offhook_engine_cursor_has_next(&f->cursor));
}

static void
test_stays_and_comes_back(Fixture *f, gconstpointer data)
{
	offhook_engine_cursor_begin(&f->cursor);
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_UNAVAILABLE), ==, 1);
	offhook_engine_cursor_succeed(&f->cursor);
	g_assert_cmpuint(offhook_engine_cursor_begin(&f->cursor), ==, 1);
	/* The probe finds out that it works again. */
	f->engines[0]->answers = TRUE;
	harness_wait_until(has_worked, f, "the probe's success");
	g_assert_cmpuint(offhook_engine_cursor_begin(&f->cursor), ==, 0);
	/* It was never left alone. */
	g_assert_cmpstr(f->states->str, ==, "");
}

static void
test_skips_what_is_open(Fixture *f, gconstpointer data)
{
	OffhookEngineCursor other;

	offhook_engine_cursor_begin(&f->cursor);
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_AUTHENTICATION), ==, 1);
	g_assert_cmpstr(f->states->str, ==, "stt a open|");
	/* Another call does not even try. */
	offhook_engine_cursor_init(&other, f->lineup);
	g_assert_cmpuint(offhook_engine_cursor_begin(&other), ==, 1);
	offhook_engine_cursor_clear(&other);
	/* ... except when all else has failed. */
	g_assert_cmpuint(offhook_engine_cursor_begin(&f->cursor), ==, 1);
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_PROVIDER), ==, 2);
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_PROVIDER), ==, 0);
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_PROVIDER), ==, -1);
}

static void
test_probe_closes(Fixture *f, gconstpointer data)
{
	offhook_engine_cursor_begin(&f->cursor);
	for (guint i = 0; i < 3; i++) {
		g_autoptr(GError) error =
		    g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "as told");

		offhook_health_record_fail(offhook_engine_lineup_get(f->lineup, 0)->health, error);
	}
	g_assert_false(is_closed(f));
	f->engines[0]->refuses = TRUE;
	harness_wait_until(was_probed_twice, f, "two probes");
	f->engines[0]->refuses = FALSE;
	f->engines[0]->answers = TRUE;
	harness_wait_until(is_closed, f, "a closed breaker");
	g_assert_true(g_str_has_prefix(f->states->str,
				       "stt a open|stt a half-open|stt a open|stt a half-open|"));
	g_assert_true(g_str_has_suffix(f->states->str, "stt a half-open|stt a closed|"));
}

/* What the asker did wrong says nothing about the engine. */
static void
test_innocent(Fixture *f, gconstpointer data)
{
	offhook_engine_cursor_begin(&f->cursor);
	for (guint i = 0; i < 5; i++) {
		offhook_engine_cursor_begin(&f->cursor);
		fail(f, OFFHOOK_ERROR_LIMIT);
		fail(f, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
	g_assert_cmpstr(f->states->str, ==, "");
}

static void
test_alone(Fixture *f, gconstpointer data)
{
	offhook_engine_cursor_begin(&f->cursor);
	g_assert_false(offhook_engine_cursor_has_next(&f->cursor));
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_UNAVAILABLE), ==, 0);
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_UNAVAILABLE), ==, -1);
	/* Waiting for it once more would only make the silence longer. */
	g_assert_cmpuint(offhook_engine_cursor_begin(&f->cursor), ==, 0);
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_TIMED_OUT), ==, -1);
	g_assert_cmpstr(f->states->str, ==, "stt a open|");
	g_assert_cmpuint(offhook_engine_cursor_begin(&f->cursor), ==, 0);
}

/* Before a last resort it has its second chance, and the last resort is the last. */
static void
test_last_resort(Fixture *f, gconstpointer data)
{
	offhook_engine_lineup_add_last_resort(f->lineup, "last", OFFHOOK_ENGINE(f->engines[1]));
	g_assert_cmpuint(offhook_engine_cursor_begin(&f->cursor), ==, 0);
	g_assert_true(offhook_engine_cursor_has_next(&f->cursor));
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_UNAVAILABLE), ==, 0);
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_UNAVAILABLE), ==, 1);
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_UNAVAILABLE), ==, -1);
	/* Who lets a deadline pass has none. */
	f->engines[0]->answers = TRUE;
	harness_wait_until(has_worked, f, "the probe's success");
	g_assert_cmpuint(offhook_engine_cursor_begin(&f->cursor), ==, 0);
	g_assert_cmpint(fail(f, OFFHOOK_ERROR_TIMED_OUT), ==, 1);
}

/* How the time is divided: equally, to nobody more than the limit, and the rest to the last. */
static void
test_shares(Fixture *f, gconstpointer data)
{
	gint64 end = offhook_engine_cursor_get_end(&f->cursor, 1000000);

	g_assert_cmpint(end, ==, 1200000);
	offhook_engine_cursor_begin(&f->cursor);
	g_assert_cmpint(offhook_engine_cursor_get_due(&f->cursor, 1000000, 100, end), ==, 1066666);
	g_assert_cmpint(offhook_engine_cursor_get_due(&f->cursor, 1000000, 60, end), ==, 1060000);
	fail(f, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_cmpint(offhook_engine_cursor_get_due(&f->cursor, 1070000, 100, end), ==, 1135000);
	fail(f, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_cmpint(offhook_engine_cursor_get_due(&f->cursor, 1135000, 100, end), ==, end);
	/* One that comes late has half of it. */
	g_assert_cmpint(offhook_engine_cursor_get_due(&f->cursor, 1190000, 100, end), ==, 1240000);
}

/* One engine may speak to several servers. */
static void
test_options_tell_apart(Fixture *f, gconstpointer data)
{
	g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);
	OffhookEngineUse use = offhook_engine_lineup_get(f->lineup, 0)->use;
	g_autoptr(OffhookHealthRecord) same = offhook_engine_health_get(f->health, &use);
	g_autoptr(OffhookHealthRecord) another = NULL;
	g_autoptr(OffhookHealthRecord) again = NULL;

	g_assert_true(same == offhook_engine_lineup_get(f->lineup, 0)->health);
	g_hash_table_insert(options, (gpointer) "base-url", (gpointer) "http://127.0.0.1:1");
	use.options = options;
	another = offhook_engine_health_get(f->health, &use);
	g_assert_true(another != same);
	again = offhook_engine_health_get(f->health, &use);
	g_assert_true(another == again);
}

#define ADD(name, n, function)                                                                     \
	g_test_add("/engine-lineup/" name, Fixture, GUINT_TO_POINTER(n), set_up, function,         \
		   tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("goes-through", 3, test_goes_through);
	ADD("stays-and-comes-back", 2, test_stays_and_comes_back);
	ADD("skips-what-is-open", 3, test_skips_what_is_open);
	ADD("probe-closes", 2, test_probe_closes);
	ADD("innocent", 2, test_innocent);
	ADD("alone", 1, test_alone);
	ADD("last-resort", 1, test_last_resort);
	ADD("shares", 3, test_shares);
	ADD("options-tell-apart", 1, test_options_tell_apart);
	return g_test_run();
}
