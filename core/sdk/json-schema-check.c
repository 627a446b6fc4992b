/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A value checked against a schema, with every step counted: a few alternatives within alternatives
 * are exponentially many. Any thread.
 */

#include "json-schema-private.h"

#include <math.h>
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_PATH     160 /* bytes of an error that say where */
#define MAX_SHOWN    40  /* bytes of the value */
#define MAX_EXPECTED 200
/* A step is about a quarter of a microsecond: what takes longer counts for more. */
#define BYTES_OF_STEP         256
#define FORMAT_BYTES_OF_STEP  16 /* where more is done than to look at them */
#define STEPS_OF_FAILURE      8  /* it is put into words */
#define STEPS_OF_A_KNOWN_NAME 4  /* ... also what would have been right */
#define MAX_DEPTH             OFFHOOK_JSON_SCHEMA_MAX_DEPTH

typedef struct {
	GString *path;
	guint depth;
	gsize steps;
	gboolean exceeded; /* whatever else is said, this is how it ends */
	GError *error;     /* (nullable) */
} OffhookSchemaCheck;

static gboolean offhook_schema_check(OffhookSchemaCheck *check, const OffhookSchemaRule *rule,
				     JsonNode *node);

/* ---- what is wrong ---- */

/* Whole characters. */
static char *
offhook_schema_shorten(const char *text, gsize size)
{
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, size + 4));

	if (strlen(valid) <= size)
		return g_steal_pointer(&valid);
	*g_utf8_find_prev_char(valid, valid + size) = '\0';
	return g_strconcat(valid, "...", NULL);
}

static char *
offhook_schema_show(JsonNode *node)
{
	g_autofree char *text = NULL;

	if (JSON_NODE_HOLDS_OBJECT(node))
		return g_strdup("an object");
	if (JSON_NODE_HOLDS_ARRAY(node))
		return g_strdup("a list");
	if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING) {
		text = offhook_schema_shorten(json_node_get_string(node), MAX_SHOWN);
		return g_strdup_printf("\"%s\"", text);
	}
	return offhook_json_node_to_string(node);
}

static gboolean
offhook_schema_exceed(OffhookSchemaCheck *check)
{
	check->exceeded = TRUE;
	return FALSE;
}

/* That much more? */
static gboolean
offhook_schema_step(OffhookSchemaCheck *check, gsize steps)
{
	check->steps += steps;
	return check->steps <= OFFHOOK_JSON_SCHEMA_MAX_STEPS || offhook_schema_exceed(check);
}

static gboolean G_GNUC_PRINTF(3, 4)
    offhook_schema_fail(OffhookSchemaCheck *check, JsonNode *node, const char *format, ...)
{
	g_autofree char *where = offhook_schema_shorten(check->path->str, MAX_PATH);
	g_autofree char *shown = offhook_schema_show(node);
	g_autofree char *whole = NULL;
	g_autofree char *expected = NULL;
	va_list args;

	va_start(args, format);
	whole = g_strdup_vprintf(format, args);
	va_end(args);
	expected = offhook_schema_shorten(whole, MAX_EXPECTED);
	offhook_schema_step(check, STEPS_OF_FAILURE);
	g_clear_error(&check->error);
	g_set_error(&check->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "%s: %s, expected %s", where, shown, expected);
	return FALSE;
}

static gboolean
offhook_schema_check_at(OffhookSchemaCheck *check, const OffhookSchemaRule *rule, JsonNode *node,
			const char *name)
{
	gsize length = check->path->len;
	gboolean good;

	g_string_append_printf(check->path, ".%.64s", name);
	good = offhook_schema_check(check, rule, node);
	g_string_truncate(check->path, length);
	return good;
}

/* ---- of any type ---- */

