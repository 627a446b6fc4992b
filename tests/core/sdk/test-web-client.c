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
	guint hits;
	char *last_body;
	char *last_auth;
	GString *received;
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
	f->base = g_strdup_printf("http://127.0.0.1:%d", g_uri_get_port(uris->data));
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
	    {"/web-client/limit", test_limit},
	    {"/web-client/timeout", test_timeout},
	    {"/web-client/unreachable", test_unreachable},
	    {"/web-client/cancel", test_cancel},
	    {"/web-client/many", test_many},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].func, tear_down);
	return g_test_run();
}
