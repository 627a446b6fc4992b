/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The names of what goes wrong on demand. */

#include "trouble.h"

static void
test_names(void)
{
	static const struct {
		const gchar *name;
		gboolean good;
		OffhookEmuTrouble trouble;
	} cases[] = {
	    {"none", TRUE, {OFFHOOK_EMU_TROUBLE_NONE, 0, FALSE}},
	    {"slow-first", TRUE, {OFFHOOK_EMU_TROUBLE_SLOW_FIRST, 0, FALSE}},
	    {"429", TRUE, {OFFHOOK_EMU_TROUBLE_STATUS, 429, FALSE}},
	    {"mid-401", TRUE, {OFFHOOK_EMU_TROUBLE_STATUS, 401, TRUE}},
	    {"mid-stall", TRUE, {OFFHOOK_EMU_TROUBLE_STALL, 0, TRUE}},
	    {"close-1011", TRUE, {OFFHOOK_EMU_TROUBLE_CLOSE_1011, 0, FALSE}},
	    {"mid-slow-first", FALSE, {0}},
	    {"mid-mid-stall", FALSE, {0}},
	    {"418", FALSE, {0}},
	    {"", FALSE, {0}},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		OffhookEmuTrouble trouble;

		g_assert_true(offhook_emu_trouble_find(cases[i].name, &trouble) == cases[i].good);
		if (!cases[i].good)
			continue;
		g_assert_cmpint(trouble.kind, ==, cases[i].trouble.kind);
		g_assert_cmpuint(trouble.status, ==, cases[i].trouble.status);
		g_assert_true(trouble.mid == cases[i].trouble.mid);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulator/trouble/names", test_names);
	return g_test_run();
}
