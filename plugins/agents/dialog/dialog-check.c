/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checked reading of JSON. Main thread.
 */

#include "dialog-check.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define OFFHOOK_DIALOG_CHECK_MAX_ERRORS 40
#define OFFHOOK_DIALOG_CHECK_MAX_DEPTH  32
#define OFFHOOK_DIALOG_CHECK_MAX_SHOWN  60 /* characters of a wrong value */

struct _OffhookDialogCheck {
	char *name;
	GString *path;
	GArray *lengths; /* gsize: of the path before each push */
	GString *errors;
	guint n_errors;
};

OffhookDialogCheck *
offhook_dialog_check_new(const char *name)
{
	OffhookDialogCheck *self = g_new0(OffhookDialogCheck, 1);

	self->name = g_strdup(name);
	self->path = g_string_new("$");
	self->lengths = g_array_new(FALSE, FALSE, sizeof(gsize));
	self->errors = g_string_new(NULL);
	return self;
}

void
offhook_dialog_check_free(OffhookDialogCheck *self)
{
	if (self == NULL)
		return;
	g_free(self->name);
	g_string_free(self->path, TRUE);
	g_array_unref(self->lengths);
	g_string_free(self->errors, TRUE);
	g_free(self);
}

void
offhook_dialog_check_push(OffhookDialogCheck *self, const char *member)
{
	g_array_append_val(self->lengths, self->path->len);
	/* A number stands for an element that was wrapped to be read like a member. */
	g_string_append_printf(self->path, g_ascii_isdigit(*member) ? "[%s]" : ".%s", member);
}

void
offhook_dialog_check_push_index(OffhookDialogCheck *self, guint index)
{
	g_array_append_val(self->lengths, self->path->len);
	g_string_append_printf(self->path, "[%u]", index);
}

void
offhook_dialog_check_pop(OffhookDialogCheck *self)
{
	g_return_if_fail(self->lengths->len > 0);

	g_string_truncate(self->path, g_array_index(self->lengths, gsize, self->lengths->len - 1));
	g_array_set_size(self->lengths, self->lengths->len - 1);
}

/* A value as an error shows it: not too long, on one line. */
static char *
offhook_dialog_check_show(const char *value)
{
	g_autofree char *valid = g_utf8_make_valid(value, -1);
	g_autofree char *start = NULL;

	if (g_utf8_strlen(valid, -1) <= OFFHOOK_DIALOG_CHECK_MAX_SHOWN)
		return g_strdelimit(g_steal_pointer(&valid), "\r\n\t", ' ');
	start = g_utf8_substring(valid, 0, OFFHOOK_DIALOG_CHECK_MAX_SHOWN);
	return g_strdelimit(g_strdup_printf("%s...", start), "\r\n\t", ' ');
}

void
offhook_dialog_check_fail_text(OffhookDialogCheck *self, const char *value, const char *format, ...)
{
	g_autofree char *shown = value != NULL ? offhook_dialog_check_show(value) : NULL;
	g_autofree char *expected = NULL;
	va_list args;

	if (++self->n_errors > OFFHOOK_DIALOG_CHECK_MAX_ERRORS)
		return;
	va_start(args, format);
	expected = g_strdup_vprintf(format, args);
	va_end(args);
	if (self->errors->len > 0)
		g_string_append_c(self->errors, '\n');
	g_string_append_printf(self->errors, "%s: %s: ", self->name, self->path->str);
	if (shown != NULL)
		g_string_append_printf(self->errors, "%s: ", shown);
	g_string_append(self->errors, expected);
}

void
offhook_dialog_check_fail(OffhookDialogCheck *self, JsonNode *node, const char *expected)
{
	g_autofree char *found = node != NULL ? offhook_json_node_to_string(node) : g_strdup("missing");

	offhook_dialog_check_fail_text(self, found, "expected %s", expected);
}

gboolean
offhook_dialog_check_finish(OffhookDialogCheck *self, GError **error)
{
	if (self->n_errors == 0)
		return TRUE;
	if (self->n_errors > OFFHOOK_DIALOG_CHECK_MAX_ERRORS)
		g_string_append_printf(self->errors, "\n%s: and %u more errors", self->name,
				       self->n_errors - OFFHOOK_DIALOG_CHECK_MAX_ERRORS);
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, self->errors->str);
	return FALSE;
}

