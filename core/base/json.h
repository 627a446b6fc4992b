/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/json.h>

G_BEGIN_DECLS

/** Compact text of @object. (transfer full) */
char *offhook_json_to_string(JsonObject *object);

/*
 * Members of a request, checked: %OFFHOOK_ERROR_INVALID_ARGUMENT names the field, its value and
 * what was expected. A member that is absent or null leaves *@value alone.
 */
gboolean offhook_json_read_string(JsonObject *object, const char *field, const char **value,
				  GError **error);
gboolean offhook_json_read_boolean(JsonObject *object, const char *field, gboolean *value,
				   GError **error);
gboolean offhook_json_read_integer(JsonObject *object, const char *field, gint64 min, gint64 max,
				   gint64 *value, GError **error);
/** One that is no whole number may have up to the digits of a double; not infinite. */
gboolean offhook_json_read_number(JsonObject *object, const char *field, double min, double max,
				  double *value, GError **error);
gboolean offhook_json_read_object(JsonObject *object, const char *field, JsonObject **value,
				  GError **error);

/** Sets %OFFHOOK_ERROR_INVALID_ARGUMENT in the house form. Always %FALSE. */
gboolean offhook_json_refuse(GError **error, const char *field, const char *value,
			     const char *expected);

/**
 * The parts of such an error: (transfer full) (nullable) copies of field, value and expectation.
 * %FALSE for other errors.
 */
gboolean offhook_json_get_refusal(const GError *error, char **field, char **value, char **expected);

/** JSON null for %NULL. */
void offhook_json_set_string(JsonObject *object, const char *field, const char *value);
/** JSON null for a negative number: there is none. */
void offhook_json_set_figure(JsonObject *object, const char *field, double value);

G_END_DECLS
