/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* X-Twilio-Signature: base64 of HMAC-SHA1 over the URL and the sorted form fields. Written from the
 * protocol sheet alone, so that a mistake in the driver's checker does not repeat here. */

#include "signature.h"

#include <string.h>

static gint
offhook_emu_signature_compare(gconstpointer a, gconstpointer b)
{
	const OffhookEmuField *left = *(const OffhookEmuField *const *)a;
	const OffhookEmuField *right = *(const OffhookEmuField *const *)b;
	gint order = strcmp(left->name, right->name);

	return order != 0 ? order : strcmp(left->value, right->value);
}

/* @form is NULL for requests without form fields (GET, WebSocket upgrade). */
gchar *
offhook_emu_signature_make(const gchar *auth_token, const gchar *url, const OffhookEmuForm *form)
{
	g_autoptr(GHmac) hmac =
	    g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)auth_token, strlen(auth_token));
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	const OffhookEmuField *previous = NULL;
	guint8 digest[20];
	gsize length = sizeof digest;
	gsize url_length = strcspn(url, "#");

	g_hmac_update(hmac, (const guchar *)url, (gssize)url_length);
	for (guint i = 0; form != NULL && i < form->fields->len; i++)
		g_ptr_array_add(sorted, g_ptr_array_index(form->fields, i));
	g_ptr_array_sort(sorted, offhook_emu_signature_compare);
	for (guint i = 0; i < sorted->len; i++) {
		const OffhookEmuField *field = g_ptr_array_index(sorted, i);

		/* exact repeats count once */
		if (previous == NULL || strcmp(previous->name, field->name) != 0 ||
		    strcmp(previous->value, field->value) != 0) {
			g_hmac_update(hmac, (const guchar *)field->name, -1);
			g_hmac_update(hmac, (const guchar *)field->value, -1);
		}
		previous = field;
	}
	g_hmac_get_digest(hmac, digest, &length);
	return g_base64_encode(digest, length);
}
