/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The carrier's webhooks: JSON or a query string, signed, sent once more after some failures. Main
 * loop only. */

#include "webhook.h"

#include "emu-error.h"
#include "form.h"
#include "token.h"

#include <string.h>

#define OFFHOOK_EMU_WEBHOOK_ATTEMPTS  2
#define OFFHOOK_EMU_WEBHOOK_ANSWER_MS 5000
#define OFFHOOK_EMU_WEBHOOK_EVENT_MS  10000
#define OFFHOOK_EMU_WEBHOOK_MAX_BYTES (64 * 1024)

typedef struct {
	const OffhookEmuOptions *options;
	OffhookEmuWebhookKind kind;
	gchar *method;
	gchar *url; /* where the server listens */
	gchar *text;
	guint attempts;
} OffhookEmuWebhook;

static void
offhook_emu_webhook_free(gpointer data)
{
	OffhookEmuWebhook *self = data;

	g_free(self->method);
	g_free(self->url);
	g_free(self->text);
	g_free(self);
}

gchar *
offhook_emu_webhook_find(const OffhookEmuAddress *address, const gchar *given, const gchar *name)
{
	const gchar *slash;

	if (given != NULL)
		return g_strdup(given);
	if (address->webhook == NULL)
		return NULL;
	slash = strrchr(address->webhook, '/');
	return g_strdup_printf("%.*s/%s", (gint)(slash - address->webhook), address->webhook, name);
}

static gchar *
offhook_emu_webhook_to_text(JsonNode *node)
{
	if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
		return g_strdup(json_node_get_string(node));
	return json_to_string(node, FALSE);
}

static void
offhook_emu_webhook_add_cb(JsonObject *fields, const gchar *name, JsonNode *value,
			   gpointer user_data)
{
	g_autofree gchar *text = offhook_emu_webhook_to_text(value);

	offhook_emu_form_add(user_data, name, text);
}

static void
offhook_emu_webhook_flatten_cb(JsonObject *fields, const gchar *name, JsonNode *value,
			       gpointer user_data)
{
	g_autofree gchar *text = offhook_emu_webhook_to_text(value);

	json_object_set_string_member(user_data, name, text);
}

gchar *
offhook_emu_webhook_encode(JsonObject *fields)
{
	g_autoptr(OffhookEmuForm) form = offhook_emu_form_new();

	json_object_foreach_member(fields, offhook_emu_webhook_add_cb, form);
	return offhook_emu_form_encode(form);
}

/* What is hashed: the body, or the query parameters as a JSON object of texts, in their order. */
static gchar *
offhook_emu_webhook_get_hashed(JsonObject *fields, gboolean query)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autoptr(JsonObject) flat = json_object_new();

	if (query)
		json_object_foreach_member(fields, offhook_emu_webhook_flatten_cb, flat);
	json_node_set_object(node, query ? flat : fields);
	return json_to_string(node, FALSE);
}

static void offhook_emu_webhook_attempt(GTask *task);

static gboolean
offhook_emu_webhook_is_worth_another(const OffhookEmuReply *reply)
{
	return reply == NULL || reply->status == 429 || reply->status == 503 ||
	       reply->status == 504;
}

static void
offhook_emu_webhook_replied_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookEmuWebhook *self = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(OffhookEmuReply) reply = offhook_emu_http_send_finish(result, &error);

	if (offhook_emu_webhook_is_worth_another(reply) &&
	    self->attempts < OFFHOOK_EMU_WEBHOOK_ATTEMPTS) {
		g_clear_error(&error);
		offhook_emu_webhook_attempt(task);
	} else if (reply == NULL) {
		g_task_return_error(task, error);
	} else {
		g_task_return_pointer(task, g_steal_pointer(&reply),
				      (GDestroyNotify)offhook_emu_reply_free);
	}
}

/* Each attempt has a token of its own. */
static void
offhook_emu_webhook_attempt(GTask *task)
{
	OffhookEmuWebhook *self = g_task_get_task_data(task);
	gboolean query = g_str_equal(self->method, "GET");
	const OffhookEmuHttpLimits limits = {.timeout_ms = self->kind == OFFHOOK_EMU_WEBHOOK_ANSWER
							       ? OFFHOOK_EMU_WEBHOOK_ANSWER_MS
							       : OFFHOOK_EMU_WEBHOOK_EVENT_MS,
					     .max_bytes = OFFHOOK_EMU_WEBHOOK_MAX_BYTES,
					     .insecure = self->options->insecure};
	g_autoptr(SoupMessage) message = soup_message_new(self->method, self->url);
	g_autofree gchar *token = offhook_emu_token_sign(self->options->account, self->text,
							 g_get_real_time() / G_USEC_PER_SEC);

	self->attempts++;
	if (token != NULL) {
		g_autofree gchar *value = g_strconcat("Bearer ", token, NULL);

		soup_message_headers_replace(soup_message_get_request_headers(message),
					     "Authorization", value);
	}
	if (!query) {
		g_autoptr(GBytes) body = g_bytes_new(self->text, strlen(self->text));

		soup_message_set_request_body_from_bytes(message, "application/json", body);
	}
	offhook_emu_http_send_async(g_task_get_source_object(task), message, &limits,
				    offhook_emu_webhook_replied_cb, g_object_ref(task));
}

void
offhook_emu_webhook_send_async(SoupSession *session, const OffhookEmuOptions *options,
			       const OffhookEmuAddress *address, OffhookEmuWebhookKind kind,
			       const gchar *method, const gchar *url, JsonObject *fields,
			       GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(JsonObject) owned = fields;
	g_autoptr(GTask) task = g_task_new(session, NULL, callback, user_data);
	OffhookEmuWebhook *self = g_new0(OffhookEmuWebhook, 1);
	gboolean query = g_str_equal(method, "GET");
	g_autofree gchar *whole = NULL;
	GError *error = NULL;

	g_task_set_task_data(task, self, offhook_emu_webhook_free);
	self->options = options;
	self->kind = kind;
	self->method = g_strdup(method);
	self->text = offhook_emu_webhook_get_hashed(fields, query);
	if (query) {
		g_autofree gchar *encoded = offhook_emu_webhook_encode(fields);

		whole = g_strconcat(url, strchr(url, '?') != NULL ? "&" : "?", encoded, NULL);
	}
	self->url = offhook_emu_address_get_actual(address, whole != NULL ? whole : url, &error);
	if (self->url == NULL)
		g_task_return_error(task, error);
	else
		offhook_emu_webhook_attempt(task);
}

OffhookEmuReply *
offhook_emu_webhook_send_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
