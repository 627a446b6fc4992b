/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The service: who may come in, what errors look like, what is counted. Main loop only. */

#include "options.h"
#include "session.h"

#include <locale.h>

static guint
offhook_emu_elevenlabs_check_cb(gpointer user_data, const gchar *path, const OffhookEmuForm *query,
				SoupMessageHeaders *headers, gchar **reason)
{
	const OffhookEmuElevenlabs *self = user_data;
	const gchar *key = soup_message_headers_get_one(headers, "xi-api-key");
	OffhookEmuElevenlabsWish wish = {0};
	guint status = 101;

	*reason = offhook_emu_elevenlabs_check_address(path, query, &wish);
	if (*reason != NULL)
		status = wish.voice == NULL ? 404 : 400;
	/* Without the header the key may come with the first message. */
	else if (key != NULL && self->options->socket.key != NULL &&
		 !g_str_equal(key, self->options->socket.key))
		status = 401;
	else if (self->options->concurrent > 0 && self->open >= (guint)self->options->concurrent)
		status = 429;
	offhook_emu_elevenlabs_wish_clear(&wish);
	return status;
}

static JsonObject *
offhook_emu_elevenlabs_make_error_cb(gpointer user_data, guint status, const gchar *reason,
				     gboolean in_stream)
{
	static const struct {
		guint status;
		const gchar *type, *code, *stream, *message;
	} errors[] = {
	    {400, "validation_error", "invalid_parameters", "invalid_input_message",
	     "The request is not as it should be."},
	    {401, "authentication_error", "invalid_api_key", "quota_exceeded",
	     "This request exceeds your quota. You have 0 credits remaining."},
	    {404, "not_found", "not_found", "voice_not_found", "There is nothing here."},
	    {429, "rate_limit_error", "concurrent_limit_exceeded", "concurrent_limit_exceeded",
	     "Too many concurrent requests for your plan."},
	    {500, "internal_error", "internal_server_error", "internal_server_error",
	     "An internal error occurred."},
	};
	JsonObject *object = json_object_new(), *detail;
	const gchar *word;
	gsize i = 0;

	while (i + 1 < G_N_ELEMENTS(errors) && errors[i].status != status)
		i++;
	/* Without a reason it is a fault on demand. */
	word = reason != NULL && status == 401 ? errors[i].code : errors[i].stream;
	if (reason == NULL)
		reason = status == 401 && !in_stream ? "Invalid API key" : errors[i].message;
	if (in_stream) {
		json_object_set_string_member(object, "message", reason);
		json_object_set_string_member(object, "error", word);
		json_object_set_int_member(object, "code", 1008);
		return object;
	}
	detail = json_object_new();
	json_object_set_string_member(detail, "type", errors[i].type);
	json_object_set_string_member(detail, "code", errors[i].code);
	json_object_set_string_member(detail, "status", errors[i].code);
	json_object_set_string_member(detail, "message", reason);
	json_object_set_string_member(detail, "request_id", "emulated");
	json_object_set_null_member(detail, "param");
	json_object_set_object_member(object, "detail", detail);
	return object;
}

static void
offhook_emu_elevenlabs_opened_cb(gpointer user_data, OffhookEmuPeer *peer)
{
	OffhookEmuElevenlabs *self = user_data;

	peer->data = offhook_emu_elevenlabs_session_new(
	    self, peer,
	    self->options->socket.key == NULL ||
		g_hash_table_contains(peer->headers, "xi-api-key"));
}

static void
offhook_emu_elevenlabs_text_cb(gpointer user_data, OffhookEmuPeer *peer, const gchar *text)
{
	offhook_emu_elevenlabs_session_take(peer->data, text);
}

static void
offhook_emu_elevenlabs_closed_cb(gpointer user_data, OffhookEmuPeer *peer)
{
	offhook_emu_elevenlabs_session_free(peer->data);
}

static void
offhook_emu_elevenlabs_add_state_cb(gpointer user_data, JsonObject *state)
{
	const OffhookEmuElevenlabs *self = user_data;

	json_object_set_int_member(state, "contexts", self->contexts);
	json_object_set_int_member(state, "closed", self->closed);
	json_object_set_int_member(state, "cut", self->cut);
	json_object_set_int_member(state, "texts", self->texts);
	json_object_set_int_member(state, "characters", self->characters);
	json_object_set_int_member(state, "kept_alive", self->kept_alive);
	json_object_set_string_member(state, "last_text",
				      self->last_text != NULL ? self->last_text : "");
}

static const OffhookEmuSocketProtocol offhook_emu_elevenlabs_protocol = {
    .check = offhook_emu_elevenlabs_check_cb,
    .make_error = offhook_emu_elevenlabs_make_error_cb,
    .opened = offhook_emu_elevenlabs_opened_cb,
    .text = offhook_emu_elevenlabs_text_cb,
    .closed = offhook_emu_elevenlabs_closed_cb,
    .add_state = offhook_emu_elevenlabs_add_state_cb,
};

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuElevenlabsOptions) options = NULL;
	OffhookEmuElevenlabs self = {0};

	setlocale(LC_ALL, "");
	options = offhook_emu_elevenlabs_options_parse(argc, argv, &error);
	self.options = options;
	if (options != NULL)
		offhook_emu_socket_service_run(&options->socket, &offhook_emu_elevenlabs_protocol,
					       &self, "base-url", "", &error);
	g_free(self.last_text);
	return offhook_emu_command_get_status(error);
}
