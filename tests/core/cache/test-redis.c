/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a cache must do, with a real Redis behind it that is well.
 */

#include "cache-sync.h"
#include "harness.h"
#include "redis-server.h"

#include <offhook/error.h>

#include <string.h>

static RedisServer *server;

typedef struct {
	char *url;
	OffhookCacheOptions options;
	CacheWatch one;
	CacheWatch two; /* another server's */
} Fixture;

static void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	g_free(redis_server_ask(server, "FLUSHALL"));
	fixture->url = redis_server_dup_url(server);
	fixture->options =
	    (OffhookCacheOptions){.url = fixture->url, .prefix = "test", .timeout_ms = 2000};
	cache_watch_open(&fixture->one, &fixture->options);
	cache_watch_wait(&fixture->one, TRUE);
	cache_watch_open(&fixture->two, &fixture->options);
	cache_watch_wait(&fixture->two, TRUE);
}

static void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	g_assert_cmpuint(fixture->one.lost + fixture->two.lost, ==, 0);
	cache_watch_close(&fixture->one);
	cache_watch_close(&fixture->two);
	g_free(fixture->url);
}

static void
check(CacheWatch *watch, const char *entry, const char *variant, const char *expected)
{
	g_autofree char *ticket = NULL;
	g_autofree char *got = cache_sync_get(watch->cache, entry, variant, &ticket);

	g_assert_cmpstr(got, ==, expected);
}

static void
test_kept(Fixture *f, gconstpointer data)
{
	g_autofree char *keys = NULL;
	g_autofree char *age = NULL;
	OffhookCacheStats stats;

	cache_sync_fill(f->one.cache, "a", "", "line\nline \xc3\xa4 \"quoted\" | bar");
	check(&f->one, "a", "", "line\nline \xc3\xa4 \"quoted\" | bar");
	check(&f->two, "a", "", "line\nline \xc3\xa4 \"quoted\" | bar");
	check(&f->one, "b", "", NULL);
	offhook_cache_get_stats(f->one.cache, &stats);
	g_assert_cmpuint(stats.hits, ==, 1);
	g_assert_cmpuint(stats.misses, ==, 3);
	g_assert_cmpuint(stats.skipped, ==, 0);
	age = redis_server_ask(server, "-n 1 TTL test:value:a");
	g_assert_cmpint(g_ascii_strtoll(age, NULL, 10), >, 590);
	g_assert_cmpint(g_ascii_strtoll(age, NULL, 10), <=, 600);
	keys = redis_server_ask(server, "-n 1 KEYS *");
	g_assert_true(strstr(keys, "test:epoch") != NULL);
}

static void
test_empty_value(Fixture *f, gconstpointer data)
{
	cache_sync_fill(f->one.cache, "a", "", "");
	check(&f->two, "a", "", "");
}

static void
test_variants(Fixture *f, gconstpointer data)
{
	cache_sync_fill(f->one.cache, "a", "10", "ten");
	check(&f->one, "a", "10", "ten");
	check(&f->one, "a", "1", NULL);
	cache_sync_fill(f->one.cache, "a", "1", "one");
	check(&f->one, "a", "1", "one");
	check(&f->one, "a", "10", NULL);
}

static void
test_change(Fixture *f, gconstpointer data)
{
	cache_sync_fill(f->one.cache, "a", "", "old");
	cache_sync_fill(f->one.cache, "b", "", "other");
	cache_sync_block(f->two.cache, "a");
	{
		g_autofree char *ticket = NULL;
		g_autofree char *got = cache_sync_get(f->one.cache, "a", "", &ticket);

		g_assert_null(got);
		g_assert_null(ticket);
	}
	cache_sync_renew(f->two.cache, "a");
	check(&f->one, "a", "", NULL);
	cache_sync_fill(f->one.cache, "a", "", "new");
	check(&f->two, "a", "", "new");
	check(&f->two, "b", "", "other");
}

