/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A JSON Schema read into rules: keyword by keyword, from a table. What follows a $ref is read once,
 * so that schemas may refer to themselves. Any thread.
 */

#include "json-schema-private.h"

#include <math.h>
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

typedef struct {
	OffhookJsonSchema *self;
	JsonNode *root;
	GHashTable *references; /* "#/..." -> OffhookSchemaRule */
	GString *path;          /* where we are, for errors */
	guint depth;
	gsize pattern_size; /* of all patterns together */
	GError **error;
} OffhookSchemaReader;

static OffhookSchemaRule *offhook_schema_read(OffhookSchemaReader *reader, JsonNode *node,
					      const char *step);

/* ---- rules ---- */

static void
offhook_schema_rule_free(gpointer data)
{
	OffhookSchemaRule *rule = data;

	g_clear_pointer(&rule->values, g_ptr_array_unref);
	g_clear_pointer(&rule->constant, json_node_unref);
	g_clear_pointer(&rule->properties, g_hash_table_unref);
	g_clear_pointer(&rule->required, g_ptr_array_unref);
	g_clear_pointer(&rule->prefix, g_ptr_array_unref);
	offhook_schema_pattern_free(rule->pattern);
	g_clear_pointer(&rule->all, g_ptr_array_unref);
	g_clear_pointer(&rule->any, g_ptr_array_unref);
	g_clear_pointer(&rule->one, g_ptr_array_unref);
	g_free(rule);
}

static OffhookSchemaRule *
offhook_schema_add_rule(OffhookSchemaReader *reader)
{
	OffhookSchemaRule *rule;

	if (reader->self->rules->len >= OFFHOOK_JSON_SCHEMA_MAX_RULES) {
		g_set_error(reader->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "the schema is of more than %d schemas", OFFHOOK_JSON_SCHEMA_MAX_RULES);
		return NULL;
	}
	rule = g_new0(OffhookSchemaRule, 1);
	rule->minimum = rule->above = -INFINITY;
	rule->maximum = rule->below = INFINITY;
	rule->max_length = rule->max_items = G_MAXINT64;
	g_ptr_array_add(reader->self->rules, rule);
	return rule;
}

static gboolean
offhook_schema_refuse(OffhookSchemaReader *reader, const char *keyword, const char *expected)
{
	g_set_error(reader->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "schema%s.%s: expected %s", reader->path->str, keyword, expected);
	return FALSE;
}

/* ---- keywords ---- */

static gboolean
offhook_schema_is_number(JsonNode *node)
{
	return JSON_NODE_HOLDS_VALUE(node) && (json_node_get_value_type(node) == G_TYPE_INT64 ||
					       json_node_get_value_type(node) == G_TYPE_DOUBLE);
}

static gboolean
offhook_schema_is_boolean(JsonNode *node)
{
	return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_BOOLEAN;
}

static const char *
offhook_schema_get_text(JsonNode *node)
{
	return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING
		   ? json_node_get_string(node)
		   : NULL;
}

static const char *const offhook_schema_type_names[] = {
    "null", "boolean", "integer", "number", "string", "array", "object", NULL,
};

const char *
offhook_schema_get_type_name(guint number)
{
	return offhook_schema_type_names[number];
}

static gboolean
offhook_schema_read_type(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	JsonArray *list = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
	guint count = list != NULL ? json_array_get_length(list) : 1;

	for (guint i = 0; i < count; i++) {
		JsonNode *one = list != NULL ? json_array_get_element(list, i) : node;
		const char *name = offhook_schema_get_text(one);
		guint number = 0;

		while (name != NULL && offhook_schema_type_names[number] != NULL &&
		       !g_str_equal(offhook_schema_type_names[number], name))
			number++;
		if (name == NULL || offhook_schema_type_names[number] == NULL)
			return offhook_schema_refuse(reader, "type",
						     "null, boolean, integer, number, string, "
						     "array, object, or a list of these");
		rule->types |= 1U << number;
	}
	return TRUE;
}

static gboolean
offhook_schema_read_enum(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	JsonArray *list = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

	if (list == NULL)
		return offhook_schema_refuse(reader, "enum", "a list");
	rule->values = g_ptr_array_new_with_free_func((GDestroyNotify)json_node_unref);
	for (guint i = 0; i < json_array_get_length(list); i++)
		g_ptr_array_add(rule->values, json_node_ref(json_array_get_element(list, i)));
	return TRUE;
}

static gboolean
offhook_schema_read_const(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	rule->constant = json_node_ref(node);
	return TRUE;
}

