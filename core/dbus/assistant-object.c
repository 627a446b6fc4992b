/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An assistant, as the configuration in force describes it.
 */

#include "dbus/door-private.h"

struct _OffhookDBusAssistantObject {
	OffhookDBusDoor *door;
	char *name;
	char *path;
	GDBusObjectSkeleton *object;
	OffhookDBusAssistant *interface;
};

static void
offhook_dbus_assistant_get_details(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusAssistantObject *self = object;
	const OffhookAssistantConfig *settings =
	    offhook_config_find_assistant(self->door->config, self->name);
	GVariantBuilder details;

	g_variant_builder_init(&details, G_VARIANT_TYPE("a{sv}"));
	offhook_dbus_add_detail(&details, "number", settings->number);
	offhook_dbus_add_detail(&details, "greeting", settings->greeting);
	offhook_dbus_add_detail(&details, "prompt", settings->prompt);
	offhook_dbus_return(invocation, g_variant_new("(a{sv})", &details));
}

static const OffhookDBusMethod offhook_dbus_assistant_methods[] = {
    {"GetDetails", OFFHOOK_DBUS_READ_PERSONAL_DATA, offhook_dbus_assistant_get_details},
    {NULL},
};

void
offhook_dbus_assistant_object_update(OffhookDBusAssistantObject *self,
				     const OffhookAssistantConfig *settings)
{
	OffhookDBusAssistant *interface = self->interface;

	offhook_dbus_assistant_set_name(interface, settings->name);
	offhook_dbus_assistant_set_driver(interface, OFFHOOK_DBUS_TEXT(settings->driver));
	offhook_dbus_assistant_set_agents(interface, (const char *const *)settings->agents);
	offhook_dbus_assistant_set_stt(interface, (const char *const *)settings->stt);
	offhook_dbus_assistant_set_tts(interface, (const char *const *)settings->tts);
	offhook_dbus_assistant_set_llm(interface, (const char *const *)settings->llm);
	offhook_dbus_assistant_set_language(interface, settings->language);
	offhook_dbus_assistant_set_interruptible(interface, settings->interruptible);
	offhook_dbus_assistant_set_built_in(interface, settings->built_in);
}

OffhookDBusAssistantObject *
offhook_dbus_assistant_object_new(OffhookDBusDoor *door, const char *name)
{
	OffhookDBusAssistantObject *self = g_new0(OffhookDBusAssistantObject, 1);

	self->door = door;
	self->name = g_strdup(name);
	self->path = offhook_dbus_make_path("Assistant", name);
	self->object = g_dbus_object_skeleton_new(self->path);
	self->interface = offhook_dbus_assistant_skeleton_new();
	offhook_dbus_assistant_object_update(self,
					     offhook_config_find_assistant(door->config, name));
	offhook_dbus_dispatch_bind(G_DBUS_INTERFACE_SKELETON(self->interface),
				   offhook_dbus_assistant_methods, self);
	g_dbus_object_skeleton_add_interface(self->object,
					     G_DBUS_INTERFACE_SKELETON(self->interface));
	g_dbus_object_manager_server_export(door->objects, self->object);
	return self;
}

void
offhook_dbus_assistant_object_free(OffhookDBusAssistantObject *self)
{
	g_dbus_object_manager_server_unexport(self->door->objects, self->path);
	offhook_dbus_dispatch_unbind(G_DBUS_INTERFACE_SKELETON(self->interface));
	g_object_unref(self->interface);
	g_object_unref(self->object);
	g_free(self->name);
	g_free(self->path);
	g_free(self);
}
