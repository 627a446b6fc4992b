/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command line: the order of the script, defaults, and values that are refused. */

#include "carrier.h"
#include "emu-error.h"

static OffhookEmuOptions *
parse(const gchar *line, GError **error)
{
	g_autofree gchar *whole = g_strconcat("emulator ", line, NULL);
	g_auto(GStrv) arguments = NULL;
	gint count;

	g_assert_true(g_shell_parse_argv(whole, &count, &arguments, NULL));
	return offhook_emu_options_parse(count, arguments, error);
}

static void
test_script_order(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuOptions) options =
	    parse("--to http://h --say one --dtmf 1# --barge-in 1.5 'two three' --wait 2 --say "
		  "four --barge-in 0 dtmf:5 "
		  "--hang-up",
		  &error);
	static const OffhookEmuStepKind kinds[] = {
	    OFFHOOK_EMU_STEP_SAY,    OFFHOOK_EMU_STEP_DTMF, OFFHOOK_EMU_STEP_BARGE_IN,
	    OFFHOOK_EMU_STEP_WAIT,   OFFHOOK_EMU_STEP_SAY,  OFFHOOK_EMU_STEP_BARGE_IN,
	    OFFHOOK_EMU_STEP_HANG_UP};
	static const gchar *const texts[] = {"one",  "1#",     "two three", NULL,
					     "four", "dtmf:5", NULL};

	g_assert_no_error(error);
	g_assert_cmpuint(options->script->steps->len, ==, G_N_ELEMENTS(kinds));
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const OffhookEmuStep *step = g_ptr_array_index(options->script->steps, i);

		g_assert_cmpint(step->kind, ==, kinds[i]);
		g_assert_cmpstr(step->text, ==, texts[i]);
	}
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuOptions) options = parse("--to http://h", &error);

	g_assert_no_error(error);
	g_assert_cmpstr(options->voice, ==, "rms");
	g_assert_cmpuint(options->turn_gap_ms, ==, 700);
	g_assert_cmpfloat(options->answer_timeout, ==, 15);
	g_assert_cmpuint(options->calls, ==, 1);
	g_assert_false(offhook_emu_options_any_fault(options));
}

static void
test_expectations(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuOptions) options =
	    parse("--to http://h --expect heard --expect transfer=+1555 --expect "
		  "silence-within=250 --expect close=1008 "
		  "--expect refused --expect-status 403",
		  &error);

	g_assert_no_error(error);
	g_assert_true(options->expect.heard);
	g_assert_true(options->expect.transfer);
	g_assert_cmpstr(options->expect.transfer_number, ==, "+1555");
	g_assert_cmpint(options->expect.silence_within, ==, 250);
	g_assert_cmpint(options->expect.close_code, ==, 1008);
	g_assert_cmpint(options->expect.refused, ==, 0);
	g_assert_cmpint(options->expect.status, ==, 403);
}

static void
test_refusals(void)
{
	static const gchar *const wrong[] = {
	    "",
	    "--say hello",
	    "--to http://h stray",
	    "--to http://h --wait soon",
	    "--to http://h --wait -1",
	    "--to http://h --barge-in x 'stop'",
	    "--to http://h --expect music",
	    "--to http://h --expect silence-within",
	    "--to http://h --expect silence-within=fast",
	    "--to http://h --expect heard=1",
	    "--to http://h --dtmf-mode morse",
	    "--to http://h --field name",
	    "--to http://h --calls 0",
	    "--to http://h --frame-ms 0",
	    "--to http://h --gain 1000",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(parse(wrong[i], &error));
		g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE);
	}
}

static void
assert_not_prepared(const gchar *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuOptions) options = parse(line, &error);
	OffhookEmuSpeech speech = {.rates = offhook_emu_carrier.rates};

	g_assert_no_error(error);
	speech.voice = options->voice;
	g_assert_false(offhook_emu_script_prepare(options->script, &speech, FALSE, &error));
	g_assert_true(error->domain == OFFHOOK_EMU_ERROR);
}

static void
test_script_that_cannot_be_spoken(void)
{
	assert_not_prepared("--to http://h --barge-in 1");
	assert_not_prepared("--to http://h --dtmf 12x");
	assert_not_prepared("--to http://h --say ''");
	assert_not_prepared("--to http://h --say /nonexistent/hello.wav");
	assert_not_prepared("--to http://h --say hello --voice slt");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/twilio/options/script-order", test_script_order);
	g_test_add_func("/emulators/twilio/options/defaults", test_defaults);
	g_test_add_func("/emulators/twilio/options/expectations", test_expectations);
	g_test_add_func("/emulators/twilio/options/refusals", test_refusals);
	g_test_add_func("/emulators/twilio/options/script-that-cannot-be-spoken",
			test_script_that_cannot_be_spoken);
	return g_test_run();
}