static gboolean
offhook_schema_read_properties(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	JsonObjectIter iter;
	const char *name;
	JsonNode *member;

	if (!JSON_NODE_HOLDS_OBJECT(node))
		return offhook_schema_refuse(reader, "properties", "an object");
	rule->properties = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	json_object_iter_init(&iter, json_node_get_object(node));
	while (json_object_iter_next(&iter, &name, &member)) {
		OffhookSchemaRule *property = offhook_schema_read(reader, member, name);

		if (property == NULL)
			return FALSE;
		g_hash_table_replace(rule->properties, g_strdup(name), property);
	}
	return TRUE;
}

static gboolean
offhook_schema_read_required(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	JsonArray *list = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

	/* In draft 3 it was a boolean of the property itself. */
	if (list == NULL)
		return offhook_schema_refuse(reader, "required", "a list of names");
	rule->required = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < json_array_get_length(list); i++) {
		const char *name = offhook_schema_get_text(json_array_get_element(list, i));

		if (name == NULL)
			return offhook_schema_refuse(reader, "required", "a list of names");
		g_ptr_array_add(rule->required, g_strdup(name));
	}
	return TRUE;
}

/* (transfer full) (nullable) */
static GPtrArray *
offhook_schema_read_list(OffhookSchemaReader *reader, JsonNode *node, const char *keyword)
{
	JsonArray *list = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
	g_autoptr(GPtrArray) rules = g_ptr_array_new();

	if (list == NULL || json_array_get_length(list) == 0) {
		offhook_schema_refuse(reader, keyword, "a list of schemas");
		return NULL;
	}
	for (guint i = 0; i < json_array_get_length(list); i++) {
		OffhookSchemaRule *rule =
		    offhook_schema_read(reader, json_array_get_element(list, i), keyword);

		if (rule == NULL)
			return NULL;
		g_ptr_array_add(rules, rule);
	}
	return g_steal_pointer(&rules);
}

static gboolean
offhook_schema_read_all(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	rule->all = offhook_schema_read_list(reader, node, "allOf");
	return rule->all != NULL;
}

static gboolean
offhook_schema_read_any(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	rule->any = offhook_schema_read_list(reader, node, "anyOf");
	return rule->any != NULL;
}

static gboolean
offhook_schema_read_one(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	rule->one = offhook_schema_read_list(reader, node, "oneOf");
	return rule->one != NULL;
}

static gboolean
offhook_schema_read_not(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	rule->not = offhook_schema_read(reader, node, "not");
	return rule->not != NULL;
}

static gboolean
offhook_schema_read_additional(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	rule->additional = offhook_schema_read(reader, node, "additionalProperties");
	return rule->additional != NULL;
}

static gboolean
offhook_schema_read_prefix(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	rule->prefix = offhook_schema_read_list(reader, node, "prefixItems");
	return rule->prefix != NULL;
}

/* A list was what prefixItems is now; what came behind it was additionalItems. */
static gboolean
offhook_schema_read_items(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	if (JSON_NODE_HOLDS_ARRAY(node))
		return offhook_schema_read_prefix(reader, rule, node);
	rule->items = offhook_schema_read(reader, node, "items");
	return rule->items != NULL;
}

static gboolean
offhook_schema_read_unique(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	if (!offhook_schema_is_boolean(node))
		return offhook_schema_refuse(reader, "uniqueItems", "true or false");
	rule->unique = json_node_get_boolean(node);
	return TRUE;
}

static gboolean
offhook_schema_read_multiple(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	if (!offhook_schema_is_number(node) || !(json_node_get_double(node) > 0))
		return offhook_schema_refuse(reader, "multipleOf", "a number above 0");
	rule->divisor = json_node_get_double(node);
	return TRUE;
}

static gboolean
offhook_schema_read_pattern(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	const char *text = offhook_schema_get_text(node);

	if (text == NULL || strlen(text) > OFFHOOK_JSON_SCHEMA_MAX_PATTERN)
		return offhook_schema_refuse(reader, "pattern",
					     "a regular expression of at most 1024 bytes");
	rule->pattern = offhook_schema_pattern_new(text);
	if (rule->pattern == NULL)
		return offhook_schema_refuse(reader, "pattern", "a regular expression");
	/* A few characters can mean that something is there thousands of times. */
	reader->pattern_size += offhook_schema_pattern_get_size(rule->pattern);
	if (reader->pattern_size <= OFFHOOK_JSON_SCHEMA_MAX_PATTERNS_SIZE)
		return TRUE;
	g_set_error(reader->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
		    "the patterns of the schema take more than %d bytes",
		    OFFHOOK_JSON_SCHEMA_MAX_PATTERNS_SIZE);
	return FALSE;
}

static gboolean
offhook_schema_read_format(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	const char *name = offhook_schema_get_text(node);

	if (name == NULL)
		return offhook_schema_refuse(reader, "format", "a name");
	rule->format = offhook_schema_find_format(name);
	return TRUE;
}

