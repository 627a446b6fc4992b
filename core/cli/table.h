/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tables that fit the terminal: where it is narrow, the columns that matter least are left out.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct {
	const char *title;
	guint width;
	guint rank; /* 0 is always there; of the others the highest goes first */
	/** (transfer full) */
	char *(*print)(JsonObject *row);
} OffhookTableColumn;

/** @columns: end with a %NULL title. */
void offhook_table_print(const OffhookTableColumn *columns, JsonArray *rows);

/** Characters of a line; very many where it is no terminal. */
guint offhook_table_get_width(void);

/** What others have said is not to move the cursor. (transfer full) */
char *offhook_table_clean(const char *text);

/** "2024-05-01 12:00:03", in local time, of an RFC 3339 time; "-" for none. (transfer full) */
char *offhook_table_print_time(const char *time);
/** "2:05" or "1:02:05". (transfer full) */
char *offhook_table_print_length(double seconds);

G_END_DECLS
