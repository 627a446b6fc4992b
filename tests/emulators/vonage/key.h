/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* The public half of an RSA key. */
typedef struct _OffhookEmuKey OffhookEmuKey;

/* A PEM file with a public key, or with a private one in either form. */
OffhookEmuKey *offhook_emu_key_read(const gchar *path, GError **error);
OffhookEmuKey *offhook_emu_key_parse(const gchar *name, const gchar *pem, gsize length,
				     GError **error);
void offhook_emu_key_free(OffhookEmuKey *self);
/* Is @signature one of this key over @text, by RSASSA-PKCS1-v1_5 with SHA-256? */
gboolean offhook_emu_key_verify(const OffhookEmuKey *self, const gchar *text, gsize length,
				const guint8 *signature, gsize signature_length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuKey, offhook_emu_key_free)
