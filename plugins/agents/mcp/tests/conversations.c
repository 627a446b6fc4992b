/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is said between client and server, whichever way it goes. Main thread.
 */

#include "conversations.h"

#include "harness.h"
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

static void
set_up(McpFixture *self, gconstpointer data)
{
	mcp_fixture_start(self, data, NULL, NULL, NULL);
	mcp_fixture_wait_ready(self);
}

static void
tear_down(McpFixture *self, gconstpointer data)
{
	mcp_fixture_stop(self);
}

/* Begins again, with other arguments and options. */
static void
restart(McpFixture *self, const McpWay *way, const char *more,
	const OffhookMcpClientOptions *options)
{
	mcp_fixture_stop(self);
	mcp_fixture_start(self, way, more, options, NULL);
	mcp_fixture_wait_ready(self);
}

static void
begin_call(McpFixture *self, const char *name, GCancellable *cancellable, GAsyncResult **stored)
{
	g_autoptr(JsonObject) begun = NULL;

	offhook_mcp_client_call_async(self->client, mcp_fixture_find(self, name), NULL, cancellable,
				      harness_store_result_cb, stored);
	begun = mcp_fixture_wait_log(self, name, NULL, 1);
}

/* ---- the list ---- */

static void
test_list(McpFixture *self, gconstpointer data)
{
	const McpWay *way = data;
	GPtrArray *tools = offhook_mcp_client_get_tools(self->client);
	OffhookMcpTool *tool = mcp_fixture_find(self, "crm.find");

	g_assert_cmpstr(offhook_mcp_client_get_version(self->client), ==,
			way->modern ? "2026-07-28" : "2025-11-25");
	/* The one without a schema is left out, and one of the two that have the same name. */
	g_assert_cmpuint(tools->len, ==, way->modern && way->http ? 16 : 17);
	g_assert_null(mcp_fixture_find(self, "no-schema"));
	g_assert_cmpint(mcp_fixture_find(self, "spoiled") == NULL, ==, way->modern && way->http);
	g_assert_true(tool->read_only);
	g_assert_cmpstr(tool->description, ==, "Tool crm.find");
	g_assert_false(mcp_fixture_find(self, "echo")->read_only);
	g_assert_cmpstr(mcp_fixture_find(self, "echo")->description, ==, "Tool echo");
	g_assert_cmpstr(mcp_fixture_find(self, "region")->description, ==, "Region");
	g_assert_cmpuint(self->n_changed, ==, 1);
}

static void
test_pages(McpFixture *self, gconstpointer data)
{
	g_assert_cmpuint(mcp_fixture_count(self, "message", "tools/list"), ==, 1);
	restart(self, data, "--page 3", NULL);
	g_assert_cmpuint(mcp_fixture_count(self, "message", "tools/list"), ==, 7);
	g_assert_nonnull(mcp_fixture_find(self, "region"));
	/* A server that never comes to an end is left there. */
	restart(self, data, "--endless", NULL);
	g_assert_cmpuint(offhook_mcp_client_get_tools(self->client)->len, ==,
			 OFFHOOK_MCP_MAX_PAGES);
}

/* Five notices at once are one change. */
static void
test_changed(McpFixture *self, gconstpointer data)
{
	g_autofree char *text = mcp_fixture_say(self, "change", NULL);

	g_assert_cmpstr(text, ==, "changed");
	mcp_fixture_wait_tool(self, "new-19");
	g_assert_cmpuint(mcp_fixture_count(self, "message", "tools/list"), ==, 2);
	g_assert_cmpuint(self->n_changed, ==, 2);
}

/* ---- calls ---- */

static void
test_call(McpFixture *self, gconstpointer data)
{
	g_autofree char *echo = mcp_fixture_say(
	    self, "echo", "{\"name\":\"J\xc3\xb6rg\\n\\\"x\\\"\",\"n\":[1,2.5,true]}");
	g_autofree char *found = mcp_fixture_say(self, "crm.find", NULL);
	g_autofree char *weather = mcp_fixture_say(self, "weather", NULL);
	g_autofree char *picture = mcp_fixture_say(self, "picture", NULL);

	g_assert_cmpstr(echo, ==, "{\"n\": [1, 2.5, true], \"name\": \"J\\u00f6rg\\n\\\"x\\\"\"}");
	g_assert_cmpstr(found, ==, "{\"name\": \"Ada\", \"n\": 3}");
	g_assert_cmpstr(weather, ==, "Now:\n{\"degrees\":21}");
	g_assert_true(g_str_has_prefix(picture, "Here it is.\n[an image"));
	g_assert_null(strstr(picture, "secret"));
	g_assert_null(strstr(picture, "eHh4"));
}

