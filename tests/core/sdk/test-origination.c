/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Placing calls at a provider that the test plays: it answers, says nothing, and has a list.
 */

#include "driver-sync.h"

#include <offhook/error.h>
#include <offhook/origination.h>
#include <offhook/pacer.h>

#define TEST_TYPE_DRIVER (test_driver_get_type())
G_DECLARE_FINAL_TYPE(TestDriver, test_driver, TEST, DRIVER, OffhookDriver)

/* What the driver knows of its one call, and what it was told. */
struct _TestDriver {
	OffhookDriver parent_instance;

	gboolean wanted;
	const char *reported; /* (nullable): the name that a report brought */
	GString *settled;     /* "placed NAME", "failed", "unknown"; one after the other */
};

G_DEFINE_FINAL_TYPE(TestDriver, test_driver, OFFHOOK_TYPE_DRIVER)

static void
test_driver_finalize(GObject *object)
{
	g_string_free(TEST_DRIVER(object)->settled, TRUE);
	G_OBJECT_CLASS(test_driver_parent_class)->finalize(object);
}

static void
test_driver_init(TestDriver *self)
{
	self->wanted = TRUE;
	self->settled = g_string_new(NULL);
}

static void
test_driver_class_init(TestDriverClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = test_driver_finalize;
}

static const OffhookSetting test_settings[] = {{NULL}};

typedef struct {
	const char *name;
	const char *to;
	const char *from;
} Listed;

typedef struct {
	OffhookFakeCallHost *host;
	OffhookDriver *driver;
	OffhookPacer *pacer;
	GCancellable *cancellable;

	/* What the provider does. */
	gboolean silent;  /* the test answers later */
	const char *name; /* (nullable) */
	guint status;
	OffhookError error;   /* when there is no name */
	const Listed *list;   /* (nullable): ends with a %NULL name */
	guint listed_from;    /* ... and shows from this look-up on */
	const char *reported; /* (nullable): a report that comes with the first look-up */

	OffhookOrigination *running;
	guint placed; /* so often it was asked for */
	guint look_ups;
	guint freed;

	gboolean done;
	char *result;
	GError *failure;
} Fixture;

static void
answer(Fixture *f)
{
	GError *error =
	    f->name == NULL ? g_error_new(OFFHOOK_ERROR, (int)f->error, "no luck") : NULL;

	offhook_origination_answer(f->running, f->name, f->status, error);
}

static void
place(OffhookOrigination *origination, gpointer data)
{
	Fixture *f = data;

	f->placed++;
	f->running = origination;
	g_assert_cmpstr(offhook_origination_get_call_id(origination), ==, "CALL");
	g_assert_true(offhook_origination_get_driver(origination) == f->driver);
	if (!f->silent)
		answer(f);
}

static void
look_up(OffhookOrigination *origination, gpointer data)
{
	Fixture *f = data;

	if (f->reported != NULL)
		TEST_DRIVER(f->driver)->reported = f->reported;
	if (++f->look_ups >= f->listed_from)
		for (const Listed *listed = f->list; listed != NULL && listed->name != NULL;
		     listed++)
			offhook_origination_consider(origination, listed->name, listed->to,
						     listed->from);
	offhook_origination_looked_up(origination);
}

static gboolean
is_wanted(OffhookDriver *driver, const char *call_id)
{
	return TEST_DRIVER(driver)->wanted;
}

static const char *
get_name(OffhookDriver *driver, const char *call_id)
{
	return TEST_DRIVER(driver)->reported;
}

static void
settle(OffhookDriver *driver, const char *call_id, OffhookOriginationOutcome outcome,
       const char *name)
{
	static const char *const words[] = {"placed", "failed", "unknown"};

	g_assert_cmpstr(call_id, ==, "CALL");
	g_string_append(TEST_DRIVER(driver)->settled, words[outcome]);
	if (name != NULL)
		g_string_append_printf(TEST_DRIVER(driver)->settled, " %s", name);
}

static void
free_data(gpointer data)
{
	((Fixture *)data)->freed++;
}

