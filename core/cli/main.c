/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook: picks the command.
 */

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include <offhook/error.h>

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
    {"show", "CALL [--events]", "One call with its transcript and times, or all that happened",
     offhook_command_show},
    {"play", "CALL [--output FILE]", "Play a call's recording, or keep it", offhook_command_play},
    {"history", "[--status STATUS] ...", "List calls of the past by what they were",
     offhook_command_history},
    {"search", "WORD...", "Find what was said", offhook_command_search},
    {"stats", "[--by day,provider,assistant]", "Calls, minutes, answer rate, delay and cost",
     offhook_command_stats},
    {"export", "[--format jsonl|csv]", "Write calls as JSON lines or as a table",
     offhook_command_export},
    {"call", "NUMBER [--assistant NAME]", "Place a call; --follow shows it to its end",
     offhook_command_call},
    {"end", "CALL", "Hang up", offhook_command_end},
    {"transfer", "CALL TARGET [--warm]", "Pass the caller on; --warm asks the target first",
     offhook_command_transfer},
    {"hold", "CALL", "Let the caller wait", offhook_command_plain_action},
    {"unhold", "CALL", "Go on with a caller who waits", offhook_command_plain_action},
    {"mute", "CALL", "Don't listen to the caller", offhook_command_plain_action},
    {"unmute", "CALL", "Listen again", offhook_command_plain_action},
    {"dtmf", "CALL DIGITS", "Press keys", offhook_command_worded_action},
    {"say", "CALL TEXT", "Say something in the assistant's voice", offhook_command_worded_action},
    {"record", "CALL start|pause|resume|stop", "Record at the provider",
     offhook_command_worded_action},
    {"sms", "[NUMBER TEXT]", "Send a text message, or list them", offhook_command_sms},
    {"provider", "test [NAME]|NAME", "Test the provider's account, or change to another",
     offhook_command_provider},
    {"tail", "[CALL] [--once]", "Follow the transcripts of calls as they are spoken",
     offhook_command_tail},
    {"db", "status|migrate|check",
     "The database, without a server: how it is, newest schema, is it whole", offhook_command_db},
    {"erase", "NUMBER|--user ID [--yes]", "Erase all data of a caller, and print a receipt",
     offhook_command_erase},
    {"plugins", "", "List drivers, engines and agents, and why one was refused",
     offhook_command_plugins},
    {"emulate", "PROVIDER --help", "Play a provider's part, to try an assistant without an account",
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
	if (options->version || (g_strv_length(*argv) > 1 && !g_str_equal((*argv)[1], "help")))
		return TRUE;
	help = g_option_context_get_help(context, TRUE, NULL);
	if (g_strv_length(*argv) > 1) {
		g_print("%s", help);
		exit(EXIT_SUCCESS);
	}
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "no command\n\n%s", help);
	return FALSE;
}

static gboolean
offhook_main_check_words(char **words, const char *config, GError **error)
{
	for (guint i = 1; words[i] != NULL; i++) {
		if (g_utf8_validate(words[i], -1, NULL) && *words[i] != '\0')
			continue;
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "argument %u is empty or not UTF-8", i);
		return FALSE;
	}
	if (config == NULL || g_file_test(config, G_FILE_TEST_EXISTS))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "there is no file %s", config);
	return FALSE;
}

static int
offhook_main_exit_code(const GError *error)
{
	if (error->domain == G_OPTION_ERROR)
		return EX_USAGE;
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE))
		return EX_UNAVAILABLE;
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION))
		return EX_NOPERM;
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG))
		return EX_CONFIG;
	return EXIT_FAILURE;
}

static int
offhook_main_fail(const GError *error)
{
	g_printerr("offhook: %s\n", error->message);
	return offhook_main_exit_code(error);
}

/* GIO ignores SIGPIPE; a command line should end with the one it writes to. */
static int
offhook_main_finish(int status)
{
	if (!ferror(stdout))
		return status;
	if (errno == EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	g_printerr("offhook: can't write: %s\n", g_strerror(errno));
	return EX_IOERR;
}

static int
offhook_main_run(const OffhookCommand *command, const OffhookMainOptions *options, char **words)
{
	g_auto(GStrv) rest = g_strdupv(words + 1);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookClient) client = offhook_client_new(
	    options->url != NULL ? options->url : g_getenv("OFFHOOK_URL"),
	    options->token != NULL ? options->token : g_getenv("OFFHOOK_TOKEN"), options->config);
	int status;

	client->json = options->json;
	status = command->run(client, &rest, &error);
	return offhook_main_finish(error != NULL ? offhook_main_fail(error) : status);
}

int
main(int argc, char **argv)
{
	g_auto(OffhookMainOptions) options = {0};
	g_auto(GStrv) words = g_strdupv(argv);
	g_autoptr(GError) error = NULL;
	const OffhookCommand *command;

	setlocale(LC_ALL, "C.UTF-8");
	if (!offhook_main_parse(&options, &words, &error))
		return offhook_main_fail(error);
	if (options.version) {
		g_print("offhook %s\n", OFFHOOK_VERSION);
		return EXIT_SUCCESS;
	}
	command = offhook_main_find(words[1]);
	if (command == NULL) {
		g_printerr("offhook: there is no %s \"%s\"; offhook --help lists them\n",
			   words[1][0] == '-' ? "option" : "command", words[1]);
		return EX_USAGE;
	}
	if (!offhook_main_check_words(words, options.config, &error))
		return offhook_main_fail(error);
	return offhook_main_run(command, &options, words);
}
