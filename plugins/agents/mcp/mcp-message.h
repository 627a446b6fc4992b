/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * JSON-RPC 2.0 as MCP has it: one message, read from outside or made to be sent. Our ids are whole
 * numbers from 1 on. Any thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** The most that a message from a server may hold, in bytes. */
#define OFFHOOK_MCP_MAX_MESSAGE (4 * 1024 * 1024)

/** Codes of errors; the lower ones are of JSON-RPC, the others of the modern protocol. */
#define OFFHOOK_MCP_METHOD_NOT_FOUND    (-32601)
#define OFFHOOK_MCP_INVALID_PARAMS      (-32602)
#define OFFHOOK_MCP_HEADER_MISMATCH     (-32020)
#define OFFHOOK_MCP_MISSING_CAPABILITY  (-32021)
#define OFFHOOK_MCP_UNSUPPORTED_VERSION (-32022)

typedef enum {
	OFFHOOK_MCP_RESULT,
	OFFHOOK_MCP_ERROR,
	OFFHOOK_MCP_REQUEST, /* of the server */
	OFFHOOK_MCP_NOTIFICATION,
} OffhookMcpKind;

typedef struct {
	OffhookMcpKind kind;
	gint64 id;          /* of RESULT and ERROR: which request; 0: none of ours */
	JsonNode *peer_id;  /* (nullable): of REQUEST, a string or a number */
	const char *method; /* (nullable): of REQUEST and NOTIFICATION */
	JsonObject *body;   /* (nullable): the result, the parameters, or the error's data */
	gint64 code;        /* of ERROR */
	const char *text;   /* (nullable): of ERROR; a server's, so it can be anything */
	JsonObject *root;   /* holds all of the above */
} OffhookMcpMessage;

/** Returns: (transfer full) (nullable): %OFFHOOK_ERROR_FORMAT or %OFFHOOK_ERROR_LIMIT */
OffhookMcpMessage *offhook_mcp_message_parse(const char *text, gsize size, GError **error);
void offhook_mcp_message_free(OffhookMcpMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMcpMessage, offhook_mcp_message_free)

/*
 * Messages to be sent, each one line. (transfer full)
 * @params: (nullable) (transfer full)
 */
char *offhook_mcp_message_write_request(gint64 id, const char *method, JsonObject *params);
char *offhook_mcp_message_write_notification(const char *method, JsonObject *params);
/** The answer to a server's request: an empty result, or with @code an error. */
char *offhook_mcp_message_write_answer(JsonNode *peer_id, gint64 code);

G_END_DECLS