/* json-glib's parser calls itself for each bracket. */
static gboolean
offhook_dialog_check_is_flat(const char *text, gsize length)
{
	guint depth = 0;
	gboolean quoted = FALSE;

	for (gsize i = 0; i < length; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!quoted && (text[i] == '}' || text[i] == ']') && depth > 0)
			depth--;
		if (depth > OFFHOOK_DIALOG_CHECK_MAX_DEPTH)
			return FALSE;
	}
	return TRUE;
}

JsonNode *
offhook_dialog_check_parse(OffhookDialogCheck *self, const char *text, gsize length)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	g_autoptr(GError) error = NULL;
	JsonNode *root;

	if (length == 0) {
		offhook_dialog_check_fail_text(self, NULL, "expected JSON, not an empty file");
		return NULL;
	}
	if (!g_utf8_validate(text, (gssize)length, NULL)) {
		offhook_dialog_check_fail_text(self, NULL, "expected UTF-8 text");
		return NULL;
	}
	if (!offhook_dialog_check_is_flat(text, length)) {
		offhook_dialog_check_fail_text(self, NULL,
					       "expected at most %d brackets in each other",
					       OFFHOOK_DIALOG_CHECK_MAX_DEPTH);
		return NULL;
	}
	if (!json_parser_load_from_data(parser, text, (gssize)length, &error)) {
		offhook_dialog_check_fail_text(self, NULL, "expected JSON: %s", error->message);
		return NULL;
	}
	root = json_parser_get_root(parser);
	if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root)) {
		offhook_dialog_check_fail(self, root, "an object");
		return NULL;
	}
	return json_node_ref(root);
}

void
offhook_dialog_check_members(OffhookDialogCheck *self, JsonObject *object, const char *const *known)
{
	g_autoptr(GList) members = json_object_get_members(object);

	for (GList *l = members; l != NULL; l = l->next) {
		const char *member = l->data;
		g_autofree char *list = NULL;

		if (g_strv_contains(known, member) || g_str_equal(member, "comment"))
			continue;
		list = g_strjoinv(", ", (char **)known);
		offhook_dialog_check_push(self, member);
		offhook_dialog_check_fail_text(self, NULL, "unknown member, expected one of %s",
					       list);
		offhook_dialog_check_pop(self);
	}
}

/* Pushes the member when it returns one. */
static JsonNode *
offhook_dialog_check_enter(OffhookDialogCheck *self, JsonObject *object, const char *member,
			   OffhookDialogCheckNeed need, const char *expected)
{
	JsonNode *node = json_object_get_member(object, member);

	offhook_dialog_check_push(self, member);
	if (node == NULL) {
		if (need == OFFHOOK_DIALOG_CHECK_REQUIRED)
			offhook_dialog_check_fail(self, NULL, expected);
		offhook_dialog_check_pop(self);
	}
	return node;
}

static gboolean
offhook_dialog_check_is_text(OffhookDialogCheck *self, JsonNode *node)
{
	const char *text;

	if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING) {
		offhook_dialog_check_fail(self, node, "a text");
		return FALSE;
	}
	text = json_node_get_string(node);
	if (strlen(text) > OFFHOOK_DIALOG_MAX_TEXT) {
		offhook_dialog_check_fail_text(self, text, "expected at most %d bytes",
					       OFFHOOK_DIALOG_MAX_TEXT);
		return FALSE;
	}
	if (*text == '\0' || strspn(text, " \t\r\n") == strlen(text)) {
		offhook_dialog_check_fail(self, node, "a text that is not empty");
		return FALSE;
	}
	return TRUE;
}

char *
offhook_dialog_check_string(OffhookDialogCheck *self, JsonObject *object, const char *member,
			    OffhookDialogCheckNeed need)
{
	JsonNode *node = offhook_dialog_check_enter(self, object, member, need, "a text");
	char *text = NULL;

	if (node == NULL)
		return NULL;
	if (offhook_dialog_check_is_text(self, node))
		text = g_strdup(json_node_get_string(node));
	offhook_dialog_check_pop(self);
	return text;
}

guint
offhook_dialog_check_uint(OffhookDialogCheck *self, JsonObject *object, const char *member,
			  guint min, guint max, guint fallback)
{
	JsonNode *node = offhook_dialog_check_enter(self, object, member,
						    OFFHOOK_DIALOG_CHECK_OPTIONAL, "a number");
	guint value = fallback;

	if (node == NULL)
		return value;
	if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64 ||
	    json_node_get_int(node) < min || json_node_get_int(node) > max) {
		g_autofree char *expected =
		    g_strdup_printf("a whole number from %u to %u", min, max);

		offhook_dialog_check_fail(self, node, expected);
	} else {
		value = (guint)json_node_get_int(node);
	}
	offhook_dialog_check_pop(self);
	return value;
}

