/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ConversationRelay messages: what the server may say is taken, anything else is not. */

#include "emu-error.h"
#include "../relay-message.h"

#include <string.h>

static void
test_taken(void)
{
	static const struct {
		const gchar *text;
		OffhookEmuRelayKind kind;
		const gchar *kept;
		gboolean last, interruptible, preemptible;
	} cases[] = {
	    {"{\"type\":\"text\",\"token\":\"Hi \"}", OFFHOOK_EMU_RELAY_TEXT, "Hi ", FALSE, TRUE,
	     FALSE},
	    {"{\"type\":\"text\",\"token\":\"\",\"last\":true,\"interruptible\":false,"
	     "\"preemptible\":true,\"lang\":\"de-DE\"}",
	     OFFHOOK_EMU_RELAY_TEXT, "", TRUE, FALSE, TRUE},
	    {"{\"type\":\"sendDigits\",\"digits\":\"1w#\"}", OFFHOOK_EMU_RELAY_DIGITS, "1w#", FALSE,
	     TRUE, FALSE},
	    {"{\"type\":\"end\"}", OFFHOOK_EMU_RELAY_END, NULL, FALSE, TRUE, FALSE},
	    {"{\"type\":\"end\",\"handoffData\":\"{}\"}", OFFHOOK_EMU_RELAY_END, "{}", FALSE, TRUE,
	     FALSE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookEmuRelayMessage) message =
		    offhook_emu_relay_message_parse(cases[i].text, strlen(cases[i].text), &error);

		g_assert_no_error(error);
		g_assert_cmpint(message->kind, ==, cases[i].kind);
		g_assert_cmpstr(message->text, ==, cases[i].kept);
		g_assert_cmpint(message->last, ==, cases[i].last);
		g_assert_cmpint(message->interruptible, ==, cases[i].interruptible);
		g_assert_cmpint(message->preemptible, ==, cases[i].preemptible);
	}
}

static void
test_refused(void)
{
	static const gchar *const wrong[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"event\":\"clear\"}",
	    "{\"type\":\"interrupt\"}",
	    "{\"type\":\"text\"}",
	    "{\"type\":\"text\",\"token\":1}",
	    "{\"type\":\"text\",\"token\":\"a\",\"last\":\"true\"}",
	    "{\"type\":\"text\",\"token\":\"a\",\"text\":\"b\"}",
	    "{\"type\":\"sendDigits\",\"digits\":\"1W\"}",
	    "{\"type\":\"language\"}",
	    "{\"type\":\"end\",\"reason\":\"done\"}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_emu_relay_message_parse(wrong[i], strlen(wrong[i]), &error));
		g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_STREAM);
	}
}

static void
test_sent(void)
{
	g_autofree gchar *prompt = offhook_emu_relay_message_prompt("A \"b\"", "en-US", FALSE);
	g_autofree gchar *interrupt = offhook_emu_relay_message_interrupt("We open", 710);
	g_autofree gchar *dtmf = offhook_emu_relay_message_dtmf('5');

	g_assert_cmpstr(prompt, ==,
			"{\"type\":\"prompt\",\"voicePrompt\":\"A \\\"b\\\"\",\"lang\":\"en-US\","
			"\"last\":false}");
	g_assert_cmpstr(interrupt, ==,
			"{\"type\":\"interrupt\",\"utteranceUntilInterrupt\":\"We open\","
			"\"durationUntilInterruptMs\":710}");
	g_assert_cmpstr(dtmf, ==, "{\"type\":\"dtmf\",\"digit\":\"5\"}");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/relay-message/taken", test_taken);
	g_test_add_func("/relay-message/refused", test_refused);
	g_test_add_func("/relay-message/sent", test_sent);
	return g_test_run();
}
