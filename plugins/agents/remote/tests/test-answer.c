/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the program may answer, and what it may not: the field is named. */

#include "../remote-message.h"

#include <offhook/error.h>
#include <string.h>

static void
test_good(void)
{
	static const char text[] =
	    "{\"say\":\"Hi\",\"actions\":[{\"action\":\"send_dtmf\",\"digits\":\"12#\"},"
	    "{\"action\":\"hang_up\"}],\"expect\":{\"kind\":\"choice\",\"phrases\":[\"[the] "
	    "soup\"]},\"variables\":{\"a\":\"1\",\"b\":null},\"hand_over\":{\"assistant\":"
	    "\"billing\",\"summary\":\"s\"},\"end\":false,\"more\":{}}";
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookRemoteAnswer) answer =
	    offhook_remote_answer_parse(text, strlen(text), &error);
	const OffhookRemoteAct *act;

	g_assert_no_error(error);
	g_assert_cmpstr(answer->say, ==, "Hi");
	g_assert_cmpuint(answer->acts->len, ==, 3);
	act = g_ptr_array_index(answer->acts, 0);
	g_assert_cmpint(act->action, ==, OFFHOOK_ACTION_SEND_DTMF);
	g_assert_cmpstr(act->argument, ==, "12#");
	act = g_ptr_array_index(answer->acts, 2);
	g_assert_cmpint(act->action, ==, OFFHOOK_ACTION_HAND_OVER);
	g_assert_cmpstr(act->argument, ==, "billing");
	g_assert_cmpstr(act->summary, ==, "s");
	g_assert_cmpint(offhook_expectation_get_kind(answer->expect), ==, OFFHOOK_EXPECT_CHOICE);
	g_assert_true(answer->answered);
}

/* null is as good as nothing */
static void
test_nulls(void)
{
	static const char text[] = "{\"say\":null,\"actions\":null,\"expect\":null,\"variables\":"
				   "null,\"hand_over\":null,\"end\":null,\"answered\":null}";
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookRemoteAnswer) answer =
	    offhook_remote_answer_parse(text, strlen(text), &error);

	g_assert_no_error(error);
	g_assert_null(answer->say);
	g_assert_cmpuint(answer->acts->len, ==, 0);
}

static void
test_bad(void)
{
	static const struct {
		const char *text;
		const char *named;
	} rows[] = {
	    {"", "answer"},
	    {"[]", "answer"},
	    {"\"Hi\"", "answer"},
	    {"{\"say\":\"\xff\"}", "answer"},
	    {"{\"say\":7}", "say"},
	    {"{\"say\":[\"Hi\"]}", "say"},
	    {"{\"end\":\"yes\"}", "end"},
	    {"{\"end\":1}", "end"},
	    {"{\"answered\":0}", "answered"},
	    {"{\"actions\":{}}", "actions"},
	    {"{\"actions\":[\"hang_up\"]}", "actions"},
	    {"{\"actions\":[{}]}", "actions[0].action"},
	    {"{\"actions\":[{\"action\":\"dance\"}]}", "actions[0].action"},
	    {"{\"actions\":[{\"action\":\"hang_up\"},{\"action\":\"transfer\"}]}", "actions[1].to"},
	    {"{\"actions\":[{\"action\":\"transfer\",\"to\":7}]}", "actions[0].to"},
	    {"{\"actions\":[{\"action\":\"send_dtmf\",\"digits\":\"one\"}]}", "actions[0].digits"},
	    {"{\"expect\":\"yes_no\"}", "expect"},
	    {"{\"expect\":{}}", "expect.kind"},
	    {"{\"expect\":{\"kind\":\"maybe\"}}", "expect.kind"},
	    {"{\"expect\":{\"kind\":\"digits\",\"min\":-1}}", "expect.min"},
	    {"{\"expect\":{\"kind\":\"digits\",\"min\":5,\"max\":4}}", "expect.min"},
	    {"{\"expect\":{\"kind\":\"open\",\"phrases\":[7]}}", "expect.phrases"},
	    {"{\"variables\":[]}", "variables"},
	    {"{\"variables\":{\"a\":7}}", "variables"},
	    {"{\"hand_over\":\"billing\"}", "hand_over"},
	    {"{\"hand_over\":{}}", "hand_over"},
	    {"{\"hand_over\":{\"assistant\":\"a\",\"number\":\"1\"}}", "hand_over"},
	    {"{\"hand_over\":{\"number\":7}}", "hand_over.number"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(
		    offhook_remote_answer_parse(rows[i].text, strlen(rows[i].text), &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
		g_assert_true(g_str_has_prefix(error->message, rows[i].named));
	}
}

static void
test_limits(void)
{
	g_autofree char *long_text = g_strnfill(OFFHOOK_REMOTE_MAX_SAY + 1, 'a');
	g_autofree char *say = g_strdup_printf("{\"say\":\"%s\"}", long_text);
	g_autoptr(GString) actions = g_string_new("{\"actions\":[{\"action\":\"hang_up\"}");
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_remote_answer_parse(say, strlen(say), &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	g_clear_error(&error);
	for (guint i = 0; i < OFFHOOK_REMOTE_MAX_ACTIONS; i++)
		g_string_append(actions, ",{\"action\":\"hang_up\"}");
	g_string_append(actions, "]}");
	g_assert_null(offhook_remote_answer_parse(actions->str, actions->len, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
}

static void
test_messages(void)
{
	static const char *const bad[] = {
	    "{}",
	    "{\"type\":7}",
	    "{\"type\":\"say\"}",
	    "{\"type\":\"say\",\"id\":\"1\",\"text\":\"a\"}",
	    "{\"type\":\"say\",\"id\":0,\"text\":\"a\"}",
	    "{\"type\":\"act\",\"id\":1}",
	    "{\"type\":\"expect\",\"id\":1}",
	    "{\"type\":\"done\",\"id\":1,\"answered\":7}",
	    "{\"type\":\"fail\",\"id\":1,\"message\":7}",
	    "{\"type\":\"note\"}",
	    "{\"type\":\"note\",\"event\":\"Order\"}",
	    "{\"type\":\"note\",\"event\":\"order.placed\",\"data\":[]}",
	};
	static const char later[] = "{\"type\":\"later\",\"id\":\"whatever\"}";
	static const char done[] = "{\"type\":\"done\",\"id\":7}";
	g_autoptr(GError) none = NULL;
	g_autoptr(OffhookRemoteMessage) message =
	    offhook_remote_message_parse(done, strlen(done), &none);

	g_assert_no_error(none);
	g_assert_true(message->done);
	g_assert_cmpint(message->id, ==, 7);
	g_assert_null(offhook_remote_message_parse(later, strlen(later), &none));
	g_assert_no_error(none);
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_remote_message_parse(bad[i], strlen(bad[i]), &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/remote/answer/good", test_good);
	g_test_add_func("/remote/answer/nulls", test_nulls);
	g_test_add_func("/remote/answer/bad", test_bad);
	g_test_add_func("/remote/answer/limits", test_limits);
	g_test_add_func("/remote/answer/messages", test_messages);
	return g_test_run();
}
