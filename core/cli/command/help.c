/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * --help, and the same for the manual page.
 */

#include <stdlib.h>
#include <string.h>

#include "cli/command/commands.h"
#include "cli/print/table.h"

/* Where texts begin, and how long a line is where the terminal does not say. */
#define OFFHOOK_HELP_COMMAND_WIDTH 34
#define OFFHOOK_HELP_OPTION_WIDTH  26
#define OFFHOOK_HELP_LINE          100

static guint
offhook_help_get_width(void)
{
	return MIN(offhook_table_get_width(), OFFHOOK_HELP_LINE);
}

/* Lines of @text that begin at @indent, where @at characters are written already. */
static void
offhook_help_wrap(GString *help, const char *text, guint indent, guint at)
{
	guint width = MAX(offhook_help_get_width(), indent + 20);
	g_auto(GStrv) words = g_strsplit(text, " ", -1);

	for (guint i = 0; words[i] != NULL; i++) {
		guint length = (guint)g_utf8_strlen(words[i], -1);

		if (at > indent && at + 1 + length > width) {
			g_string_append_printf(help, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at < indent) {
			g_string_append_printf(help, "%*s", (int)(indent - at), "");
			at = indent;
		} else if (at > indent) {
			g_string_append_c(help, ' ');
			at++;
		}
		g_string_append(help, words[i]);
		at += length;
	}
	g_string_append_c(help, '\n');
}

/* @left, and @text beside it or, where that is long, below it. */
static void
offhook_help_add_row(GString *help, const char *left, const char *text, guint indent)
{
	gsize start = help->len;
	guint at;

	g_string_append_printf(help, "  %s", left);
	at = (guint)(help->len - start);
	if (at + 2 > indent) {
		g_string_append_c(help, '\n');
		at = 0;
	}
	offhook_help_wrap(help, text, indent, at);
}

/* ---- of one command ---- */

static void
offhook_help_add_arguments(GString *usage, const OffhookCommand *command)
{
	for (guint i = 0; i < offhook_command_count_arguments(command); i++) {
		const OffhookArgument *argument = &command->arguments[i];

		g_string_append_printf(usage, argument->optional ? " [%s%s]" : " %s%s",
				       argument->name, argument->repeated ? "..." : "");
	}
}

static gboolean
offhook_help_has_options(const OffhookCommand *command)
{
	return offhook_command_get_option(command, 0) != offhook_global_options;
}

char *
offhook_command_print_usage(const OffhookCommand *self)
{
	GString *usage = g_string_new("offhook ");

	g_string_append_printf(usage, "%s%s", self->name,
			       offhook_help_has_options(self) ? " [OPTION...]" : "");
	offhook_help_add_arguments(usage, self);
	return g_string_free(usage, FALSE);
}

/* "-n, --limit=N" */
static char *
offhook_help_name_option(const OffhookOption *option)
{
	g_autofree char *letter =
	    option->letter != 0 ? g_strdup_printf("-%c, ", option->letter) : g_strdup("    ");

	return g_strdup_printf(
	    "%s--%s%s%s%s", letter, option->name, option->value != NULL ? "=" : "",
	    option->value != NULL ? option->value : "", option->repeated ? "..." : "");
}

static void
offhook_help_add_option(GString *help, const OffhookOption *option)
{
	g_autofree char *name = offhook_help_name_option(option);

	offhook_help_add_row(help, name, option->help, OFFHOOK_HELP_OPTION_WIDTH);
}

static void
offhook_help_add_globals(GString *help, const char *title)
{
	g_string_append_printf(help, "\n%s:\n", title);
	for (const OffhookOption *each = offhook_global_options; each->name != NULL; each++)
		offhook_help_add_option(help, each);
}

char *
offhook_command_print_help(const OffhookCommand *self)
{
	g_autofree char *usage = offhook_command_print_usage(self);
	GString *help = g_string_new(NULL);
	const OffhookOption *option;

	g_string_printf(help, "Usage: %s\n\n", usage);
	offhook_help_wrap(help, self->summary, 0, 0);
	if (self->details != NULL) {
		g_auto(GStrv) paragraphs = g_strsplit(self->details, "\n", -1);

		for (guint i = 0; paragraphs[i] != NULL; i++) {
			g_string_append_c(help, '\n');
			offhook_help_wrap(help, paragraphs[i], 0, 0);
		}
	}
	if (offhook_help_has_options(self))
		g_string_append(help, "\nOptions:\n");
	for (guint i = 0; (option = offhook_command_get_option(self, i)) != offhook_global_options;
	     i++)
		offhook_help_add_option(help, option);
	offhook_help_add_globals(help, "Options of every command");
	return g_string_free(help, FALSE);
}

/* ---- of all ---- */

static gboolean
offhook_help_is_of_family(const OffhookCommand *command, const char *family)
{
	gsize length = family != NULL ? strlen(family) : 0;

	return family == NULL || (strncmp(command->name, family, length) == 0 &&
				  (command->name[length] == ' ' || command->name[length] == '\0'));
}

char *
offhook_command_print_list(const char *family)
{
	GString *help = g_string_new(NULL);

	g_string_append_printf(help, "Usage: offhook [OPTION...] %s [ARGUMENT...]\n\nCommands:\n",
			       family != NULL ? family : "COMMAND");
	for (const OffhookCommand *each = offhook_commands; each->name != NULL; each++) {
		g_autoptr(GString) left = g_string_new(each->name);

		if (each->hidden || !offhook_help_is_of_family(each, family))
			continue;
		if (each->group != NULL && family == NULL)
			g_string_append_printf(help, "\n %s\n", each->group);
		offhook_help_add_arguments(left, each);
		offhook_help_add_row(help, left->str, each->summary, OFFHOOK_HELP_COMMAND_WIDTH);
	}
	offhook_help_add_globals(help, "Options");
	g_string_append(help, "\n");
	offhook_help_wrap(help,
			  "offhook COMMAND --help tells more of one. The server is found "
			  "through --url or $OFFHOOK_URL, else through its configuration. The "
			  "token is $OFFHOOK_TOKEN, else for a server on this machine the one in its "
			  "state directory.",
			  0, 0);
	return g_string_free(help, FALSE);
}

/* ---- the manual page ---- */

/* Hyphens of options are to be copied as such; a line may not begin like a request. */
static void
offhook_help_add_roff(GString *man, const char *text)
{
	if (*text == '.' || *text == '\'')
		g_string_append(man, "\\&");
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\\')
			g_string_append(man, "\\e");
		else if (*p == '-')
			g_string_append(man, "\\-");
		else if (*p == '\n')
			g_string_append(man, "\n.IP\n");
		else
			g_string_append_c(man, *p);
	}
	g_string_append_c(man, '\n');
}

