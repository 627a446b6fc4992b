/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests that are refused, and some that are not. */

#include "check.h"

static void
expect(gchar *(*check)(JsonObject *body), const gchar *text, gboolean good)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) error = NULL;
	g_autofree gchar *wrong = NULL;

	json_parser_load_from_data(parser, text, -1, &error);
	g_assert_no_error(error);
	wrong = check(json_node_get_object(json_parser_get_root(parser)));
	g_test_message("%s: %s", text, wrong != NULL ? wrong : "good");
	g_assert_true((wrong == NULL) == good);
}

#define CALL                                                                                       \
	"{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"a\",\"type\":"         \
	"\"function\",\"function\":{\"name\":\"x\",\"arguments\":\"{}\"}}]}"
#define RESULT "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"\"}"
#define USER   "{\"role\":\"user\",\"content\":\"hi\"}"

static void
test_messages(void)
{
	static const struct {
		const gchar *messages;
		gboolean good;
	} cases[] = {
	    {USER, TRUE},
	    {USER "," CALL "," RESULT, TRUE},
	    {"", FALSE},
	    {"5", FALSE},
	    {USER "," CALL, FALSE},
	    {USER "," CALL "," USER, FALSE},
	    {USER "," RESULT, FALSE},
	    {"{\"role\":\"caller\",\"content\":\"hi\"}", FALSE},
	    {"{\"role\":\"user\"}", FALSE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree gchar *body =
		    g_strdup_printf("{\"model\":\"m\",\"messages\":[%s]}", cases[i].messages);

		expect(offhook_emu_check_chat, body, cases[i].good);
	}
}

static void
test_members(void)
{
	static const struct {
		const gchar *members;
		gboolean good;
	} cases[] = {
	    {"\"model\":\"m\"", TRUE},
	    {"\"model\":\"m\",\"stream\":true,\"stream_options\":{}", TRUE},
	    {"\"model\":\"m\",\"stream_options\":{}", FALSE},
	    {"\"model\":5", FALSE},
	    {"\"model\":\"m\",\"modell\":1", FALSE},
	    {"\"model\":\"m\",\"temperature\":3", FALSE},
	    {"\"model\":\"m\",\"max_tokens\":0", FALSE},
	    {"\"model\":\"m\",\"tool_choice\":\"auto\"", FALSE},
	    {"\"model\":\"m\",\"tools\":[]", FALSE},
	    {"\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a.b\","
	     "\"parameters\":{}}}]",
	     FALSE},
	    {"\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a-b\","
	     "\"parameters\":{}}}]",
	     TRUE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree gchar *body =
		    g_strdup_printf("{%s,\"messages\":[%s]}", cases[i].members, USER);

		expect(offhook_emu_check_chat, body, cases[i].good);
	}
}

static void
test_speech(void)
{
	expect(offhook_emu_check_speech,
	       "{\"model\":\"m\",\"voice\":\"v\",\"input\":\"hi\",\"response_format\":\"pcm\"}",
	       TRUE);
	expect(offhook_emu_check_speech,
	       "{\"model\":\"m\",\"voice\":\"v\",\"input\":\"\",\"response_format\":\"pcm\"}",
	       FALSE);
	expect(offhook_emu_check_speech,
	       "{\"model\":\"m\",\"voice\":\"v\",\"input\":\"hi\",\"response_format\":\"mp3\"}",
	       FALSE);
	expect(offhook_emu_check_speech,
	       "{\"model\":\"m\",\"voice\":\"v\",\"input\":\"hi\",\"response_format\":\"pcm\","
	       "\"speed\":9}",
	       FALSE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulator/openai/messages", test_messages);
	g_test_add_func("/emulator/openai/members", test_members);
	g_test_add_func("/emulator/openai/speech", test_speech);
	return g_test_run();
}