double
offhook_dialog_check_share(OffhookDialogCheck *self, JsonObject *object, const char *member,
			   double fallback)
{
	JsonNode *node = offhook_dialog_check_enter(self, object, member,
						    OFFHOOK_DIALOG_CHECK_OPTIONAL, "a number");
	double value = fallback;
	GType type;

	if (node == NULL)
		return value;
	type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_INVALID;
	if ((type != G_TYPE_INT64 && type != G_TYPE_DOUBLE) ||
	    !(json_node_get_double(node) >= 0.0) || json_node_get_double(node) > 1.0)
		offhook_dialog_check_fail(self, node, "a number from 0 to 1");
	else
		value = json_node_get_double(node);
	offhook_dialog_check_pop(self);
	return value;
}

gboolean
offhook_dialog_check_boolean(OffhookDialogCheck *self, JsonObject *object, const char *member,
			     gboolean fallback)
{
	JsonNode *node = offhook_dialog_check_enter(self, object, member,
						    OFFHOOK_DIALOG_CHECK_OPTIONAL, "true or false");
	gboolean value = fallback;

	if (node == NULL)
		return value;
	if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_BOOLEAN)
		offhook_dialog_check_fail(self, node, "true or false");
	else
		value = json_node_get_boolean(node);
	offhook_dialog_check_pop(self);
	return value;
}

static void
offhook_dialog_check_add_texts(OffhookDialogCheck *self, JsonNode *node, GPtrArray *texts)
{
	JsonArray *array;

	if (!JSON_NODE_HOLDS_ARRAY(node)) {
		if (offhook_dialog_check_is_text(self, node))
			g_ptr_array_add(texts, g_strdup(json_node_get_string(node)));
		return;
	}
	array = json_node_get_array(node);
	if (json_array_get_length(array) == 0 ||
	    json_array_get_length(array) > OFFHOOK_DIALOG_MAX_ITEMS) {
		offhook_dialog_check_fail(self, node, "between 1 and 500 texts");
		return;
	}
	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonNode *one = json_array_get_element(array, i);

		offhook_dialog_check_push_index(self, i);
		if (offhook_dialog_check_is_text(self, one))
			g_ptr_array_add(texts, g_strdup(json_node_get_string(one)));
		offhook_dialog_check_pop(self);
	}
}

char **
offhook_dialog_check_strings(OffhookDialogCheck *self, JsonObject *object, const char *member,
			     OffhookDialogCheckNeed need)
{
	JsonNode *node =
	    offhook_dialog_check_enter(self, object, member, need, "a text or an array of texts");
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	if (node != NULL) {
		offhook_dialog_check_add_texts(self, node, texts);
		offhook_dialog_check_pop(self);
	}
	g_ptr_array_add(texts, NULL);
	g_ptr_array_set_free_func(texts, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&texts), FALSE);
}

JsonObject *
offhook_dialog_check_object(OffhookDialogCheck *self, JsonObject *object, const char *member,
			    OffhookDialogCheckNeed need)
{
	JsonNode *node = offhook_dialog_check_enter(self, object, member, need, "an object");
	JsonObject *found = NULL;

	if (node == NULL)
		return NULL;
	if (JSON_NODE_HOLDS_OBJECT(node))
		found = json_node_get_object(node);
	else
		offhook_dialog_check_fail(self, node, "an object");
	offhook_dialog_check_pop(self);
	return found;
}

JsonArray *
offhook_dialog_check_array(OffhookDialogCheck *self, JsonObject *object, const char *member,
			   OffhookDialogCheckNeed need)
{
	JsonNode *node = offhook_dialog_check_enter(self, object, member, need, "an array");
	JsonArray *found = NULL;

	if (node == NULL)
		return NULL;
	if (JSON_NODE_HOLDS_ARRAY(node) &&
	    json_array_get_length(json_node_get_array(node)) <= OFFHOOK_DIALOG_MAX_ITEMS)
		found = json_node_get_array(node);
	else
		offhook_dialog_check_fail(self, node, "an array of at most 500");
	offhook_dialog_check_pop(self);
	return found;
}

JsonObject *
offhook_dialog_check_element(OffhookDialogCheck *self, JsonArray *array, guint index)
{
	JsonNode *node = json_array_get_element(array, index);

	if (JSON_NODE_HOLDS_OBJECT(node))
		return json_node_get_object(node);
	offhook_dialog_check_fail(self, node, "an object");
	return NULL;
}