/* Who was slow to get the value puts one from before the change. */
static void
test_late_fill(Fixture *f, gconstpointer data)
{
	g_autofree char *ticket = NULL;
	g_autofree char *got = cache_sync_get(f->one.cache, "a", "", &ticket);

	g_assert_null(got);
	cache_sync_block(f->two.cache, "a");
	offhook_cache_put(f->one.cache, "a", ticket, "old", 600);
	check(&f->one, "a", "", NULL);
	cache_sync_renew(f->two.cache, "a");
	check(&f->one, "a", "", NULL);
	offhook_cache_put(f->one.cache, "a", ticket, "old", 600);
	check(&f->one, "a", "", NULL);
}

/* A server that died between the two. */
static void
test_never_renewed(Fixture *f, gconstpointer data)
{
	g_autofree char *age = NULL;

	cache_sync_fill(f->one.cache, "a", "", "old");
	cache_sync_block(f->two.cache, "a");
	check(&f->one, "a", "", NULL);
	age = redis_server_ask(server, "-n 1 TTL test:version:a");
	g_assert_cmpint(g_ascii_strtoll(age, NULL, 10), >, OFFHOOK_CACHE_MAX_AGE_S + 60);
}

/* As a restart does: nothing from before counts, whatever it was. */
static void
test_new_connection(Fixture *f, gconstpointer data)
{
	CacheWatch three;

	cache_sync_fill(f->one.cache, "a", "", "old");
	cache_watch_open(&three, &f->options);
	cache_watch_wait(&three, TRUE);
	check(&f->one, "a", "", NULL);
	check(&three, "a", "", NULL);
	cache_sync_fill(three.cache, "a", "", "new");
	check(&f->one, "a", "", "new");
	cache_watch_close(&three);
}

static void
test_flushed(Fixture *f, gconstpointer data)
{
	g_autofree char *ticket = NULL;
	g_autofree char *nothing = NULL;
	g_autofree char *got = NULL;

	cache_sync_fill(f->one.cache, "a", "", "old");
	g_free(redis_server_ask(server, "FLUSHALL"));
	/* The first who notices makes a new epoch. */
	nothing = cache_sync_get(f->one.cache, "a", "", &ticket);
	g_assert_null(nothing);
	g_assert_null(ticket);
	got = cache_sync_get(f->two.cache, "a", "", &ticket);
	g_assert_null(got);
	cache_sync_fill(f->one.cache, "a", "", "new");
	check(&f->two, "a", "", "new");
	g_assert_cmpuint(f->one.lost, ==, 0);
}

static void
test_limits(Fixture *f, gconstpointer data)
{
	g_autofree char *big = g_strnfill(OFFHOOK_CACHE_MAX_VALUE + 1, 'x');
	g_autofree char *ticket = NULL;

	cache_sync_fill(f->one.cache, "a", "", big);
	check(&f->one, "a", "", NULL);
	big[OFFHOOK_CACHE_MAX_VALUE] = '\0';
	cache_sync_fill(f->one.cache, "a", "", big);
	check(&f->one, "a", "", big);
	g_free(cache_sync_get(f->one.cache, "b", "", &ticket));
	offhook_cache_put(f->one.cache, "b", ticket, "x", 0);
	check(&f->one, "b", "", NULL);
}

/* Somebody else uses our names. */
static void
test_strange_values(Fixture *f, gconstpointer data)
{
	cache_sync_fill(f->one.cache, "a", "", "x");
	g_free(redis_server_ask(server, "-n 1 SET test:value:a nonsense"));
	check(&f->one, "a", "", NULL);
	g_free(redis_server_ask(server, "-n 1 DEL test:value:a"));
	g_free(redis_server_ask(server, "-n 1 LPUSH test:value:a 1"));
	check(&f->one, "a", "", NULL);
}

/* So many at once that some would be refused, were they not bounded from below. */
static void
test_many(Fixture *f, gconstpointer data)
{
	enum { N = 3000 };
	GAsyncResult *results[N] = {NULL};

	cache_sync_fill(f->one.cache, "a", "", "x");
	for (guint i = 0; i < N; i++)
		offhook_cache_get_async(f->one.cache, "a", "", harness_store_result_cb,
					&results[i]);
	for (guint i = 0; i < N; i++) {
		g_autoptr(GAsyncResult) result = harness_wait_result(&results[i], "a look-up");
		g_autofree char *ticket = NULL;
		g_autofree char *got = offhook_cache_get_finish(f->one.cache, result, &ticket);

		g_assert_cmpstr(got, ==, "x");
	}
}

