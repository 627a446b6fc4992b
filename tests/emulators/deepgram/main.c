/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The service: who may come in, what errors look like, what is counted. Main loop only. */

#include "deepgram.h"

#include <locale.h>
#include <string.h>

/* A connection is one of both. */
typedef struct {
	OffhookEmuDeepgramEar *ear;
	OffhookEmuDeepgramVoice *voice;
} OffhookEmuDeepgramSession;

static gboolean
offhook_emu_deepgram_is_allowed(const OffhookEmuDeepgram *self, SoupMessageHeaders *headers)
{
	const gchar *given = soup_message_headers_get_one(headers, "Authorization");
	const gchar *key = self->options->socket.key;

	if (key == NULL)
		return TRUE;
	if (given == NULL)
		return FALSE;
	if (g_str_has_prefix(given, "Token "))
		return g_str_equal(given + strlen("Token "), key);
	return g_str_has_prefix(given, "Bearer ") && g_str_equal(given + strlen("Bearer "), key);
}

static guint
offhook_emu_deepgram_check_cb(gpointer user_data, const gchar *path, const OffhookEmuForm *query,
			      SoupMessageHeaders *headers, gchar **reason)
{
	OffhookEmuDeepgramWish wish;
	guint status;

	*reason = offhook_emu_deepgram_check_address(path, query, &wish, &status);
	return status == 101 && !offhook_emu_deepgram_is_allowed(user_data, headers) ? 401 : status;
}

static JsonObject *
offhook_emu_deepgram_make_error_cb(gpointer user_data, guint status, const gchar *reason,
				   gboolean in_stream)
{
	static const struct {
		guint status;
		const gchar *code, *message;
	} errors[] = {
	    {400, "INVALID_QUERY_PARAMETER", "The request is not as it should be."},
	    {401, "INVALID_AUTH", "Invalid credentials."},
	    {404, "NOT_FOUND", "There is nothing here."},
	    {429, "TOO_MANY_REQUESTS", "Too many requests. Please try again later"},
	    {500, "INTERNAL_SERVER_ERROR", "An internal error occurred."},
	};
	JsonObject *object = json_object_new();
	gsize i = 0;

	while (i + 1 < G_N_ELEMENTS(errors) && errors[i].status != status)
		i++;
	if (reason == NULL)
		reason = errors[i].message;
	if (in_stream) {
		json_object_set_string_member(object, "type", "Error");
		json_object_set_string_member(object, "code", errors[i].code);
		json_object_set_string_member(object, "description", reason);
	} else if (status == 400) {
		json_object_set_string_member(object, "category", errors[i].code);
		json_object_set_string_member(object, "message", reason);
		json_object_set_string_member(object, "details", "");
		json_object_set_string_member(object, "request_id", "emulated");
	} else {
		json_object_set_string_member(object, "err_code", errors[i].code);
		json_object_set_string_member(object, "err_msg", reason);
		json_object_set_string_member(object, "request_id", "emulated");
	}
	return object;
}

static void
offhook_emu_deepgram_opened_cb(gpointer user_data, OffhookEmuPeer *peer)
{
	OffhookEmuDeepgramSession *session = g_new0(OffhookEmuDeepgramSession, 1);
	OffhookEmuDeepgramWish wish;
	guint status;

	g_free(offhook_emu_deepgram_check_address(peer->path, peer->query, &wish, &status));
	peer->data = session;
	if (wish.listen)
		session->ear = offhook_emu_deepgram_ear_new(user_data, peer, &wish);
	else
		session->voice = offhook_emu_deepgram_voice_new(user_data, peer, &wish);
}

static void
offhook_emu_deepgram_text_cb(gpointer user_data, OffhookEmuPeer *peer, const gchar *text)
{
	OffhookEmuDeepgramSession *session = peer->data;

	if (session->ear != NULL)
		offhook_emu_deepgram_ear_take_text(session->ear, text);
	else
		offhook_emu_deepgram_voice_take_text(session->voice, text);
}

static void
offhook_emu_deepgram_binary_cb(gpointer user_data, OffhookEmuPeer *peer, GBytes *data)
{
	OffhookEmuDeepgramSession *session = peer->data;

	if (session->ear != NULL) {
		offhook_emu_deepgram_ear_take_audio(session->ear, data);
		return;
	}
	offhook_emu_socket_service_complain(peer->service, "audio for what speaks");
	offhook_emu_peer_close(peer, 1003, "text only");
}

static void
offhook_emu_deepgram_closed_cb(gpointer user_data, OffhookEmuPeer *peer)
{
	OffhookEmuDeepgramSession *session = peer->data;

	g_clear_pointer(&session->ear, offhook_emu_deepgram_ear_free);
	g_clear_pointer(&session->voice, offhook_emu_deepgram_voice_free);
	g_free(session);
}

static void
offhook_emu_deepgram_add_state_cb(gpointer user_data, JsonObject *state)
{
	const OffhookEmuDeepgram *self = user_data;

	json_object_set_int_member(state, "utterances", self->utterances);
	json_object_set_int_member(state, "finalized", self->finalized);
	json_object_set_int_member(state, "kept_alive", self->kept_alive);
	json_object_set_int_member(state, "heard_ms", (gint64)self->heard_ms);
	json_object_set_int_member(state, "texts", self->texts);
	json_object_set_int_member(state, "characters", self->characters);
	json_object_set_int_member(state, "flushes", self->flushes);
	json_object_set_int_member(state, "clears", self->clears);
	json_object_set_string_member(state, "last_text",
				      self->last_text != NULL ? self->last_text : "");
}

static const OffhookEmuSocketProtocol offhook_emu_deepgram_protocol = {
    .check = offhook_emu_deepgram_check_cb,
    .make_error = offhook_emu_deepgram_make_error_cb,
    .opened = offhook_emu_deepgram_opened_cb,
    .text = offhook_emu_deepgram_text_cb,
    .binary = offhook_emu_deepgram_binary_cb,
    .closed = offhook_emu_deepgram_closed_cb,
    .add_state = offhook_emu_deepgram_add_state_cb,
};

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuDeepgramOptions) options = NULL;
	OffhookEmuDeepgram self = {0};

	setlocale(LC_ALL, "");
	options = offhook_emu_deepgram_options_parse(argc, argv, &error);
	self.options = options;
	if (options != NULL)
		offhook_emu_socket_service_run(&options->socket, &offhook_emu_deepgram_protocol,
					       &self, "base-url", "", &error);
	g_free(self.last_text);
	return offhook_emu_command_get_status(error);
}
