/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The carrier's REST interface for one account: who asks, and for what. One thread. */

#include "rest-private.h"

#include <string.h>

#define OFFHOOK_EMU_REST_VERSION "/2010-04-01/Accounts/"

gboolean
offhook_emu_rest_is_number(const gchar *text)
{
	return text != NULL && g_regex_match_simple("^\\+[1-9][0-9]{6,14}$", text, 0, 0);
}

gchar *
offhook_emu_rest_now(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();

	return g_date_time_format(now, "%a, %d %b %Y %H:%M:%S +0000");
}

/* ---- replies ---- */

void
offhook_emu_rest_refuse(OffhookEmuRequest *request, guint status, gint code, const gchar *message)
{
	JsonObject *body = json_object_new();
	g_autofree gchar *info = g_strdup_printf("https://www.twilio.com/docs/errors/%d", code);

	json_object_set_int_member(body, "code", code);
	json_object_set_string_member(body, "message", message);
	json_object_set_string_member(body, "more_info", info);
	json_object_set_int_member(body, "status", status);
	offhook_emu_request_reply(request, status, body);
}

/* One page holds all; there is no next one. */
void
offhook_emu_rest_reply_list(OffhookEmuRest *self, OffhookEmuRequest *request, const gchar *name,
			    JsonArray *array)
{
	const gchar *size = offhook_emu_form_get(request->query, "PageSize");
	JsonObject *body;

	if (size != NULL && g_ascii_strtoull(size, NULL, 10) > 1000) {
		json_array_unref(array);
		offhook_emu_rest_refuse(request, 400, 20007, "Page size must be at most 1000");
		return;
	}
	body = json_object_new();
	json_object_set_int_member(body, "page", 0);
	json_object_set_int_member(body, "page_size",
				   size != NULL ? g_ascii_strtoll(size, NULL, 10) : 50);
	json_object_set_int_member(body, "start", 0);
	json_object_set_int_member(body, "end", (gint64)json_array_get_length(array));
	json_object_set_null_member(body, "next_page_uri");
	json_object_set_null_member(body, "previous_page_uri");
	json_object_set_array_member(body, name, array);
	offhook_emu_request_reply(request, 200, body);
}

/* ---- what is posted to the server ---- */

static void
offhook_emu_rest_notified_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree gchar *url = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuReply) reply = offhook_emu_webhook_post_finish(result, &error);

	if (reply == NULL)
		g_printerr("15003: %s: %s\n", url, error->message);
	else if (reply->status >= 400)
		g_printerr("15003: %s was answered with %u\n", url, reply->status);
}

void
offhook_emu_rest_notify(OffhookEmuRest *self, const gchar *url, OffhookEmuForm *form)
{
	g_autoptr(OffhookEmuForm) owned = form;

	if (url != NULL)
		offhook_emu_webhook_post_async(self->session, self->options, self->address, url,
					       owned, offhook_emu_rest_notified_cb, g_strdup(url));
}

/* ---- requests ---- */

static gboolean
offhook_emu_rest_has_credentials(SoupServerMessage *msg, const gchar *pair)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(msg);
	const gchar *given = soup_message_headers_get_one(headers, "Authorization");
	g_autofree gchar *encoded = g_base64_encode((const guchar *)pair, strlen(pair));
	g_autofree gchar *expected = g_strconcat("Basic ", encoded, NULL);

	return g_strcmp0(given, expected) == 0;
}

static gboolean
offhook_emu_rest_is_allowed(OffhookEmuRest *self, SoupServerMessage *msg, const gchar *path)
{
	const OffhookEmuAccount *account = self->options->account;
	g_autofree gchar *pair = g_strconcat(account->sid, ":", account->auth_token, NULL);

	return offhook_emu_rest_has_credentials(msg, pair) ||
	       (account->api_key != NULL && !g_str_equal(path, ".json") &&
		offhook_emu_rest_has_credentials(msg, account->api_key));
}

static void
offhook_emu_rest_show_account(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	JsonObject *body = json_object_new();

	json_object_set_string_member(body, "sid", self->options->account->sid);
	json_object_set_string_member(body, "status", self->options->account->status);
	json_object_set_string_member(body, "type", "Full");
	json_object_set_string_member(body, "auth_token", self->options->account->auth_token);
	json_object_set_string_member(body, "friendly_name", "Emulated");
	offhook_emu_request_reply(request, 200, body);
}

static void
offhook_emu_rest_request_cb(OffhookEmuRequest *request, gpointer user_data)
{
	OffhookEmuRest *self = user_data;
	g_autofree gchar *account =
	    g_strconcat(OFFHOOK_EMU_REST_VERSION, self->options->account->sid, NULL);
	const gchar *path =
	    g_str_has_prefix(request->path, account) ? request->path + strlen(account) : "";

	if (!offhook_emu_rest_is_allowed(self, request->msg, path))
		offhook_emu_rest_refuse(request, 401, 20003, "Authenticate");
	else if (g_str_equal(path, ".json") && g_str_equal(request->method, "GET"))
		offhook_emu_rest_show_account(self, request);
	else if (!offhook_emu_rest_recordings_serve(self, request, path) &&
		 !offhook_emu_rest_calls_serve(self, request, path) &&
		 !offhook_emu_rest_messages_serve(self, request, path))
		offhook_emu_rest_refuse(request, 404, 20404,
					"The requested resource was not found");
}

OffhookEmuRest *
offhook_emu_rest_new(const OffhookEmuOptions *options, const OffhookEmuAddress *address,
		     SoupSession *session, OffhookEmuSink *sink, GError **error)
{
	OffhookEmuRest *self = g_new0(OffhookEmuRest, 1);

	self->options = options;
	self->address = address;
	self->session = session;
	self->sink = sink;
	self->calls =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, offhook_emu_rest_call_free);
	self->order = g_ptr_array_new();
	self->recordings =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, offhook_emu_rest_recording_free);
	self->messages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       (GDestroyNotify)json_object_unref);
	self->sent = g_ptr_array_new();
	self->refusals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->server = offhook_emu_server_new((guint)options->serve, options->requests_path,
					      offhook_emu_rest_request_cb, self, error);
	if (self->server == NULL)
		g_clear_pointer(&self, offhook_emu_rest_free);
	return self;
}

void
offhook_emu_rest_free(OffhookEmuRest *self)
{
	g_clear_pointer(&self->server, offhook_emu_server_free);
	g_ptr_array_unref(self->order);
	g_ptr_array_unref(self->sent);
	g_hash_table_unref(self->calls);
	g_hash_table_unref(self->recordings);
	g_hash_table_unref(self->messages);
	g_hash_table_unref(self->refusals);
	g_free(self);
}

guint
offhook_emu_rest_get_port(OffhookEmuRest *self)
{
	return offhook_emu_server_get_port(self->server);
}
