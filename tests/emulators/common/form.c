/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fields in the order they are posted, and their application/x-www-form-urlencoded form. */

#include "form.h"

#include <string.h>

static void
offhook_emu_field_free(gpointer data)
{
	OffhookEmuField *field = data;

	g_free(field->name);
	g_free(field->value);
	g_free(field);
}

OffhookEmuForm *
offhook_emu_form_new(void)
{
	OffhookEmuForm *self = g_new0(OffhookEmuForm, 1);

	self->fields = g_ptr_array_new_with_free_func(offhook_emu_field_free);
	return self;
}

void
offhook_emu_form_free(OffhookEmuForm *self)
{
	g_ptr_array_unref(self->fields);
	g_free(self);
}

void
offhook_emu_form_add(OffhookEmuForm *self, const gchar *name, const gchar *value)
{
	OffhookEmuField *field = g_new0(OffhookEmuField, 1);

	field->name = g_strdup(name);
	field->value = g_strdup(value);
	g_ptr_array_add(self->fields, field);
}

static void
offhook_emu_form_append_escaped(GString *out, const gchar *text)
{
	for (const gchar *at = text; *at != '\0'; at++) {
		guchar byte = (guchar)*at;

		if (g_ascii_isalnum(*at) || *at == '-' || *at == '_' || *at == '.' || *at == '*')
			g_string_append_c(out, *at);
		else if (*at == ' ')
			g_string_append_c(out, '+');
		else
			g_string_append_printf(out, "%%%02X", byte);
	}
}

gchar *
offhook_emu_form_encode(const OffhookEmuForm *self)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < self->fields->len; i++) {
		const OffhookEmuField *field = g_ptr_array_index(self->fields, i);

		if (i > 0)
			g_string_append_c(out, '&');
		offhook_emu_form_append_escaped(out, field->name);
		g_string_append_c(out, '=');
		offhook_emu_form_append_escaped(out, field->value);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static gchar *
offhook_emu_form_decode(const gchar *text, gsize length)
{
	g_autofree gchar *copy = g_strndup(text, length);
	gchar *decoded = NULL;

	g_strdelimit(copy, "+", ' ');
	decoded = g_uri_unescape_string(copy, NULL);
	return decoded != NULL ? decoded : g_steal_pointer(&copy);
}

OffhookEmuForm *
offhook_emu_form_parse(const gchar *text)
{
	OffhookEmuForm *form = offhook_emu_form_new();
	g_auto(GStrv) pairs = g_strsplit(text != NULL ? text : "", "&", -1);

	for (gchar **pair = pairs; *pair != NULL; pair++) {
		gsize name_length = strcspn(*pair, "=");
		const gchar *value =
		    (*pair)[name_length] == '=' ? *pair + name_length + 1 : *pair + name_length;
		g_autofree gchar *name = offhook_emu_form_decode(*pair, name_length);
		g_autofree gchar *decoded = offhook_emu_form_decode(value, strlen(value));

		if (*name != '\0')
			offhook_emu_form_add(form, name, decoded);
	}
	return form;
}

const gchar *
offhook_emu_form_get(const OffhookEmuForm *self, const gchar *name)
{
	for (guint i = 0; i < self->fields->len; i++) {
		const OffhookEmuField *field = g_ptr_array_index(self->fields, i);

		if (g_str_equal(field->name, name))
			return *field->value != '\0' ? field->value : NULL;
	}
	return NULL;
}

gboolean
offhook_emu_form_has(const OffhookEmuForm *self, const gchar *name, const gchar *value)
{
	for (guint i = 0; i < self->fields->len; i++) {
		const OffhookEmuField *field = g_ptr_array_index(self->fields, i);

		if (g_str_equal(field->name, name) && g_str_equal(field->value, value))
			return TRUE;
	}
	return FALSE;
}
