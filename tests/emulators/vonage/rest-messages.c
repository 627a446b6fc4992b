/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text messages that the server sends, by the Messages API or by the older SMS API. To a number
 * ending in 9006 they can't be delivered, one ending in 9007 is refused. */

#include "rest-private.h"

#include <string.h>

static gchar *
offhook_emu_rest_message_now(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();

	return g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
}

/* A report is sent and forgotten. */
static void
offhook_emu_rest_message_told_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuReply) reply = offhook_emu_webhook_send_finish(result, &error);

	if (reply == NULL)
		g_printerr("a message's status: %s\n", error->message);
	else if (reply->status >= 300)
		g_printerr("a message's status was answered with %u\n", reply->status);
}

/* @url: NULL: beside the answer webhook */
static void
offhook_emu_rest_message_send(OffhookEmuRest *self, const gchar *url, JsonObject *report)
{
	g_autofree gchar *where = offhook_emu_webhook_find(
	    self->address, url != NULL ? url : self->options->account->sms_status_url,
	    "sms-status");

	if (where != NULL)
		offhook_emu_webhook_send_async(self->session, self->options, self->address,
					       OFFHOOK_EMU_WEBHOOK_EVENT, "POST", where, report,
					       offhook_emu_rest_message_told_cb, NULL);
	else
		json_object_unref(report);
}

/* ---- the Messages API ---- */

static void
offhook_emu_rest_message_tell(OffhookEmuRest *self, JsonObject *message, const gchar *uuid,
			      const gchar *status)
{
	static const gchar *const copied[] = {"to", "from", "channel", "client_ref"};
	JsonObject *report = json_object_new();
	g_autofree gchar *now = offhook_emu_rest_message_now();

	json_object_set_string_member(report, "message_uuid", uuid);
	for (gsize i = 0; i < G_N_ELEMENTS(copied); i++) {
		if (json_object_has_member(message, copied[i]))
			json_object_set_string_member(
			    report, copied[i], json_object_get_string_member(message, copied[i]));
	}
	json_object_set_string_member(report, "timestamp", now);
	json_object_set_string_member(report, "status", status);
	if (g_str_equal(status, "undeliverable")) {
		JsonObject *error = json_object_new();

		json_object_set_string_member(
		    error, "type", "https://developer.vonage.com/api-errors/messages#1320");
		json_object_set_string_member(error, "title", "1320");
		json_object_set_string_member(error, "detail", "Device Not Available");
		json_object_set_object_member(report, "error", error);
	}
	offhook_emu_rest_message_send(self, NULL, report);
}

static void
offhook_emu_rest_messages_create(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	static const OffhookEmuRule rules[] = {
	    {"message_type", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "text", NULL},
	    {"channel", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "sms", NULL},
	    {"to", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "[0-9]{7,15}", NULL},
	    {"from", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "[0-9]{3,15}|[A-Za-z0-9 ]{1,11}", NULL},
	    {"text", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 1000, NULL, NULL},
	    {"client_ref", OFFHOOK_EMU_RULE_STRING, FALSE, 1, 100, NULL, NULL},
	    {"webhook_url", OFFHOOK_EMU_RULE_URL, FALSE, 0, 0, NULL, NULL},
	    {"webhook_version", OFFHOOK_EMU_RULE_STRING, FALSE, 1, 0, "v1|v0.1", NULL},
	    {"ttl", OFFHOOK_EMU_RULE_INTEGER, FALSE, 300, 259200, NULL, NULL},
	    {"sms", OFFHOOK_EMU_RULE_OBJECT, FALSE, 0, 0, NULL, NULL},
	    {0}};
	g_autoptr(JsonObject) message = offhook_emu_rest_read(request);
	g_autoptr(GError) error = NULL;
	g_autofree gchar *uuid = g_uuid_string_random();
	JsonObject *reply;
	const gchar *to;

	if (message == NULL)
		return;
	if (!offhook_emu_rules_check(rules, message, "message", &error)) {
		offhook_emu_rest_refuse(request, 422, "Unprocessable entity", error->message);
		return;
	}
	to = json_object_get_string_member(message, "to");
	if (g_str_has_suffix(to, "9007")) {
		offhook_emu_rest_refuse(request, 422, "Invalid sender or recipient",
					"the recipient has opted out");
		return;
	}
	reply = json_object_new();
	json_object_set_string_member(reply, "message_uuid", uuid);
	offhook_emu_request_reply(request, 202, reply);
	/* In the wrong order, as it may happen. */
	offhook_emu_rest_message_tell(self, message, uuid,
				      g_str_has_suffix(to, "9006") ? "undeliverable" : "delivered");
	offhook_emu_rest_message_tell(self, message, uuid, "submitted");
}

/* ---- the SMS API: HTTP is always content ---- */

static void
offhook_emu_rest_sms_receipt(OffhookEmuRest *self, const gchar *id, const gchar *to,
			     const gchar *from, const gchar *callback)
{
	JsonObject *receipt = json_object_new();
	g_autofree gchar *now = offhook_emu_rest_message_now();
	gboolean lost = g_str_has_suffix(to, "9006");

	json_object_set_string_member(receipt, "msisdn", to);
	json_object_set_string_member(receipt, "to", from);
	json_object_set_string_member(receipt, "network-code", "310004");
	json_object_set_string_member(receipt, "messageId", id);
	json_object_set_string_member(receipt, "price", "0.00570000");
	json_object_set_string_member(receipt, "status", lost ? "failed" : "delivered");
	json_object_set_string_member(receipt, "err-code", lost ? "1" : "0");
	json_object_set_string_member(receipt, "message-timestamp", now);
	offhook_emu_rest_message_send(self, callback, receipt);
}

static void
offhook_emu_rest_sms_create(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	const gchar *to = offhook_emu_form_get(request->form, "to");
	const gchar *from = offhook_emu_form_get(request->form, "from");
	gboolean complete =
	    to != NULL && from != NULL && offhook_emu_form_get(request->form, "text") != NULL;
	gboolean barred = complete && g_str_has_suffix(to, "9007");
	g_autofree gchar *id = g_strdup_printf("0C%08X", g_random_int());
	JsonObject *reply = json_object_new();
	JsonObject *message = json_object_new();
	JsonArray *messages = json_array_new();

	if (complete && !barred) {
		json_object_set_string_member(message, "to", to);
		json_object_set_string_member(message, "message-id", id);
		json_object_set_string_member(message, "status", "0");
		json_object_set_string_member(message, "remaining-balance", "10.28");
		json_object_set_string_member(message, "message-price", "0.00570000");
		json_object_set_string_member(message, "network", "310004");
		offhook_emu_rest_sms_receipt(self, id, to, from,
					     offhook_emu_form_get(request->form, "callback"));
	} else {
		json_object_set_string_member(message, "status", barred ? "7" : "2");
		json_object_set_string_member(message, "error-text",
					      barred ? "Number barred" : "Missing parameters");
	}
	json_array_add_object_element(messages, message);
	json_object_set_string_member(reply, "message-count", "1");
	json_object_set_array_member(reply, "messages", messages);
	offhook_emu_request_reply(request, 200, reply);
}

gboolean
offhook_emu_rest_messages_serve(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	if (!g_str_equal(request->method, "POST"))
		return FALSE;
	if (g_str_equal(request->path, "/v1/messages"))
		offhook_emu_rest_messages_create(self, request);
	else if (g_str_equal(request->path, "/sms/json"))
		offhook_emu_rest_sms_create(self, request);
	return request->status != 0;
}
