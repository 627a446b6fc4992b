/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Keeps the objects: which there are follows the call manager, the registry and the configuration, with
 * or without a bus.
 */

#include "dbus/door-private.h"

#include "base/json.h"

/* ---- what the objects share ---- */

void
offhook_dbus_add_detail(GVariantBuilder *details, const char *name, const char *text)
{
	if (text != NULL)
		g_variant_builder_add(details, "{sv}", name, g_variant_new_string(text));
}

JsonObject *
offhook_dbus_read_options(GVariant *options)
{
	g_autoptr(JsonNode) node = json_gvariant_serialize(options);

	return json_object_ref(json_node_get_object(node));
}

/* ---- calls ---- */

static void
offhook_dbus_door_call_added_cb(OffhookCallManager *calls, OffhookCall *call, gpointer user_data)
{
	OffhookDBusDoor *self = user_data;

	g_hash_table_replace(self->calls, g_strdup(offhook_call_get_id(call)),
			     offhook_dbus_call_object_new(self, call));
	offhook_dbus_manager_object_update(self);
}

static void
offhook_dbus_door_call_removed_cb(OffhookCallManager *calls, OffhookCall *call, gpointer user_data)
{
	OffhookDBusDoor *self = user_data;

	g_hash_table_remove(self->calls, offhook_call_get_id(call));
	offhook_dbus_manager_object_update(self);
}

static void
offhook_dbus_door_drained_cb(OffhookCallManager *calls, gpointer user_data)
{
	OffhookDBusDoor *self = user_data;

	offhook_dbus_manager_emit_drained(self->manager);
}

/* ---- plugins ---- */

/* Of two with one name, one is on its way out. */
static gboolean
offhook_dbus_door_shows(OffhookDBusDoor *self, OffhookPlugin *plugin)
{
	guint kind = offhook_plugin_get_kind(plugin);

	return offhook_plugin_get_version(plugin) == NULL ||
	       offhook_plugin_registry_find(self->parts.plugins, kind,
					    offhook_plugin_get_name(plugin)) == plugin;
}

static void
offhook_dbus_door_show_plugin(OffhookDBusDoor *self, OffhookPlugin *plugin, GHashTable *shown)
{
	g_autofree char *path = offhook_dbus_plugin_make_path(plugin);
	OffhookDBusPluginObject *object = g_hash_table_lookup(self->plugins, path);

	if (object != NULL && offhook_dbus_plugin_object_get_plugin(object) == plugin) {
		offhook_dbus_plugin_object_update(object);
	} else {
		/* First the old one, whose path it is. */
		g_hash_table_remove(self->plugins, path);
		g_hash_table_insert(self->plugins, g_strdup(path),
				    offhook_dbus_plugin_object_new(self, plugin));
	}
	g_hash_table_add(shown, g_steal_pointer(&path));
}

static gboolean
offhook_dbus_door_is_not_shown_cb(gpointer key, gpointer value, gpointer shown)
{
	return !g_hash_table_contains(shown, key);
}

static void
offhook_dbus_door_sync_plugins(OffhookDBusDoor *self)
{
	g_autoptr(GPtrArray) plugins = offhook_plugin_registry_list(self->parts.plugins);
	g_autoptr(GHashTable) shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < plugins->len; i++)
		if (offhook_dbus_door_shows(self, g_ptr_array_index(plugins, i)))
			offhook_dbus_door_show_plugin(self, g_ptr_array_index(plugins, i), shown);
	g_hash_table_foreach_remove(self->plugins, offhook_dbus_door_is_not_shown_cb, shown);
}

static void
offhook_dbus_door_plugin_changed_cb(OffhookPluginRegistry *plugins, OffhookPlugin *plugin,
				    gpointer user_data)
{
	offhook_dbus_door_sync_plugins(user_data);
}

static void
offhook_dbus_door_provider_changed_cb(OffhookCallManager *calls, gpointer user_data)
{
	offhook_dbus_door_sync_plugins(user_data);
	offhook_dbus_manager_object_update(user_data);
}

static void
offhook_dbus_door_health_changed_cb(OffhookEngineHealth *health, OffhookHealthRecord *record,
				    gpointer user_data)
{
	offhook_dbus_door_sync_plugins(user_data);
}

