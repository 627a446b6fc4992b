/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The media socket as Vonage speaks it: websocket:connected, then linear 16-bit sound in binary
 * messages of exactly one 20 ms frame each way, with events and commands as text in between. A frame
 * of another size is fatal: nothing is read any more, and soon the connection breaks. Main loop
 * only. */

#include "socket.h"

#include "rules.h"
#include "token.h"

#include <string.h>

#define OFFHOOK_EMU_SOCKET_FRAME_MS  20
#define OFFHOOK_EMU_SOCKET_KEY_MS    200
#define OFFHOOK_EMU_SOCKET_BREAK_MS  500
#define OFFHOOK_EMU_SOCKET_FRAME_MAX 480

typedef struct {
	const OffhookEmuOptions *options;
	OffhookEmuLine *line;
	JsonObject *endpoint;
	guint rate;
	gboolean deaf;
	guint break_timer;
	OffhookEmuStream *stream; /* borrowed, while the timer runs */
} OffhookEmuSocket;

guint
offhook_emu_socket_get_rate(JsonObject *endpoint)
{
	const gchar *type = json_object_get_string_member(endpoint, "content-type");

	return (guint)g_ascii_strtoull(strchr(type, '=') + 1, NULL, 10);
}

static void
offhook_emu_socket_free(gpointer wire)
{
	OffhookEmuSocket *self = wire;

	g_clear_handle_id(&self->break_timer, g_source_remove);
	json_object_unref(self->endpoint);
	g_free(self);
}

static void
offhook_emu_socket_send_object(OffhookEmuStream *stream, JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autofree gchar *text = NULL;

	json_node_take_object(node, object);
	text = json_to_string(node, FALSE);
	offhook_emu_stream_send_text(stream, text);
}

static void
offhook_emu_socket_copy_cb(JsonObject *headers, const gchar *name, JsonNode *value,
			   gpointer user_data)
{
	json_object_set_member(user_data, name, json_node_copy(value));
}

/* The headers of the endpoint ride at the top level. */
static gboolean
offhook_emu_socket_greet(gpointer wire, OffhookEmuStream *stream)
{
	OffhookEmuSocket *self = wire;
	JsonObject *connected;

	if (self->options->account->no_connected) {
		offhook_emu_stream_wrong(stream, "an open socket, and nothing is said on it");
		return FALSE;
	}
	connected = json_object_new();
	json_object_set_string_member(connected, "event", "websocket:connected");
	json_object_set_string_member(
	    connected, "content-type",
	    json_object_get_string_member(self->endpoint, "content-type"));
	if (json_object_has_member(self->endpoint, "headers"))
		json_object_foreach_member(json_object_get_object_member(self->endpoint, "headers"),
					   offhook_emu_socket_copy_cb, connected);
	offhook_emu_socket_send_object(stream, connected);
	return TRUE;
}

static void
offhook_emu_socket_send_audio(gpointer wire, OffhookEmuStream *stream, gint64 timestamp_ms,
			      const gint16 *samples, gsize length)
{
	g_autofree gint16 *little = g_new(gint16, MAX(length, 1));

	for (gsize i = 0; i < length; i++)
		little[i] = GINT16_TO_LE(samples[i]);
	offhook_emu_stream_send(stream, SOUP_WEBSOCKET_DATA_BINARY, little,
				length * sizeof *little);
}

static void
offhook_emu_socket_send_key(gpointer wire, OffhookEmuStream *stream, gchar digit)
{
	JsonObject *event = json_object_new();
	const gchar text[] = {digit, '\0'};

	json_object_set_string_member(event, "event", "websocket:dtmf");
	json_object_set_string_member(event, "digit", text);
	json_object_set_int_member(event, "duration", OFFHOOK_EMU_SOCKET_KEY_MS);
	offhook_emu_socket_send_object(stream, event);
}

/* @name is the payload of the notify that asked for it. */
static void
offhook_emu_socket_send_mark(gpointer wire, OffhookEmuStream *stream, const gchar *name)
{
	JsonObject *event = json_object_new();

	json_object_set_string_member(event, "event", "websocket:notify");
	json_object_set_member(event, "payload", json_from_string(name, NULL));
	offhook_emu_socket_send_object(stream, event);
}

static void
offhook_emu_socket_misbehave(gpointer wire, OffhookEmuStream *stream)
{
	OffhookEmuSocket *self = wire;
	const OffhookEmuAccount *account = self->options->account;

	if (account->odd_frame) {
		offhook_emu_stream_wrong(stream, "a frame of 319 bytes");
		offhook_emu_stream_send(stream, SOUP_WEBSOCKET_DATA_BINARY, (const guint8[319]){0},
					319);
	}
	if (account->unknown_event) {
		offhook_emu_stream_wrong(stream, "an event that nobody knows");
		offhook_emu_stream_send_text(stream,
					     "{\"event\":\"websocket:weather\",\"rain\":true}");
	}
}

