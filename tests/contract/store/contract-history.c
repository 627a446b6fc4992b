/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Looking back over calls, in any store: pages, filters, counts, statistics. Main thread.
 */

#include "store-fixture.h"

#include <offhook/error.h>

#include "base/json.h"
#include "store-sample.h"
#include "store-sync.h"

#define DAY_US (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)
#define DAY    (STORE_SAMPLE_US / DAY_US)

/* Call @i of many that differ in all that one can look for. */
static OffhookCallRecord
make_call(guint i, char id[16])
{
	static const char *const statuses[] = {"completed", "completed", "failed", "busy"};
	static const char *const drivers[] = {"twilio", "vonage", "loopback"};
	static const char *const assistants[] = {"reception", "sales", NULL};
	OffhookCallRecord call = store_sample_call(id);

	g_snprintf(id, 16, "c%05u", i);
	call.status = (char *)statuses[i % 4];
	call.driver = (char *)drivers[i % 3];
	call.assistant = (char *)assistants[i / 2 % 3];
	call.direction = (char *)(i % 5 == 0 ? "outbound" : "inbound");
	call.from = (char *)(i % 7 == 0 ? "+15550100001" : "+15550100002");
	call.to = (char *)(i % 11 == 0 ? "+15550100001" : "+15550100003");
	/* Two begin at the same time. */
	call.created_us += (i / 2) * G_USEC_PER_SEC;
	if (i % 4 < 2) {
		call.answered_us = call.created_us + G_USEC_PER_SEC;
		call.ended_us = call.answered_us + (gint64)(i % 13) * 10 * G_USEC_PER_SEC;
		call.usage.cost = (double)(i % 17) / 8;
	} else {
		call.ended_us = call.created_us;
		call.usage.cost = -1;
	}
	return call;
}

static void
put_calls(StoreFixture *fixture, guint first, guint n)
{
	for (guint i = first; i < first + n; i++) {
		char id[16];
		OffhookCallRecord call = make_call(i, id);

		store_sample_put_call(fixture->store, &call);
	}
}

static gboolean
is_either(const char *wanted, const char *a, const char *b)
{
	return wanted == NULL || g_strcmp0(wanted, a) == 0 || g_strcmp0(wanted, b) == 0;
}

static gboolean
is_between(double value, double min, double max)
{
	return value >= min && (max < 0 || value <= max);
}

/* What a filter means, said once more and plainly. */
static gboolean
lets_through(const OffhookHistoryFilter *filter, const OffhookCallRecord *call)
{
	double seconds = call->answered_us != 0
			     ? (double)(call->ended_us - call->answered_us) / G_USEC_PER_SEC
			     : 0;

	return is_either(filter->status, call->status, NULL) &&
	       is_either(filter->provider, call->driver, NULL) &&
	       is_either(filter->direction, call->direction, NULL) &&
	       is_either(filter->phone_number, call->from, call->to) &&
	       (filter->assistant == NULL || g_strcmp0(filter->assistant, call->assistant) == 0) &&
	       call->created_us >= filter->from_us &&
	       (filter->to_us == 0 || call->created_us < filter->to_us) &&
	       is_between(seconds, filter->min_duration_s, filter->max_duration_s) &&
	       is_between(MAX(call->usage.cost, 0), filter->min_cost, filter->max_cost);
}

/* All that @filter finds, page after page; checks the order. (transfer full) */
static GPtrArray *
walk(StoreFixture *fixture, OffhookHistoryFilter filter, guint *n_pages)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_call_record_free);
	g_autofree char *cursor = NULL;

	*n_pages = 0;
	do {
		g_autoptr(GError) error = NULL;
		g_autofree char *before = g_steal_pointer(&cursor);
		GPtrArray *page;

		filter.cursor = before;
		page = offhook_store_sync_list_history(fixture->store, &filter, &cursor, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(page->len, <=, filter.limit);
		g_ptr_array_extend_and_steal(all, page);
		++*n_pages;
	} while (cursor != NULL);
	for (guint i = 1; i < all->len; i++) {
		const OffhookCallRecord *newer = g_ptr_array_index(all, i - 1);
		const OffhookCallRecord *older = g_ptr_array_index(all, i);

		g_assert_cmpint(newer->created_us, >=, older->created_us);
		if (newer->created_us == older->created_us)
			g_assert_cmpstr(newer->id, >, older->id);
	}
	return all;
}

