/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The way to an open WebSocket, and what can be in it: refusals, silence, certificates.
 */

#include "socket-client-fixture.h"

#include <string.h>

static const OffhookSocketHandler silent = {NULL};

/* ---- handshakes that fail ---- */

typedef struct {
	guint status;
	OffhookError error;
} Refusal;

static const Refusal refusals[] = {
    {401, OFFHOOK_ERROR_AUTHENTICATION}, {402, OFFHOOK_ERROR_PERMISSION},
    {403, OFFHOOK_ERROR_PERMISSION},     {404, OFFHOOK_ERROR_NOT_FOUND},
    {429, OFFHOOK_ERROR_RATE_LIMITED},   {500, OFFHOOK_ERROR_PROVIDER},
    {503, OFFHOOK_ERROR_BUSY},           {400, OFFHOOK_ERROR_PROVIDER},
};

static void
test_refused(Fixture *f, gconstpointer data)
{
	const Refusal *refusal = data;
	g_autofree char *path = g_strdup_printf("/status/%u?token=hidden", refusal->status);

	fixture_connect(f, path);
	offhook_socket_client_send_text(f->client, "never sent");
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, (int)refusal->error);
	g_assert_cmpstr(f->seen->str, ==, "closed ");
	g_assert_cmpuint(f->status, ==, refusal->status);
	g_assert_cmpuint(f->code, ==, 0);
	g_assert_cmpstr(f->body, ==, "{\"err_msg\":\"Invalid credentials.\"}");
	g_assert_cmpstr(f->retry_after, ==, "7");
	g_assert_cmpstr(f->authorization, ==, "Token secret");
}

static void
test_slow_handshake(Fixture *f, gconstpointer data)
{
	/* Long enough to be connected on a busy machine: until then it would be another error. */
	fixture_connect_with(f, "/hang?token=hidden",
			     (OffhookSocketRequest){.connect_timeout_ms = 2000});
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_cmpuint(f->hits, ==, 1);
}

static void
test_unreachable(Fixture *f, gconstpointer data)
{
	soup_server_disconnect(f->server);
	fixture_connect(f, "/socket?token=hidden");
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_cmpuint(f->status, ==, 0);
}

static void
test_no_url(Fixture *f, gconstpointer data)
{
	static const char *const urls[] = {"http://127.0.0.1/",
					   "ws:///x",
					   "file:///etc/passwd",
					   "ws://hidden@127.0.0.1/",
					   "ws://127.0.0.1/a b",
					   "",
					   NULL};

	for (guint i = 0; urls[i] != NULL; i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_socket_client_new(&(OffhookSocketRequest){.url = urls[i]},
							&silent, f, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
		g_assert_null(strstr(error->message, "hidden"));
	}
}

static void
test_no_header(Fixture *f, gconstpointer data)
{
	static const char *const bad[] = {"no colon", "X: a\r\nY: hidden", ": hidden", "A b: c"};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		const char *const headers[] = {bad[i], NULL};
		const OffhookSocketRequest request = {.url = "ws://127.0.0.1/", .headers = headers};
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_socket_client_new(&request, &silent, f, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
		g_assert_null(strstr(error->message, "hidden"));
	}
}

/* ---- TLS ---- */

static void
test_unknown_certificate(Fixture *f, gconstpointer data)
{
	fixture_connect(f, "/socket");
	fixture_wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_null(f->peer);
}

/* It is believed in only because the system's list of authorities has it now. */
static void
test_known_certificate(Fixture *f, gconstpointer data)
{
	GTlsBackend *backend = g_tls_backend_get_default();
	g_autoptr(GTlsDatabase) own = g_tls_backend_get_default_database(backend);
	g_autofree char *path = fixture_get_certificate_path();
	g_autoptr(GError) error = NULL;
	g_autoptr(GTlsDatabase) database = g_tls_file_database_new(path, &error);

	g_assert_no_error(error);
	g_tls_backend_set_default_database(backend, database);
	fixture_connect(f, "/socket");
	offhook_socket_client_send_text(f->client, "early");
	offhook_socket_client_send_text(f->client, "last");
	harness_wait_until(fixture_has_seen, f, "the echo");
	g_assert_cmpstr(f->seen->str, ==, "open early last ");
	offhook_socket_client_close(f->client, 1000, NULL);
	fixture_wait_for_end(f);
	g_assert_cmpuint(f->code, ==, 1000);
	g_tls_backend_set_default_database(backend, own);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"slow-handshake", test_slow_handshake},
	    {"unreachable", test_unreachable},
	    {"no-url", test_no_url},
	    {"no-header", test_no_header},
	};

	g_test_init(&argc, &argv, NULL);
	g_test_add("/socket-client-connect/tls/unknown", Fixture, NULL, fixture_set_up_tls,
		   test_unknown_certificate, fixture_tear_down);
	g_test_add("/socket-client-connect/tls/known", Fixture, NULL, fixture_set_up_tls,
		   test_known_certificate, fixture_tear_down);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/socket-client-connect/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
	}
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path =
		    g_strdup_printf("/socket-client-connect/refused/%u", refusals[i].status);

		g_test_add(path, Fixture, &refusals[i], fixture_set_up, test_refused,
			   fixture_tear_down);
	}
	return g_test_run();
}
