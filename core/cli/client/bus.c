/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The door that is D-Bus. Blocking: this is a command line.
 */

#include <string.h>

#include <offhook/error.h>

#include "cli/client/call-id.h"
#include "cli/client/operation.h"
#include "dbus/bus.h"
#include "dbus/path.h"

#define OFFHOOK_BUS_TIMEOUT_MS 60000
#define OFFHOOK_BUS_PROPERTIES "org.freedesktop.DBus.Properties"

/* ---- talking to it ---- */

/* The daemon's errors have their names; a bus without it, or that lets nobody through, is not there. */
static void
offhook_bus_set_error(GError *remote, GError **error)
{
	g_autofree char *name = g_dbus_error_get_remote_error(remote);
	int found = OFFHOOK_ERROR_UNAVAILABLE;

	g_dbus_error_strip_remote_error(remote);
	for (int code = 0; name != NULL && code < OFFHOOK_ERROR_LAST; code++) {
		g_autoptr(GError) each = g_error_new_literal(OFFHOOK_ERROR, code, "");

		if (g_str_equal(offhook_error_get_dbus_name(each), name))
			found = code;
	}
	g_set_error_literal(error, OFFHOOK_ERROR, found, remote->message);
	g_error_free(remote);
}

/* @parameters: floating. (transfer full) (nullable) */
static GVariant *
offhook_bus_call(GDBusConnection *bus, const char *path, const char *interface, const char *method,
		 GVariant *parameters, GError **error)
{
	GError *remote = NULL;
	GVariant *reply = g_dbus_connection_call_sync(
	    bus, OFFHOOK_DBUS_NAME, path, interface, method, parameters, NULL,
	    G_DBUS_CALL_FLAGS_NO_AUTO_START | G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION,
	    OFFHOOK_BUS_TIMEOUT_MS, NULL, &remote);

	if (reply == NULL)
		offhook_bus_set_error(remote, error);
	return reply;
}

/* (transfer full) (nullable) */
static char *
offhook_bus_get_text(GDBusConnection *bus, const char *path, const char *interface,
		     const char *property, GError **error)
{
	g_autofree char *full = g_strconcat(OFFHOOK_DBUS_PREFIX, interface, NULL);
	g_autoptr(GVariant) reply = offhook_bus_call(bus, path, OFFHOOK_BUS_PROPERTIES, "Get",
						     g_variant_new("(ss)", full, property), error);
	g_autoptr(GVariant) value = NULL;

	if (reply == NULL)
		return NULL;
	g_variant_get(reply, "(v)", &value);
	return g_variant_dup_string(value, NULL);
}

/* The bus, if the daemon on it is the one that we mean. (transfer full) (nullable) */
static GDBusConnection *
offhook_bus_open(OffhookClient *client, GError **error)
{
	GBusType type =
	    offhook_dbus_choose_bus(offhook_config_get_string(client->config, "dbus", "bus"));
	g_autoptr(GDBusConnection) bus = NULL;
	g_autoptr(GError) local = NULL;
	g_autofree char *url = NULL;

	if (type == G_BUS_TYPE_NONE) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "[dbus] bus=none");
		return NULL;
	}
	bus = g_bus_get_sync(type, NULL, &local);
	if (bus == NULL) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
				    local->message);
		return NULL;
	}
	url = offhook_bus_get_text(bus, OFFHOOK_DBUS_PATH, "Manager", "Url", error);
	if (url == NULL || g_str_equal(url, client->url))
		return url != NULL ? g_steal_pointer(&bus) : NULL;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
		    "the server on the bus is another one: %s, not %s", url, client->url);
	return NULL;
}

/* ---- what it is done to ---- */

/* (transfer full) (nullable): the objects, a{oa{sa{sv}}} */
static GVariant *
offhook_bus_list(GDBusConnection *bus, GError **error)
{
	g_autoptr(GVariant) reply =
	    offhook_bus_call(bus, OFFHOOK_DBUS_PATH, "org.freedesktop.DBus.ObjectManager",
			     "GetManagedObjects", NULL, error);

	return reply != NULL ? g_variant_get_child_value(reply, 0) : NULL;
}

/* Whether @name is what is meant: a plugin's name, a call's id or a part of one. */
static gboolean
offhook_bus_is_meant(OffhookSubject subject, const char *name, const char *given)
{
	return subject == OFFHOOK_SUBJECT_CALL ? offhook_call_id_is_meant(name, given)
					       : g_str_equal(name, given);
}

