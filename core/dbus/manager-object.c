/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The daemon as a whole: placing calls, the provider, plugins, subscriptions, its end.
 */

#include "dbus/door-private.h"

#include "base/timestamp.h"
#include "call/manager/call-request.h"

/* ---- calls ---- */

static void
offhook_dbus_manager_return_call(GDBusMethodInvocation *invocation, OffhookCall *call)
{
	g_autofree char *path = offhook_dbus_make_path("Call", offhook_call_get_id(call));

	offhook_dbus_return(invocation, g_variant_new("(o)", path));
}

static void
offhook_dbus_manager_placed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GDBusMethodInvocation *invocation = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCall) call =
	    offhook_call_manager_initiate_finish(OFFHOOK_CALL_MANAGER(source), result, &error);

	if (call == NULL)
		offhook_dbus_return_error(invocation, error);
	else
		offhook_dbus_manager_return_call(invocation, call);
}

/* Here it is one of the options; to the other doors it is something beside them. */
static gboolean
offhook_dbus_manager_take_assistant(JsonObject *options, char **assistant, GError **error)
{
	const char *name = NULL;

	if (!offhook_json_read_string(options, "assistant", &name, error))
		return FALSE;
	*assistant = g_strdup(name);
	json_object_remove_member(options, "assistant");
	return TRUE;
}

static void
offhook_dbus_manager_place_call(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusDoor *self = object;
	OffhookInitiateRequest wanted = {0};
	g_autoptr(GVariant) options = NULL;
	g_autoptr(JsonObject) json = NULL;
	g_autofree char *assistant = NULL;
	g_autoptr(GError) error = NULL;

	g_variant_get(g_dbus_method_invocation_get_parameters(invocation), "(&s@a{sv})",
		      &wanted.phone_number, &options);
	json = offhook_dbus_read_options(options);
	if (offhook_dbus_manager_take_assistant(json, &assistant, &error) &&
	    offhook_call_request_check_names(json, offhook_call_request_option_names, &error) &&
	    offhook_call_request_read_options(json, &wanted, &error)) {
		wanted.assistant = assistant;
		offhook_call_manager_initiate_async(self->parts.calls, &wanted, NULL,
						    offhook_dbus_manager_placed_cb, invocation);
	} else {
		offhook_dbus_return_error(invocation, error);
	}
}

static void
offhook_dbus_manager_find_call(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusDoor *self = object;
	g_autoptr(GError) error = NULL;
	OffhookCall *call;
	const char *id;

	g_variant_get(g_dbus_method_invocation_get_parameters(invocation), "(&s)", &id);
	call = offhook_call_manager_find(self->parts.calls, id, &error);
	if (call == NULL)
		offhook_dbus_return_error(invocation, error);
	else
		offhook_dbus_manager_return_call(invocation, call);
}

static void
offhook_dbus_manager_switch_provider(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusDoor *self = object;
	g_autoptr(GError) error = NULL;
	const char *name;

	g_variant_get(g_dbus_method_invocation_get_parameters(invocation), "(&s)", &name);
	offhook_call_manager_set_provider(self->parts.calls, name, &error);
	offhook_dbus_return_done(invocation, error);
}

/* ---- configuration and plugins ---- */

static void
offhook_dbus_manager_reload(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusDoor *self = object;
	g_autoptr(GError) error = NULL;

	self->wishes->reload(self->user_data, &error);
	offhook_dbus_return_done(invocation, error);
}

static void
offhook_dbus_manager_rescan_plugins(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusDoor *self = object;

	offhook_plugin_watcher_rescan(self->parts.watcher);
	offhook_dbus_return_done(invocation, NULL);
}

static void
offhook_dbus_manager_load_plugin(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusDoor *self = object;
	g_autofree char *where = NULL;
	g_autoptr(GError) error = NULL;
	OffhookPlugin *plugin;
	const char *path;

	g_variant_get(g_dbus_method_invocation_get_parameters(invocation), "(&s)", &path);
	plugin = offhook_plugin_watcher_load(self->parts.watcher, path, &error);
	if (plugin == NULL) {
		offhook_dbus_return_error(invocation, error);
		return;
	}
	where = offhook_dbus_plugin_make_path(plugin);
	offhook_dbus_return(invocation, g_variant_new("(o)", where));
}

/* ---- the end ---- */

static void
offhook_dbus_manager_drain(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusDoor *self = object;
	gboolean quit;

	g_variant_get(g_dbus_method_invocation_get_parameters(invocation), "(b)", &quit);
	/* First the answer: without calls the end comes at once. */
	offhook_dbus_return_done(invocation, NULL);
	self->wishes->drain(self->user_data, quit);
}

static void
offhook_dbus_manager_stop_draining(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusDoor *self = object;

	offhook_call_manager_set_draining(self->parts.calls, FALSE);
	offhook_dbus_return_done(invocation, NULL);
}

static void
offhook_dbus_manager_quit(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusDoor *self = object;

	offhook_dbus_return_done(invocation, NULL);
	self->wishes->quit(self->user_data);
}

/* ---- subscriptions ---- */

