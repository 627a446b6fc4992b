/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plain data: a provider's request and our reply. Any thread.
 */

#include <offhook/webhook.h>

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
