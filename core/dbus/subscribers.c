/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dbus/subscribers.h"

#include <offhook/error.h>

#include <string.h>

#define OFFHOOK_DBUS_MAX_SUBSCRIBERS 64
#define OFFHOOK_DBUS_MAX_TYPES       64
#define OFFHOOK_DBUS_MAX_TYPE        64 /* bytes */

typedef struct {
	OffhookDBusSubscribers *owner;
	GDBusConnection *connection;
	char *name;
	char **types; /* none: all */
	gboolean personal;
	guint watch_id;
} OffhookDBusSubscriber;

struct _OffhookDBusSubscribers {
	GHashTable *table; /* unique name -> OffhookDBusSubscriber */
};

static void
offhook_dbus_subscriber_free(OffhookDBusSubscriber *self)
{
	g_bus_unwatch_name(self->watch_id);
	g_object_unref(self->connection);
	g_strfreev(self->types);
	g_free(self->name);
	g_free(self);
}

OffhookDBusSubscribers *
offhook_dbus_subscribers_new(void)
{
	OffhookDBusSubscribers *self = g_new0(OffhookDBusSubscribers, 1);

	self->table = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					    (GDestroyNotify)offhook_dbus_subscriber_free);
	return self;
}

void
offhook_dbus_subscribers_free(OffhookDBusSubscribers *self)
{
	if (self == NULL)
		return;
	g_hash_table_unref(self->table);
	g_free(self);
}

static void
offhook_dbus_subscribers_vanished_cb(GDBusConnection *connection, const char *name,
				     gpointer user_data)
{
	offhook_dbus_subscribers_remove(user_data, name);
}

static gboolean
offhook_dbus_subscribers_check(OffhookDBusSubscribers *self, const char *name,
			       const char *const *types, GError **error)
{
	if (!g_hash_table_contains(self->table, name) &&
	    g_hash_table_size(self->table) >= OFFHOOK_DBUS_MAX_SUBSCRIBERS) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "there are %d subscribers already", OFFHOOK_DBUS_MAX_SUBSCRIBERS);
		return FALSE;
	}
	if (g_strv_length((char **)types) > OFFHOOK_DBUS_MAX_TYPES) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "types: %u, expected at most %d", g_strv_length((char **)types),
			    OFFHOOK_DBUS_MAX_TYPES);
		return FALSE;
	}
	for (guint i = 0; types[i] != NULL; i++)
		if (strlen(types[i]) > OFFHOOK_DBUS_MAX_TYPE) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
				    "types: \"%.64s...\", expected an event type like "
				    "message.received",
				    types[i]);
			return FALSE;
		}
	return TRUE;
}

gboolean
offhook_dbus_subscribers_add(OffhookDBusSubscribers *self, GDBusConnection *connection,
			     const char *name, const char *const *types, gboolean personal,
			     GError **error)
{
	OffhookDBusSubscriber *subscriber;

	if (!offhook_dbus_subscribers_check(self, name, types, error))
		return FALSE;
	subscriber = g_new0(OffhookDBusSubscriber, 1);
	subscriber->owner = self;
	subscriber->connection = g_object_ref(connection);
	subscriber->name = g_strdup(name);
	subscriber->types = g_strdupv((char **)types);
	subscriber->personal = personal;
	subscriber->watch_id =
	    g_bus_watch_name_on_connection(connection, name, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
					   offhook_dbus_subscribers_vanished_cb, self, NULL);
	g_hash_table_replace(self->table, subscriber->name, subscriber);
	return TRUE;
}

void
offhook_dbus_subscribers_remove(OffhookDBusSubscribers *self, const char *name)
{
	g_hash_table_remove(self->table, name);
}

static gboolean
offhook_dbus_subscriber_wants(const OffhookDBusSubscriber *self, const char *type)
{
	return self->types[0] == NULL || g_strv_contains((const char *const *)self->types, type);
}

gboolean
offhook_dbus_subscribers_want(OffhookDBusSubscribers *self, const char *type)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->table);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (offhook_dbus_subscriber_wants(value, type))
			return TRUE;
	return FALSE;
}

void
offhook_dbus_subscribers_send(OffhookDBusSubscribers *self, const char *type,
			      const OffhookDBusSignal *signal)
{
	g_autoptr(GVariant) parameters = g_variant_ref_sink(signal->parameters);
	g_autoptr(GVariant) public =
	    signal->public != NULL ? g_variant_ref_sink(signal->public) : NULL;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->table);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		OffhookDBusSubscriber *subscriber = value;
		GVariant *told = subscriber->personal ? parameters : public;

		if (told != NULL && offhook_dbus_subscriber_wants(subscriber, type))
			g_dbus_connection_emit_signal(subscriber->connection, subscriber->name,
						      signal->path, signal->interface,
						      signal->signal, told, NULL);
	}
}
