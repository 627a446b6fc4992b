/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What leaves the house: the example of Standard Webhooks' own documentation, and what is left out
 * where personal data are not wanted.
 */

#include "delivery/signed-event.h"

#include "config/normalise.h"

/* By https://github.com/standard-webhooks/standard-webhooks, in its libraries' tests. */
static void
test_signature(void)
{
	g_autoptr(GBytes) key =
	    offhook_normalise_decode_webhook_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
	g_auto(GStrv) headers = offhook_signed_event_make_headers(
	    "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}", key);

	g_assert_cmpstr(headers[0], ==, "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek");
	g_assert_cmpstr(headers[1], ==, "webhook-timestamp: 1614265330");
	g_assert_cmpstr(headers[2], ==,
			"webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	g_assert_null(headers[3]);
}

static void
test_keep_cb(OffhookEventBus *bus, OffhookEvent *event, gpointer user_data)
{
	*(OffhookEvent **)user_data = offhook_event_ref(event);
}

/* @data: JSON. (transfer full) */
static char *
print(const char *type, const char *data, gboolean personal_data)
{
	g_autofree char *start = g_strdup_printf("{\"type\":\"%s\",\"timestamp\":\"2", type);
	g_autoptr(OffhookEventBus) bus = offhook_event_bus_new();
	g_autoptr(JsonNode) node = json_from_string(data, NULL);
	g_autoptr(OffhookEvent) event = NULL;
	g_autofree char *body = NULL;

	g_signal_connect(bus, "event", G_CALLBACK(test_keep_cb), &event);
	offhook_event_bus_publish(bus, type, "c1", 1, json_node_dup_object(node));
	body = offhook_signed_event_print_body(event, personal_data);
	g_assert_true(g_str_has_prefix(body, start));
	return g_strdup(strstr(body, "\"data\""));
}

static void
test_personal_data(void)
{
	static const char data[] =
	    "{\"call_id\":\"c1\",\"message\":\"my name is Ann\",\"from\":\"+15550100001\","
	    "\"confidence\":0.5,\"status\":\"busy\",\"interrupted\":true,"
	    "\"usage\":{\"engine\":\"flite\",\"text\":\"hello\",\"characters\":3},"
	    "\"list\":[\"Ann\",1,{\"name\":\"Ann\"}]}";
	g_autofree char *all = print("message.received", data, TRUE);
	g_autofree char *some = print("message.received", data, FALSE);

	g_assert_nonnull(strstr(all, "my name is Ann"));
	g_assert_nonnull(strstr(all, "+15550100001"));
	g_assert_cmpstr(some, ==,
			"\"data\":{\"call_id\":\"c1\",\"confidence\":0.5,\"status\":\"busy\","
			"\"interrupted\":true,\"usage\":{\"engine\":\"flite\",\"characters\":3},"
			"\"list\":[1,{}]}}");
}

/* A number that was said is no better than a text. */
static void
test_said(void)
{
	g_autofree char *some =
	    print("tool.called",
		  "{\"tool\":\"pay\",\"arguments\":{\"amount\":4111111111111111,\"paid\":true},"
		  "\"usage\":{\"result\":[1]},\"duration_ms\":3}",
		  FALSE);

	g_assert_cmpstr(some, ==,
			"\"data\":{\"tool\":\"pay\",\"usage\":{},\"duration_ms\":3}}");
}

/* Nobody is named by what we have only a few words for. */
static void
test_our_words(void)
{
	static const char *const whole[][2] = {
	    {"limit.reached", "{\"assistant\":\"line\",\"limit\":\"max-duration\"}"},
	    {"sentiment.detected", "{\"sentiment\":\"negative\",\"confidence\":0.5,"
				   "\"negative_turns\":2,\"agent\":\"sentiment\"}"},
	    {"call.handed_over", "{\"call_id\":\"c1\",\"from\":\"front\",\"to\":\"billing\"}"},
	    {"engine.switched", "{\"role\":\"stt\",\"from\":\"deepgram\",\"to\":\"openai\"}"},
	    {"plugins.changed", "{\"kind\":\"agent\",\"status\":\"loaded\",\"name\":\"echo\"}"},
	    {"call.answered_by", "{\"call_id\":\"c1\",\"answered_by\":\"machine\"}"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(whole); i++) {
		g_autofree char *expected = g_strdup_printf("\"data\":%s}", whole[i][1]);
		g_autofree char *some = print(whole[i][0], whole[i][1], FALSE);

		g_assert_cmpstr(some, ==, expected);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/signed-event/signature", test_signature);
	g_test_add_func("/signed-event/personal-data", test_personal_data);
	g_test_add_func("/signed-event/our-words", test_our_words);
	g_test_add_func("/signed-event/said", test_said);
	return g_test_run();
}
