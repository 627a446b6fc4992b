/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Form fields as they were sent: GLib's parser merges repeated names and refuses a stray "%", but
 * providers sign every field as it is. Any thread.
 */

#include <offhook/form.h>

#include <offhook/error.h>
#include <string.h>

struct _OffhookForm {
	GArray *fields; /* of OffhookFormField */
};

static void
offhook_form_field_clear(gpointer data)
{
	OffhookFormField *field = data;

	g_free(field->name);
	g_free(field->value);
}

/* A "%" that is not followed by two hex digits stands for itself. */
static char *
offhook_form_decode(const char *data, gsize size, GError **error)
{
	g_autoptr(GString) out = g_string_sized_new(size);

	for (gsize i = 0; i < size; i++) {
		char c = data[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%' && i + 2 < size && g_ascii_isxdigit(data[i + 1]) &&
			   g_ascii_isxdigit(data[i + 2])) {
			c = (char)(g_ascii_xdigit_value(data[i + 1]) << 4 |
				   g_ascii_xdigit_value(data[i + 2]));
			i += 2;
		}
		if (c == '\0') {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
				    "form: a NUL byte where text was expected");
			return NULL;
		}
		g_string_append_c(out, c);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static gboolean
offhook_form_add(OffhookForm *self, const char *pair, gsize size, GError **error)
{
	const char *equals = memchr(pair, '=', size);
	gsize name_size = equals != NULL ? (gsize)(equals - pair) : size;
	gsize rest = equals != NULL ? size - name_size - 1 : 0;
	OffhookFormField field = {NULL, NULL};

	if (self->fields->len == OFFHOOK_FORM_MAX_FIELDS) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "form: more than %d fields, expected fewer", OFFHOOK_FORM_MAX_FIELDS);
		return FALSE;
	}
	field.name = offhook_form_decode(pair, name_size, error);
	if (field.name == NULL)
		return FALSE;
	field.value = offhook_form_decode(pair + size - rest, rest, error);
	if (field.value == NULL) {
		g_free(field.name);
		return FALSE;
	}
	g_array_append_val(self->fields, field);
	return TRUE;
}

OffhookForm *
offhook_form_parse(const char *data, gsize size, GError **error)
{
	g_autoptr(OffhookForm) self = g_new0(OffhookForm, 1);
	gsize start = 0;

	self->fields = g_array_new(FALSE, FALSE, sizeof(OffhookFormField));
	g_array_set_clear_func(self->fields, offhook_form_field_clear);
	if (size > OFFHOOK_FORM_MAX_BYTES) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "form: %" G_GSIZE_FORMAT " bytes, expected at most %d", size,
			    OFFHOOK_FORM_MAX_BYTES);
		return NULL;
	}
	while (start < size) {
		const char *pair = data + start;
		const char *end = memchr(pair, '&', size - start);
		gsize length = end != NULL ? (gsize)(end - pair) : size - start;

		if (length > 0 && !offhook_form_add(self, pair, length, error))
			return NULL;
		start += length + 1;
	}
	return g_steal_pointer(&self);
}

OffhookForm *
offhook_form_parse_query(const char *url, GError **error)
{
	const char *query = url + strcspn(url, "?#");

	if (*query != '?')
		return offhook_form_parse("", 0, error);
	query++;
	return offhook_form_parse(query, strcspn(query, "#"), error);
}

void
offhook_form_free(OffhookForm *self)
{
	if (self == NULL)
		return;
	g_array_unref(self->fields);
	g_free(self);
}

guint
offhook_form_get_size(const OffhookForm *self)
{
	return self->fields->len;
}

const OffhookFormField *
offhook_form_get_field(const OffhookForm *self, guint index)
{
	return &g_array_index(self->fields, OffhookFormField, index);
}

const char *
offhook_form_get(const OffhookForm *self, const char *name)
{
	for (guint i = 0; i < self->fields->len; i++) {
		const OffhookFormField *field = offhook_form_get_field(self, i);

		if (g_str_equal(field->name, name))
			return g_utf8_validate(field->value, -1, NULL) ? field->value : NULL;
	}
	return NULL;
}
