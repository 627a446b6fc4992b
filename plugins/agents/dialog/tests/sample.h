/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The shipped sample, and a conversation with it, for several tests. It is Monday, 23 November
 * 2026, three in the afternoon; the restaurant is closed on Mondays.
 */
#pragma once

#include "../dialog-talk.h"
#include <string.h>

static inline OffhookDialogScript *
sample_load(void)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "..", "plugins", "agents",
						      "dialog", "data", "restaurant.json", NULL);
	g_autoptr(GError) error = NULL;
	OffhookDialogScript *script = offhook_dialog_script_load(path, &error);

	g_assert_no_error(error);
	return script;
}

static inline GDateTime *
sample_make_now(void)
{
	return g_date_time_new_utc(2026, 11, 23, 15, 0, 0);
}

static inline void
sample_turn(OffhookDialogTalk *talk, OffhookTurnKind kind, const char *message, double confidence,
	    guint attempt, OffhookDialogOutput *output)
{
	g_autoptr(GDateTime) now = sample_make_now();
	OffhookDialogInput input = {
	    .kind = kind,
	    .message = message,
	    .confidence = confidence,
	    .attempt = attempt,
	    .now = now,
	};

	offhook_dialog_talk_take(talk, &input, output);
	g_test_message("> %s", message);
	g_test_message("< %s", output->say);
}

/* What is answered to @message; checks that nothing else is done. */
static inline char *
sample_ask(OffhookDialogTalk *talk, const char *message)
{
	g_auto(OffhookDialogOutput) output = {0};

	sample_turn(talk, OFFHOOK_TURN_MESSAGE, message, 1.0, 0, &output);
	g_assert_cmpint(output.action, ==, OFFHOOK_DIALOG_DO_NOTHING);
	return g_steal_pointer(&output.say);
}

static inline void
sample_assert_said(const char *message, const char *answer, const char *part, int line)
{
	g_autofree char *problem = NULL;

	if (strstr(answer, part) != NULL)
		return;
	problem = g_strdup_printf("\"%s\" was answered with \"%s\", expected \"%s\" in it", message,
				  answer, part);
	g_assertion_message(G_LOG_DOMAIN, __FILE__, line, G_STRFUNC, problem);
}

/* Asserts that the answer to @message contains @part. */
#define sample_assert_answer(talk, message, part)                                                  \
	G_STMT_START                                                                               \
	{                                                                                          \
		g_autofree char *answer_ = sample_ask((talk), (message));                          \
		sample_assert_said((message), answer_, (part), __LINE__);                          \
	}                                                                                          \
	G_STMT_END
