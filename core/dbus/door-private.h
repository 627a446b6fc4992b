/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The inside of the door, for its own files: what every object of it needs.
 */
#pragma once

#include "dbus/bus.h"
#include "dbus/dispatch.h"
#include "dbus/door.h"
#include "dbus/interfaces.h"
#include "dbus/path.h"
#include "dbus/subscribers.h"

G_BEGIN_DECLS

typedef struct _OffhookDBusCallObject OffhookDBusCallObject;
typedef struct _OffhookDBusPluginObject OffhookDBusPluginObject;
typedef struct _OffhookDBusAssistantObject OffhookDBusAssistantObject;

struct _OffhookDBusDoor {
	OffhookDBusParts parts;
	const OffhookDBusWishes *wishes;
	gpointer user_data;
	char *url;
	OffhookConfig *config;
	OffhookMetric *connected;
	OffhookDBusBus *bus;
	GDBusObjectManagerServer *objects; /* with or without a connection */
	OffhookDBusSubscribers *subscribers;
	OffhookDBusManager *manager;
	GHashTable *calls;      /* id -> OffhookDBusCallObject */
	GHashTable *plugins;    /* path -> OffhookDBusPluginObject */
	GHashTable *assistants; /* path -> OffhookDBusAssistantObject */
};

/* ---- what the objects share ---- */

/** Strings that may not be there are empty on the bus. */
#define OFFHOOK_DBUS_TEXT(text) ((text) != NULL ? (text) : "")

/** Adds @text to an a{sv}, unless it is %NULL. */
void offhook_dbus_add_detail(GVariantBuilder *details, const char *name, const char *text);
/** a{sv} as JSON; (transfer full). For the readers that all doors share. */
JsonObject *offhook_dbus_read_options(GVariant *options);

/* ---- manager-object.c ---- */

OffhookDBusManager *offhook_dbus_manager_object_new(OffhookDBusDoor *door);
/** Its figures again. */
void offhook_dbus_manager_object_update(OffhookDBusDoor *door);

/* ---- call-object.c ---- */

OffhookDBusCallObject *offhook_dbus_call_object_new(OffhookDBusDoor *door, OffhookCall *call);
void offhook_dbus_call_object_free(OffhookDBusCallObject *self);
/** @event: of this call */
void offhook_dbus_call_object_tell(OffhookDBusCallObject *self, const OffhookEvent *event);
OffhookCall *offhook_dbus_call_object_get_call(OffhookDBusCallObject *self);
OffhookDBusDoor *offhook_dbus_call_object_get_door(OffhookDBusCallObject *self);

/* ---- call-methods.c ---- */

/** Its methods; the object is the OffhookDBusCallObject. */
extern const OffhookDBusMethod offhook_dbus_call_methods[];

/* ---- plugin-object.c ---- */

/** Where @plugin is. (transfer full) */
char *offhook_dbus_plugin_make_path(OffhookPlugin *plugin);
OffhookDBusPluginObject *offhook_dbus_plugin_object_new(OffhookDBusDoor *door,
							OffhookPlugin *plugin);
void offhook_dbus_plugin_object_free(OffhookDBusPluginObject *self);
OffhookPlugin *offhook_dbus_plugin_object_get_plugin(OffhookDBusPluginObject *self);
void offhook_dbus_plugin_object_update(OffhookDBusPluginObject *self);

/* ---- assistant-object.c ---- */

OffhookDBusAssistantObject *offhook_dbus_assistant_object_new(OffhookDBusDoor *door,
							      const char *name);
void offhook_dbus_assistant_object_free(OffhookDBusAssistantObject *self);
/** As the door's configuration says now. */
void offhook_dbus_assistant_object_update(OffhookDBusAssistantObject *self,
					  const OffhookAssistantConfig *settings);

G_END_DECLS
