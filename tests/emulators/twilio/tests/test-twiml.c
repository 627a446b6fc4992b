/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The TwiML reader: what a driver answers, and what the carrier would not accept. */

#include "emu-error.h"
#include "../twiml.h"

#include <string.h>

static OffhookEmuTwiml *
parse(const gchar *text)
{
	g_autoptr(GError) error = NULL;
	OffhookEmuTwiml *twiml = offhook_emu_twiml_parse(text, strlen(text), &error);

	g_assert_no_error(error);
	return twiml;
}

static void
assert_refused(const gchar *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_emu_twiml_parse(text, strlen(text), &error));
	g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT);
}

static const OffhookEmuVerb *
get_verb(OffhookEmuTwiml *twiml, guint index)
{
	g_assert_cmpuint(index, <, twiml->verbs->len);
	return g_ptr_array_index(twiml->verbs, index);
}

static void
test_connect_stream(void)
{
	g_autoptr(OffhookEmuTwiml) twiml =
	    parse("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- answer --><Response><Connect "
		  "action=\"/after?a=1&amp;b=2\">"
		  "<Stream url=\"wss://pbx.example.com/media/twilio\" name=\"s\">\n"
		  "<Parameter name=\"session\" value=\"s-42\"/><Parameter name=\"token\" "
		  "value=\"&lt;k&quot;9&gt;\"/>"
		  "</Stream></Connect><Hangup/></Response>");
	const OffhookEmuVerb *verb = get_verb(twiml, 0);

	g_assert_cmpuint(twiml->verbs->len, ==, 2);
	g_assert_cmpuint(twiml->warnings->len, ==, 0);
	g_assert_cmpint(verb->kind, ==, OFFHOOK_EMU_VERB_CONNECT);
	g_assert_cmpstr(offhook_emu_verb_get(verb, "action", NULL), ==, "/after?a=1&b=2");
	g_assert_cmpstr(verb->noun, ==, "Stream");
	g_assert_cmpstr(g_hash_table_lookup(verb->noun_attributes, "url"), ==,
			"wss://pbx.example.com/media/twilio");
	g_assert_cmpstr(g_hash_table_lookup(verb->parameters, "session"), ==, "s-42");
	g_assert_cmpstr(g_hash_table_lookup(verb->parameters, "token"), ==, "<k\"9>");
	g_assert_cmpint(get_verb(twiml, 1)->kind, ==, OFFHOOK_EMU_VERB_HANGUP);
}

static void
test_verbs(void)
{
	g_autoptr(OffhookEmuTwiml) twiml =
	    parse("<Response><Say voice=\"x\"> Hello &amp; goodbye </Say><Play "
		  "digits=\"1w2\"/><Pause length=\"3\"/>"
		  "<Dial>+15550100009</Dial><Redirect method=\"POST\">/again</Redirect><Reject "
		  "reason=\"busy\"/>"
		  "<Gather><Say>press</Say></Gather></Response>");
	static const OffhookEmuVerbKind kinds[] = {
	    OFFHOOK_EMU_VERB_SAY,  OFFHOOK_EMU_VERB_PLAY,     OFFHOOK_EMU_VERB_PAUSE,
	    OFFHOOK_EMU_VERB_DIAL, OFFHOOK_EMU_VERB_REDIRECT, OFFHOOK_EMU_VERB_REJECT,
	    OFFHOOK_EMU_VERB_OTHER};

	g_assert_cmpuint(twiml->verbs->len, ==, G_N_ELEMENTS(kinds));
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		g_assert_cmpint(get_verb(twiml, i)->kind, ==, kinds[i]);
	g_assert_cmpstr(get_verb(twiml, 0)->text->str, ==, "Hello & goodbye");
	g_assert_cmpstr(offhook_emu_verb_get(get_verb(twiml, 1), "digits", NULL), ==, "1w2");
	g_assert_cmpstr(offhook_emu_verb_get(get_verb(twiml, 2), "length", "1"), ==, "3");
	g_assert_cmpstr(get_verb(twiml, 3)->text->str, ==, "+15550100009");
	g_assert_cmpstr(get_verb(twiml, 4)->text->str, ==, "/again");
	g_assert_cmpuint(twiml->warnings->len, ==, 0);
}

static void
test_dial_number(void)
{
	g_autoptr(OffhookEmuTwiml) twiml = parse("<Response><Dial timeout=\"20\">\n  <Number> "
						 "+15550100009 </Number>\n</Dial></Response>");

	g_assert_cmpstr(get_verb(twiml, 0)->text->str, ==, "+15550100009");
	g_assert_cmpstr(get_verb(twiml, 0)->noun, ==, "Number");
}

static void
test_empty_response(void)
{
	g_autoptr(OffhookEmuTwiml) twiml = parse("<Response/>");

	g_assert_cmpuint(twiml->verbs->len, ==, 0);
}

static void
test_unknown_verb_is_a_warning(void)
{
	g_autoptr(OffhookEmuTwiml) twiml = parse("<Response><connect/></Response>");

	g_assert_cmpuint(twiml->warnings->len, ==, 1);
	g_assert_cmpint(get_verb(twiml, 0)->kind, ==, OFFHOOK_EMU_VERB_OTHER);
}

static void
test_refusals(void)
{
	g_autoptr(GString) large = g_string_new("<Response><Say>");
	g_autofree gchar *value = g_strnfill(496, 'x');
	g_autofree gchar *parameter =
	    g_strdup_printf("<Response><Connect><Stream url=\"wss://a/b\"><Parameter name=\"long\" "
			    "value=\"%s\"/></Stream></Connect>"
			    "</Response>",
			    value);

	assert_refused("");
	assert_refused("hello");
	assert_refused("<response/>");
	assert_refused("<Response><Connect></Response>");
	assert_refused("<Response><Say>a & b</Say></Response>");
	assert_refused("<Response><Connect><Stream url=\"wss://a/b\"><Parameter "
		       "name=\"n\"/></Stream></Connect></Response>");
	assert_refused(parameter);
	for (guint i = 0; i < 66000; i++)
		g_string_append_c(large, 'x');
	g_string_append(large, "</Say></Response>");
	assert_refused(large->str);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/twilio/twiml/connect-stream", test_connect_stream);
	g_test_add_func("/emulators/twilio/twiml/verbs", test_verbs);
	g_test_add_func("/emulators/twilio/twiml/dial-number", test_dial_number);
	g_test_add_func("/emulators/twilio/twiml/empty-response", test_empty_response);
	g_test_add_func("/emulators/twilio/twiml/unknown-verb-is-a-warning",
			test_unknown_verb_is_a_warning);
	g_test_add_func("/emulators/twilio/twiml/refusals", test_refusals);
	return g_test_run();
}
