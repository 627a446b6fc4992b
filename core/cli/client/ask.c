/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Asks people. Questions go to standard error, so that what is printed can be kept.
 */

#include "cli/client/ask.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define OFFHOOK_ASK_LENGTH 8192

gboolean
offhook_ask_is_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* (transfer full) (nullable) */
static char *
offhook_ask_read(void)
{
	char line[OFFHOOK_ASK_LENGTH];

	if (fgets(line, sizeof line, stdin) == NULL)
		return NULL;
	g_strstrip(line);
	return *line != '\0' && g_utf8_validate(line, -1, NULL) ? g_strdup(line) : NULL;
}

char *
offhook_ask_text(const char *question, const char *fallback)
{
	char *answer;

	if (fallback != NULL)
		g_printerr("%s [%s]: ", question, fallback);
	else
		g_printerr("%s: ", question);
	answer = offhook_ask_read();
	return answer != NULL ? answer : g_strdup(fallback);
}

char *
offhook_ask_secret(const char *question)
{
	struct termios terminal, silent;
	char *answer;

	tcgetattr(STDIN_FILENO, &terminal);
	silent = terminal;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	/* Asked only then: what is typed from there on counts, and is not seen. */
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	g_printerr("%s (not shown): ", question);
	answer = offhook_ask_read();
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal);
	g_printerr("\n");
	return answer;
}

gboolean
offhook_ask_yes(const char *question)
{
	g_autofree char *answer = NULL;

	g_printerr("%s [y/N] ", question);
	answer = offhook_ask_read();
	return answer != NULL && (*answer == 'y' || *answer == 'Y');
}
