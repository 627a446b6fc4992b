/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads a `.env` file. Values may be secrets, so problems name places only. Any thread.
 */

#include "config/env-file.h"

#include "config/secret.h"

#include <string.h>

typedef struct {
	const char *at;
	const char *end;
	const char *file;
	guint line;
	OffhookProblems *problems;
} OffhookEnvParser;

static void
offhook_env_entry_free(gpointer data)
{
	OffhookEnvEntry *entry = data;

	g_free(entry->name);
	offhook_secret_free(entry->value);
	g_free(entry);
}

static void
offhook_env_file_complain(OffhookEnvParser *parser, guint line, const char *what)
{
	offhook_problems_add(parser->problems, "%s:%u: %s", parser->file, line, what);
}

/* The next byte, or 0 at the end. */
static char
offhook_env_file_peek(OffhookEnvParser *parser)
{
	return parser->at < parser->end ? *parser->at : '\0';
}

static void
offhook_env_file_skip_blanks(OffhookEnvParser *parser)
{
	while (parser->at < parser->end && (*parser->at == ' ' || *parser->at == '\t'))
		parser->at++;
}

static void
offhook_env_file_skip_line(OffhookEnvParser *parser)
{
	const char *newline = memchr(parser->at, '\n', parser->end - parser->at);

	parser->at = newline != NULL ? newline + 1 : parser->end;
	parser->line++;
}

/* Whether nothing but white space and a comment is left in the line. */
static gboolean
offhook_env_file_is_line_over(OffhookEnvParser *parser)
{
	offhook_env_file_skip_blanks(parser);
	return parser->at >= parser->end || strchr("\r\n#", *parser->at) != NULL;
}

/* (transfer full) (nullable) */
static char *
offhook_env_file_read_name(OffhookEnvParser *parser)
{
	const char *from = parser->at;

	while (parser->at < parser->end && (g_ascii_isalnum(*parser->at) || *parser->at == '_'))
		parser->at++;
	if (parser->at == from || g_ascii_isdigit(*from))
		return NULL;
	return g_strndup(from, parser->at - from);
}

static void
offhook_env_file_append_escape(GString *value, char letter)
{
	switch (letter) {
	case 'n':
		g_string_append_c(value, '\n');
		break;
	case 'r':
		g_string_append_c(value, '\r');
		break;
	case 't':
		g_string_append_c(value, '\t');
		break;
	case '\\':
	case '"':
	case '$':
		g_string_append_c(value, letter);
		break;
	default: /* as the other readers of such files: both stay */
		g_string_append_c(value, '\\');
		g_string_append_c(value, letter);
	}
}

/* From behind the opening quote to behind the closing one. %FALSE: there is none. */
static gboolean
offhook_env_file_read_quoted(OffhookEnvParser *parser, char quote, GString *value)
{
	while (parser->at < parser->end) {
		char c = *parser->at++;

		if (c == quote)
			return TRUE;
		if (c == '\n')
			parser->line++;
		if (c == '\\' && quote == '"' && parser->at < parser->end && *parser->at != '\n')
			offhook_env_file_append_escape(value, *parser->at++);
		else if (c != '\r' || offhook_env_file_peek(parser) != '\n')
			g_string_append_c(value, c);
	}
	return FALSE;
}

/* To the end of the line or to a comment, which begins with white space and #. */
static void
offhook_env_file_read_plain(OffhookEnvParser *parser, GString *value)
{
	while (parser->at < parser->end && *parser->at != '\n') {
		if (*parser->at == '#' &&
		    (value->len == 0 || g_ascii_isspace(value->str[value->len - 1])))
			break;
		g_string_append_c(value, *parser->at++);
	}
	while (value->len > 0 && g_ascii_isspace(value->str[value->len - 1]))
		g_string_truncate(value, value->len - 1);
}

/* (transfer full) (nullable): what comes after NAME= */
static char *
offhook_env_file_read_value(OffhookEnvParser *parser, guint line)
{
	GString *value = g_string_new(NULL);
	char quote = offhook_env_file_peek(parser);
	const char *wrong = NULL;

	if (quote == '"' || quote == '\'') {
		parser->at++;
		if (!offhook_env_file_read_quoted(parser, quote, value))
			wrong = "the quote that begins here is never closed";
		else if (!offhook_env_file_is_line_over(parser))
			wrong = "something follows the closing quote";
	} else {
		offhook_env_file_read_plain(parser, value);
	}
	if (wrong == NULL && memchr(value->str, '\0', value->len) != NULL)
		wrong = "a value can't contain a 0 byte";
	if (wrong == NULL && !g_utf8_validate_len(value->str, value->len, NULL))
		wrong = "the value is not UTF-8 text";
	if (wrong != NULL)
		offhook_env_file_complain(parser, line, wrong);
	if (wrong == NULL)
		return g_string_free(value, FALSE);
	offhook_secret_free(g_string_free(value, FALSE));
	return NULL;
}

/* One line, or more when a quoted value spans them. (transfer full) (nullable) */
static OffhookEnvEntry *
offhook_env_file_read_entry(OffhookEnvParser *parser)
{
	g_autofree char *name = offhook_env_file_read_name(parser);
	guint line = parser->line;
	OffhookEnvEntry *entry;
	gboolean exported = FALSE;
	char *value;

	offhook_env_file_skip_blanks(parser);
	if (g_strcmp0(name, "export") == 0 && offhook_env_file_peek(parser) != '=') {
		exported = TRUE;
		g_free(name);
		name = offhook_env_file_read_name(parser);
		offhook_env_file_skip_blanks(parser);
	}
	if (name != NULL && exported && offhook_env_file_is_line_over(parser))
		return NULL; /* `export NAME` alone sets nothing */
	if (name == NULL || offhook_env_file_peek(parser) != '=') {
		offhook_env_file_complain(parser, line, "expected NAME=value or a # comment");
		return NULL;
	}
	parser->at++;
	offhook_env_file_skip_blanks(parser);
	value = offhook_env_file_read_value(parser, line);
	if (value == NULL)
		return NULL;
	entry = g_new0(OffhookEnvEntry, 1);
	entry->name = g_steal_pointer(&name);
	entry->value = value;
	entry->line = line;
	return entry;
}

GPtrArray *
offhook_env_file_parse(const char *data, gsize size, const char *file, OffhookProblems *problems)
{
	OffhookEnvParser parser = {data, data + size, file, 1, problems};
	GPtrArray *entries = g_ptr_array_new_with_free_func(offhook_env_entry_free);

	if (size > OFFHOOK_ENV_FILE_MAX) {
		offhook_problems_add(problems, "%s: larger than %u bytes", file,
				     (guint)OFFHOOK_ENV_FILE_MAX);
		return entries;
	}
	if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
		parser.at += 3;
	while (parser.at < parser.end) {
		if (!offhook_env_file_is_line_over(&parser)) {
			OffhookEnvEntry *entry = offhook_env_file_read_entry(&parser);

			if (entry != NULL)
				g_ptr_array_add(entries, entry);
		}
		offhook_env_file_skip_line(&parser);
	}
	return entries;
}
