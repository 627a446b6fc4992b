/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The HTTP side of the carrier's REST interface: who asks, for what, and what is written down of
 * it. One thread. */

#include "rest-private.h"

#include "emu-error.h"

#include <errno.h>
#include <string.h>

#define OFFHOOK_EMU_REST_VERSION "/2010-04-01/Accounts/"

/* ---- forms ---- */

static gchar *
offhook_emu_rest_decode(const gchar *text, gsize length)
{
	g_autofree gchar *copy = g_strndup(text, length);
	gchar *decoded = NULL;

	g_strdelimit(copy, "+", ' ');
	decoded = g_uri_unescape_string(copy, NULL);
	return decoded != NULL ? decoded : g_steal_pointer(&copy);
}

static OffhookEmuForm *
offhook_emu_rest_read_form(const gchar *text)
{
	OffhookEmuForm *form = offhook_emu_form_new();
	g_auto(GStrv) pairs = g_strsplit(text != NULL ? text : "", "&", -1);

	for (gchar **pair = pairs; *pair != NULL; pair++) {
		gsize name_length = strcspn(*pair, "=");
		const gchar *value =
		    (*pair)[name_length] == '=' ? *pair + name_length + 1 : *pair + name_length;
		g_autofree gchar *name = offhook_emu_rest_decode(*pair, name_length);
		g_autofree gchar *decoded = offhook_emu_rest_decode(value, strlen(value));

		if (*name != '\0')
			offhook_emu_form_add(form, name, decoded);
	}
	return form;
}

const gchar *
offhook_emu_rest_get(const OffhookEmuForm *form, const gchar *name)
{
	for (guint i = 0; i < form->fields->len; i++) {
		const OffhookEmuField *field = g_ptr_array_index(form->fields, i);

		if (g_str_equal(field->name, name))
			return *field->value != '\0' ? field->value : NULL;
	}
	return NULL;
}

gboolean
offhook_emu_rest_has(const OffhookEmuForm *form, const gchar *name, const gchar *value)
{
	for (guint i = 0; i < form->fields->len; i++) {
		const OffhookEmuField *field = g_ptr_array_index(form->fields, i);

		if (g_str_equal(field->name, name) && g_str_equal(field->value, value))
			return TRUE;
	}
	return FALSE;
}

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
offhook_emu_rest_reply(OffhookEmuRestRequest *request, guint status, JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	gchar *text;

	request->status = status;
	soup_server_message_set_status(request->msg, status, NULL);
	if (object == NULL)
		return;
	json_node_take_object(node, object);
	text = json_to_string(node, FALSE);
	soup_server_message_set_response(request->msg, "application/json", SOUP_MEMORY_TAKE, text,
					 strlen(text));
}

void
offhook_emu_rest_refuse(OffhookEmuRestRequest *request, guint status, gint code,
			const gchar *message)
{
	JsonObject *body = json_object_new();
	g_autofree gchar *info = g_strdup_printf("https://www.twilio.com/docs/errors/%d", code);

	json_object_set_int_member(body, "code", code);
	json_object_set_string_member(body, "message", message);
	json_object_set_string_member(body, "more_info", info);
	json_object_set_int_member(body, "status", status);
	offhook_emu_rest_reply(request, status, body);
}

/* One page holds all; there is no next one. */
void
offhook_emu_rest_reply_list(OffhookEmuRest *self, OffhookEmuRestRequest *request, const gchar *name,
			    JsonArray *array)
{
	const gchar *size = offhook_emu_rest_get(request->query, "PageSize");
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
	offhook_emu_rest_reply(request, 200, body);
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

static void
offhook_emu_rest_add_fields(JsonBuilder *builder, const gchar *name, const OffhookEmuForm *form)
{
	json_builder_set_member_name(builder, name);
	json_builder_begin_array(builder);
	for (guint i = 0; i < form->fields->len; i++) {
		const OffhookEmuField *field = g_ptr_array_index(form->fields, i);

		json_builder_begin_array(builder);
		json_builder_add_string_value(builder, field->name);
		json_builder_add_string_value(builder, field->value);
		json_builder_end_array(builder);
	}
	json_builder_end_array(builder);
}

/* One line per request, for whoever wants to check what the server sends. */
static void
offhook_emu_rest_write_down(OffhookEmuRest *self, const OffhookEmuRestRequest *request,
			    const gchar *path)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();
	g_autoptr(JsonNode) root = NULL;
	g_autofree gchar *text = NULL;
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(request->msg);

	if (self->requests == NULL)
		return;
	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "method");
	json_builder_add_string_value(builder, request->method);
	json_builder_set_member_name(builder, "path");
	json_builder_add_string_value(builder, path);
	json_builder_set_member_name(builder, "content_type");
	json_builder_add_string_value(builder,
				      soup_message_headers_get_content_type(headers, NULL));
	offhook_emu_rest_add_fields(builder, "query", request->query);
	offhook_emu_rest_add_fields(builder, "form", request->form);
	json_builder_set_member_name(builder, "status");
	json_builder_add_int_value(builder, request->status);
	json_builder_end_object(builder);
	root = json_builder_get_root(builder);
	text = json_to_string(root, FALSE);
	fprintf(self->requests, "%s\n", text);
	fflush(self->requests);
}