typedef struct {
	OffhookDBusDoor *door;
	GDBusMethodInvocation *invocation;
	GDBusInterfaceSkeleton *manager; /* says whether the door is still there */
} OffhookDBusSubscription;

/* A connection that is gone in the meantime has taken its subscribers along. */
static gboolean
offhook_dbus_manager_do_subscribe(OffhookDBusSubscription *subscription,
				  GDBusConnection *connection, gboolean personal, GError **error)
{
	GDBusMethodInvocation *invocation = subscription->invocation;
	g_autofree const char **types = NULL;

	if (g_dbus_interface_skeleton_get_connection(subscription->manager) != connection) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "the daemon stops");
		return FALSE;
	}
	g_variant_get(g_dbus_method_invocation_get_parameters(invocation), "(^a&s)", &types);
	return offhook_dbus_subscribers_add(subscription->door->subscribers, connection,
					    g_dbus_method_invocation_get_sender(invocation), types,
					    personal, error);
}

static void
offhook_dbus_manager_subscriber_known_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookDBusSubscription *subscription = user_data;
	g_autoptr(GDBusInterfaceSkeleton) manager = subscription->manager;
	GDBusConnection *connection = G_DBUS_CONNECTION(source);
	gboolean personal = offhook_dbus_authorize_finish(connection, result, NULL);
	g_autoptr(GError) error = NULL;

	if (offhook_dbus_manager_do_subscribe(subscription, connection, personal, &error))
		offhook_dbus_return(subscription->invocation, g_variant_new("(b)", personal));
	else
		offhook_dbus_return_error(subscription->invocation, error);
}

static void
offhook_dbus_manager_subscribe(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusDoor *self = object;
	OffhookDBusSubscription *subscription = g_new0(OffhookDBusSubscription, 1);

	subscription->door = self;
	subscription->invocation = invocation;
	subscription->manager = g_object_ref(G_DBUS_INTERFACE_SKELETON(self->manager));
	/* Who may not hear everything is not asked for a password, but hears less. */
	offhook_dbus_authorize_async(g_dbus_method_invocation_get_connection(invocation),
				     g_dbus_method_invocation_get_sender(invocation),
				     OFFHOOK_DBUS_READ_PERSONAL_DATA, FALSE, NULL,
				     offhook_dbus_manager_subscriber_known_cb, subscription);
}

static void
offhook_dbus_manager_unsubscribe(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusDoor *self = object;

	offhook_dbus_subscribers_remove(self->subscribers,
					g_dbus_method_invocation_get_sender(invocation));
	offhook_dbus_return_done(invocation, NULL);
}

static const OffhookDBusMethod offhook_dbus_manager_methods[] = {
    {"PlaceCall", OFFHOOK_DBUS_PLACE_CALLS, offhook_dbus_manager_place_call},
    {"FindCall", OFFHOOK_DBUS_READ_STATUS, offhook_dbus_manager_find_call},
    {"SwitchProvider", OFFHOOK_DBUS_MANAGE, offhook_dbus_manager_switch_provider},
    {"Reload", OFFHOOK_DBUS_MANAGE, offhook_dbus_manager_reload},
    {"RescanPlugins", OFFHOOK_DBUS_MANAGE, offhook_dbus_manager_rescan_plugins},
    {"LoadPlugin", OFFHOOK_DBUS_MANAGE, offhook_dbus_manager_load_plugin},
    {"Drain", OFFHOOK_DBUS_MANAGE, offhook_dbus_manager_drain},
    {"StopDraining", OFFHOOK_DBUS_MANAGE, offhook_dbus_manager_stop_draining},
    {"Quit", OFFHOOK_DBUS_MANAGE, offhook_dbus_manager_quit},
    {"Subscribe", OFFHOOK_DBUS_READ_STATUS, offhook_dbus_manager_subscribe},
    {"Unsubscribe", OFFHOOK_DBUS_READ_STATUS, offhook_dbus_manager_unsubscribe},
    {NULL},
};

OffhookDBusManager *
offhook_dbus_manager_object_new(OffhookDBusDoor *door)
{
	OffhookDBusManager *self = offhook_dbus_manager_skeleton_new();

	offhook_dbus_manager_set_version(self, OFFHOOK_VERSION);
	offhook_dbus_manager_set_started(self, offhook_timestamp_now());
	offhook_dbus_manager_set_url(self, door->url);
	offhook_dbus_dispatch_bind(G_DBUS_INTERFACE_SKELETON(self), offhook_dbus_manager_methods,
				   door);
	return self;
}

void
offhook_dbus_manager_object_update(OffhookDBusDoor *door)
{
	OffhookCallManager *calls = door->parts.calls;

	offhook_dbus_manager_set_provider(
	    door->manager, OFFHOOK_DBUS_TEXT(offhook_call_manager_get_provider(calls)));
	offhook_dbus_manager_set_call_count(door->manager, g_hash_table_size(door->calls));
	offhook_dbus_manager_set_max_calls(
	    door->manager, offhook_config_get_integer(door->config, "server", "max-calls"));
	offhook_dbus_manager_set_draining(door->manager, offhook_call_manager_is_draining(calls));
}
