/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The tool agent against an HTTP server: what is asked, and what the model is told.
 */

#include "harness.h"
#include "noting-host.h"

#include "../tool-agent.h"
#include <libsoup/soup.h>
#include <offhook/error.h>
#include <string.h>

typedef struct {
	SoupServer *server;
	int port;
	guint hits;
	gboolean hit;
	GIOStream *stream;
	gboolean gone; /* whoever asked /hang has hung up */
	char *method;
	char *target; /* path and query */
	char *body;
	char *key; /* of the header X-Key */
	OffhookAgent *agent;
	OffhookAgentHost *host;
	OffhookAgentSession *session;
	gboolean done;
	guint n_done;
} Fixture;

/* ---- the service ---- */

static void
read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	gssize n = g_input_stream_read_finish(G_INPUT_STREAM(source), result, NULL);

	g_assert_cmpint(n, <=, 0);
	((Fixture *)user_data)->gone = TRUE;
}

/* Answers nothing, and sees when nobody waits for it any more. */
static void
hang(Fixture *f, SoupServerMessage *msg)
{
	static char nothing[1];

	g_clear_object(&f->stream);
	f->stream = soup_server_message_steal_connection(msg);
	g_input_stream_read_async(g_io_stream_get_input_stream(f->stream), nothing, 1,
				  G_PRIORITY_DEFAULT, NULL, read_cb, f);
}

static void
note_request(Fixture *f, SoupServerMessage *msg)
{
	SoupMessageBody *body = soup_server_message_get_request_body(msg);
	GUri *uri = soup_server_message_get_uri(msg);
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(msg);

	f->hits++;
	f->hit = TRUE;
	g_free(f->method);
	g_free(f->target);
	g_free(f->body);
	g_free(f->key);
	f->method = g_strdup(soup_server_message_get_method(msg));
	f->target = g_strconcat(g_uri_get_path(uri), g_uri_get_query(uri) != NULL ? "?" : "",
				g_uri_get_query(uri), NULL);
	f->body = g_strndup(body->data, (gsize)body->length);
	f->key = g_strdup(soup_message_headers_get_one(headers, "X-Key"));
}

static void
serve_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
	 gpointer user_data)
{
	static const struct {
		const char *path;
		guint status;
		const char *type;
		const char *body;
	} answers[] = {
	    {"/none", 204, NULL, ""},
	    {"/broken", 500, "text/html", "<h1>Trouble</h1>"},
	    {"/refused", 422, "application/json", "{\"error\":\"closed on Mondays\"}"},
	    {"/garbage", 200, "application/json", "{\"id\":"},
	    {"/text", 200, "text/plain", "  Sunny.\n"},
	    {"/image", 200, "image/png", "\x89PNG"},
	    {"/slots", 200, "application/json",
	     "{\"slots\":[{\"time\":\"18:00\"},{\"time\":\"20:30\"}],\"table\":{\"id\":7,\"name\":"
	     "\"by the window\"}}"},
	};
	Fixture *f = user_data;

	note_request(f, msg);
	soup_server_message_set_status(msg, 200, NULL);
	if (g_str_equal(path, "/hang")) {
		hang(f, msg);
		return;
	}
	if (g_str_equal(path, "/moved")) {
		soup_server_message_set_redirect(msg, 302, "/text");
		return;
	}
	if (g_str_equal(path, "/large")) {
		soup_server_message_set_response(msg, "text/plain", SOUP_MEMORY_TAKE,
						 g_strnfill(5000, 'x'), 5000);
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
		if (!g_str_equal(answers[i].path, path))
			continue;
		soup_server_message_set_status(msg, answers[i].status, NULL);
		if (answers[i].type != NULL)
			soup_server_message_set_response(msg, answers[i].type, SOUP_MEMORY_STATIC,
							 answers[i].body, strlen(answers[i].body));
		return;
	}
	soup_server_message_set_response(msg, "application/json", SOUP_MEMORY_COPY,
					 f->key != NULL ? f->key : "{\"ok\":true}",
					 strlen(f->key != NULL ? f->key : "{\"ok\":true}"));
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
	f->agent = g_object_new(OFFHOOK_TYPE_TOOL_AGENT, NULL);
	f->host = noting_host_new();
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_clear_object(&f->session);
	g_assert_finalize_object(f->host);
	g_assert_finalize_object(f->agent);
	soup_server_disconnect(f->server);
	g_object_unref(f->server);
	g_clear_object(&f->stream);
	g_free(f->method);
	g_free(f->target);
	g_free(f->body);
	g_free(f->key);
}

