/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Templates: cut into pieces once, so that what is wrong with one is found when the configuration is
 * read, and put together with values that are escaped for their place. Any thread.
 */

#include "template.h"

#include <offhook/error.h>
#include <string.h>

/* Literal text, then perhaps a name. */
typedef struct {
	char *text;
	char *name; /* (nullable): only in the last piece */
} OffhookGenericPiece;

struct _OffhookGenericTemplate {
	OffhookGenericEscape escape;
	char *raw;         /* (nullable) */
	GPtrArray *pieces; /* of OffhookGenericPiece */
};

static void
offhook_generic_piece_free(gpointer data)
{
	OffhookGenericPiece *piece = data;

	g_free(piece->text);
	g_free(piece->name);
	g_free(piece);
}

void
offhook_generic_template_free(OffhookGenericTemplate *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->pieces);
	g_free(self->raw);
	g_free(self);
}

static OffhookGenericPiece *
offhook_generic_template_add(OffhookGenericTemplate *self, const char *text, const char *end)
{
	OffhookGenericPiece *piece = g_new0(OffhookGenericPiece, 1);

	piece->text = g_strndup(text, (gsize)(end - text));
	g_ptr_array_add(self->pieces, piece);
	return piece;
}

static gboolean
offhook_generic_template_check_name(const char *name, const char *const *names, GError **error)
{
	g_autofree char *known = NULL;

	if (g_strv_contains(names, name))
		return TRUE;
	known = g_strjoinv("}}, {{", (char **)names);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "one of {{%s}} instead of {{%.64s}}", known, name);
	return FALSE;
}

OffhookGenericTemplate *
offhook_generic_template_new(const char *text, OffhookGenericEscape escape,
			     const char *const *names, const char *raw, GError **error)
{
	g_autoptr(OffhookGenericTemplate) self = g_new0(OffhookGenericTemplate, 1);
	const char *open;

	self->escape = escape;
	self->raw = g_strdup(raw);
	self->pieces = g_ptr_array_new_with_free_func(offhook_generic_piece_free);
	while ((open = strstr(text, "{{")) != NULL) {
		const char *name = open + strlen("{{");
		const char *close = strstr(name, "}}");
		OffhookGenericPiece *piece = offhook_generic_template_add(self, text, open);

		if (close == NULL) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "}} after every {{");
			return NULL;
		}
		piece->name = g_strstrip(g_strndup(name, (gsize)(close - name)));
		if (!offhook_generic_template_check_name(piece->name, names, error))
			return NULL;
		text = close + strlen("}}");
	}
	offhook_generic_template_add(self, text, text + strlen(text));
	return g_steal_pointer(&self);
}

gboolean
offhook_generic_template_uses(const OffhookGenericTemplate *self, const char *name)
{
	for (guint i = 0; i < self->pieces->len; i++) {
		const OffhookGenericPiece *piece = g_ptr_array_index(self->pieces, i);

		if (g_strcmp0(piece->name, name) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
offhook_generic_append_json(GString *out, const char *value)
{
	for (const char *p = value; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(out, '\\');
		if ((guint8)*p < ' ' || *p == 0x7f)
			g_string_append_printf(out, "\\u%04x", (guint8)*p);
		else
			g_string_append_c(out, *p);
	}
}

/* A line break would begin a header of somebody else's. */
static void
offhook_generic_append_header(GString *out, const char *value)
{
	for (const char *p = value; *p != '\0'; p++)
		g_string_append_c(out, (guint8)*p < ' ' || *p == 0x7f ? ' ' : *p);
}

static void
offhook_generic_append(GString *out, OffhookGenericEscape escape, const char *value)
{
	g_autofree char *xml = NULL;

	switch (escape) {
	case OFFHOOK_GENERIC_JSON:
		offhook_generic_append_json(out, value);
		break;
	case OFFHOOK_GENERIC_FORM:
		g_string_append_uri_escaped(out, value, NULL, FALSE);
		break;
	case OFFHOOK_GENERIC_XML:
		xml = g_markup_escape_text(value, -1);
		g_string_append(out, xml);
		break;
	case OFFHOOK_GENERIC_HEADER:
		offhook_generic_append_header(out, value);
		break;
	case OFFHOOK_GENERIC_PLAIN:
	default:
		g_string_append(out, value);
		break;
	}
}

static const char *
offhook_generic_find_value(const OffhookGenericValue *values, const char *name)
{
	for (; values != NULL && values->name != NULL; values++)
		if (g_str_equal(values->name, name))
			return values->value;
	return NULL;
}

char *
offhook_generic_template_render(const OffhookGenericTemplate *self,
				const OffhookGenericValue *values)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < self->pieces->len; i++) {
		const OffhookGenericPiece *piece = g_ptr_array_index(self->pieces, i);
		const char *value =
		    piece->name != NULL ? offhook_generic_find_value(values, piece->name) : NULL;
		gboolean raw = g_strcmp0(piece->name, self->raw) == 0;

		g_string_append(out, piece->text);
		if (value != NULL)
			offhook_generic_append(out, raw ? OFFHOOK_GENERIC_PLAIN : self->escape,
					       value);
	}
	return g_string_free(out, FALSE);
}
