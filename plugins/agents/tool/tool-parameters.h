/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a tool wants to be told, as a JSON schema. Any thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define OFFHOOK_TOOL_PARAMETERS_MAX 64 /* parameters in one line */

/**
 * offhook_tool_parameters_parse:
 * @text: a JSON schema of type object; or in one line, "name - as it is spelled; people:integer 1..8;
 *   date:date; seats:inside|outside; wishes:string[]?": each a name, a type, limits and a description,
 *   of which only the name must be there; "?" behind the type, or the name: it may be left out
 *
 * Returns: (transfer full) (nullable): %NULL with %OFFHOOK_ERROR_CONFIG
 */
JsonObject *offhook_tool_parameters_parse(const char *text, GError **error);

G_END_DECLS
