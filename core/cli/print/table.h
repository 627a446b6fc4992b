/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tables that fit the terminal: where it is narrow, the columns that matter least are left out.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** What the others leave of the line; all of the text where that has no end. */
#define OFFHOOK_TABLE_REST 0

typedef struct {
	const char *title;
	guint width; /* %OFFHOOK_TABLE_REST: of the last one */
	guint rank; /* 0 is always there; of the others the highest goes first */
	/** (transfer full) */
	char *(*print)(JsonObject *row);
} OffhookTableColumn;

/** Defines @function, the print of a column that shows @member as it is. */
#define OFFHOOK_TABLE_TEXT(function, member)                                                       \
	static char *function(JsonObject *row)                                                     \
	{                                                                                          \
		return offhook_table_dup_text(row, member);                                        \
	}
/** The same for a time. */
#define OFFHOOK_TABLE_TIME(function, member)                                                       \
	static char *function(JsonObject *row)                                                     \
	{                                                                                          \
		g_autofree char *text = offhook_table_dup_text(row, member);                       \
                                                                                                   \
		return offhook_table_print_time(text);                                             \
	}

/** "-" for what is not there. (transfer full) */
char *offhook_table_dup_text(JsonObject *row, const char *member);

/** @columns: end with a %NULL title. */
void offhook_table_print(const OffhookTableColumn *columns, JsonArray *rows);

/** The same at the end of @text, no more than @n_rows of them. */
void offhook_table_append(GString *text, const OffhookTableColumn *columns, JsonArray *rows,
			  guint n_rows);

/** Characters of a line; very many where it is no terminal. */
guint offhook_table_get_width(void);
/** Lines of the terminal; very many where there is none. */
guint offhook_table_get_height(void);

/** "2024-05-01 12:00:03", in local time, of an RFC 3339 time; "-" for none. (transfer full) */
char *offhook_table_print_time(const char *time);
/** "2:05" or "1:02:05". (transfer full) */
char *offhook_table_print_length(double seconds);

G_END_DECLS
