/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any text as the cursor of a page of the history: one that is taken leads to a place whose cursor leads there again.
 */

#include "store/store-history-query.h"

#include <offhook/error.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check(const char *text, char kind)
{
	OffhookHistoryPlace place = {0}, again = {0};
	g_autoptr(GError) error = NULL;
	g_autofree char *cursor = NULL;

	if (!offhook_history_place_parse(text, kind, &place, &error)) {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
		return;
	}
	cursor = offhook_history_place_to_cursor(&place, kind);
	g_assert_true(offhook_history_place_parse(cursor, kind, &again, &error));
	g_assert_no_error(error);
	g_assert_cmpint(again.at, ==, place.at);
	g_assert_cmpstr(again.id, ==, place.id);
	g_free(place.id);
	g_free(again.id);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_strndup(size > 0 ? (const char *)data : "", size);
	/* Most of what is not base64 gets no further: so also what would be in it. */
	g_autofree char *coded = g_base64_encode(data, size);

	g_strdelimit(g_strdelimit(g_strdelimit(coded, "+", '-'), "/", '_'), "=", '.');
	check(text, 'c');
	check(text, 'm');
	check(coded, 'c');
	check(coded, 'm');
	return 0;
}
