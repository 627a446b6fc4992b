/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Paths to routes: parameters, the rest of a path, unknown paths and methods.
 */

#include "http/server/router.h"

#include <offhook/error.h>

static void
test_router_handler(OffhookHttpServer *server, OffhookHttpRequest *request)
{
}

static const OffhookRoute test_router_routes[] = {
    {"GET", "/calls", 0, 0, test_router_handler},
    {"POST", "/calls/{id}/end", 0, 0, test_router_handler},
    {"*", "/hook/{name}/{*}", 0, 0, test_router_handler},
    {"*", "/hook/{name}", 0, 0, test_router_handler},
    {NULL},
};

/* Asserts which route @path leads to, and its parameters joined with '|'. */
static void
test_router_expect(const char *method, const char *path, const OffhookRoute *route,
		   const char *parameters)
{
	g_autoptr(OffhookRouter) router = offhook_router_new();
	g_auto(GStrv) found = NULL;
	g_autofree char *joined = NULL;
	g_autoptr(GError) error = NULL;

	offhook_router_add(router, test_router_routes);
	g_assert_true(offhook_router_find(router, method, path, &found, &error) == route);
	g_assert_no_error(error);
	joined = g_strjoinv("|", found);
	g_assert_cmpstr(joined, ==, parameters);
}

static void
test_router_fail(const char *method, const char *path, int code)
{
	g_autoptr(OffhookRouter) router = offhook_router_new();
	g_auto(GStrv) found = NULL;
	g_autoptr(GError) error = NULL;

	offhook_router_add(router, test_router_routes);
	g_assert_null(offhook_router_find(router, method, path, &found, &error));
	g_assert_error(error, OFFHOOK_ERROR, code);
}

static void
test_router_finds(void)
{
	test_router_expect("GET", "/calls", &test_router_routes[0], "");
	test_router_expect("POST", "/calls/7/end", &test_router_routes[1], "7");
	test_router_expect("PUT", "/hook/a/b/c", &test_router_routes[2], "a|b/c");
	test_router_expect("GET", "/hook/a", &test_router_routes[3], "a");
}

static void
test_router_refuses(void)
{
	test_router_fail("GET", "/", OFFHOOK_ERROR_NOT_FOUND);
	test_router_fail("GET", "/calls/", OFFHOOK_ERROR_NOT_FOUND);
	test_router_fail("POST", "/calls//end", OFFHOOK_ERROR_NOT_FOUND);
	test_router_fail("DELETE", "/calls", OFFHOOK_ERROR_NOT_SUPPORTED);
}

static void
test_router_methods(void)
{
	g_autoptr(OffhookRouter) router = offhook_router_new();
	g_autofree char *get = NULL;
	g_autofree char *post = NULL;

	offhook_router_add(router, test_router_routes);
	get = offhook_router_list_methods(router, "/calls");
	g_assert_cmpstr(get, ==, "GET, HEAD, OPTIONS");
	post = offhook_router_list_methods(router, "/calls/7/end");
	g_assert_cmpstr(post, ==, "POST, OPTIONS");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/http/router/finds", test_router_finds);
	g_test_add_func("/http/router/refuses", test_router_refuses);
	g_test_add_func("/http/router/methods", test_router_methods);
	return g_test_run();
}
