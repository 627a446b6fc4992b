/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The carrier's REST interface for one application: who asks, how often, and for what. One thread. */

#include "rest-private.h"

#include "token.h"

#include <string.h>

/* ---- errors ---- */

/* RFC 7807 */
void
offhook_emu_rest_refuse(OffhookEmuRequest *request, guint status, const gchar *title,
			const gchar *detail)
{
	JsonObject *body = json_object_new();
	g_autofree gchar *id = g_uuid_string_random();

	json_object_set_string_member(body, "type",
				      "https://developer.vonage.com/api-errors#voice");
	json_object_set_string_member(body, "title", title);
	json_object_set_string_member(body, "detail", detail);
	json_object_set_string_member(body, "instance", id);
	offhook_emu_request_reply(request, status, body);
}

void
offhook_emu_rest_refuse_parameter(OffhookEmuRequest *request, const gchar *name,
				  const gchar *reason)
{
	JsonObject *body = json_object_new();
	JsonObject *parameter = json_object_new();
	JsonArray *parameters = json_array_new();

	json_object_set_int_member(body, "type", 400);
	json_object_set_string_member(body, "title", "Bad Request");
	json_object_set_string_member(parameter, "name", name);
	json_object_set_string_member(parameter, "reason", reason);
	json_array_add_object_element(parameters, parameter);
	json_object_set_array_member(body, "invalid_parameters", parameters);
	offhook_emu_request_reply(request, 400, body);
}

void
offhook_emu_rest_refuse_state(OffhookEmuRequest *request, const gchar *title)
{
	JsonObject *body = json_object_new();

	json_object_set_string_member(body, "type", "BAD_REQUEST");
	json_object_set_string_member(body, "error_title", title);
	offhook_emu_request_reply(request, 400, body);
}

/* ---- bodies ---- */

JsonObject *
offhook_emu_rest_read(OffhookEmuRequest *request)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonNode *root;

	if (g_strcmp0(request->content_type, "application/json") != 0) {
		offhook_emu_rest_refuse(request, 415, "Unsupported Media Type",
					"expected application/json");
		return NULL;
	}
	if (!json_parser_load_from_data(parser, request->body, -1, NULL) ||
	    (root = json_parser_get_root(parser)) == NULL || !JSON_NODE_HOLDS_OBJECT(root)) {
		offhook_emu_rest_refuse_parameter(request, "body", "not a JSON object");
		return NULL;
	}
	return json_object_ref(json_node_get_object(root));
}

JsonObject *
offhook_emu_rest_read_checked(OffhookEmuRequest *request, const OffhookEmuRule *rules)
{
	g_autoptr(JsonObject) body = offhook_emu_rest_read(request);
	g_autoptr(GError) error = NULL;

	if (body == NULL)
		return NULL;
	if (!offhook_emu_rules_check(rules, body, "body", &error)) {
		offhook_emu_rest_refuse_parameter(request, "body", error->message);
		return NULL;
	}
	return g_steal_pointer(&body);
}

/* ---- requests ---- */

static gboolean
offhook_emu_rest_is_basic(OffhookEmuRest *self, const gchar *given)
{
	const OffhookEmuAccount *account = self->options->account;
	g_autofree gchar *pair = g_strconcat(account->api_key, ":", account->api_secret, NULL);
	g_autofree gchar *encoded = g_base64_encode((const guchar *)pair, strlen(pair));
	g_autofree gchar *expected = g_strconcat("Basic ", encoded, NULL);

	return g_strcmp0(given, expected) == 0;
}

/* Voice takes the application's token only, the account's interfaces its key, messages both. */
static gboolean
offhook_emu_rest_is_allowed(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	const gchar *given = soup_message_headers_get_one(
	    soup_server_message_get_request_headers(request->msg), "Authorization");
	gboolean account = g_str_has_prefix(request->path, "/v2/applications") ||
			   g_str_has_prefix(request->path, "/account/") ||
			   g_str_equal(request->path, "/sms/json");
	gboolean messages = g_str_equal(request->path, "/v1/messages");
	const gchar *wrong;

	if ((account || messages) && offhook_emu_rest_is_basic(self, given))
		return TRUE;
	wrong = account ? "the API key or secret is wrong"
			: offhook_emu_token_check(self->options->account, given,
						  g_get_real_time() / G_USEC_PER_SEC);
	if (wrong == NULL)
		return TRUE;
	offhook_emu_rest_refuse(request, 401, "Unauthorized", wrong);
	return FALSE;
}

static gboolean
offhook_emu_rest_is_in_time(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	const OffhookEmuAccount *account = self->options->account;
	gboolean creation =
	    g_str_equal(request->path, "/v1/calls") && g_str_equal(request->method, "POST");

	if (!g_str_has_prefix(request->path, "/v1/calls"))
		return TRUE;
	if (creation ? offhook_emu_limit_pass(&self->creations, account->creations_per_second,
					      g_get_monotonic_time())
		     : offhook_emu_limit_pass(&self->others, account->requests_per_second,
					      g_get_monotonic_time()))
		return TRUE;
	offhook_emu_rest_refuse(request, 429, "Too Many Requests", "the rate limit is exceeded");
	return FALSE;
}

