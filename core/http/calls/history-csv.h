/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls as lines of a table: RFC 4180, and harmless for the spreadsheets that open it. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** The line with the names of the columns. */
void offhook_csv_add_header(GString *text);
/** @call: as offhook_view_call() makes it */
void offhook_csv_add_call(GString *text, JsonObject *call);
/** One field: quoted where it has to be. What a spreadsheet would compute gets a ' before it. */
void offhook_csv_add_field(GString *text, const char *value);

G_END_DECLS
