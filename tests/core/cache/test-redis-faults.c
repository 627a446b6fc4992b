/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A store with a cache, whose Redis is killed, paused, emptied, and comes back with what it had before:
 * every answer is right all the same, and whoever looks after it is told once.
 */

#include "cache-sync.h"
#include "harness.h"
#include "interactions-sync.h"
#include "redis-server.h"
#include "store-sync.h"

#include "store/store-cache.h"

#define USERS 5

typedef struct {
	char *dir;
	char *url;
	OffhookStore *store;
	OffhookStore *other; /* another server's, on the same database */
	CacheWatch watch;
	CacheWatch other_watch;
	guint values[USERS]; /* what the preferences have to be; 0: none */
	guint last;
} Fixture;

static RedisServer *server;

static void
fixture_set_up(Fixture *f, gconstpointer data)
{
	g_autofree char *url = redis_server_dup_url(server);
	OffhookCacheOptions options = {.url = url, .prefix = "test", .timeout_ms = 200};
	g_autoptr(GError) error = NULL;

	g_free(redis_server_ask(server, "FLUSHALL"));
	f->dir = harness_make_dir();
	f->url = g_strconcat("sqlite:", f->dir, "/store.db", NULL);
	f->store = offhook_store_sync_open(f->url, NULL, &error);
	g_assert_no_error(error);
	f->other = offhook_store_sync_open(f->url, NULL, &error);
	g_assert_no_error(error);
	cache_watch_open(&f->watch, &options);
	cache_watch_wait(&f->watch, TRUE);
	cache_watch_open(&f->other_watch, &options);
	cache_watch_wait(&f->other_watch, TRUE);
	offhook_store_set_cache(f->store, f->watch.cache, 600, 300);
	offhook_store_set_cache(f->other, f->other_watch.cache, 600, 300);
}

static void
fixture_tear_down(Fixture *f, gconstpointer data)
{
	offhook_store_sync_close(f->store);
	offhook_store_sync_close(f->other);
	cache_watch_close(&f->watch);
	cache_watch_close(&f->other_watch);
	harness_remove_dir(f->dir);
	g_free(f->dir);
	g_free(f->url);
}

static char *
name_user(guint user)
{
	return g_strdup_printf("user%u", user);
}

static void
put(Fixture *f, OffhookStore *store, guint user)
{
	g_autofree char *name = name_user(user);
	g_autofree char *text = g_strdup_printf("{\"n\":%u}", ++f->last);
	OffhookInteractionRecord record = interactions_sample(text, name, f->last);
	g_autoptr(GError) error = NULL;

	interactions_sync_put(store, name, text, NULL, NULL, &error);
	interactions_sync_add(store, &record, NULL, &error);
	g_assert_no_error(error);
	f->values[user] = f->last;
}

/* Preferences, the newest interaction, and its place in all of them. */
static void
check(Fixture *f, OffhookStore *store, guint user)
{
	g_autofree char *name = name_user(user);
	g_autofree char *expected = g_strdup_printf("{\"n\":%u}", f->values[user]);
	const OffhookInteractionFilter filter = {.user_id = name, .limit = 1};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookPreferencesRecord) record =
	    interactions_sync_get(store, name, NULL, &error);
	g_autoptr(GPtrArray) rows = interactions_sync_list(store, &filter, NULL, NULL);
	g_autoptr(GPtrArray) counts = interactions_sync_count(store, NULL, 0, NULL, NULL);

	g_assert_cmpuint(
	    ((OffhookInteractionCountRecord *)g_ptr_array_index(counts, 0))->interactions, ==,
	    f->last);
	if (f->values[user] == 0) {
		g_assert_null(record);
		g_assert_cmpuint(rows->len, ==, 0);
		return;
	}
	g_assert_no_error(error);
	g_assert_cmpstr(record->preferences, ==, expected);
	g_assert_cmpstr(((OffhookInteractionRecord *)g_ptr_array_index(rows, 0))->id, ==, expected);
}

static void
check_all(Fixture *f)
{
	/* Twice, so that the second may come from the cache. */
	for (guint round = 0; round < 2; round++)
		for (guint user = 0; user < USERS; user++) {
			check(f, f->store, user);
			check(f, f->other, user);
		}
}

static void
work(Fixture *f, guint rounds)
{
	for (guint i = 0; i < rounds; i++) {
		guint user = (guint)g_test_rand_int_range(0, USERS);

		if (g_test_rand_int_range(0, 4) == 0)
			put(f, g_test_rand_bit() ? f->store : f->other, user);
		else
			check(f, g_test_rand_bit() ? f->store : f->other, user);
	}
}

/* Both have heard of it. */
static void
wait_for_both(Fixture *f, gboolean connected)
{
	cache_watch_wait(&f->watch, connected);
	cache_watch_wait(&f->other_watch, connected);
}

static void
check_told(Fixture *f, guint times)
{
	OffhookCacheStats stats;

	offhook_cache_get_stats(f->watch.cache, &stats);
	g_assert_cmpuint(stats.outages, ==, times);
	g_assert_cmpuint(f->watch.lost, ==, times);
	g_assert_cmpuint(f->watch.restored, ==, times);
}

static void
test_well(Fixture *f, gconstpointer data)
{
	OffhookCacheStats stats;

	work(f, 300);
	check_all(f);
	offhook_cache_get_stats(f->watch.cache, &stats);
	g_assert_cmpuint(stats.hits, >, 50);
	g_assert_cmpuint(stats.skipped, ==, 0);
	check_told(f, 0);
}

