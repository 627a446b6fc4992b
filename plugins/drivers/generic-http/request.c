/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One request to the provider, put together from its templates. Main thread.
 */

#include "request.h"

#include <offhook/json.h>
#include <offhook/rest-client.h>
#include <string.h>

#define MAX_VALUES 16
#define MAX_REPLY  262144

void
offhook_generic_request_send_async(OffhookWebClient *web, OffhookGenericConfig *config,
				   OffhookGenericAction action, const OffhookGenericValue *values,
				   GAsyncReadyCallback callback, gpointer user_data)
{
	const OffhookGenericRequest *request = &config->requests[action];
	OffhookGenericValue all[MAX_VALUES] = {
	    {"api_url", config->api_url},
	    {"api_key", config->api_key},
	    {"phone_number", config->phone_number},
	};
	g_autofree char *url = NULL;
	g_autoptr(GBytes) body = NULL;
	OffhookWebRequest web_request = {
	    .method = request->method,
	    .headers = (const char *const *)config->headers,
	    .username = config->username,
	    .password = config->username != NULL ? config->api_key : NULL,
	    .timeout_ms = config->timeout_ms,
	    .max_size = MAX_REPLY,
	};
	/* To ring somebody's phone, to press keys or to write to them twice is worse than not to. */
	gboolean repeatable = action == OFFHOOK_GENERIC_HANG_UP || action == OFFHOOK_GENERIC_CHECK;

	for (guint i = 3; values != NULL && values->name != NULL && i < MAX_VALUES - 1; values++)
		all[i++] = *values;
	url = offhook_generic_template_render(request->url, all);
	web_request.url = url;
	if (request->body != NULL) {
		char *text = offhook_generic_template_render(request->body, all);

		body = g_bytes_new_take(text, strlen(text));
		web_request.body = body;
		web_request.content_type = request->content_type;
	}
	web_request.once = !repeatable;
	offhook_rest_send_async(web, &web_request, repeatable, NULL, NULL, callback, user_data);
}

OffhookRestReply *
offhook_generic_request_send_finish(GAsyncResult *result, GError **error)
{
	return offhook_rest_reply_finish(result, error);
}

void
offhook_generic_reply_fail(const OffhookRestReply *self, const OffhookGenericConfig *config,
			   const char *what, GError **error)
{
	g_autofree char *words = self->body != NULL
				     ? offhook_generic_pointers_get(config->reply_error, self->body)
				     : NULL;

	offhook_rest_fail(self->status, what, words, error);
}