static guint
offhook_schema_get_types(JsonNode *node)
{
	double number;

	if (JSON_NODE_HOLDS_OBJECT(node))
		return OFFHOOK_SCHEMA_OBJECT;
	if (JSON_NODE_HOLDS_ARRAY(node))
		return OFFHOOK_SCHEMA_ARRAY;
	if (JSON_NODE_HOLDS_NULL(node))
		return OFFHOOK_SCHEMA_NULL;
	switch (json_node_get_value_type(node)) {
	case G_TYPE_BOOLEAN:
		return OFFHOOK_SCHEMA_BOOLEAN;
	case G_TYPE_STRING:
		return OFFHOOK_SCHEMA_STRING;
	case G_TYPE_INT64:
		return OFFHOOK_SCHEMA_INTEGER | OFFHOOK_SCHEMA_NUMBER;
	default:
		/* 3.0 is a whole number as well. */
		number = json_node_get_double(node);
		return OFFHOOK_SCHEMA_NUMBER |
		       (number == floor(number) && isfinite(number) ? OFFHOOK_SCHEMA_INTEGER : 0);
	}
}

static gboolean
offhook_schema_check_type(OffhookSchemaCheck *check, const OffhookSchemaRule *rule, JsonNode *node,
			  guint types)
{
	g_autoptr(GString) names = NULL;

	if (rule->types == 0 || (rule->types & types) != 0)
		return TRUE;
	names = g_string_new(NULL);
	for (guint i = 0; offhook_schema_get_type_name(i) != NULL; i++)
		if (rule->types & (1U << i))
			g_string_append_printf(names, "%s%s", names->len > 0 ? " or " : "",
					       offhook_schema_get_type_name(i));
	return offhook_schema_fail(check, node, "%s", names->str);
}

static gboolean offhook_schema_is_equal(OffhookSchemaCheck *check, JsonNode *a, JsonNode *b);

static gboolean
offhook_schema_are_texts_equal(OffhookSchemaCheck *check, const char *a, const char *b)
{
	gsize length = strlen(a);

	return offhook_schema_step(check, length / BYTES_OF_STEP) && length == strlen(b) &&
	       memcmp(a, b, length) == 0;
}

static gboolean
offhook_schema_are_lists_equal(OffhookSchemaCheck *check, JsonArray *a, JsonArray *b)
{
	guint length = json_array_get_length(a);
	gboolean equal = length == json_array_get_length(b);

	for (guint i = 0; equal && i < length; i++)
		equal = offhook_schema_is_equal(check, json_array_get_element(a, i),
						json_array_get_element(b, i));
	return equal;
}

static gboolean
offhook_schema_are_objects_equal(OffhookSchemaCheck *check, JsonObject *a, JsonObject *b)
{
	gboolean equal = json_object_get_size(a) == json_object_get_size(b);
	JsonObjectIter iter;
	const char *name;
	JsonNode *member, *other;

	if (!equal)
		return FALSE;
	json_object_iter_init(&iter, a);
	while (equal && json_object_iter_next(&iter, &name, &member)) {
		other = json_object_get_member(b, name);
		equal = offhook_schema_step(check, strlen(name) / BYTES_OF_STEP) && other != NULL &&
			offhook_schema_is_equal(check, member, other);
	}
	return equal;
}

/* As JSON has it: 1 and 1.0 are one number. */
static gboolean
offhook_schema_is_equal(OffhookSchemaCheck *check, JsonNode *a, JsonNode *b)
{
	guint types = offhook_schema_get_types(a) & offhook_schema_get_types(b);

	if (!offhook_schema_step(check, 1) || types == 0)
		return FALSE;
	if (types & OFFHOOK_SCHEMA_NUMBER)
		return json_node_get_double(a) == json_node_get_double(b);
	if (types & OFFHOOK_SCHEMA_STRING)
		return offhook_schema_are_texts_equal(check, json_node_get_string(a),
						      json_node_get_string(b));
	if (types & OFFHOOK_SCHEMA_BOOLEAN)
		return json_node_get_boolean(a) == json_node_get_boolean(b);
	if (types & OFFHOOK_SCHEMA_ARRAY)
		return offhook_schema_are_lists_equal(check, json_node_get_array(a),
						      json_node_get_array(b));
	return types & OFFHOOK_SCHEMA_NULL ||
	       offhook_schema_are_objects_equal(check, json_node_get_object(a),
						json_node_get_object(b));
}