static gboolean
offhook_emu_socket_break_cb(gpointer user_data)
{
	OffhookEmuSocket *self = user_data;

	self->break_timer = 0;
	offhook_emu_stream_break(self->stream, "the connection breaks over the frame's size");
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_socket_receive_audio(OffhookEmuSocket *self, OffhookEmuStream *stream,
				 const gchar *data, gsize length)
{
	gsize expected = (gsize)self->rate * OFFHOOK_EMU_SOCKET_FRAME_MS / 1000;
	gint16 samples[OFFHOOK_EMU_SOCKET_FRAME_MAX];

	if (length != expected * sizeof *samples) {
		offhook_emu_stream_violate(
		    stream, "unexpected frame size %zu, when required %zu (%zu bytes)",
		    length / sizeof *samples, expected, length);
		self->deaf = TRUE;
		self->stream = stream;
		self->break_timer =
		    g_timeout_add(OFFHOOK_EMU_SOCKET_BREAK_MS, offhook_emu_socket_break_cb, self);
		return;
	}
	memcpy(samples, data, length);
	for (gsize i = 0; i < expected; i++)
		samples[i] = GINT16_FROM_LE(samples[i]);
	offhook_emu_line_receive_audio(self->line, samples, expected);
}

gboolean
offhook_emu_socket_parse(const gchar *text, gsize length, OffhookEmuCommand *command,
			 gchar **payload, GError **error)
{
	static const OffhookEmuRule clear[] = {
	    {"action", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "clear", NULL}, {0}};
	static const OffhookEmuRule notify[] = {
	    {"action", OFFHOOK_EMU_RULE_STRING, TRUE, 1, 0, "notify", NULL},
	    {"payload", OFFHOOK_EMU_RULE_OBJECT, TRUE, 0, 0, NULL, NULL},
	    {0}};
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonNode *root;
	JsonObject *object;

	if (!json_parser_load_from_data(parser, text, (gssize)length, NULL) ||
	    (root = json_parser_get_root(parser)) == NULL || !JSON_NODE_HOLDS_OBJECT(root))
		return offhook_emu_rules_refuse(error, "a text message is not a JSON object");
	object = json_node_get_object(root);
	if (g_strcmp0(offhook_emu_rules_get(object, "action"), "clear") == 0) {
		*command = OFFHOOK_EMU_COMMAND_CLEAR;
		return offhook_emu_rules_check(clear, object, "clear", error);
	}
	*command = OFFHOOK_EMU_COMMAND_NOTIFY;
	if (!offhook_emu_rules_check(notify, object, "message", error))
		return FALSE;
	*payload = json_to_string(json_object_get_member(object, "payload"), FALSE);
	return TRUE;
}

static void
offhook_emu_socket_receive_text(OffhookEmuSocket *self, OffhookEmuStream *stream, const gchar *text,
				gsize length)
{
	g_autofree gchar *payload = NULL;
	g_autoptr(GError) error = NULL;
	OffhookEmuCommand command;

	if (!offhook_emu_socket_parse(text, length, &command, &payload, &error)) {
		offhook_emu_stream_violate(stream, "%s", error->message);
		return;
	}
	if (command == OFFHOOK_EMU_COMMAND_NOTIFY) {
		offhook_emu_line_receive_mark(self->line, payload);
		return;
	}
	/* What becomes of the marks that were waiting is not documented: they are dropped. */
	offhook_emu_line_receive_clear(self->line, FALSE);
	if (!self->options->account->no_cleared)
		offhook_emu_stream_send_text(stream, "{\"event\":\"websocket:cleared\"}");
}

static void
offhook_emu_socket_receive(gpointer wire, OffhookEmuStream *stream, gint type, const gchar *data,
			   gsize length)
{
	OffhookEmuSocket *self = wire;

	if (self->deaf || self->options->account->no_connected)
		return;
	if (type == SOUP_WEBSOCKET_DATA_BINARY)
		offhook_emu_socket_receive_audio(self, stream, data, length);
	else
		offhook_emu_socket_receive_text(self, stream, data, length);
}

static const OffhookEmuStreamProtocol offhook_emu_socket_protocol = {
    .greet = offhook_emu_socket_greet,
    .send_audio = offhook_emu_socket_send_audio,
    .send_key = offhook_emu_socket_send_key,
    .send_mark = offhook_emu_socket_send_mark,
    .misbehave = offhook_emu_socket_misbehave,
    .receive = offhook_emu_socket_receive,
    .free = offhook_emu_socket_free,
    .sample_bytes = 2,
    .code_late = "",
    .code_network = "",
    .code_upgrade = "",
    .code_framing = "",
};

OffhookEmuStream *
offhook_emu_socket_new(const OffhookEmuOptions *options, JsonObject *endpoint, OffhookEmuLine *line,
		       const OffhookEmuStreamEvents *events, gpointer user_data)
{
	OffhookEmuSocket *self = g_new0(OffhookEmuSocket, 1);

	self->options = options;
	self->line = line;
	self->endpoint = json_object_ref(endpoint);
	self->rate = offhook_emu_socket_get_rate(endpoint);
	return offhook_emu_stream_new(options, &offhook_emu_socket_protocol, self, events,
				      user_data);
}

/* NULL: no Authorization header */
static gchar *
offhook_emu_socket_make_authorization(const OffhookEmuOptions *options, JsonObject *endpoint)
{
	const OffhookEmuAccount *account = options->account;
	JsonObject *authorization = json_object_has_member(endpoint, "authorization")
					? json_object_get_object_member(endpoint, "authorization")
					: NULL;
	g_autofree gchar *token = NULL;

	if (account->no_stream_token)
		return NULL;
	if (account->bad_stream_token)
		return g_strdup("Bearer not-the-token");
	if (g_strcmp0(offhook_emu_rules_get(authorization, "type"), "custom") == 0)
		return g_strdup(offhook_emu_rules_get(authorization, "value"));
	token = offhook_emu_token_sign(account, NULL, g_get_real_time() / G_USEC_PER_SEC);
	return token != NULL ? g_strconcat("Bearer ", token, NULL) : NULL;
}

SoupMessage *
offhook_emu_socket_make_upgrade(const OffhookEmuOptions *options, JsonObject *endpoint,
				const gchar *url)
{
	SoupMessage *upgrade = soup_message_new("GET", url);
	g_autofree gchar *authorization = offhook_emu_socket_make_authorization(options, endpoint);

	if (authorization != NULL)
		soup_message_headers_replace(soup_message_get_request_headers(upgrade),
					     "Authorization", authorization);
	return upgrade;
}
