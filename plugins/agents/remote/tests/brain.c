/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A program that answers. Main thread.
 */

#include "brain.h"

#include "harness.h"
#include <string.h>

typedef struct {
	const char *path;
	guint status;
	const char *type;      /* (nullable): no answer at all */
	const char *chunks[4]; /* one after the other */
	gboolean endless;      /* nothing follows, and no end */
	gboolean drips;        /* the same again and again */
} BrainAnswer;

static const BrainAnswer brain_answers[] = {
    {"/text", 200, "text/plain; charset=utf-8", {"One caf\xc3", "\xa9. ", "Two."}},
    {"/events",
     200,
     "text/event-stream",
     {"data: {\"say\":\"One. \"}\n\nda", "ta: {\"say\":\"Two.\",\"end\":true}\n\n",
      "data: [DONE]\n\n"}},
    {"/json",
     200,
     "application/json",
     {"{\"say\":\"Goodbye.\",\"actions\":[{\"action\":\"transfer\",\"to\":\"+15550100\","
      "\"summary\":\"Wants a refund.\"}],\"expect\":{\"kind\":\"digits\",\"min\":4,\"max\":8},",
      "\"variables\":{\"order\":\"4711\",\"gone\":null},\"unknown\":[1]}"}},
    {"/none", 204, NULL, {NULL}},
    {"/empty", 200, "application/json", {"{}"}},
    {"/pass", 200, "application/json", {"{\"answered\":false}"}},
    {"/error", 500, "text/plain", {"oops"}},
    {"/moved", 302, "text/plain", {"elsewhere"}},
    {"/html", 200, "text/html", {"<p>Hello"}},
    {"/latin", 200, "text/plain", {"caf\xe9 au lait"}},
    {"/cut", 200, "text/plain", {"caf\xc3"}},
    {"/wrong", 200, "application/json", {"{\"say\":7}"}},
    {"/broken", 200, "application/json", {"{\"say\":\"hal"}},
    {"/breaks", 200, "text/event-stream", {"data: {\"say\":\"One. \"}\n\n", "data: 7\n\n"}},
    {"/silent", 200, "text/plain", {NULL}, TRUE},
    {"/stops", 200, "text/plain", {"One. "}, TRUE},
    {"/drips", 200, "text/plain", {"One. "}, FALSE, TRUE},
};

typedef struct {
	SoupServerMessage *message;
	const BrainAnswer *answer;
	guint at;
	guint source;
} BrainReply;

/* ---- HTTP ---- */

static void
brain_remember(Brain *self, const char *text)
{
	g_autoptr(JsonParser) parser = json_parser_new();

	g_assert_true(json_parser_load_from_data(parser, text, -1, NULL));
	g_ptr_array_add(self->messages,
			json_object_ref(json_node_get_object(json_parser_get_root(parser))));
}

static void
brain_remember_header_cb(const char *name, const char *value, gpointer user_data)
{
	g_hash_table_insert(user_data, g_ascii_strdown(name, -1), g_strdup(value));
}

static void
brain_remember_request(Brain *self, SoupServerMessage *message)
{
	GHashTable *headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	soup_message_headers_foreach(soup_server_message_get_request_headers(message),
				     brain_remember_header_cb, headers);
	g_ptr_array_add(self->headers, headers);
}

static gboolean
brain_reply_cb(gpointer user_data)
{
	BrainReply *reply = user_data;
	SoupMessageBody *body = soup_server_message_get_response_body(reply->message);
	const char *chunk = reply->at < G_N_ELEMENTS(reply->answer->chunks)
				? reply->answer->chunks[reply->at++]
				: NULL;

	reply->source = 0;
	if (reply->answer->drips)
		chunk = reply->answer->chunks[0];
	if (chunk != NULL)
		soup_message_body_append(body, SOUP_MEMORY_STATIC, chunk, strlen(chunk));
	else if (!reply->answer->endless)
		soup_message_body_complete(body);
	else
		return G_SOURCE_REMOVE;
	soup_server_message_unpause(reply->message);
	return G_SOURCE_REMOVE;
}

/* A chunk has left: the next. */
static void
brain_reply_next_cb(SoupServerMessage *message, gpointer user_data)
{
	BrainReply *reply = user_data;

	soup_server_message_pause(message);
	if (reply->source == 0)
		reply->source = g_timeout_add(reply->answer->drips ? 10 : 0, brain_reply_cb, reply);
}