/* ---- a call of the tool ---- */

/* @pairs: "key=value"; "@" in the URL is the server, and private addresses are allowed if not said otherwise */
static void
open_tool(Fixture *f, const char *const *pairs)
{
	g_autoptr(GHashTable) values =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *base = g_strdup_printf("http://127.0.0.1:%d", f->port);
	g_autoptr(OffhookSettings) settings = NULL;
	const OffhookAgentOptions options = {
	    .assistant = "test",
	    .name = "book",
	    .language = "en",
	    .call_id = "c-1",
	    .caller = "+4940 1",
	    .host = f->host,
	};
	g_autoptr(GError) error = NULL;

	g_hash_table_insert(values, g_strdup("description"), g_strdup("Books a table."));
	g_hash_table_insert(values, g_strdup("allow-private"), g_strdup("true"));
	for (; *pairs != NULL; pairs++) {
		const char *equals = strchr(*pairs, '=');
		g_autoptr(GString) value = g_string_new(equals + 1);

		if (g_str_has_prefix(*pairs, "url="))
			g_string_replace(value, "@", base, 1);
		g_hash_table_replace(values, g_strndup(*pairs, (gsize)(equals - *pairs)),
				     g_strdup(value->str));
	}
	settings = offhook_settings_new(offhook_tool_settings, values, "tool:book", &error);
	g_assert_no_error(error);
	offhook_agent_configure(f->agent, settings, &error);
	g_assert_no_error(error);
	f->session = offhook_agent_open_session(f->agent, &options, &error);
	g_assert_no_error(error);
}

static void
done_cb(OffhookToolRun *run, gpointer user_data)
{
	Fixture *f = user_data;

	f->n_done++;
	f->done = TRUE;
}

static OffhookToolRun *
start(Fixture *f, const char *arguments)
{
	const OffhookToolCall call = {(char *)"c1", (char *)"book", (char *)arguments};

	return offhook_toolbox_start(offhook_agent_host_get_toolbox(f->host), &call, done_cb, f);
}

/* Calls it and waits. (transfer full) */
static OffhookToolRun *
run_tool(Fixture *f, const char *arguments)
{
	OffhookToolRun *run = start(f, arguments);

	f->done = FALSE;
	harness_wait_for(&f->done, "the tool");
	return run;
}

static void
assert_told(OffhookToolRun *run, OffhookToolRunStatus status, const char *told)
{
	g_test_message("%s", offhook_tool_run_get_result(run));
	g_assert_cmpint(offhook_tool_run_get_status(run), ==, status);
	if (told != NULL)
		g_assert_nonnull(strstr(offhook_tool_run_get_result(run), told));
}

/* ---- what is asked ---- */

static void
test_post(Fixture *f, gconstpointer data)
{
	static const char *const pairs[] = {"url=@/book", "parameters=name;people:integer 1..8",
					    NULL};
	g_autoptr(OffhookToolRun) run = NULL;

	open_tool(f, pairs);
	run = run_tool(f, "{\"name\":\"Ada\",\"people\":4}");
	assert_told(run, OFFHOOK_TOOL_RUN_OK, "{\"ok\":true}");
	g_assert_cmpstr(f->method, ==, "POST");
	g_assert_cmpstr(f->target, ==, "/book");
	g_assert_cmpstr(f->body, ==, "{\"name\":\"Ada\",\"people\":4}");
}

static void
test_get(Fixture *f, gconstpointer data)
{
	static const char *const pairs[] = {
	    "url=@/days/{day}?who={caller}&call={call_id}&room={room}",
	    "parameters=day;people:integer?", "read-only=true", NULL};
	g_autoptr(OffhookToolRun) run = NULL;

	open_tool(f, pairs);
	offhook_agent_host_set_variable(f->host, "room", "a&b", NULL);
	run = run_tool(f, "{\"day\":\"Monday\",\"people\":2}");
	assert_told(run, OFFHOOK_TOOL_RUN_OK, NULL);
	g_assert_cmpstr(f->method, ==, "GET");
	g_assert_cmpstr(f->target, ==, "/days/Monday?who=%2B4940%201&call=c-1&room=a%26b&people=2");
	g_assert_cmpstr(f->body, ==, "");
}

