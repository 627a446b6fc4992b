/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Messages, lines and bodies: what is one, what is none, and cut anywhere.
 */

#include "../mcp-body.h"
#include "../mcp-lines.h"
#include "../mcp-message.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

static void
test_kinds(void)
{
	static const struct {
		const char *text;
		OffhookMcpKind kind;
		gint64 id;
	} cases[] = {
	    {"{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{}}", OFFHOOK_MCP_RESULT, 4},
	    {"{\"jsonrpc\":\"2.0\",\"id\":\"4\",\"result\":{}}", OFFHOOK_MCP_RESULT, 0},
	    {"{\"jsonrpc\":\"2.0\",\"id\":-4,\"result\":{}}", OFFHOOK_MCP_RESULT, 0},
	    {"{\"jsonrpc\":\"2.0\",\"id\":4.5,\"result\":{}}", OFFHOOK_MCP_RESULT, 0},
	    {"{\"jsonrpc\":\"2.0\",\"id\":4,\"error\":{\"code\":-1,\"message\":\"x\"}}",
	     OFFHOOK_MCP_ERROR, 4},
	    {"{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-1}}", OFFHOOK_MCP_ERROR, 0},
	    {"{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}", OFFHOOK_MCP_REQUEST, 0},
	    {"{\"jsonrpc\":\"2.0\",\"method\":\"n\",\"params\":{}}", OFFHOOK_MCP_NOTIFICATION, 0},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookMcpMessage) message =
		    offhook_mcp_message_parse(cases[i].text, strlen(cases[i].text), &error);

		g_assert_no_error(error);
		g_assert_cmpint(message->kind, ==, cases[i].kind);
		g_assert_cmpint(message->id, ==, cases[i].id);
	}
}

static void
test_none(void)
{
	static const char *const cases[] = {
	    "",
	    "hello",
	    "[]",
	    "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}]",
	    "{\"id\":1,\"result\":{}}",
	    "{\"jsonrpc\":\"1.0\",\"id\":1,\"result\":{}}",
	    "{\"jsonrpc\":\"2.0\",\"id\":1}",
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":3}",
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{}}",
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":\"x\"}}",
	    "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
	    "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"ping\"}",
	    "{\"jsonrpc\":\"2.0\",\"method\":7}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_mcp_message_parse(cases[i], strlen(cases[i]), &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
}

/* What is written is one line, whatever is in it, and is read again. */
static void
test_written(void)
{
	JsonObject *params = json_object_new();
	g_autofree char *request = NULL;
	g_autofree char *answer = NULL;
	g_autofree char *refusal = NULL;
	g_autoptr(OffhookMcpMessage) read = NULL;

	json_object_set_string_member(params, "text", "two\nlines \xe2\x80\xa8 \"and\" more");
	request = offhook_mcp_message_write_request(7, "tools/call", params);
	g_assert_null(strchr(request, '\n'));
	read = offhook_mcp_message_parse(request, strlen(request), NULL);
	g_assert_cmpint(read->kind, ==, OFFHOOK_MCP_REQUEST);
	g_assert_cmpint(json_node_get_int(read->peer_id), ==, 7);
	g_assert_cmpstr(offhook_json_get_string(read->body, "text"), ==,
			"two\nlines \xe2\x80\xa8 \"and\" more");
	answer = offhook_mcp_message_write_answer(read->peer_id, 0);
	g_assert_cmpstr(answer, ==, "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}");
	refusal = offhook_mcp_message_write_answer(read->peer_id, OFFHOOK_MCP_METHOD_NOT_FOUND);
	g_assert_cmpstr(refusal, ==,
			"{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32601,\"message\":"
			"\"Method not found\"}}");
}

/* ---- lines ---- */

static void
line_cb(gpointer user_data, const char *line, gsize size)
{
	g_assert_cmpuint(strlen(line), <=, size);
	g_string_append_printf(user_data, "<%s>", line);
}

static void
test_lines(void)
{
	static const char text[] = "a\nbc\r\n\n\r\nd\re\n\xc3\xa4\nlast";

	for (gsize step = 1; step <= sizeof text; step++) {
		g_autoptr(GString) heard = g_string_new(NULL);
		g_autoptr(OffhookMcpLines) lines = offhook_mcp_lines_new(100, line_cb, heard);

		for (gsize at = 0; at < strlen(text); at += step)
			g_assert_true(
			    offhook_mcp_lines_push(lines, text + at, MIN(step, strlen(text) - at)));
		g_assert_cmpstr(heard->str, ==, "<a><bc><d\re><\xc3\xa4>");
	}
}

