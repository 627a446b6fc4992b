/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plain data: a provider's request and our reply. Any thread.
 */

#include <offhook/webhook.h>

#include <offhook/error.h>
#include <string.h>

#define OFFHOOK_WEBHOOK_SECRET_PREFIX "whsec_"

OffhookWebhook *
offhook_webhook_new(const char *method, const char *url, const char *path, GBytes *body)
{
	OffhookWebhook *self = g_new0(OffhookWebhook, 1);

	self->method = g_strdup(method);
	self->url = g_strdup(url);
	self->path = g_strdup(path);
	self->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	self->body = body != NULL ? g_bytes_ref(body) : g_bytes_new_static("", 0);
	return self;
}

void
offhook_webhook_free(OffhookWebhook *self)
{
	if (self == NULL)
		return;
	g_free(self->method);
	g_free(self->url);
	g_free(self->path);
	g_free(self->content_type);
	g_hash_table_unref(self->headers);
	g_bytes_unref(self->body);
	g_free(self);
}

const char *
offhook_webhook_get_header(const OffhookWebhook *self, const char *lower_name)
{
	return g_hash_table_lookup(self->headers, lower_name);
}

char *
offhook_webhook_dup_parameter(const OffhookWebhook *self, const char *name)
{
	const char *end = self->url + strcspn(self->url, "#");
	const char *query = memchr(self->url, '?', (gsize)(end - self->url));
	GUriParamsIter iter;
	char *key, *value;

	if (query == NULL)
		return NULL;
	query++;
	g_uri_params_iter_init(&iter, query, end - query, "&", G_URI_PARAMS_WWW_FORM);
	while (g_uri_params_iter_next(&iter, &key, &value, NULL)) {
		g_autofree char *found = key;

		if (g_str_equal(found, name))
			return value;
		g_free(value);
	}
	return NULL;
}

const char *
offhook_webhook_get_bearer(const OffhookWebhook *self)
{
	const char *value = offhook_webhook_get_header(self, "authorization");

	if (value == NULL || g_ascii_strncasecmp(value, "Bearer ", strlen("Bearer ")) != 0)
		return NULL;
	return value + strlen("Bearer ");
}

gboolean
offhook_webhook_secret_matches(const char *secret, const char *given)
{
	gsize size = strlen(secret);
	gsize given_size = given != NULL ? strlen(given) : 0;
	guint8 different = given == NULL || size != given_size;

	/* Beyond the end of the secret its terminator is compared again and again. */
	for (gsize i = 0; i < given_size; i++)
		different |= (guint8)secret[MIN(i, size)] ^ (guint8)given[i];
	return different == 0;
}

gboolean
offhook_webhook_is_signed(const OffhookWebhook *self, const char *key, const char *signature)
{
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guint8 *)key, strlen(key));
	g_autoptr(GString) hex = g_string_new(NULL);
	g_autofree char *base64 = NULL;
	g_autofree char *lower = NULL;
	guint8 digest[32];
	gsize size = sizeof digest;

	if (signature == NULL)
		return FALSE;
	if (g_str_has_prefix(signature, "sha256="))
		signature += strlen("sha256=");
	g_hmac_update(hmac, g_bytes_get_data(self->body, NULL),
		      (gssize)g_bytes_get_size(self->body));
	g_hmac_get_digest(hmac, digest, &size);
	for (gsize i = 0; i < size; i++)
		g_string_append_printf(hex, "%02x", digest[i]);
	base64 = g_base64_encode(digest, size);
	lower = g_ascii_strdown(signature, -1);
	/* Both, always: which of them it was is nobody's business. */
	return offhook_webhook_secret_matches(hex->str, lower) |
	       offhook_webhook_secret_matches(base64, signature);
}

OffhookWebhookReply *
offhook_webhook_reply_new_success(const GError *error)
{
	return offhook_webhook_reply_new(
	    error == NULL ? 200 : offhook_error_get_http_status(error), "application/json",
	    error == NULL ? "{\"success\":true}" : "{\"success\":false}");
}

/* (transfer full) */
static GBytes *
offhook_webhook_read_key(const char *secret)
{
	gsize size = 0;
	guchar *key;

	if (!g_str_has_prefix(secret, OFFHOOK_WEBHOOK_SECRET_PREFIX))
		return g_bytes_new(secret, strlen(secret));
	key = g_base64_decode(secret + strlen(OFFHOOK_WEBHOOK_SECRET_PREFIX), &size);
	return g_bytes_new_take(key, size);
}

char **
offhook_webhook_make_signature(const char *id, gint64 at_s, GBytes *body, const char *secret)
{
	g_autoptr(GBytes) key = offhook_webhook_read_key(secret);
	g_autoptr(GHmac) hmac =
	    g_hmac_new(G_CHECKSUM_SHA256, g_bytes_get_data(key, NULL), g_bytes_get_size(key));
	g_autofree char *start = g_strdup_printf("%s.%" G_GINT64_FORMAT ".", id, at_s);
	g_autofree char *signature = NULL;
	char **headers = g_new0(char *, 4);
	guint8 digest[32];
	gsize size = sizeof digest;

	g_hmac_update(hmac, (const guchar *)start, -1);
	if (body != NULL && g_bytes_get_size(body) > 0)
		g_hmac_update(hmac, g_bytes_get_data(body, NULL), (gssize)g_bytes_get_size(body));
	g_hmac_get_digest(hmac, digest, &size);
	signature = g_base64_encode(digest, size);
	headers[0] = g_strconcat("webhook-id: ", id, NULL);
	headers[1] = g_strdup_printf("webhook-timestamp: %" G_GINT64_FORMAT, at_s);
	headers[2] = g_strconcat("webhook-signature: v1,", signature, NULL);
	return headers;
}

OffhookWebhookReply *
offhook_webhook_reply_new(guint status, const char *content_type, const char *body)
{
	OffhookWebhookReply *self = g_new0(OffhookWebhookReply, 1);

	self->status = status;
	self->content_type = g_strdup(content_type);
	self->body = g_strdup(body);
	return self;
}

void
offhook_webhook_reply_free(OffhookWebhookReply *self)
{
	if (self == NULL)
		return;
	g_free(self->content_type);
	g_free(self->body);
	g_free(self);
}
