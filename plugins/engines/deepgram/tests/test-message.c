/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the service says: results, marks, errors and refusals of two generations.
 */

#include "../deepgram-message.h"

#include <offhook/error.h>
#include <string.h>

static void
parse(OffhookDeepgramMessage *message, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_deepgram_message_parse(message, text, strlen(text), &error));
	g_assert_no_error(error);
}

static void
test_results(void)
{
	g_auto(OffhookDeepgramMessage) message = {0};

	parse(&message, "{\"type\":\"Results\",\"channel_index\":[0,1],\"start\":1.2,"
			"\"duration\":1.0,\"is_final\":true,\"speech_final\":false,"
			"\"from_finalize\":true,\"channel\":{\"alternatives\":[{\"transcript\":"
			"\" book a table \",\"confidence\":0.98,\"words\":[]}]}}");
	g_assert_cmpint(message.kind, ==, OFFHOOK_DEEPGRAM_RESULTS);
	g_assert_cmpstr(message.text, ==, "book a table");
	g_assert_cmpfloat(message.confidence, ==, 0.98);
	g_assert_cmpfloat(message.start, ==, 1.2);
	g_assert_cmpfloat(message.duration, ==, 1);
	g_assert_true(message.is_final && message.from_finalize);
}

/* Whole numbers, and numbers that are none. */
static void
test_odd_results(void)
{
	g_auto(OffhookDeepgramMessage) message = {0};

	parse(&message, "{\"type\":\"Results\",\"start\":2,\"duration\":\"x\",\"is_final\":null,"
			"\"channel\":{\"alternatives\":[{\"transcript\":\"\",\"confidence\":7}]}}");
	g_assert_cmpfloat(message.start, ==, 2);
	g_assert_cmpfloat(message.duration, ==, 0);
	g_assert_cmpfloat(message.confidence, ==, 1);
	g_assert_false(message.is_final);
}

static void
test_others(void)
{
	static const struct {
		const char *text;
		OffhookDeepgramKind kind;
	} cases[] = {
	    {"{\"type\":\"Flushed\",\"sequence_id\":0}", OFFHOOK_DEEPGRAM_FLUSHED},
	    {"{\"type\":\"Cleared\",\"sequence_id\":0}", OFFHOOK_DEEPGRAM_CLEARED},
	    {"{\"type\":\"Metadata\",\"request_id\":\"x\"}", OFFHOOK_DEEPGRAM_OTHER},
	    {"{\"type\":\"Warning\",\"description\":\"x\"}", OFFHOOK_DEEPGRAM_OTHER},
	    {"{\"type\":\"SpeechStarted\",\"channel\":[0,1]}", OFFHOOK_DEEPGRAM_OTHER},
	    {"{\"type\":7}", OFFHOOK_DEEPGRAM_OTHER},
	    {"{\"type\":\"Error\",\"description\":\"broke\"}", OFFHOOK_DEEPGRAM_ERROR},
	    {"{\"err_code\":\"X\",\"err_msg\":\"broke\"}", OFFHOOK_DEEPGRAM_ERROR},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(OffhookDeepgramMessage) message = {0};

		parse(&message, cases[i].text);
		g_assert_cmpint(message.kind, ==, cases[i].kind);
		if (message.kind == OFFHOOK_DEEPGRAM_ERROR)
			g_assert_nonnull(strstr(message.error->message, "broke"));
	}
}

static void
test_no_messages(void)
{
	static const char *const texts[] = {
	    "",
	    "[]",
	    "{\"audio\": <html>",
	    "{\"type\":\"Results\"}",
	    "{\"type\":\"Results\",\"channel\":{\"alternatives\":[]}}",
	    "{\"type\":\"Results\",\"channel\":{\"alternatives\":[7]}}",
	    "{\"type\":\"Results\",\"channel\":{\"alternatives\":[{\"transcript\":7}]}}"};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_auto(OffhookDeepgramMessage) message = {0};
		g_autoptr(GError) error = NULL;

		g_assert_false(
		    offhook_deepgram_message_parse(&message, texts[i], strlen(texts[i]), &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
}

static void
test_refusals(void)
{
	static const struct {
		guint status;
		const char *body;
		int code;
		const char *says; /* (nullable) */
	} cases[] = {
	    {400, "{\"category\":\"INVALID\",\"message\":\"No such model\",\"details\":\"\"}",
	     OFFHOOK_ERROR_INVALID_ARGUMENT, "No such model"},
	    {401, "{\"err_code\":\"INVALID_AUTH\",\"err_msg\":\"Invalid key 12secret34\"}",
	     OFFHOOK_ERROR_AUTHENTICATION, "api-key"},
	    {402, "{\"err_msg\":\"No funds\"}", OFFHOOK_ERROR_PERMISSION, "No funds"},
	    {429, "{\"err_msg\":\"Too many\\nrequests\"}", OFFHOOK_ERROR_RATE_LIMITED,
	     "wait 7 s: Too many requests"},
	    {502, "<html>", OFFHOOK_ERROR_PROVIDER, "DG says so"},
	    {503, NULL, OFFHOOK_ERROR_BUSY, "DG says so"},
	    {504, NULL, OFFHOOK_ERROR_TIMED_OUT, NULL},
	};
	g_autoptr(GHashTable) headers = g_hash_table_new(g_str_hash, g_str_equal);

	g_hash_table_insert(headers, (gpointer) "dg-request-id", (gpointer) "req-1");
	g_hash_table_insert(headers, (gpointer) "dg-error", (gpointer) "DG says so");
	g_hash_table_insert(headers, (gpointer) "retry-after", (gpointer) "7");
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const OffhookSocketEnd end = {.reason = "",
					      .status = cases[i].status,
					      .headers = headers,
					      .body = cases[i].body};
		g_autoptr(GError) error = offhook_deepgram_make_error(&end);

		g_assert_error(error, OFFHOOK_ERROR, cases[i].code);
		g_assert_nonnull(strstr(error->message, "req-1"));
		g_assert_null(strstr(error->message, "secret"));
		if (cases[i].says != NULL)
			g_assert_nonnull(strstr(error->message, cases[i].says));
	}
}

static void
test_closes(void)
{
	static const struct {
		guint code;
		const char *reason;
		int error;
	} cases[] = {
	    {1011, "See NET-0001 for more", OFFHOOK_ERROR_TIMED_OUT},
	    {1011, "NET-0000", OFFHOOK_ERROR_TIMED_OUT},
	    {1008, "DATA-0000", OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {1000, "", OFFHOOK_ERROR_PROVIDER},
	};
	g_autoptr(GError) lost = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "x: gone");
	const OffhookSocketEnd other = {.code = 1001, .reason = "", .error = lost};
	g_autoptr(GError) error = offhook_deepgram_make_error(&other);

	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const OffhookSocketEnd end = {.code = cases[i].code, .reason = cases[i].reason};
		g_autoptr(GError) closed = offhook_deepgram_make_error(&end);

		g_assert_error(closed, OFFHOOK_ERROR, cases[i].error);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/deepgram-message/results", test_results);
	g_test_add_func("/deepgram-message/odd-results", test_odd_results);
	g_test_add_func("/deepgram-message/others", test_others);
	g_test_add_func("/deepgram-message/no-messages", test_no_messages);
	g_test_add_func("/deepgram-message/refusals", test_refusals);
	g_test_add_func("/deepgram-message/closes", test_closes);
	return g_test_run();
}