static void
brain_reply_free(gpointer data, GClosure *closure)
{
	BrainReply *reply = data;

	g_clear_handle_id(&reply->source, g_source_remove);
	g_free(reply);
}

static void
brain_gone_cb(SoupServerMessage *message, gpointer user_data)
{
	((Brain *)user_data)->n_gone++;
}

static void
brain_begin_reply(Brain *self, SoupServerMessage *message, const BrainAnswer *answer)
{
	SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);
	BrainReply *reply;

	soup_server_message_set_status(message, answer->status, NULL);
	if (answer->type == NULL)
		return;
	reply = g_new0(BrainReply, 1);
	reply->message = message;
	reply->answer = answer;
	soup_message_headers_set_content_type(headers, answer->type, NULL);
	soup_message_headers_set_encoding(headers, SOUP_ENCODING_CHUNKED);
	soup_message_body_set_accumulate(soup_server_message_get_response_body(message), FALSE);
	g_signal_connect_data(message, "wrote-chunk", G_CALLBACK(brain_reply_next_cb), reply,
			      brain_reply_free, 0);
	g_signal_connect(message, "disconnected", G_CALLBACK(brain_gone_cb), self);
	soup_server_message_pause(message);
	if (answer->chunks[0] != NULL)
		reply->source = g_idle_add(brain_reply_cb, reply);
}

/* "You said: ..." (transfer full) */
static char *
brain_make_words(JsonObject *turn)
{
	const char *kind = json_object_get_string_member(turn, "kind");
	JsonObject *context = json_object_get_object_member(turn, "context");

	if (g_str_equal(kind, "start"))
		return g_strdup(json_object_has_member(context, "greeting") ? "" : "Hello.");
	return g_strdup_printf("You said: %s", json_object_get_string_member(turn, "message"));
}

static void
brain_echo(Brain *self, SoupServerMessage *message)
{
	g_autofree char *words =
	    brain_make_words(g_ptr_array_index(self->messages, self->messages->len - 1));
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	JsonObject *object = json_object_new();
	char *text;

	json_object_set_string_member(object, "say", words);
	json_node_take_object(node, object);
	text = json_to_string(node, FALSE);
	soup_server_message_set_status(message, 200, NULL);
	soup_server_message_set_response(message, "application/json", SOUP_MEMORY_TAKE, text,
					 strlen(text));
}

static void
brain_request_cb(SoupServer *server, SoupServerMessage *message, const char *path,
		 GHashTable *query, gpointer user_data)
{
	Brain *self = user_data;
	SoupMessageBody *body = soup_server_message_get_request_body(message);

	g_assert_cmpstr(soup_server_message_get_method(message), ==, "POST");
	brain_remember_request(self, message);
	g_ptr_array_add(self->bodies, g_strndup(body->data, (gsize)body->length));
	brain_remember(self, g_ptr_array_index(self->bodies, self->bodies->len - 1));
	for (guint i = 0; i < G_N_ELEMENTS(brain_answers); i++) {
		if (g_str_equal(brain_answers[i].path, path)) {
			brain_begin_reply(self, message, &brain_answers[i]);
			return;
		}
	}
	g_assert_cmpstr(path, ==, "/echo");
	brain_echo(self, message);
}

/* ---- WebSocket ---- */

/* @members: of the message, with single quotes */
static void
brain_send(SoupWebsocketConnection *socket, gint64 id, const char *members)
{
	g_autofree char *text = id > 0
				    ? g_strdup_printf("{'id':%" G_GINT64_FORMAT ",%s}", id, members)
				    : g_strdup_printf("{%s}", members);

	g_strdelimit(text, "'", '"');
	soup_websocket_connection_send_text(socket, text);
}

static void
brain_send_words(SoupWebsocketConnection *socket, gint64 id, const char *words)
{
	g_autoptr(JsonNode) node = json_node_init_string(json_node_alloc(), words);
	g_autofree char *quoted = json_to_string(node, FALSE);
	g_autofree char *text = g_strdup_printf(
	    "{\"type\":\"say\",\"id\":%" G_GINT64_FORMAT ",\"text\":%s}", id, quoted);

	if (*words != '\0')
		soup_websocket_connection_send_text(socket, text);
}

