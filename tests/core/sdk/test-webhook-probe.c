/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Knocking at a webhook that a server in the same main loop plays.
 */

#include <offhook/webhook-probe.h>

#include "harness.h"

#include <libsoup/soup.h>
#include <string.h>

typedef struct {
	SoupServer *server;
	OffhookWebClient *web;
	char *url;
	guint status;
	char *request_text; /* (nullable): what was posted */
	OffhookDriverCheck *check;
} Fixture;

static void
serve_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
	 gpointer user_data)
{
	Fixture *f = user_data;
	SoupMessageBody *body = soup_server_message_get_request_body(msg);

	g_free(f->request_text);
	f->request_text = g_strndup(body->data, (gsize)body->length);
	soup_server_message_set_status(msg, f->status, NULL);
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
	f->url = g_strdup_printf("http://127.0.0.1:%d/voice", g_uri_get_port(uris->data));
	f->web = offhook_web_client_new(0);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	offhook_driver_check_free(f->check);
	g_assert_finalize_object(f->web);
	soup_server_disconnect(f->server);
	g_object_unref(f->server);
	g_free(f->request_text);
	g_free(f->url);
}

static void
probed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	Fixture *f = user_data;
	g_autoptr(GError) error = NULL;

	f->check = g_task_propagate_pointer(G_TASK(result), &error);
	g_assert_no_error(error);
}

static gboolean
is_done(gpointer data)
{
	return ((Fixture *)data)->check != NULL;
}

static void
probe(Fixture *f, const char *message)
{
	g_autoptr(GBytes) body = g_bytes_new_static("{}", 2);
	const OffhookWebRequest request = {
	    .method = "POST", .url = f->url, .content_type = "application/json", .body = body};

	offhook_webhook_probe(f->web, &request,
			      offhook_driver_check_new(TRUE, FALSE, FALSE, message),
			      g_task_new(NULL, NULL, probed_cb, f));
	harness_wait_until(is_done, f, "the check");
	g_assert_true(f->check->authentication);
	g_assert_false(f->check->api_access);
}

static void
test_guarded(Fixture *f, gconstpointer data)
{
	f->status = 403;
	probe(f, NULL);
	g_assert_true(f->check->webhook_url);
	g_assert_null(f->check->message);
	g_assert_cmpstr(f->request_text, ==, "{}");
}

/* Somebody else's server, or a door that stands open. */
static void
test_open(Fixture *f, gconstpointer data)
{
	g_autofree char *expected = g_strdup_printf(
	    "before; %s answers 200: expected our own 403 to an unsigned request", f->url);

	f->status = 200;
	probe(f, "before");
	g_assert_false(f->check->webhook_url);
	g_assert_cmpstr(f->check->message, ==, expected);
}

static void
test_nobody(Fixture *f, gconstpointer data)
{
	soup_server_disconnect(f->server);
	probe(f, NULL);
	g_assert_false(f->check->webhook_url);
	g_assert_true(g_str_has_prefix(f->check->message, f->url));
	g_assert_nonnull(strstr(f->check->message, "can't be reached: "));
}

static void
test_complain(void)
{
	g_autoptr(OffhookDriverCheck) check = offhook_driver_check_new(FALSE, FALSE, FALSE, NULL);

	offhook_driver_check_complain(check, "no %s", "key");
	g_assert_cmpstr(check->message, ==, "no key");
	offhook_driver_check_complain(check, "status %d", 401);
	g_assert_cmpstr(check->message, ==, "no key; status 401");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/webhook-probe/guarded", Fixture, NULL, set_up, test_guarded, tear_down);
	g_test_add("/webhook-probe/open", Fixture, NULL, set_up, test_open, tear_down);
	g_test_add("/webhook-probe/nobody", Fixture, NULL, set_up, test_nobody, tear_down);
	g_test_add_func("/webhook-probe/complain", test_complain);
	return g_test_run();
}