/* @names: of what is at @paths. (transfer full) (nullable) */
static char *
offhook_bus_choose(OffhookSubject subject, const char *given, const GPtrArray *names,
		   const GPtrArray *paths, GError **error)
{
	if (paths->len == 1)
		return g_strdup(g_ptr_array_index(paths, 0));
	if (paths->len == 0)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "there is no %s \"%s\"",
			    subject == OFFHOOK_SUBJECT_CALL ? "call" : "plugin", given);
	else if (subject == OFFHOOK_SUBJECT_CALL)
		offhook_call_id_set_ambiguous(given, names, error);
	else
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "\"%s\" means several: %s and %s", given,
			    (const char *)g_ptr_array_index(paths, 0),
			    (const char *)g_ptr_array_index(paths, 1));
	return NULL;
}

/* (transfer full) (nullable): the path of the only object with that name */
static char *
offhook_bus_find(GDBusConnection *bus, OffhookSubject subject, const char *given, GError **error)
{
	const char *interface = subject == OFFHOOK_SUBJECT_CALL ? OFFHOOK_DBUS_PREFIX "Call"
								: OFFHOOK_DBUS_PREFIX "Plugin";
	const char *property = subject == OFFHOOK_SUBJECT_CALL ? "Id" : "Name";
	g_autoptr(GVariant) objects = offhook_bus_list(bus, error);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	GVariantIter iter;
	const char *path;
	GVariant *interfaces;

	if (objects == NULL)
		return NULL;
	g_variant_iter_init(&iter, objects);
	while (g_variant_iter_loop(&iter, "{&o@a{sa{sv}}}", &path, &interfaces)) {
		g_autoptr(GVariant) properties =
		    g_variant_lookup_value(interfaces, interface, G_VARIANT_TYPE_VARDICT);
		const char *name = NULL;

		if (properties == NULL || !g_variant_lookup(properties, property, "&s", &name) ||
		    !offhook_bus_is_meant(subject, name, given))
			continue;
		g_ptr_array_add(names, g_strdup(name));
		g_ptr_array_add(paths, g_strdup(path));
	}
	return offhook_bus_choose(subject, given, names, paths, error);
}

/* ---- words ---- */

static GVariant *
offhook_bus_make_value(JsonNode *node)
{
	switch (json_node_get_value_type(node)) {
	case G_TYPE_BOOLEAN:
		return g_variant_new_boolean(json_node_get_boolean(node));
	case G_TYPE_INT64:
		return g_variant_new_uint32((guint32)json_node_get_int(node));
	default:
		return g_variant_new_string(json_node_get_string(node));
	}
}

typedef struct {
	const OffhookOperation *operation;
	GVariantBuilder builder;
} OffhookBusOptions;

/* REST has options within options; here they are all of one kind. */
static void
offhook_bus_add_option_cb(JsonObject *object, const char *name, JsonNode *node, gpointer user_data)
{
	OffhookBusOptions *self = user_data;

	if (g_strcmp0(name, self->operation->fields[0]) == 0)
		return;
	if (JSON_NODE_HOLDS_OBJECT(node))
		json_object_foreach_member(json_node_get_object(node), offhook_bus_add_option_cb,
					   self);
	else
		g_variant_builder_add(&self->builder, "{sv}", name, offhook_bus_make_value(node));
}

static GVariant *
offhook_bus_make_options(const OffhookOperation *operation, JsonObject *body)
{
	OffhookBusOptions options = {.operation = operation};

	g_variant_builder_init(&options.builder, G_VARIANT_TYPE_VARDICT);
	json_object_foreach_member(body, offhook_bus_add_option_cb, &options);
	return g_variant_builder_end(&options.builder);
}

static GVariant *
offhook_bus_make_arguments(const OffhookOperation *operation, JsonObject *body)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE_TUPLE);
	for (guint i = 0; i < G_N_ELEMENTS(operation->fields) && operation->fields[i] != NULL; i++)
		g_variant_builder_add_value(
		    &builder, g_str_equal(operation->fields[i], "*")
				  ? offhook_bus_make_options(operation, body)
				  : offhook_bus_make_value(
					json_object_get_member(body, operation->fields[i])));
	return g_variant_builder_end(&builder);
}

/* ---- how a call ended ---- */

/* As long as REST waits. */
#define OFFHOOK_BUS_END_MS 5000

typedef struct {
	char *state; /* (nullable): none that is an end yet */
	gboolean late;
} OffhookBusEnd;

