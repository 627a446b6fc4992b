/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Drivers, agents and engines: what they have in common, and what each kind has besides.
 */

#include "dbus/door-private.h"

#include <offhook/error.h>

struct _OffhookDBusPluginObject {
	OffhookDBusDoor *door;
	OffhookPlugin *plugin;
	GDBusObjectSkeleton *object;
	OffhookDBusPlugin *common;
	GDBusInterfaceSkeleton *special; /* (nullable): of its kind; a refused file has none */
	char *path;
};

char *
offhook_dbus_plugin_make_path(OffhookPlugin *plugin)
{
	static const char *const kinds[] = {
	    [OFFHOOK_PLUGIN_DRIVER] = "Driver",
	    [OFFHOOK_PLUGIN_ENGINE] = "Engine",
	    [OFFHOOK_PLUGIN_AGENT] = "Agent",
	};

	/* A refused one may be called like one that works. */
	if (offhook_plugin_get_version(plugin) == NULL)
		return offhook_dbus_make_path("Plugin", offhook_plugin_get_path(plugin));
	return offhook_dbus_make_path(kinds[offhook_plugin_get_kind(plugin)],
				      offhook_plugin_get_name(plugin));
}

OffhookPlugin *
offhook_dbus_plugin_object_get_plugin(OffhookDBusPluginObject *self)
{
	return self->plugin;
}

/* ---- what all have ---- */

static void
offhook_dbus_plugin_switch(OffhookDBusPluginObject *self, GDBusMethodInvocation *invocation,
			   gboolean enabled)
{
	g_autoptr(GError) error = NULL;

	offhook_call_manager_switch_plugin(self->door->parts.calls, self->plugin, enabled, &error);
	offhook_dbus_return_done(invocation, error);
}

static void
offhook_dbus_plugin_enable(gpointer object, GDBusMethodInvocation *invocation)
{
	offhook_dbus_plugin_switch(object, invocation, TRUE);
}

static void
offhook_dbus_plugin_disable(gpointer object, GDBusMethodInvocation *invocation)
{
	offhook_dbus_plugin_switch(object, invocation, FALSE);
}

static const OffhookDBusMethod offhook_dbus_plugin_methods[] = {
    {"Enable", OFFHOOK_DBUS_MANAGE, offhook_dbus_plugin_enable},
    {"Disable", OFFHOOK_DBUS_MANAGE, offhook_dbus_plugin_disable},
    {NULL},
};

static void
offhook_dbus_plugin_update_common(OffhookDBusPluginObject *self)
{
	OffhookPlugin *plugin = self->plugin;
	OffhookDBusPlugin *common = self->common;

	offhook_dbus_plugin_set_kind(common, offhook_plugin_get_kind_name(plugin));
	offhook_dbus_plugin_set_name(common, offhook_plugin_get_name(plugin));
	offhook_dbus_plugin_set_plugin(common, offhook_plugin_get_plugin_name(plugin));
	offhook_dbus_plugin_set_version(common,
					OFFHOOK_DBUS_TEXT(offhook_plugin_get_version(plugin)));
	offhook_dbus_plugin_set_summary(common,
					OFFHOOK_DBUS_TEXT(offhook_plugin_get_summary(plugin)));
	offhook_dbus_plugin_set_license(common,
					OFFHOOK_DBUS_TEXT(offhook_plugin_get_license(plugin)));
	offhook_dbus_plugin_set_path(common, offhook_plugin_get_path(plugin));
	offhook_dbus_plugin_set_status(common, offhook_plugin_get_status_name(plugin));
	offhook_dbus_plugin_set_reason(common,
				       OFFHOOK_DBUS_TEXT(offhook_plugin_get_reason(plugin)));
}

/* ---- drivers ---- */

/* (nullable): it was never enabled */
static OffhookDriver *
offhook_dbus_driver_get(OffhookDBusPluginObject *self)
{
	GObject *object = offhook_plugin_get_object(self->plugin);

	return object != NULL ? OFFHOOK_DRIVER(object) : NULL;
}

static void
offhook_dbus_driver_checked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDriverCheck) check =
	    offhook_driver_check_finish(OFFHOOK_DRIVER(source), result, &error);

	if (check == NULL)
		offhook_dbus_return_error(user_data, error);
	else
		offhook_dbus_return(user_data, g_variant_new("(bbbs)", check->authentication,
							     check->api_access, check->webhook_url,
							     OFFHOOK_DBUS_TEXT(check->message)));
}

static void
offhook_dbus_driver_check(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusPluginObject *self = object;
	OffhookDriver *driver = offhook_dbus_driver_get(self);
	g_autoptr(GError) error = NULL;

	if (driver != NULL) {
		offhook_driver_check_async(driver, NULL, offhook_dbus_driver_checked_cb,
					   invocation);
		return;
	}
	g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "driver %s is %s",
		    offhook_plugin_get_name(self->plugin),
		    offhook_plugin_get_status_name(self->plugin));
	offhook_dbus_return_error(invocation, error);
}