static gboolean
offhook_schema_check_values(OffhookSchemaCheck *check, const OffhookSchemaRule *rule,
			    JsonNode *node)
{
	g_autoptr(GString) names = NULL;

	if (rule->constant != NULL && !offhook_schema_is_equal(check, rule->constant, node)) {
		g_autofree char *shown = offhook_schema_show(rule->constant);

		return offhook_schema_fail(check, node, "%s", shown);
	}
	if (rule->values == NULL)
		return TRUE;
	names = g_string_new(NULL);
	for (guint i = 0; i < rule->values->len; i++) {
		JsonNode *value = g_ptr_array_index(rule->values, i);

		if (offhook_schema_is_equal(check, value, node))
			return TRUE;
		if (check->exceeded)
			return FALSE;
		if (names->len < MAX_EXPECTED) {
			g_autofree char *shown = offhook_schema_show(value);

			g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", shown);
		}
	}
	return offhook_schema_fail(check, node, "%s%s", rule->values->len > 1 ? "one of " : "",
				   names->str);
}

/* ---- of one type ---- */

static gboolean
offhook_schema_check_number(OffhookSchemaCheck *check, const OffhookSchemaRule *rule,
			    JsonNode *node)
{
	double number = json_node_get_double(node);
	double quotient = rule->divisor > 0 ? number / rule->divisor : 0;

	if (!(number >= rule->minimum))
		return offhook_schema_fail(check, node, "at least %.15g", rule->minimum);
	if (!(number <= rule->maximum))
		return offhook_schema_fail(check, node, "at most %.15g", rule->maximum);
	if (!(number > rule->above))
		return offhook_schema_fail(check, node, "more than %.15g", rule->above);
	if (!(number < rule->below))
		return offhook_schema_fail(check, node, "less than %.15g", rule->below);
	/* 0.3 is a multiple of 0.1 for whoever writes it, though not for a processor. */
	if (fabs(quotient - round(quotient)) > 1e-9 * fmax(1, fabs(quotient)))
		return offhook_schema_fail(check, node, "a multiple of %.15g", rule->divisor);
	return TRUE;
}

static gboolean
offhook_schema_check_pattern(OffhookSchemaCheck *check, const OffhookSchemaRule *rule,
			     JsonNode *node, const char *text)
{
	if (rule->pattern == NULL)
		return TRUE;
	if (strlen(text) > OFFHOOK_JSON_SCHEMA_MAX_SUBJECT)
		return offhook_schema_exceed(check);
	switch (offhook_schema_pattern_match(rule->pattern, text, &check->steps,
					     OFFHOOK_JSON_SCHEMA_MAX_STEPS)) {
	case OFFHOOK_SCHEMA_MATCHES:
		return TRUE;
	case OFFHOOK_SCHEMA_MATCHES_NOT:
		return offhook_schema_fail(check, node, "text that matches %s",
					   offhook_schema_pattern_get_text(rule->pattern));
	default:
		return offhook_schema_exceed(check);
	}
}

static gboolean
offhook_schema_check_text(OffhookSchemaCheck *check, const OffhookSchemaRule *rule, JsonNode *node)
{
	const char *text = json_node_get_string(node);
	gint64 length;

	if (!offhook_schema_step(check, strlen(text) / BYTES_OF_STEP))
		return FALSE;
	if (!g_utf8_validate(text, -1, NULL))
		return offhook_schema_fail(check, node, "UTF-8");
	length = g_utf8_strlen(text, -1);
	if (length < rule->min_length)
		return offhook_schema_fail(check, node, "at least %" G_GINT64_FORMAT " characters",
					   rule->min_length);
	if (length > rule->max_length)
		return offhook_schema_fail(check, node, "at most %" G_GINT64_FORMAT " characters",
					   rule->max_length);
	if (rule->format != NULL &&
	    !offhook_schema_step(check, strlen(text) / FORMAT_BYTES_OF_STEP))
		return FALSE;
	if (rule->format != NULL && !rule->format->is_valid(text))
		return offhook_schema_fail(check, node, "%s", rule->format->expected);
	return offhook_schema_check_pattern(check, rule, node, text);
}

static gboolean
offhook_schema_check_unique(OffhookSchemaCheck *check, JsonNode *node)
{
	JsonArray *list = json_node_get_array(node);

	for (guint i = 0; i < json_array_get_length(list); i++)
		for (guint j = 0; j < i; j++) {
			if (offhook_schema_is_equal(check, json_array_get_element(list, j),
						    json_array_get_element(list, i)))
				return offhook_schema_fail(check, node, "no item twice");
			if (check->exceeded)
				return FALSE;
		}
	return TRUE;
}

