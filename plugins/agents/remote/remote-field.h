/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Members of a JSON object that is not ours: what is missing or null is none, what is of another type
 * or beyond its limit is %OFFHOOK_ERROR_FORMAT, which names it. Pure.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** "answer": an object, in UTF-8. (transfer full) (nullable) */
JsonObject *offhook_remote_field_open(const char *text, gsize size, GError **error);

/** Always %FALSE. */
gboolean offhook_remote_field_refuse(const char *field, const char *expected, GError **error);

/** (transfer none) (nullable) */
JsonNode *offhook_remote_field_get(JsonObject *object, const char *name);
/** @max: bytes; @value: (inout) (transfer full) (nullable) */
gboolean offhook_remote_field_read_string(JsonObject *object, const char *name, gsize max,
					  char **value, GError **error);
/** @value: (inout): stays as it is when there is none */
gboolean offhook_remote_field_read_boolean(JsonObject *object, const char *name, gboolean *value,
					   GError **error);
/** From 0 to 64. @value: likewise */
gboolean offhook_remote_field_read_count(JsonObject *object, const char *name, guint *value,
					 GError **error);
/** @value: (out) (transfer none) (nullable) */
gboolean offhook_remote_field_read_object(JsonObject *object, const char *name, JsonObject **value,
					  GError **error);
/** @max: elements; @value: likewise */
gboolean offhook_remote_field_read_array(JsonObject *object, const char *name, guint max,
					 JsonArray **value, GError **error);

G_END_DECLS
