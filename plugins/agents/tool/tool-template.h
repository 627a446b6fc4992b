/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Text with places for values, "{name}", which are written so that whatever they are they stay a value.
 * Immutable once made. Any thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** Where the text goes: what a value has to be written like. */
typedef enum {
	OFFHOOK_TOOL_PLACE_URL,
	OFFHOOK_TOOL_PLACE_HEADER,
	OFFHOOK_TOOL_PLACE_JSON,
	OFFHOOK_TOOL_PLACE_FORM,
	OFFHOOK_TOOL_PLACE_XML,
	OFFHOOK_TOOL_PLACE_TEXT,
} OffhookToolPlace;

/** @name's value. (transfer full): a node of null when there is none */
typedef JsonNode *(*OffhookToolValueFunc)(const char *name, gpointer user_data);

typedef struct _OffhookToolTemplate OffhookToolTemplate;

/**
 * Every text is a template: a brace that begins no "{name}" is itself. A name is of letters, digits and
 * "_.-[]*", and begins with a letter or '_'.
 */
OffhookToolTemplate *offhook_tool_template_new(const char *text, OffhookToolPlace place);
void offhook_tool_template_free(OffhookToolTemplate *self);

/** The names in it, in their order. (transfer container) (element-type utf8) */
GPtrArray *offhook_tool_template_list_names(const OffhookToolTemplate *self);

/**
 * offhook_tool_template_expand:
 *
 * Returns: (transfer full) (nullable): %NULL with %OFFHOOK_ERROR_INVALID_ARGUMENT for a value that can't
 *   be there: none, or "..", in the path of a URL, several lines in a header
 */
char *offhook_tool_template_expand(const OffhookToolTemplate *self, OffhookToolValueFunc get_value,
				   gpointer user_data, GError **error);

/** A value as people write it: text without quotes, nothing for null. (transfer full) */
char *offhook_tool_value_to_text(JsonNode *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookToolTemplate, offhook_tool_template_free)

G_END_DECLS
