/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The patience of requests, against a server in the same main loop.
 */

#include <offhook/error.h>
#include <offhook/rest-client.h>

#include "harness.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

typedef struct {
	SoupServer *server;
	OffhookWebClient *client;
	char *base;
	char *dir;
	guint hits;
	guint bad;          /* so many are answered with `status` first */
	guint status;       /* 0: the connection is dropped */
	const char *text;   /* (nullable): what is answered */
	char *request_text; /* (nullable): what came last, and what it was called */
	char *request_type;
	gboolean done;
	JsonObject *object;
	OffhookWebResponse *response;
	GError *error;
} Fixture;

static const OffhookRestPatience hasty = {.attempts = 4, .backoff_max_ms = 1};

static void
serve_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
	 gpointer user_data)
{
	Fixture *f = user_data;
	gboolean bad = f->hits++ < f->bad;
	const char *text = f->text != NULL ? f->text : bad ? "oh" : "hello";
	SoupMessageBody *body = soup_server_message_get_request_body(msg);

	if (bad && f->status == 0) {
		g_autoptr(GIOStream) stream = soup_server_message_steal_connection(msg);

		g_io_stream_close(stream, NULL, NULL);
		return;
	}
	g_free(f->request_text);
	f->request_text = g_strndup(body->data, (gsize)body->length);
	g_free(f->request_type);
	f->request_type = g_strdup(soup_message_headers_get_one(
	    soup_server_message_get_request_headers(msg), "Content-Type"));
	soup_server_message_set_status(msg, bad ? f->status : 200, NULL);
	soup_server_message_set_response(msg, "text/plain", SOUP_MEMORY_STATIC, text, strlen(text));
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
	f->base = g_strdup_printf("http://127.0.0.1:%d/", g_uri_get_port(uris->data));
	f->client = offhook_web_client_new(0);
	f->dir = g_dir_make_tmp("offhook-rest-XXXXXX", &error);
	g_assert_no_error(error);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_clear_pointer(&f->response, offhook_web_response_free);
	g_clear_pointer(&f->object, json_object_unref);
	g_clear_error(&f->error);
	g_free(f->request_text);
	g_free(f->request_type);
	g_assert_finalize_object(f->client);
	soup_server_disconnect(f->server);
	g_object_unref(f->server);
	g_assert_cmpint(g_rmdir(f->dir), ==, 0); /* nothing was left behind */
	g_free(f->dir);
	g_free(f->base);
}

static gboolean
is_done(gpointer data)
{
	return ((Fixture *)data)->done;
}

static void
sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	Fixture *f = user_data;

	f->response = offhook_rest_send_finish(result, &f->error);
	f->done = TRUE;
}

static void
send(Fixture *f, gboolean repeatable)
{
	const OffhookWebRequest request = {.method = repeatable ? "GET" : "POST", .url = f->base};

	offhook_rest_send_async(f->client, &request, repeatable, &hasty, NULL, sent_cb, f);
	harness_wait_until(is_done, f, "the answer");
}

static void
assert_answer(Fixture *f, guint status, guint hits)
{
	g_assert_no_error(f->error);
	g_assert_cmpuint(f->response->status, ==, status);
	g_assert_cmpuint(f->hits, ==, hits);
}

static void
test_too_many(Fixture *f, gconstpointer data)
{
	f->bad = 2;
	f->status = 429;
	send(f, FALSE);
	assert_answer(f, 200, 3);
}

static void
test_never_twice(Fixture *f, gconstpointer data)
{
	f->bad = 2;
	f->status = 503;
	send(f, FALSE);
	assert_answer(f, 503, 1);
}

static void
test_lost_answer(Fixture *f, gconstpointer data)
{
	f->bad = 1;
	send(f, FALSE);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_cmpuint(f->hits, ==, 1);
}

static void
test_harmless(Fixture *f, gconstpointer data)
{
	f->bad = 3;
	f->status = 500;
	send(f, TRUE);
	assert_answer(f, 200, 4);
}

