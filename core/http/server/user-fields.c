/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sizes and types of fields. Main thread.
 */

#include "http/server/user-fields.h"

#include "base/json.h"

#include <string.h>

static gboolean
offhook_user_fields_check_size(const char *field, const char *value, gsize max, GError **error)
{
	gsize size = strlen(value);
	g_autofree char *got = NULL;
	g_autofree char *expected = NULL;

	if (size <= max)
		return TRUE;
	got = g_strdup_printf("(%" G_GSIZE_FORMAT " bytes)", size);
	expected = g_strdup_printf("at most %" G_GSIZE_FORMAT " bytes", max);
	return offhook_json_refuse(error, field, got, expected);
}

gboolean
offhook_user_fields_check_name(const char *field, const char *value, GError **error)
{
	return offhook_user_fields_check_size(field, value, OFFHOOK_USER_FIELDS_MAX_NAME, error);
}

gboolean
offhook_user_fields_read_text(JsonObject *body, const char *field, gboolean required, gsize max,
			      const char **value, GError **error)
{
	const char *text = NULL;

	if (!offhook_json_read_string(body, field, &text, error))
		return FALSE;
	if (required && (text == NULL || *text == '\0'))
		return offhook_json_refuse(error, field, text, "a text that is not empty");
	if (text == NULL)
		return TRUE;
	*value = text;
	return offhook_user_fields_check_size(field, text, max, error);
}

gboolean
offhook_user_fields_read_object(JsonObject *body, const char *field, char **text, GError **error)
{
	JsonObject *object = NULL;
	g_autofree char *written = NULL;

	if (!offhook_json_read_object(body, field, &object, error))
		return FALSE;
	if (object == NULL)
		return TRUE;
	written = offhook_json_to_string(object);
	if (!offhook_user_fields_check_size(field, written, OFFHOOK_USER_FIELDS_MAX_TEXT, error))
		return FALSE;
	*text = g_steal_pointer(&written);
	return TRUE;
}

void
offhook_user_fields_set_object(JsonObject *object, const char *field, const char *text)
{
	JsonObject *value =
	    text != NULL ? offhook_json_parse_object(text, strlen(text), field, NULL) : NULL;

	json_object_set_object_member(object, field, value != NULL ? value : json_object_new());
}
