/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Text messages, through the Messages API (signed like all our requests) or the SMS API (with a
 * signature, or the account's secret), as the account is set. Main thread.
 */

#include "ncco.h"
#include "vonage-control.h"
#include "vonage-request.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/rest-client.h>
#include <string.h>

#define MAX_TEXT 1000 /* characters */

/* ---- sending ---- */

static gboolean
offhook_vonage_message_check(const OffhookVonageDesk *desk, const OffhookTextMessage *message,
			     GError **error)
{
	const char *from = message->from != NULL ? message->from : desk->config->phone_number;
	const char *wrong = NULL;

	if (message->media != NULL && message->media[0] != NULL)
		wrong = "media: expected none, an SMS carries only text";
	else if (g_utf8_strlen(message->text, -1) > MAX_TEXT)
		wrong = "text: expected at most 1000 characters";
	else if (from != NULL && !offhook_phone_number_is_valid(from))
		wrong = "from: expected a number in E.164 that the account owns";
	if (wrong != NULL)
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT, wrong);
	else if (from == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "phone-number is not set: nobody to send it as");
	return wrong == NULL && from != NULL;
}

/* Whether it was sent is not known. Sending it again is for people to decide. */
static void
offhook_vonage_message_fail(GTask *task, const OffhookRestReply *reply, GError *error)
{
	gboolean unknown = reply != NULL
			       ? reply->status >= 500
			       : g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);

	if (unknown) {
		error->code = OFFHOOK_ERROR_TIMED_OUT;
		g_prefix_error(&error, "it is not known whether Vonage took the message: ");
	}
	g_task_return_error(task, error);
}

static void
offhook_vonage_message_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_vonage_api_send_finish(result, &error);
	const char *name = offhook_rest_reply_get_string(reply, "message_uuid");

	if (offhook_vonage_id_is_valid(name)) {
		g_task_return_pointer(task, g_strdup(name), g_free);
		return;
	}
	if (reply != NULL)
		offhook_vonage_reply_fail(reply, "message", &error);
	offhook_vonage_message_fail(task, reply, error);
}

static void
offhook_vonage_message_send(const OffhookVonageDesk *desk, const char *from, const char *to,
			    const OffhookTextMessage *message, GTask *task)
{
	g_autoptr(JsonObject) body = json_object_new();
	const OffhookVonageAsk ask = {
	    .method = "POST", .path = "/v1/messages", .body = body, .once = TRUE};

	json_object_set_string_member(body, "message_type", "text");
	json_object_set_string_member(body, "channel", "sms");
	json_object_set_string_member(body, "to", to);
	json_object_set_string_member(body, "from", from);
	json_object_set_string_member(body, "text", message->text);
	if (message->message_id != NULL)
		json_object_set_string_member(body, "client_ref", message->message_id);
	offhook_vonage_api_send_async(desk->api, &ask, NULL, offhook_vonage_message_sent_cb, task);
}

/* ---- sending through the SMS API ---- */

/* 200 whatever it was: each part of the message has a status of its own. */
static const char *
offhook_vonage_sms_read(const OffhookRestReply *reply, GError **error)
{
	JsonArray *parts = offhook_json_get_array(reply->body, "messages");
	JsonNode *node = parts != NULL && json_array_get_length(parts) > 0
			     ? json_array_get_element(parts, 0)
			     : NULL;
	JsonObject *part =
	    node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	const char *name = offhook_json_get_string(part, "message-id");
	const char *text = offhook_json_get_string(part, "error-text");
	gint64 status = offhook_json_get_number(part, "status");
	OffhookError code = OFFHOOK_ERROR_PROVIDER;

	if (status == 0 && offhook_vonage_id_is_valid(name))
		return name;
	if (status == 1)
		code = OFFHOOK_ERROR_RATE_LIMITED;
	else if (status == 4 || status == 14)
		code = OFFHOOK_ERROR_AUTHENTICATION;
	else if (status == 2 || status == 3 || status == 6)
		code = OFFHOOK_ERROR_INVALID_ARGUMENT;
	g_set_error(error, OFFHOOK_ERROR, (int)code,
		    "message: Vonage says %" G_GINT64_FORMAT ": %s", status,
		    text != NULL ? text : "");
	return NULL;
}

