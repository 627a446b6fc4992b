/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * JSON values checked against a JSON Schema, as language models and MCP servers give it (2020-12, and
 * what drafts 4 to 7 write differently). Read once, then it is immutable and may be used by any thread.
 *
 * Checked are: type, enum, const; properties, required, additionalProperties; items, prefixItems,
 * minItems, maxItems, uniqueItems; minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf;
 * minLength, maxLength (characters), pattern; format (date, time, date-time, email, uri, uuid); anyOf,
 * oneOf, allOf, not; $ref within the schema. Nothing is ever fetched. Other keywords and formats are
 * without effect.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** Schemas come from outside, too: what is more is %OFFHOOK_ERROR_LIMIT. */
#define OFFHOOK_JSON_SCHEMA_MAX_RULES   4096 /* schemas within the schema */
#define OFFHOOK_JSON_SCHEMA_MAX_DEPTH   64 /* of them, and of those that are followed in a check */
#define OFFHOOK_JSON_SCHEMA_MAX_STEPS   200000 /* of one check */
#define OFFHOOK_JSON_SCHEMA_MAX_PATTERN 1024   /* bytes of a pattern */
#define OFFHOOK_JSON_SCHEMA_MAX_SUBJECT 4096   /* bytes of a text with a pattern */
#define OFFHOOK_JSON_SCHEMA_MAX_PATTERNS_SIZE (1024 * 1024) /* bytes of all patterns, as compiled */

typedef struct _OffhookJsonSchema OffhookJsonSchema;

/**
 * offhook_json_schema_new:
 * @schema: (transfer none): not changed afterwards
 *
 * Returns: (transfer full) (nullable): %NULL with %OFFHOOK_ERROR_INVALID_ARGUMENT for what is no
 *   schema, %OFFHOOK_ERROR_NOT_SUPPORTED for a $ref that leads out of it, or %OFFHOOK_ERROR_LIMIT
 */
OffhookJsonSchema *offhook_json_schema_new(JsonObject *schema, GError **error);
OffhookJsonSchema *offhook_json_schema_ref(OffhookJsonSchema *self);
void offhook_json_schema_unref(OffhookJsonSchema *self);

/**
 * offhook_json_schema_check:
 * @value: (transfer none)
 * @what: how errors call @value, e.g. "arguments"
 *
 * Returns: %FALSE with the first thing that is wrong: where it is, what is there and what was
 *   expected, in a few words that a language model can act upon. %OFFHOOK_ERROR_INVALID_ARGUMENT, or
 *   %OFFHOOK_ERROR_LIMIT when a check would take too long.
 */
gboolean offhook_json_schema_check(OffhookJsonSchema *self, JsonNode *value, const char *what,
				   GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookJsonSchema, offhook_json_schema_unref)

G_END_DECLS
