/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What others have written is not to move the cursor, change colours, or turn the direction of a line: no control
 * character of theirs, and none that reorders text, gets to the terminal.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** @text in one line: a space for each of those. (transfer full) */
char *offhook_clean_text(const char *text);
/** The same of several lines, which stay lines. (transfer full) */
char *offhook_clean_lines(const char *text);
/** @object with all of its strings in one line each, for what people are shown. (transfer full) */
JsonObject *offhook_clean_object(JsonObject *object);
/** JSON as text: nothing is lost, but those are written as \uXXXX. (transfer full) */
char *offhook_clean_json(const char *json);

G_END_DECLS
