/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>
#include <offhook/form.h>

G_BEGIN_DECLS

/**
 * Where a value stands in what a provider sends: JSON pointers (RFC 6901), joined by commas, of which
 * the first that leads to a value counts. A pointer without a slash is a member's, or a form field's,
 * name. Immutable; any thread.
 */
typedef struct _OffhookGenericPointers OffhookGenericPointers;

/** @error: %OFFHOOK_ERROR_CONFIG: what was expected, without the text */
OffhookGenericPointers *offhook_generic_pointers_new(const char *text, GError **error);
void offhook_generic_pointers_free(OffhookGenericPointers *self);

/** A string or a number there, as text. (transfer full) (nullable) */
char *offhook_generic_pointers_get(const OffhookGenericPointers *self, JsonObject *object);
/** The same in a form, by the pointers that are plain names. */
char *offhook_generic_pointers_get_field(const OffhookGenericPointers *self,
					 const OffhookForm *form);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookGenericPointers, offhook_generic_pointers_free)

G_END_DECLS
