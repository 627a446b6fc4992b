/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A schema as it is checked. Immutable once read; any thread.
 */
#pragma once

#include "json-schema-pattern.h"

#include <offhook/json-schema.h>

G_BEGIN_DECLS

/** Types of JSON; a whole number is of two. */
typedef enum {
	OFFHOOK_SCHEMA_NULL = 1 << 0,
	OFFHOOK_SCHEMA_BOOLEAN = 1 << 1,
	OFFHOOK_SCHEMA_INTEGER = 1 << 2,
	OFFHOOK_SCHEMA_NUMBER = 1 << 3,
	OFFHOOK_SCHEMA_STRING = 1 << 4,
	OFFHOOK_SCHEMA_ARRAY = 1 << 5,
	OFFHOOK_SCHEMA_OBJECT = 1 << 6,
} OffhookSchemaTypes;

/** A format that is checked. */
typedef struct {
	const char *name;
	const char *expected; /* "a date such as 2026-01-31" */
	gboolean (*is_valid)(const char *text);
} OffhookSchemaFormat;

/** One schema; those within it are rules of their own. All belong to the OffhookJsonSchema. */
typedef struct _OffhookSchemaRule OffhookSchemaRule;
struct _OffhookSchemaRule {
	gboolean refuses;         /* the schema "false" */
	guint types;              /* set of OffhookSchemaTypes; 0: any */
	GPtrArray *values;        /* (nullable) (element-type JsonNode): enum */
	JsonNode *constant;       /* (nullable) */
	OffhookSchemaRule *other; /* (nullable): $ref */

	GHashTable *properties;        /* (nullable): name -> rule */
	GPtrArray *required;           /* (nullable) (element-type utf8) */
	OffhookSchemaRule *additional; /* (nullable): of other properties */

	GPtrArray *prefix;        /* (nullable): rules of the first items */
	OffhookSchemaRule *items; /* (nullable): of the others */
	gboolean unique;

	/* Without meaning where they are infinite, or 0 for the divisor. */
	double minimum;
	double maximum;
	double above;
	double below;
	double divisor;

	/* Counts; the upper ones G_MAXINT64 when there is none. */
	gint64 min_length;
	gint64 max_length;
	gint64 min_items;
	gint64 max_items;

	OffhookSchemaPattern *pattern;     /* (nullable) */
	const OffhookSchemaFormat *format; /* (nullable) */

	GPtrArray *all;           /* (nullable): rules */
	GPtrArray *any;           /* (nullable): rules */
	GPtrArray *one;           /* (nullable): rules */
	OffhookSchemaRule * not ; /* (nullable) */
};

struct _OffhookJsonSchema {
	gatomicrefcount ref_count;
	GPtrArray *rules; /* all there are; the first is the schema itself */
};

/** The name of one type, e.g. "integer"; %NULL after the last. Also their order. */
const char *offhook_schema_get_type_name(guint number);

/** (nullable): a format that is not checked */
const OffhookSchemaFormat *offhook_schema_find_format(const char *name);

/** offhook_json_schema_check(), telling how many @steps (out) it took */
gboolean offhook_json_schema_measure(OffhookJsonSchema *self, JsonNode *value, const char *what,
				     gsize *steps, GError **error);

G_END_DECLS
