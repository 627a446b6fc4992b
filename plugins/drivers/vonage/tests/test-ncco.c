/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../ncco.h"

#define EVENT "https://pbx.example.com/voice/webhook/vonage/event?call=1"

static void
assert_ncco(JsonArray *ncco, const char *expected)
{
	g_autofree char *text = offhook_vonage_ncco_to_string(ncco);

	g_assert_cmpstr(text, ==, expected);
}

static void
test_stream(void)
{
	g_autoptr(JsonArray) ncco = json_array_new();
	const OffhookVonageNccoStream stream = {
	    .uri = "wss://pbx.example.com/media/vonage",
	    .rate = 16000,
	    .call_id = "1",
	    .token = "t",
	    .event_url = EVENT,
	};

	offhook_vonage_ncco_add_stream(ncco, &stream);
	assert_ncco(ncco,
		    "[{\"action\":\"connect\",\"endpoint\":[{\"type\":\"websocket\",\"uri\":"
		    "\"wss://pbx.example.com/media/vonage\",\"content-type\":"
		    "\"audio/l16;rate=16000\",\"headers\":{\"call_id\":\"1\",\"token\":\"t\"},"
		    "\"authorization\":{\"type\":\"custom\",\"value\":\"Bearer t\"}}],"
		    "\"eventType\":\"synchronous\",\"eventUrl\":[\"" EVENT
		    "\"],\"eventMethod\":\"POST\"}]");
}

static void
test_signed_stream(void)
{
	g_autoptr(JsonArray) ncco = json_array_new();
	const OffhookVonageNccoStream stream = {.uri = "wss://a.test/",
						.rate = 24000,
						.call_id = "1",
						.token = "t",
						.vonage = TRUE,
						.event_url = EVENT};

	offhook_vonage_ncco_add_stream(ncco, &stream);
	assert_ncco(ncco,
		    "[{\"action\":\"connect\",\"endpoint\":[{\"type\":\"websocket\",\"uri\":"
		    "\"wss://a.test/\",\"content-type\":\"audio/l16;rate=24000\",\"headers\":{"
		    "\"call_id\":\"1\",\"token\":\"t\"},\"authorization\":{\"type\":\"vonage\"}}],"
		    "\"eventType\":\"synchronous\",\"eventUrl\":[\"" EVENT
		    "\"],\"eventMethod\":\"POST\"}]");
}

static void
test_dial(void)
{
	g_autoptr(JsonArray) ncco = json_array_new();

	offhook_vonage_ncco_add_dial(ncco, "+15550100099", "+15550100002", EVENT);
	offhook_vonage_ncco_add_dial(ncco, "sip:a@b.test", NULL, EVENT);
	assert_ncco(ncco, "[{\"action\":\"connect\",\"endpoint\":[{\"type\":\"phone\",\"number\":"
			  "\"15550100099\"}],\"eventType\":\"synchronous\",\"eventUrl\":[\"" EVENT
			  "\"],\"eventMethod\":\"POST\",\"from\":\"15550100002\"},"
			  "{\"action\":\"connect\",\"endpoint\":[{\"type\":\"sip\",\"uri\":"
			  "\"sip:a@b.test\"}],\"eventType\":\"synchronous\",\"eventUrl\":[\"" EVENT
			  "\"],\"eventMethod\":\"POST\"}]");
}

static void
test_rest(void)
{
	g_autoptr(JsonArray) ncco = json_array_new();

	offhook_vonage_ncco_add_record(ncco, EVENT);
	offhook_vonage_ncco_add_talk(ncco, "say \"hello\"");
	offhook_vonage_ncco_add_conversation(ncco, "offhook-1");
	assert_ncco(ncco,
		    "[{\"action\":\"record\",\"format\":\"wav\",\"split\":\"conversation\","
		    "\"channels\":2,\"eventUrl\":[\"" EVENT "\"],\"eventMethod\":\"POST\"},"
		    "{\"action\":\"talk\",\"text\":\"say \\\"hello\\\"\"},"
		    "{\"action\":\"conversation\",\"name\":\"offhook-1\",\"endOnExit\":true}]");
}

static void
test_numbers(void)
{
	static const struct {
		const char *wire;
		const char *ours;
	} cases[] = {
	    {"15550100042", "+15550100042"},
	    {"anonymous", "anonymous"},
	    {"sip:a@b.test", "sip:a@b.test"},
	    {"", ""},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *ours = offhook_vonage_number_from_wire(cases[i].wire);
		g_autofree char *wire = offhook_vonage_number_to_wire(ours);

		g_assert_cmpstr(ours, ==, cases[i].ours);
		g_assert_cmpstr(wire, ==, cases[i].wire);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vonage/ncco/stream", test_stream);
	g_test_add_func("/vonage/ncco/signed-stream", test_signed_stream);
	g_test_add_func("/vonage/ncco/dial", test_dial);
	g_test_add_func("/vonage/ncco/rest", test_rest);
	g_test_add_func("/vonage/ncco/numbers", test_numbers);
	return g_test_run();
}