static void
check_filter(StoreFixture *fixture, OffhookHistoryFilter filter, guint n_calls)
{
	guint n_pages;
	g_autoptr(GPtrArray) found = walk(fixture, filter, &n_pages);
	guint next = 0;

	for (guint i = n_calls; i-- > 0;) {
		char id[16];
		OffhookCallRecord call = make_call(i, id);

		if (!lets_through(&filter, &call))
			continue;
		g_assert_cmpuint(next, <, found->len);
		g_assert_cmpstr(((OffhookCallRecord *)g_ptr_array_index(found, next++))->id, ==,
				id);
	}
	g_assert_cmpuint(next, ==, found->len);
}

static void
test_pages(StoreFixture *fixture, gconstpointer data)
{
	OffhookHistoryFilter filter = OFFHOOK_HISTORY_FILTER_INIT;
	g_autoptr(GPtrArray) all = NULL;
	guint n_pages;

	filter.limit = 7;
	all = walk(fixture, filter, &n_pages);
	g_assert_cmpuint(all->len, ==, 0);
	g_assert_cmpuint(n_pages, ==, 1);
	put_calls(fixture, 0, 70);
	g_ptr_array_unref(all);
	all = walk(fixture, filter, &n_pages);
	g_assert_cmpuint(all->len, ==, 70);
	g_assert_cmpuint(n_pages, ==, 10);
	check_filter(fixture, filter, 70);
}