static void
test_body(Fixture *f, gconstpointer data)
{
	static const char *const pairs[] = {
	    "url=@/book", "method=PUT", "parameters=name;people:integer?",
	    "body={\"guest\":{\"name\":\"{name}\",\"phone\":{caller}},\"n\":{people}}", NULL};
	g_autoptr(OffhookToolRun) run = NULL;

	open_tool(f, pairs);
	run = run_tool(f, "{\"name\":\"A\\\",\\\"admin\\\":\\\"1\"}");
	assert_told(run, OFFHOOK_TOOL_RUN_OK, NULL);
	g_assert_cmpstr(f->method, ==, "PUT");
	g_assert_cmpstr(f->body, ==,
			"{\"guest\":{\"name\":\"A\\\",\\\"admin\\\":\\\"1\",\"phone\":\"+4940 1\"},"
			"\"n\":null}");
}

/* The service gets it, the model does not, whatever the service makes of it. */
static void
test_secret(Fixture *f, gconstpointer data)
{
	static const char *const pairs[] = {
	    "url=@/book", "headers=X-Key: Bearer {secret} | X-Other: 1", "secret=hush-hush", NULL};
	g_autoptr(OffhookToolRun) run = NULL;

	open_tool(f, pairs);
	run = run_tool(f, "{}");
	g_assert_cmpstr(f->key, ==, "Bearer hush-hush");
	assert_told(run, OFFHOOK_TOOL_RUN_OK, "Bearer ***");
	g_assert_null(strstr(offhook_tool_run_get_result(run), "hush"));
}

/* Neither wrong arguments nor those that would lead elsewhere reach the service. */
static void
test_not_asked(Fixture *f, gconstpointer data)
{
	static const char *const pairs[] = {"url=@/a/{x}{y}/b", "parameters=x;y;n:integer 1..8?",
					    NULL};
	static const char *const arguments[] = {
	    "{\"x\":\"1\"}",
	    "{\"x\":\"1\",\"y\":\"2\",\"n\":9}",
	    "{\"x\":\"1\",\"y\":\"2\",\"z\":9}",
	    "{\"x\":\"\",\"y\":\"2\"}",
	    "{\"x\":\"..\",\"y\":\"2\"}",
	    "{\"x\":\"a/../b\",\"y\":\"2\"}",
	    "{\"x\":\".\",\"y\":\".\"}",
	    "[",
	};

	open_tool(f, pairs);
	for (guint i = 0; i < G_N_ELEMENTS(arguments); i++) {
		g_autoptr(OffhookToolRun) run = run_tool(f, arguments[i]);

		assert_told(run, OFFHOOK_TOOL_RUN_FAILED, NULL);
	}
	g_assert_cmpuint(f->hits, ==, 0);
}

static void
test_hosts(Fixture *f, gconstpointer data)
{
	g_autofree char *url = g_strdup_printf("url=http://{host}:%d/text", f->port);
	const char *const pairs[] = {url, "parameters=host",
				     "allowed-hosts=127.0.0.1, *.example.com", NULL};
	static const char *const others[] = {"127.0.0.2",
					     "example.com",
					     "localhost",
					     "evil.org/.example.com",
					     "evil.org#.example.com",
					     "a@127.0.0.1",
					     "127.0.0.1:1"};
	g_autoptr(OffhookToolRun) run = NULL;

	open_tool(f, pairs);
	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autofree char *arguments = g_strdup_printf("{\"host\":\"%s\"}", others[i]);
		g_autoptr(OffhookToolRun) refused = run_tool(f, arguments);

		assert_told(refused, OFFHOOK_TOOL_RUN_FAILED, NULL);
	}
	g_assert_cmpuint(f->hits, ==, 0);
	run = run_tool(f, "{\"host\":\"127.0.0.1\"}");
	assert_told(run, OFFHOOK_TOOL_RUN_OK, "Sunny.");
}