static void
test_killed(Fixture *f, gconstpointer data)
{
	OffhookCacheStats stats;

	work(f, 50);
	redis_server_kill(server);
	work(f, 50);
	wait_for_both(f, FALSE);
	work(f, 50);
	redis_server_start(server);
	wait_for_both(f, TRUE);
	work(f, 50);
	check_all(f);
	offhook_cache_get_stats(f->watch.cache, &stats);
	g_assert_cmpuint(stats.skipped, >, 0);
	check_told(f, 1);
}

/* It wakes up with what it had when it fell asleep, and with commands that nobody waits for any more. */
static void
test_paused(Fixture *f, gconstpointer data)
{
	for (guint user = 0; user < USERS; user++)
		put(f, f->store, user);
	check_all(f);
	redis_server_pause(server, TRUE);
	for (guint user = 0; user < USERS; user++)
		put(f, user % 2 == 0 ? f->store : f->other, user);
	check_all(f);
	redis_server_pause(server, FALSE);
	wait_for_both(f, TRUE);
	check_all(f);
	work(f, 50);
	check_told(f, 1);
}

static void
test_flushed(Fixture *f, gconstpointer data)
{
	for (guint i = 0; i < 10; i++) {
		work(f, 20);
		g_free(redis_server_ask(server, "FLUSHALL"));
	}
	check_all(f);
	check_told(f, 0);
}

/* Its disk has what was changed since. */
static void
test_old_snapshot(Fixture *f, gconstpointer data)
{
	for (guint user = 0; user < USERS; user++)
		put(f, f->store, user);
	check_all(f);
	g_free(redis_server_ask(server, "SAVE"));
	for (guint user = 0; user < USERS; user++)
		put(f, f->store, user);
	redis_server_kill(server);
	redis_server_start(server);
	wait_for_both(f, TRUE);
	{
		g_autofree char *keys = redis_server_ask(server, "-n 1 DBSIZE");

		/* They are there, indeed. */
		g_assert_cmpint(g_ascii_strtoll(keys, NULL, 10), >, USERS);
	}
	check_all(f);
}

static void
test_no_memory(Fixture *f, gconstpointer data)
{
	work(f, 20);
	g_free(redis_server_ask(server, "CONFIG SET maxmemory 1"));
	work(f, 50);
	g_free(redis_server_ask(server, "CONFIG SET maxmemory 0"));
	wait_for_both(f, TRUE);
	check_all(f);
	check_told(f, 1);
}

static void
test_erased(Fixture *f, gconstpointer data)
{
	g_autofree char *left = NULL;

	for (guint user = 0; user < USERS; user++)
		put(f, f->store, user);
	check_all(f);
	for (guint user = 0; user < USERS; user++) {
		g_autofree char *name = name_user(user);
		const OffhookCaller caller = {.user_id = name};

		g_ptr_array_unref(offhook_store_sync_erase_caller(f->other, &caller));
		f->values[user] = 0;
	}
	f->last = 0;
	left = redis_server_ask(server, "-n 1 KEYS test:value:*");
	g_assert_cmpstr(left, ==, "");
	check_all(f);
}

/* ---- does anything wait for it? ---- */

typedef struct {
	gint64 last_us;
	gint64 worst_us;
} Pulse;

static gboolean
pulse_cb(gpointer data)
{
	Pulse *pulse = data;
	gint64 now_us = g_get_monotonic_time();

	pulse->worst_us = MAX(pulse->worst_us, now_us - pulse->last_us);
	pulse->last_us = now_us;
	return G_SOURCE_CONTINUE;
}

/* Everything that may take long takes 2 s here: an answer that does not come, connecting. */
static void
test_loop_runs(void)
{
	g_autofree char *url = redis_server_dup_url(server);
	OffhookCacheOptions options = {.url = url, .prefix = "test", .timeout_ms = 2000};
	Pulse pulse = {g_get_monotonic_time(), 0};
	guint tick = g_timeout_add(5, pulse_cb, &pulse);
	CacheWatch watch;
	OffhookCacheStats stats;

	cache_watch_open(&watch, &options);
	cache_watch_wait(&watch, TRUE);
	redis_server_pause(server, TRUE);
	pulse.last_us = g_get_monotonic_time();
	/* A stopped process may still have answered one. */
	do {
		g_autofree char *ticket = NULL;

		g_free(cache_sync_get(watch.cache, "a", "", &ticket));
		offhook_cache_get_stats(watch.cache, &stats);
	} while (stats.connected);
	g_test_message("the main loop stood still for at most %.1f ms",
		       (double)pulse.worst_us / 1000);
	g_assert_cmpint(pulse.worst_us, <, 1000 * 1000);
	redis_server_pause(server, FALSE);
	cache_watch_wait(&watch, TRUE);
	g_source_remove(tick);
	cache_watch_close(&watch);
}

static void
test_not_installed(void)
{
	g_test_skip("Redis is not installed");
}

#define ADD(path, func)                                                                            \
	g_test_add("/cache/redis-faults/" path, Fixture, NULL, fixture_set_up, func,               \
		   fixture_tear_down)

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	server = redis_server_new(REDIS_SERVER_PLAIN);
	if (server == NULL) {
		g_test_add_func("/cache/redis-faults", test_not_installed);
		return g_test_run();
	}
	ADD("well", test_well);
	ADD("killed", test_killed);
	ADD("paused", test_paused);
	ADD("flushed", test_flushed);
	ADD("old-snapshot", test_old_snapshot);
	ADD("no-memory", test_no_memory);
	ADD("erased", test_erased);
	g_test_add_func("/cache/redis-faults/loop-runs", test_loop_runs);
	status = g_test_run();
	redis_server_free(server);
	return status;
}
