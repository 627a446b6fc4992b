/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook: picks the command.
 */

#include <locale.h>
#include <stdlib.h>
#include <sysexits.h>

#include "cli/commands.h"

typedef struct {
	const char *name;
	const char *arguments;
	const char *help;
	int (*run)(OffhookClient *client, char ***argv, GError **error);
	gboolean raw; /* its options are its own */
} OffhookCommand;

static const OffhookCommand offhook_commands[] = {
    {"status", "", "Whether the server is well, and what it is doing", offhook_command_status},
    {"calls", "[--status STATUS] [--limit N]", "List calls, newest first", offhook_command_calls},
    {"show", "CALL", "One call with its transcript and times", offhook_command_show},
    {"call", "NUMBER [--assistant NAME]", "Place a call", offhook_command_call},
    {"end", "CALL", "Hang up", offhook_command_end},
    {"tail", "[CALL] [--once]", "Follow the transcripts of calls as they are spoken",
     offhook_command_tail},
    {"plugins", "", "List drivers, engines and agents, and why one was refused",
     offhook_command_plugins},
    {"emulate", "twilio --help", "Play a provider's part, to try an assistant without an account",
     offhook_command_emulate, TRUE},
};

static char *
offhook_main_describe(void)
{
	GString *text = g_string_new("Commands:\n");

	for (guint i = 0; i < G_N_ELEMENTS(offhook_commands); i++)
		g_string_append_printf(text, "  %-8s %-30s %s\n", offhook_commands[i].name,
				       offhook_commands[i].arguments, offhook_commands[i].help);
	g_string_append(text,
			"\nThe server is found through --url or $OFFHOOK_URL, else through its "
			"configuration.\nThe token is $OFFHOOK_TOKEN, else the one in the "
			"server's state directory.\n");
	return g_string_free(text, FALSE);
}

static const OffhookCommand *
offhook_main_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_commands); i++)
		if (g_strcmp0(name, offhook_commands[i].name) == 0)
			return &offhook_commands[i];
	return NULL;
}

gboolean
offhook_command_parse(char ***argv, const GOptionEntry *entries, guint min_words, guint max_words,
		      const char *usage, GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	guint words;

	g_option_context_set_help_enabled(context, FALSE);
	if (entries != NULL)
		g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse_strv(context, argv, error))
		return FALSE;
	words = g_strv_length(*argv) - 1;
	if (words >= min_words && words <= max_words)
		return TRUE;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "usage: offhook %s", usage);
	return FALSE;
}

typedef struct {
	char *url;
	char *token;
	char *config;
	gboolean json;
	gboolean version;
} OffhookMainOptions;

static void
offhook_main_options_clear(OffhookMainOptions *options)
{
	g_free(options->url);
	g_free(options->token);
	g_free(options->config);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookMainOptions, offhook_main_options_clear)

/* Options before the command are ours, those after it the command's; these few may be anywhere. */
static gboolean
offhook_main_parse(OffhookMainOptions *options, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
	    {"url", 0, 0, G_OPTION_ARG_STRING, &options->url, "Where the server listens", "URL"},
	    {"token", 0, 0, G_OPTION_ARG_STRING, &options->token, "API token", "TOKEN"},
	    {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config,
	     "The server's configuration", "FILE"},
	    {"json", 0, 0, G_OPTION_ARG_NONE, &options->json, "Print JSON", NULL},
	    {"version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL},
	    {NULL},
	};
	const OffhookCommand *command =
	    g_strv_length(*argv) > 1 ? offhook_main_find((*argv)[1]) : NULL;
	g_autoptr(GOptionContext) context = g_option_context_new("COMMAND [ARGUMENTS]");
	g_autofree char *description = offhook_main_describe();
	g_autofree char *help = NULL;

	if (command != NULL && command->raw)
		return TRUE;
	g_option_context_set_ignore_unknown_options(context, TRUE);
	g_option_context_set_description(context, description);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse_strv(context, argv, error))
		return FALSE;
	if (options->version || g_strv_length(*argv) > 1)
		return TRUE;
	help = g_option_context_get_help(context, TRUE, NULL);
	g_print("%s", help);
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "no command");
	return FALSE;
}

int
main(int argc, char **argv)
{
	g_auto(OffhookMainOptions) options = {0};
	g_auto(GStrv) words = g_strdupv(argv);
	g_auto(GStrv) rest = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookClient) client = NULL;
	const OffhookCommand *command;
	int status;

	setlocale(LC_ALL, "C.UTF-8");
	if (!offhook_main_parse(&options, &words, &error)) {
		g_printerr("offhook: %s\n", error->message);
		return EX_USAGE;
	}
	if (options.version) {
		g_print("offhook %s\n", OFFHOOK_VERSION);
		return EXIT_SUCCESS;
	}
	command = offhook_main_find(words[1]);
	if (command == NULL) {
		g_printerr("offhook: there is no command \"%s\"; offhook --help lists them\n",
			   words[1]);
		return EX_USAGE;
	}
	client = offhook_client_new(
	    options.url != NULL ? options.url : g_getenv("OFFHOOK_URL"),
	    options.token != NULL ? options.token : g_getenv("OFFHOOK_TOKEN"), options.config);
	client->json = options.json;
	rest = g_strdupv(words + 1);
	status = command->run(client, &rest, &error);
	if (error != NULL)
		g_printerr("offhook: %s\n", error->message);
	return error != NULL && error->domain == G_OPTION_ERROR ? EX_USAGE : status;
}
