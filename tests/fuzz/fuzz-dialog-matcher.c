/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a phrase and what is said to it (first line and the rest), then line by line as a
 * conversation. Scores stay between 0 and 1, normal forms are stable, and what is said is UTF-8.
 */

#include "dialog-matcher.h"
#include "dialog-talk.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define MAX_LINES 40

/* All types of slots, a form, a correction, a choice. */
static const char script_text[] =
    "{\"format\": 1, \"name\": \"fuzz\", \"hours\": {\"friday\": \"12:00-2:00\"}, \"slots\": {"
    "\"people\": {\"type\": \"number\", \"min\": 1, \"max\": 12, \"unit\": [\"person\", "
    "\"people\"]},"
    "\"day\": {\"type\": \"day\", \"dates\": true},"
    "\"time\": {\"type\": \"time\", \"from\": \"12:00\", \"to\": \"22:00\"},"
    "\"code\": {\"type\": \"digits\", \"max\": 6}, \"agree\": {\"type\": \"yes_no\"},"
    "\"meal\": {\"type\": \"list\", \"values\": [{\"value\": \"a\", \"key\": \"1\", \"phrases\": "
    "[\"[the] (steak|meat)\"]}, {\"value\": \"b\", \"key\": \"2\", \"phrases\": [\"fish\"]}]}},"
    "\"intents\": [{\"name\": \"book\", \"phrases\": [\"book [a] table [for <people>] [[on] <day>] "
    "[at <time>]\"], \"form\": \"f\", \"key\": \"1\"}, {\"name\": \"bye\", \"phrases\": [\"bye "
    "bye\"], "
    "\"action\": \"hang_up\"}, {\"name\": \"open\", \"phrases\": [\"are you open [on] <day>\"], "
    "\"answers\": \"{day.on} {day.hours}\"}, {\"name\": \"again\", \"phrases\": [\"say that "
    "again\"], "
    "\"action\": \"repeat\"}, {\"name\": \"stop\", \"phrases\": [\"never mind\"], \"action\": "
    "\"cancel\"}], \"forms\": {\"f\": {\"fields\": [{\"slot\": \"people\", \"ask\": \"n?\", "
    "\"names\": "
    "\"number\"}, {\"slot\": \"day\", \"ask\": \"d?\", \"must_be_open\": true, \"closed\": "
    "\"no\"}, "
    "{\"slot\": \"time\", \"ask\": \"t?\"}, {\"slot\": \"code\", \"ask\": \"c?\"}, {\"slot\": "
    "\"agree\", "
    "\"ask\": \"y?\"}, {\"slot\": \"meal\", \"ask\": \"m?\"}], \"confirm\": {\"ask\": "
    "\"{people.count} "
    "{day.on} {time.at} {code} {agree} {meal}\"}, \"answers\": \"done {code}\"}}, \"prompts\": "
    "{\"more\": \"more?\"}}";

static void
match(OffhookDialogScript *script, const char *phrase, const char *text, GDateTime *now)
{
	g_autoptr(OffhookDialogPattern) pattern = offhook_dialog_pattern_new(phrase, NULL);
	g_autoptr(OffhookDialogHeard) heard = NULL;
	g_autoptr(OffhookDialogPattern) again = NULL;
	g_auto(OffhookDialogMatch) found = {.index = -1};
	double score;

	if (pattern == NULL)
		return;
	again = offhook_dialog_pattern_new(offhook_dialog_pattern_get_phrase(pattern), NULL);
	/* only the length limit may refuse what has been normalised */
	if (again != NULL)
		g_assert_cmpstr(offhook_dialog_pattern_get_phrase(again), ==,
				offhook_dialog_pattern_get_phrase(pattern));
	heard = offhook_dialog_heard_new(text, script->slots, now);
	score = offhook_dialog_matcher_score(heard, pattern, &found);
	g_assert_true(score >= 0.0 && score <= 1.0);
	g_assert_true(score == found.score);
}

static void
converse(OffhookDialogScript *script, char **lines, GDateTime *now)
{
	g_autoptr(OffhookDialogTalk) talk = offhook_dialog_talk_new(script, "fuzz", NULL, 0);

	for (guint i = 0; lines[i] != NULL && i < MAX_LINES; i++) {
		gboolean keys = g_ascii_isdigit(*lines[i]);
		OffhookDialogInput input = {
		    .kind = *lines[i] == '\0' ? OFFHOOK_TURN_UNCLEAR
			    : keys            ? OFFHOOK_TURN_DIGITS
					      : OFFHOOK_TURN_MESSAGE,
		    .message = lines[i],
		    .confidence = 0.1 * (double)(strlen(lines[i]) % 11),
		    .attempt = i,
		    .now = now,
		};
		g_auto(OffhookDialogOutput) output = {0};
		g_autoptr(OffhookExpectation) expectation = NULL;

		offhook_dialog_talk_take(talk, &input, &output);
		offhook_dialog_talk_heard(talk, lines[i], i % 3 == 0);
		expectation = offhook_dialog_talk_expect(talk);
		g_assert_true(g_utf8_validate(output.say, -1, NULL));
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static OffhookDialogScript *script; /* read once */
	g_autoptr(GError) error = NULL;
	g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 11, 23, 15, 0, 0);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (size == 0 || size > 8 * 1024)
		return 0;
	if (script == NULL)
		script = offhook_dialog_script_parse(script_text, sizeof script_text - 1, "fuzz",
						     &error);
	g_assert_no_error(error);
	text = g_strndup((const char *)data, size);
	lines = g_strsplit(text, "\n", -1);
	if (lines[0] != NULL)
		match(script, lines[0], text + strlen(lines[0]), now);
	converse(script, lines, now);
	return 0;
}
