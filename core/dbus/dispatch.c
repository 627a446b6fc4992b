/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dbus/dispatch.h"

#include <offhook/error.h>

#include "dbus/path.h"

/* Of a call's arguments: what REST takes in a body. The bus lets a hundred times as much through. */
#define OFFHOOK_DBUS_MAX_ARGUMENTS (1024 * 1024)

/* Of one connection to the bus; each may wait for somebody who types a password. */
#define OFFHOOK_DBUS_MAX_QUESTIONS 256

#define OFFHOOK_DBUS_BINDING   "offhook-binding"
#define OFFHOOK_DBUS_QUESTIONS "offhook-questions"

typedef struct {
	const OffhookDBusMethod *methods;
	gpointer object; /* (nullable): gone */
} OffhookDBusBinding;

typedef struct {
	GDBusInterfaceSkeleton *interface;
	GDBusMethodInvocation *invocation;
	const OffhookDBusMethod *method;
} OffhookDBusWaiting;

void
offhook_dbus_return(GDBusMethodInvocation *invocation, GVariant *result)
{
	g_dbus_method_invocation_return_value(invocation, result);
}

void
offhook_dbus_return_error(GDBusMethodInvocation *invocation, const GError *error)
{
	g_dbus_method_invocation_return_dbus_error(invocation, offhook_error_get_dbus_name(error),
						   error->message);
}

void
offhook_dbus_return_done(GDBusMethodInvocation *invocation, const GError *error)
{
	if (error != NULL)
		offhook_dbus_return_error(invocation, error);
	else
		offhook_dbus_return(invocation, NULL);
}

/* How many callers wait to be allowed something. */
static guint
offhook_dbus_dispatch_count(GDBusConnection *connection, int change)
{
	guint n =
	    GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(connection), OFFHOOK_DBUS_QUESTIONS)) +
	    change;

	g_object_set_data(G_OBJECT(connection), OFFHOOK_DBUS_QUESTIONS, GUINT_TO_POINTER(n));
	return n;
}

static void
offhook_dbus_dispatch_allowed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookDBusWaiting *waiting = user_data;
	g_autoptr(GDBusInterfaceSkeleton) interface = waiting->interface;
	OffhookDBusBinding *binding = g_object_get_data(G_OBJECT(interface), OFFHOOK_DBUS_BINDING);
	g_autoptr(GError) error = NULL;

	offhook_dbus_dispatch_count(G_DBUS_CONNECTION(source), -1);
	if (offhook_dbus_authorize_finish(G_DBUS_CONNECTION(source), result, &error) &&
	    binding->object == NULL)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "%s is gone",
			    g_dbus_method_invocation_get_object_path(waiting->invocation));
	if (error != NULL)
		offhook_dbus_return_error(waiting->invocation, error);
	else
		waiting->method->run(binding->object, waiting->invocation);
}

static const OffhookDBusMethod *
offhook_dbus_dispatch_find(const OffhookDBusBinding *binding, const char *name)
{
	for (const OffhookDBusMethod *method = binding->methods; method->method != NULL; method++)
		if (g_str_equal(method->method, name))
			return method;
	g_assert_not_reached();
}

/* %FALSE: too much is asked at once. */
static gboolean
offhook_dbus_dispatch_admit(GDBusMethodInvocation *invocation, GError **error)
{
	gsize size = g_variant_get_size(g_dbus_method_invocation_get_parameters(invocation));
	GDBusConnection *connection = g_dbus_method_invocation_get_connection(invocation);

	if (size > OFFHOOK_DBUS_MAX_ARGUMENTS) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "the arguments have %" G_GSIZE_FORMAT " bytes, the limit is %d", size,
			    OFFHOOK_DBUS_MAX_ARGUMENTS);
		return FALSE;
	}
	if (offhook_dbus_dispatch_count(connection, 0) < OFFHOOK_DBUS_MAX_QUESTIONS)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
		    "%d callers wait already for being allowed something",
		    OFFHOOK_DBUS_MAX_QUESTIONS);
	return FALSE;
}

/* %FALSE: the call is ours, the library does nothing more with it. */
static gboolean
offhook_dbus_dispatch_cb(GDBusInterfaceSkeleton *interface, GDBusMethodInvocation *invocation,
			 gpointer user_data)
{
	OffhookDBusBinding *binding = user_data;
	GDBusConnection *connection = g_dbus_method_invocation_get_connection(invocation);
	GDBusMessage *message = g_dbus_method_invocation_get_message(invocation);
	g_autoptr(GError) error = NULL;
	OffhookDBusWaiting *waiting;

	if (!offhook_dbus_dispatch_admit(invocation, &error)) {
		offhook_dbus_return_error(invocation, error);
		return FALSE;
	}
	offhook_dbus_dispatch_count(connection, 1);
	waiting = g_new0(OffhookDBusWaiting, 1);
	waiting->interface = g_object_ref(interface);
	waiting->invocation = invocation;
	waiting->method = offhook_dbus_dispatch_find(
	    binding, g_dbus_method_invocation_get_method_name(invocation));
	offhook_dbus_authorize_async(connection, g_dbus_method_invocation_get_sender(invocation),
				     waiting->method->right,
				     g_dbus_message_get_flags(message) &
					 G_DBUS_MESSAGE_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION,
				     NULL, offhook_dbus_dispatch_allowed_cb, waiting);
	return FALSE;
}

void
offhook_dbus_dispatch_bind(GDBusInterfaceSkeleton *interface, const OffhookDBusMethod *methods,
			   gpointer object)
{
	OffhookDBusBinding *binding = g_new0(OffhookDBusBinding, 1);

	binding->methods = methods;
	binding->object = object;
	g_object_set_data_full(G_OBJECT(interface), OFFHOOK_DBUS_BINDING, binding, g_free);
	g_signal_connect(interface, "g-authorize-method", G_CALLBACK(offhook_dbus_dispatch_cb),
			 binding);
}

void
offhook_dbus_dispatch_unbind(GDBusInterfaceSkeleton *interface)
{
	OffhookDBusBinding *binding = g_object_get_data(G_OBJECT(interface), OFFHOOK_DBUS_BINDING);

	/* Interfaces without methods have none. */
	if (binding != NULL)
		binding->object = NULL;
}
