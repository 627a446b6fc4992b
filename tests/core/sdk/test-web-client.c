/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The web client against a server in the same main loop.
 */

#include <offhook/error.h>
#include <offhook/web-client.h>

#include "harness.h"

#include <libsoup/soup.h>
#include <string.h>

typedef struct {
	SoupServer *server;
	OffhookWebClient *client;
	char *base;
	int port;
	guint hits;
	char *last_body;
	char *last_auth;
	GString *received;
	guint n_begun;
	gboolean hit;
} Fixture;

static void
serve_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
	 gpointer user_data)
{
	Fixture *f = user_data;
	SoupMessageBody *body = soup_server_message_get_request_body(msg);
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(msg);
	g_autofree char *big = NULL;

	f->hits++;
	f->hit = TRUE;
	g_free(f->last_body);
	f->last_body = g_strndup(body->data, (gsize)body->length);
	g_free(f->last_auth);
	f->last_auth = g_strdup(soup_message_headers_get_one(headers, "Authorization"));
	if (g_str_equal(path, "/hang")) {
		soup_server_message_pause(msg);
		return;
	}
	if (g_str_equal(path, "/elsewhere")) {
		soup_server_message_set_redirect(msg, 302, "/hello");
		return;
	}
	if (g_str_equal(path, "/away")) {
		g_autofree char *away = g_strdup_printf("http://127.0.0.2:%d/hello", f->port);

		soup_server_message_set_redirect(msg, 302, away);
		return;
	}
	big = g_strnfill(100000, 'x');
	soup_server_message_set_status(msg, g_str_equal(path, "/no") ? 404 : 200, NULL);
	if (g_str_equal(path, "/big"))
		soup_server_message_set_response(msg, "text/plain", SOUP_MEMORY_COPY, big, 100000);
	else
		soup_server_message_set_response(msg, "text/plain", SOUP_MEMORY_STATIC, "hello", 5);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoslist(GUri) uris = NULL;

	f->server = soup_server_new(NULL, NULL);
	soup_server_add_handler(f->server, NULL, serve_cb, f, NULL);
	soup_server_listen_local(f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
	g_assert_no_error(error);
	uris = soup_server_get_uris(f->server);
	f->port = g_uri_get_port(uris->data);
	f->base = g_strdup_printf("http://127.0.0.1:%d", f->port);
	f->client = offhook_web_client_new(0);
	f->received = g_string_new(NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_assert_finalize_object(f->client);
	soup_server_disconnect(f->server);
	g_object_unref(f->server);
	g_free(f->base);
	g_free(f->last_body);
	g_free(f->last_auth);
	g_string_free(f->received, TRUE);
}

static OffhookWebResponse *
ask(Fixture *f, const char *path, OffhookWebRequest request, GError **error)
{
	g_autofree char *url = g_strconcat(f->base, path, NULL);
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	request.url = url;
	offhook_web_client_send_async(f->client, &request, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, path);
	return offhook_web_client_send_finish(f->client, result, error);
}

static void
test_get(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    ask(f, "/hello", (OffhookWebRequest){.username = "me", .password = "secret"}, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(response->status, ==, 200);
	g_assert_cmpmem(g_bytes_get_data(response->body, NULL), g_bytes_get_size(response->body),
			"hello", 5);
	g_assert_cmpstr(g_hash_table_lookup(response->headers, "content-type"), ==, "text/plain");
	g_assert_cmpstr(f->last_auth, ==, "Basic bWU6c2VjcmV0");
}

static void
test_post(Fixture *f, gconstpointer data)
{
	g_autoptr(GString) form = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) body = NULL;
	g_autoptr(OffhookWebResponse) response = NULL;

	offhook_web_form_add(form, "To", "+1 555&=");
	offhook_web_form_add(form, "Nothing", NULL);
	offhook_web_form_add(form, "StartTime>", "\xc3\xa4");
	body = g_bytes_new(form->str, form->len);
	response = ask(f, "/no",
		       (OffhookWebRequest){.method = "POST",
					   .content_type = "application/x-www-form-urlencoded",
					   .body = body,
					   .once = TRUE},
		       &error);
	g_assert_no_error(error);
	g_assert_cmpuint(response->status, ==, 404);
	g_assert_cmpstr(f->last_body, ==, "To=%2B1%20555%26%3D&StartTime%3E=%C3%A4");
}

static void
test_redirect(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) there = ask(f, "/elsewhere", (OffhookWebRequest){0}, &error);
	g_autoptr(OffhookWebResponse) gone = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(there->status, ==, 302);
	gone = ask(f, "/elsewhere", (OffhookWebRequest){.max_redirects = 2}, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(gone->status, ==, 200);
}

static gboolean
receive_cb(gpointer user_data, const guint8 *data, gsize size, GError **error)
{
	Fixture *f = user_data;

	g_string_append_len(f->received, (const char *)data, (gssize)size);
	if (f->received->len <= 200000)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "no room");
	return FALSE;
}

static void
begin_cb(gpointer user_data, guint status, GHashTable *headers)
{
	Fixture *f = user_data;

	f->n_begun++;
	g_assert_cmpuint(f->received->len, ==, 0);
	g_assert_cmpuint(status, ==, 200);
	g_assert_cmpstr(g_hash_table_lookup(headers, "content-type"), ==, "text/plain");
}

/* The head comes once, before the body; that of a refusal is in the response alone. */
static void
test_begin(Fixture *f, gconstpointer data)
{
	const OffhookWebRequest request = {
	    .receive = receive_cb, .begin = begin_cb, .receive_data = f};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response = ask(f, "/big", request, &error);
	g_autoptr(OffhookWebResponse) other = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(f->n_begun, ==, 1);
	g_assert_cmpuint(f->received->len, ==, 100000);
	other = ask(f, "/no", request, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(f->n_begun, ==, 1);
}

static void
test_receive(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    ask(f, "/big", (OffhookWebRequest){.receive = receive_cb, .receive_data = f}, &error);
	g_autoptr(OffhookWebResponse) other = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(f->received->len, ==, 100000);
	g_assert_cmpuint(g_bytes_get_size(response->body), ==, 0);
	/* What goes wrong is not a part of the thing asked for. */
	other =
	    ask(f, "/no", (OffhookWebRequest){.receive = receive_cb, .receive_data = f}, &error);
	g_assert_cmpuint(f->received->len, ==, 100000);
	g_assert_cmpuint(g_bytes_get_size(other->body), ==, 5);
	g_string_set_size(f->received, 200000);
	g_assert_null(
	    ask(f, "/big", (OffhookWebRequest){.receive = receive_cb, .receive_data = f}, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE);
}

static void
test_limit(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(ask(f, "/big", (OffhookWebRequest){.max_size = 99999}, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
}

static void
test_timeout(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(ask(f, "/hang", (OffhookWebRequest){.timeout_ms = 100}, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_cmpuint(f->hits, ==, 1);
}

static void
test_unreachable(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	soup_server_disconnect(f->server);
	g_assert_null(ask(f, "/hello", (OffhookWebRequest){.once = TRUE}, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_clear_error(&error);
	g_free(f->base);
	f->base = g_strdup("file://");
	g_assert_null(ask(f, "/etc/passwd", (OffhookWebRequest){0}, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

static void
test_cancel(Fixture *f, gconstpointer data)
{
	g_autofree char *url = g_strconcat(f->base, "/hang", NULL);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	const OffhookWebRequest request = {.url = url};
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;

	offhook_web_client_send_async(f->client, &request, cancellable, harness_store_result_cb,
				      &stored);
	harness_wait_for(&f->hit, "the request");
	g_cancellable_cancel(cancellable);
	result = harness_wait_result(&stored, "the end");
	g_assert_null(offhook_web_client_send_finish(f->client, result, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* ---- where to ---- */

static gboolean
allow_one_cb(GInetSocketAddress *address, gpointer user_data, GError **error)
{
	g_autofree char *text =
	    g_inet_address_to_string(g_inet_socket_address_get_address(address));

	if (g_str_equal(text, "127.0.0.1"))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION, "not %s", text);
	return FALSE;
}

static void
test_guard(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response = NULL;

	offhook_web_client_set_guard(f->client, allow_one_cb, NULL);
	response = ask(f, "/elsewhere", (OffhookWebRequest){.max_redirects = 1}, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(response->status, ==, 200);
	/* It is asked again for where a redirection leads. */
	g_assert_null(ask(f, "/away", (OffhookWebRequest){.max_redirects = 1}, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
}

/* By address, by another way to write it, and by a name that leads to it. */
static void
test_private(Fixture *f, gconstpointer data)
{
	static const char *const hosts[] = {"127.0.0.1", "2130706433",         "0x7f.1",
					    "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"};

	offhook_web_client_set_guard(f->client, offhook_web_guard_private, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(hosts); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", hosts[i]);
		g_free(f->base);
		f->base = g_strdup_printf("http://%s:%d", hosts[i], f->port);
		g_assert_null(ask(f, "/hello", (OffhookWebRequest){0}, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	}
	g_assert_cmpuint(f->hits, ==, 0);
}

/* A proxy would connect in our place. */
static void
test_no_proxy(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_setenv("http_proxy", f->base, TRUE);
	offhook_web_client_set_guard(f->client, offhook_web_guard_private, NULL);
	g_free(f->base);
	f->base = g_strdup("http://10.1.2.3");
	g_assert_null(ask(f, "/hello", (OffhookWebRequest){0}, &error));
	g_unsetenv("http_proxy");
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	g_assert_cmpuint(f->hits, ==, 0);
}

static void
test_public(Fixture *f, gconstpointer data)
{
	static const struct {
		const char *address;
		gboolean is_public;
	} addresses[] = {
	    {"8.8.8.8", TRUE},
	    {"172.15.255.255", TRUE},
	    {"172.32.0.0", TRUE},
	    {"100.63.255.255", TRUE},
	    {"192.0.1.1", TRUE},
	    {"223.255.255.255", TRUE},
	    {"0.0.0.0", FALSE},
	    {"0.1.2.3", FALSE},
	    {"10.0.0.1", FALSE},
	    {"100.64.0.1", FALSE},
	    {"127.255.0.1", FALSE},
	    {"169.254.169.254", FALSE},
	    {"172.16.0.1", FALSE},
	    {"172.31.255.255", FALSE},
	    {"192.168.1.1", FALSE},
	    {"198.19.0.1", FALSE},
	    {"203.0.113.9", FALSE},
	    {"224.0.0.1", FALSE},
	    {"255.255.255.255", FALSE},
	    {"2606:4700::1111", TRUE},
	    {"64:ff9b::808:808", TRUE},
	    {"::ffff:8.8.8.8", TRUE},
	    {"::", FALSE},
	    {"::1", FALSE},
	    {"::7f00:1", FALSE},
	    {"fe80::1", FALSE},
	    {"fec0::1", FALSE},
	    {"fd12::1", FALSE},
	    {"ff02::1", FALSE},
	    {"2001:db8::1", FALSE},
	    {"2002:7f00:1::", FALSE},
	    {"64:ff9b::7f00:1", FALSE},
	    {"::ffff:10.0.0.1", FALSE},
	    {"2001::7f00:1", FALSE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
		g_autoptr(GInetAddress) address =
		    g_inet_address_new_from_string(addresses[i].address);

		g_test_message("%s", addresses[i].address);
		g_assert_cmpint(offhook_web_is_public_address(address), ==, addresses[i].is_public);
	}
}

/* ---- many ---- */

static void
count_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	guint *left = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    offhook_web_client_send_finish(OFFHOOK_WEB_CLIENT(source), result, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(response->status, ==, 200);
	(*left)--;
}

static gboolean
is_zero(gpointer data)
{
	return *(guint *)data == 0;
}

static void
test_many(Fixture *f, gconstpointer data)
{
	g_autofree char *url = g_strconcat(f->base, "/hello", NULL);
	const OffhookWebRequest request = {.url = url};
	guint left = 500;

	for (guint i = 0; i < 500; i++)
		offhook_web_client_send_async(f->client, &request, NULL, count_cb, &left);
	harness_wait_until(is_zero, &left, "500 answers");
	g_assert_cmpuint(f->hits, ==, 500);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"/web-client/get", test_get},
	    {"/web-client/post", test_post},
	    {"/web-client/redirect", test_redirect},
	    {"/web-client/receive", test_receive},
	    {"/web-client/begin", test_begin},
	    {"/web-client/limit", test_limit},
	    {"/web-client/timeout", test_timeout},
	    {"/web-client/unreachable", test_unreachable},
	    {"/web-client/cancel", test_cancel},
	    {"/web-client/guard", test_guard},
	    {"/web-client/private", test_private},
	    {"/web-client/no-proxy", test_no_proxy},
	    {"/web-client/public", test_public},
	    {"/web-client/many", test_many},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].func, tear_down);
	return g_test_run();
}
