/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The words of the command line: which command is meant, its options and its arguments.
 */

#include <stdlib.h>
#include <string.h>

#include "cli/command/words.h"

/* What an option was given: of these, what its kind has. */
typedef struct {
	const OffhookOption *option;
	char *text;
	char **list;
	gboolean flag;
} OffhookWordsValue;

struct _OffhookWords {
	const OffhookCommand *command;
	char *family;
	GArray *values; /* of OffhookWordsValue */
	char **arguments;
};

/* ---- which command ---- */

/* @word: "--url", "--url=...", "-c". (nullable) */
static const OffhookOption *
offhook_words_find_global(const char *word)
{
	for (const OffhookOption *each = offhook_global_options; each->name != NULL; each++) {
		gsize length = strlen(each->name);

		if (g_str_has_prefix(word, "--") && strncmp(word + 2, each->name, length) == 0 &&
		    (word[2 + length] == '\0' || word[2 + length] == '='))
			return each;
		if (word[0] == '-' && each->letter != 0 && word[1] == each->letter)
			return each;
	}
	return NULL;
}

/* From @i on, the next that is no option of every command; only of these it is known what follows. */
static guint
offhook_words_skip_globals(char **argv, guint i)
{
	const OffhookOption *option;

	while (argv[i] != NULL && (option = offhook_words_find_global(argv[i])) != NULL) {
		gboolean whole = g_str_has_prefix(argv[i], "--") ? strchr(argv[i], '=') == NULL
								 : argv[i][2] == '\0';

		i += option->kind != OFFHOOK_WORD_FLAG && whole && argv[i + 1] != NULL ? 2 : 1;
	}
	return i;
}

static void
offhook_words_set_no_command(const char *word, GError **error)
{
	g_autofree char *list = NULL;
	g_autofree char *hint = NULL;

	if (word == NULL) {
		list = offhook_command_print_list(NULL);
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "no command\n\n%s", list);
	} else if (offhook_command_is_family(word)) {
		list = offhook_command_print_list(word);
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "%s is followed by another word\n\n%s", word, list);
	} else {
		hint = *word == '-' ? g_strdup("") : offhook_command_hint(word);
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
			    "there is no %s \"%s\"%s; offhook --help lists them",
			    *word == '-' ? "option" : "command", word, hint);
	}
}

/*
 * Takes the command's words out of @argv (an array of pointers to strings, with its %NULL). What another
 * program is to read goes to @rest.
 */
static void
offhook_words_take_command(OffhookWords *self, GPtrArray *argv, GPtrArray *rest)
{
	char **words = (char **)argv->pdata;
	guint first = offhook_words_skip_globals(words, 1);
	guint second = words[first] != NULL ? offhook_words_skip_globals(words, first + 1) : first;
	g_autofree char *both = NULL;

	if (words[first] == NULL || words[first][0] == '-')
		return;
	if (words[second] != NULL && words[second][0] != '-')
		both = g_strconcat(words[first], " ", words[second], NULL);
	self->command = both != NULL ? offhook_command_find(both) : NULL;
	if (self->command != NULL)
		g_ptr_array_remove_index(argv, second);
	else
		self->command = offhook_command_find(words[first]);
	if (self->command == NULL) {
		self->family =
		    offhook_command_is_family(words[first]) ? g_strdup(words[first]) : NULL;
		return;
	}
	/* Of "emulate --help" the program that it would run knows nothing. */
	if (!self->command->hidden && g_strcmp0(argv->pdata[first + 1], "--help") == 0) {
		g_ptr_array_remove_index(argv, first);
		return;
	}
	while (self->command->raw && argv->pdata[first + 1] != NULL)
		g_ptr_array_add(rest, g_ptr_array_steal_index(argv, first + 1));
	g_ptr_array_remove_index(argv, first);
}

/* ---- its options ---- */

static gboolean
offhook_words_check_choice(const char *choices, const char *text)
{
	g_auto(GStrv) names = g_strsplit(choices, "|", -1);

	return g_strv_contains((const char *const *)names, text);
}

/* @name: of the option or argument */
static gboolean
offhook_words_check(const char *name, OffhookWordKind kind, const char *choices, const char *text,
		    GError **error)
{
	const char *expected = NULL;

	if (kind == OFFHOOK_WORD_NUMBER &&
	    !g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT, NULL, NULL))
		expected = "a whole number from 1";
	else if (kind == OFFHOOK_WORD_CHOICE && !offhook_words_check_choice(choices, text))
		expected = choices;
	if (expected == NULL)
		return TRUE;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: \"%s\", expected %s",
		    name, text, expected);
	return FALSE;
}