static void
test_refused(void)
{
	static const struct {
		const char *url, *ca_file;
	} cases[] = {{"http://h", NULL}, {"rediss://h", "/nowhere/ca.pem"}};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const OffhookCacheOptions options = {
		    .url = cases[i].url, .prefix = "t", .ca_file = cases[i].ca_file};
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_cache_new(&options, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
}

static void
test_tls(void)
{
	RedisServer *tls = redis_server_new(REDIS_SERVER_TLS | REDIS_SERVER_PASSWORD);
	g_autofree char *url = redis_server_dup_url(tls);
	g_autofree char *ca_file = redis_server_dup_ca_file(tls);
	OffhookCacheOptions options = {
	    .url = url, .prefix = "t", .ca_file = ca_file, .timeout_ms = 2000};
	CacheWatch watch;

	cache_watch_open(&watch, &options);
	cache_watch_wait(&watch, TRUE);
	cache_sync_fill(watch.cache, "a", "", "x");
	check(&watch, "a", "", "x");
	cache_watch_close(&watch);
	redis_server_free(tls);
}

static gboolean
was_lost(gpointer data)
{
	return ((CacheWatch *)data)->lost > 0;
}

static void
check_never(const OffhookCacheOptions *options)
{
	CacheWatch watch;

	cache_watch_open(&watch, options);
	harness_wait_until(was_lost, &watch, "the refusal");
	check(&watch, "a", "", NULL);
	g_assert_cmpuint(watch.restored, ==, 0);
	cache_watch_close(&watch);
}

static void
test_stranger(void)
{
	RedisServer *tls = redis_server_new(REDIS_SERVER_TLS);
	RedisServer *locked = redis_server_new(REDIS_SERVER_PASSWORD);
	g_autofree char *tls_url = redis_server_dup_url(tls);
	g_autofree char *locked_url = redis_server_dup_url(locked);
	g_auto(GStrv) parts = g_strsplit(locked_url, "open%20sesame", 2);
	g_autofree char *wrong_url = g_strjoinv("wrong", parts);
	g_auto(GStrv) halves = g_strsplit(locked_url, ":open%20sesame@", 2);
	g_autofree char *no_url = g_strjoinv("", halves);
	const char *urls[] = {tls_url, wrong_url, no_url};

	/* A certificate that nobody vouches for, a wrong password, none. */
	for (guint i = 0; i < G_N_ELEMENTS(urls); i++)
		check_never(
		    &(OffhookCacheOptions){.url = urls[i], .prefix = "t", .timeout_ms = 2000});
	redis_server_free(tls);
	redis_server_free(locked);
}

static void
test_not_installed(void)
{
	g_test_skip("Redis is not installed");
}

#define ADD(path, func)                                                                            \
	g_test_add("/cache/redis/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	server = redis_server_new(REDIS_SERVER_PLAIN);
	if (server == NULL) {
		g_test_add_func("/cache/redis", test_not_installed);
		return g_test_run();
	}
	ADD("kept", test_kept);
	ADD("empty-value", test_empty_value);
	ADD("variants", test_variants);
	ADD("change", test_change);
	ADD("late-fill", test_late_fill);
	ADD("never-renewed", test_never_renewed);
	ADD("new-connection", test_new_connection);
	ADD("flushed", test_flushed);
	ADD("limits", test_limits);
	ADD("strange-values", test_strange_values);
	ADD("many", test_many);
	g_test_add_func("/cache/redis/refused", test_refused);
	g_test_add_func("/cache/redis/tls", test_tls);
	g_test_add_func("/cache/redis/stranger", test_stranger);
	status = g_test_run();
	redis_server_free(server);
	return status;
}
