/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Lays out tables.
 */

#include "cli/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define OFFHOOK_TABLE_GAP 2

guint
offhook_table_get_width(void)
{
	const char *columns = g_getenv("COLUMNS");
	struct winsize size = {0};
	guint64 width = 0;

	if (columns != NULL && g_ascii_string_to_unsigned(columns, 10, 1, 10000, &width, NULL))
		return (guint)width;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return G_MAXINT;
}

char *
offhook_table_clean(const char *text)
{
	GString *clean = g_string_new(NULL);

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		g_string_append_unichar(clean, g_unichar_iscntrl(c) ? ' ' : c);
	}
	return g_string_free(clean, FALSE);
}

char *
offhook_table_print_time(const char *time)
{
	g_autoptr(GDateTime) parsed = g_date_time_new_from_iso8601(time, NULL);
	g_autoptr(GDateTime) local = parsed != NULL ? g_date_time_to_local(parsed) : NULL;

	return local != NULL ? g_date_time_format(local, "%Y-%m-%d %H:%M:%S") : g_strdup("-");
}

char *
offhook_table_print_length(double seconds)
{
	guint64 whole = (guint64)(seconds + 0.5);

	if (whole >= 3600)
		return g_strdup_printf("%" G_GUINT64_FORMAT ":%02u:%02u", whole / 3600,
				       (guint)(whole / 60 % 60), (guint)(whole % 60));
	return g_strdup_printf("%u:%02u", (guint)(whole / 60), (guint)(whole % 60));
}

/* The highest rank with which the table fits. */
static guint
offhook_table_find_rank(const OffhookTableColumn *columns, guint width)
{
	guint rank = 0;

	for (guint i = 0; columns[i].title != NULL; i++)
		rank = MAX(rank, columns[i].rank);
	for (; rank > 0; rank--) {
		guint used = 0;

		for (guint i = 0; columns[i].title != NULL; i++)
			if (columns[i].rank <= rank)
				used += columns[i].width + OFFHOOK_TABLE_GAP;
		if (used <= width + OFFHOOK_TABLE_GAP)
			break;
	}
	return rank;
}

/* Cut or filled up to its width, counted in characters. */
static void
offhook_table_add_cell(GString *line, const char *text, guint width)
{
	glong length = g_utf8_strlen(text, -1);

	if (line->len > 0)
		g_string_append(line, "  ");
	if (length > (glong)width) {
		g_autofree char *cut = g_utf8_substring(text, 0, (glong)width - 1);

		g_string_append_printf(line, "%s…", cut);
		return;
	}
	g_string_append_printf(line, "%s%*s", text, (int)((glong)width - length), "");
}

static void
offhook_table_print_line(const OffhookTableColumn *columns, guint rank, JsonObject *row)
{
	g_autoptr(GString) line = g_string_new(NULL);

	for (guint i = 0; columns[i].title != NULL; i++) {
		g_autofree char *raw = NULL;
		g_autofree char *text = NULL;

		if (columns[i].rank > rank)
			continue;
		raw = row != NULL ? columns[i].print(row) : g_strdup(columns[i].title);
		text = offhook_table_clean(raw);
		offhook_table_add_cell(line, text, columns[i].width);
	}
	g_strchomp(line->str);
	g_print("%s\n", line->str);
}

void
offhook_table_print(const OffhookTableColumn *columns, JsonArray *rows)
{
	guint rank = offhook_table_find_rank(columns, offhook_table_get_width());

	offhook_table_print_line(columns, rank, NULL);
	for (guint i = 0; i < json_array_get_length(rows); i++)
		offhook_table_print_line(columns, rank, json_array_get_object_element(rows, i));
}