static void
offhook_vonage_sms_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	g_autoptr(OffhookWebResponse) response = offhook_rest_send_finish(result, &error);
	g_autoptr(OffhookRestReply) reply =
	    response != NULL ? offhook_vonage_reply_new(response) : NULL;
	const char *name = NULL;

	if (reply != NULL && offhook_rest_reply_is_success(reply))
		name = offhook_vonage_sms_read(reply, &error);
	else if (reply != NULL)
		offhook_vonage_reply_fail(reply, "message", &error);
	if (name != NULL)
		g_task_return_pointer(task, g_strdup(name), g_free);
	else
		offhook_vonage_message_fail(task, reply, error);
}

static GBytes *
offhook_vonage_sms_make_form(const OffhookVonageConfig *config, GHashTable *fields)
{
	GString *form = g_string_new(NULL);
	GHashTableIter iter;
	gpointer name, value;

	if (config->signature_secret != NULL) {
		g_autofree char *time =
		    g_strdup_printf("%" G_GINT64_FORMAT, g_get_real_time() / G_USEC_PER_SEC);
		g_autofree char *signature = NULL;

		g_hash_table_insert(fields, "timestamp", time);
		signature = offhook_vonage_sms_signature_make(fields, config->signature_secret,
							      config->sms_method);
		offhook_web_form_add(form, "sig", signature);
		offhook_web_form_add(form, "timestamp", time);
		g_hash_table_remove(fields, "timestamp");
	}
	g_hash_table_iter_init(&iter, fields);
	while (g_hash_table_iter_next(&iter, &name, &value))
		offhook_web_form_add(form, name, value);
	return g_string_free_to_bytes(form);
}

static void
offhook_vonage_sms_send(const OffhookVonageDesk *desk, const char *from, const char *to,
			const OffhookTextMessage *message, GTask *task)
{
	const OffhookVonageConfig *config = desk->config;
	g_autofree char *url = g_strconcat(config->sms_url, "/sms/json", NULL);
	g_autofree char *receipt = offhook_driver_make_webhook_url(desk->driver, config->base_url,
								   OFFHOOK_VONAGE_PATH_SMS_STATUS);
	g_autoptr(GHashTable) fields = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GBytes) form = NULL;
	gboolean signs = config->signature_secret != NULL;

	g_hash_table_insert(fields, "api_key", config->api_key);
	g_hash_table_insert(fields, "from", (char *)from);
	g_hash_table_insert(fields, "to", (char *)to);
	g_hash_table_insert(fields, "text", (char *)message->text);
	g_hash_table_insert(fields, "callback", receipt);
	g_hash_table_insert(fields, "type", g_str_is_ascii(message->text) ? "text" : "unicode");
	form = offhook_vonage_sms_make_form(config, fields);
	const OffhookWebRequest request = {
	    .method = "POST",
	    .url = url,
	    .username = signs ? NULL : config->api_key,
	    .password = signs ? NULL : config->api_secret,
	    .content_type = "application/x-www-form-urlencoded",
	    .body = form,
	    .timeout_ms = config->api_timeout_s * 1000,
	};
	offhook_rest_send_async(desk->web, &request, FALSE, NULL, NULL, offhook_vonage_sms_sent_cb,
				task);
}

void
offhook_vonage_control_send_message(const OffhookVonageDesk *desk,
				    const OffhookTextMessage *message, GTask *task)
{
	const OffhookVonageConfig *config = desk->config;
	g_autofree char *from = NULL;
	g_autofree char *to = offhook_vonage_number_to_wire(message->to);
	GError *error = NULL;

	if (offhook_vonage_message_check(desk, message, &error) && config->sms_api &&
	    (config->api_key == NULL ||
	     (config->signature_secret == NULL && config->api_secret == NULL)))
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "the SMS API can't be used: expected api-key, and signature-secret or "
			    "api-secret");
	if (error != NULL) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	from = offhook_vonage_number_to_wire(message->from != NULL ? message->from
								   : config->phone_number);
	if (config->sms_api)
		offhook_vonage_sms_send(desk, from, to, message, task);
	else if (offhook_vonage_control_needs_api(desk, task))
		offhook_vonage_message_send(desk, from, to, message, task);
}

