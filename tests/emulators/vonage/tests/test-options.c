/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What this emulator adds to the command line. */

#include "account.h"
#include "emu-error.h"

static OffhookEmuOptions *
parse(const gchar *line, GError **error)
{
	g_autofree gchar *whole = g_strconcat("emulator --to http://h ", line, NULL);
	g_auto(GStrv) arguments = NULL;
	gint count;

	g_assert_true(g_shell_parse_argv(whole, &count, &arguments, NULL));
	return offhook_emu_options_parse(count, arguments, error);
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuOptions) options = parse("", &error);

	g_assert_no_error(error);
	g_assert_cmpuint(options->account->creations_per_second, ==, 3);
	g_assert_cmpuint(options->account->requests_per_second, ==, 15);
	g_assert_cmpstr(options->account->answer_method, ==, "POST");
	g_assert_null(options->account->key);
	g_assert_false(offhook_emu_options_any_fault(options));
}

static void
test_faults(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuOptions) options = parse("--odd-frame", &error);

	g_assert_no_error(error);
	g_assert_true(offhook_emu_options_any_fault(options));
}

static void
test_refusals(void)
{
	static const gchar *const wrong[] = {
	    "--answer-method PUT",        "--event-method get", "--creations-per-second 0",
	    "--key /nonexistent/key.pem", "--input 12x",        "--events-delay -1",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(parse(wrong[i], &error));
		g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_unsetenv("VONAGE_PRIVATE_KEY_FILE");
	g_test_add_func("/emulators/vonage/options/defaults", test_defaults);
	g_test_add_func("/emulators/vonage/options/faults", test_faults);
	g_test_add_func("/emulators/vonage/options/refusals", test_refusals);
	return g_test_run();
}