static void
offhook_dbus_driver_get_details(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDriver *driver = offhook_dbus_driver_get(object);
	GVariantBuilder details;

	g_variant_builder_init(&details, G_VARIANT_TYPE("a{sv}"));
	offhook_dbus_add_detail(&details, "phone_number",
				driver != NULL ? offhook_driver_get_phone_number(driver) : NULL);
	offhook_dbus_return(invocation, g_variant_new("(a{sv})", &details));
}

static const OffhookDBusMethod offhook_dbus_driver_methods[] = {
    {"Check", OFFHOOK_DBUS_MANAGE, offhook_dbus_driver_check},
    {"GetDetails", OFFHOOK_DBUS_READ_PERSONAL_DATA, offhook_dbus_driver_get_details},
    {NULL},
};

static const char *const offhook_dbus_nothing[] = {NULL};

static void
offhook_dbus_driver_update(OffhookDBusPluginObject *self)
{
	OffhookDBusDriver *interface = OFFHOOK_DBUS_DRIVER(self->special);
	OffhookDriver *driver = offhook_dbus_driver_get(self);
	const char *current = offhook_call_manager_get_provider(self->door->parts.calls);
	const OffhookCapabilities *can =
	    driver != NULL ? offhook_driver_get_capabilities(driver) : NULL;
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) actions = NULL;

	for (guint verb = 0; can != NULL && verb < OFFHOOK_VERB_LAST; verb++)
		if (can->verbs & (1u << verb))
			g_strv_builder_add(builder, offhook_call_verb_to_string(verb));
	actions = g_strv_builder_end(builder);
#define LIST(list) (can != NULL && can->list != NULL ? can->list : offhook_dbus_nothing)
	offhook_dbus_driver_set_current(
	    interface, g_strcmp0(current, offhook_plugin_get_name(self->plugin)) == 0);
	offhook_dbus_driver_set_outbound(interface, can != NULL && can->outbound);
	offhook_dbus_driver_set_voice_features(interface, LIST(voice_features));
	offhook_dbus_driver_set_sms_features(interface, LIST(sms_features));
	offhook_dbus_driver_set_recording_formats(interface, LIST(recording_formats));
	offhook_dbus_driver_set_actions(interface, (const char *const *)actions);
#undef LIST
}

/* ---- agents ---- */

/* The names of the bits that are set in @bits. (transfer full) */
static char **
offhook_dbus_plugin_list_bits(guint bits, const char *const *names)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (guint i = 0; names[i] != NULL; i++)
		if (bits & (1u << i))
			g_strv_builder_add(builder, names[i]);
	return g_strv_builder_end(builder);
}

static void
offhook_dbus_agent_update(OffhookDBusPluginObject *self)
{
	/* In the order of OffhookAgentFeatures. */
	static const char *const names[] = {"turns",     "audio", "speculative", "speech",
					    "completer", "tools", NULL};
	const GPtrArray *assistants = offhook_config_get_assistants(self->door->config);
	GObject *agent = offhook_plugin_get_object(self->plugin);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) users = NULL;
	g_auto(GStrv) features = offhook_dbus_plugin_list_bits(
	    agent != NULL ? offhook_agent_get_features(OFFHOOK_AGENT(agent)) : 0, names);

	for (guint i = 0; i < assistants->len; i++) {
		const OffhookAssistantConfig *settings = g_ptr_array_index(assistants, i);

		if (g_strv_contains((const char *const *)settings->agents,
				    offhook_plugin_get_name(self->plugin)))
			g_strv_builder_add(builder, settings->name);
	}
	users = g_strv_builder_end(builder);
	offhook_dbus_agent_set_features(OFFHOOK_DBUS_AGENT(self->special),
					(const char *const *)features);
	offhook_dbus_agent_set_assistants(OFFHOOK_DBUS_AGENT(self->special),
					  (const char *const *)users);
}

/* ---- engines ---- */

/* With other options, as two assistants may have them, it has two breakers: the worse one is told. */
static gboolean
offhook_dbus_engine_find_worst(OffhookDBusPluginObject *self, GPtrArray *records, const char *role,
			       OffhookHealthStatus *worst)
{
	static const char *const states[] = {"closed", "half-open", "open", NULL};
	gint worst_place = -1;

	for (guint i = 0; i < records->len; i++) {
		OffhookHealthStatus status;
		gint place = 0;

		offhook_health_record_get_status(g_ptr_array_index(records, i), &status);
		if (!g_str_equal(status.engine, offhook_plugin_get_name(self->plugin)) ||
		    !g_str_equal(status.role, role))
			continue;
		while (states[place] != NULL && !g_str_equal(states[place], status.state))
			place++;
		if (place <= worst_place)
			continue;
		worst_place = place;
		*worst = status;
	}
	return worst_place >= 0;
}