/* Where "#/$defs/table" leads to. (transfer none) (nullable) */
static JsonNode *
offhook_schema_follow(JsonNode *root, const char *pointer)
{
	g_auto(GStrv) steps = g_strsplit(pointer, "/", OFFHOOK_JSON_MAX_DEPTH);
	JsonNode *node = root;

	for (guint i = 1; steps[0] != NULL && steps[i] != NULL && node != NULL; i++) {
		g_autofree char *decoded = g_uri_unescape_string(steps[i], NULL);
		g_autoptr(GString) name = g_string_new(decoded != NULL ? decoded : steps[i]);
		JsonArray *list = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
		guint64 index;

		g_string_replace(name, "~1", "/", 0);
		g_string_replace(name, "~0", "~", 0);
		if (JSON_NODE_HOLDS_OBJECT(node))
			node = json_object_get_member(json_node_get_object(node), name->str);
		else if (list != NULL && json_array_get_length(list) > 0 &&
			 g_ascii_string_to_unsigned(name->str, 10, 0,
						    json_array_get_length(list) - 1, &index, NULL))
			node = json_array_get_element(list, (guint)index);
		else
			node = NULL;
	}
	return node;
}

static gboolean offhook_schema_fill(OffhookSchemaReader *reader, OffhookSchemaRule *rule,
				    JsonNode *node);

/* The rule is known before it is read: it may refer to itself. */
static gboolean
offhook_schema_read_reference(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	const char *reference = offhook_schema_get_text(node);
	JsonNode *target;

	if (reference == NULL)
		return offhook_schema_refuse(reader, "$ref", "a place such as #/$defs/name");
	if (!g_str_equal(reference, "#") && !g_str_has_prefix(reference, "#/")) {
		g_set_error(reader->error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "schema%s.$ref: \"%.64s\" leads out of the schema, expected a place "
			    "in it such as #/$defs/name",
			    reader->path->str, reference);
		return FALSE;
	}
	rule->other = g_hash_table_lookup(reader->references, reference);
	if (rule->other != NULL)
		return TRUE;
	target = offhook_schema_follow(reader->root, reference);
	if (target == NULL)
		return offhook_schema_refuse(reader, "$ref", "a place that there is");
	rule->other = offhook_schema_add_rule(reader);
	if (rule->other == NULL)
		return FALSE;
	g_hash_table_insert(reader->references, g_strdup(reference), rule->other);
	return offhook_schema_fill(reader, rule->other, target);
}

static const struct {
	const char *keyword;
	gboolean (*read)(OffhookSchemaReader *, OffhookSchemaRule *, JsonNode *);
} offhook_schema_keywords[] = {
    {"type", offhook_schema_read_type},
    {"enum", offhook_schema_read_enum},
    {"const", offhook_schema_read_const},
    {"properties", offhook_schema_read_properties},
    {"required", offhook_schema_read_required},
    {"additionalProperties", offhook_schema_read_additional},
    {"prefixItems", offhook_schema_read_prefix},
    {"items", offhook_schema_read_items},
    {"uniqueItems", offhook_schema_read_unique},
    {"multipleOf", offhook_schema_read_multiple},
    {"pattern", offhook_schema_read_pattern},
    {"format", offhook_schema_read_format},
    {"allOf", offhook_schema_read_all},
    {"anyOf", offhook_schema_read_any},
    {"oneOf", offhook_schema_read_one},
    {"not", offhook_schema_read_not},
    {"$ref", offhook_schema_read_reference},
};

/* Keywords that are one number. */
static const struct {
	const char *keyword;
	gboolean is_count;
	gsize offset; /* of a double, or a gint64 */
} offhook_schema_numbers[] = {
    {"minimum", FALSE, G_STRUCT_OFFSET(OffhookSchemaRule, minimum)},
    {"maximum", FALSE, G_STRUCT_OFFSET(OffhookSchemaRule, maximum)},
    {"exclusiveMinimum", FALSE, G_STRUCT_OFFSET(OffhookSchemaRule, above)},
    {"exclusiveMaximum", FALSE, G_STRUCT_OFFSET(OffhookSchemaRule, below)},
    {"minLength", TRUE, G_STRUCT_OFFSET(OffhookSchemaRule, min_length)},
    {"maxLength", TRUE, G_STRUCT_OFFSET(OffhookSchemaRule, max_length)},
    {"minItems", TRUE, G_STRUCT_OFFSET(OffhookSchemaRule, min_items)},
    {"maxItems", TRUE, G_STRUCT_OFFSET(OffhookSchemaRule, max_items)},
};

