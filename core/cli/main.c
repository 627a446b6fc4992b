/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook: picks the command.
 */

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include <offhook/error.h>

#include "cli/command/words.h"
#include "cli/print/clean.h"

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
	g_autofree char *clean = offhook_clean_lines(error->message);

	g_printerr("offhook: %s\n", clean);
	return offhook_main_exit_code(error);
}

/* GIO ignores SIGPIPE; a command line should end with the one it writes to. */
static int
offhook_main_finish(int status)
{
	struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};

	if (!ferror(stdout))
		return status;
	/* errno may be of something later. */
	if (poll(&output, 1, 0) == 1 && output.revents & POLLERR) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	g_printerr("offhook: can't write: %s\n", g_strerror(errno));
	return EX_IOERR;
}

static const char *
offhook_main_get(const OffhookWords *words, const char *option, const char *variable)
{
	const char *value = offhook_words_get(words, option);

	return value != NULL ? value : g_getenv(variable);
}

static int
offhook_main_run(const OffhookWords *words)
{
	const char *config = offhook_words_get(words, "config");
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookClient) client = NULL;
	int status;

	if (config != NULL && !g_file_test(config, G_FILE_TEST_EXISTS)) {
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "there is no file %s",
			    config);
		return offhook_main_fail(error);
	}
	client = offhook_client_new(offhook_main_get(words, "url", "OFFHOOK_URL"),
				    offhook_main_get(words, "token", "OFFHOOK_TOKEN"), config);
	client->json = offhook_words_has(words, "json");
	client->transport = offhook_main_get(words, "transport", "OFFHOOK_TRANSPORT");
	status = offhook_words_get_command(words)->run(client, words, &error);
	return offhook_main_finish(error != NULL ? offhook_main_fail(error) : status);
}

static int
offhook_main_help(const OffhookWords *words)
{
	const OffhookCommand *command = offhook_words_get_command(words);
	g_autofree char *help = command != NULL
				    ? offhook_command_print_help(command)
				    : offhook_command_print_list(offhook_words_get_family(words));

	g_print("%s", help);
	return offhook_main_finish(EXIT_SUCCESS);
}

int
main(int argc, char **argv)
{
	g_autoptr(OffhookWords) words = NULL;
	g_autoptr(GError) error = NULL;

	setlocale(LC_ALL, "C.UTF-8");
	words = offhook_words_parse(argv, &error);
	if (words == NULL)
		return offhook_main_fail(error);
	if (offhook_words_has(words, "help"))
		return offhook_main_help(words);
	if (offhook_words_has(words, "version")) {
		g_print("offhook %s\n", OFFHOOK_VERSION);
		return EXIT_SUCCESS;
	}
	return offhook_main_run(words);
}
