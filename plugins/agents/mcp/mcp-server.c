/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Keeps the client, says in the log whether the server is there, and makes offers of its tools. Main
 * thread.
 */

#include "mcp-server.h"

#include <offhook/error.h>

/* The toolbox's own limit is there for tools that forget theirs. */
#define TIMEOUT_MARGIN_MS 1000

struct _OffhookMcpServer {
	GObject parent_instance;

	OffhookMcpOptions *options; /* (nullable): it was not configured yet */
	OffhookMcpClient *client;   /* (nullable) */
	guint start_id;
	GPtrArray *offers;
	gboolean told_missing; /* that it is not there */
	gboolean told_there;   /* that it is, and which tools it lacks */
	gboolean told_away;    /* that calls do not reach it, though it was there */
};

G_DEFINE_FINAL_TYPE(OffhookMcpServer, offhook_mcp_server, G_TYPE_OBJECT)

static guint offhook_mcp_server_changed_signal;

/* ---- offers ---- */

OffhookMcpOffer *
offhook_mcp_offer_ref(OffhookMcpOffer *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_mcp_offer_unref(OffhookMcpOffer *self)
{
	if (!g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_free(self->name);
	offhook_mcp_tool_unref(self->tool);
	g_object_unref(self->client);
	g_free(self);
}

static OffhookMcpOffer *
offhook_mcp_server_make_offer(OffhookMcpServer *self, OffhookMcpTool *tool, GHashTable *taken)
{
	OffhookMcpOffer *offer = g_new0(OffhookMcpOffer, 1);

	g_atomic_ref_count_init(&offer->ref_count);
	offer->name = offhook_mcp_tool_make_name(self->options->prefix, tool->name, taken);
	offer->tool = offhook_mcp_tool_ref(tool);
	offer->client = g_object_ref(self->client);
	offer->flags = offhook_mcp_options_get_flags(self->options, tool);
	offer->timeout_ms = self->options->client.max_call_ms + TIMEOUT_MARGIN_MS;
	offer->max_result = self->options->max_result;
	return offer;
}

static void
offhook_mcp_server_make_offers(OffhookMcpServer *self)
{
	GPtrArray *tools = offhook_mcp_client_get_tools(self->client);
	g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	g_ptr_array_unref(self->offers);
	self->offers = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_mcp_offer_unref);
	for (guint i = 0; i < tools->len; i++) {
		OffhookMcpTool *tool = g_ptr_array_index(tools, i);

		if (offhook_mcp_options_wants(self->options, tool->name))
			g_ptr_array_add(self->offers,
					offhook_mcp_server_make_offer(self, tool, taken));
	}
	g_signal_emit(self, offhook_mcp_server_changed_signal, 0);
}

/* ---- the log ---- */

static gboolean
offhook_mcp_server_has(OffhookMcpServer *self, const char *name)
{
	GPtrArray *tools = offhook_mcp_client_get_tools(self->client);

	for (guint i = 0; i < tools->len; i++)
		if (g_strcmp0(((OffhookMcpTool *)g_ptr_array_index(tools, i))->name, name) == 0)
			return TRUE;
	return FALSE;
}

static void
offhook_mcp_server_check_names(OffhookMcpServer *self, const char *key, char **names)
{
	for (; names != NULL && *names != NULL; names++)
		if (!g_str_equal(*names, "*") && !offhook_mcp_server_has(self, *names))
			g_warning("[mcp:%s] %s: the server has no tool \"%s\"", self->options->name,
				  key, *names);
}

/* Once for each time that it comes or goes, however often it is tried meanwhile. */
static void
offhook_mcp_server_tell(OffhookMcpServer *self)
{
	const GError *problem = offhook_mcp_client_get_problem(self->client);

	if (offhook_mcp_client_is_ready(self->client)) {
		if (self->told_missing || !self->told_there)
			g_message("[mcp:%s] the server is there, with %u tools (MCP %s)",
				  self->options->name,
				  offhook_mcp_client_get_tools(self->client)->len,
				  offhook_mcp_client_get_version(self->client));
		if (!self->told_there) {
			offhook_mcp_server_check_names(self, "tools", self->options->tools);
			offhook_mcp_server_check_names(self, "exclude", self->options->excluded);
			offhook_mcp_server_check_names(self, "confirm", self->options->confirmed);
		}
		self->told_there = TRUE;
		self->told_missing = FALSE;
	} else if (problem != NULL && !self->told_missing) {
		g_warning(
		    "[mcp:%s] the server is not there, conversations go on without its tools: "
		    "%s",
		    self->options->name, problem->message);
		self->told_missing = TRUE;
	}
}

/* Over HTTP there is no connection whose end would tell: the first call that fails does. */
static void
offhook_mcp_server_called_cb(OffhookMcpClient *client, const GError *error, gpointer user_data)
{
	OffhookMcpServer *self = user_data;
	gboolean away = g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE) ||
			g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);

	/* The end of a program is told by itself. */
	if (self->options->url == NULL)
		return;
	if (away && !self->told_away && !self->told_missing)
		g_warning("[mcp:%s] the server does not answer calls of its tools: %s",
			  self->options->name, error->message);
	else if (error == NULL && self->told_away)
		g_message("[mcp:%s] the server answers again", self->options->name);
	self->told_away = error != NULL && (away || self->told_away);
}

