/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Addresses and messages that are refused, and some that are not. */

#include "check.h"

static void
test_addresses(void)
{
	static const struct {
		const gchar *path, *query;
		guint status;
	} cases[] = {
	    {"/v1/listen", "model=nova-3&encoding=linear16&sample_rate=16000", 101},
	    {"/v1/listen", "encoding=linear16&sample_rate=8000&keyterm=a&keyterm=b&model=nova-3",
	     101},
	    {"/v1/listen", "encoding=linear16&sample_rate=8000&keyterm=a&model=nova-2", 400},
	    {"/v1/listen", "model=nova-3&encoding=linear16", 400},
	    {"/v1/listen", "model=nova-3&encoding=mp3&sample_rate=16000", 400},
	    {"/v1/listen", "model=nova-9&encoding=linear16&sample_rate=16000", 400},
	    {"/v1/listen", "encoding=linear16&sample_rate=16000&sample_rate=8000", 400},
	    {"/v1/listen", "encoding=linear16&sample_rate=16000&interim_results=yes", 400},
	    {"/v1/listen", "encoding=linear16&sample_rate=16000&colour=red", 400},
	    {"/v1/speak", "model=aura-2-thalia-en&encoding=linear16&sample_rate=16000", 101},
	    {"/v1/speak", "model=thalia&encoding=linear16&sample_rate=16000", 400},
	    {"/v1/speak", "model=aura-2-thalia-en&encoding=linear16&sample_rate=96000", 400},
	    {"/v1/speak", "model=aura-2-thalia-en&encoding=linear16&sample_rate=16000&language=en",
	     400},
	    {"/v2/listen", "model=flux-general-en", 404},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(OffhookEmuForm) query = offhook_emu_form_parse(cases[i].query);
		OffhookEmuDeepgramWish wish;
		guint status = 0;
		g_autofree gchar *wrong =
		    offhook_emu_deepgram_check_address(cases[i].path, query, &wish, &status);

		g_test_message("%s: %s", cases[i].query, wrong != NULL ? wrong : "good");
		g_assert_cmpuint(status, ==, cases[i].status);
		g_assert_true((wrong == NULL) == (status == 101));
	}
}

static void
test_messages(void)
{
	static const gchar *const types[] = {"KeepAlive", "Speak", NULL};
	static const struct {
		const gchar *text;
		gboolean good;
	} cases[] = {
	    {"{\"type\":\"KeepAlive\"}", TRUE},
	    {"{\"type\":\"Speak\",\"text\":\"Hello.\"}", TRUE},
	    {"{\"type\":\"Speak\"}", FALSE},
	    {"{\"type\":\"Speak\",\"text\":\"Hello.\",\"voice\":\"x\"}", FALSE},
	    {"{\"type\":\"KeepAlive\",\"text\":\"\"}", FALSE},
	    {"{\"type\":\"Finalize\"}", FALSE},
	    {"[]", FALSE},
	    {"hello", FALSE},
	    {"", FALSE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(JsonObject) message = NULL;
		g_autofree gchar *wrong =
		    offhook_emu_deepgram_check_message(cases[i].text, types, &message);

		g_test_message("%s: %s", cases[i].text, wrong != NULL ? wrong : "good");
		g_assert_true((wrong == NULL) == cases[i].good);
		g_assert_true((message != NULL) == cases[i].good);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulator-deepgram/addresses", test_addresses);
	g_test_add_func("/emulator-deepgram/messages", test_messages);
	return g_test_run();
}
