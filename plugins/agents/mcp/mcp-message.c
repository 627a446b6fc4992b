/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * JSON-RPC messages, read and written. Any thread.
 */

#include "mcp-message.h"

#include <offhook/error.h>
#include <offhook/json.h>

void
offhook_mcp_message_free(OffhookMcpMessage *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->root, json_object_unref);
	g_free(self);
}

/* ---- reading ---- */

static gboolean
offhook_mcp_message_fail(const char *why, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "the server's message %s", why);
	return FALSE;
}

/* Ours are numbers: a string that looks like one is another's. */
static gint64
offhook_mcp_message_read_id(JsonObject *root)
{
	JsonNode *node = json_object_get_member(root, "id");

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != G_TYPE_INT64)
		return 0;
	return MAX(json_node_get_int(node), 0);
}

static gboolean
offhook_mcp_message_read_call(OffhookMcpMessage *self, GError **error)
{
	JsonNode *id = json_object_get_member(self->root, "id");
	GType type;

	self->body = offhook_json_get_object(self->root, "params");
	self->kind = OFFHOOK_MCP_NOTIFICATION;
	if (id == NULL)
		return TRUE;
	self->kind = OFFHOOK_MCP_REQUEST;
	self->peer_id = id;
	type = JSON_NODE_HOLDS_VALUE(id) ? json_node_get_value_type(id) : G_TYPE_INVALID;
	if (type != G_TYPE_INT64 && type != G_TYPE_STRING)
		return offhook_mcp_message_fail("has an id that is neither string nor number",
						error);
	return TRUE;
}

static gboolean
offhook_mcp_message_read_error(OffhookMcpMessage *self, JsonObject *object, GError **error)
{
	JsonNode *code = json_object_get_member(object, "code");

	if (code == NULL || !JSON_NODE_HOLDS_VALUE(code) ||
	    json_node_get_value_type(code) != G_TYPE_INT64)
		return offhook_mcp_message_fail("is an error without a code", error);
	self->kind = OFFHOOK_MCP_ERROR;
	self->code = json_node_get_int(code);
	self->text = offhook_json_get_string(object, "message");
	self->body = offhook_json_get_object(object, "data");
	return TRUE;
}

static gboolean
offhook_mcp_message_read(OffhookMcpMessage *self, GError **error)
{
	JsonObject *refusal = offhook_json_get_object(self->root, "error");

	if (g_strcmp0(offhook_json_get_string(self->root, "jsonrpc"), "2.0") != 0)
		return offhook_mcp_message_fail("is not JSON-RPC 2.0", error);
	self->method = offhook_json_get_string(self->root, "method");
	if (self->method != NULL)
		return offhook_mcp_message_read_call(self, error);
	self->id = offhook_mcp_message_read_id(self->root);
	if (refusal != NULL)
		return offhook_mcp_message_read_error(self, refusal, error);
	self->kind = OFFHOOK_MCP_RESULT;
	self->body = offhook_json_get_object(self->root, "result");
	if (self->body == NULL)
		return offhook_mcp_message_fail("has neither method, result nor error", error);
	return TRUE;
}

OffhookMcpMessage *
offhook_mcp_message_parse(const char *text, gsize size, GError **error)
{
	g_autoptr(OffhookMcpMessage) self = g_new0(OffhookMcpMessage, 1);

	if (size > OFFHOOK_MCP_MAX_MESSAGE) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "the server's message is longer than %d bytes",
			    OFFHOOK_MCP_MAX_MESSAGE);
		return NULL;
	}
	self->root = offhook_json_parse_object(text, (gssize)size, "the server's message", error);
	if (self->root == NULL || !offhook_mcp_message_read(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

/* ---- writing ---- */

static JsonObject *
offhook_mcp_message_begin(void)
{
	JsonObject *root = json_object_new();

	json_object_set_string_member(root, "jsonrpc", "2.0");
	return root;
}

/* @root: (transfer full) */
static char *
offhook_mcp_message_end(JsonObject *root)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

	json_node_take_object(node, root);
	return offhook_json_node_to_string(node);
}

static void
offhook_mcp_message_set_call(JsonObject *root, const char *method, JsonObject *params)
{
	json_object_set_string_member(root, "method", method);
	if (params != NULL)
		json_object_set_object_member(root, "params", params);
}

char *
offhook_mcp_message_write_request(gint64 id, const char *method, JsonObject *params)
{
	JsonObject *root = offhook_mcp_message_begin();

	json_object_set_int_member(root, "id", id);
	offhook_mcp_message_set_call(root, method, params);
	return offhook_mcp_message_end(root);
}

char *
offhook_mcp_message_write_notification(const char *method, JsonObject *params)
{
	JsonObject *root = offhook_mcp_message_begin();

	offhook_mcp_message_set_call(root, method, params);
	return offhook_mcp_message_end(root);
}

char *
offhook_mcp_message_write_answer(JsonNode *peer_id, gint64 code)
{
	JsonObject *root = offhook_mcp_message_begin();

	json_object_set_member(root, "id", json_node_copy(peer_id));
	if (code == 0) {
		json_object_set_object_member(root, "result", json_object_new());
	} else {
		JsonObject *refusal = json_object_new();

		json_object_set_int_member(refusal, "code", code);
		json_object_set_string_member(
		    refusal, "message",
		    code == OFFHOOK_MCP_METHOD_NOT_FOUND ? "Method not found" : "Refused");
		json_object_set_object_member(root, "error", refusal);
	}
	return offhook_mcp_message_end(root);
}
