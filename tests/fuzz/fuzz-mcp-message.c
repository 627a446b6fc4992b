/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as what an MCP server says: as lines of a program, as one message and as events over HTTP,
 * whole and byte by byte the same; and whatever is in the messages, as tools and as results.
 */

#include "mcp-body.h"
#include "mcp-headers.h"
#include "mcp-lines.h"
#include "mcp-message.h"
#include "mcp-result.h"
#include "mcp-tool.h"

#include <offhook/json.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* ---- what is in a message ---- */

static void
try_tool(JsonNode *node, GHashTable *taken)
{
	g_autoptr(OffhookMcpTool) tool = NULL;
	g_autofree char *name = NULL;
	g_auto(GStrv) headers = NULL;

	if (!JSON_NODE_HOLDS_OBJECT(node))
		return;
	tool = offhook_mcp_tool_new(json_node_get_object(node), TRUE, NULL);
	if (tool == NULL)
		return;
	name = offhook_mcp_tool_make_name("x", tool->name, taken);
	g_assert_cmpuint(strlen(name), <=, 64);
	/* Any object may be the arguments. */
	headers = offhook_mcp_headers_write(tool->marks, json_node_get_object(node));
	for (char **line = headers; *line != NULL; line++) {
		g_assert_true(g_str_has_prefix(*line, "Mcp-Param-"));
		g_assert_null(strpbrk(*line, "\r\n"));
	}
}

static void
try_message(const OffhookMcpMessage *message, GString *heard)
{
	JsonArray *tools = offhook_json_get_array(message->body, "tools");
	g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(OffhookMcpResult) result = NULL;

	g_string_append_printf(heard, "<%d %" G_GINT64_FORMAT ">", message->kind, message->id);
	if (message->peer_id != NULL) {
		g_autofree char *answer = offhook_mcp_message_write_answer(message->peer_id, 0);

		g_assert_null(strchr(answer, '\n'));
	}
	if (message->kind == OFFHOOK_MCP_RESULT)
		result = offhook_mcp_result_read(message->body, NULL);
	g_assert_true(result == NULL || *result->text != '\0');
	for (guint i = 0; tools != NULL && i < json_array_get_length(tools); i++)
		try_tool(json_array_get_element(tools, i), taken);
}

/* ---- where it comes from ---- */

static void
line_cb(gpointer user_data, const char *line, gsize size)
{
	g_autoptr(OffhookMcpMessage) message = offhook_mcp_message_parse(line, size, NULL);

	g_assert_cmpuint(size, >, 0);
	g_assert_null(memchr(line, '\n', size));
	g_string_append_printf(user_data, "%" G_GSIZE_FORMAT, size);
	if (message != NULL)
		try_message(message, user_data);
}

static char *
read_lines(const guint8 *data, gsize size, gsize step)
{
	GString *heard = g_string_new(NULL);
	g_autoptr(OffhookMcpLines) lines = offhook_mcp_lines_new(4000, line_cb, heard);

	for (gsize at = 0; at < size; at += step)
		if (!offhook_mcp_lines_push(lines, (const char *)data + at, MIN(step, size - at)))
			break;
	return g_string_free(heard, FALSE);
}

static void
message_cb(gpointer user_data, OffhookMcpMessage *message)
{
	g_autoptr(OffhookMcpMessage) own = message;

	try_message(own, user_data);
}

static char *
read_body(const char *type, const guint8 *data, gsize size, gsize step)
{
	GString *heard = g_string_new(NULL);
	g_autoptr(OffhookMcpBody) body = offhook_mcp_body_new(message_cb, heard);

	offhook_mcp_body_begin(body, type);
	for (gsize at = 0; at < size; at += step)
		g_assert_true(offhook_mcp_body_push(body, data + at, MIN(step, size - at), NULL));
	offhook_mcp_body_finish(body, NULL);
	return g_string_free(heard, FALSE);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const char *const types[] = {"application/json", "text/event-stream"};
	g_autofree char *whole = NULL;
	g_autofree char *bytes = NULL;

	size = MIN(size, 100000);
	whole = read_lines(data, size, MAX(size, 1));
	bytes = read_lines(data, size, 1);
	g_assert_cmpstr(whole, ==, bytes);
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *one = read_body(types[i], data, size, MAX(size, 1));
		g_autofree char *many = read_body(types[i], data, size, 1);

		g_assert_cmpstr(one, ==, many);
	}
	return 0;
}