/* ---- assistants ---- */

static void
offhook_dbus_door_sync_assistants(OffhookDBusDoor *self)
{
	const GPtrArray *assistants = offhook_config_get_assistants(self->config);
	g_autoptr(GHashTable) shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < assistants->len; i++) {
		const OffhookAssistantConfig *settings = g_ptr_array_index(assistants, i);
		char *path = offhook_dbus_make_path("Assistant", settings->name);
		OffhookDBusAssistantObject *object = g_hash_table_lookup(self->assistants, path);

		if (object == NULL) {
			object = offhook_dbus_assistant_object_new(self, settings->name);
			g_hash_table_insert(self->assistants, g_strdup(path), object);
		}
		offhook_dbus_assistant_object_update(object, settings);
		g_hash_table_add(shown, path);
	}
	g_hash_table_foreach_remove(self->assistants, offhook_dbus_door_is_not_shown_cb, shown);
}

void
offhook_dbus_door_configure(OffhookDBusDoor *self, OffhookConfig *config)
{
	offhook_config_ref(config);
	g_clear_pointer(&self->config, offhook_config_unref);
	self->config = config;
	offhook_dbus_door_sync_assistants(self);
	offhook_dbus_door_sync_plugins(self);
	offhook_dbus_manager_object_update(self);
}

/* ---- events ---- */

static void
offhook_dbus_door_tell(OffhookDBusDoor *self, const OffhookEvent *event)
{
	g_autofree char *data = NULL;

	if (!offhook_dbus_subscribers_want(self->subscribers, event->type))
		return;
	data = offhook_json_to_string(event->data);
	offhook_dbus_subscribers_send(
	    self->subscribers, event->type,
	    &(OffhookDBusSignal){
		.path = OFFHOOK_DBUS_PATH,
		.interface = OFFHOOK_DBUS_PREFIX "Manager",
		.signal = "Event",
		.parameters = g_variant_new("(sts)", event->type, event->at_us, data),
		.public = g_variant_new("(sts)", event->type, event->at_us, "{}"),
	    });
}

static void
offhook_dbus_door_event_cb(OffhookEventBus *events, const OffhookEvent *event, gpointer user_data)
{
	OffhookDBusDoor *self = user_data;
	OffhookDBusCallObject *object =
	    event->call_id != NULL ? g_hash_table_lookup(self->calls, event->call_id) : NULL;

	/* What comes of a call before it is in the list, or after that, is told by the manager. */
	if (object != NULL)
		offhook_dbus_call_object_tell(object, event);
	else
		offhook_dbus_door_tell(self, event);
}

/* ---- the bus ---- */

static void
offhook_dbus_door_connected_cb(gpointer user_data, GDBusConnection *connection)
{
	OffhookDBusDoor *self = user_data;
	GDBusInterfaceSkeleton *manager = G_DBUS_INTERFACE_SKELETON(self->manager);
	g_autoptr(GError) error = NULL;

	g_dbus_object_manager_server_set_connection(self->objects, connection);
	if (g_dbus_interface_skeleton_get_connection(manager) != NULL)
		g_dbus_interface_skeleton_unexport(manager);
	g_clear_pointer(&self->subscribers, offhook_dbus_subscribers_free);
	self->subscribers = offhook_dbus_subscribers_new();
	if (connection != NULL &&
	    !g_dbus_interface_skeleton_export(manager, connection, OFFHOOK_DBUS_PATH, &error))
		g_warning("D-Bus: %s", error->message);
}

static void
offhook_dbus_door_owned_cb(gpointer user_data, gboolean owned)
{
	OffhookDBusDoor *self = user_data;

	offhook_metric_set(self->connected, owned ? 1 : 0, NULL);
}

static const OffhookDBusBusEvents offhook_dbus_door_bus_events = {
    .connected = offhook_dbus_door_connected_cb,
    .owned = offhook_dbus_door_owned_cb,
};

static const OffhookMetricSpec offhook_dbus_door_connected = {
    OFFHOOK_METRIC_GAUGE, "offhook_dbus_connected",
    "Whether the server has its name on the bus (1), as [dbus] bus wants it."};

