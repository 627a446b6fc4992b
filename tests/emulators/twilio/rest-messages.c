/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text messages that the server sends. To a number ending in 9006 they can't be delivered, one
 * ending in 9007 has opted out. */

#include "rest-private.h"

#include "identity.h"

#define OFFHOOK_EMU_REST_MAX_BODY 1600

static void
offhook_emu_rest_message_tell(OffhookEmuRest *self, OffhookEmuRequest *request, const gchar *sid,
			      const gchar *status, const gchar *error)
{
	OffhookEmuForm *form = offhook_emu_form_new();
	const gchar *from = offhook_emu_form_get(request->form, "From");

	offhook_emu_form_add(form, "MessageSid", sid);
	offhook_emu_form_add(form, "SmsSid", sid);
	offhook_emu_form_add(form, "MessageStatus", status);
	offhook_emu_form_add(form, "SmsStatus", status);
	offhook_emu_form_add(form, "AccountSid", self->options->account->sid);
	offhook_emu_form_add(form, "From", from != NULL ? from : "");
	offhook_emu_form_add(form, "To", offhook_emu_form_get(request->form, "To"));
	offhook_emu_form_add(form, "ApiVersion", "2010-04-01");
	if (error != NULL)
		offhook_emu_form_add(form, "ErrorCode", error);
	offhook_emu_rest_notify(self, offhook_emu_form_get(request->form, "StatusCallback"), form);
}

static gboolean
offhook_emu_rest_messages_check(OffhookEmuRequest *request)
{
	const gchar *to = offhook_emu_form_get(request->form, "To");
	const gchar *body = offhook_emu_form_get(request->form, "Body");

	if (to == NULL)
		offhook_emu_rest_refuse(request, 400, 21604, "A 'To' phone number is required.");
	else if (!offhook_emu_rest_is_number(to))
		offhook_emu_rest_refuse(request, 400, 21211, "Invalid 'To' Phone Number");
	else if (offhook_emu_form_get(request->form, "From") == NULL &&
		 offhook_emu_form_get(request->form, "MessagingServiceSid") == NULL)
		offhook_emu_rest_refuse(request, 400, 21603, "A 'From' phone number is required.");
	else if (body == NULL && offhook_emu_form_get(request->form, "MediaUrl") == NULL)
		offhook_emu_rest_refuse(request, 400, 21602, "Message body is required.");
	else if (body != NULL && g_utf8_strlen(body, -1) > OFFHOOK_EMU_REST_MAX_BODY)
		offhook_emu_rest_refuse(request, 400, 21617, "The body exceeds 1600 characters");
	else if (g_str_has_suffix(to, "9007"))
		offhook_emu_rest_refuse(request, 400, 21610,
					"Attempt to send to unsubscribed recipient");
	else
		return TRUE;
	return FALSE;
}

static void
offhook_emu_rest_messages_create(OffhookEmuRest *self, OffhookEmuRequest *request)
{
	const gchar *to = offhook_emu_form_get(request->form, "To");
	const gchar *body = offhook_emu_form_get(request->form, "Body");
	g_autofree gchar *sid = NULL;
	g_autofree gchar *now = offhook_emu_rest_now();
	JsonObject *message;

	if (!offhook_emu_rest_messages_check(request))
		return;
	sid = offhook_emu_identity_new_sid("SM");
	message = json_object_new();
	json_object_set_string_member(message, "sid", sid);
	json_object_set_string_member(message, "status", "queued");
	json_object_set_string_member(message, "to", to);
	json_object_set_string_member(message, "body", body != NULL ? body : "");
	json_object_set_string_member(message, "direction", "outbound-api");
	json_object_set_string_member(message, "date_created", now);
	json_object_set_string_member(message, "num_segments", "1");
	json_object_set_string_member(message, "num_media", "0");
	g_hash_table_insert(self->messages, g_strdup(sid), json_object_ref(message));
	g_ptr_array_add(self->sent, message);
	offhook_emu_request_reply(request, 201, message);
	/* In the wrong order, as it may happen. */
	if (g_str_has_suffix(to, "9006"))
		offhook_emu_rest_message_tell(self, request, sid, "undelivered", "30006");
	else
		offhook_emu_rest_message_tell(self, request, sid, "delivered", NULL);
	offhook_emu_rest_message_tell(self, request, sid, "sent", NULL);
}

gboolean
offhook_emu_rest_messages_serve(OffhookEmuRest *self, OffhookEmuRequest *request, const gchar *path)
{
	JsonArray *array;

	if (!g_str_equal(path, "/Messages.json"))
		return FALSE;
	if (g_str_equal(request->method, "POST")) {
		offhook_emu_rest_messages_create(self, request);
		return TRUE;
	}
	array = json_array_new();
	for (guint i = self->sent->len; i > 0; i--)
		json_array_add_object_element(
		    array, json_object_ref(g_ptr_array_index(self->sent, i - 1)));
	offhook_emu_rest_reply_list(self, request, "messages", array);
	return TRUE;
}
