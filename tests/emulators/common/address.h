/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* The server has two names: the one the carrier knows (public, which is signed) and where it really
 * listens. */
typedef struct {
	gchar *webhook; /* public URL of the voice webhook, NULL when --to is a stream */
	gchar *stream;  /* --to, when it is a stream */
	GUri *to;
	GUri *public;
} OffhookEmuAddress;

/* @path: of the webhook when @to and @public_url have none */
OffhookEmuAddress *offhook_emu_address_new(const gchar *to, const gchar *public_url,
					   const gchar *path, GError **error);
void offhook_emu_address_free(OffhookEmuAddress *self);
gchar *offhook_emu_address_get_actual(const OffhookEmuAddress *self, const gchar *url,
				      GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuAddress, offhook_emu_address_free)