/* ---- life ---- */

static void
offhook_dbus_door_watch(OffhookDBusDoor *self)
{
	OffhookCallManager *calls = self->parts.calls;

	g_signal_connect(calls, "call-added", G_CALLBACK(offhook_dbus_door_call_added_cb), self);
	g_signal_connect(calls, "call-removed", G_CALLBACK(offhook_dbus_door_call_removed_cb),
			 self);
	g_signal_connect(calls, "drained", G_CALLBACK(offhook_dbus_door_drained_cb), self);
	g_signal_connect_swapped(calls, "draining-changed",
				 G_CALLBACK(offhook_dbus_manager_object_update), self);
	g_signal_connect(calls, "provider-changed",
			 G_CALLBACK(offhook_dbus_door_provider_changed_cb), self);
	g_signal_connect(self->parts.plugins, "changed",
			 G_CALLBACK(offhook_dbus_door_plugin_changed_cb), self);
	g_signal_connect(offhook_call_manager_get_health(calls), "changed",
			 G_CALLBACK(offhook_dbus_door_health_changed_cb), self);
	g_signal_connect(self->parts.events, "event", G_CALLBACK(offhook_dbus_door_event_cb), self);
}

OffhookDBusDoor *
offhook_dbus_door_new(OffhookConfig *config, const OffhookDBusParts *parts,
		      const OffhookDBusWishes *wishes, gpointer user_data)
{
	GBusType type = offhook_dbus_choose_bus(offhook_config_get_string(config, "dbus", "bus"));
	g_autoptr(GPtrArray) calls = NULL;
	OffhookDBusDoor *self;

	if (type == G_BUS_TYPE_NONE)
		return NULL;
	self = g_new0(OffhookDBusDoor, 1);
	self->parts = *parts;
	self->wishes = wishes;
	self->user_data = user_data;
	self->url = g_strdup(parts->url);
	self->connected = offhook_metrics_add(parts->metrics, &offhook_dbus_door_connected);
	self->objects = g_dbus_object_manager_server_new(OFFHOOK_DBUS_PATH);
	self->subscribers = offhook_dbus_subscribers_new();
	self->calls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					    (GDestroyNotify)offhook_dbus_call_object_free);
	self->plugins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      (GDestroyNotify)offhook_dbus_plugin_object_free);
	self->assistants = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)offhook_dbus_assistant_object_free);
	self->config = offhook_config_ref(config);
	self->manager = offhook_dbus_manager_object_new(self);
	offhook_dbus_door_configure(self, config);
	calls = offhook_call_manager_list(parts->calls);
	for (guint i = 0; i < calls->len; i++)
		offhook_dbus_door_call_added_cb(parts->calls, g_ptr_array_index(calls, i), self);
	offhook_dbus_door_watch(self);
	self->bus =
	    offhook_dbus_bus_new(type, OFFHOOK_DBUS_NAME, &offhook_dbus_door_bus_events, self);
	return self;
}

void
offhook_dbus_door_free(OffhookDBusDoor *self)
{
	if (self == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->parts.calls, self);
	g_signal_handlers_disconnect_by_data(self->parts.plugins, self);
	g_signal_handlers_disconnect_by_data(self->parts.events, self);
	g_signal_handlers_disconnect_by_data(offhook_call_manager_get_health(self->parts.calls),
					     self);
	offhook_dbus_bus_free(self->bus);
	offhook_dbus_subscribers_free(self->subscribers);
	g_dbus_object_manager_server_set_connection(self->objects, NULL);
	g_hash_table_unref(self->calls);
	g_hash_table_unref(self->plugins);
	g_hash_table_unref(self->assistants);
	if (g_dbus_interface_skeleton_get_connection(G_DBUS_INTERFACE_SKELETON(self->manager)) !=
	    NULL)
		g_dbus_interface_skeleton_unexport(G_DBUS_INTERFACE_SKELETON(self->manager));
	offhook_dbus_dispatch_unbind(G_DBUS_INTERFACE_SKELETON(self->manager));
	g_object_unref(self->manager);
	g_object_unref(self->objects);
	offhook_config_unref(self->config);
	g_free(self->url);
	g_free(self);
}
