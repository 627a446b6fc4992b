/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Templates. A value never becomes syntax: of a URL another path, host or parameter, of a header another
 * header, of JSON another member. Any thread.
 */

#include "tool-template.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define NAME_BEGIN G_CSET_a_2_z G_CSET_A_2_Z "_"
#define NAME_REST  NAME_BEGIN G_CSET_DIGITS ".-[]*"

/* Text, and the value behind it. */
typedef struct {
	char *text;
	char *name;      /* (nullable): of the last one */
	gboolean inside; /* of a string of JSON, of a query of a URL */
} OffhookToolTemplatePart;

struct _OffhookToolTemplate {
	OffhookToolPlace place;
	GPtrArray *parts; /* OffhookToolTemplatePart */
};

static void
offhook_tool_template_part_free(gpointer data)
{
	OffhookToolTemplatePart *part = data;

	g_free(part->text);
	g_free(part->name);
	g_free(part);
}

/* How long the "{name}" at @text is; 0: it is none. */
static gsize
offhook_tool_template_measure(const char *text)
{
	gsize length;

	if (text[0] != '{' || text[1] == '\0' || strchr(NAME_BEGIN, text[1]) == NULL)
		return 0;
	length = 1 + strspn(text + 1, NAME_REST);
	return text[length] == '}' ? length + 1 : 0;
}

/* Is a place behind @text, which began as @inside says, within a string of JSON, or within a query? */
static gboolean
offhook_tool_template_track(OffhookToolPlace place, const char *text, gboolean inside)
{
	if (place == OFFHOOK_TOOL_PLACE_URL)
		return inside || strchr(text, '?') != NULL;
	for (; *text != '\0'; text++) {
		if (inside && *text == '\\' && text[1] != '\0')
			text++;
		else if (*text == '"')
			inside = !inside;
	}
	return inside;
}

static void
offhook_tool_template_add(OffhookToolTemplate *self, GString *text, char *name, gboolean *inside)
{
	OffhookToolTemplatePart *part = g_new0(OffhookToolTemplatePart, 1);

	*inside = offhook_tool_template_track(self->place, text->str, *inside);
	part->text = g_strdup(text->str);
	part->name = name;
	part->inside = *inside;
	g_string_truncate(text, 0);
	g_ptr_array_add(self->parts, part);
}

OffhookToolTemplate *
offhook_tool_template_new(const char *text, OffhookToolPlace place)
{
	OffhookToolTemplate *self = g_new0(OffhookToolTemplate, 1);
	g_autoptr(GString) literal = g_string_new(NULL);
	gboolean inside = FALSE;

	self->place = place;
	self->parts = g_ptr_array_new_with_free_func(offhook_tool_template_part_free);
	while (*text != '\0') {
		gsize length = offhook_tool_template_measure(text);

		if (length > 0)
			offhook_tool_template_add(self, literal, g_strndup(text + 1, length - 2),
						  &inside);
		else
			g_string_append_c(literal, *text);
		text += MAX(length, 1);
	}
	offhook_tool_template_add(self, literal, NULL, &inside);
	return self;
}

void
offhook_tool_template_free(OffhookToolTemplate *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->parts);
	g_free(self);
}

GPtrArray *
offhook_tool_template_list_names(const OffhookToolTemplate *self)
{
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < self->parts->len; i++) {
		const OffhookToolTemplatePart *part = g_ptr_array_index(self->parts, i);

		if (part->name != NULL)
			g_ptr_array_add(names, part->name);
	}
	return names;
}

/* ---- values ---- */

char *
offhook_tool_value_to_text(JsonNode *value)
{
	if (JSON_NODE_HOLDS_NULL(value))
		return g_strdup("");
	if (JSON_NODE_HOLDS_VALUE(value) && json_node_get_value_type(value) == G_TYPE_STRING)
		return g_strdup(json_node_get_string(value));
	return offhook_json_node_to_string(value);
}

static char *
offhook_tool_template_refuse(const char *name, const char *expected, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT, "%s: expected %s", name,
		    expected);
	return NULL;
}

/* Also where a server decodes "%2F" before it looks for "..". */
static gboolean
offhook_tool_template_climbs(const char *text)
{
	g_auto(GStrv) steps = g_strsplit_set(text, "/\\", -1);

	return g_strv_contains((const char *const *)steps, ".") ||
	       g_strv_contains((const char *const *)steps, "..");
}

/* "/orders/{id}" with nothing is another place than what was meant, and with ".." too. */
static char *
offhook_tool_template_write_url(const OffhookToolTemplatePart *part, const char *text,
				GError **error)
{
	if (!part->inside && (*text == '\0' || offhook_tool_template_climbs(text)))
		return offhook_tool_template_refuse(part->name, "a value that can be in a path",
						    error);
	return g_uri_escape_string(text, NULL, FALSE);
}

static char *
offhook_tool_template_write_header(const OffhookToolTemplatePart *part, const char *text,
				   GError **error)
{
	for (const char *c = text; *c != '\0'; c++)
		if (g_ascii_iscntrl(*c))
			return offhook_tool_template_refuse(
			    part->name, "a single line without control characters", error);
	return g_strdup(text);
}

/* A string without its quotes when it is within others. */
static char *
offhook_tool_template_write_json(const OffhookToolTemplatePart *part, JsonNode *value,
				 const char *text)
{
	g_autoptr(JsonNode) string = NULL;
	g_autofree char *quoted = NULL;

	if (!part->inside)
		return offhook_json_node_to_string(value);
	string = json_node_init_string(json_node_alloc(), text);
	quoted = offhook_json_node_to_string(string);
	return g_strndup(quoted + 1, strlen(quoted) - 2);
}

static char *
offhook_tool_template_write(const OffhookToolTemplate *self, const OffhookToolTemplatePart *part,
			    JsonNode *value, GError **error)
{
	g_autofree char *text = offhook_tool_value_to_text(value);

	switch (self->place) {
	case OFFHOOK_TOOL_PLACE_URL:
		return offhook_tool_template_write_url(part, text, error);
	case OFFHOOK_TOOL_PLACE_HEADER:
		return offhook_tool_template_write_header(part, text, error);
	case OFFHOOK_TOOL_PLACE_JSON:
		return offhook_tool_template_write_json(part, value, text);
	case OFFHOOK_TOOL_PLACE_FORM:
		return g_uri_escape_string(text, NULL, FALSE);
	case OFFHOOK_TOOL_PLACE_XML:
		return g_markup_escape_text(text, -1);
	case OFFHOOK_TOOL_PLACE_TEXT:
	default:
		return g_steal_pointer(&text);
	}
}

char *
offhook_tool_template_expand(const OffhookToolTemplate *self, OffhookToolValueFunc get_value,
			     gpointer user_data, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < self->parts->len; i++) {
		const OffhookToolTemplatePart *part = g_ptr_array_index(self->parts, i);
		g_autoptr(JsonNode) value = NULL;
		g_autofree char *written = NULL;

		g_string_append(out, part->text);
		if (part->name == NULL)
			continue;
		value = get_value(part->name, user_data);
		written = offhook_tool_template_write(self, part, value, error);
		if (written == NULL)
			return NULL;
		g_string_append(out, written);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}
