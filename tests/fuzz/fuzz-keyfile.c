/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a keyfile: entries are in order and well-formed, and a file without problems reads
 * the same with GKeyFile.
 */

#include "config/keyfile.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* Where ours is stricter or more tolerant on purpose: white space at the ends of values. */
static void
compare_with_glib(GPtrArray *entries, const guint8 *data, gsize size)
{
	g_autoptr(GKeyFile) reference = g_key_file_new();

	if (!g_key_file_load_from_data(reference, (const char *)data, size, G_KEY_FILE_NONE, NULL))
		return;
	for (guint i = 0; i < entries->len; i++) {
		const OffhookKeyfileEntry *entry = g_ptr_array_index(entries, i);
		g_autofree char *value = NULL;
		g_autofree char *own = NULL;

		if (entry->key == NULL)
			continue;
		value = g_key_file_get_string(reference, entry->section, entry->key, NULL);
		if (value == NULL)
			continue;
		own = g_strdup(entry->value);
		g_assert_cmpstr(g_strchomp(own), ==, g_strchomp(value));
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(OffhookProblems) problems = offhook_problems_new();
	g_autoptr(GPtrArray) entries =
	    offhook_keyfile_parse((const char *)data, size, "x.conf", problems);
	guint line = 0;

	for (guint i = 0; i < entries->len; i++) {
		const OffhookKeyfileEntry *entry = g_ptr_array_index(entries, i);

		g_assert(entry->line > line);
		line = entry->line;
		g_assert(*entry->section != '\0');
		g_assert((entry->key == NULL) == (entry->value == NULL));
		g_assert(entry->value == NULL || g_utf8_validate(entry->value, -1, NULL));
	}
	if (offhook_problems_count(problems) == 0)
		compare_with_glib(entries, data, size);
	return 0;
}