/* ---- the connection ---- */

static void
offhook_mcp_server_changed_cb(OffhookMcpClient *client, gpointer user_data)
{
	OffhookMcpServer *self = user_data;

	offhook_mcp_server_tell(self);
	offhook_mcp_server_make_offers(self);
}

/* Not before the main loop runs: who only checks the configuration starts no programs. */
static gboolean
offhook_mcp_server_start_cb(gpointer user_data)
{
	OffhookMcpServer *self = user_data;

	self->start_id = 0;
	offhook_mcp_client_start(self->client);
	return G_SOURCE_REMOVE;
}

static void
offhook_mcp_server_drop_client(OffhookMcpServer *self)
{
	g_clear_handle_id(&self->start_id, g_source_remove);
	if (self->client == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->client, self);
	offhook_mcp_client_stop(self->client);
	g_clear_object(&self->client);
}

static void
offhook_mcp_server_connect(OffhookMcpServer *self)
{
	g_autoptr(OffhookMcpTransport) transport =
	    offhook_mcp_options_make_transport(self->options);

	offhook_mcp_server_drop_client(self);
	self->told_missing = FALSE;
	self->client = offhook_mcp_client_new(transport, &self->options->client);
	g_signal_connect(self->client, "changed", G_CALLBACK(offhook_mcp_server_changed_cb), self);
	g_signal_connect(self->client, "called", G_CALLBACK(offhook_mcp_server_called_cb), self);
	self->start_id = g_idle_add(offhook_mcp_server_start_cb, self);
}

void
offhook_mcp_server_configure(OffhookMcpServer *self, OffhookMcpOptions *options)
{
	g_autoptr(OffhookMcpOptions) old = g_steal_pointer(&self->options);

	self->options = offhook_mcp_options_ref(options);
	self->told_there = FALSE;
	if (old == NULL || !g_str_equal(old->connection, options->connection))
		offhook_mcp_server_connect(self);
	else
		offhook_mcp_server_tell(self);
	offhook_mcp_server_make_offers(self);
}

void
offhook_mcp_server_finish(OffhookMcpServer *self)
{
	if (self->client != NULL)
		offhook_mcp_client_finish(self->client);
}

GPtrArray *
offhook_mcp_server_get_offers(OffhookMcpServer *self)
{
	return self->offers;
}

/* ---- the object ---- */

OffhookMcpServer *
offhook_mcp_server_new(void)
{
	return g_object_new(OFFHOOK_TYPE_MCP_SERVER, NULL);
}

static void
offhook_mcp_server_finalize(GObject *object)
{
	OffhookMcpServer *self = OFFHOOK_MCP_SERVER(object);

	offhook_mcp_server_drop_client(self);
	g_ptr_array_unref(self->offers);
	offhook_mcp_options_unref(self->options);

	G_OBJECT_CLASS(offhook_mcp_server_parent_class)->finalize(object);
}

static void
offhook_mcp_server_init(OffhookMcpServer *self)
{
	self->offers = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_mcp_offer_unref);
}

static void
offhook_mcp_server_class_init(OffhookMcpServerClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_mcp_server_finalize;
	offhook_mcp_server_changed_signal =
	    g_signal_new("changed", OFFHOOK_TYPE_MCP_SERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			 G_TYPE_NONE, 0);
}
