/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Chooses the door for an operation, and the one that is REST.
 */

#include "cli/client/operation.h"

#include <offhook/error.h>

#include "cli/client/call-id.h"

/* ---- REST ---- */

static JsonObject *
offhook_operation_invoke_rest(OffhookClient *client, const OffhookOperation *operation,
			      const char *subject, JsonObject *body, GError **error)
{
	g_autofree char *path = NULL;

	if (operation->verb == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "it has no such request");
		return NULL;
	}
	path = operation->subject == OFFHOOK_SUBJECT_CALL
		   ? offhook_call_id_make_path(client, subject, operation->path, error)
		   : g_strdup(operation->path);
	return path != NULL ? offhook_client_request(client, operation->verb, path, body, error)
			    : NULL;
}

const OffhookTransport offhook_transport_rest = {"REST", offhook_operation_invoke_rest};

/* ---- which one ---- */

/* Who names a server or has a token means that one; on the bus there may be another. */
static gboolean
offhook_operation_may_use_bus(OffhookClient *client)
{
	return client->transport == NULL || g_str_equal(client->transport, "auto")
		   ? !client->named && !client->token_given
		   : g_str_equal(client->transport, "dbus");
}

/* Of a refusal it is the server itself that speaks, unless it did not know us. */
static gboolean
offhook_operation_is_final(const OffhookOperation *operation, const GError *error)
{
	return operation->verb != NULL
		   ? !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE) &&
			 !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION) &&
			 !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND)
		   : !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
}

JsonObject *
offhook_operation_run(OffhookClient *client, const OffhookOperation *operation, const char *subject,
		      JsonObject *body, GError **error)
{
	gboolean forced = g_strcmp0(client->transport, "dbus") == 0;
	g_autoptr(GError) bus_error = NULL;
	g_autoptr(GError) rest_error = NULL;
	JsonObject *reply;

	if (offhook_operation_may_use_bus(client)) {
		reply = offhook_transport_dbus.invoke(client, operation, subject, body, &bus_error);
		if (reply != NULL)
			return reply;
		if (forced || offhook_operation_is_final(operation, bus_error)) {
			g_propagate_error(error, g_steal_pointer(&bus_error));
			return NULL;
		}
	}
	reply = offhook_transport_rest.invoke(client, operation, subject, body, &rest_error);
	if (reply != NULL)
		return reply;
	/* REST is what most have; of D-Bus it is said where nothing else could have done it. */
	if (operation->verb != NULL)
		g_propagate_error(error, g_steal_pointer(&rest_error));
	else
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "%s: tried D-Bus: %s; REST: %s%s%s", operation->name,
			    bus_error != NULL ? bus_error->message
					      : "a server was named (--url, --token, --transport)",
			    rest_error->message,
			    operation->otherwise != NULL ? ". On the server, without a bus: " : "",
			    operation->otherwise != NULL ? operation->otherwise : "");
	return NULL;
}
