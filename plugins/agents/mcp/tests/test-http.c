/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What only servers behind a URL do: sessions that are forgotten, tokens, headers, streams that stay open.
 */

#include "fixture.h"

#include "harness.h"
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

static const McpWay legacy = {"http", TRUE, FALSE, "--era legacy"};
static const McpWay modern = {"http", TRUE, TRUE, "--era modern"};
static const McpWay both = {"http", TRUE, TRUE, "--era both"};

static void
start(McpFixture *self, const McpWay *way, const char *more)
{
	mcp_fixture_start(self, way, more, NULL, NULL);
}

/* ---- which protocol? ---- */

static void
test_detection(void)
{
	McpFixture self = {0};

	start(&self, &both, "");
	mcp_fixture_assert_version(&self, "2026-07-28", 0);
	start(&self, &legacy, "");
	mcp_fixture_assert_version(&self, "2025-11-25", 1);
	start(&self, &both, "--unsupported 2025-06-18,2024-11-05");
	mcp_fixture_assert_version(&self, "2025-06-18", 1);
	start(&self, &legacy, "--refuse-version 2025-03-26");
	mcp_fixture_assert_version(&self, "2025-03-26", 2);
	start(&self, &both, "--unsupported 2031-01-01");
	mcp_fixture_wait_problem(&self, OFFHOOK_ERROR_INCOMPATIBLE);
	mcp_fixture_stop(&self);
	start(&self, &legacy, "--old-sse");
	mcp_fixture_wait_problem(&self, OFFHOOK_ERROR_NOT_SUPPORTED);
	g_assert_nonnull(strstr(offhook_mcp_client_get_problem(self.client)->message, "HTTP+SSE"));
	mcp_fixture_stop(&self);
}

/* ---- sessions ---- */

static void
test_no_session(void)
{
	McpFixture self = {0};

	start(&self, &legacy, "--no-session");
	mcp_fixture_wait_ready(&self);
	mcp_fixture_assert_works(&self);
	offhook_mcp_client_finish(self.client);
	g_assert_cmpuint(mcp_fixture_count(&self, "delete", NULL), ==, 0);
	mcp_fixture_stop(&self);
	start(&self, &legacy, "--no-delete");
	mcp_fixture_wait_ready(&self);
	mcp_fixture_stop(&self);
}

typedef struct {
	guint n_good, n_ended;
} Count;

static void
count_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	Count *count = user_data;
	g_autoptr(OffhookMcpResult) answer =
	    offhook_mcp_client_call_finish(OFFHOOK_MCP_CLIENT(source), result, NULL);

	count->n_good += answer != NULL ? 1 : 0;
	count->n_ended++;
}

static gboolean
three_have_ended(gpointer data)
{
	return ((Count *)data)->n_ended == 3;
}

/* The server forgets: nobody notices. Those that find out together begin one session, not three. */
static void
test_forgotten(void)
{
	McpFixture self = {0};
	Count count = {0, 0};

	start(&self, &legacy, "--forget-after 1");
	mcp_fixture_wait_ready(&self);
	for (guint i = 0; i < 3; i++)
		mcp_fixture_assert_works(&self);
	g_assert_cmpuint(mcp_fixture_count(&self, "message", "initialize"), ==, 3);
	mcp_fixture_stop(&self);
	start(&self, &legacy, "--forget-after 3");
	mcp_fixture_wait_ready(&self);
	for (guint i = 0; i < 3; i++)
		mcp_fixture_assert_works(&self);
	for (guint i = 0; i < 3; i++)
		offhook_mcp_client_call_async(self.client, mcp_fixture_find(&self, "echo"), NULL,
					      NULL, count_cb, &count);
	harness_wait_until(three_have_ended, &count, "three calls");
	g_assert_cmpuint(count.n_good, ==, 3);
	g_assert_cmpuint(mcp_fixture_count(&self, "message", "initialize"), ==, 2);
	mcp_fixture_stop(&self);
}

/* One that never knows a session is not asked all the time. */
static void
test_never_known(void)
{
	McpFixture self = {0};

	start(&self, &legacy, "--forget-lists");
	mcp_fixture_wait_problem(&self, OFFHOOK_ERROR_INVALID_STATE);
	g_assert_cmpuint(mcp_fixture_count(&self, "message", "initialize"), ==, 1);
	mcp_fixture_stop(&self);
}

static gboolean
speaks_legacy(gpointer data)
{
	McpFixture *self = data;

	return offhook_mcp_client_is_ready(self->client) &&
	       g_str_equal(offhook_mcp_client_get_version(self->client), "2025-06-18");
}