/* By name, and by what only a resolver takes for an address; a redirection is not followed anywhere. */
static void
test_private(Fixture *f, gconstpointer data)
{
	g_autofree char *named = g_strdup_printf("url=http://localhost:%d/text", f->port);
	g_autofree char *short_form = g_strdup_printf("url=http://127.1:%d/text", f->port);
	const char *const urls[] = {short_form, named};

	for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
		const char *const pairs[] = {urls[i], "allow-private=false", NULL};
		g_autoptr(OffhookToolRun) run = NULL;

		open_tool(f, pairs);
		g_test_expect_message("offhook-tool", G_LOG_LEVEL_WARNING, "tool book: *");
		run = run_tool(f, "{}");
		g_test_assert_expected_messages();
		assert_told(run, OFFHOOK_TOOL_RUN_FAILED, NULL);
		g_assert_null(strstr(offhook_tool_run_get_result(run), "127.0.0.1"));
		g_clear_object(&f->session);
	}
	g_assert_cmpuint(f->hits, ==, 0);
}

static void
checked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GAsyncResult **out = user_data;

	*out = g_object_ref(result);
}

/* What whoever checks an assistant is told of the tool; nothing is asked for that. */
static void
check_tool(Fixture *f, const char *const *pairs, GError **error)
{
	GAsyncResult *result = NULL;

	open_tool(f, pairs);
	offhook_agent_check_async(f->agent, NULL, checked_cb, &result);
	while (result == NULL)
		g_main_context_iteration(NULL, TRUE);
	offhook_agent_check_finish(f->agent, result, error);
	g_object_unref(result);
	g_clear_object(&f->session);
}

