/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a file of the store's journal: each line is a write or counted as damaged, what was
 * understood reads the same when it is written again, and a file of its lines alone has nothing wrong.
 */

#include "store/journal/journal-format.h"

#include <string.h>

#include <offhook/error.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static guint
count_lines(const guint8 *data, gsize size)
{
	guint n = 0;

	for (gsize i = 0; i < size; i++)
		n += data[i] == '\n';
	return n;
}

static GString *
write_again(const OffhookJournalContents *contents)
{
	GString *file = g_string_new(OFFHOOK_JOURNAL_FORMAT_HEADER);

	for (guint i = 0; i < contents->writes->len; i++)
		offhook_journal_format_add(file, g_ptr_array_index(contents->writes, i));
	return file;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookJournalContents) contents =
	    offhook_journal_format_parse((const char *)data, size, TRUE, &error);
	g_autoptr(OffhookJournalContents) counted = NULL;
	g_autoptr(OffhookJournalContents) again = NULL;
	g_autoptr(GString) file = NULL;
	g_autoptr(GString) twice = NULL;
	guint lines;

	if (contents == NULL) {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE);
		return 0;
	}
	lines = contents->n_writes + contents->n_damaged;
	/* The first is the header. */
	g_assert_true(lines == count_lines(data, size) || lines + 1 == count_lines(data, size));
	g_assert_cmpuint(contents->torn, <=, size);
	counted = offhook_journal_format_parse((const char *)data, size, FALSE, NULL);
	g_assert_cmpuint(counted->n_writes, >=, contents->n_writes);
	file = write_again(contents);
	again = offhook_journal_format_parse(file->str, file->len, TRUE, NULL);
	g_assert_cmpuint(again->n_writes, ==, contents->n_writes);
	g_assert_cmpuint(again->n_damaged, ==, 0);
	g_assert_cmpuint(again->torn, ==, 0);
	twice = write_again(again);
	g_assert_true(g_string_equal(file, twice));
	return 0;
}
