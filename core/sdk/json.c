/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What json-glib leaves to its users: limits for text from outside, and members that may be missing
 * or of another type than hoped for. Any thread.
 */

#include <offhook/json.h>

#include <offhook/error.h>
#include <math.h>
#include <string.h>

#define MAX_NUMBER G_GINT64_CONSTANT(999999999999999) /* exact as a double, too */

/*
 * Counts brackets outside of strings; whether the rest is JSON is for the parser. That one skips comments,
 * which JSON has not: a quote in one would be taken for a string here.
 */
gboolean
offhook_json_is_shallow(const char *text, gssize size)
{
	const char *end = text + (size < 0 ? strlen(text) : (gsize)size);
	gboolean in_string = FALSE;
	guint depth = 0;

	for (; text < end; text++) {
		if (in_string && *text == '\\')
			text++;
		else if (*text == '"')
			in_string = !in_string;
		else if (in_string)
			continue;
		else if (strchr("/'#", *text) != NULL && *text != '\0')
			return FALSE;
		else if ((*text == '{' || *text == '[') && ++depth > OFFHOOK_JSON_MAX_DEPTH)
			return FALSE;
		else if ((*text == '}' || *text == ']') && depth > 0)
			depth--;
	}
	return TRUE;
}

/* Numbers like 1e400 become infinite, which can't be written as JSON again. */
static gboolean
offhook_json_is_finite(JsonNode *node)
{
	gboolean finite = TRUE;

	if (JSON_NODE_HOLDS_OBJECT(node)) {
		JsonObjectIter iter;
		JsonNode *member;

		json_object_iter_init(&iter, json_node_get_object(node));
		while (finite && json_object_iter_next(&iter, NULL, &member))
			finite = offhook_json_is_finite(member);
	} else if (JSON_NODE_HOLDS_ARRAY(node)) {
		JsonArray *array = json_node_get_array(node);

		for (guint i = 0; finite && i < json_array_get_length(array); i++)
			finite = offhook_json_is_finite(json_array_get_element(array, i));
	} else if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_DOUBLE) {
		finite = isfinite(json_node_get_double(node));
	}
	return finite;
}

/* Of the number or the word, whose first character @text is. */
static gsize
offhook_json_get_token_length(const char *text, const char *end)
{
	const char *p = text;

	while (p < end && (g_ascii_isalnum(*p) || strchr("+-._", *p) != NULL) && *p != '\0')
		p++;
	return (gsize)(p - text);
}

/* json-glib lets integers run over, and takes 0x10 and 010 as C does. */
static gboolean
offhook_json_is_exact(const char *token, gsize length)
{
	g_autofree char *copy = g_strndup(token, length);
	const char *digits = *copy == '-' ? copy + 1 : copy;

	if (!g_ascii_isdigit(*digits))
		return TRUE;
	if (*digits == '0' && g_ascii_isalnum(digits[1]) && digits[1] != 'e' && digits[1] != 'E')
		return FALSE;
	return digits[strspn(digits, "0123456789")] != '\0' ||
	       g_ascii_string_to_signed(copy, 10, G_MININT64, G_MAXINT64, NULL, NULL);
}

static gboolean
offhook_json_has_exact_numbers(const char *text, gssize size)
{
	const char *end = text + (size < 0 ? strlen(text) : (gsize)size);
	gboolean in_string = FALSE;

	while (text < end) {
		gsize length = in_string ? 0 : offhook_json_get_token_length(text, end);

		if (length > 0 && !offhook_json_is_exact(text, length))
			return FALSE;
		if (length == 0 && in_string && *text == '\\')
			text++;
		else if (length == 0 && *text == '"')
			in_string = !in_string;
		text += MAX(length, 1);
	}
	return TRUE;
}

JsonObject *
offhook_json_parse_object(const char *text, gssize size, const char *what, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	g_autoptr(GError) local = NULL;
	JsonNode *root;

	if (text == NULL || size == 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s is empty, not JSON",
			    what);
		return NULL;
	}
	if (!offhook_json_is_shallow(text, size)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "%s is no JSON, or nested deeper than %u levels", what,
			    OFFHOOK_JSON_MAX_DEPTH);
		return NULL;
	}
	/* json-glib would cut the string there, and what was checked is not what is used. */
	if (g_strstr_len(text, size, "\\u0000") != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "%s holds the character U+0000", what);
		return NULL;
	}
	if (!offhook_json_has_exact_numbers(text, size)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "%s holds a number of more than 64 bits, or one that is none of JSON",
			    what);
		return NULL;
	}
	if (!json_parser_load_from_data(parser, text, size, &local)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s is not JSON: %s", what,
			    local->message);
		return NULL;
	}
	root = json_parser_get_root(parser);
	if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s is not a JSON object",
			    what);
		return NULL;
	}
	if (!offhook_json_is_finite(root)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "%s holds a number that is too large", what);
		return NULL;
	}
	return json_node_dup_object(root);
}

/* Up to and with the closing quote. */
static gsize
offhook_json_get_string_length(const char *text)
{
	gsize length = 1;

	while (text[length] != '"')
		length += text[length] == '\\' ? 2 : 1;
	return length + 1;
}

char *
offhook_json_node_to_string(JsonNode *node)
{
	char *text = json_to_string(node, FALSE);
	const char *from = text, *end = text + strlen(text);
	char *to = text;

	while (from < end) {
		gsize length = *from == '"' ? offhook_json_get_string_length(from)
					    : offhook_json_get_token_length(from, end);
		gsize kept = length = MAX(length, 1);

		/* What json-glib adds where it sees no point. */
		if (*from != '"' && memchr(from, 'e', length) != NULL && length > 2 &&
		    strncmp(from + length - 2, ".0", 2) == 0)
			kept -= 2;
		memmove(to, from, kept);
		to += kept;
		from += length;
	}
	*to = '\0';
	return text;
}

const char *
offhook_json_get_string(JsonObject *object, const char *name)
{
	JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != G_TYPE_STRING)
		return NULL;
	return json_node_get_string(node);
}

JsonObject *
offhook_json_get_object(JsonObject *object, const char *name)
{
	JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

	return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

JsonArray *
offhook_json_get_array(JsonObject *object, const char *name)
{
	JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

	return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

gint64
offhook_json_get_number(JsonObject *object, const char *name)
{
	JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;
	guint64 digits;
	double number;

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) == G_TYPE_BOOLEAN)
		return -1;
	if (json_node_get_value_type(node) == G_TYPE_STRING)
		return g_ascii_string_to_unsigned(json_node_get_string(node), 10, 0, MAX_NUMBER,
						  &digits, NULL)
			   ? (gint64)digits
			   : -1;
	number = json_node_get_double(node);
	return number >= 0 && number <= MAX_NUMBER ? (gint64)number : -1;
}