/* A server that speaks another protocol from now on: the call has failed, the next works. */
static void
test_downgraded(void)
{
	McpFixture self = {0};
	g_autoptr(GError) error = NULL;

	start(&self, &both, "--downgrade-after 1");
	mcp_fixture_wait_ready(&self);
	g_assert_cmpstr(offhook_mcp_client_get_version(self.client), ==, "2026-07-28");
	g_assert_null(mcp_fixture_call(&self, "echo", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	harness_wait_until(speaks_legacy, &self, "the other protocol");
	mcp_fixture_assert_works(&self);
	mcp_fixture_stop(&self);
}

/* ---- who is let in ---- */

static void
test_authorization(void)
{
	static const char *const good[] = {"Authorization: Bearer t0k3n", NULL};
	static const char *const bad[] = {"Authorization: Bearer wr0ng", NULL};
	McpFixture self = {0};
	const char *words;

	mcp_fixture_start(&self, &both, "--token t0k3n", NULL, good);
	mcp_fixture_wait_ready(&self);
	mcp_fixture_assert_works(&self);
	mcp_fixture_stop(&self);
	mcp_fixture_start(&self, &both, "--token t0k3n", NULL, bad);
	mcp_fixture_wait_problem(&self, OFFHOOK_ERROR_AUTHENTICATION);
	words = offhook_mcp_client_get_problem(self.client)->message;
	g_assert_null(strstr(words, "wr0ng"));
	mcp_fixture_stop(&self);
	start(&self, &both, "--unauthorized");
	mcp_fixture_wait_problem(&self, OFFHOOK_ERROR_AUTHENTICATION);
	words = offhook_mcp_client_get_problem(self.client)->message;
	g_assert_nonnull(strstr(words, "OAuth"));
	mcp_fixture_stop(&self);
}

/* ---- headers ---- */

static void
assert_marks(McpFixture *self, const char *arguments, const char *expected)
{
	g_autofree char *text = mcp_fixture_say(self, "region", arguments);

	g_assert_cmpstr(text, ==, expected);
}

/* The emulator compares them with the body; here is which there are. */
static void
test_marks(void)
{
	McpFixture self = {0};

	start(&self, &modern, "");
	mcp_fixture_wait_ready(&self);
	assert_marks(&self, "{\"region\":\"eu\",\"n\":3}",
		     "{\"mcp-param-count\": \"3\", \"mcp-param-region\": \"eu\"}");
	assert_marks(&self, "{\"region\":\"K\xc3\xb6ln \"}",
		     "{\"mcp-param-region\": \"K\\u00f6ln \"}");
	assert_marks(&self, "{\"region\":\"\"}", "{\"mcp-param-region\": \"\"}");
	assert_marks(&self, "{\"region\":null}", "{}");
	assert_marks(&self, "{\"region\":\"a\\r\\nX-Evil: 1\"}",
		     "{\"mcp-param-region\": \"a\\r\\nX-Evil: 1\"}");
	mcp_fixture_stop(&self);
	start(&self, &legacy, "");
	mcp_fixture_wait_ready(&self);
	assert_marks(&self, "{\"region\":\"eu\",\"n\":3}", "{}");
	mcp_fixture_stop(&self);
}

/* ---- streams ---- */

/* What the server has to say comes by a request of its own. */
static void
test_listen(void)
{
	McpFixture self = {0};
	g_autoptr(JsonObject) get = NULL;
	g_autofree char *text = NULL;
	JsonObject *headers;

	start(&self, &legacy, "--listen");
	mcp_fixture_wait_ready(&self);
	get = mcp_fixture_wait_log(&self, "get", NULL, 1);
	headers = offhook_json_get_object(get, "headers");
	g_assert_cmpstr(offhook_json_get_string(headers, "Accept"), ==, "text/event-stream");
	g_assert_nonnull(offhook_json_get_string(headers, "Mcp-Session-Id"));
	text = mcp_fixture_say(&self, "quiet-session", NULL);
	mcp_fixture_wait_tool(&self, "quiet-19");
	mcp_fixture_stop(&self);
	/* Most servers have none, and are not asked again. */
	start(&self, &legacy, "");
	mcp_fixture_wait_ready(&self);
	json_object_unref(mcp_fixture_wait_log(&self, "get", NULL, 1));
	mcp_fixture_assert_works(&self);
	g_assert_cmpuint(mcp_fixture_count(&self, "get", NULL), ==, 1);
	mcp_fixture_stop(&self);
}

static void
test_keeps_open(void)
{
	McpFixture self = {0};

	start(&self, &legacy, "--sse --keeps-open");
	mcp_fixture_wait_ready(&self);
	for (guint i = 0; i < 40; i++)
		mcp_fixture_assert_works(&self);
	mcp_fixture_stop(&self);
}

/* ---- there and gone ---- */

static void
test_down(void)
{
	McpFixture self = {0};
	g_autoptr(GError) error = NULL;

	start(&self, &both, "--down-for 3");
	mcp_fixture_wait_problem(&self, OFFHOOK_ERROR_BUSY);
	mcp_fixture_wait_ready(&self);
	g_assert_null(offhook_mcp_client_get_problem(self.client));
	mcp_fixture_assert_works(&self);
	g_subprocess_force_exit(self.server);
	g_subprocess_wait(self.server, NULL, NULL);
	g_assert_null(mcp_fixture_call(&self, "echo", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	mcp_fixture_stop(&self);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mcp-http/detection", test_detection);
	g_test_add_func("/mcp-http/no-session", test_no_session);
	g_test_add_func("/mcp-http/forgotten", test_forgotten);
	g_test_add_func("/mcp-http/never-known", test_never_known);
	g_test_add_func("/mcp-http/downgraded", test_downgraded);
	g_test_add_func("/mcp-http/authorization", test_authorization);
	g_test_add_func("/mcp-http/marks", test_marks);
	g_test_add_func("/mcp-http/listen", test_listen);
	g_test_add_func("/mcp-http/keeps-open", test_keeps_open);
	g_test_add_func("/mcp-http/down", test_down);
	return g_test_run();
}
