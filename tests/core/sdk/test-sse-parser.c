/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Events of every spelling, in one piece and cut at every byte.
 */

#include <offhook/sse-parser.h>

#include <offhook/error.h>
#include <string.h>

static gboolean
collect_cb(gpointer user_data, const char *event, const char *data, gsize size, GError **error)
{
	GString *heard = user_data;

	g_assert_cmpuint(strlen(data), ==, size);
	if (g_str_equal(data, "stop")) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "enough");
		return FALSE;
	}
	g_string_append_printf(heard, "%s<%s>", event != NULL ? event : "", data);
	return TRUE;
}

/* In pieces of @step bytes. */
static char *
parse(const char *text, gsize step)
{
	GString *heard = g_string_new(NULL);
	g_autoptr(OffhookSseParser) parser = offhook_sse_parser_new(collect_cb, heard);
	g_autoptr(GError) error = NULL;
	gsize length = strlen(text);

	for (gsize at = 0; at < length; at += step) {
		offhook_sse_parser_push(parser, (const guint8 *)text + at, MIN(step, length - at),
					&error);
		g_assert_no_error(error);
	}
	offhook_sse_parser_finish(parser, &error);
	g_assert_no_error(error);
	return g_string_free(heard, FALSE);
}

static void
test_spellings(void)
{
	static const struct {
		const char *text, *heard;
	} cases[] = {
	    {"data: a\n\ndata: b\n\n", "<a><b>"},
	    {"data: a\r\n\r\ndata: b\r\n\r\n", "<a><b>"},
	    {"data: a\r\rdata: b\r\r", "<a><b>"},
	    {"data:a\n\ndata:  b\n\n", "<a>< b>"},
	    {"data: a\ndata: b\n\n", "<a\nb>"},
	    {"data: a\ndata\ndata: b\n\n", "<a\n\nb>"},
	    {": ping\n\n: ping\ndata: a\n\n", "<a>"},
	    {"event: x\ndata: a\n\ndata: b\n\n", "x<a><b>"},
	    {"event: x\n\ndata: b\n\n", "<b>"},
	    {"id: 1\nretry: 5\nunknown: 2\ndata: a\n\n", "<a>"},
	    {"data:\n\ndata: a\n\n", "<a>"},
	    {"\xef\xbb\xbf"
	     "data: a\n\n",
	     "<a>"},
	    {"data: \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\n\n",
	     "<\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80>"},
	    {"error: {\"code\":400}\n\n", "error<{\"code\":400}>"},
	    {"data: a\n\ndata: [DONE]", "<a><[DONE]>"},
	    {"data: a\n\ndata: [DONE]\n", "<a><[DONE]>"},
	    {"\n\n\n", ""},
	    {"", ""},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		for (gsize step = 1; step <= strlen(cases[i].text) + 1; step++) {
			g_autofree char *heard = parse(cases[i].text, step);

			g_assert_cmpstr(heard, ==, cases[i].heard);
		}
}

static void
test_stop(void)
{
	static const char text[] = "data: a\n\ndata: stop\n\ndata: b\n\n";
	g_autoptr(GString) heard = g_string_new(NULL);
	g_autoptr(OffhookSseParser) parser = offhook_sse_parser_new(collect_cb, heard);
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_sse_parser_push(parser, (const guint8 *)text, strlen(text), &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	g_assert_cmpstr(heard->str, ==, "<a>");
}

static void
test_limit(void)
{
	g_autofree char *piece = g_strnfill(1000, 'x');
	g_autoptr(GString) heard = g_string_new(NULL);
	g_autoptr(OffhookSseParser) parser = offhook_sse_parser_new(collect_cb, heard);
	g_autoptr(GError) error = NULL;
	gsize sent = 0;

	while (offhook_sse_parser_push(parser, (const guint8 *)piece, 1000, &error))
		sent += 1000;
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_assert_cmpuint(sent, <=, OFFHOOK_SSE_MAX_EVENT);
	g_assert_cmpuint(sent, >, OFFHOOK_SSE_MAX_EVENT - 2000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sse-parser/spellings", test_spellings);
	g_test_add_func("/sse-parser/stop", test_stop);
	g_test_add_func("/sse-parser/limit", test_limit);
	return g_test_run();
}