static void
offhook_bus_state_cb(GDBusConnection *bus, const char *sender, const char *path,
		     const char *interface, const char *signal, GVariant *parameters,
		     gpointer user_data)
{
	OffhookBusEnd *end = user_data;
	const char *to;

	g_variant_get(parameters, "(&s&s)", NULL, &to);
	if (end->state == NULL && !offhook_client_is_live(to))
		end->state = g_strdup(to);
}

static gboolean
offhook_bus_late_cb(gpointer user_data)
{
	((OffhookBusEnd *)user_data)->late = TRUE;
	return G_SOURCE_CONTINUE;
}

/* Calls End and waits for what comes of it. (transfer full) (nullable): its state */
static char *
offhook_bus_end(GDBusConnection *bus, const char *path, GError **error)
{
	OffhookBusEnd end = {0};
	guint subscription = g_dbus_connection_signal_subscribe(
	    bus, OFFHOOK_DBUS_NAME, OFFHOOK_DBUS_PREFIX "Call", "StateChanged", path, NULL,
	    G_DBUS_SIGNAL_FLAGS_NONE, offhook_bus_state_cb, &end, NULL);
	g_autoptr(GVariant) reply =
	    offhook_bus_call(bus, path, OFFHOOK_DBUS_PREFIX "Call", "End", NULL, error);
	guint timeout = g_timeout_add(OFFHOOK_BUS_END_MS, offhook_bus_late_cb, &end);

	while (reply != NULL && end.state == NULL && !end.late)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timeout);
	g_dbus_connection_signal_unsubscribe(bus, subscription);
	if (reply != NULL && end.state == NULL)
		end.state = offhook_bus_get_text(bus, path, "Call", "State", error);
	return end.state;
}

static JsonObject *
offhook_bus_invoke_end(GDBusConnection *bus, const char *path, GError **error)
{
	g_autofree char *id = offhook_bus_get_text(bus, path, "Call", "Id", error);
	g_autofree char *state = id != NULL ? offhook_bus_end(bus, path, error) : NULL;
	JsonObject *object;

	if (state == NULL)
		return NULL;
	object = json_object_new();
	json_object_set_string_member(object, "call_id", id);
	json_object_set_string_member(object, "status", state);
	return object;
}

/* ---- the door ---- */

/* What REST would have said of it, as far as the bus tells. */
static JsonObject *
offhook_bus_read_reply(GDBusConnection *bus, const OffhookOperation *operation, const char *path,
		       GVariant *reply)
{
	JsonObject *object = json_object_new();
	const char *made = NULL;
	g_autofree char *id = NULL;
	g_autofree char *status = NULL;

	json_object_set_boolean_member(object, "success", TRUE);
	json_object_set_string_member(object, "action", operation->name);
	if (g_variant_is_of_type(reply, G_VARIANT_TYPE("(o)")))
		g_variant_get(reply, "(&o)", &made);
	if (made != NULL && g_str_equal(operation->method, "PlaceCall"))
		path = made;
	if (operation->subject != OFFHOOK_SUBJECT_CALL && path != made)
		return object;
	id = offhook_bus_get_text(bus, path, "Call", "Id", NULL);
	status = offhook_bus_get_text(bus, path, "Call", "State", NULL);
	if (id != NULL)
		json_object_set_string_member(object, "call_id", id);
	if (status != NULL)
		json_object_set_string_member(object, "status", status);
	return object;
}

static JsonObject *
offhook_bus_invoke(OffhookClient *client, const OffhookOperation *operation, const char *subject,
		   JsonObject *body, GError **error)
{
	g_autoptr(GDBusConnection) bus = offhook_bus_open(client, error);
	g_autofree char *interface = g_strconcat(OFFHOOK_DBUS_PREFIX, operation->interface, NULL);
	g_autofree char *path = NULL;
	g_autoptr(GVariant) reply = NULL;

	if (bus == NULL)
		return NULL;
	path = operation->subject == OFFHOOK_SUBJECT_SERVER
		   ? g_strdup(OFFHOOK_DBUS_PATH)
		   : offhook_bus_find(bus, operation->subject, subject, error);
	if (path == NULL)
		return NULL;
	if (operation->subject == OFFHOOK_SUBJECT_CALL && g_str_equal(operation->method, "End"))
		return offhook_bus_invoke_end(bus, path, error);
	reply = offhook_bus_call(bus, path, interface, operation->method,
				 offhook_bus_make_arguments(operation, body), error);
	return reply != NULL ? offhook_bus_read_reply(bus, operation, path, reply) : NULL;
}

const OffhookTransport offhook_transport_dbus = {"D-Bus", offhook_bus_invoke};