static JsonObject *
offhook_emu_rest_get_object(JsonObject *object, const gchar *name)
{
	JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

	return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

/* @body's capabilities.@capability.webhooks.@webhook.address, where it has one */
static void
offhook_emu_rest_set_webhook(JsonObject *body, const gchar *capability, const gchar *webhook,
			     gchar **url)
{
	JsonObject *capabilities = offhook_emu_rest_get_object(body, "capabilities");
	JsonObject *one = offhook_emu_rest_get_object(capabilities, capability);
	JsonObject *webhooks = offhook_emu_rest_get_object(one, "webhooks");
	const gchar *address =
	    offhook_emu_rules_get(offhook_emu_rest_get_object(webhooks, webhook), "address");

	if (address == NULL)
		return;
	g_free(*url);
	*url = g_strdup(address);
}

/* As in the dashboard: where the webhooks are. */
static gboolean
offhook_emu_rest_set_application(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	OffhookEmuAccount *account = self->options->account;
	g_autoptr(JsonObject) body = offhook_emu_rest_read(request);

	if (body == NULL)
		return FALSE;
	offhook_emu_rest_set_webhook(body, "voice", "event_url", &account->event_url);
	offhook_emu_rest_set_webhook(body, "voice", "fallback_answer_url", &account->fallback_url);
	offhook_emu_rest_set_webhook(body, "messages", "status_url", &account->sms_status_url);
	return TRUE;
}

static void
offhook_emu_rest_serve_application(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	const gchar *id = request->path + strlen("/v2/applications/");
	JsonObject *body;

	if (!g_str_equal(id, self->options->account->application_id)) {
		offhook_emu_rest_refuse(request, 404, "Not Found", "there is no such application");
		return;
	}
	if (g_str_equal(request->method, "PUT") && !offhook_emu_rest_set_application(self, request))
		return;
	body = json_object_new();
	json_object_set_string_member(body, "id", id);
	json_object_set_string_member(body, "name", "Emulated");
	offhook_emu_request_reply(request, 200, body);
}

static void
offhook_emu_rest_show_balance(OffhookEmuRequest *request)
{
	JsonObject *body = json_object_new();

	json_object_set_double_member(body, "value", 10.28);
	json_object_set_boolean_member(body, "autoReload", FALSE);
	offhook_emu_request_reply(request, 200, body);
}

static void
offhook_emu_rest_request_cb(OffhookEmuRequest *request, gpointer user_data)
{
	OffhookEmuRest *self = user_data;

	if (!offhook_emu_rest_is_allowed(self, request) ||
	    !offhook_emu_rest_is_in_time(self, request))
		return;
	if (g_str_has_prefix(request->path, "/v2/applications/"))
		offhook_emu_rest_serve_application(self, request);
	else if (g_str_equal(request->path, "/account/get-balance"))
		offhook_emu_rest_show_balance(request);
	else if (!offhook_emu_rest_calls_serve(self, request) &&
		 !offhook_emu_rest_messages_serve(self, request) &&
		 !offhook_emu_rest_files_serve(self, request))
		offhook_emu_rest_refuse(request, 404, "Not Found", "there is nothing here");
}

/* ---- the server ---- */

/* Another host of the carrier, where the calls that come in live. */
static gboolean
offhook_emu_rest_open_region(OffhookEmuRest *self, GError **error)
{
	g_autofree gchar *url = NULL;

	if (self->options->account->other_region) {
		self->region = offhook_emu_server_add_port(self->server, error);
		if (self->region == 0)
			return FALSE;
	}
	url = self->region == 0 ? g_strdup(self->url)
				: g_strdup_printf("http://127.0.0.1:%u", self->region);
	offhook_emu_exchange_set_region(self->options->account->exchange, url);
	return TRUE;
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
	self->calls = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					    (GDestroyNotify)offhook_emu_call_free);
	self->order = g_ptr_array_new();
	self->refusals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->server = offhook_emu_server_new(
	    options->serve >= 0 ? (guint)options->serve : options->account->api_port,
	    options->requests_path, offhook_emu_rest_request_cb, self, error);
	if (self->server != NULL)
		self->url = g_strdup_printf("http://127.0.0.1:%u", offhook_emu_rest_get_port(self));
	if (self->server == NULL || !offhook_emu_rest_open_region(self, error))
		g_clear_pointer(&self, offhook_emu_rest_free);
	return self;
}

void
offhook_emu_rest_free(OffhookEmuRest *self)
{
	g_clear_pointer(&self->server, offhook_emu_server_free);
	g_ptr_array_unref(self->order);
	g_hash_table_unref(self->calls);
	g_hash_table_unref(self->refusals);
	offhook_emu_limit_clear(&self->creations);
	offhook_emu_limit_clear(&self->others);
	g_free(self->url);
	g_free(self);
}

guint
offhook_emu_rest_get_port(OffhookEmuRest *self)
{
	return offhook_emu_server_get_port(self->server);
}