/* Names are bold, what stands for something is not. */
static void
offhook_help_add_roff_value(GString *man, const OffhookOption *option)
{
	g_autofree char *name = offhook_help_name_option(option);
	gsize length = strcspn(name, "=");
	g_autofree char *head = g_strndup(name, length);
	g_autoptr(GString) line = g_string_new("\\fB");

	g_string_append(line, g_strchug(head));
	g_string_append(line, "\\fR");
	if (name[length] != '\0')
		g_string_append_printf(line, "=\\fI%s\\fR", name + length + 1);
	g_string_replace(line, "-", "\\-", 0);
	g_string_append_printf(man, ".TP\n%s\n", line->str);
	offhook_help_add_roff(man, option->help);
}

static void
offhook_help_add_roff_command(GString *man, const OffhookCommand *command)
{
	g_autoptr(GString) arguments = g_string_new(NULL);
	const OffhookOption *option;

	offhook_help_add_arguments(arguments, command);
	if (offhook_help_has_options(command))
		g_string_prepend(arguments, " [OPTION...]");
	g_string_replace(arguments, "-", "\\-", 0);
	g_string_append_printf(man, ".TP\n\\fB%s\\fI%s\\fR\n", command->name, arguments->str);
	offhook_help_add_roff(man, command->summary);
	if (command->details != NULL) {
		g_string_append(man, ".IP\n");
		offhook_help_add_roff(man, command->details);
	}
	if (!offhook_help_has_options(command))
		return;
	g_string_append(man, ".RS\n");
	for (guint i = 0;
	     (option = offhook_command_get_option(command, i)) != offhook_global_options; i++)
		offhook_help_add_roff_value(man, option);
	g_string_append(man, ".RE\n");
}

char *
offhook_command_print_man_commands(void)
{
	GString *man = g_string_new(NULL);

	for (const OffhookCommand *each = offhook_commands; each->name != NULL; each++) {
		if (each->hidden)
			continue;
		if (each->group != NULL)
			g_string_append_printf(man, ".SS %s\n", each->group);
		offhook_help_add_roff_command(man, each);
	}
	return g_string_free(man, FALSE);
}

char *
offhook_command_print_man_options(void)
{
	GString *man = g_string_new(NULL);

	for (const OffhookOption *each = offhook_global_options; each->name != NULL; each++)
		offhook_help_add_roff_value(man, each);
	return g_string_free(man, FALSE);
}

/* ---- the command ---- */

int
offhook_command_help(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_autofree char *name = g_strjoinv(" ", (char **)offhook_words_get_arguments(words));
	const OffhookCommand *command = offhook_command_find(name);
	g_autofree char *help = NULL;

	if (command == NULL && *name != '\0' && !offhook_command_is_family(name)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "there is no command \"%s\"; offhook --help lists them", name);
		return EXIT_FAILURE;
	}
	help = command != NULL ? offhook_command_print_help(command)
			       : offhook_command_print_list(*name != '\0' ? name : NULL);
	g_print("%s", help);
	return EXIT_SUCCESS;
}