static gboolean
offhook_schema_check_list(OffhookSchemaCheck *check, const OffhookSchemaRule *rule, JsonNode *node)
{
	JsonArray *list = json_node_get_array(node);
	guint length = json_array_get_length(list);

	if (length < rule->min_items)
		return offhook_schema_fail(check, node, "at least %" G_GINT64_FORMAT " items",
					   rule->min_items);
	if (length > rule->max_items)
		return offhook_schema_fail(check, node, "at most %" G_GINT64_FORMAT " items",
					   rule->max_items);
	for (guint i = 0; (rule->prefix != NULL || rule->items != NULL) && i < length; i++) {
		gboolean first = rule->prefix != NULL && i < rule->prefix->len;
		const OffhookSchemaRule *item =
		    first ? g_ptr_array_index(rule->prefix, i) : rule->items;
		g_autofree char *name = g_strdup_printf("%u", i);

		if (!offhook_schema_step(check, 1))
			return FALSE;
		if (item != NULL &&
		    !offhook_schema_check_at(check, item, json_array_get_element(list, i), name))
			return FALSE;
	}
	return !rule->unique || offhook_schema_check_unique(check, node);
}

static gboolean
offhook_schema_fail_missing(OffhookSchemaCheck *check, const char *name)
{
	g_autofree char *where = offhook_schema_shorten(check->path->str, MAX_PATH);
	g_autofree char *shown = offhook_schema_shorten(name, MAX_SHOWN);

	offhook_schema_step(check, STEPS_OF_FAILURE);
	g_clear_error(&check->error);
	g_set_error(&check->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "%s.%s is missing", where, shown);
	return FALSE;
}

static gint
offhook_schema_compare_names_cb(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

static gboolean
offhook_schema_fail_unknown(OffhookSchemaCheck *check, const OffhookSchemaRule *rule,
			    JsonNode *node, const char *name)
{
	g_autoptr(GList) names =
	    g_list_sort(rule->properties != NULL ? g_hash_table_get_keys(rule->properties) : NULL,
			offhook_schema_compare_names_cb);
	g_autoptr(GString) known = g_string_new(NULL);
	gsize length = check->path->len;

	offhook_schema_step(check, g_list_length(names) * STEPS_OF_A_KNOWN_NAME);
	for (GList *l = names; l != NULL && known->len < MAX_EXPECTED; l = l->next)
		g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "",
				       (const char *)l->data);
	g_string_append_printf(check->path, ".%.64s", name);
	offhook_schema_fail(check, node, "nothing of that name%s%s",
			    known->len > 0 ? ", only " : "", known->str);
	g_string_truncate(check->path, length);
	return FALSE;
}

