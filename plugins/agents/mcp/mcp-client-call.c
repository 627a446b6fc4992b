/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls of tools. One that the server has forgotten with its session is sent once more; nothing else
 * is, for it may have been done. Main thread.
 */

#include "mcp-client-private.h"
#include <offhook/error.h>
#include <offhook/json.h>

/** A call on its way. */
typedef struct {
	OffhookMcpClient *client; /* the task holds it */
	GTask *task;
	OffhookMcpTool *tool;
	JsonObject *arguments;  /* (nullable) */
	GSource *cancel_source; /* (nullable) */
	guint wait_id;          /* while it waits for a session */
	gint64 id;              /* 0: it waits */
	guint session;          /* with which it was sent */
	gboolean replayed;
} OffhookMcpCall;

static void
offhook_mcp_call_free(OffhookMcpCall *call)
{
	call->client->n_calls--;
	g_clear_handle_id(&call->wait_id, g_source_remove);
	if (call->cancel_source != NULL) {
		g_source_destroy(call->cancel_source);
		g_source_unref(call->cancel_source);
	}
	offhook_mcp_tool_unref(call->tool);
	g_clear_pointer(&call->arguments, json_object_unref);
	g_object_unref(call->task);
	g_free(call);
}

/* @error: (transfer full) */
static void
offhook_mcp_call_fail(OffhookMcpCall *call, GError *error)
{
	g_autoptr(GTask) task = g_object_ref(call->task);

	offhook_mcp_client_tell_called(call->client, error);
	offhook_mcp_call_free(call);
	g_task_return_error(task, error);
}

static void
offhook_mcp_call_finish(OffhookMcpCall *call, JsonObject *body)
{
	g_autoptr(GTask) task = g_object_ref(call->task);
	GError *error = NULL;
	OffhookMcpResult *result = offhook_mcp_result_read(body, &error);

	offhook_mcp_client_tell_called(call->client, NULL);
	offhook_mcp_call_free(call);
	if (result != NULL)
		g_task_return_pointer(task, result, (GDestroyNotify)offhook_mcp_result_free);
	else
		g_task_return_error(task, error);
}

/* ---- waiting ---- */

static gboolean
offhook_mcp_call_waited_cb(gpointer user_data)
{
	OffhookMcpCall *call = user_data;

	call->wait_id = 0;
	g_queue_remove(&call->client->waiting, call);
	offhook_mcp_call_fail(call, g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
						"the server has not come back in time"));
	return G_SOURCE_REMOVE;
}

static void
offhook_mcp_call_wait(OffhookMcpCall *call)
{
	OffhookMcpClient *client = call->client;

	call->id = 0;
	g_queue_push_tail(&client->waiting, call);
	call->wait_id = g_timeout_add(client->options.call_ms, offhook_mcp_call_waited_cb, call);
}

void
offhook_mcp_client_fail_waiting(OffhookMcpClient *self, const GError *error)
{
	OffhookMcpCall *call;

	while ((call = g_queue_pop_head(&self->waiting)) != NULL)
		offhook_mcp_call_fail(call, g_error_copy(error));
}

/* ---- the answer ---- */

static void offhook_mcp_call_send(OffhookMcpCall *call);

static gboolean
offhook_mcp_client_can_send(OffhookMcpClient *self)
{
	return self->state == OFFHOOK_MCP_STATE_LISTING || self->state == OFFHOOK_MCP_STATE_READY;
}

/* The first that hears of it has the session renewed; the others wait, or find it renewed. */
static void
offhook_mcp_call_replay(OffhookMcpCall *call)
{
	g_autoptr(OffhookMcpClient) client = g_object_ref(call->client);
	guint session = call->session;

	call->replayed = TRUE;
	if (session != client->session && offhook_mcp_client_can_send(client)) {
		offhook_mcp_call_send(call);
		return;
	}
	offhook_mcp_call_wait(call);
	if (session == client->session)
		offhook_mcp_client_renew(client);
}

/* The server is not what it was: other arguments are headers, or it speaks another protocol. */
static void
offhook_mcp_client_look_again(OffhookMcpClient *self, gint64 code)
{
	if (code == OFFHOOK_MCP_HEADER_MISMATCH)
		offhook_mcp_client_list_later(self, 0);
	else if (code == OFFHOOK_MCP_UNSUPPORTED_VERSION && offhook_mcp_client_can_send(self))
		offhook_mcp_client_renew(self);
}

