/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a REST interface that speaks JSON answered, whatever its status: for drivers whose provider
 * explains its refusals in a form of its own. In the library offhook-net-1. Any thread.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <offhook/error.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

typedef struct {
	guint status;
	JsonObject *body; /* (nullable): when it is an object; a gateway's error need not be JSON */
} OffhookRestReply;

/** @response: (transfer none) */
OffhookRestReply *offhook_rest_reply_new(const OffhookWebResponse *response);
void offhook_rest_reply_free(OffhookRestReply *self);

/** offhook_rest_send_finish(), as a reply. (transfer full) (nullable) */
OffhookRestReply *offhook_rest_reply_finish(GAsyncResult *result, GError **error);

/** 2xx. @self: (nullable) */
gboolean offhook_rest_reply_is_success(const OffhookRestReply *self);
/** A string of a success. @self: (nullable). (transfer none) (nullable) */
const char *offhook_rest_reply_get_string(const OffhookRestReply *self, const char *name);

/**
 * The error that a refusal with @status (not 2xx) stands for: %OFFHOOK_ERROR_AUTHENTICATION (401),
 * PERMISSION (402, 403), NOT_FOUND (404, 410), RATE_LIMITED (429), BUSY (503), else PROVIDER.
 */
OffhookError offhook_rest_get_error_code(guint status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRestReply, offhook_rest_reply_free)

G_END_DECLS
