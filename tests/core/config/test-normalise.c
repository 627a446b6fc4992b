/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Each kind of value: its one form, and what is refused.
 */

#include "config/normalise.h"

#include <offhook/error.h>

typedef struct {
	OffhookNormaliseFunc normalise;
	const char *value;
	const char *expected; /* NULL: refused */
} Case;

static const Case cases[] = {
    {offhook_normalise_listen, "127.0.0.1:3000", "127.0.0.1:3000"},
    {offhook_normalise_listen, "localhost:0", "127.0.0.1:0"},
    {offhook_normalise_listen, "[::1]:80", "[::1]:80"},
    {offhook_normalise_listen, "0.0.0.0:65535", "0.0.0.0:65535"},
    {offhook_normalise_listen, "127.0.0.1", NULL},
    {offhook_normalise_listen, ":3000", NULL},
    {offhook_normalise_listen, "::1:3000", NULL},
    {offhook_normalise_listen, "[127.0.0.1]:1", NULL},
    {offhook_normalise_listen, "127.0.0.1:65536", NULL},
    {offhook_normalise_listen, "127.0.0.1:-1", NULL},
    {offhook_normalise_listen, "127.0.0.1:x", NULL},
    {offhook_normalise_listen, "example.org:80", NULL},
    {offhook_normalise_listen, "[]:80", NULL},
    {offhook_normalise_listen, "]:80", NULL},
    {offhook_normalise_public_url, "https://a.example/", "https://a.example"},
    {offhook_normalise_public_url, "http://127.0.0.1:3000", "http://127.0.0.1:3000"},
    {offhook_normalise_public_url, "https://a.example/x/", "https://a.example/x"},
    {offhook_normalise_public_url, "wss://a.example", NULL},
    {offhook_normalise_public_url, "a.example", NULL},
    {offhook_normalise_public_url, "https://", NULL},
    {offhook_normalise_public_url, "https://a.example/?x=1", NULL},
    {offhook_normalise_public_url, "https://user:pw@a.example", NULL},
    {offhook_normalise_store_url, "sqlite:/a/b.db", "sqlite:/a/b.db"},
    {offhook_normalise_store_url, "sqlite:b.db", "sqlite:/base/b.db"},
    {offhook_normalise_store_url, "sqlite:///a/b.db", "sqlite:/a/b.db"},
    {offhook_normalise_store_url, "sqlite::memory:", "sqlite::memory:"},
    {offhook_normalise_store_url, "sqlite:", NULL},
    {offhook_normalise_store_url, "sqlite:/a/", NULL},
    {offhook_normalise_store_url, "postgres://u:p@h/d", "postgresql://u:p@h/d"},
    {offhook_normalise_store_url, "postgresql://u:p%40@h:5432/d?sslmode=require",
     "postgresql://u:p%40@h:5432/d?sslmode=require"},
    {offhook_normalise_store_url, "postgresql://h:port/d", NULL},
    {offhook_normalise_store_url, "mysql://h/d", NULL},
    {offhook_normalise_webhook_url, "https://a.example/x/?key=1", "https://a.example/x/?key=1"},
    {offhook_normalise_webhook_url, "http://10.0.0.1:8080", "http://10.0.0.1:8080"},
    {offhook_normalise_webhook_url, "ftp://a.example/x", NULL},
    {offhook_normalise_webhook_url, "https://a.example/#x", NULL},
    {offhook_normalise_webhook_secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
     "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
    {offhook_normalise_webhook_secret, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NULL},
    {offhook_normalise_webhook_secret, "whsec_c2hvcnQ=", NULL},
    {offhook_normalise_webhook_secret, "whsec_", NULL},
    {offhook_normalise_webhook_secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!", NULL},
    {offhook_normalise_event_patterns, "call.*, message.sent;*", "call.*,message.sent,*"},
    {offhook_normalise_event_patterns, "call.*.x", NULL},
    {offhook_normalise_event_patterns, "Call.Started", NULL},
    {offhook_normalise_event_patterns, "c*", NULL},
    {offhook_normalise_names, "memory, dialog;echo,", "memory,dialog,echo"},
    {offhook_normalise_names, "", ""},
    {offhook_normalise_names, "Dialog", NULL},
    {offhook_normalise_graded_names, "driver:twilio,flite", "driver:twilio,flite"},
    {offhook_normalise_graded_names, "motor:twilio", NULL},
    {offhook_normalise_name, "Generic_HTTP", "generic-http"},
    {offhook_normalise_name, "1x", NULL},
    {offhook_normalise_sql_name, "calls_2", "calls_2"},
    {offhook_normalise_sql_name, "2calls", NULL},
    {offhook_normalise_sql_name, "Calls", NULL},
    {offhook_normalise_sql_name, "a\"; DROP", NULL},
    {offhook_normalise_sql_name, "pg_calls", NULL},
    {offhook_normalise_sql_name, "", NULL},
    {offhook_normalise_number, "+15551234567", "+15551234567"},
    {offhook_normalise_number, "reception", "reception"},
    {offhook_normalise_number, "+1 555", NULL},
    {offhook_normalise_number, "+1234567890123456", NULL},
    {offhook_normalise_language, "en-US", "en-US"},
    {offhook_normalise_language, "english language", NULL},
    {offhook_normalise_hours, "mon-fri 09:00-18:00, sat 10:00-14:00",
     "mon-fri 09:00-18:00, sat 10:00-14:00"},
    {offhook_normalise_hours, "always", NULL},
    {offhook_normalise_timezone, "UTC", "UTC"},
    {offhook_normalise_timezone, "Moon/Base", NULL},
    {offhook_normalise_holidays, "12-25; 2026-04-06", "12-25,2026-04-06"},
    {offhook_normalise_holidays, "13-25", NULL},
    {offhook_normalise_holidays, "26-12-25", NULL},
    {offhook_normalise_when_closed, "hang-up", "hang-up"},
    {offhook_normalise_when_closed, "message", "message"},
    {offhook_normalise_when_closed, "transfer:+15550100001", "transfer:+15550100001"},
    {offhook_normalise_when_closed, "assistant:", NULL},
    {offhook_normalise_when_closed, "apologise", NULL},
    {offhook_normalise_on_failure, "assistant:night", "assistant:night"},
    {offhook_normalise_on_failure, "message", NULL},
    {offhook_normalise_search_path, "/a::b/../c", "/a:/base/c"},
};

static void
test_case(gconstpointer data)
{
	const Case *c = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *value = c->normalise(c->value, "/base", &error);

	g_assert_cmpstr(value, ==, c->expected);
	if (c->expected == NULL)
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	else
		g_assert_no_error(error);
}

static void
test_list_is_bounded(void)
{
	g_autoptr(GString) list = g_string_new("a");

	for (guint i = 0; i < 100; i++)
		g_string_append(list, ",a");
	g_assert_null(offhook_normalise_names(list->str, "/", NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_strdup_printf("/normalise/%u", i);

		g_test_add_data_func(name, &cases[i], test_case);
	}
	g_test_add_func("/normalise/list-is-bounded", test_list_is_bounded);
	return g_test_run();
}
