/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as server-sent events: in one piece and byte by byte the same events, none empty.
 */

#include <offhook/sse-parser.h>

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static gboolean
collect_cb(gpointer user_data, const char *event, const char *data, gsize size, GError **error)
{
	g_assert_cmpuint(size, >, 0);
	g_assert_cmpint(data[size], ==, '\0');
	g_string_append_printf(user_data, "%s<%s>", event != NULL ? event : "", data);
	return TRUE;
}

static char *
parse(const guint8 *data, gsize size, gsize step)
{
	GString *heard = g_string_new(NULL);
	g_autoptr(OffhookSseParser) parser = offhook_sse_parser_new(collect_cb, heard);

	for (gsize at = 0; at < size; at += step)
		g_assert_true(
		    offhook_sse_parser_push(parser, data + at, MIN(step, size - at), NULL));
	g_assert_true(offhook_sse_parser_finish(parser, NULL));
	return g_string_free(heard, FALSE);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *whole = parse(data, MIN(size, OFFHOOK_SSE_MAX_EVENT), MAX(size, 1));
	g_autofree char *bytes = parse(data, MIN(size, OFFHOOK_SSE_MAX_EVENT), 1);

	g_assert_cmpstr(whole, ==, bytes);
	return 0;
}
