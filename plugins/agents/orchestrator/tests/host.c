/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A conversation's host for tests. Main thread. */

#include "host.h"

#include "harness.h"

struct _Host {
	OffhookAgentHost parent_instance;

	OffhookToolbox *toolbox;
	JsonObject *variables;
	GPtrArray *history; /* (nullable) */
	GPtrArray *runs;
	GString *started;
	GString *notes;
	guint wanted;
};

G_DEFINE_FINAL_TYPE(Host, host, OFFHOOK_TYPE_AGENT_HOST)

static OffhookToolbox *
host_get_toolbox(OffhookAgentHost *self)
{
	return TEST_HOST(self)->toolbox;
}

static JsonObject *
host_get_variables(OffhookAgentHost *self)
{
	return TEST_HOST(self)->variables;
}

static gboolean
host_set_variable(OffhookAgentHost *self, const char *name, const char *value, GError **error)
{
	json_object_set_string_member(TEST_HOST(self)->variables, name, value);
	return TRUE;
}

static GPtrArray *
host_get_history(OffhookAgentHost *self)
{
	return TEST_HOST(self)->history;
}

static void
host_note(OffhookAgentHost *self, const char *type, JsonObject *data)
{
	g_autoptr(JsonObject) owned = data;
	g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), owned);
	g_autofree char *text = json_to_string(node, FALSE);

	g_string_append_printf(TEST_HOST(self)->notes, "%s %s\n", type, text);
}

/* ---- tools ---- */

static void
host_run_cb(OffhookToolRun *run, gpointer user_data)
{
	Host *self = user_data;

	g_ptr_array_add(self->runs, g_object_ref(run));
	g_string_append_printf(self->started, "%s ", offhook_tool_run_get_name(run));
}

void
host_add_tool(OffhookAgentHost *host, const char *name, OffhookToolFlags flags)
{
	const OffhookToolDescription description = {.name = name, .flags = flags};

	g_assert_true(offhook_toolbox_add(TEST_HOST(host)->toolbox, &description, host_run_cb, host,
					  NULL, NULL));
}

const char *
host_get_started(OffhookAgentHost *self)
{
	return TEST_HOST(self)->started->str;
}

static gboolean
host_has_started(gpointer data)
{
	return TEST_HOST(data)->runs->len >= TEST_HOST(data)->wanted;
}

void
host_wait_started(OffhookAgentHost *self, guint n)
{
	TEST_HOST(self)->wanted = n;
	harness_wait_until(host_has_started, self, "a tool to be started");
}

OffhookToolRun *
host_get_run(OffhookAgentHost *self, guint n)
{
	return g_ptr_array_index(TEST_HOST(self)->runs, n - 1);
}

void
host_end_run(OffhookAgentHost *self, guint n, const char *result)
{
	offhook_tool_run_finish(host_get_run(self, n), result);
}

const char *
host_get_notes(OffhookAgentHost *self)
{
	return TEST_HOST(self)->notes->str;
}

/* ---- the object ---- */

OffhookAgentHost *
host_new(GPtrArray *history)
{
	Host *self = g_object_new(TYPE_HOST, NULL);

	self->history = history;
	return OFFHOOK_AGENT_HOST(self);
}

static void
host_finalize(GObject *object)
{
	Host *self = TEST_HOST(object);

	g_ptr_array_unref(self->runs);
	g_object_unref(self->toolbox);
	json_object_unref(self->variables);
	g_clear_pointer(&self->history, g_ptr_array_unref);
	g_string_free(self->started, TRUE);
	g_string_free(self->notes, TRUE);

	G_OBJECT_CLASS(host_parent_class)->finalize(object);
}

static void
host_init(Host *self)
{
	self->toolbox = offhook_toolbox_new();
	self->variables = json_object_new();
	self->runs = g_ptr_array_new_with_free_func(g_object_unref);
	self->started = g_string_new(NULL);
	self->notes = g_string_new(NULL);
}

static void
host_class_init(HostClass *klass)
{
	OffhookAgentHostClass *host = OFFHOOK_AGENT_HOST_CLASS(klass);

	host->get_toolbox = host_get_toolbox;
	host->get_variables = host_get_variables;
	host->set_variable = host_set_variable;
	host->get_history = host_get_history;
	host->note = host_note;
	G_OBJECT_CLASS(klass)->finalize = host_finalize;
}
