/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * application/x-www-form-urlencoded, of a body or of a URL's query: every field as it was sent, in
 * its order, because providers sign just that. Immutable; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Larger forms are refused: those of providers stay far below. */
#define OFFHOOK_FORM_MAX_BYTES  65536
#define OFFHOOK_FORM_MAX_FIELDS 256

/** One field. Owned by its form. */
typedef struct {
	char *name; /* decoded bytes, not necessarily UTF-8 */
	char *value;
} OffhookFormField;

/** The fields of a form in the order they came, repeated names included. */
typedef struct _OffhookForm OffhookForm;

/**
 * offhook_form_parse:
 * @data: an empty one gives a form without fields
 *
 * Returns: (transfer full) (nullable): %NULL with %OFFHOOK_ERROR_LIMIT, or %OFFHOOK_ERROR_FORMAT for
 *   a NUL byte. A "%" that introduces nothing stands for itself.
 */
OffhookForm *offhook_form_parse(const char *data, gsize size, GError **error);
/** The query of @url, without its fragment; no query gives a form without fields. (transfer full) (nullable) */
OffhookForm *offhook_form_parse_query(const char *url, GError **error);
void offhook_form_free(OffhookForm *self);

/** How many fields there are. */
guint offhook_form_get_size(const OffhookForm *self);
/** (transfer none): the field at @index, which is below the size */
const OffhookFormField *offhook_form_get_field(const OffhookForm *self, guint index);

/** Returns: (nullable): the first value of @name, if it is UTF-8. */
const char *offhook_form_get(const OffhookForm *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookForm, offhook_form_free)

G_END_DECLS
