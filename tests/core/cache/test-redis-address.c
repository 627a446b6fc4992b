/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * URLs of Redis.
 */

#include "cache/redis-address.h"

#include <offhook/error.h>

static const struct {
	const char *url;
	const char *host;
	guint16 port;
	gboolean tls;
	const char *user;
	const char *password;
	guint database;
} good[] = {
    {"redis://h", "h", 6379, FALSE, NULL, NULL, 0},
    {"redis://h/", "h", 6379, FALSE, NULL, NULL, 0},
    {"redis://h:1/3", "h", 1, FALSE, NULL, NULL, 3},
    {"rediss://h:6380", "h", 6380, TRUE, NULL, NULL, 0},
    {"redis://:p%40%3a@h", "h", 6379, FALSE, NULL, "p@:", 0},
    {"rediss://me:secret@[::1]:7/0", "::1", 7, TRUE, "me", "secret", 0},
};

static const char *const bad[] = {
    "",
    "h",
    "h:6379",
    "http://h",
    "redis://",
    "redis:///1",
    "redis://h/x",
    "redis://h/-1",
    "redis://h/1/2",
    "redis://h/99999",
    "redis://me@h",
    "redis://h?password=secret",
    "redis://h:99999",
    "redis://:secret@h/%zz",
};

static void
test_good(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookRedisAddress) address =
		    offhook_redis_address_parse(good[i].url, &error);

		g_assert_no_error(error);
		g_assert_cmpstr(address->host, ==, good[i].host);
		g_assert_cmpuint(address->port, ==, good[i].port);
		g_assert_cmpint(address->tls, ==, good[i].tls);
		g_assert_cmpstr(address->user, ==, good[i].user);
		g_assert_cmpstr(address->password, ==, good[i].password);
		g_assert_cmpuint(address->database, ==, good[i].database);
	}
}

static void
test_bad(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_redis_address_parse(bad[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
		g_assert_null(g_strrstr(error->message, "secret"));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cache/redis-address/good", test_good);
	g_test_add_func("/cache/redis-address/bad", test_bad);
	return g_test_run();
}