static void
offhook_mcp_call_answered_cb(gpointer user_data, const OffhookMcpMessage *message,
			     const GError *error)
{
	OffhookMcpCall *call = user_data;
	g_autoptr(OffhookMcpClient) client = g_object_ref(call->client);

	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE) && !call->replayed) {
		offhook_mcp_call_replay(call);
	} else if (message != NULL && message->kind == OFFHOOK_MCP_RESULT) {
		offhook_mcp_call_finish(call, message->body);
	} else {
		offhook_mcp_call_fail(call, offhook_mcp_client_explain(message, error, "the call"));
		offhook_mcp_client_look_again(client, message != NULL ? message->code : 0);
	}
}

static void
offhook_mcp_call_send(OffhookMcpCall *call)
{
	OffhookMcpClient *client = call->client;
	JsonObject *params = json_object_new();

	json_object_set_string_member(params, "name", call->tool->name);
	json_object_set_object_member(params, "arguments",
				      call->arguments != NULL ? json_object_ref(call->arguments)
							      : json_object_new());
	call->session = client->session;
	call->id = offhook_mcp_client_ask(client, &(OffhookMcpQuestion){
						      .method = "tools/call",
						      .params = params,
						      .tool = call->tool,
						      .timeout_ms = client->options.call_ms,
						      .max_ms = client->options.max_call_ms,
						      .func = offhook_mcp_call_answered_cb,
						      .user_data = call,
						  });
}

void
offhook_mcp_client_send_waiting(OffhookMcpClient *self)
{
	OffhookMcpCall *call;

	while ((call = g_queue_pop_head(&self->waiting)) != NULL) {
		g_clear_handle_id(&call->wait_id, g_source_remove);
		offhook_mcp_call_send(call);
	}
}

/* ---- a call ---- */

static gboolean
offhook_mcp_call_cancelled_cb(GCancellable *cancellable, gpointer user_data)
{
	OffhookMcpCall *call = user_data;

	if (call->id != 0)
		offhook_mcp_client_forget(call->client, call->id, "the caller does not wait");
	else
		g_queue_remove(&call->client->waiting, call);
	offhook_mcp_call_fail(
	    call, g_error_new(G_IO_ERROR, G_IO_ERROR_CANCELLED, "the call was cancelled"));
	return G_SOURCE_REMOVE;
}

/* %FALSE with the error that the call ends with at once. */
static gboolean
offhook_mcp_client_may_call(OffhookMcpClient *self, GError **error)
{
	if (self->state == OFFHOOK_MCP_STATE_STOPPED || self->state == OFFHOOK_MCP_STATE_DOWN) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "the server is not there now");
		return FALSE;
	}
	if (self->n_calls >= OFFHOOK_MCP_MAX_CALLS) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
			    "%u calls of the server's tools are under way already", self->n_calls);
		return FALSE;
	}
	return TRUE;
}

void
offhook_mcp_client_call_async(OffhookMcpClient *self, OffhookMcpTool *tool, JsonObject *arguments,
			      GCancellable *cancellable, GAsyncReadyCallback callback,
			      gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	GError *error = NULL;
	OffhookMcpCall *call;

	g_task_set_source_tag(task, offhook_mcp_client_call_async);
	if (g_task_return_error_if_cancelled(task))
		return;
	g_task_set_check_cancellable(task, FALSE);
	if (!offhook_mcp_client_may_call(self, &error)) {
		g_task_return_error(task, error);
		return;
	}
	call = g_new0(OffhookMcpCall, 1);
	self->n_calls++;
	call->client = self;
	call->task = g_steal_pointer(&task);
	call->tool = offhook_mcp_tool_ref(tool);
	call->arguments = arguments != NULL ? json_object_ref(arguments) : NULL;
	if (cancellable != NULL) {
		call->cancel_source = g_cancellable_source_new(cancellable);
		g_source_set_callback(call->cancel_source,
				      G_SOURCE_FUNC(offhook_mcp_call_cancelled_cb), call, NULL);
		g_source_attach(call->cancel_source, g_main_context_get_thread_default());
	}
	if (offhook_mcp_client_can_send(self))
		offhook_mcp_call_send(call);
	else
		offhook_mcp_call_wait(call);
}

OffhookMcpResult *
offhook_mcp_client_call_finish(OffhookMcpClient *self, GAsyncResult *result, GError **error)
{
	g_return_val_if_fail(g_task_is_valid(result, self), NULL);

	return g_task_propagate_pointer(G_TASK(result), error);
}
