/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The list of the server's tools: read page by page, and again when it changes or gets old. Main thread.
 */

#include "mcp-client-private.h"
#include <offhook/error.h>
#include <offhook/json.h>

#define TTL_MIN_MS 1000
#define TTL_MAX_MS (60 * 60 * 1000)
/* A list that is old at once is not asked for all the time. */
#define TTL_NONE_MS (60 * 1000)

static void offhook_mcp_client_ask_page(OffhookMcpClient *self, const char *cursor);

/* ---- a tool ---- */

static void
offhook_mcp_client_add_tool(OffhookMcpClient *self, JsonNode *node)
{
	gboolean heeds_marks = self->modern && offhook_mcp_transport_is_by_request(self->transport);
	g_autoptr(OffhookMcpTool) tool = NULL;
	g_autoptr(GError) error = NULL;

	if (!JSON_NODE_HOLDS_OBJECT(node) || self->listing->len >= OFFHOOK_MCP_MAX_TOOLS)
		return;
	tool = offhook_mcp_tool_new(json_node_get_object(node), heeds_marks, &error);
	if (tool == NULL) {
		g_debug("a tool of an MCP server is left out: %s", error->message);
		return;
	}
	if (g_hash_table_add(self->listed, g_strdup(tool->name)))
		g_ptr_array_add(self->listing, g_steal_pointer(&tool));
}

/* ---- the list ---- */

void
offhook_mcp_client_drop_list(OffhookMcpClient *self)
{
	g_clear_handle_id(&self->list_id, g_source_remove);
	g_clear_pointer(&self->listing, g_ptr_array_unref);
	g_clear_pointer(&self->listed, g_hash_table_unref);
	self->list_again = FALSE;
	g_ptr_array_unref(self->tools);
	self->tools = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_mcp_tool_unref);
}

static void
offhook_mcp_client_finish_list(OffhookMcpClient *self)
{
	g_ptr_array_unref(self->tools);
	self->tools = g_steal_pointer(&self->listing);
	g_clear_pointer(&self->listed, g_hash_table_unref);
	if (self->state == OFFHOOK_MCP_STATE_LISTING)
		self->ready_since = g_get_monotonic_time();
	self->state = OFFHOOK_MCP_STATE_READY;
	g_clear_error(&self->problem);
	if (self->list_again)
		offhook_mcp_client_list(self);
	else if (self->ttl_ms >= 0)
		offhook_mcp_client_list_later(
		    self, self->ttl_ms > 0 ? (guint)CLAMP(self->ttl_ms, TTL_MIN_MS, TTL_MAX_MS)
					   : TTL_NONE_MS);
	offhook_mcp_client_emit_changed(self);
}

/* Without the new list the old one will do; without any the server is of no use. */
static void
offhook_mcp_client_fail_list(OffhookMcpClient *self, const OffhookMcpMessage *message,
			     const GError *error)
{
	g_autoptr(GError) reason = NULL;

	g_clear_pointer(&self->listing, g_ptr_array_unref);
	g_clear_pointer(&self->listed, g_hash_table_unref);
	/* A session that is forgotten before it was of use is tried again, but not all the time. */
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE) &&
	    self->state == OFFHOOK_MCP_STATE_READY) {
		offhook_mcp_client_renew(self);
		return;
	}
	reason = offhook_mcp_client_explain(message, error, "the list of its tools");
	if (self->state == OFFHOOK_MCP_STATE_READY)
		g_debug("the tools of an MCP server stay as they were: %s", reason->message);
	else
		offhook_mcp_client_go_down(self, reason);
}

static void
offhook_mcp_client_listed_cb(gpointer user_data, const OffhookMcpMessage *message,
			     const GError *error)
{
	OffhookMcpClient *self = user_data;
	const char *cursor;
	JsonArray *tools;

	if (message == NULL ||
	    (message->kind == OFFHOOK_MCP_ERROR && message->code != OFFHOOK_MCP_METHOD_NOT_FOUND)) {
		offhook_mcp_client_fail_list(self, message, error);
		return;
	}
	/* One that does not know the question has no tools. */
	if (message->kind == OFFHOOK_MCP_ERROR) {
		offhook_mcp_client_finish_list(self);
		return;
	}
	tools = offhook_json_get_array(message->body, "tools");
	for (guint i = 0; tools != NULL && i < json_array_get_length(tools); i++)
		offhook_mcp_client_add_tool(self, json_array_get_element(tools, i));
	self->ttl_ms = self->modern ? offhook_json_get_number(message->body, "ttlMs") : -1;
	cursor = offhook_json_get_string(message->body, "nextCursor");
	if (cursor != NULL && ++self->pages < OFFHOOK_MCP_MAX_PAGES &&
	    self->listing->len < OFFHOOK_MCP_MAX_TOOLS)
		offhook_mcp_client_ask_page(self, cursor);
	else
		offhook_mcp_client_finish_list(self);
}

static void
offhook_mcp_client_ask_page(OffhookMcpClient *self, const char *cursor)
{
	JsonObject *params = json_object_new();

	if (cursor != NULL)
		json_object_set_string_member(params, "cursor", cursor);
	offhook_mcp_client_ask(self, &(OffhookMcpQuestion){
					 .method = "tools/list",
					 .params = params,
					 .timeout_ms = self->options.connect_ms,
					 .func = offhook_mcp_client_listed_cb,
					 .user_data = self,
				     });
}

void
offhook_mcp_client_list(OffhookMcpClient *self)
{
	g_clear_handle_id(&self->list_id, g_source_remove);
	self->list_again = FALSE;
	self->pages = 0;
	g_clear_pointer(&self->listing, g_ptr_array_unref);
	g_clear_pointer(&self->listed, g_hash_table_unref);
	self->listing = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_mcp_tool_unref);
	self->listed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	offhook_mcp_client_ask_page(self, NULL);
}

static gboolean
offhook_mcp_client_list_cb(gpointer user_data)
{
	OffhookMcpClient *self = user_data;

	self->list_id = 0;
	if (self->state != OFFHOOK_MCP_STATE_READY || self->listing != NULL)
		self->list_again = self->state >= OFFHOOK_MCP_STATE_LISTING;
	else
		offhook_mcp_client_list(self);
	return G_SOURCE_REMOVE;
}

void
offhook_mcp_client_list_later(OffhookMcpClient *self, guint ms)
{
	if (self->state != OFFHOOK_MCP_STATE_READY && self->state != OFFHOOK_MCP_STATE_LISTING)
		return;
	g_clear_handle_id(&self->list_id, g_source_remove);
	self->list_id = g_timeout_add(ms, offhook_mcp_client_list_cb, self);
}