static const OffhookOriginationFuncs funcs = {
    "Acme", place, look_up, is_wanted, get_name, settle, free_data,
};

static void
set_up(Fixture *f, gconstpointer data)
{
	f->host = offhook_fake_call_host_new("https://pbx.example.com");
	f->driver = offhook_driver_sync_new(TEST_TYPE_DRIVER, "acme", f->host, test_settings, NULL);
	f->pacer = offhook_pacer_new(offhook_clock_get_default(), 10, 10);
	f->cancellable = g_cancellable_new();
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_assert_cmpuint(f->freed, ==, 1);
	g_assert_cmpuint(f->placed, <=, 1); /* whatever happens */
	offhook_pacer_free(f->pacer);
	g_object_unref(f->cancellable);
	g_assert_finalize_object(f->driver);
	g_assert_finalize_object(f->host);
	g_free(f->result);
	g_clear_error(&f->failure);
}

static void
ended_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	Fixture *f = user_data;

	f->result = g_task_propagate_pointer(G_TASK(result), &f->failure);
	f->done = TRUE;
}

static void
start(Fixture *f)
{
	const OffhookOriginationCall call = {
	    .call_id = "CALL", .to = "15550100042", .from = "15550100001", .max_pause_ms = 1};

	offhook_origination_start(&funcs, &call, f, f->pacer,
				  g_task_new(f->driver, f->cancellable, ended_cb, f));
}

static void
finish(Fixture *f)
{
	while (!f->done)
		g_main_context_iteration(NULL, TRUE);
}

static void
assert_settled(Fixture *f, const char *expected)
{
	g_assert_cmpstr(TEST_DRIVER(f->driver)->settled->str, ==, expected);
}

static void
test_placed(Fixture *f, gconstpointer data)
{
	f->name = "A1";
	f->status = 201;
	start(f);
	g_assert_cmpuint(f->placed, ==, 0); /* it waits for its turn */
	finish(f);
	g_assert_cmpstr(f->result, ==, "A1");
	assert_settled(f, "placed A1");
	g_assert_cmpuint(f->look_ups, ==, 0);
}

