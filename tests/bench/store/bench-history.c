/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How long one waits for a page, a search, a sum, with very many calls: bench-history sqlite|postgresql
 * CALLS. Through the store's own functions, one after the other, in a database of its own that is gone
 * afterwards; with a URL in that one, which is filled if it is empty. Prints a JSON object a line:
 * {"what","p50","p99","max","rows"}, milliseconds; the first line is {"calls","messages","seconds"}: how
 * long it took to fill.
 */

#include "harness.h"
#include "history-fill.h"
#include "postgres-server.h"
#include "store-sync.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS 100

typedef struct {
	OffhookStore *store;
	GRand *random;
	guint calls;
} Bench;

static gint
compare_times(gconstpointer a, gconstpointer b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

static void
report(const char *what, GArray *times, guint64 rows)
{
	g_array_sort(times, compare_times);
	printf("{\"what\":\"%s\",\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f,\"rows\":%.1f}\n", what,
	       g_array_index(times, double, times->len / 2),
	       g_array_index(times, double, (times->len * 99 + 99) / 100 - 1),
	       g_array_index(times, double, times->len - 1), (double)rows / times->len);
	fflush(stdout);
	g_array_unref(times);
}

static gint64
get_random_time(Bench *bench)
{
	return HISTORY_FILL_BEGIN_US +
	       (gint64)(g_rand_double(bench->random) * HISTORY_FILL_DAYS * HISTORY_FILL_DAY_US);
}

/* The cursor with which the page begins that has what began before @us; NULL: the first. */
static char *
make_cursor(Bench *bench, gint64 us)
{
	OffhookHistoryFilter filter = OFFHOOK_HISTORY_FILTER_INIT;
	g_autoptr(GPtrArray) rows = NULL;
	char *cursor = NULL;

	filter.limit = 1;
	filter.to_us = us;
	rows = offhook_store_sync_list_history(bench->store, &filter, &cursor, NULL);
	g_assert_nonnull(rows);
	return cursor;
}

typedef enum {
	FIRST,
	ANYWHERE,
	DEEPEST,
} Where;

static void
bench_page(Bench *bench, const char *what, OffhookHistoryFilter filter, Where where)
{
	GArray *times = g_array_new(FALSE, FALSE, sizeof(double));
	guint64 n_rows = 0;

	for (guint run = 0; run < RUNS; run++) {
		g_autofree char *cursor = NULL;
		g_autofree char *next = NULL;
		g_autoptr(GPtrArray) rows = NULL;
		gint64 begin;
		double ms;

		if (where == ANYWHERE)
			cursor = make_cursor(bench, get_random_time(bench));
		else if (where == DEEPEST)
			cursor =
			    make_cursor(bench, HISTORY_FILL_BEGIN_US + HISTORY_FILL_DAY_US / 10);
		filter.cursor = cursor;
		begin = g_get_monotonic_time();
		rows = offhook_store_sync_list_history(bench->store, &filter, &next, NULL);
		ms = (double)(g_get_monotonic_time() - begin) / 1000;
		g_assert_nonnull(rows);
		n_rows += rows->len;
		g_array_append_val(times, ms);
	}
	report(what, times, n_rows);
}

#define FILTER(...)                                                                                \
	(OffhookHistoryFilter)                                                                     \
	{                                                                                          \
		.limit = 50, .max_duration_s = -1, .max_cost = -1, __VA_ARGS__                     \
	}

static void
bench_pages(Bench *bench)
{
	g_autofree char *caller = history_fill_make_number(4711);

	bench_page(bench, "first page", FILTER(), FIRST);
	bench_page(bench, "page anywhere", FILTER(), ANYWHERE);
	bench_page(bench, "deepest page", FILTER(), DEEPEST);
	bench_page(bench, "status=failed", FILTER(.status = "failed"), ANYWHERE);
	bench_page(bench, "assistant (1 in 8)", FILTER(.assistant = "sales"), ANYWHERE);
	bench_page(bench, "assistant (1 in 10,000)", FILTER(.assistant = "pilot"), ANYWHERE);
	bench_page(bench, "provider", FILTER(.provider = "vonage"), ANYWHERE);
	bench_page(bench, "direction", FILTER(.direction = "outbound"), ANYWHERE);
	bench_page(bench, "a caller's number", FILTER(.phone_number = caller), FIRST);
	bench_page(bench, "our own number", FILTER(.phone_number = history_fill_own_number),
		   ANYWHERE);
	bench_page(bench, "longer than 9 min", FILTER(.min_duration_s = 540), ANYWHERE);
	bench_page(bench, "longer than an hour (none)", FILTER(.min_duration_s = 3600), ANYWHERE);
	bench_page(bench, "dearer than 0.59", FILTER(.min_cost = 0.59), ANYWHERE);
	bench_page(bench, "assistant, status, provider (none)",
		   FILTER(.assistant = "sales", .status = "busy", .provider = "twilio"), ANYWHERE);
	bench_page(bench, "our own number, direction, longer than 9 min",
		   FILTER(.phone_number = history_fill_own_number, .direction = "outbound",
			  .min_duration_s = 540),
		   ANYWHERE);
}

static void
bench_list(Bench *bench, const char *what, OffhookCallFilter filter)
{
	GArray *times = g_array_new(FALSE, FALSE, sizeof(double));
	guint64 n_rows = 0;

	filter.limit = 50;
	for (guint run = 0; run < RUNS; run++) {
		guint64 total;
		gint64 begin = g_get_monotonic_time();
		g_autoptr(GPtrArray) rows =
		    offhook_store_sync_list_calls(bench->store, &filter, &total, NULL);
		double ms = (double)(g_get_monotonic_time() - begin) / 1000;

		g_assert_nonnull(rows);
		n_rows += rows->len;
		g_array_append_val(times, ms);
	}
	report(what, times, n_rows);
}

static void
bench_lists(Bench *bench)
{
	g_autofree char *caller = history_fill_make_number(4711);

	bench_list(bench, "GET /voice/calls", (OffhookCallFilter){0});
	bench_list(bench, "GET /voice/calls, middle",
		   (OffhookCallFilter){.offset = bench->calls / 2});
	bench_list(bench, "GET /voice/calls, last page",
		   (OffhookCallFilter){.offset = bench->calls - 50});
	bench_list(bench, "GET /voice/calls?status=completed, deep",
		   (OffhookCallFilter){.offset = bench->calls / 5 * 4, .status = "completed"});
	bench_list(bench, "GET /voice/calls?phone_number, a caller's",
		   (OffhookCallFilter){.phone_number = caller});
	bench_list(bench, "GET /voice/calls?phone_number, our own",
		   (OffhookCallFilter){.phone_number = history_fill_own_number});
}

/* @format: words by their rank, as "%0 %17", or %r for any */
static char *
make_text(Bench *bench, const char *format)
{
	GString *text = g_string_new(NULL);

	while (*format != '\0') {
		char word[16];
		char *end = NULL;
		guint rank;

		if (*format != '%') {
			g_string_append_c(text, *format++);
			continue;
		}
		rank = (guint)g_ascii_strtoull(format + 1, &end, 10);
		if (format[1] == 'r') {
			rank =
			    (guint)exp(g_rand_double(bench->random) * log(HISTORY_FILL_WORDS)) - 1;
			end = (char *)format + 2;
		}
		history_fill_get_word(rank, word);
		g_string_append(text, word);
		format = end;
	}
	return g_string_free(text, FALSE);
}

static void
bench_search(Bench *bench, const char *what, const char *format, OffhookSearchFilter filter)
{
	GArray *times = g_array_new(FALSE, FALSE, sizeof(double));
	guint64 n_rows = 0;

	filter.limit = 50;
	for (guint run = 0; run < RUNS; run++) {
		g_autofree char *text = make_text(bench, format);
		g_autofree char *cursor = NULL;
		g_autoptr(GPtrArray) rows = NULL;
		gint64 begin;
		double ms;

		filter.text = text;
		begin = g_get_monotonic_time();
		rows = offhook_store_sync_search(bench->store, &filter, &cursor, NULL);
		ms = (double)(g_get_monotonic_time() - begin) / 1000;
		g_assert_nonnull(rows);
		n_rows += rows->len;
		g_array_append_val(times, ms);
	}
	report(what, times, n_rows);
}

static void
bench_searches(Bench *bench)
{
	const OffhookSearchFilter any = {0};
	g_autofree char *common = make_text(bench, "%5");
	g_autofree char *rare = make_text(bench, "%19000");

	bench_search(bench, "search: any word", "%r", any);
	bench_search(bench, "search: any two words", "%r %r", any);
	bench_search(bench, "search: the commonest word", "%0", any);
	bench_search(bench, "search: the two commonest", "%0 %1", any);
	bench_search(bench, "search: a rare word", "%19000", any);
	bench_search(bench, "search: a rare and a common word", "%19000 %0", any);
	bench_search(bench, "search: two middling words", "%100 %200", any);
	bench_search(bench, "search: a phrase of common words", "\"%0 %1 %2\"", any);
	bench_search(bench, "search: a phrase of middling words", "\"%50 %60\"", any);
	bench_search(bench, "search: the beginning of words, the commonest too", "bab*", any);
	bench_search(bench, "search: the beginning of the commonest word", "babe*", any);
	bench_search(bench, "search: a word that nobody said", "%19999y", any);
	bench_search(bench, "search: a common word, by callers", "%5",
		     (OffhookSearchFilter){.role = "user"});
	bench_search(bench, "search: a common word, of a rare assistant", "%5",
		     (OffhookSearchFilter){.assistant = "pilot"});
	bench_page(bench, "search: calls with a common word", FILTER(.text = common), FIRST);
	bench_page(bench, "search: calls with a rare word", FILTER(.text = rare), FIRST);
}

static void
bench_statistics(Bench *bench, const char *what, OffhookStatisticsGroups groups)
{
	GArray *times = g_array_new(FALSE, FALSE, sizeof(double));
	OffhookStatisticsFilter filter = {
	    .groups = groups,
	    .first_day = HISTORY_FILL_BEGIN_US / HISTORY_FILL_DAY_US,
	    .last_day = HISTORY_FILL_BEGIN_US / HISTORY_FILL_DAY_US + HISTORY_FILL_DAYS,
	};
	guint64 n_rows = 0;

	for (guint run = 0; run < RUNS / 5; run++) {
		gint64 begin = g_get_monotonic_time();
		g_autoptr(GPtrArray) rows =
		    offhook_store_sync_get_statistics(bench->store, &filter, NULL);
		double ms = (double)(g_get_monotonic_time() - begin) / 1000;

		g_assert_nonnull(rows);
		n_rows += rows->len;
		g_array_append_val(times, ms);
	}
	report(what, times, n_rows);
}

static OffhookStore *
open_store(const char *url)
{
	g_autoptr(GError) error = NULL;
	OffhookStore *store = offhook_store_sync_open(url, NULL, &error);

	if (store == NULL)
		g_error("%s", error->message);
	return store;
}

static gboolean
has_calls(Bench *bench)
{
	g_autofree char *cursor = make_cursor(bench, HISTORY_FILL_BEGIN_US + HISTORY_FILL_DAY_US);

	return cursor != NULL;
}

static void
bench_all(const char *url, guint calls)
{
	Bench bench = {open_store(url), g_rand_new_with_seed(2), calls};
	gint64 begin = g_get_monotonic_time();

	if (!has_calls(&bench)) {
		offhook_store_sync_close(bench.store);
		history_fill(url, calls);
		bench.store = open_store(url);
	}
	printf("{\"calls\":%u,\"messages\":%u,\"seconds\":%.0f}\n", calls,
	       calls * HISTORY_FILL_MESSAGES,
	       (double)(g_get_monotonic_time() - begin) / G_USEC_PER_SEC);
	fflush(stdout);
	bench_pages(&bench);
	bench_lists(&bench);
	bench_searches(&bench);
	bench_statistics(&bench, "statistics of a year by day", OFFHOOK_STATISTICS_BY_DAY);
	bench_statistics(&bench, "statistics of a year by provider and assistant",
			 OFFHOOK_STATISTICS_BY_PROVIDER | OFFHOOK_STATISTICS_BY_ASSISTANT);
	offhook_store_sync_close(bench.store);
	g_rand_free(bench.random);
}

int
main(int argc, char **argv)
{
	guint calls = argc > 2 ? (guint)atoi(argv[2]) : 0;

	if (calls < 1000) {
		g_printerr("usage: %s sqlite|postgresql|URL CALLS (1000 or more)\n", argv[0]);
		return 2;
	}
	if (strchr(argv[1], ':') != NULL) {
		bench_all(argv[1], calls);
		return 0;
	}
	if (g_str_equal(argv[1], "sqlite")) {
		g_autofree char *dir = harness_make_dir();
		g_autofree char *url = g_strconcat("sqlite:", dir, "/store.db", NULL);

		bench_all(url, calls);
		harness_remove_dir(dir);
		return 0;
	} else {
		PostgresServer *server = postgres_server_new_with(POSTGRES_SERVER_AS_IT_COMES);
		g_autofree char *url = NULL;

		if (server == NULL)
			return 77;
		url = postgres_server_make_database(server);
		bench_all(url, calls);
		postgres_server_free(server);
		return 0;
	}
}