static gboolean
offhook_words_check_options(OffhookWords *self, GError **error)
{
	for (guint i = 0; i < self->values->len; i++) {
		const OffhookWordsValue *value = &g_array_index(self->values, OffhookWordsValue, i);
		g_autofree char *name = g_strconcat("--", value->option->name, NULL);

		if (value->text != NULL &&
		    !offhook_words_check(name, value->option->kind, value->option->value,
					 value->text, error))
			return FALSE;
	}
	return TRUE;
}

/* @argv: (inout): what is no option stays */
static gboolean
offhook_words_take_options(OffhookWords *self, char ***argv, GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GArray) entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
	const OffhookOption *option;

	for (guint i = 0; (option = offhook_command_get_option(self->command, i)) != NULL; i++)
		g_array_append_vals(self->values, &(OffhookWordsValue){.option = option}, 1);
	/* Now they stay where they are. */
	for (guint i = 0; i < self->values->len; i++) {
		OffhookWordsValue *value = &g_array_index(self->values, OffhookWordsValue, i);
		GOptionEntry entry = {
		    .long_name = value->option->name,
		    .short_name = value->option->letter,
		    .arg = G_OPTION_ARG_STRING,
		    .arg_data = &value->text,
		};

		if (value->option->kind == OFFHOOK_WORD_FLAG) {
			entry.arg = G_OPTION_ARG_NONE;
			entry.arg_data = &value->flag;
		} else if (value->option->repeated) {
			entry.arg = G_OPTION_ARG_STRING_ARRAY;
			entry.arg_data = &value->list;
		}
		g_array_append_val(entries, entry);
	}
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, (GOptionEntry *)entries->data, NULL);
	return g_option_context_parse_strv(context, argv, error) &&
	       offhook_words_check_options(self, error);
}

/* ---- its arguments ---- */

int
offhook_words_refuse(const OffhookWords *self, GError **error, const char *format, ...)
{
	g_autofree char *usage = offhook_command_print_usage(self->command);
	g_autofree char *message = NULL;
	va_list arguments;

	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "%s\nusage: %s", message, usage);
	return EXIT_FAILURE;
}

static gboolean
offhook_words_check_arguments(OffhookWords *self, GError **error)
{
	guint n_known = offhook_command_count_arguments(self->command);
	guint n = g_strv_length(self->arguments);

	if (self->command->raw)
		return TRUE;
	for (guint i = 0; i < n; i++) {
		const OffhookArgument *argument =
		    n_known > 0 ? &self->command->arguments[MIN(i, n_known - 1)] : NULL;

		if (argument == NULL || (i >= n_known && !argument->repeated)) {
			offhook_words_refuse(self, error, "unexpected argument \"%s\"",
					     self->arguments[i]);
			return FALSE;
		}
		if (!offhook_words_check(self->command->name, argument->kind, argument->name,
					 self->arguments[i], error))
			return FALSE;
	}
	if (n >= n_known || self->command->arguments[n].optional)
		return TRUE;
	offhook_words_refuse(self, error, "%s is missing", self->command->arguments[n].name);
	return FALSE;
}

/* What is empty is a variable that was not set; the rest of the program counts on UTF-8. */
static gboolean
offhook_words_check_text(char **argv, GError **error)
{
	for (guint i = 1; argv[i] != NULL; i++) {
		if (g_utf8_validate(argv[i], -1, NULL) && *argv[i] != '\0')
			continue;
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "a word is %s",
			    *argv[i] == '\0' ? "empty" : "not UTF-8");
		return FALSE;
	}
	return TRUE;
}

/* @words: of the command, with the program's name. GLib leaves a "--" behind an argument where it is. */
static void
offhook_words_take_arguments(OffhookWords *self, char **words, GPtrArray *rest)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	gboolean skipped = FALSE;

	for (guint i = 1; words[i] != NULL; i++) {
		if (skipped || !g_str_equal(words[i], "--"))
			g_strv_builder_add(builder, words[i]);
		else
			skipped = TRUE;
	}
	for (guint i = 0; i < rest->len; i++)
		g_strv_builder_add(builder, g_ptr_array_index(rest, i));
	self->arguments = g_strv_builder_end(builder);
}