/* What was said decides what becomes of it. */
static void
brain_answer_turn(SoupWebsocketConnection *socket, JsonObject *turn)
{
	static const struct {
		const char *message;
		const char *members;
	} answers[] = {
	    {"wrong", "'type':'say','text':7"},
	    {"fail", "'type':'fail','message':'no idea'"},
	    {"pass", "'type':'done','answered':false"},
	};
	const char *message = json_object_get_string_member(turn, "message");
	gint64 id = json_object_get_int_member(turn, "id");
	g_autofree char *words = brain_make_words(turn);

	for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
		if (g_str_equal(answers[i].message, message)) {
			brain_send(socket, id, answers[i].members);
			return;
		}
	}
	if (g_str_equal(message, "wait"))
		return;
	if (g_str_equal(message, "close")) {
		soup_websocket_connection_close(socket, 1001, NULL);
		return;
	}
	if (g_str_equal(message, "late"))
		brain_send(socket, id + 1, "'type':'say','text':'of another turn'");
	if (g_str_equal(message, "all")) {
		brain_send(socket, id, "'type':'later'");
		brain_send(socket, 0, "'type':'note','event':'order.placed','data':{'n':1}");
		brain_send(socket, 0, "'type':'variables','variables':{'order':'4711'}");
		brain_send(socket, id, "'type':'expect','kind':'yes_no'");
		brain_send(socket, id, "'type':'act','action':'transfer','to':'+15550100'");
	}
	brain_send_words(socket, id, words);
	brain_send(socket, id, "'type':'done'");
}

static void
brain_message_cb(SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *bytes,
		 gpointer user_data)
{
	Brain *self = user_data;
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	JsonObject *message;

	brain_remember(self, text);
	message = g_ptr_array_index(self->messages, self->messages->len - 1);
	if (g_str_equal(json_object_get_string_member(message, "type"), "turn"))
		brain_answer_turn(socket, message);
}

static void
brain_socket_cb(SoupServer *server, SoupServerMessage *message, const char *path,
		SoupWebsocketConnection *connection, gpointer user_data)
{
	Brain *self = user_data;

	brain_remember_request(self, message);
	g_ptr_array_add(self->sockets, g_object_ref(connection));
	g_signal_connect(connection, "message", G_CALLBACK(brain_message_cb), self);
}

/* ---- the server ---- */

Brain *
brain_new(void)
{
	Brain *self = g_new0(Brain, 1);
	g_autoptr(GError) error = NULL;
	GSList *uris;

	self->messages = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);
	self->headers = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
	self->bodies = g_ptr_array_new_with_free_func(g_free);
	self->sockets = g_ptr_array_new_with_free_func(g_object_unref);
	self->server = soup_server_new(NULL, NULL);
	soup_server_add_handler(self->server, NULL, brain_request_cb, self, NULL);
	soup_server_add_websocket_handler(self->server, "/ws", NULL, NULL, brain_socket_cb, self,
					  NULL);
	soup_server_listen_local(self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
	g_assert_no_error(error);
	uris = soup_server_get_uris(self->server);
	self->port = (guint)g_uri_get_port(uris->data);
	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	return self;
}

void
brain_free(Brain *self)
{
	for (guint i = 0; i < self->sockets->len; i++)
		g_signal_handlers_disconnect_by_data(g_ptr_array_index(self->sockets, i), self);
	soup_server_disconnect(self->server);
	g_object_unref(self->server);
	g_ptr_array_unref(self->messages);
	g_ptr_array_unref(self->headers);
	g_ptr_array_unref(self->bodies);
	g_ptr_array_unref(self->sockets);
	g_free(self);
}

char *
brain_make_url(Brain *self, const char *scheme, const char *path)
{
	return g_strdup_printf("%s://127.0.0.1:%u%s", scheme, self->port, path);
}

typedef struct {
	Brain *brain;
	const char *type;
	guint n;
	JsonObject *found;
} BrainWait;

static gboolean
brain_was_told(gpointer user_data)
{
	BrainWait *wait = user_data;
	guint n = 0;

	for (guint i = 0; i < wait->brain->messages->len; i++) {
		JsonObject *message = g_ptr_array_index(wait->brain->messages, i);

		if (g_str_equal(json_object_get_string_member(message, "type"), wait->type) &&
		    ++n == wait->n) {
			wait->found = message;
			return TRUE;
		}
	}
	return FALSE;
}

JsonObject *
brain_wait(Brain *self, const char *type, guint n)
{
	BrainWait wait = {self, type, n, NULL};

	harness_wait_until(brain_was_told, &wait, type);
	return wait.found;
}
