/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any text as a time, as requests and providers bring them: one that is taken can be written and read again.
 */

#include "base/timestamp.h"

#include <offhook/error.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define MS 1000

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_strndup(size > 0 ? (const char *)data : "", size);
	g_autoptr(GError) error = NULL;
	g_autofree char *written = NULL;
	gint64 first = 0, second = 0;

	if (!offhook_timestamp_parse(text, &first, &error)) {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
		return 0;
	}
	g_assert_no_error(error);
	written = offhook_timestamp_format(first);
	/* An offset may lead out of the years that can be written. */
	if (written == NULL)
		return 0;
	g_assert_true(offhook_timestamp_parse(written, &second, NULL));
	g_assert_cmpint(ABS(first - second), <, MS);
	return 0;
}