static GVariant *
offhook_dbus_engine_list_health(OffhookDBusPluginObject *self)
{
	g_autoptr(GPtrArray) records =
	    offhook_engine_health_list(offhook_call_manager_get_health(self->door->parts.calls));
	GVariantBuilder health;

	g_variant_builder_init(&health, G_VARIANT_TYPE("a(ssus)"));
	for (guint role = OFFHOOK_ENGINE_TRANSCRIBE; role <= OFFHOOK_ENGINE_EMBED; role <<= 1) {
		OffhookHealthStatus status;

		if (offhook_dbus_engine_find_worst(self, records,
						   offhook_engine_role_to_string(role), &status))
			g_variant_builder_add(&health, "(ssus)", status.role, status.state,
					      status.failures, OFFHOOK_DBUS_TEXT(status.error));
	}
	return g_variant_builder_end(&health);
}

static void
offhook_dbus_engine_update(OffhookDBusPluginObject *self)
{
	GObject *engine = offhook_plugin_get_object(self->plugin);
	OffhookEngineRoles roles =
	    engine != NULL ? offhook_engine_get_roles(OFFHOOK_ENGINE(engine)) : 0;
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) names = NULL;

	for (guint role = OFFHOOK_ENGINE_TRANSCRIBE; role <= OFFHOOK_ENGINE_EMBED; role <<= 1)
		if (roles & role)
			g_strv_builder_add(builder, offhook_engine_role_to_string(role));
	names = g_strv_builder_end(builder);
	offhook_dbus_engine_set_roles(OFFHOOK_DBUS_ENGINE(self->special),
				      (const char *const *)names);
	offhook_dbus_engine_set_health(OFFHOOK_DBUS_ENGINE(self->special),
				       offhook_dbus_engine_list_health(self));
}

/* ---- life ---- */

void
offhook_dbus_plugin_object_update(OffhookDBusPluginObject *self)
{
	static void (*const updates[])(OffhookDBusPluginObject * self) = {
	    [OFFHOOK_PLUGIN_DRIVER] = offhook_dbus_driver_update,
	    [OFFHOOK_PLUGIN_ENGINE] = offhook_dbus_engine_update,
	    [OFFHOOK_PLUGIN_AGENT] = offhook_dbus_agent_update,
	};

	offhook_dbus_plugin_update_common(self);
	if (self->special != NULL)
		updates[offhook_plugin_get_kind(self->plugin)](self);
}

/* (nullable) */
static GDBusInterfaceSkeleton *
offhook_dbus_plugin_object_make_special(OffhookDBusPluginObject *self)
{
	GDBusInterfaceSkeleton *special;

	if (offhook_plugin_get_version(self->plugin) == NULL)
		return NULL;
	switch (offhook_plugin_get_kind(self->plugin)) {
	case OFFHOOK_PLUGIN_ENGINE:
		return G_DBUS_INTERFACE_SKELETON(offhook_dbus_engine_skeleton_new());
	case OFFHOOK_PLUGIN_AGENT:
		return G_DBUS_INTERFACE_SKELETON(offhook_dbus_agent_skeleton_new());
	default:
		special = G_DBUS_INTERFACE_SKELETON(offhook_dbus_driver_skeleton_new());
		offhook_dbus_dispatch_bind(special, offhook_dbus_driver_methods, self);
		return special;
	}
}

OffhookDBusPluginObject *
offhook_dbus_plugin_object_new(OffhookDBusDoor *door, OffhookPlugin *plugin)
{
	OffhookDBusPluginObject *self = g_new0(OffhookDBusPluginObject, 1);

	self->door = door;
	self->plugin = g_object_ref(plugin);
	self->path = offhook_dbus_plugin_make_path(plugin);
	self->object = g_dbus_object_skeleton_new(self->path);
	self->common = offhook_dbus_plugin_skeleton_new();
	self->special = offhook_dbus_plugin_object_make_special(self);
	offhook_dbus_plugin_object_update(self);
	offhook_dbus_dispatch_bind(G_DBUS_INTERFACE_SKELETON(self->common),
				   offhook_dbus_plugin_methods, self);
	g_dbus_object_skeleton_add_interface(self->object, G_DBUS_INTERFACE_SKELETON(self->common));
	if (self->special != NULL)
		g_dbus_object_skeleton_add_interface(self->object, self->special);
	g_dbus_object_manager_server_export(door->objects, self->object);
	return self;
}

void
offhook_dbus_plugin_object_free(OffhookDBusPluginObject *self)
{
	g_dbus_object_manager_server_unexport(self->door->objects, self->path);
	offhook_dbus_dispatch_unbind(G_DBUS_INTERFACE_SKELETON(self->common));
	if (self->special != NULL)
		offhook_dbus_dispatch_unbind(self->special);
	g_clear_object(&self->special);
	g_object_unref(self->common);
	g_object_unref(self->object);
	g_object_unref(self->plugin);
	g_free(self->path);
	g_free(self);
}
