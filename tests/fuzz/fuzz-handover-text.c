/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any text as what another process of the daemon says: addresses of this machine alone, each as it was written and fit
 * for a header, or none of it; and a number of calls that is written again as it was read.
 */

#include "daemon/handover-text.h"

#include <offhook/error.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_strndup(size > 0 ? (const char *)data : "", size);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) urls = offhook_handover_text_read_urls(text, &error);
	guint n = G_MAXUINT;

	if (urls != NULL) {
		g_autofree char *joined = g_strjoinv("\n", urls);

		g_assert_cmpstr(joined, ==, text);
		g_assert_cmpuint(g_strv_length(urls), <=, OFFHOOK_HANDOVER_MAX);
		for (guint i = 0; urls[i] != NULL; i++) {
			g_assert_nonnull(strstr(urls[i], "127.0.0.1:"));
			g_assert_null(strpbrk(urls[i], " \r\t"));
		}
	} else {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
	if (offhook_handover_text_read_calls(text, &n))
		g_assert_cmpuint(n, <=, G_MAXINT32);
	else
		g_assert_cmpuint(n, ==, G_MAXUINT);
	return 0;
}
