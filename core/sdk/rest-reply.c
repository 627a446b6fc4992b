/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <offhook/rest-reply.h>

#include <offhook/json.h>
#include <offhook/rest-client.h>

OffhookRestReply *
offhook_rest_reply_new(const OffhookWebResponse *response)
{
	OffhookRestReply *self = g_new0(OffhookRestReply, 1);
	gsize size;
	const char *text = g_bytes_get_data(response->body, &size);

	self->status = response->status;
	self->body = offhook_json_parse_object(text, (gssize)size, "reply", NULL);
	return self;
}

void
offhook_rest_reply_free(OffhookRestReply *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->body, json_object_unref);
	g_free(self);
}

OffhookRestReply *
offhook_rest_reply_finish(GAsyncResult *result, GError **error)
{
	g_autoptr(OffhookWebResponse) response = offhook_rest_send_finish(result, error);

	return response != NULL ? offhook_rest_reply_new(response) : NULL;
}

gboolean
offhook_rest_reply_is_success(const OffhookRestReply *self)
{
	return self != NULL && self->status >= 200 && self->status <= 299;
}

const char *
offhook_rest_reply_get_string(const OffhookRestReply *self, const char *name)
{
	return offhook_rest_reply_is_success(self) ? offhook_json_get_string(self->body, name)
						   : NULL;
}

OffhookError
offhook_rest_get_error_code(guint status)
{
	switch (status) {
	case 401:
		return OFFHOOK_ERROR_AUTHENTICATION;
	case 402:
	case 403:
		return OFFHOOK_ERROR_PERMISSION;
	case 404:
	case 410:
		return OFFHOOK_ERROR_NOT_FOUND;
	case 429:
		return OFFHOOK_ERROR_RATE_LIMITED;
	case 503:
		return OFFHOOK_ERROR_BUSY;
	default:
		return OFFHOOK_ERROR_PROVIDER;
	}
}
