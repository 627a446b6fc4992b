/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fields of requests about users, checked before the store would: errors name the field as the client
 * wrote it. All fail with %OFFHOOK_ERROR_INVALID_ARGUMENT. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** Longest names (of users, sessions, kinds of agents) and texts, in bytes. */
#define OFFHOOK_USER_FIELDS_MAX_NAME 256
#define OFFHOOK_USER_FIELDS_MAX_TEXT (64 * 1024)

/** A part of a path or of the query. */
gboolean offhook_user_fields_check_name(const char *field, const char *value, GError **error);

/** @value: (out) (nullable): borrowed; stays when it is not there, which @required forbids */
gboolean offhook_user_fields_read_text(JsonObject *body, const char *field, gboolean required,
				       gsize max, const char **value, GError **error);
/** A JSON object. @text: (out) (transfer full): stays when it is not there */
gboolean offhook_user_fields_read_object(JsonObject *body, const char *field, char **text,
					 GError **error);

/** Sets what @text (nullable) holds, or an empty object. */
void offhook_user_fields_set_object(JsonObject *object, const char *field, const char *text);

G_END_DECLS
