/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The search for the process that has a call, among stand-ins that have it, don't, have just closed their door, or die.
 */

#include "http/server/elders.h"

#include <string.h>

#include "harness.h"

#define KEY "k-1"

typedef enum { HAS, FOREIGN, DIES, CLOSED, LAST } Kind;

typedef struct Search Search;

/** Another process. */
typedef struct {
	Search *search;
	Kind kind;
	SoupServer *server; /* (nullable): closed */
	char *url;
	guint asked;
	guint alone; /* of those times */
} Stand;

struct Search {
	OffhookHttpElders *elders;
	Stand stands[3];
	guint n;
	SoupServer *front;
	guint here; /* answered by ourselves */
	gboolean forgets; /* the closed one ends once all have been asked */
	guint listed; /* how many there were when it was */
};

static void
stand_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
	 gpointer user_data)
{
	Stand *self = user_data;
	const char *alone = soup_message_headers_get_one(
	    soup_server_message_get_request_headers(msg), "Offhook-Alone");

	self->asked++;
	self->alone += g_strcmp0(alone, KEY) == 0;
	if (self->kind == DIES)
		g_io_stream_close(soup_server_message_steal_connection(msg), NULL, NULL);
	else
		soup_server_message_set_status(msg, self->kind == HAS ? 201 : 421, NULL);
}

static void
stand_open(Stand *self)
{
	GSList *uris;

	self->server = soup_server_new(NULL, NULL);
	soup_server_add_handler(self->server, NULL, stand_cb, self, NULL);
	g_assert_true(
	    soup_server_listen_local(self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
	uris = soup_server_get_uris(self->server);
	self->url =
	    g_strdup_printf("http://" KEY "@127.0.0.1:%d", g_uri_get_port(uris->data));
	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	if (self->kind == CLOSED)
		g_clear_object(&self->server);
}

static void
search_show(Search *self, Kind without)
{
	OffhookHttpElder elders[G_N_ELEMENTS(self->stands)];
	guint n = 0;

	for (guint i = 0; i < self->n; i++)
		if (self->stands[i].kind != without)
			elders[n++] =
			    (OffhookHttpElder){.url = self->stands[i].url, .n_calls = i + 1};
	offhook_http_elders_set(self->elders, elders, n);
}

static void
nobody_cb(OffhookHttpRequest *request, gpointer user_data)
{
	Search *self = user_data;

	self->here++;
	self->listed = offhook_http_elders_count(self->elders);
	offhook_http_request_reply_text(request, 200, "text/plain", "here");
}

static void
front_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
	 gpointer user_data)
{
	Search *self = user_data;
	g_autoptr(OffhookHttpRequest) request = offhook_http_request_new(msg, query);

	offhook_http_elders_ask(self->elders, request, "192.0.2.7", nobody_cb, self);
}

static gboolean
forget_cb(gpointer user_data)
{
	search_show(user_data, CLOSED);
	return G_SOURCE_REMOVE;
}

/* The status that whoever asks is answered with. */
static guint
search_ask(Search *self)
{
	g_autoptr(SoupSession) session = soup_session_new();
	GSList *uris = soup_server_get_uris(self->front);
	g_autoptr(SoupMessage) msg = soup_message_new_from_uri("POST", uris->data);
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GAsyncResult) done = NULL;
	g_autoptr(GBytes) body = NULL;
	g_autoptr(GError) error = NULL;

	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	soup_session_send_and_read_async(session, msg, G_PRIORITY_DEFAULT, NULL,
					 harness_store_result_cb, &result);
	if (self->forgets)
		g_timeout_add(500, forget_cb, self);
	done = harness_wait_result(&result, "the answer");
	body = soup_session_send_and_read_finish(session, done, &error);
	g_assert_no_error(error);
	return soup_message_get_status(msg);
}