static gboolean
offhook_words_read(OffhookWords *self, GPtrArray *argv, GPtrArray *rest, GError **error)
{
	g_auto(GStrv) words = NULL;
	const char *first;

	offhook_words_take_command(self, argv, rest);
	if (!offhook_words_check_text((char **)argv->pdata, error))
		return FALSE;
	words = g_strdupv((char **)argv->pdata);
	first = words[offhook_words_skip_globals(words, 1)];
	if (self->command == NULL && first != NULL && self->family == NULL) {
		offhook_words_set_no_command(first, error);
		return FALSE;
	}
	if (!offhook_words_take_options(self, &words, error))
		return FALSE;
	if (offhook_words_has(self, "help") || offhook_words_has(self, "version"))
		return TRUE;
	if (self->command == NULL) {
		offhook_words_set_no_command(self->family, error);
		return FALSE;
	}
	offhook_words_take_arguments(self, words, rest);
	return offhook_words_check_arguments(self, error);
}

OffhookWords *
offhook_words_parse(char **argv, GError **error)
{
	g_autoptr(OffhookWords) self = g_new0(OffhookWords, 1);
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) rest = g_ptr_array_new_with_free_func(g_free);

	self->values = g_array_new(FALSE, TRUE, sizeof(OffhookWordsValue));
	for (guint i = 0; argv[i] != NULL; i++)
		g_ptr_array_add(words, g_strdup(argv[i]));
	g_ptr_array_add(words, NULL);
	return offhook_words_read(self, words, rest, error) ? g_steal_pointer(&self) : NULL;
}

void
offhook_words_free(OffhookWords *self)
{
	if (self == NULL)
		return;
	for (guint i = 0; i < self->values->len; i++) {
		OffhookWordsValue *value = &g_array_index(self->values, OffhookWordsValue, i);

		g_free(value->text);
		g_strfreev(value->list);
	}
	g_array_unref(self->values);
	g_strfreev(self->arguments);
	g_free(self->family);
	g_free(self);
}

/* ---- what was said ---- */

const OffhookCommand *
offhook_words_get_command(const OffhookWords *self)
{
	return self->command;
}

const char *
offhook_words_get_family(const OffhookWords *self)
{
	return self->family;
}

/* (nullable) */
static const OffhookWordsValue *
offhook_words_look(const OffhookWords *self, const char *option)
{
	for (guint i = 0; i < self->values->len; i++) {
		const OffhookWordsValue *value = &g_array_index(self->values, OffhookWordsValue, i);

		if (g_str_equal(value->option->name, option))
			return value;
	}
	return NULL;
}

static const OffhookWordsValue *
offhook_words_find(const OffhookWords *self, const char *option)
{
	const OffhookWordsValue *value = offhook_words_look(self, option);

	/* The table and who reads it are of one build. */
	g_assert(value != NULL);
	return value;
}

gboolean
offhook_words_knows(const OffhookWords *self, const char *option)
{
	return offhook_words_look(self, option) != NULL;
}

gboolean
offhook_words_is_number(const OffhookWords *self, const char *option)
{
	return offhook_words_find(self, option)->option->kind == OFFHOOK_WORD_NUMBER;
}

const char *
offhook_words_get(const OffhookWords *self, const char *option)
{
	return offhook_words_find(self, option)->text;
}

gboolean
offhook_words_has(const OffhookWords *self, const char *flag)
{
	return offhook_words_find(self, flag)->flag;
}

guint
offhook_words_get_number(const OffhookWords *self, const char *option, guint fallback)
{
	const char *text = offhook_words_get(self, option);

	/* It has been checked. */
	return text != NULL ? (guint)g_ascii_strtoull(text, NULL, 10) : fallback;
}

const char *const *
offhook_words_get_list(const OffhookWords *self, const char *option)
{
	return (const char *const *)offhook_words_find(self, option)->list;
}

const char *
offhook_words_get_argument(const OffhookWords *self, guint i)
{
	return i < g_strv_length(self->arguments) ? self->arguments[i] : NULL;
}

const char *const *
offhook_words_get_arguments(const OffhookWords *self)
{
	return (const char *const *)self->arguments;
}

gboolean
offhook_words_read_variables(const char *const *given, JsonObject *variables, GError **error)
{
	for (const char *const *word = given; word != NULL && *word != NULL; word++) {
		const char *equals = strchr(*word, '=');
		g_autofree char *name = equals != NULL ? g_strndup(*word, equals - *word) : NULL;

		if (name == NULL || *name == '\0') {
			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				    "--set %s: expected NAME=VALUE", *word);
			return FALSE;
		}
		json_object_set_string_member(variables, name, equals + 1);
	}
	return TRUE;
}
