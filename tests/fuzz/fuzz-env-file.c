/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a `.env` file: entries are text with proper names, and either something was
 * understood or a problem was reported or there was nothing to read.
 */

#include "config/env-file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(OffhookProblems) problems = offhook_problems_new();
	g_autoptr(GPtrArray) entries =
	    offhook_env_file_parse((const char *)data, size, ".env", problems);

	for (guint i = 0; i < entries->len; i++) {
		const OffhookEnvEntry *entry = g_ptr_array_index(entries, i);

		g_assert(*entry->name != '\0' && strpbrk(entry->name, "= \n\"'") == NULL);
		g_assert(g_utf8_validate(entry->value, -1, NULL));
		g_assert(entry->line >= 1 && entry->line <= size + 1);
	}
	return 0;
}
