/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What a value must look like where the template puts it. */
typedef enum {
	OFFHOOK_GENERIC_PLAIN,
	OFFHOOK_GENERIC_JSON, /* inside the quotes of a JSON string */
	OFFHOOK_GENERIC_FORM, /* a part of a URL or of a form */
	OFFHOOK_GENERIC_XML,
	OFFHOOK_GENERIC_HEADER, /* one line */
} OffhookGenericEscape;

/** A value by its name. Arrays of these end with a %NULL name; a %NULL value is an empty one. */
typedef struct {
	const char *name;
	const char *value;
} OffhookGenericValue;

/** Text with `{{name}}` in it. Immutable; any thread. */
typedef struct _OffhookGenericTemplate OffhookGenericTemplate;

/**
 * offhook_generic_template_new:
 * @names: (array zero-terminated=1): which may be used
 * @raw: (nullable): one of them that is put in as it is: an address at the beginning of a URL
 * @error: %OFFHOOK_ERROR_CONFIG: what was expected, without the text
 */
OffhookGenericTemplate *offhook_generic_template_new(const char *text, OffhookGenericEscape escape,
						     const char *const *names, const char *raw,
						     GError **error);
void offhook_generic_template_free(OffhookGenericTemplate *self);

gboolean offhook_generic_template_uses(const OffhookGenericTemplate *self, const char *name);

/** Names that @values lacks stand for nothing. (transfer full) */
char *offhook_generic_template_render(const OffhookGenericTemplate *self,
				      const OffhookGenericValue *values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookGenericTemplate, offhook_generic_template_free)

G_END_DECLS
