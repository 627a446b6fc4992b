/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Lines, because what comes after a damaged one is found again at the next line feed: JSON has none
 * inside.
 */

#include "store/journal/journal-format.h"

#include <string.h>

#include <offhook/error.h>

#include "store/journal/store-codec.h"

#define OFFHOOK_JOURNAL_FORMAT_WORD    "offhook-journal "
#define OFFHOOK_JOURNAL_FORMAT_VERSION 1
#define OFFHOOK_JOURNAL_FORMAT_DIGITS  16

/* (transfer full) */
static char *
offhook_journal_format_sum(const char *text, gsize size)
{
	char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, size);

	sum[OFFHOOK_JOURNAL_FORMAT_DIGITS] = '\0';
	return sum;
}

void
offhook_journal_format_add(GString *file, const OffhookStoreWrite *write)
{
	g_autofree char *text = offhook_store_codec_encode(write);
	gsize size = strlen(text);
	g_autofree char *sum = offhook_journal_format_sum(text, size);

	g_string_append_printf(file, "%s %" G_GSIZE_FORMAT " ", sum, size);
	g_string_append_len(file, text, (gssize)size);
	g_string_append_c(file, '\n');
}

/* The JSON of a line that is as it was written, else %NULL. @size: in and out. */
static const char *
offhook_journal_format_check_line(const char *line, gsize *size)
{
	const char *end = line + *size;
	const char *text;
	gsize length = 0;
	g_autofree char *sum = NULL;

	if (*size < OFFHOOK_JOURNAL_FORMAT_DIGITS + 3 || *size > OFFHOOK_JOURNAL_FORMAT_MAX_LINE ||
	    line[OFFHOOK_JOURNAL_FORMAT_DIGITS] != ' ')
		return NULL;
	text = line + OFFHOOK_JOURNAL_FORMAT_DIGITS + 1;
	while (text < end && g_ascii_isdigit(*text) && length < OFFHOOK_JOURNAL_FORMAT_MAX_LINE)
		length = length * 10 + (gsize)(*text++ - '0');
	if (text == end || *text != ' ' || length != (gsize)(end - text - 1))
		return NULL;
	sum = offhook_journal_format_sum(text + 1, length);
	*size = length;
	return strncmp(sum, line, OFFHOOK_JOURNAL_FORMAT_DIGITS) == 0 ? text + 1 : NULL;
}

static void
offhook_journal_format_take_line(OffhookJournalContents *self, const char *line, gsize size)
{
	const char *text = offhook_journal_format_check_line(line, &size);
	OffhookStoreWrite *write;

	if (text == NULL) {
		self->n_damaged++;
		return;
	}
	if (self->writes != NULL) {
		write = offhook_store_codec_decode(text, size, NULL);
		if (write == NULL) {
			self->n_damaged++;
			return;
		}
		g_ptr_array_add(self->writes, write);
	}
	self->n_writes++;
}

static gboolean
offhook_journal_format_check_header(OffhookJournalContents *self, const char *line, gsize size,
				    GError **error)
{
	const gsize word = strlen(OFFHOOK_JOURNAL_FORMAT_WORD);
	guint64 version = 0;
	g_autofree char *number = NULL;

	if (size > word && size < word + 20 &&
	    strncmp(line, OFFHOOK_JOURNAL_FORMAT_WORD, word) == 0) {
		number = g_strndup(line + word, size - word);
		if (!g_ascii_string_to_unsigned(number, 10, 1, G_MAXUINT, &version, NULL))
			version = 0;
	}
	if (version > OFFHOOK_JOURNAL_FORMAT_VERSION) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE,
			    "written by a newer version of Offhook (format %" G_GUINT64_FORMAT
			    ", this one knows %d)",
			    version, OFFHOOK_JOURNAL_FORMAT_VERSION);
		return FALSE;
	}
	if (version == 0)
		self->n_damaged++;
	return TRUE;
}

OffhookJournalContents *
offhook_journal_format_parse(const char *data, gsize size, gboolean decode, GError **error)
{
	g_autoptr(OffhookJournalContents) self = g_new0(OffhookJournalContents, 1);
	const char *end = data + size;
	const char *line = data;
	const char *feed;

	if (decode)
		self->writes =
		    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_store_write_free);
	while (line < end && (feed = memchr(line, '\n', (gsize)(end - line))) != NULL) {
		if (line != data)
			offhook_journal_format_take_line(self, line, (gsize)(feed - line));
		else if (!offhook_journal_format_check_header(self, line, (gsize)(feed - line),
							      error))
			return NULL;
		line = feed + 1;
	}
	self->torn = (gsize)(end - line);
	return g_steal_pointer(&self);
}

void
offhook_journal_contents_free(OffhookJournalContents *self)
{
	g_clear_pointer(&self->writes, g_ptr_array_unref);
	g_free(self);
}
