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
offhook_generic_reply_free(OffhookGenericReply *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->body, json_object_unref);
	g_free(self);
}

static void
offhook_generic_request_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	g_autoptr(OffhookWebResponse) response = offhook_rest_send_finish(result, &error);
	OffhookGenericReply *reply;
	const char *text;
	gsize size;

	if (response == NULL) {
		g_task_return_error(task, error);
		return;
	}
	text = g_bytes_get_data(response->body, &size);
	reply = g_new0(OffhookGenericReply, 1);
	reply->status = response->status;
	reply->body = offhook_json_parse_object(text, (gssize)size, "answer", NULL);
	g_task_return_pointer(task, reply, (GDestroyNotify)offhook_generic_reply_free);
}

void
offhook_generic_request_send_async(OffhookWebClient *web, OffhookGenericConfig *config,
				   OffhookGenericAction action, const OffhookGenericValue *values,
				   GAsyncReadyCallback callback, gpointer user_data)
{
	const OffhookGenericRequest *request = &config->requests[action];
	GTask *task = g_task_new(web, NULL, callback, user_data);
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

	g_task_set_source_tag(task, offhook_generic_request_send_async);
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
	offhook_rest_send_async(web, &web_request, repeatable, NULL, NULL,
				offhook_generic_request_answered_cb, task);
}

OffhookGenericReply *
offhook_generic_request_send_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

gboolean
offhook_generic_reply_is_success(const OffhookGenericReply *self)
{
	return self->status >= 200 && self->status < 300;
}

void
offhook_generic_reply_fail(const OffhookGenericReply *self, const OffhookGenericConfig *config,
			   const char *what, GError **error)
{
	g_autofree char *words = self->body != NULL
				     ? offhook_generic_pointers_get(config->reply_error, self->body)
				     : NULL;

	offhook_rest_fail(self->status, what, words, error);
}
