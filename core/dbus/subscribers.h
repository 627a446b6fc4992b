/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Clients who want to be told what happens in calls. Each gets the signals for itself alone, so that
 * nobody hears what he may not. Main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _OffhookDBusSubscribers OffhookDBusSubscribers;

OffhookDBusSubscribers *offhook_dbus_subscribers_new(void);
void offhook_dbus_subscribers_free(OffhookDBusSubscribers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDBusSubscribers, offhook_dbus_subscribers_free)

/**
 * Adds @name of @connection, or changes what it wants. It is forgotten when it leaves the bus.
 * @types: of events; none: all. %OFFHOOK_ERROR_LIMIT: too many clients or types
 * @personal: it may hear what is said
 */
gboolean offhook_dbus_subscribers_add(OffhookDBusSubscribers *self, GDBusConnection *connection,
				      const char *name, const char *const *types, gboolean personal,
				      GError **error);
void offhook_dbus_subscribers_remove(OffhookDBusSubscribers *self, const char *name);

/** A signal to send. Borrowed. */
typedef struct {
	const char *path;
	const char *interface;
	const char *signal;
	GVariant *parameters; /* floating, or not */
	GVariant
	    *public; /* (nullable): instead of them for who may not read personal data; %NULL: nothing */
} OffhookDBusSignal;

/** To those who want to hear of @type of event. */
void offhook_dbus_subscribers_send(OffhookDBusSubscribers *self, const char *type,
				   const OffhookDBusSignal *signal);
/** Whether it would reach anybody. */
gboolean offhook_dbus_subscribers_want(OffhookDBusSubscribers *self, const char *type);

G_END_DECLS
