/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

typedef struct {
	gchar *name;
	gchar *value;
} OffhookEmuField;

/* Ordered form fields; a name may occur more than once. */
typedef struct {
	GPtrArray *fields;
} OffhookEmuForm;

OffhookEmuForm *offhook_emu_form_new(void);
void offhook_emu_form_free(OffhookEmuForm *self);
void offhook_emu_form_add(OffhookEmuForm *self, const gchar *name, const gchar *value);
gchar *offhook_emu_form_encode(const OffhookEmuForm *self);
/* @text: NULL: none */
OffhookEmuForm *offhook_emu_form_parse(const gchar *text);
/* The first value of @name; NULL: absent or empty. */
const gchar *offhook_emu_form_get(const OffhookEmuForm *self, const gchar *name);
/* Whether @value is among those of @name. */
gboolean offhook_emu_form_has(const OffhookEmuForm *self, const gchar *name, const gchar *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuForm, offhook_emu_form_free)
