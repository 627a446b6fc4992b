/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Pointers into JSON, taken apart once. Any thread.
 */

#include "pointers.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_POINTERS 8
#define MAX_STEPS    16

struct _OffhookGenericPointers {
	GPtrArray *paths; /* of GStrv: the steps of each */
};

void
offhook_generic_pointers_free(OffhookGenericPointers *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->paths);
	g_free(self);
}

/* RFC 6901: "~1" is a slash, "~0" a tilde, in this order. */
static gboolean
offhook_generic_pointer_unescape(char *step)
{
	char *to = step;

	for (const char *from = step; *from != '\0'; from++) {
		if (*from == '~' && from[1] != '0' && from[1] != '1')
			return FALSE;
		*to++ = *from != '~' ? *from : *++from == '0' ? '~' : '/';
	}
	*to = '\0';
	return TRUE;
}

/* (transfer full) (nullable) */
static char **
offhook_generic_pointer_split(const char *text)
{
	g_auto(GStrv) steps = g_strsplit(*text == '/' ? text + 1 : text, "/", -1);
	guint n = g_strv_length(steps);

	if (n == 0 || n > MAX_STEPS || (*text != '/' && n > 1))
		return NULL;
	for (guint i = 0; i < n; i++)
		if (*steps[i] == '\0' || !offhook_generic_pointer_unescape(steps[i]))
			return NULL;
	return g_steal_pointer(&steps);
}

OffhookGenericPointers *
offhook_generic_pointers_new(const char *text, GError **error)
{
	g_autoptr(OffhookGenericPointers) self = g_new0(OffhookGenericPointers, 1);
	g_auto(GStrv) items = g_strsplit(text, ",", MAX_POINTERS + 1);

	self->paths = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	for (char **item = items; *item != NULL; item++) {
		char **steps = offhook_generic_pointer_split(g_strstrip(*item));

		if (steps == NULL || self->paths->len == MAX_POINTERS) {
			g_strfreev(steps);
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "at most %d names or JSON pointers like /data/id, joined by "
				    "commas",
				    MAX_POINTERS);
			return NULL;
		}
		g_ptr_array_add(self->paths, steps);
	}
	return g_steal_pointer(&self);
}

static JsonNode *
offhook_generic_pointer_step(JsonNode *node, const char *step)
{
	guint64 index;

	if (JSON_NODE_HOLDS_OBJECT(node))
		return json_object_get_member(json_node_get_object(node), step);
	if (JSON_NODE_HOLDS_ARRAY(node) &&
	    g_ascii_string_to_unsigned(step, 10, 0, G_MAXUINT, &index, NULL) &&
	    index < json_array_get_length(json_node_get_array(node)))
		return json_array_get_element(json_node_get_array(node), (guint)index);
	return NULL;
}

/* (transfer full) (nullable) */
static char *
offhook_generic_pointer_dup_text(JsonNode *node)
{
	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node))
		return NULL;
	if (json_node_get_value_type(node) == G_TYPE_STRING)
		return json_node_dup_string(node);
	return offhook_json_node_to_string(node);
}

char *
offhook_generic_pointers_get(const OffhookGenericPointers *self, JsonObject *object)
{
	for (guint i = 0; i < self->paths->len; i++) {
		char **step = g_ptr_array_index(self->paths, i);
		JsonNode *node = json_object_get_member(object, *step);
		char *text;

		while (node != NULL && *++step != NULL)
			node = offhook_generic_pointer_step(node, *step);
		text = offhook_generic_pointer_dup_text(node);
		if (text != NULL)
			return text;
	}
	return NULL;
}

char *
offhook_generic_pointers_get_field(const OffhookGenericPointers *self, const OffhookForm *form)
{
	for (guint i = 0; i < self->paths->len; i++) {
		char **steps = g_ptr_array_index(self->paths, i);
		const char *text = steps[1] == NULL ? offhook_form_get(form, steps[0]) : NULL;

		if (text != NULL)
			return g_strdup(text);
	}
	return NULL;
}