/* @kinds: end with LAST */
static void
search_open(Search *self, const Kind *kinds)
{
	*self = (Search){.elders = offhook_http_elders_new()};
	for (; kinds[self->n] != LAST; self->n++) {
		self->stands[self->n] = (Stand){.search = self, .kind = kinds[self->n]};
		stand_open(&self->stands[self->n]);
	}
	search_show(self, LAST);
	self->front = soup_server_new(NULL, NULL);
	soup_server_add_handler(self->front, NULL, front_cb, self, NULL);
	g_assert_true(
	    soup_server_listen_local(self->front, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
}

static void
search_close(Search *self)
{
	for (guint i = 0; i < self->n; i++) {
		g_clear_object(&self->stands[i].server);
		g_free(self->stands[i].url);
	}
	g_object_unref(self->front);
	offhook_http_elders_free(self->elders);
}

static void
test_found(void)
{
	static const struct {
		Kind kinds[4];
		guint has; /* which of them */
	} cases[] = {
	    {{HAS, LAST}, 0},
	    {{HAS, FOREIGN, LAST}, 0},
	    {{FOREIGN, HAS, LAST}, 1},
	    {{FOREIGN, FOREIGN, HAS, LAST}, 2},
	    {{CLOSED, HAS, LAST}, 1},
	    {{DIES, HAS, LAST}, 1},
	    {{DIES, CLOSED, HAS, LAST}, 2},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Search search;

		search_open(&search, cases[i].kinds);
		g_assert_cmpuint(search_ask(&search), ==, 201);
		g_assert_cmpuint(search.stands[cases[i].has].asked, ==, 1);
		g_assert_cmpuint(search.here, ==, 0);
		search_close(&search);
	}
}

/* Each is asked for itself, but the last one for all that it knows. */
static void
test_alone(void)
{
	static const Kind kinds[] = {FOREIGN, FOREIGN, HAS, LAST};
	static const Kind closed[] = {CLOSED, HAS, LAST};
	Search search;

	search_open(&search, kinds);
	g_assert_cmpuint(search_ask(&search), ==, 201);
	g_assert_cmpuint(search.stands[0].alone, ==, 1);
	g_assert_cmpuint(search.stands[1].alone, ==, 1);
	g_assert_cmpuint(search.stands[2].alone, ==, 0);
	search_close(&search);
	/* The one that can't be asked might know better. */
	search_open(&search, closed);
	g_assert_cmpuint(search_ask(&search), ==, 201);
	g_assert_cmpuint(search.stands[1].alone, ==, 1);
	search_close(&search);
}

/* One that took it and died may have done it: nobody does it again. */
static void
test_lost(void)
{
	static const Kind kinds[][4] = {
	    {DIES, LAST}, {DIES, FOREIGN, LAST}, {FOREIGN, DIES, LAST}, {DIES, CLOSED, LAST}};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		Search search;

		search_open(&search, kinds[i]);
		g_assert_cmpuint(search_ask(&search), ==, 502);
		g_assert_cmpuint(search.here, ==, 0);
		search_close(&search);
	}
}

/* Of one that is ending it is known what became of its calls when it has. */
static void
test_ending(void)
{
	static const Kind kinds[][4] = {
	    {CLOSED, LAST}, {CLOSED, FOREIGN, LAST}, {FOREIGN, CLOSED, LAST}};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		Search search;

		search_open(&search, kinds[i]);
		search.forgets = TRUE;
		g_assert_cmpuint(search_ask(&search), ==, 200);
		g_assert_cmpuint(search.here, ==, 1);
		g_assert_cmpuint(search.listed, ==, search.n - 1);
		search_close(&search);
	}
}

static void
test_count(void)
{
	static const Kind kinds[] = {HAS, HAS, LAST};
	Search search;

	search_open(&search, kinds);
	g_assert_cmpuint(offhook_http_elders_count(search.elders), ==, 2);
	g_assert_cmpuint(offhook_http_elders_count_calls(search.elders), ==, 3);
	g_assert_cmpstr(offhook_http_elders_get(search.elders, 1)->url, ==, search.stands[1].url);
	search_close(&search);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/http/elders/found", test_found);
	g_test_add_func("/http/elders/alone", test_alone);
	g_test_add_func("/http/elders/lost", test_lost);
	g_test_add_func("/http/elders/ending", test_ending);
	g_test_add_func("/http/elders/count", test_count);
	return g_test_run();
}