static void
test_long_lines(void)
{
	g_autofree char *fits = g_strnfill(100, 'x');
	g_autoptr(GString) heard = g_string_new(NULL);
	g_autoptr(OffhookMcpLines) strict = offhook_mcp_lines_new(100, line_cb, heard);
	g_autoptr(OffhookMcpLines) cut = offhook_mcp_lines_new(0, line_cb, heard);

	g_assert_true(offhook_mcp_lines_push(strict, fits, 100));
	g_assert_true(offhook_mcp_lines_push(strict, "\n", 1));
	g_assert_cmpuint(heard->len, ==, 102);
	g_assert_true(offhook_mcp_lines_push(strict, fits, 100));
	g_assert_false(offhook_mcp_lines_push(strict, "x", 1));
	g_string_truncate(heard, 0);
	for (guint i = 0; i < 1000; i++)
		g_assert_true(offhook_mcp_lines_push(cut, fits, 100));
	g_assert_true(offhook_mcp_lines_push(cut, "\nnext\n", 6));
	g_assert_cmpuint(heard->len, <, 5000);
	g_assert_true(g_str_has_suffix(heard->str, "<next>"));
}

/* ---- bodies ---- */

static void
message_cb(gpointer user_data, OffhookMcpMessage *message)
{
	g_autoptr(OffhookMcpMessage) own = message;

	g_string_append_printf(user_data, "<%" G_GINT64_FORMAT ">", own->id);
}

static char *
read_body(const char *type, const char *text, gsize step, int code)
{
	GString *heard = g_string_new(NULL);
	g_autoptr(OffhookMcpBody) body = offhook_mcp_body_new(message_cb, heard);
	g_autoptr(GError) error = NULL;

	offhook_mcp_body_begin(body, type);
	for (gsize at = 0; at < strlen(text); at += step)
		g_assert_true(offhook_mcp_body_push(body, (const guint8 *)text + at,
						    MIN(step, strlen(text) - at), NULL));
	if (offhook_mcp_body_finish(body, &error))
		g_assert_cmpint(code, <, 0);
	else
		g_assert_error(error, OFFHOOK_ERROR, code);
	return g_string_free(heard, FALSE);
}

#define MESSAGE(id) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"result\":{}}"

static void
test_bodies(void)
{
	static const struct {
		const char *type, *text, *heard;
		int code;
	} cases[] = {
	    {"application/json", MESSAGE("1"), "<1>", -1},
	    {"application/json; charset=utf-8", " " MESSAGE("1") "\n", "<1>", -1},
	    {NULL, MESSAGE("1"), "<1>", -1},
	    {"application/json", "", "", -1},
	    {"text/html", "<html>", "", OFFHOOK_ERROR_FORMAT},
	    {"text/event-stream", "data: " MESSAGE("1") "\n\ndata: " MESSAGE("2") "\n\n", "<1><2>",
	     -1},
	    {"Text/Event-Stream;charset=utf-8",
	     ": ping\n\nid: 7\ndata:\n\nevent: message\ndata: " MESSAGE("1") "\n\n", "<1>", -1},
	    {"text/event-stream", "event: endpoint\ndata: /messages\n\ndata: " MESSAGE("1") "\n\n",
	     "<1>", -1},
	    {"text/event-stream", "data: {broken\n\ndata: " MESSAGE("1") "\n\n", "<1>", -1},
	    {"text/event-stream", "data: " MESSAGE("1"), "<1>", -1},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		for (gsize step = 1; step < 90; step++) {
			g_autofree char *heard =
			    read_body(cases[i].type, cases[i].text, step, cases[i].code);

			g_assert_cmpstr(heard, ==, cases[i].heard);
		}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mcp-message/kinds", test_kinds);
	g_test_add_func("/mcp-message/none", test_none);
	g_test_add_func("/mcp-message/written", test_written);
	g_test_add_func("/mcp-message/lines", test_lines);
	g_test_add_func("/mcp-message/long-lines", test_long_lines);
	g_test_add_func("/mcp-message/bodies", test_bodies);
	return g_test_run();
}
