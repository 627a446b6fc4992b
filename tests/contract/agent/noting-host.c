/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A conversation's host for tests. Main thread.
 */

#include "noting-host.h"

struct _NotingHost {
	OffhookAgentHost parent_instance;

	OffhookToolbox *toolbox;
	JsonObject *variables;
	GPtrArray *types;
	GPtrArray *data;
};

G_DEFINE_FINAL_TYPE(NotingHost, noting_host, OFFHOOK_TYPE_AGENT_HOST)

static OffhookToolbox *
noting_host_get_toolbox(OffhookAgentHost *host)
{
	return TEST_NOTING_HOST(host)->toolbox;
}

static JsonObject *
noting_host_get_variables(OffhookAgentHost *host)
{
	return TEST_NOTING_HOST(host)->variables;
}

static gboolean
noting_host_set_variable(OffhookAgentHost *host, const char *name, const char *value,
			 GError **error)
{
	if (value != NULL)
		json_object_set_string_member(TEST_NOTING_HOST(host)->variables, name, value);
	else
		json_object_remove_member(TEST_NOTING_HOST(host)->variables, name);
	return TRUE;
}

static void
noting_host_note(OffhookAgentHost *host, const char *type, JsonObject *data)
{
	NotingHost *self = TEST_NOTING_HOST(host);

	g_ptr_array_add(self->types, g_strdup(type));
	g_ptr_array_add(self->data, data != NULL ? data : json_object_new());
}

guint
noting_host_count(OffhookAgentHost *self)
{
	return TEST_NOTING_HOST(self)->types->len;
}

const char *
noting_host_get_type_of(OffhookAgentHost *self, guint n)
{
	g_assert_cmpuint(n, <, noting_host_count(self));
	return g_ptr_array_index(TEST_NOTING_HOST(self)->types, n);
}

JsonObject *
noting_host_get_data(OffhookAgentHost *self, guint n)
{
	g_assert_cmpuint(n, <, noting_host_count(self));
	return g_ptr_array_index(TEST_NOTING_HOST(self)->data, n);
}

OffhookAgentHost *
noting_host_new(void)
{
	return g_object_new(TYPE_NOTING_HOST, NULL);
}

static void
noting_host_finalize(GObject *object)
{
	NotingHost *self = TEST_NOTING_HOST(object);

	g_object_unref(self->toolbox);
	json_object_unref(self->variables);
	g_ptr_array_unref(self->types);
	g_ptr_array_unref(self->data);

	G_OBJECT_CLASS(noting_host_parent_class)->finalize(object);
}

static void
noting_host_init(NotingHost *self)
{
	self->toolbox = offhook_toolbox_new();
	self->variables = json_object_new();
	self->types = g_ptr_array_new_with_free_func(g_free);
	self->data = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);
}

static void
noting_host_class_init(NotingHostClass *klass)
{
	OffhookAgentHostClass *host_class = OFFHOOK_AGENT_HOST_CLASS(klass);

	host_class->get_toolbox = noting_host_get_toolbox;
	host_class->get_variables = noting_host_get_variables;
	host_class->set_variable = noting_host_set_variable;
	host_class->note = noting_host_note;
	G_OBJECT_CLASS(klass)->finalize = noting_host_finalize;
}
