/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The fields of a webhook, in the order they are posted, and their
 * application/x-www-form-urlencoded form. */

#include "form.h"

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
