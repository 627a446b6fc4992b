/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the files of the client share. Main thread. */
#pragma once

#include "mcp-client.h"

G_BEGIN_DECLS

#define OFFHOOK_MCP_VERSION_MODERN "2026-07-28"

typedef enum {
	OFFHOOK_MCP_STATE_DOWN,         /* waits for the next attempt */
	OFFHOOK_MCP_STATE_PROBING,      /* which protocol? */
	OFFHOOK_MCP_STATE_INITIALIZING, /* the handshake of the legacy one */
	OFFHOOK_MCP_STATE_LISTING,      /* from here on tools can be called */
	OFFHOOK_MCP_STATE_READY,
	OFFHOOK_MCP_STATE_STOPPED,
} OffhookMcpState;

/** @message: (nullable): a result or an error; else @error says why there is none. Once. */
typedef void (*OffhookMcpAnswerFunc)(gpointer user_data, const OffhookMcpMessage *message,
				     const GError *error);

/** What is asked. Borrowed. */
typedef struct {
	const char *method;
	JsonObject *params;   /* (nullable) (transfer full) */
	OffhookMcpTool *tool; /* (nullable): that is called with `params.arguments` */
	guint timeout_ms;
	guint max_ms; /* 0: progress does not make it longer */
	OffhookMcpAnswerFunc func;
	gpointer user_data;
} OffhookMcpQuestion;

struct _OffhookMcpClient {
	GObject parent_instance;

	OffhookMcpTransport *transport;
	OffhookMcpClientOptions options;
	OffhookMcpState state;
	GError *problem;        /* (nullable) */
	OffhookMcpProtocol era; /* AUTO: not found out yet */
	gboolean modern;        /* what is spoken now */
	char *version;          /* (nullable): agreed */
	gboolean asked_again;   /* the handshake is done with a version that the server named */
	guint session;          /* counts connections: what belongs to an earlier one is void */
	gint64 last_id;
	GHashTable *requests; /* gint64 -> OffhookMcpRequest */

	GQueue waiting; /* of OffhookMcpCall: until there is a session again */
	guint n_calls;  /* these and those under way */

	guint retry_id;
	guint retry_ms;
	gint64 ready_since;

	GPtrArray *tools;
	GPtrArray *listing; /* (nullable): the list that is being read */
	GHashTable *listed; /* (nullable): names in it */
	guint pages;
	gint64 ttl_ms;       /* negative: the server did not say */
	guint list_id;       /* the next list, later */
	gboolean list_again; /* it changed while it was read */
};

/* mcp-client.c */
/** Returns: the id, with which offhook_mcp_client_forget() takes the question back */
gint64 offhook_mcp_client_ask(OffhookMcpClient *self, const OffhookMcpQuestion *question);
void offhook_mcp_client_forget(OffhookMcpClient *self, gint64 id, const char *reason);
/** @params: (nullable) (transfer full) */
void offhook_mcp_client_notify(OffhookMcpClient *self, const char *method, JsonObject *params);
/** All that is under way has no answer any more. @calls: calls of tools, too, which fail with @error */
void offhook_mcp_client_void_requests(OffhookMcpClient *self, gboolean calls, const GError *error);
void offhook_mcp_client_emit_changed(OffhookMcpClient *self);
/** (transfer full): an answer that is an error, or the reason why there is none */
GError *offhook_mcp_client_explain(const OffhookMcpMessage *message, const GError *error,
				   const char *what);

/* mcp-client-connect.c */
void offhook_mcp_client_connect(OffhookMcpClient *self);
/** The session is to be begun anew on the same connection. */
void offhook_mcp_client_renew(OffhookMcpClient *self);
/** @error: (transfer none): why it is gone; it will be tried again */
void offhook_mcp_client_go_down(OffhookMcpClient *self, const GError *error);
/** The connection has ended by itself. */
void offhook_mcp_client_lose(OffhookMcpClient *self, const GError *error);

/* mcp-client-list.c */
void offhook_mcp_client_list(OffhookMcpClient *self);
/** In @ms; what is there now will do until then. */
void offhook_mcp_client_list_later(OffhookMcpClient *self, guint ms);
void offhook_mcp_client_drop_list(OffhookMcpClient *self);

/* mcp-client-call.c */
void offhook_mcp_client_send_waiting(OffhookMcpClient *self);
void offhook_mcp_client_fail_waiting(OffhookMcpClient *self, const GError *error);

/** A tool's call has ended. @error: (nullable) */
void offhook_mcp_client_tell_called(OffhookMcpClient *self, const GError *error);

G_END_DECLS