/* ---- what comes ---- */

/* A field by its name in the Messages API, or in the SMS API. */
static const char *
offhook_vonage_message_get(const OffhookVonageRequest *request, const char *name,
			   const char *sms_name)
{
	const char *value = offhook_vonage_request_get(request, name);

	return value != NULL ? value : offhook_vonage_request_get(request, sms_name);
}

OffhookWebhookReply *
offhook_vonage_answer_sms(const OffhookVonageDesk *desk, const OffhookVonageRequest *request,
			  GError **error)
{
	const char *from = offhook_vonage_message_get(request, "from", "msisdn");
	const char *to = offhook_vonage_request_get(request, "to");
	const char *text = offhook_vonage_request_get(request, "text");
	g_autofree char *sender = offhook_vonage_number_from_wire(from != NULL ? from : "");
	g_autofree char *receiver = offhook_vonage_number_from_wire(to != NULL ? to : "");
	const OffhookTextMessage message = {
	    .provider_message_id = offhook_vonage_message_get(request, "message_uuid", "messageId"),
	    .from = sender,
	    .to = receiver,
	    .text = text != NULL ? text : "",
	};

	/* A receipt that was sent here: a common mistake of the dashboard's settings. */
	if (offhook_vonage_request_get(request, "status") != NULL)
		return offhook_vonage_answer_sms_status(desk, request, error);
	if (offhook_vonage_id_is_valid(message.provider_message_id) && from != NULL && to != NULL)
		offhook_call_host_receive_message(desk->host, desk->driver, &message);
	return offhook_vonage_reply_with_nothing();
}

/* Why, in Vonage's words. (nullable) */
static char *
offhook_vonage_message_dup_error(const OffhookVonageRequest *request)
{
	JsonObject *error = offhook_json_get_object(request->fields, "error");
	const char *title = offhook_json_get_string(error, "title");
	const char *code = offhook_vonage_request_get(request, "err-code");

	if (title == NULL)
		title = offhook_json_get_string(error, "detail");
	if (title == NULL && code != NULL && !g_str_equal(code, "0"))
		return g_strconcat("Vonage says ", code, NULL);
	return title != NULL ? g_strconcat("Vonage says ", title, NULL) : NULL;
}

OffhookWebhookReply *
offhook_vonage_answer_sms_status(const OffhookVonageDesk *desk, const OffhookVonageRequest *request,
				 GError **error)
{
	static const struct {
		const char *word;
		OffhookMessageState state;
	} states[] = {
	    {"submitted", OFFHOOK_MESSAGE_SENT},
	    {"accepted", OFFHOOK_MESSAGE_QUEUED},
	    {"buffered", OFFHOOK_MESSAGE_QUEUED},
	    {"delivered", OFFHOOK_MESSAGE_DELIVERED},
	    {"read", OFFHOOK_MESSAGE_DELIVERED},
	    {"rejected", OFFHOOK_MESSAGE_FAILED},
	    {"failed", OFFHOOK_MESSAGE_FAILED},
	    {"undeliverable", OFFHOOK_MESSAGE_UNDELIVERED},
	    {"expired", OFFHOOK_MESSAGE_UNDELIVERED},
	};
	const char *name = offhook_vonage_message_get(request, "message_uuid", "messageId");
	const char *status = offhook_vonage_request_get(request, "status");
	g_autofree char *reason = offhook_vonage_message_dup_error(request);

	for (guint i = 0; i < G_N_ELEMENTS(states); i++)
		if (g_strcmp0(status, states[i].word) == 0 && offhook_vonage_id_is_valid(name))
			offhook_call_host_report_message(desk->host, desk->driver, name,
							 states[i].state, reason);
	return offhook_vonage_reply_with_nothing();
}