static void
test_harmless_lost_answer(Fixture *f, gconstpointer data)
{
	f->bad = 1;
	send(f, TRUE);
	assert_answer(f, 200, 2);
}

static void
test_gives_up(Fixture *f, gconstpointer data)
{
	f->bad = 100;
	f->status = 500;
	send(f, TRUE);
	assert_answer(f, 500, hasty.attempts);
}

static void
test_cancelled(Fixture *f, gconstpointer data)
{
	const OffhookRestPatience patient = {.backoff_first_ms = 100000, .backoff_max_ms = 100000};
	const OffhookWebRequest request = {.url = f->base};
	g_autoptr(GCancellable) cancellable = g_cancellable_new();

	g_cancellable_cancel(cancellable);
	offhook_rest_send_async(f->client, &request, TRUE, &patient, cancellable, sent_cb, f);
	harness_wait_until(is_done, f, "the end");
	g_assert_error(f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_assert_cmpuint(f->hits, ==, 0);
}

/* ---- JSON both ways ---- */

static void
asked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	Fixture *f = user_data;

	f->object = offhook_rest_ask_finish(result, "call", &f->error);
	f->done = TRUE;
}

static void
ask(Fixture *f, JsonObject *body)
{
	const OffhookWebRequest request = {.method = body != NULL ? "POST" : "GET", .url = f->base};

	offhook_rest_ask_async(f->client, &request, body, FALSE, NULL, asked_cb, f);
	harness_wait_until(is_done, f, "the answer");
}

static void
test_ask(Fixture *f, gconstpointer data)
{
	g_autoptr(JsonObject) body = json_object_new();

	json_object_set_string_member(body, "to", "+15550100042");
	f->text = "{\"id\":\"c1\"}";
	ask(f, body);
	g_assert_no_error(f->error);
	g_assert_cmpstr(json_object_get_string_member(f->object, "id"), ==, "c1");
	g_assert_cmpstr(f->request_text, ==, "{\"to\":\"+15550100042\"}");
	g_assert_cmpstr(f->request_type, ==, "application/json");
}

static void
test_ask_without_body(Fixture *f, gconstpointer data)
{
	f->text = "{\"id\":\"c1\"}";
	ask(f, NULL);
	g_assert_no_error(f->error);
	g_assert_cmpuint(json_object_get_size(f->object), ==, 1);
	g_assert_cmpstr(f->request_text, ==, "");
	g_assert_null(f->request_type);
}

/* Success is success: what was answered beside it need not be JSON. */
static void
test_ask_for_nothing(Fixture *f, gconstpointer data)
{
	f->text = data;
	ask(f, NULL);
	g_assert_no_error(f->error);
	g_assert_cmpuint(json_object_get_size(f->object), ==, 0);
}

static void
test_ask_refused(Fixture *f, gconstpointer data)
{
	f->bad = 1;
	f->status = 404;
	f->text = "{\"title\":\"no such call\"}";
	ask(f, NULL);
	g_assert_null(f->object);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	g_assert_cmpstr(f->error->message, ==,
			"call: the provider answered 404: {\"title\":\"no such call\"}");
}

/* Whatever creates something is not asked for again when the answer is lost. */
static void
test_ask_lost(Fixture *f, gconstpointer data)
{
	f->bad = 1;
	ask(f, NULL);
	g_assert_null(f->object);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_cmpuint(f->hits, ==, 1);
}

