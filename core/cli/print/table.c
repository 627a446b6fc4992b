/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Lays out tables.
 */

#include "cli/print/clean.h"
#include "cli/print/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define OFFHOOK_TABLE_GAP 2
/* A column that takes the rest is worth showing from here on. */
#define OFFHOOK_TABLE_LEAST 20

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

guint
offhook_table_get_height(void)
{
	struct winsize size = {0};

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row
									       : G_MAXINT;
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

char *
offhook_table_dup_text(JsonObject *row, const char *member)
{
	const char *text = json_object_get_string_member_with_default(row, member, NULL);

	return g_strdup(text != NULL ? text : "-");
}

/* Columns up to @rank and the gaps behind them. */
static guint
offhook_table_measure(const OffhookTableColumn *columns, guint rank)
{
	guint used = 0;

	for (guint i = 0; columns[i].title != NULL; i++)
		if (columns[i].rank <= rank)
			used += (columns[i].width == OFFHOOK_TABLE_REST ? OFFHOOK_TABLE_LEAST
									: columns[i].width) +
				OFFHOOK_TABLE_GAP;
	return used;
}

/* The highest rank with which the table fits. */
static guint
offhook_table_find_rank(const OffhookTableColumn *columns, guint width)
{
	guint rank = 0;

	for (guint i = 0; columns[i].title != NULL; i++)
		rank = MAX(rank, columns[i].rank);
	while (rank > 0 && offhook_table_measure(columns, rank) > width + OFFHOOK_TABLE_GAP)
		rank--;
	return rank;
}

/* (transfer full): @text in @width characters */
static char *
offhook_table_cut(const char *text, guint width)
{
	g_autofree char *cut = NULL;

	if (g_utf8_strlen(text, -1) <= (glong)width)
		return g_strdup(text);
	cut = g_utf8_substring(text, 0, (glong)width - 1);
	return g_strconcat(cut, "…", NULL);
}

/* Cut or, with @fill, filled up to its width, counted in characters. */
static void
offhook_table_add_cell(GString *line, const char *text, guint width, gboolean fill)
{
	g_autofree char *cut = offhook_table_cut(text, width);

	if (line->len > 0)
		g_string_append(line, "  ");
	g_string_append(line, cut);
	if (fill)
		g_string_append_printf(line, "%*s", (int)(width - g_utf8_strlen(cut, -1)), "");
}

static void
offhook_table_append_line(GString *table, const OffhookTableColumn *columns, guint rank,
			  guint width, JsonObject *row)
{
	guint used = offhook_table_measure(columns, rank) - OFFHOOK_TABLE_GAP;
	guint rest = OFFHOOK_TABLE_LEAST + (width > used ? width - used : 0);
	g_autoptr(GString) line = g_string_new(NULL);
	g_autofree char *cut = NULL;

	for (guint i = 0; columns[i].title != NULL; i++) {
		gboolean is_rest = columns[i].width == OFFHOOK_TABLE_REST;
		g_autofree char *raw = NULL;
		g_autofree char *text = NULL;

		if (columns[i].rank > rank)
			continue;
		raw = row != NULL ? columns[i].print(row) : g_strdup(columns[i].title);
		text = offhook_clean_text(raw);
		offhook_table_add_cell(line, text, is_rest ? rest : columns[i].width, !is_rest);
	}
	g_strchomp(line->str);
	/* Even what is always there may be too much. */
	cut = offhook_table_cut(line->str, width);
	g_string_append_printf(table, "%s\n", cut);
}

void
offhook_table_append(GString *text, const OffhookTableColumn *columns, JsonArray *rows,
		     guint n_rows)
{
	guint width = offhook_table_get_width();
	guint rank = offhook_table_find_rank(columns, width);

	offhook_table_append_line(text, columns, rank, width, NULL);
	for (guint i = 0; i < MIN(json_array_get_length(rows), n_rows); i++)
		offhook_table_append_line(text, columns, rank, width,
					  json_array_get_object_element(rows, i));
}

void
offhook_table_print(const OffhookTableColumn *columns, JsonArray *rows)
{
	g_autoptr(GString) text = g_string_new(NULL);

	offhook_table_append(text, columns, rows, G_MAXUINT);
	g_print("%s", text->str);
}
