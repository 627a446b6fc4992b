/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The documents are read back with GMarkup, so that they are XML and not only look like it. */

#include "../twiml.h"

#include <string.h>

static void
element_cb(GMarkupParseContext *context, const char *name, const char **names, const char **values,
	   gpointer user_data, GError **error)
{
	g_string_append_printf(user_data, "<%s", name);
	for (guint i = 0; names[i] != NULL; i++)
		g_string_append_printf(user_data, " %s=[%s]", names[i], values[i]);
	g_string_append_c(user_data, '>');
}

static void
end_cb(GMarkupParseContext *context, const char *name, gpointer user_data, GError **error)
{
	g_string_append(user_data, "</>");
}

static void
text_cb(GMarkupParseContext *context, const char *text, gsize size, gpointer user_data,
	GError **error)
{
	if (strspn(text, " \n") < size)
		g_string_append_len(user_data, text, (gssize)size);
}

/* @twiml: (transfer full) */
static void
assert_twiml(char *twiml, const char *expected)
{
	static const GMarkupParser parser = {
	    .start_element = element_cb, .end_element = end_cb, .text = text_cb};
	g_autofree char *text = twiml;
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GMarkupParseContext) context =
	    g_markup_parse_context_new(&parser, G_MARKUP_DEFAULT_FLAGS, seen, NULL);
	g_autoptr(GError) error = NULL;

	g_markup_parse_context_parse(context, text, -1, &error);
	g_assert_no_error(error);
	g_markup_parse_context_end_parse(context, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(seen->str, ==, expected);
}

static void
test_relay(void)
{
	static const OffhookTwilioAttribute attributes[] = {{"voice", "a\"b"}, {"hints", "x,y"}};

	assert_twiml(offhook_twilio_twiml_relay("a", "b", "t", NULL, attributes, 2),
		     "<Response><Connect action=[a]><ConversationRelay url=[b] voice=[a\"b] "
		     "hints=[x,y] dtmfDetection=[true] partialPrompts=[true]>"
		     "<Parameter name=[token] value=[t]></></></></>");
	assert_twiml(offhook_twilio_twiml_relay("a", "b", NULL, "r", NULL, 0),
		     "<Response><Start><Recording channels=[dual] recordingStatusCallback=[r] "
		     "recordingStatusCallbackEvent=[in-progress completed absent]></></>"
		     "<Connect action=[a]><ConversationRelay url=[b] dtmfDetection=[true] "
		     "partialPrompts=[true]></></></>");
}

static void
test_connect(void)
{
	assert_twiml(
	    offhook_twilio_twiml_connect("https://h/a?x=1&y=\"2\"", "wss://h/m", "<t'>", NULL),
	    "<Response><Connect action=[https://h/a?x=1&y=\"2\"]><Stream url=[wss://h/m]>"
	    "<Parameter name=[token] value=[<t'>]></></></></>");
	assert_twiml(offhook_twilio_twiml_connect("a", "b", NULL, "c"),
		     "<Response><Connect action=[a]><Stream url=[b] statusCallback=[c]></></></>");
}

static void
test_reject(void)
{
	assert_twiml(offhook_twilio_twiml_reject(TRUE), "<Response><Reject reason=[busy]></></>");
	assert_twiml(offhook_twilio_twiml_reject(FALSE), "<Response><Reject></></>");
}

static void
test_dial(void)
{
	static const struct {
		const char *target, *noun, *text;
	} cases[] = {
	    {"+15550100077", "Number", "+15550100077"},
	    {"sip:a&b@h.example", "Sip", "sip:a&b@h.example"},
	    {"client:<jane>\"'", "Client", "<jane>\"'"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *expected = g_strdup_printf(
		    "<Response><Dial action=[https://h/a?x=1&y=2]><%s statusCallback=[https://h/s] "
		    "statusCallbackEvent=[answered]>%s</></></>",
		    cases[i].noun, cases[i].text);

		assert_twiml(offhook_twilio_twiml_dial(cases[i].target, "https://h/a?x=1&y=2",
						       "https://h/s"),
			     expected);
	}
}

static void
test_hang_up(void)
{
	assert_twiml(offhook_twilio_twiml_hang_up(), "<Response><Hangup></></>");
}

static void
test_targets(void)
{
	static const char *const right[] = {"+15550100077", "sip:a@b", "client:jane"};
	static const char *const wrong[] = {
	    "",        "5550100",     "+0555010007", "+123456",      "sip:",          "client:",
	    "sip:a b", "client:a\nb", "tel:+15",     "+1555010007x", "sip:\xc3\xa4@b"};
	g_autofree char *longest = g_strnfill(300, 'a');

	for (guint i = 0; i < G_N_ELEMENTS(right); i++)
		g_assert_true(offhook_twilio_target_is_valid(right[i]));
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(offhook_twilio_target_is_valid(wrong[i]));
	memcpy(longest, "sip:", 4);
	g_assert_false(offhook_twilio_target_is_valid(longest));
	g_assert_false(offhook_twilio_target_is_valid(NULL));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/twilio/twiml/connect", test_connect);
	g_test_add_func("/twilio/twiml/relay", test_relay);
	g_test_add_func("/twilio/twiml/reject", test_reject);
	g_test_add_func("/twilio/twiml/dial", test_dial);
	g_test_add_func("/twilio/twiml/hang-up", test_hang_up);
	g_test_add_func("/twilio/twiml/targets", test_targets);
	return g_test_run();
}
