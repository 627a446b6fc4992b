/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dbus/authority.h"

#include <offhook/error.h>

#include <unistd.h>

#include "dbus/path.h"

#define OFFHOOK_DBUS_UID_TIMEOUT_MS 5000
/* Whoever has to type a password may take his time; polkit gives up by itself. */
#define OFFHOOK_DBUS_ASK_TIMEOUT_MS (5 * 60 * 1000)

#define OFFHOOK_POLKIT_NAME  "org.freedesktop.PolicyKit1"
#define OFFHOOK_POLKIT_PATH  "/org/freedesktop/PolicyKit1/Authority"
#define OFFHOOK_POLKIT_IFACE "org.freedesktop.PolicyKit1.Authority"

#define OFFHOOK_POLKIT_ALLOW_INTERACTION 1u

typedef struct {
	char *sender;
	OffhookDBusRight right;
	gboolean interactive;
} OffhookDBusQuestion;

static void
offhook_dbus_question_free(OffhookDBusQuestion *self)
{
	g_free(self->sender);
	g_free(self);
}

const char *
offhook_dbus_right_get_action(OffhookDBusRight right)
{
	static const char *const actions[] = {
	    [OFFHOOK_DBUS_READ_STATUS] = OFFHOOK_DBUS_PREFIX "read-status",
	    [OFFHOOK_DBUS_READ_PERSONAL_DATA] = OFFHOOK_DBUS_PREFIX "read-personal-data",
	    [OFFHOOK_DBUS_CONTROL_CALLS] = OFFHOOK_DBUS_PREFIX "control-calls",
	    [OFFHOOK_DBUS_PLACE_CALLS] = OFFHOOK_DBUS_PREFIX "place-calls",
	    [OFFHOOK_DBUS_MANAGE] = OFFHOOK_DBUS_PREFIX "manage",
	};
	G_STATIC_ASSERT(G_N_ELEMENTS(actions) == OFFHOOK_DBUS_RIGHT_LAST);

	return actions[right];
}

/* @why: (nullable) */
static void
offhook_dbus_authorize_refuse(GTask *task, const char *why)
{
	const OffhookDBusQuestion *question = g_task_get_task_data(task);

	g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
				"%s is not allowed to you%s%s",
				offhook_dbus_right_get_action(question->right),
				why != NULL ? ": " : "", why != NULL ? why : "");
}

static void
offhook_dbus_authorize_asked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply =
	    g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
	gboolean authorized = FALSE, challenge = FALSE;

	if (reply == NULL) {
		g_dbus_error_strip_remote_error(error);
		offhook_dbus_authorize_refuse(task, error->message);
		return;
	}
	g_variant_get(reply, "((bba{ss}))", &authorized, &challenge, NULL);
	if (authorized)
		g_task_return_boolean(task, TRUE);
	else
		offhook_dbus_authorize_refuse(task, challenge ? "a password is needed" : NULL);
}

static void
offhook_dbus_authorize_ask_polkit(GTask *task)
{
	const OffhookDBusQuestion *question = g_task_get_task_data(task);
	GVariantBuilder subject;

	g_variant_builder_init(&subject, G_VARIANT_TYPE("a{sv}"));
	g_variant_builder_add(&subject, "{sv}", "name", g_variant_new_string(question->sender));
	g_dbus_connection_call(
	    g_task_get_source_object(task), OFFHOOK_POLKIT_NAME, OFFHOOK_POLKIT_PATH,
	    OFFHOOK_POLKIT_IFACE, "CheckAuthorization",
	    g_variant_new("((sa{sv})sa{ss}us)", "system-bus-name", &subject,
			  offhook_dbus_right_get_action(question->right), NULL,
			  question->interactive ? OFFHOOK_POLKIT_ALLOW_INTERACTION : 0, ""),
	    G_VARIANT_TYPE("((bba{ss}))"), G_DBUS_CALL_FLAGS_NONE,
	    question->interactive ? OFFHOOK_DBUS_ASK_TIMEOUT_MS : -1, g_task_get_cancellable(task),
	    offhook_dbus_authorize_asked_cb, g_object_ref(task));
}

static void
offhook_dbus_authorize_uid_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply =
	    g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
	guint32 uid;

	if (reply == NULL) {
		g_dbus_error_strip_remote_error(error);
		offhook_dbus_authorize_refuse(task, error->message);
		return;
	}
	g_variant_get(reply, "(u)", &uid);
	if (uid == 0 || uid == geteuid())
		g_task_return_boolean(task, TRUE);
	else
		offhook_dbus_authorize_ask_polkit(task);
}

void
offhook_dbus_authorize_async(GDBusConnection *connection, const char *sender,
			     OffhookDBusRight right, gboolean interactive,
			     GCancellable *cancellable, GAsyncReadyCallback callback,
			     gpointer user_data)
{
	GTask *task = g_task_new(connection, cancellable, callback, user_data);
	OffhookDBusQuestion *question = g_new0(OffhookDBusQuestion, 1);

	g_task_set_source_tag(task, offhook_dbus_authorize_async);
	question->sender = g_strdup(sender);
	question->right = right;
	question->interactive = interactive;
	g_task_set_task_data(task, question, (GDestroyNotify)offhook_dbus_question_free);
	g_dbus_connection_call(connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
			       "org.freedesktop.DBus", "GetConnectionUnixUser",
			       g_variant_new("(s)", sender), G_VARIANT_TYPE("(u)"),
			       G_DBUS_CALL_FLAGS_NONE, OFFHOOK_DBUS_UID_TIMEOUT_MS, cancellable,
			       offhook_dbus_authorize_uid_cb, task);
}

gboolean
offhook_dbus_authorize_finish(GDBusConnection *connection, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}
