/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A regular expression of a schema. Immutable once read; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OffhookSchemaPattern OffhookSchemaPattern;

typedef enum {
	OFFHOOK_SCHEMA_MATCHES,
	OFFHOOK_SCHEMA_MATCHES_NOT,
	OFFHOOK_SCHEMA_MATCH_EXCEEDS, /* nobody knows: it would take too long */
} OffhookSchemaMatch;

/** (transfer full) (nullable): @text is no regular expression */
OffhookSchemaPattern *offhook_schema_pattern_new(const char *text);
void offhook_schema_pattern_free(OffhookSchemaPattern *self);

/** As it was written. (transfer none) */
const char *offhook_schema_pattern_get_text(const OffhookSchemaPattern *self);
/** Bytes of memory that it takes. */
gsize offhook_schema_pattern_get_size(const OffhookSchemaPattern *self);

/**
 * Looks for it in @text, which is UTF-8.
 * @steps: (inout): what that takes is added; at @max_steps it ends
 */
OffhookSchemaMatch offhook_schema_pattern_match(const OffhookSchemaPattern *self, const char *text,
						gsize *steps, gsize max_steps);

G_END_DECLS