static void
test_check(Fixture *f, gconstpointer data)
{
	static const struct {
		const char *pairs[4];
		const char *refused; /* (nullable): the key that is said to be wrong */
	} cases[] = {
	    {{"url=http://localhost/x", "allow-private=false"}, "url: \"localhost\""},
	    {{"url=http://{host}/x", "allow-private=false", "allowed-hosts=*.example, localhost"},
	     "allowed-hosts: \"localhost\""},
	    {{"url=http://localhost/x", "allow-private=true"}, NULL},
	    {{"url=http://{host}/x", "allow-private=false", "allowed-hosts=*.example"}, NULL},
	    {{"url=http://93.184.215.14/x", "allow-private=false"}, NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", cases[i].pairs[0]);
		check_tool(f, cases[i].pairs, &error);
		if (cases[i].refused == NULL) {
			g_assert_no_error(error);
			continue;
		}
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
		g_assert_true(g_str_has_prefix(error->message, cases[i].refused));
	}
	g_assert_cmpuint(f->hits, ==, 0);
}

/* ---- what the model is told ---- */

static void
test_answers(Fixture *f, gconstpointer data)
{
	static const struct {
		const char *url;
		const char *more; /* (nullable) */
		OffhookToolRunStatus status;
		const char *told;
		gboolean logged;
	} cases[] = {
	    {"url=@/none", NULL, OFFHOOK_TOOL_RUN_OK, "Done.", FALSE},
	    {"url=@/none", "result=$.id", OFFHOOK_TOOL_RUN_OK, "Done.", FALSE},
	    {"url=@/text", NULL, OFFHOOK_TOOL_RUN_OK, "Sunny.", FALSE},
	    {"url=@/image", NULL, OFFHOOK_TOOL_RUN_OK, "Done.", FALSE},
	    {"url=@/slots", "result=$.slots[*].time", OFFHOOK_TOOL_RUN_OK, "[\"18:00\",\"20:30\"]",
	     FALSE},
	    {"url=@/slots", "result=$.table.name", OFFHOOK_TOOL_RUN_OK, "by the window", FALSE},
	    {"url=@/slots", "result=$.nothing", OFFHOOK_TOOL_RUN_OK, "nothing in the answer",
	     FALSE},
	    {"url=@/slots", "result=Table {table.id} ({table.name}) at {slots[1].time}{x}.",
	     OFFHOOK_TOOL_RUN_OK, "Table 7 (by the window) at 20:30.", FALSE},
	    {"url=@/large", "result-size=64", OFFHOOK_TOOL_RUN_OK, "(cut)", FALSE},
	    {"url=@/large", "response-size=4000", OFFHOOK_TOOL_RUN_FAILED, "too large", TRUE},
	    {"url=@/garbage", NULL, OFFHOOK_TOOL_RUN_OK, "{\"id\":", FALSE},
	    {"url=@/garbage", "result=$.id", OFFHOOK_TOOL_RUN_FAILED, "JSON", TRUE},
	    {"url=@/refused", NULL, OFFHOOK_TOOL_RUN_FAILED, "closed on Mondays", TRUE},
	    {"url=@/broken", NULL, OFFHOOK_TOOL_RUN_FAILED, "500", TRUE},
	    {"url=@/moved", NULL, OFFHOOK_TOOL_RUN_FAILED, "302", TRUE},
	    {"url=http://127.0.0.1:1/", NULL, OFFHOOK_TOOL_RUN_FAILED, "nothing was done", TRUE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *const pairs[] = {cases[i].url, cases[i].more, NULL};
		g_autoptr(OffhookToolRun) run = NULL;

		g_test_message("%s %s", cases[i].url, cases[i].more);
		open_tool(f, pairs);
		if (cases[i].logged)
			g_test_expect_message("offhook-tool", G_LOG_LEVEL_WARNING, "tool book: *");
		run = run_tool(f, "{}");
		g_test_assert_expected_messages();
		assert_told(run, cases[i].status, cases[i].told);
		g_assert_null(strstr(offhook_tool_run_get_result(run), "<h1>"));
		g_clear_object(&f->session);
	}
}

/* ---- its end ---- */

static void
test_slow(Fixture *f, gconstpointer data)
{
	static const char *const pairs[] = {"url=@/hang", "timeout-ms=100", NULL};
	g_autoptr(OffhookToolRun) run = NULL;

	open_tool(f, pairs);
	run = run_tool(f, "{}");
	assert_told(run, OFFHOOK_TOOL_RUN_TIMED_OUT, NULL);
	harness_wait_for(&f->gone, "the end of the request");
}

/* The caller goes on: the request ends, nobody is told, and the next call is as good as ever. */
static void
test_cancel(Fixture *f, gconstpointer data)
{
	static const char *const pairs[] = {"url=@/{path}", "parameters=path", NULL};
	g_autoptr(OffhookToolRun) run = NULL;
	g_autoptr(OffhookToolRun) next = NULL;

	open_tool(f, pairs);
	run = start(f, "{\"path\":\"hang\"}");
	harness_wait_for(&f->hit, "the request");
	offhook_tool_run_cancel(run);
	harness_wait_for(&f->gone, "the end of the request");
	g_assert_cmpint(offhook_tool_run_get_status(run), ==, OFFHOOK_TOOL_RUN_CANCELLED);
	g_assert_cmpuint(f->n_done, ==, 0);
	next = run_tool(f, "{\"path\":\"text\"}");
	assert_told(next, OFFHOOK_TOOL_RUN_OK, "Sunny.");
}

/* The call ends while the service is asked. */
static void
test_gone(Fixture *f, gconstpointer data)
{
	static const char *const pairs[] = {"url=@/hang", NULL};
	g_autoptr(OffhookToolRun) run = NULL;

	open_tool(f, pairs);
	run = start(f, "{}");
	harness_wait_for(&f->hit, "the request");
	g_clear_object(&f->session);
	g_assert_null(offhook_toolbox_find(offhook_agent_host_get_toolbox(f->host), "book"));
	offhook_toolbox_cancel(offhook_agent_host_get_toolbox(f->host));
	harness_wait_for(&f->gone, "the end of the request");
	g_assert_cmpuint(f->n_done, ==, 0);
}

/* Several at once, as models like to call them. */
static void
test_parallel(Fixture *f, gconstpointer data)
{
	static const char *const pairs[] = {"url=@/text", NULL};
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(g_object_unref);

	open_tool(f, pairs);
	for (guint i = 0; i < 8; i++)
		g_ptr_array_add(runs, start(f, "{}"));
	while (f->n_done < 8) {
		f->done = FALSE;
		harness_wait_for(&f->done, "eight answers");
	}
	for (guint i = 0; i < runs->len; i++)
		assert_told(g_ptr_array_index(runs, i), OFFHOOK_TOOL_RUN_OK, "Sunny.");
	g_assert_cmpuint(f->hits, ==, 8);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/tool/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("post", test_post);
	ADD("get", test_get);
	ADD("body", test_body);
	ADD("secret", test_secret);
	ADD("not-asked", test_not_asked);
	ADD("hosts", test_hosts);
	ADD("private", test_private);
	ADD("check", test_check);
	ADD("answers", test_answers);
	ADD("slow", test_slow);
	ADD("cancel", test_cancel);
	ADD("gone", test_gone);
	ADD("parallel", test_parallel);
	return g_test_run();
}
