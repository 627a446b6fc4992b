/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads a keyfile line by line. GKeyFile itself stops at the first mistake and knows no line
 * numbers, which people need to mend a file. Any thread.
 */

#include "config/keyfile.h"

#include <string.h>

typedef struct {
	const char *name;
	OffhookProblems *problems;
	GPtrArray *entries;
	GHashTable *seen; /* "section\nkey" -> line */
	char *section;    /* (nullable): before the first header, or after a broken one */
	guint line;
	gboolean in_section; /* a header has been met, right or wrong */
} OffhookKeyfileParser;

static void
offhook_keyfile_entry_free(gpointer data)
{
	OffhookKeyfileEntry *entry = data;

	g_free(entry->section);
	g_free(entry->key);
	g_free(entry->value);
	g_free(entry);
}

/* Takes @key and @value. */
static void
offhook_keyfile_add(OffhookKeyfileParser *parser, char *key, char *value)
{
	OffhookKeyfileEntry *entry = g_new0(OffhookKeyfileEntry, 1);
	g_autofree char *id = g_strdup_printf("%s\n%s", parser->section, key != NULL ? key : "");
	guint first = GPOINTER_TO_UINT(g_hash_table_lookup(parser->seen, id));

	entry->section = g_strdup(parser->section);
	entry->key = key;
	entry->value = value;
	entry->line = parser->line;
	g_ptr_array_add(parser->entries, entry);
	if (first == 0) {
		g_hash_table_insert(parser->seen, g_steal_pointer(&id),
				    GUINT_TO_POINTER(parser->line));
	} else if (key != NULL) {
		offhook_problems_add(parser->problems, "%s:%u: [%s] %s: given before, in line %u",
				     parser->name, parser->line, parser->section, key, first);
	} else {
		offhook_problems_add(parser->problems,
				     "%s:%u: [%s] begins a second time, see line %u", parser->name,
				     parser->line, parser->section, first);
	}
}

static gboolean
offhook_keyfile_is_name(const char *text, const char *extra)
{
	if (*text == '\0')
		return FALSE;
	for (const char *c = text; *c != '\0'; c++)
		if (!g_ascii_isalnum(*c) && strchr(extra, *c) == NULL)
			return FALSE;
	return TRUE;
}

static void
offhook_keyfile_parse_header(OffhookKeyfileParser *parser, const char *line)
{
	gsize length = strlen(line);

	parser->in_section = TRUE;
	g_clear_pointer(&parser->section, g_free);
	if (length < 2 || line[length - 1] != ']') {
		offhook_problems_add(parser->problems,
				     "%s:%u: a section's name needs a ] at its end", parser->name,
				     parser->line);
		return;
	}
	parser->section = g_strndup(line + 1, length - 2);
	if (!offhook_keyfile_is_name(parser->section, "-_:.")) {
		offhook_problems_add(parser->problems,
				     "%s:%u: [%s]: expected letters, digits, - _ . : between the "
				     "brackets",
				     parser->name, parser->line, parser->section);
		g_clear_pointer(&parser->section, g_free);
		return;
	}
	offhook_keyfile_add(parser, NULL, NULL);
}

/* Returns: (transfer full) (nullable): without the escapes; %NULL when one is unknown. */
static char *
offhook_keyfile_unescape(const char *raw)
{
	static const char letters[] = "sntr\\";
	static const char meanings[] = " \n\t\r\\";
	GString *value = g_string_sized_new(strlen(raw));

	for (const char *c = raw; *c != '\0'; c++) {
		const char *letter;

		if (*c != '\\') {
			g_string_append_c(value, *c);
			continue;
		}
		letter = c[1] != '\0' ? strchr(letters, c[1]) : NULL;
		if (letter == NULL) {
			g_string_free(value, TRUE);
			return NULL;
		}
		g_string_append_c(value, meanings[letter - letters]);
		c++;
	}
	return g_string_free(value, FALSE);
}

static void
offhook_keyfile_parse_pair(OffhookKeyfileParser *parser, char *line)
{
	char *equals = strchr(line, '=');
	g_autofree char *value = NULL;

	if (equals == NULL || equals == line) {
		offhook_problems_add(parser->problems,
				     "%s:%u: expected [section], key=value or a # comment",
				     parser->name, parser->line);
		return;
	}
	*equals = '\0';
	g_strchomp(line);
	if (!offhook_keyfile_is_name(line, "-_.")) {
		offhook_problems_add(parser->problems,
				     "%s:%u: \"%s\" is no key: expected letters, digits, - _ .",
				     parser->name, parser->line, line);
		return;
	}
	/* The keys of a section whose header was wrong would only repeat that problem. */
	if (parser->section == NULL) {
		if (!parser->in_section)
			offhook_problems_add(parser->problems,
					     "%s:%u: %s: before the first [section]", parser->name,
					     parser->line, line);
		return;
	}
	value = offhook_keyfile_unescape(g_strchug(equals + 1));
	if (value == NULL)
		offhook_problems_add(parser->problems,
				     "%s:%u: [%s] %s: after a \\ comes one of s n t r \\",
				     parser->name, parser->line, parser->section, line);
	else
		offhook_keyfile_add(parser, g_strdup(line), g_steal_pointer(&value));
}

static void
offhook_keyfile_parse_line(OffhookKeyfileParser *parser, const char *data, gsize size)
{
	g_autofree char *line = NULL;

	if (!g_utf8_validate_len(data, size, NULL)) {
		offhook_problems_add(parser->problems, "%s:%u: not UTF-8 text", parser->name,
				     parser->line);
		return;
	}
	line = g_strstrip(g_strndup(data, size));
	if (*line == '\0' || *line == '#')
		return;
	if (*line == '[')
		offhook_keyfile_parse_header(parser, line);
	else
		offhook_keyfile_parse_pair(parser, line);
}

GPtrArray *
offhook_keyfile_parse(const char *data, gsize size, const char *name, OffhookProblems *problems)
{
	OffhookKeyfileParser parser = {.name = name, .problems = problems};
	gsize from = 0;

	parser.entries = g_ptr_array_new_with_free_func(offhook_keyfile_entry_free);
	if (size > OFFHOOK_KEYFILE_MAX) {
		offhook_problems_add(problems, "%s: larger than %u bytes", name,
				     (guint)OFFHOOK_KEYFILE_MAX);
		return parser.entries;
	}
	parser.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
		from = 3;
	while (from < size) {
		const char *end = memchr(data + from, '\n', size - from);
		gsize length = end != NULL ? (gsize)(end - (data + from)) : size - from;

		parser.line++;
		offhook_keyfile_parse_line(&parser, data + from, length);
		from += length + 1;
	}
	g_hash_table_unref(parser.seen);
	g_free(parser.section);
	return parser.entries;
}