static void
test_failures(McpFixture *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookMcpResult) result = mcp_fixture_call(self, "fail", NULL, &error);

	g_assert_no_error(error);
	g_assert_true(result->failed);
	g_assert_cmpstr(result->text, ==, "The day must be in the future.");
	g_assert_null(mcp_fixture_call(self, "refuse", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_nonnull(strstr(error->message, "-32602: Invalid params: no such table"));
	g_clear_error(&error);
	g_assert_null(mcp_fixture_call(self, "interact", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
	g_clear_error(&error);
	g_assert_null(mcp_fixture_call(self, "strange", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
}

/* What is longer than a message may be is not waited for; then it goes on. */
static void
test_long(McpFixture *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(mcp_fixture_call(self, "long", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	mcp_fixture_assert_works(self);
}

/* ---- time ---- */

static void
test_timeout(McpFixture *self, gconstpointer data)
{
	OffhookMcpClientOptions options = mcp_options;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) ended = NULL;

	options.call_ms = 700;
	restart(self, data, NULL, &options);
	g_assert_null(mcp_fixture_call(self, "slow", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	/* The server hears of it, and its answer, which comes nevertheless, is for nobody. */
	ended = mcp_fixture_wait_log(self, "slow-ended", NULL, 1);
	g_assert_true(json_object_get_boolean_member(ended, "cancelled"));
	g_assert_true(offhook_mcp_client_is_ready(self->client));
}

static void
test_cancel(McpFixture *self, gconstpointer data)
{
	const McpWay *way = data;
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GAsyncResult) result = NULL;
	GAsyncResult *stored = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) ended = NULL;

	begin_call(self, "slow", cancellable, &stored);
	g_cancellable_cancel(cancellable);
	result = harness_wait_result(&stored, "the cancellation");
	g_assert_null(offhook_mcp_client_call_finish(self->client, result, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	ended = mcp_fixture_wait_log(self, "slow-ended", NULL, 1);
	g_assert_true(json_object_get_boolean_member(ended, "cancelled"));
	/* By closing the connection where that says it, else in words. */
	mcp_fixture_assert_works(self);
	g_assert_cmpuint(mcp_fixture_count(self, "message", "notifications/cancelled"), ==,
			 way->http && way->modern ? 0 : 1);
}

/* Work that shows progress may take longer, but not for ever. */
static void
test_progress(McpFixture *self, gconstpointer data)
{
	OffhookMcpClientOptions options = mcp_options;
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;

	options.call_ms = 1500;
	options.max_call_ms = 4000;
	restart(self, data, NULL, &options);
	text = mcp_fixture_say(self, "progress", "{\"steps\":18,\"ms\":100}");
	g_assert_cmpstr(text, ==, "worked");
	g_assert_null(mcp_fixture_call(self, "progress", "{\"steps\":100000,\"ms\":100}", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
}

/* ---- many at a time ---- */

typedef struct {
	guint n_good, n_busy;
} Many;

static void
many_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	Many *many = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookMcpResult) answer =
	    offhook_mcp_client_call_finish(OFFHOOK_MCP_CLIENT(source), result, &error);

	if (answer != NULL)
		many->n_good++;
	else if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY))
		many->n_busy++;
	else
		g_assert_no_error(error);
}

static gboolean
many_have_ended(gpointer data)
{
	Many *many = data;

	return many->n_good + many->n_busy == OFFHOOK_MCP_MAX_CALLS + 3;
}

static void
test_many(McpFixture *self, gconstpointer data)
{
	Many many = {0, 0};

	for (guint i = 0; i < OFFHOOK_MCP_MAX_CALLS + 3; i++)
		offhook_mcp_client_call_async(self->client, mcp_fixture_find(self, "crm.find"),
					      NULL, NULL, many_cb, &many);
	harness_wait_until(many_have_ended, &many, "all calls");
	g_assert_cmpuint(many.n_busy, ==, 3);
}

/* ---- what the server asks ---- */

static void
test_asked(McpFixture *self, gconstpointer data)
{
	const McpWay *way = data;
	g_autofree char *text = NULL;

	if (way->modern)
		return;
	text = mcp_fixture_say(self, "ask", NULL);
	g_assert_cmpstr(text, ==, "[{}, -32601]");
}

/* ---- the end ---- */

static void
test_stop(McpFixture *self, gconstpointer data)
{
	const McpWay *way = data;
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) told = NULL;

	begin_call(self, "slow", NULL, &stored);
	offhook_mcp_client_stop(self->client);
	result = harness_wait_result(&stored, "the call's end");
	g_assert_null(offhook_mcp_client_call_finish(self->client, result, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	if (way->http && way->modern)
		return;
	told = mcp_fixture_wait_log(self, way->http ? "delete" : "stdin-closed", NULL, 1);
	if (way->http)
		g_assert_nonnull(offhook_json_get_string(told, "session"));
}

/* Without a main loop, too. */
static void
test_finish(McpFixture *self, gconstpointer data)
{
	const McpWay *way = data;

	offhook_mcp_client_finish(self->client);
	if (!way->http)
		g_assert_cmpuint(mcp_fixture_count(self, "stdin-closed", NULL), ==, 1);
	else if (!way->modern)
		g_assert_cmpuint(mcp_fixture_count(self, "delete", NULL), ==, 1);
}

/* The server breaks off in the middle of a call: that one fails, and is not tried again. */
static void
test_broken_off(McpFixture *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(mcp_fixture_call(self, "end", NULL, &error));
	g_assert_cmpuint(error->domain, ==, OFFHOOK_ERROR);
	g_test_message("%s", error->message);
	mcp_fixture_assert_works(self);
	g_assert_cmpuint(mcp_fixture_count(self, "end", NULL), ==, 1);
}

void
mcp_conversations_add(const McpWay *way)
{
	static const struct {
		const char *name;
		void (*test)(McpFixture *, gconstpointer);
	} tests[] = {
	    {"list", test_list},       {"pages", test_pages},           {"changed", test_changed},
	    {"call", test_call},       {"failures", test_failures},     {"long", test_long},
	    {"timeout", test_timeout}, {"cancel", test_cancel},         {"progress", test_progress},
	    {"many", test_many},       {"asked", test_asked},           {"stop", test_stop},
	    {"finish", test_finish},   {"broken-off", test_broken_off},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
		    g_strdup_printf("/mcp-client/%s/%s", way->name, tests[i].name);

		g_test_add(path, McpFixture, way, set_up, tests[i].test, tear_down);
	}
}
