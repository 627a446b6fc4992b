/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The service: who may come in, what errors look like, what is counted. Main loop only. */

#include "session.h"

#include <locale.h>

static guint
offhook_emu_realtime_check_cb(gpointer user_data, const gchar *path, const OffhookEmuForm *query,
			      SoupMessageHeaders *headers, gchar **reason)
{
	const OffhookEmuRealtime *self = user_data;
	const gchar *given = soup_message_headers_get_one(headers, "Authorization");
	g_autofree gchar *expected = g_strconcat("Bearer ", self->options->socket.key, NULL);

	if (!g_str_equal(path, "/v1/realtime")) {
		*reason = g_strdup("no such path");
		return 404;
	}
	if (self->options->socket.key != NULL && g_strcmp0(given, expected) != 0)
		return 401;
	if (offhook_emu_form_get(query, "model") == NULL) {
		*reason = g_strdup("model: missing");
		return 400;
	}
	return 101;
}

static JsonObject *
offhook_emu_realtime_make_error_cb(gpointer user_data, guint status, const gchar *reason,
				   gboolean in_stream)
{
	static const struct {
		guint status;
		const gchar *type, *code, *message;
	} errors[] = {
	    {400, "invalid_request_error", "invalid_value", "The request is not as it should be."},
	    {401, "invalid_request_error", "invalid_api_key",
	     "Incorrect API key provided: secret-part"},
	    {404, "invalid_request_error", "not_found", "There is nothing here."},
	    {429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota."},
	    {500, "server_error", "server_error", "The server had an error."},
	};
	JsonObject *object = json_object_new(), *error = json_object_new();
	gsize i = 0;

	while (i + 1 < G_N_ELEMENTS(errors) && errors[i].status != status)
		i++;
	if (in_stream) {
		json_object_set_string_member(object, "type", "error");
		json_object_set_string_member(object, "event_id", "event_error");
	}
	json_object_set_string_member(error, "type", errors[i].type);
	json_object_set_string_member(error, "code", errors[i].code);
	json_object_set_string_member(error, "message",
				      reason != NULL ? reason : errors[i].message);
	json_object_set_null_member(error, "param");
	json_object_set_object_member(object, "error", error);
	return object;
}

static void
offhook_emu_realtime_opened_cb(gpointer user_data, OffhookEmuPeer *peer)
{
	peer->data = offhook_emu_realtime_session_new(user_data, peer);
	/* The shape of before is let in only to be told so. */
	if (g_hash_table_contains(peer->headers, "openai-beta"))
		offhook_emu_peer_fail(peer, 400, "The Realtime Beta API is no longer supported.",
				      4000);
}

static void
offhook_emu_realtime_text_cb(gpointer user_data, OffhookEmuPeer *peer, const gchar *text)
{
	offhook_emu_realtime_session_take(peer->data, text);
}

static void
offhook_emu_realtime_closed_cb(gpointer user_data, OffhookEmuPeer *peer)
{
	offhook_emu_realtime_session_free(peer->data);
}

static void
offhook_emu_realtime_add_state_cb(gpointer user_data, JsonObject *state)
{
	const OffhookEmuRealtime *self = user_data;
	const struct {
		const gchar *name;
		guint value;
	} counts[] = {
	    {"sessions", self->sessions},
	    {"commits", self->commits},
	    {"committed_ms", self->committed_ms},
	    {"responses", self->responses},
	    {"completed", self->completed},
	    {"cancelled", self->cancelled},
	    {"truncations", self->truncations},
	    {"truncated_ms", self->truncated_ms},
	    {"truncated_of_ms", self->truncated_of_ms},
	    {"deleted", self->deleted},
	    {"tool_outputs", self->tool_outputs},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
		json_object_set_int_member(state, counts[i].name, counts[i].value);
	json_object_set_string_member(state, "last_setup",
				      self->last_setup != NULL ? self->last_setup : "");
	json_object_set_string_member(state, "last_text",
				      self->last_text != NULL ? self->last_text : "");
}

static const OffhookEmuSocketProtocol offhook_emu_realtime_protocol = {
    .check = offhook_emu_realtime_check_cb,
    .make_error = offhook_emu_realtime_make_error_cb,
    .opened = offhook_emu_realtime_opened_cb,
    .text = offhook_emu_realtime_text_cb,
    .closed = offhook_emu_realtime_closed_cb,
    .add_state = offhook_emu_realtime_add_state_cb,
};

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuRealtimeOptions) options = NULL;
	g_autoptr(OffhookEmuRealtimeScript) script = NULL;
	OffhookEmuRealtime self = {0};

	setlocale(LC_ALL, "");
	options = offhook_emu_realtime_options_parse(argc, argv, &error);
	if (options != NULL)
		script = offhook_emu_realtime_script_load(options->script_path, &error);
	self.options = options;
	self.script = script;
	if (script != NULL)
		offhook_emu_socket_service_run(&options->socket, &offhook_emu_realtime_protocol,
					       &self, "url", "/v1/realtime", &error);
	g_free(self.last_setup);
	g_free(self.last_text);
	return offhook_emu_command_get_status(error);
}
