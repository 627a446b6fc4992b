/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any path of a request: with a mark it is that of a webhook or of media, and without one it stays as it is.
 */

#include "http/server/process-mark.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *path = g_strndup(size > 0 ? (const char *)data : "", size);
	g_autofree char *mark = NULL;
	g_autofree char *plain = offhook_process_mark_strip(path, &mark);

	if (mark == NULL) {
		g_assert_cmpstr(plain, ==, path);
		return 0;
	}
	g_assert_cmpuint(strlen(mark), ==, 8);
	g_assert_cmpuint(strspn(mark, "0123456789abcdef"), ==, 8);
	g_assert_true(g_str_has_prefix(plain, "/media/") ||
		      g_str_has_prefix(plain, "/voice/webhook/"));
	g_assert_cmpuint(strlen(plain) + strlen("process/12345678/"), ==, strlen(path));
	return 0;
}