/* Calls that come in while somebody turns pages move nothing. */
static void
test_pages_stay(StoreFixture *fixture, gconstpointer data)
{
	OffhookHistoryFilter filter = OFFHOOK_HISTORY_FILTER_INIT;
	g_autofree char *cursor = NULL;
	guint expected = 40;

	filter.limit = 8;
	put_calls(fixture, 0, 40);
	for (guint page = 0; page < 5; page++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *before = g_steal_pointer(&cursor);
		g_autoptr(GPtrArray) rows = NULL;

		filter.cursor = before;
		rows = offhook_store_sync_list_history(fixture->store, &filter, &cursor, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(rows->len, ==, 8);
		for (guint i = 0; i < 8; i++) {
			g_autofree char *id = g_strdup_printf("c%05u", --expected);

			g_assert_cmpstr(((OffhookCallRecord *)g_ptr_array_index(rows, i))->id, ==,
					id);
		}
		put_calls(fixture, 40 + page * 10, 10);
	}
	g_assert_null(cursor);
}

/* What is not a range, and ranges of seconds and of costs. */
#define FILTER(...)                                                                                \
	(OffhookHistoryFilter)                                                                     \
	{                                                                                          \
		.limit = 9, .max_duration_s = -1, .max_cost = -1, __VA_ARGS__                      \
	}
#define RANGES(min_s, max_s, least, most, ...)                                                     \
	(OffhookHistoryFilter)                                                                     \
	{                                                                                          \
		.limit = 9, .min_duration_s = (min_s), .max_duration_s = (max_s),                  \
		.min_cost = (least), .max_cost = (most), __VA_ARGS__                               \
	}

static void
test_filters(StoreFixture *fixture, gconstpointer data)
{
	const OffhookHistoryFilter filters[] = {
	    FILTER(.status = "failed"),
	    FILTER(.status = "canceled"),
	    FILTER(.phone_number = "+15550100001"),
	    FILTER(.phone_number = "+1555010000"),
	    FILTER(.direction = "outbound"),
	    FILTER(.provider = "vonage"),
	    FILTER(.assistant = "sales"),
	    FILTER(.from_us = STORE_SAMPLE_US + 20 * G_USEC_PER_SEC),
	    FILTER(.to_us = STORE_SAMPLE_US + 20 * G_USEC_PER_SEC),
	    FILTER(.from_us = STORE_SAMPLE_US + 10 * G_USEC_PER_SEC,
		   .to_us = STORE_SAMPLE_US + 30 * G_USEC_PER_SEC, .status = "completed"),
	    RANGES(60, -1, 0, -1),
	    RANGES(0, 0, 0, -1),
	    RANGES(20, 50, 0, -1),
	    RANGES(0, -1, 1, -1),
	    RANGES(0, -1, 0.25, 0.5),
	    RANGES(0, -1, 0, 0),
	    FILTER(.status = "completed", .direction = "outbound", .provider = "twilio"),
	    RANGES(0, -1, 0.5, -1, .phone_number = "+15550100001", .assistant = "reception"),
	    FILTER(.assistant = "sales", .provider = "twilio", .status = "busy"),
	    RANGES(0, 30, 0, -1, .provider = "loopback"),
	};

	put_calls(fixture, 0, 300);
	for (guint i = 0; i < G_N_ELEMENTS(filters); i++)
		check_filter(fixture, filters[i], 300);
}

/* What has not ended lasts until now. */
static void
test_filters_open_call(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallRecord call = store_sample_call("open");
	guint n_pages;
	g_autoptr(GPtrArray) found = NULL;

	call.answered_us = STORE_SAMPLE_US;
	store_sample_put_call(fixture->store, &call);
	found = walk(fixture, RANGES(86400, -1, 0, -1), &n_pages);
	g_assert_cmpuint(found->len, ==, 1);
}

/* A page that finds little has looked at so many calls only, and tells how to go on. */
static void
test_sparse(StoreFixture *fixture, gconstpointer data)
{
	const OffhookHistoryFilter filters[] = {
	    FILTER(.status = "completed", .direction = "outbound"),
	    FILTER(.direction = "outbound"),
	};
	OffhookCallRecord call = store_sample_call("needle");

	call.status = (char *)"completed";
	call.direction = (char *)"outbound";
	store_sample_put_call(fixture->store, &call);
	for (guint i = 1; i <= 5500; i++) {
		g_autofree char *id = g_strdup_printf("c%05u", i);
		OffhookCallRecord other = store_sample_call(id);

		other.status = (char *)"completed";
		other.created_us += i;
		store_sample_put_call(fixture->store, &other);
		if (i % 1000 == 0)
			offhook_store_sync_flush(fixture->store);
	}
	for (guint i = 0; i < G_N_ELEMENTS(filters); i++) {
		guint n_pages;
		g_autoptr(GPtrArray) found = walk(fixture, filters[i], &n_pages);

		g_assert_cmpuint(found->len, ==, 1);
		g_assert_cmpuint(n_pages, >, 1);
	}
}

static void
check_refused(StoreFixture *fixture, OffhookHistoryFilter filter, const char *field)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *cursor = NULL;
	g_autofree char *name = NULL;
	g_autofree char *value = NULL;
	g_autofree char *expected = NULL;

	g_assert_null(offhook_store_sync_list_history(fixture->store, &filter, &cursor, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_assert_true(offhook_json_get_refusal(error, &name, &value, &expected));
	g_assert_cmpstr(name, ==, field);
	g_assert_null(cursor);
}

static void
test_refused(StoreFixture *fixture, gconstpointer data)
{
	check_refused(fixture, (OffhookHistoryFilter){.limit = 0}, "limit");
	check_refused(fixture, (OffhookHistoryFilter){.limit = 501}, "limit");
	check_refused(fixture, FILTER(.status = "asleep"), "status");
	check_refused(fixture, FILTER(.direction = "up"), "direction");
	check_refused(fixture, FILTER(.phone_number = "\xc3"), "phone_number");
	check_refused(fixture, FILTER(.provider = ""), "provider");
	check_refused(fixture, FILTER(.assistant = ""), "assistant");
	check_refused(fixture, FILTER(.from_us = -1), "from");
	check_refused(fixture, FILTER(.from_us = 2, .to_us = 1), "to");
	check_refused(fixture, RANGES(-1, -1, 0, -1), "min_duration");
	check_refused(fixture, RANGES(2, 1, 0, -1), "max_duration");
	check_refused(fixture, RANGES(0, -1, -0.5, -1), "min_cost");
	check_refused(fixture, RANGES(0, -1, 2, 1), "max_cost");
	check_refused(fixture, FILTER(.text = "?!"), "text");
	check_refused(fixture, FILTER(.cursor = ""), "cursor");
	check_refused(fixture, FILTER(.cursor = "x"), "cursor");
	check_refused(fixture, FILTER(.cursor = "YzEyMw.."), "cursor");
	check_refused(fixture, FILTER(.cursor = "Yy0xOng."), "cursor");
	/* One of a search. */
	check_refused(fixture, FILTER(.cursor = "bTEyOg.."), "cursor");
}

/* ---- counted lists ---- */

static void
check_list(StoreFixture *fixture, OffhookCallFilter filter, guint64 expected_total, guint n_rows)
{
	guint64 total = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows =
	    offhook_store_sync_list_calls(fixture->store, &filter, &total, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(total, ==, expected_total);
	g_assert_cmpuint(rows->len, ==, n_rows);
}

/* Pages by number are the same rows as all at once, also far in and over many days. */
static void
test_offsets(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallFilter filter = {.limit = 500};
	g_autoptr(GPtrArray) all = NULL;
	guint64 total;

	for (guint i = 0; i < 200; i++) {
		char id[16];
		OffhookCallRecord call = make_call(i, id);

		call.created_us += (gint64)(i / 3 % 9) * DAY_US;
		store_sample_put_call(fixture->store, &call);
	}
	all = offhook_store_sync_list_calls(fixture->store, &filter, &total, NULL);
	g_assert_cmpuint(all->len, ==, 200);
	filter.limit = 1;
	for (filter.offset = 0; filter.offset < 200; filter.offset++) {
		g_autoptr(GPtrArray) one =
		    offhook_store_sync_list_calls(fixture->store, &filter, &total, NULL);

		g_assert_cmpuint(total, ==, 200);
		g_assert_cmpuint(one->len, ==, 1);
		g_assert_cmpstr(((OffhookCallRecord *)one->pdata[0])->id, ==,
				((OffhookCallRecord *)all->pdata[filter.offset])->id);
	}
	check_list(fixture, (OffhookCallFilter){.limit = 5, .offset = 200}, 200, 0);
	check_list(fixture, (OffhookCallFilter){.limit = 5, .offset = 48, .status = "busy"}, 50, 2);
}

/* A call that changes, and one that is gone, is counted as what it is. */
static void
test_counts(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallRecord call = store_sample_call("c1");

	store_sample_begin(fixture->store, "c2");
	store_sample_put_call(fixture->store, &call);
	check_list(fixture, (OffhookCallFilter){.limit = 5, .status = "in-progress"}, 2, 2);
	call.status = (char *)"completed";
	store_sample_put_call(fixture->store, &call);
	store_sample_put_call(fixture->store, &call);
	check_list(fixture, (OffhookCallFilter){.limit = 5, .status = "in-progress"}, 1, 1);
	check_list(fixture, (OffhookCallFilter){.limit = 5, .status = "completed"}, 1, 1);
	check_list(fixture, (OffhookCallFilter){.limit = 5}, 2, 2);
	g_assert_cmpuint(offhook_store_sync_mark_interrupted(fixture->store, "here"), ==, 2);
	check_list(fixture, (OffhookCallFilter){.limit = 5, .status = "interrupted"}, 2, 2);
	fixture->contract->run(fixture->url, "DELETE FROM calls WHERE id = 'c1'");
	check_list(fixture, (OffhookCallFilter){.limit = 5}, 1, 1);
}

/* ---- statistics ---- */

static void
put_turn(StoreFixture *fixture, const char *call_id, guint index, double delay_ms)
{
	OffhookTurnRecord turn = {.call_id = (char *)call_id,
				  .index = index,
				  .started_us = STORE_SAMPLE_US,
				  .times = OFFHOOK_TURN_TIMES_RECORD_INIT,
				  .usage = {-1, -1, -1, -1, -1}};
	g_autoptr(GError) error = NULL;

	turn.times.answer_delay_ms = delay_ms;
	offhook_store_put_turn(fixture->store, &turn, &error);
	g_assert_no_error(error);
}

static void
put_day_call(StoreFixture *fixture, const char *id, gint64 day, const char *assistant,
	     double minutes)
{
	OffhookCallRecord call = store_sample_call(id);

	call.created_us = (DAY + day) * DAY_US + 5;
	call.assistant = (char *)assistant;
	call.status = (char *)"in-progress";
	store_sample_put_call(fixture->store, &call);
	call.status = (char *)(minutes > 0 ? "completed" : "no-answer");
	call.answered_us = minutes > 0 ? call.created_us + 1 : 0;
	call.ended_us = call.created_us + 1 + (gint64)(minutes * 60 * G_USEC_PER_SEC);
	call.usage.cost = minutes > 0 ? minutes / 4 : -1;
	store_sample_put_call(fixture->store, &call);
}

static void
put_days(StoreFixture *fixture)
{
	put_day_call(fixture, "a", 0, "reception", 2);
	put_day_call(fixture, "b", 0, "reception", 0);
	put_day_call(fixture, "c", 0, "sales", 1);
	put_day_call(fixture, "d", 2, "sales", 4);
	put_day_call(fixture, "e", 2, NULL, 0);
	put_turn(fixture, "a", 0, 400);
	put_turn(fixture, "a", 1, 600);
	/* Told again, it has become quicker. */
	put_turn(fixture, "a", 1, 500);
	put_turn(fixture, "a", 2, -1);
	put_turn(fixture, "c", 0, 900);
	put_turn(fixture, "d", 0, 123456);
}

static void
check_statistics(const OffhookStatisticsRecord *got, const OffhookStatisticsRecord *expected)
{
	g_assert_cmpint(got->day, ==, expected->day);
	g_assert_cmpstr(got->provider, ==, expected->provider);
	g_assert_cmpstr(got->assistant, ==, expected->assistant);
	g_assert_cmpint(got->calls, ==, expected->calls);
	g_assert_cmpint(got->answered, ==, expected->answered);
	g_assert_cmpint(got->talk_us, ==, expected->talk_us * 60 * G_USEC_PER_SEC);
	g_assert_cmpfloat_with_epsilon(got->cost, expected->cost, 1e-9);
	g_assert_cmpfloat(got->answer_delay_ms, ==, expected->answer_delay_ms);
}

static void
check_all_statistics(StoreFixture *fixture, OffhookStatisticsFilter filter,
		     const OffhookStatisticsRecord *expected, guint n)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows =
	    offhook_store_sync_get_statistics(fixture->store, &filter, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(rows->len, ==, n);
	for (guint i = 0; i < n; i++)
		check_statistics(g_ptr_array_index(rows, i), &expected[i]);
}

/* The third last figures are minutes here. */
static void
test_statistics(StoreFixture *fixture, gconstpointer data)
{
	const OffhookStatisticsRecord whole[] = {{-1, NULL, NULL, 5, 3, 7, 1.75, 505}};
	const OffhookStatisticsRecord days[] = {{DAY, NULL, NULL, 3, 2, 3, 0.75, 505},
						{DAY + 2, NULL, NULL, 2, 1, 4, 1, 10005}};
	const OffhookStatisticsRecord assistants[] = {
	    {-1, NULL, (char *)"", 1, 0, 0, 0, -1},
	    {-1, NULL, (char *)"reception", 2, 1, 2, 0.5, 405},
	    {-1, NULL, (char *)"sales", 2, 2, 5, 1.25, 905},
	};
	const OffhookStatisticsRecord sales[] = {
	    {DAY + 2, (char *)"loopback", (char *)"sales", 1, 1, 4, 1, 10005}};
	OffhookStatisticsFilter filter = {.first_day = DAY - 1, .last_day = DAY + 3};

	put_days(fixture);
	check_all_statistics(fixture, filter, whole, 1);
	filter.groups = OFFHOOK_STATISTICS_BY_DAY;
	check_all_statistics(fixture, filter, days, 2);
	filter.groups = OFFHOOK_STATISTICS_BY_ASSISTANT;
	check_all_statistics(fixture, filter, assistants, 3);
	filter = (OffhookStatisticsFilter){.groups = OFFHOOK_STATISTICS_BY_DAY |
						     OFFHOOK_STATISTICS_BY_PROVIDER |
						     OFFHOOK_STATISTICS_BY_ASSISTANT,
					   .first_day = DAY + 1,
					   .last_day = DAY + 2,
					   .provider = "loopback",
					   .assistant = "sales"};
	check_all_statistics(fixture, filter, sales, 1);
	filter.provider = "twilio";
	check_all_statistics(fixture, filter, NULL, 0);
}

/* Statistics are of calls that are there. */
static void
test_statistics_forget(StoreFixture *fixture, gconstpointer data)
{
	const OffhookStatisticsRecord left[] = {{-1, NULL, NULL, 3, 2, 5, 1.25, 905}};
	OffhookStatisticsFilter filter = {.first_day = DAY, .last_day = DAY + 2};

	put_days(fixture);
	offhook_store_sync_flush(fixture->store);
	fixture->contract->run(fixture->url, "DELETE FROM calls WHERE assistant = 'reception'");
	check_all_statistics(fixture, filter, left, 1);
	fixture->contract->run(fixture->url, "DELETE FROM calls");
	check_all_statistics(fixture, filter, NULL, 0);
}

static void
test_statistics_refused(StoreFixture *fixture, gconstpointer data)
{
	const OffhookStatisticsFilter filters[] = {
	    {.first_day = -1, .last_day = 0},
	    {.first_day = 2, .last_day = 1},
	    {.first_day = 0, .last_day = OFFHOOK_HISTORY_MAX_DAYS},
	    {.assistant = "\xff"},
	    {.provider = ""},
	};

	for (guint i = 0; i < G_N_ELEMENTS(filters); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(
		    offhook_store_sync_get_statistics(fixture->store, &filters[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

void
offhook_store_contract_add_history_tests(const OffhookStoreContract *contract)
{
	STORE_FIXTURE_ADD(contract, "history/pages", test_pages);
	STORE_FIXTURE_ADD(contract, "history/pages-stay", test_pages_stay);
	STORE_FIXTURE_ADD(contract, "history/filters", test_filters);
	STORE_FIXTURE_ADD(contract, "history/open-call", test_filters_open_call);
	STORE_FIXTURE_ADD(contract, "history/sparse", test_sparse);
	STORE_FIXTURE_ADD(contract, "history/refused", test_refused);
	STORE_FIXTURE_ADD(contract, "history/offsets", test_offsets);
	STORE_FIXTURE_ADD(contract, "history/counts", test_counts);
	STORE_FIXTURE_ADD(contract, "history/statistics", test_statistics);
	STORE_FIXTURE_ADD(contract, "history/statistics-forget", test_statistics_forget);
	STORE_FIXTURE_ADD(contract, "history/statistics-refused", test_statistics_refused);
}