static gboolean
offhook_schema_check_members(OffhookSchemaCheck *check, const OffhookSchemaRule *rule,
			     JsonObject *object)
{
	JsonObjectIter iter;
	const char *name;
	JsonNode *member;

	if (rule->properties == NULL && rule->additional == NULL)
		return TRUE;
	json_object_iter_init(&iter, object);
	while (json_object_iter_next(&iter, &name, &member)) {
		const OffhookSchemaRule *property =
		    rule->properties != NULL ? g_hash_table_lookup(rule->properties, name) : NULL;

		if (!offhook_schema_step(check, 1 + strlen(name) / BYTES_OF_STEP))
			return FALSE;
		if (property == NULL)
			property = rule->additional;
		if (property == NULL)
			continue;
		if (property == rule->additional && property->refuses)
			return offhook_schema_fail_unknown(check, rule, member, name);
		if (!offhook_schema_check_at(check, property, member, name))
			return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_schema_check_object(OffhookSchemaCheck *check, const OffhookSchemaRule *rule,
			    JsonNode *node)
{
	JsonObject *object = json_node_get_object(node);

	for (guint i = 0; rule->required != NULL && i < rule->required->len; i++) {
		const char *name = g_ptr_array_index(rule->required, i);

		if (!offhook_schema_step(check, 1 + strlen(name) / BYTES_OF_STEP))
			return FALSE;
		if (!json_object_has_member(object, name))
			return offhook_schema_fail_missing(check, name);
	}
	return offhook_schema_check_members(check, rule, object);
}

/* ---- alternatives ---- */

/*
 * How many of @rules the value follows. What is said when it is none: of the first that is of the
 * value's type, for that is the one that was meant.
 */
static guint
offhook_schema_count(OffhookSchemaCheck *check, GPtrArray *rules, JsonNode *node, guint types,
		     guint enough)
{
	g_autoptr(GError) meant = NULL;
	guint count = 0;

	for (guint i = 0; i < rules->len && count < enough && !check->exceeded; i++) {
		const OffhookSchemaRule *rule = g_ptr_array_index(rules, i);

		if (offhook_schema_check(check, rule, node))
			count++;
		else if (meant == NULL && (rule->types == 0 || (rule->types & types) != 0))
			meant = g_steal_pointer(&check->error);
	}
	if (meant != NULL) {
		g_clear_error(&check->error);
		check->error = g_steal_pointer(&meant);
	}
	return count;
}

static gboolean
offhook_schema_check_alternatives(OffhookSchemaCheck *check, const OffhookSchemaRule *rule,
				  JsonNode *node, guint types)
{
	guint count;

	if (rule->any != NULL && offhook_schema_count(check, rule->any, node, types, 1) == 0)
		return FALSE;
	if (rule->one != NULL) {
		count = offhook_schema_count(check, rule->one, node, types, 2);
		if (count == 0 || check->exceeded)
			return FALSE;
		if (count > 1)
			return offhook_schema_fail(check, node,
						   "just one of the %u forms that it may have",
						   rule->one->len);
	}
	for (guint i = 0; rule->all != NULL && i < rule->all->len; i++)
		if (!offhook_schema_check(check, g_ptr_array_index(rule->all, i), node))
			return FALSE;
	if (rule->not != NULL && offhook_schema_check(check, rule->not, node))
		return offhook_schema_fail(check, node, "something else");
	return !check->exceeded;
}

/* ---- a schema ---- */

static gboolean
offhook_schema_check_kind(OffhookSchemaCheck *check, const OffhookSchemaRule *rule, JsonNode *node,
			  guint types)
{
	if (types & OFFHOOK_SCHEMA_NUMBER)
		return offhook_schema_check_number(check, rule, node);
	if (types & OFFHOOK_SCHEMA_STRING)
		return offhook_schema_check_text(check, rule, node);
	if (types & OFFHOOK_SCHEMA_ARRAY)
		return offhook_schema_check_list(check, rule, node);
	if (types & OFFHOOK_SCHEMA_OBJECT)
		return offhook_schema_check_object(check, rule, node);
	return TRUE;
}

static gboolean
offhook_schema_check(OffhookSchemaCheck *check, const OffhookSchemaRule *rule, JsonNode *node)
{
	guint types = offhook_schema_get_types(node);
	gboolean good;

	if (check->exceeded || !offhook_schema_step(check, 1))
		return FALSE;
	if (check->depth >= MAX_DEPTH)
		return offhook_schema_exceed(check);
	if (rule->refuses)
		return offhook_schema_fail(check, node, "nothing");
	check->depth++;
	good = offhook_schema_check_type(check, rule, node, types) &&
	       offhook_schema_check_values(check, rule, node) &&
	       offhook_schema_check_kind(check, rule, node, types) &&
	       (rule->other == NULL || offhook_schema_check(check, rule->other, node)) &&
	       offhook_schema_check_alternatives(check, rule, node, types);
	check->depth--;
	return good;
}

gboolean
offhook_json_schema_measure(OffhookJsonSchema *self, JsonNode *value, const char *what,
			    gsize *steps, GError **error)
{
	g_autoptr(GString) path = g_string_new(what);
	OffhookSchemaCheck check = {.path = path};
	gboolean good = offhook_schema_check(&check, g_ptr_array_index(self->rules, 0), value);

	*steps = check.steps;
	if (check.exceeded) {
		g_clear_error(&check.error);
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "%s: too large or too deep to be checked against its schema", what);
		return FALSE;
	}
	if (good)
		g_clear_error(&check.error);
	else
		g_propagate_error(error, check.error);
	return good;
}

gboolean
offhook_json_schema_check(OffhookJsonSchema *self, JsonNode *value, const char *what,
			  GError **error)
{
	gsize steps;

	return offhook_json_schema_measure(self, value, what, &steps, error);
}