static gboolean
offhook_emu_rest_is_allowed(OffhookEmuRest *self, SoupServerMessage *msg)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(msg);
	const gchar *given = soup_message_headers_get_one(headers, "Authorization");
	g_autofree gchar *pair =
	    g_strconcat(self->options->account_sid, ":", self->options->auth_token, NULL);
	g_autofree gchar *encoded = g_base64_encode((const guchar *)pair, strlen(pair));
	g_autofree gchar *expected = g_strconcat("Basic ", encoded, NULL);

	return g_strcmp0(given, expected) == 0;
}

static void
offhook_emu_rest_show_account(OffhookEmuRest *self, OffhookEmuRestRequest *request)
{
	JsonObject *body = json_object_new();

	json_object_set_string_member(body, "sid", self->options->account_sid);
	json_object_set_string_member(body, "status", "active");
	json_object_set_string_member(body, "type", "Full");
	json_object_set_string_member(body, "auth_token", self->options->auth_token);
	json_object_set_string_member(body, "friendly_name", "Emulated");
	offhook_emu_rest_reply(request, 200, body);
}

static void
offhook_emu_rest_serve(OffhookEmuRest *self, OffhookEmuRestRequest *request, const gchar *path)
{
	g_autofree gchar *account =
	    g_strconcat(OFFHOOK_EMU_REST_VERSION, self->options->account_sid, NULL);

	if (!offhook_emu_rest_is_allowed(self, request->msg)) {
		offhook_emu_rest_refuse(request, 401, 20003, "Authenticate");
		return;
	}
	request->path = g_str_has_prefix(path, account) ? path + strlen(account) : "";
	if (g_str_equal(request->path, ".json") && g_str_equal(request->method, "GET"))
		offhook_emu_rest_show_account(self, request);
	else if (!offhook_emu_rest_recordings_serve(self, request) &&
		 !offhook_emu_rest_calls_serve(self, request) &&
		 !offhook_emu_rest_messages_serve(self, request))
		offhook_emu_rest_refuse(request, 404, 20404,
					"The requested resource was not found");
}

static void
offhook_emu_rest_request_cb(SoupServer *server, SoupServerMessage *msg, const char *path,
			    GHashTable *query, gpointer user_data)
{
	OffhookEmuRest *self = user_data;
	SoupMessageBody *body = soup_server_message_get_request_body(msg);
	g_autofree gchar *text =
	    g_strndup(body->data != NULL ? body->data : "", (gsize)body->length);
	g_autoptr(OffhookEmuForm) form = offhook_emu_rest_read_form(text);
	g_autoptr(OffhookEmuForm) fields =
	    offhook_emu_rest_read_form(g_uri_get_query(soup_server_message_get_uri(msg)));
	OffhookEmuRestRequest request = {.msg = msg,
					 .method = soup_server_message_get_method(msg),
					 .query = fields,
					 .form = form};

	offhook_emu_rest_serve(self, &request, path);
	offhook_emu_rest_write_down(self, &request, path);
}

/* ---- the server ---- */

OffhookEmuRest *
offhook_emu_rest_new(const OffhookEmuOptions *options, const OffhookEmuAddress *address,
		     SoupSession *session, OffhookEmuSink *sink, GError **error)
{
	g_autoptr(OffhookEmuRest) self = g_new0(OffhookEmuRest, 1);

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
	self->server = soup_server_new("server-header", "offhook-emulate-twilio", NULL);
	soup_server_add_handler(self->server, NULL, offhook_emu_rest_request_cb, self, NULL);
	if (options->requests_path != NULL &&
	    (self->requests = fopen(options->requests_path, "we")) == NULL) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE, "--requests %s: %s",
			    options->requests_path, g_strerror(errno));
		return NULL;
	}
	if (!soup_server_listen_local(self->server, (guint)options->serve,
				      SOUP_SERVER_LISTEN_IPV4_ONLY, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
offhook_emu_rest_free(OffhookEmuRest *self)
{
	soup_server_disconnect(self->server);
	g_object_unref(self->server);
	g_ptr_array_unref(self->order);
	g_ptr_array_unref(self->sent);
	g_hash_table_unref(self->calls);
	g_hash_table_unref(self->recordings);
	g_hash_table_unref(self->messages);
	g_hash_table_unref(self->refusals);
	if (self->requests != NULL)
		fclose(self->requests);
	g_free(self);
}

guint
offhook_emu_rest_get_port(OffhookEmuRest *self)
{
	g_autoslist(GUri) uris = soup_server_get_uris(self->server);

	return uris != NULL ? (guint)g_uri_get_port(uris->data) : 0;
}
