/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Thoughts that are not for the caller, cut at every byte.
 */

#include "../think-filter.h"

#include <string.h>

static char *
filter(const char *text, gsize step)
{
	OffhookThinkFilter self = {0};
	GString *out = g_string_new(NULL);

	for (gsize at = 0; at < strlen(text); at += step) {
		g_autofree char *piece = g_strndup(text + at, step);

		offhook_think_filter_push(&self, piece, out);
	}
	offhook_think_filter_finish(&self, out);
	return g_string_free(out, FALSE);
}

static void
test_texts(void)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
	    {"Hello.", "Hello."},
	    {"<think>Who is it?</think>Hello.", "Hello."},
	    {"<think>\nWho?\n</think>\n\nHello.", "Hello."},
	    {"<think></think>Hello <think>a < b </thin </think> you.", "Hello you."},
	    {"2 < 3 <thin air> <<think>x</think>y", "2 < 3 <thin air> <y"},
	    {"<think>never ends", ""},
	    {"ends with <th", "ends with <th"},
	    {"<think>a</think> <b", "<b"},
	    {"", ""},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		for (gsize step = 1; step <= strlen(cases[i].text) + 1; step++) {
			g_autofree char *said = filter(cases[i].text, step);

			g_assert_cmpstr(said, ==, cases[i].said);
		}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/think-filter/texts", test_texts);
	return g_test_run();
}
