/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * libpq's TLS settings in the URL: a server that cannot show who it is gets nothing.
 */

#include "harness.h"
#include "postgres-server.h"
#include "store-sample.h"
#include "store-sync.h"

#include <offhook/error.h>
#include <string.h>

#define ENCRYPTED                                                                                  \
	"SELECT count(*) > 0 AND bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING "      \
	"(pid) "                                                                                   \
	"WHERE client_addr IS NOT NULL AND datname = current_database()"

typedef struct {
	PostgresServer *server;
	char *url; /* over the socket, without TLS */
} Fixture;

static void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	fixture->server = postgres_server_new_with(POSTGRES_SERVER_TLS);
	if (fixture->server == NULL)
		g_test_skip("PostgreSQL is not installed");
	else
		fixture->url = postgres_server_make_database(fixture->server);
}

static void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	postgres_server_free(fixture->server);
	g_free(fixture->url);
}

/* (transfer full): with sslmode=verify-full. @authorities: (transfer full) */
static char *
make_url(Fixture *fixture, const char *host, char *authorities)
{
	g_autofree char *path = authorities;
	g_autofree char *escaped = g_uri_escape_string(path, NULL, FALSE);
	g_autofree char *rest = g_strdup_printf("&sslmode=verify-full&sslrootcert=%s", escaped);

	return postgres_server_make_tcp_url(fixture->server, fixture->url, host, rest);
}

static void
test_known(Fixture *fixture, gconstpointer data)
{
	g_autofree char *url = NULL;
	g_autofree char *encrypted = NULL;
	g_autofree char *calls = NULL;
	g_autoptr(GError) error = NULL;
	OffhookStore *store;

	if (fixture->server == NULL)
		return;
	url = make_url(fixture, "localhost", postgres_server_get_certificate(fixture->server));
	store = offhook_store_sync_open(url, NULL, &error);
	g_assert_no_error(error);
	store_sample_begin(store, "c1");
	offhook_store_sync_flush(store);
	encrypted = postgres_server_ask(fixture->server, fixture->url, ENCRYPTED);
	g_assert_cmpstr(encrypted, ==, "t");
	offhook_store_sync_close(store);
	calls = postgres_server_ask(fixture->server, fixture->url,
				    "SELECT count(*) FROM offhook.calls");
	g_assert_cmpstr(calls, ==, "1");
}

/* @word: of what is said about it */
static void
check_refused(Fixture *fixture, const char *url, const char *word)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *schemas = NULL;

	g_assert_null(offhook_store_sync_open(url, NULL, &error));
	g_test_message("%s", error->message);
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE);
	g_assert_nonnull(strstr(error->message, word));
	schemas =
	    postgres_server_ask(fixture->server, fixture->url,
				"SELECT count(*) FROM pg_namespace WHERE nspname = 'offhook'");
	g_assert_cmpstr(schemas, ==, "0");
}

static void
test_refused(Fixture *fixture, gconstpointer data)
{
	g_autofree char *stranger = NULL;
	g_autofree char *misnamed = NULL;
	g_autofree char *missing = NULL;

	if (fixture->server == NULL)
		return;
	stranger =
	    make_url(fixture, "localhost", postgres_server_make_other_certificate(fixture->server));
	check_refused(fixture, stranger, "certificate verify failed");
	/* The right one, but not for this name. */
	misnamed = make_url(fixture, "127.0.0.1", postgres_server_get_certificate(fixture->server));
	check_refused(fixture, misnamed, "does not match host name \"127.0.0.1\"");
	missing = make_url(fixture, "localhost", g_strdup("/nonexistent/ca.pem"));
	check_refused(fixture, missing, "/nonexistent/ca.pem");
}

#define ADD(path, func)                                                                            \
	g_test_add("/store/postgresql/tls/" path, Fixture, NULL, fixture_set_up, func,             \
		   fixture_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("known", test_known);
	ADD("refused", test_refused);
	return g_test_run();
}
