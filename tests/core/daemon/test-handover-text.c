/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What another version of the daemon may say. */

#include "daemon/handover-text.h"

#include <offhook/error.h>

#define KEY "0193b6f0-7c11-7f3e-9a55-0123456789ab"

static void
test_urls_good(void)
{
	static const char *const texts[] = {
	    "http://127.0.0.1:1",
	    "http://" KEY "@127.0.0.1:43210",
	    "http://" KEY "@127.0.0.1:43210\nhttp://127.0.0.1:43211\nhttp://" KEY
	    "@127.0.0.1:43212",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_auto(GStrv) urls = offhook_handover_text_read_urls(texts[i], &error);
		g_autofree char *again = NULL;

		g_assert_no_error(error);
		again = g_strjoinv("\n", urls);
		g_assert_cmpstr(again, ==, texts[i]);
	}
}

static void
test_urls_wrong(void)
{
	static const char *const texts[] = {
	    "",
	    "\n",
	    "busy",
	    "http://127.0.0.1",
	    "http://127.0.0.1:0",
	    "http://127.0.0.1:70000",
	    "http://127.0.0.1:80\n",
	    "http://127.0.0.1:80/path",
	    "http://127.0.0.1:80?query",
	    "https://127.0.0.1:80",
	    "http://192.0.2.1:80",
	    "http://localhost.example:80",
	    "http://a%0d%0ab@127.0.0.1:80",
	    "http://a b@127.0.0.1:80",
	    "http://@127.0.0.1:80",
	    "http://12%37.0.0.1:80",
	    "http://127.0.0.1:80\nhttp://192.0.2.1:80",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_handover_text_read_urls(texts[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
}

static void
test_urls_many(void)
{
	g_autoptr(GString) text = g_string_new("http://127.0.0.1:1");
	g_auto(GStrv) urls = NULL;

	for (guint i = 1; i < OFFHOOK_HANDOVER_MAX; i++)
		g_string_append_printf(text, "\nhttp://127.0.0.1:%u", i + 1);
	urls = offhook_handover_text_read_urls(text->str, NULL);
	g_assert_cmpuint(g_strv_length(urls), ==, OFFHOOK_HANDOVER_MAX);
	g_string_append(text, "\nhttp://127.0.0.1:99");
	g_assert_null(offhook_handover_text_read_urls(text->str, NULL));
}

static void
test_calls(void)
{
	static const char *const others[] = {"calls", "calls ", "calls -1", "calls 1x",
					     "calls 4294967296", "schedule", "", "Calls 1"};
	g_autofree char *text = offhook_handover_text_write_calls(12);
	guint n = 7;

	for (guint i = 0; i < G_N_ELEMENTS(others); i++)
		g_assert_false(offhook_handover_text_read_calls(others[i], &n));
	g_assert_cmpuint(n, ==, 7);
	g_assert_true(offhook_handover_text_read_calls(text, &n));
	g_assert_cmpuint(n, ==, 12);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/handover-text/urls/good", test_urls_good);
	g_test_add_func("/handover-text/urls/wrong", test_urls_wrong);
	g_test_add_func("/handover-text/urls/many", test_urls_many);
	g_test_add_func("/handover-text/calls", test_calls);
	return g_test_run();
}