/* In draft 4 the exclusive ones were booleans that changed the meaning of the others. */
static void
offhook_schema_read_exclusive(OffhookSchemaRule *rule, JsonObject *object)
{
	JsonNode *above = json_object_get_member(object, "exclusiveMinimum");
	JsonNode *below = json_object_get_member(object, "exclusiveMaximum");

	if (above != NULL && offhook_schema_is_boolean(above) && json_node_get_boolean(above))
		rule->above = rule->minimum;
	if (below != NULL && offhook_schema_is_boolean(below) && json_node_get_boolean(below))
		rule->below = rule->maximum;
}

static gboolean
offhook_schema_read_numbers(OffhookSchemaReader *reader, OffhookSchemaRule *rule,
			    JsonObject *object)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_schema_numbers); i++) {
		const char *keyword = offhook_schema_numbers[i].keyword;
		JsonNode *node = json_object_get_member(object, keyword);
		gsize offset = offhook_schema_numbers[i].offset;
		gboolean is_count = offhook_schema_numbers[i].is_count;

		if (node == NULL ||
		    (offhook_schema_is_boolean(node) && g_str_has_prefix(keyword, "exclusive")))
			continue;
		if (!offhook_schema_is_number(node) || (is_count && json_node_get_double(node) < 0))
			return offhook_schema_refuse(
			    reader, keyword, is_count ? "a number of 0 or more" : "a number");
		if (is_count)
			G_STRUCT_MEMBER(gint64, rule, offset) = json_node_get_int(node);
		else
			G_STRUCT_MEMBER(double, rule, offset) = json_node_get_double(node);
	}
	offhook_schema_read_exclusive(rule, object);
	return TRUE;
}

/* ---- a schema ---- */

static gboolean
offhook_schema_fill_deeper(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	JsonObject *object;

	if (offhook_schema_is_boolean(node)) {
		rule->refuses = !json_node_get_boolean(node);
		return TRUE;
	}
	if (!JSON_NODE_HOLDS_OBJECT(node)) {
		g_set_error(reader->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "schema%s: expected an object, true or false", reader->path->str);
		return FALSE;
	}
	object = json_node_get_object(node);
	for (guint i = 0; i < G_N_ELEMENTS(offhook_schema_keywords); i++) {
		JsonNode *member =
		    json_object_get_member(object, offhook_schema_keywords[i].keyword);

		if (member != NULL && !offhook_schema_keywords[i].read(reader, rule, member))
			return FALSE;
	}
	return offhook_schema_read_numbers(reader, rule, object);
}

static gboolean
offhook_schema_fill(OffhookSchemaReader *reader, OffhookSchemaRule *rule, JsonNode *node)
{
	gboolean filled;

	if (reader->depth >= OFFHOOK_JSON_SCHEMA_MAX_DEPTH) {
		g_set_error(reader->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "the schema is nested deeper than %d levels",
			    OFFHOOK_JSON_SCHEMA_MAX_DEPTH);
		return FALSE;
	}
	reader->depth++;
	filled = offhook_schema_fill_deeper(reader, rule, node);
	reader->depth--;
	return filled;
}

/* @step: from the schema that it is in */
static OffhookSchemaRule *
offhook_schema_read(OffhookSchemaReader *reader, JsonNode *node, const char *step)
{
	gsize length = reader->path->len;
	OffhookSchemaRule *rule = offhook_schema_add_rule(reader);

	if (rule == NULL)
		return NULL;
	g_string_append_printf(reader->path, ".%.64s", step);
	if (!offhook_schema_fill(reader, rule, node))
		return NULL;
	g_string_truncate(reader->path, length);
	return rule;
}

OffhookJsonSchema *
offhook_json_schema_new(JsonObject *schema, GError **error)
{
	g_autoptr(OffhookJsonSchema) self = g_new0(OffhookJsonSchema, 1);
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	g_autoptr(GString) path = g_string_new(NULL);
	g_autoptr(GHashTable) references =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	OffhookSchemaReader reader = {
	    .self = self, .root = root, .references = references, .path = path, .error = error};
	OffhookSchemaRule *rule;

	json_node_set_object(root, schema);
	g_atomic_ref_count_init(&self->ref_count);
	self->rules = g_ptr_array_new_with_free_func(offhook_schema_rule_free);
	rule = offhook_schema_add_rule(&reader);
	g_hash_table_insert(references, g_strdup("#"), rule);
	return offhook_schema_fill(&reader, rule, root) ? g_steal_pointer(&self) : NULL;
}

OffhookJsonSchema *
offhook_json_schema_ref(OffhookJsonSchema *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_json_schema_unref(OffhookJsonSchema *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_ptr_array_unref(self->rules);
	g_free(self);
}
