/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Every method call takes the same way: who may, then the row of a table, then the answer or an error by
 * its name. Main thread.
 */
#pragma once

#include "dbus/authority.h"

G_BEGIN_DECLS

/** One row of an object's table. */
typedef struct {
	const char *method;
	OffhookDBusRight right;
	/* Answers @invocation, now or later. @object: as bound */
	void (*run)(gpointer object, GDBusMethodInvocation *invocation);
} OffhookDBusMethod;

/**
 * offhook_dbus_dispatch_bind:
 * @methods: static, ends with a %NULL method; has every method of @interface
 * @object: given to them until offhook_dbus_dispatch_unbind()
 */
void offhook_dbus_dispatch_bind(GDBusInterfaceSkeleton *interface, const OffhookDBusMethod *methods,
				gpointer object);
/** @object is gone: calls that are still waiting to be allowed are told so. */
void offhook_dbus_dispatch_unbind(GDBusInterfaceSkeleton *interface);

/** Both end @invocation. @result: (nullable) floating */
void offhook_dbus_return(GDBusMethodInvocation *invocation, GVariant *result);
void offhook_dbus_return_error(GDBusMethodInvocation *invocation, const GError *error);

/** @error == %NULL: with nothing, as most methods do. */
void offhook_dbus_return_done(GDBusMethodInvocation *invocation, const GError *error);

G_END_DECLS