static void
test_refused(Fixture *f, gconstpointer data)
{
	f->status = 400;
	f->error = OFFHOOK_ERROR_INVALID_ARGUMENT;
	start(f);
	finish(f);
	g_assert_error(f->failure, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	assert_settled(f, "failed");
	g_assert_cmpuint(f->look_ups, ==, 0);
}

static void
test_never_sent(Fixture *f, gconstpointer data)
{
	f->error = OFFHOOK_ERROR_UNAVAILABLE;
	start(f);
	finish(f);
	g_assert_error(f->failure, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	assert_settled(f, "failed");
	g_assert_cmpuint(f->look_ups, ==, 0);
}

/* The answer was lost, or it was a server's error: the list has it in the end. */
static void
test_found(Fixture *f, gconstpointer data)
{
	static const Listed list[] = {
	    {"A1", "15550100043", "15550100001"},
	    {"A2", "15550100042", "15550100002"},
	    {"A3", "15550100042", "15550100001"},
	    {"A4", "15550100042", NULL},
	    {NULL},
	};

	f->status = GPOINTER_TO_UINT(data);
	f->error = f->status == 0 ? OFFHOOK_ERROR_TIMED_OUT : OFFHOOK_ERROR_PROVIDER;
	f->list = list;
	f->listed_from = 3;
	start(f);
	finish(f);
	g_assert_no_error(f->failure);
	g_assert_cmpstr(f->result, ==, "A3");
	assert_settled(f, "placed A3");
	g_assert_cmpuint(f->look_ups, ==, 3);
}

static void
test_ambiguous(Fixture *f, gconstpointer data)
{
	static const Listed list[] = {
	    {"A1", "15550100042", "15550100001"},
	    {"A2", "15550100042", "15550100001"},
	    {"A3", "15550100042", "15550100001"},
	    {NULL},
	};

	f->error = OFFHOOK_ERROR_TIMED_OUT;
	f->list = list;
	start(f);
	finish(f);
	g_assert_error(f->failure, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	assert_settled(f, "unknown");
	g_assert_cmpuint(f->look_ups, ==, 4);
}

static void
test_unknown(Fixture *f, gconstpointer data)
{
	f->status = 502;
	f->error = OFFHOOK_ERROR_PROVIDER;
	start(f);
	finish(f);
	g_assert_error(f->failure, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_cmpstr(f->failure->message, ==,
			"it is not known whether Acme placed the call: no luck");
	assert_settled(f, "unknown");
	g_assert_cmpuint(f->look_ups, ==, 4);
}

/* A report says more than the list. */
static void
test_reported(Fixture *f, gconstpointer data)
{
	static const Listed list[] = {{"A1", "15550100042", "15550100001"}, {NULL}};

	f->error = OFFHOOK_ERROR_TIMED_OUT;
	f->list = list;
	f->reported = "A9";
	start(f);
	finish(f);
	g_assert_cmpstr(f->result, ==, "A9");
	assert_settled(f, "placed A9");
	g_assert_cmpuint(f->look_ups, ==, 1);
}

/* ... and before the answer was given up, there is nothing to look up. */
static void
test_reported_before(Fixture *f, gconstpointer data)
{
	f->error = OFFHOOK_ERROR_TIMED_OUT;
	TEST_DRIVER(f->driver)->reported = "A9";
	start(f);
	finish(f);
	g_assert_cmpstr(f->result, ==, "A9");
	g_assert_cmpuint(f->look_ups, ==, 0);
}

static void
test_withdrawn(Fixture *f, gconstpointer data)
{
	start(f);
	TEST_DRIVER(f->driver)->wanted = FALSE;
	finish(f);
	g_assert_error(f->failure, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE);
	assert_settled(f, "failed");
	g_assert_cmpuint(f->placed, ==, 0);
}

static void
test_cancelled_waiting(Fixture *f, gconstpointer data)
{
	start(f);
	g_cancellable_cancel(f->cancellable);
	finish(f);
	g_assert_error(f->failure, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	assert_settled(f, "failed");
	g_assert_cmpuint(f->placed, ==, 0);
}

/* The phone may ring already. */
static void
test_cancelled_late(Fixture *f, gconstpointer data)
{
	f->silent = TRUE;
	f->name = "A1";
	start(f);
	while (f->placed == 0)
		g_main_context_iteration(NULL, TRUE);
	g_cancellable_cancel(f->cancellable);
	answer(f);
	finish(f);
	g_assert_no_error(f->failure);
	g_assert_cmpstr(f->result, ==, "A1");
	assert_settled(f, "placed A1");
}

static void
test_not_sent(Fixture *f, gconstpointer data)
{
	f->silent = TRUE;
	start(f);
	while (f->placed == 0)
		g_main_context_iteration(NULL, TRUE);
	offhook_origination_fail(
	    f->running, g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "no random bytes"));
	finish(f);
	g_assert_error(f->failure, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	assert_settled(f, "failed");
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*func)(Fixture *f, gconstpointer data);
		guint status;
	} tests[] = {
	    {"placed", test_placed},
	    {"refused", test_refused},
	    {"never-sent", test_never_sent},
	    {"found/lost-answer", test_found, 0},
	    {"found/server-error", test_found, 500},
	    {"found/no-name", test_found, 201},
	    {"ambiguous", test_ambiguous},
	    {"unknown", test_unknown},
	    {"reported", test_reported},
	    {"reported-before", test_reported_before},
	    {"withdrawn", test_withdrawn},
	    {"cancelled-waiting", test_cancelled_waiting},
	    {"cancelled-late", test_cancelled_late},
	    {"not-sent", test_not_sent},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/origination/", tests[i].name, NULL);

		g_test_add(path, Fixture, GUINT_TO_POINTER(tests[i].status), set_up, tests[i].func,
			   tear_down);
	}
	return g_test_run();
}
