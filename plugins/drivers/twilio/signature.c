/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * X-Twilio-Signature: base64 of HMAC-SHA1, keyed with the auth token, over the URL and the sorted
 * form fields. Says nothing about when a request was signed, so replays are valid. Main thread.
 */

#include "signature.h"

#include <string.h>

static int
offhook_twilio_field_compare(gconstpointer a, gconstpointer b)
{
	const OffhookFormField *left = *(const OffhookFormField *const *)a;
	const OffhookFormField *right = *(const OffhookFormField *const *)b;
	int order = strcmp(left->name, right->name);

	return order != 0 ? order : strcmp(left->value, right->value);
}

static void
offhook_twilio_signature_add_form(GHmac *hmac, const OffhookForm *form)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();

	for (guint i = 0; i < offhook_form_get_size(form); i++)
		g_ptr_array_add(sorted, (gpointer)offhook_form_get_field(form, i));
	g_ptr_array_sort(sorted, offhook_twilio_field_compare);
	for (guint i = 0; i < sorted->len; i++) {
		const OffhookFormField *field = g_ptr_array_index(sorted, i);

		/* Exact repeats are signed once. */
		if (i > 0 && offhook_twilio_field_compare(&g_ptr_array_index(sorted, i - 1),
							  &g_ptr_array_index(sorted, i)) == 0)
			continue;
		g_hmac_update(hmac, (const guchar *)field->name, -1);
		g_hmac_update(hmac, (const guchar *)field->value, -1);
	}
}

char *
offhook_twilio_signature_make(const char *token, const char *url, const OffhookForm *form)
{
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)token, strlen(token));
	guint8 digest[20];
	gsize size = sizeof digest;

	g_hmac_update(hmac, (const guchar *)url, (gssize)strcspn(url, "#"));
	if (form != NULL)
		offhook_twilio_signature_add_form(hmac, form);
	g_hmac_get_digest(hmac, digest, &size);
	return g_base64_encode(digest, size);
}

/*
 * Splits @url before and after its port. @port: the port with its colon, or "" when there is none.
 * %FALSE when it has no authority.
 */
static gboolean
offhook_twilio_url_split(const char *url, char **before, char **port, const char **after)
{
	const char *authority = strstr(url, "://");
	const char *end, *host, *colon;

	if (authority == NULL)
		return FALSE;
	authority += 3;
	end = authority + strcspn(authority, "/?#");
	host = memrchr(authority, '@', (gsize)(end - authority));
	host = host != NULL ? host + 1 : authority;
	if (*host == '[') {
		const char *bracket = memchr(host, ']', (gsize)(end - host));

		host = bracket != NULL ? bracket : host;
	}
	colon = memchr(host, ':', (gsize)(end - host));
	if (colon == NULL)
		colon = end;
	*before = g_strndup(url, (gsize)(colon - url));
	*port = g_strndup(colon, (gsize)(end - colon));
	*after = end;
	return TRUE;
}

static gboolean
offhook_twilio_signature_check_exact(const char *const *tokens, const char *url,
				     const OffhookForm *form, const char *signature)
{
	gboolean right = FALSE;

	for (guint i = 0; tokens[i] != NULL; i++) {
		g_autofree char *expected = offhook_twilio_signature_make(tokens[i], url, form);

		right |= offhook_webhook_secret_matches(expected, signature);
	}
	return right;
}

gboolean
offhook_twilio_signature_check(const char *const *tokens, const char *url, const OffhookForm *form,
			       const char *signature)
{
	g_autofree char *before = NULL;
	g_autofree char *port = NULL;
	g_autofree char *bare = NULL;
	g_autofree char *with_port = NULL;
	const char *after;
	gboolean right;

	if (signature == NULL || !offhook_twilio_url_split(url, &before, &port, &after))
		return FALSE;
	bare = g_strconcat(before, after, NULL);
	with_port = g_strconcat(before,
				strlen(port) > 1                  ? port
				: g_str_has_prefix(url, "https:") ? ":443"
								  : ":80",
				after, NULL);
	right = offhook_twilio_signature_check_exact(tokens, bare, form, signature);
	right |= offhook_twilio_signature_check_exact(tokens, with_port, form, signature);
	return right;
}

gboolean
offhook_twilio_signature_check_upgrade(const char *const *tokens, const char *url,
				       const char *signature)
{
	static const char *const secure[] = {"wss", "https", NULL};
	static const char *const plain[] = {"ws", "http", NULL};
	const char *rest = strstr(url, "://");
	const char *const *schemes;
	gboolean right = FALSE;

	if (rest == NULL)
		return FALSE;
	schemes = g_str_has_prefix(url, "https:") || g_str_has_prefix(url, "wss:") ? secure : plain;
	for (guint i = 0; schemes[i] != NULL; i++) {
		g_autofree char *as_given = g_strconcat(schemes[i], rest, NULL);
		g_autofree char *with_slash = g_strconcat(as_given, "/", NULL);

		right |= offhook_twilio_signature_check(tokens, as_given, NULL, signature);
		right |= offhook_twilio_signature_check(tokens, with_slash, NULL, signature);
	}
	return right;
}

gboolean
offhook_twilio_signature_check_body(const char *url, GBytes *body)
{
	g_autoptr(OffhookForm) fields = offhook_form_parse_query(url, NULL);
	g_autofree char *hash = NULL;
	const char *promised;

	promised = fields != NULL ? offhook_form_get(fields, "bodySHA256") : NULL;
	if (promised == NULL)
		return FALSE;
	hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, body);
	return offhook_webhook_secret_matches(hash, promised);
}