static void
test_fail(void)
{
	static const struct {
		guint status;
		OffhookError code;
	} cases[] = {
	    {400, OFFHOOK_ERROR_PROVIDER},     {401, OFFHOOK_ERROR_AUTHENTICATION},
	    {402, OFFHOOK_ERROR_PERMISSION},   {403, OFFHOOK_ERROR_PERMISSION},
	    {404, OFFHOOK_ERROR_NOT_FOUND},    {410, OFFHOOK_ERROR_NOT_FOUND},
	    {429, OFFHOOK_ERROR_RATE_LIMITED}, {500, OFFHOOK_ERROR_PROVIDER},
	    {503, OFFHOOK_ERROR_BUSY},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *expected =
		    g_strdup_printf("call: the provider answered %u", cases[i].status);
		g_autoptr(GError) error = NULL;

		offhook_rest_fail(cases[i].status, "call", NULL, &error);
		g_assert_error(error, OFFHOOK_ERROR, (int)cases[i].code);
		g_assert_cmpstr(error->message, ==, expected);
	}
}

static void
test_fail_words(void)
{
	g_autofree char *endless = g_strnfill(100000, 'x');
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) other = NULL;

	offhook_rest_fail(500, "call", endless, &error);
	g_assert_cmpuint(strlen(error->message), <, 300);
	g_assert_nonnull(strstr(error->message, ": xxx"));
	/* Not UTF-8, which a log or an answer of ours would have to be. */
	offhook_rest_fail(500, "call", "caf\xe9", &other);
	g_assert_true(g_utf8_validate(other->message, -1, NULL));
	g_assert_nonnull(strstr(other->message, "caf"));
}

/* ---- files ---- */

static void
downloaded_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	Fixture *f = user_data;

	f->response = offhook_rest_download_finish(result, &f->error);
	f->done = TRUE;
}

static char *
download(Fixture *f)
{
	g_autofree char *path = g_build_filename(f->dir, "sound.wav", NULL);
	const OffhookWebRequest request = {.url = f->base};

	offhook_rest_download_async(f->client, &request, &hasty, path, NULL, downloaded_cb, f);
	harness_wait_until(is_done, f, "the file");
	return g_steal_pointer(&path);
}

static void
test_download(Fixture *f, gconstpointer data)
{
	g_autofree char *path = NULL;
	g_autofree char *text = NULL;

	f->bad = 1;
	f->status = 500;
	path = download(f);
	assert_answer(f, 200, 2);
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "hello");
	g_assert_cmpint(g_unlink(path), ==, 0);
}

static void
test_refused_download(Fixture *f, gconstpointer data)
{
	g_autofree char *path = NULL;

	f->bad = 1;
	f->status = 404;
	path = download(f);
	assert_answer(f, 404, 1);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void
test_download_nowhere(Fixture *f, gconstpointer data)
{
	const OffhookWebRequest request = {.url = f->base};
	g_autofree char *path = g_build_filename(f->dir, "missing", "sound.wav", NULL);

	offhook_rest_download_async(f->client, &request, &hasty, path, NULL, downloaded_cb, f);
	harness_wait_until(is_done, f, "the refusal");
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE);
	g_assert_cmpuint(f->hits, ==, 0);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*func)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"too-many", test_too_many},
	    {"never-twice", test_never_twice},
	    {"lost-answer", test_lost_answer},
	    {"harmless", test_harmless},
	    {"harmless-lost-answer", test_harmless_lost_answer},
	    {"gives-up", test_gives_up},
	    {"cancelled", test_cancelled},
	    {"ask", test_ask},
	    {"ask-without-body", test_ask_without_body},
	    {"ask-refused", test_ask_refused},
	    {"ask-lost", test_ask_lost},
	    {"download", test_download},
	    {"refused-download", test_refused_download},
	    {"download-nowhere", test_download_nowhere},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/rest-client/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].func, tear_down);
	}
	g_test_add("/rest-client/ask-for-nothing/empty", Fixture, "", set_up, test_ask_for_nothing,
		   tear_down);
	g_test_add("/rest-client/ask-for-nothing/words", Fixture, "OK", set_up,
		   test_ask_for_nothing, tear_down);
	g_test_add_func("/rest-client/fail", test_fail);
	g_test_add_func("/rest-client/fail-words", test_fail_words);
	return g_test_run();
}
