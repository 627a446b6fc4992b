/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent contract: whatever a caller may say or press. Main thread.
 */

#include "contract-fixture.h"

#include <math.h>

/* (transfer full): @text @n times */
static char *
repeat(const char *text, guint n)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < n; i++)
		g_string_append(out, text);
	return g_string_free(out, FALSE);
}

/* Text of any kind is answered, or left to the next agent; what is said is UTF-8 (the log checks). */
static void
test_any_text(AgentContractFixture *f, gconstpointer data)
{
	g_autofree char *letters = repeat("a", 10000);
	g_autofree char *words = repeat("table for four ", 700);
	g_autofree char *emoji = repeat("\xf0\x9f\x98\x80", 2500);
	g_autofree char *brackets = repeat("[(<{", 500);
	const char *texts[] = {
	    letters,
	    words,
	    emoji,
	    brackets,
	    " ",
	    "\t\r\n",
	    "\x01\x02\x1b[31mred\x7f",
	    "\xff\xfe not UTF-8 \xc3",
	    "%s%n%d {people} {x} <day> ]",
	    "\xe2\x80\xae"
	    "abc \xe2\x80\x8d\xcc\x81\xcc\x81",
	    "caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e "
	    "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7",
	    "'''' '' ' o'' 's 'll",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(OffhookTurnLog) log =
		    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, texts[i], 0.9, 0);

		g_assert_no_error(log->error);
	}
}

static void
test_any_digits(AgentContractFixture *f, gconstpointer data)
{
	g_autofree char *many = repeat("1234567890", 1000);
	const char *keys[] = {"*",    "#", "##", "0", "A", "D#", many, "99999999999999999999",
			      "1#2#", "x"};

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(OffhookTurnLog) log =
		    offhook_turn_log_run(f->session, OFFHOOK_TURN_DIGITS, keys[i], 1.0, 0);

		g_assert_no_error(log->error);
	}
}

static void
test_any_confidence(AgentContractFixture *f, gconstpointer data)
{
	const double values[] = {0.0, -1.0, 0.35, 1.0, 2.0, G_MAXDOUBLE, NAN};

	for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autoptr(OffhookTurnLog) log = offhook_turn_log_run(
		    f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, values[i], G_MAXUINT);

		g_assert_no_error(log->error);
	}
}

const AgentContractCheck agent_contract_words_checks[] = {
    {"any-text", test_any_text, AGENT_CONTRACT_FULL,
     "Any text is a message: long ones, markup, control characters, other scripts."},
    {"any-digits", test_any_digits, AGENT_CONTRACT_FULL,
     "Any keys are: many, and some that are none."},
    {"any-confidence", test_any_confidence, AGENT_CONTRACT_FULL,
     "Any number is a confidence, and any count an attempt."},
    {NULL},
};
