/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Spans as JSON, to the letter. That it is what the protocol's schema wants integration-trace shows.
 */

#include "trace/span.h"

#include <string.h>

#define TRACE "0123456789abcdef0123456789abcdef"

static char *
print(OffhookSpan *span)
{
	g_autoptr(GPtrArray) spans =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_span_free);
	g_autofree char *text = NULL;
	const char *list;

	g_ptr_array_add(spans, span);
	text = offhook_span_print_request(spans, "desk");
	g_assert_nonnull(
	    strstr(text, "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"desk\"}}"));
	list = strstr(text, "\"spans\":[");
	g_assert_nonnull(list);
	g_assert_true(g_str_has_suffix(list, "]}]}]}"));
	return g_strndup(list + strlen("\"spans\":["), strlen(list) - strlen("\"spans\":[]}]}]}"));
}

static void
test_plain(void)
{
	g_autofree char *text = print(offhook_span_new(TRACE, "0123456789abcdef", NULL, "call",
						       1700000000000001, 1700000000000002));

	g_assert_cmpstr(text, ==,
			"{\"traceId\":\"" TRACE
			"\",\"spanId\":\"0123456789abcdef\",\"name\":\"call\","
			"\"kind\":1,\"startTimeUnixNano\":\"1700000000000001000\","
			"\"endTimeUnixNano\":\"1700000000000002000\",\"attributes\":[]}");
}

static void
test_full(void)
{
	OffhookSpan *span =
	    offhook_span_new(TRACE, "0123456789abcdef", "fedcba9876543210", "turn", 9, 7);
	g_autofree char *text = NULL;

	offhook_span_set_string(span, "s", "a\"b");
	offhook_span_set_string(span, "none", NULL);
	offhook_span_set_int(span, "i", G_MAXINT64);
	offhook_span_set_double(span, "d", 0.5);
	offhook_span_set_boolean(span, "b", TRUE);
	offhook_span_set_failed(span, "broke");
	text = print(span);
	/* One that would end before it began has no length. */
	g_assert_cmpstr(
	    text, ==,
	    "{\"traceId\":\"" TRACE "\",\"spanId\":\"0123456789abcdef\","
	    "\"parentSpanId\":\"fedcba9876543210\",\"name\":\"turn\",\"kind\":1,"
	    "\"startTimeUnixNano\":\"9000\",\"endTimeUnixNano\":\"9000\",\"attributes\":["
	    "{\"key\":\"s\",\"value\":{\"stringValue\":\"a\\\"b\"}},"
	    "{\"key\":\"i\",\"value\":{\"intValue\":\"9223372036854775807\"}},"
	    "{\"key\":\"d\",\"value\":{\"doubleValue\":0.5}},"
	    "{\"key\":\"b\",\"value\":{\"boolValue\":true}}],"
	    "\"status\":{\"code\":2,\"message\":\"broke\"}}");
}

static void
test_ids(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < 1000; i++) {
		char *id = offhook_span_make_id();

		g_assert_true(g_regex_match_simple("^[0-9a-f]{16}\\z", id, 0, 0));
		g_assert_true(g_hash_table_add(seen, id));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trace/span/plain", test_plain);
	g_test_add_func("/trace/span/full", test_full);
	g_test_add_func("/trace/span/ids", test_ids);
	return g_test_run();
}
