/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A service that is spoken to on a WebSocket. A connection lives from its handshake to its end, and
 * no longer than the service. Main loop only. */

#include "socket-service.h"

#include "wire.h"

#include <string.h>
#include <sys/socket.h>

#define OFFHOOK_EMU_SERVICE_BACKLOG      512
#define OFFHOOK_EMU_SERVICE_MAX_INCOMING (16 * 1024 * 1024)
#define OFFHOOK_EMU_SERVICE_MAX_PROBLEMS 100

struct _OffhookEmuSocketService {
	const OffhookEmuSocketOptions *options;
	const OffhookEmuSocketProtocol *protocol;
	gpointer user_data;
	SoupServer *server;
	OffhookEmuTrouble trouble; /* for all */
	gint64 times;              /* more that it happens; -1: always */
	GPtrArray *peers;          /* OffhookEmuPeer */
	GArray *held;              /* OffhookEmuWireHold */
	GPtrArray *problems;
	guint connections;
	guint refused;
};

/* ---- the command line ---- */

void
offhook_emu_socket_options_init(OffhookEmuSocketOptions *self)
{
	*self = (OffhookEmuSocketOptions){.slow_ms = 30000, .retry_after = 7};
}

void
offhook_emu_socket_options_clear(OffhookEmuSocketOptions *self)
{
	g_clear_pointer(&self->key, g_free);
	g_clear_pointer(&self->fault, g_free);
}

GOptionContext *
offhook_emu_socket_options_new_context(OffhookEmuSocketOptions *self, const gchar *name,
				       const gchar *summary, const gchar *example)
{
	g_autofree gchar *faults = offhook_emu_trouble_list();
	g_autofree gchar *description =
	    g_strdup_printf("Faults: --fault NAME, /fault/NAME before the path of the URL, or POST "
			    "/emulator/fault/NAME[?times=N]\n(none: no more), with NAME one of\n"
			    "  %s\n\nExample:\n  offhook emulate %s %s\n",
			    faults, name, example);
	const GOptionEntry entries[] = {
	    {"port", 0, 0, G_OPTION_ARG_INT, &self->port, "listen on (0: any)", "PORT"},
	    {"key", 0, 0, G_OPTION_ARG_STRING, &self->key, "refuse clients without this key",
	     "KEY"},
	    {"fault", 0, 0, G_OPTION_ARG_STRING, &self->fault, "what goes wrong from the beginning",
	     "NAME"},
	    {"slow", 0, 0, G_OPTION_ARG_INT, &self->slow_ms,
	     "how slow the fault \"slow-first\" is (30000)", "MS"},
	    {"retry-after", 0, 0, G_OPTION_ARG_INT, &self->retry_after,
	     "what the fault \"429\" asks for (7)", "SECONDS"},
	    {NULL},
	};
	GOptionContext *context = offhook_emu_command_new_context(name, summary, description);

	g_option_context_add_main_entries(context, entries, NULL);
	return context;
}

gboolean
offhook_emu_socket_options_check(const OffhookEmuSocketOptions *self, GError **error)
{
	OffhookEmuTrouble trouble;

	if (self->port < 0 || self->port > 65535)
		return offhook_emu_command_refuse(error, "port", "0 to 65535");
	if (self->fault != NULL && !offhook_emu_trouble_find(self->fault, &trouble))
		return offhook_emu_command_refuse(error, "fault", "the name of one, see --help");
	if (self->slow_ms < 0)
		return offhook_emu_command_refuse(error, "slow", "milliseconds from 0 on");
	return self->retry_after >= 0
		   ? TRUE
		   : offhook_emu_command_refuse(error, "retry-after", "seconds from 0 on");
}

/* ---- what goes wrong ---- */

void
offhook_emu_socket_service_complain(OffhookEmuSocketService *self, const gchar *format, ...)
{
	gchar *text;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_printerr("wrong: %s\n", text);
	if (self->problems->len < OFFHOOK_EMU_SERVICE_MAX_PROBLEMS)
		g_ptr_array_add(self->problems, text);
	else
		g_free(text);
}

static gboolean
offhook_emu_trouble_is_for_handshake(const OffhookEmuTrouble *trouble)
{
	return !trouble->mid && (trouble->kind == OFFHOOK_EMU_TROUBLE_STATUS ||
				 trouble->kind == OFFHOOK_EMU_TROUBLE_HALF_OPEN);
}

/* A connection's own trouble, else that of all. */
static const OffhookEmuTrouble *
offhook_emu_socket_service_get_trouble(OffhookEmuSocketService *self, const OffhookEmuTrouble *own)
{
	return own->kind != OFFHOOK_EMU_TROUBLE_NONE ? own : &self->trouble;
}

/* That, when it is one for handshakes or not; counts it. */
static OffhookEmuTrouble
offhook_emu_socket_service_take_trouble(OffhookEmuSocketService *self, const OffhookEmuTrouble *own,
					gboolean handshake, gboolean mid)
{
	const OffhookEmuTrouble none = {OFFHOOK_EMU_TROUBLE_NONE, 0, FALSE};
	const OffhookEmuTrouble *trouble = offhook_emu_socket_service_get_trouble(self, own);

	if (trouble->kind == OFFHOOK_EMU_TROUBLE_NONE || trouble->mid != mid ||
	    offhook_emu_trouble_is_for_handshake(trouble) != handshake)
		return none;
	if (trouble == own || self->times < 0)
		return *trouble;
	if (self->times == 0)
		return none;
	self->times--;
	return *trouble;
}

guint
offhook_emu_peer_get_first_ms(OffhookEmuPeer *self, guint ms)
{
	const OffhookEmuTrouble *trouble =
	    offhook_emu_socket_service_get_trouble(self->service, &self->trouble);

	if (trouble->kind != OFFHOOK_EMU_TROUBLE_SLOW_FIRST ||
	    offhook_emu_socket_service_take_trouble(self->service, &self->trouble, FALSE, FALSE)
		    .kind == OFFHOOK_EMU_TROUBLE_NONE)
		return ms;
	return (guint)self->service->options->slow_ms;
}

static void
offhook_emu_peer_hold(OffhookEmuPeer *self)
{
	OffhookEmuWireHold hold = {-1, -1, FALSE};
	g_autoptr(GError) error = NULL;

	if (offhook_emu_wire_hold(self->connection, &hold, &error))
		g_array_append_val(self->service->held, hold);
	else
		offhook_emu_socket_service_complain(self->service, "%s", error->message);
}

gboolean
offhook_emu_peer_step(OffhookEmuPeer *self, gboolean mid)
{
	OffhookEmuTrouble trouble;

	if (self->mute ||
	    soup_websocket_connection_get_state(self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
		return FALSE;
	/* That has been taken when the first piece was made to wait. */
	if (offhook_emu_socket_service_get_trouble(self->service, &self->trouble)->kind ==
	    OFFHOOK_EMU_TROUBLE_SLOW_FIRST)
		return TRUE;
	trouble =
	    offhook_emu_socket_service_take_trouble(self->service, &self->trouble, FALSE, mid);
	switch (trouble.kind) {
	case OFFHOOK_EMU_TROUBLE_NONE:
	case OFFHOOK_EMU_TROUBLE_SLOW_FIRST:
		return TRUE;
	case OFFHOOK_EMU_TROUBLE_STATUS:
		offhook_emu_peer_fail(self, trouble.status, NULL, 1008);
		break;
	case OFFHOOK_EMU_TROUBLE_ERROR_IN_200:
		offhook_emu_peer_fail(self, 500, NULL, 1008);
		break;
	case OFFHOOK_EMU_TROUBLE_GARBAGE:
		soup_websocket_connection_send_text(self->connection, "{\"audio\": <html>");
		break;
	case OFFHOOK_EMU_TROUBLE_CLOSE_1011:
		offhook_emu_peer_close(self, 1011, "internal error");
		break;
	case OFFHOOK_EMU_TROUBLE_HALF_OPEN:
		offhook_emu_peer_hold(self);
		break;
	case OFFHOOK_EMU_TROUBLE_STALL:
		break;
	}
	self->mute = TRUE;
	return FALSE;
}

/* ---- what is sent ---- */

void
offhook_emu_peer_send(OffhookEmuPeer *self, JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autofree gchar *text = NULL;

	json_node_take_object(node, object);
	text = json_to_string(node, FALSE);
	if (!self->mute &&
	    soup_websocket_connection_get_state(self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
		soup_websocket_connection_send_text(self->connection, text);
}

void
offhook_emu_peer_send_binary(OffhookEmuPeer *self, gconstpointer data, gsize size)
{
	if (!self->mute &&
	    soup_websocket_connection_get_state(self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
		soup_websocket_connection_send_binary(self->connection, data, size);
}

void
offhook_emu_peer_close(OffhookEmuPeer *self, guint code, const gchar *reason)
{
	if (soup_websocket_connection_get_state(self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
		soup_websocket_connection_close(self->connection, (gushort)code, reason);
}

void
offhook_emu_peer_fail(OffhookEmuPeer *self, guint status, const gchar *reason, guint code)
{
	OffhookEmuSocketService *service = self->service;

	offhook_emu_peer_send(
	    self, service->protocol->make_error(service->user_data, status, reason, TRUE));
	self->mute = TRUE;
	offhook_emu_peer_close(self, code, reason);
}

/* ---- connections ---- */

static void
offhook_emu_peer_free(gpointer data)
{
	OffhookEmuPeer *self = data;

	g_signal_handlers_disconnect_by_data(self->connection, self);
	self->service->protocol->closed(self->service->user_data, self);
	g_object_unref(self->connection);
	g_clear_pointer(&self->query, offhook_emu_form_free);
	g_hash_table_unref(self->headers);
	g_free(self->path);
	g_free(self);
}

static void
offhook_emu_peer_message_cb(SoupWebsocketConnection *connection, gint type, GBytes *message,
			    gpointer user_data)
{
	OffhookEmuPeer *self = user_data;
	const OffhookEmuSocketProtocol *protocol = self->service->protocol;
	gsize size;
	const gchar *data = g_bytes_get_data(message, &size);
	g_autofree gchar *text = NULL;

	if (self->mute)
		return;
	if (type == SOUP_WEBSOCKET_DATA_TEXT) {
		text = g_strndup(data != NULL ? data : "", size);
		protocol->text(self->service->user_data, self, text);
	} else if (protocol->binary != NULL) {
		protocol->binary(self->service->user_data, self, message);
	} else {
		offhook_emu_socket_service_complain(self->service, "a binary message");
		offhook_emu_peer_close(self, 1003, "text only");
	}
}

static void
offhook_emu_peer_closed_cb(SoupWebsocketConnection *connection, gpointer user_data)
{
	OffhookEmuPeer *self = user_data;

	g_ptr_array_remove_fast(self->service->peers, self);
}

/* "/fault/stall/v1/x" is "/v1/x" with that. (nullable): there is none of that name */
static const gchar *
offhook_emu_socket_service_strip(const gchar *path, OffhookEmuTrouble *trouble)
{
	const gchar *name, *slash;
	g_autofree gchar *copy = NULL;

	offhook_emu_trouble_find("none", trouble);
	if (!g_str_has_prefix(path, "/fault/"))
		return path;
	name = path + strlen("/fault/");
	slash = strchr(name, '/');
	if (slash == NULL)
		return NULL;
	copy = g_strndup(name, (gsize)(slash - name));
	return offhook_emu_trouble_find(copy, trouble) ? slash : NULL;
}

static GHashTable *
offhook_emu_socket_service_copy(SoupMessageHeaders *headers)
{
	GHashTable *copy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	SoupMessageHeadersIter iter;
	const gchar *name, *value;

	soup_message_headers_iter_init(&iter, headers);
	while (soup_message_headers_iter_next(&iter, &name, &value))
		g_hash_table_replace(copy, g_ascii_strdown(name, -1), g_strdup(value));
	return copy;
}

static void
offhook_emu_socket_service_connected_cb(SoupServer *server, SoupServerMessage *msg,
					const char *path, SoupWebsocketConnection *connection,
					gpointer user_data)
{
	OffhookEmuSocketService *self = user_data;
	OffhookEmuPeer *peer = g_new0(OffhookEmuPeer, 1);

	peer->service = self;
	peer->connection = g_object_ref(connection);
	peer->path = g_strdup(offhook_emu_socket_service_strip(path, &peer->trouble));
	peer->headers =
	    offhook_emu_socket_service_copy(soup_server_message_get_request_headers(msg));
	peer->query = offhook_emu_form_parse(g_uri_get_query(soup_server_message_get_uri(msg)));
	soup_websocket_connection_set_max_incoming_payload_size(connection,
								OFFHOOK_EMU_SERVICE_MAX_INCOMING);
	g_ptr_array_add(self->peers, peer);
	self->connections++;
	g_signal_connect(connection, "message", G_CALLBACK(offhook_emu_peer_message_cb), peer);
	g_signal_connect(connection, "closed", G_CALLBACK(offhook_emu_peer_closed_cb), peer);
	self->protocol->opened(self->user_data, peer);
}

/* ---- requests ---- */

/* @object is taken over. */
static void
offhook_emu_socket_service_reply(SoupServerMessage *msg, guint status, JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	gchar *text;

	json_node_take_object(node, object);
	text = json_to_string(node, FALSE);
	soup_server_message_set_status(msg, status, NULL);
	soup_server_message_set_response(msg, "application/json", SOUP_MEMORY_TAKE, text,
					 strlen(text));
}

static void
offhook_emu_socket_service_serve_state(OffhookEmuSocketService *self, SoupServerMessage *msg)
{
	JsonObject *state = json_object_new();
	JsonArray *problems = json_array_new();

	json_object_set_int_member(state, "connections", self->connections);
	json_object_set_int_member(state, "open", self->peers->len);
	json_object_set_int_member(state, "refused", self->refused);
	for (guint i = 0; i < self->problems->len; i++)
		json_array_add_string_element(problems, g_ptr_array_index(self->problems, i));
	json_object_set_array_member(state, "problems", problems);
	if (self->protocol->add_state != NULL)
		self->protocol->add_state(self->user_data, state);
	offhook_emu_socket_service_reply(msg, 200, state);
}

static void
offhook_emu_socket_service_serve_fault(OffhookEmuSocketService *self, SoupServerMessage *msg,
				       const gchar *name)
{
	g_autoptr(OffhookEmuForm) query =
	    offhook_emu_form_parse(g_uri_get_query(soup_server_message_get_uri(msg)));
	const gchar *times = offhook_emu_form_get(query, "times");
	gint64 n = -1;
	OffhookEmuTrouble trouble;

	if (!offhook_emu_trouble_find(name, &trouble) ||
	    (times != NULL && !g_ascii_string_to_signed(times, 10, 1, G_MAXINT, &n, NULL))) {
		soup_server_message_set_status(msg, 404, NULL);
		return;
	}
	self->trouble = trouble;
	self->times = n;
	offhook_emu_socket_service_reply(msg, 200, json_object_new());
}

/* TRUE: it is not about the service that is played, and was answered */
static gboolean
offhook_emu_socket_service_serve_own(OffhookEmuSocketService *self, SoupServerMessage *msg,
				     const gchar *path)
{
	if (g_str_equal(path, "/emulator/state"))
		offhook_emu_socket_service_serve_state(self, msg);
	else if (g_str_has_prefix(path, "/emulator/fault/") &&
		 g_str_equal(soup_server_message_get_method(msg), "POST"))
		offhook_emu_socket_service_serve_fault(self, msg,
						       path + strlen("/emulator/fault/"));
	else
		return FALSE;
	return TRUE;
}

static void
offhook_emu_socket_service_refuse(OffhookEmuSocketService *self, SoupServerMessage *msg,
				  guint status, const gchar *reason)
{
	g_autofree gchar *after = g_strdup_printf("%d", self->options->retry_after);

	self->refused++;
	if (status == 429)
		soup_message_headers_replace(soup_server_message_get_response_headers(msg),
					     "Retry-After", after);
	offhook_emu_socket_service_reply(
	    msg, status, self->protocol->make_error(self->user_data, status, reason, FALSE));
}

/* Before the library looks at it: what gets no status here becomes a WebSocket. */
static void
offhook_emu_socket_service_request_cb(SoupServer *server, SoupServerMessage *msg, const char *path,
				      GHashTable *query, gpointer user_data)
{
	OffhookEmuSocketService *self = user_data;
	g_autoptr(OffhookEmuForm) form =
	    offhook_emu_form_parse(g_uri_get_query(soup_server_message_get_uri(msg)));
	OffhookEmuTrouble trouble;
	g_autofree gchar *reason = NULL;
	guint status;

	if (offhook_emu_socket_service_serve_own(self, msg, path))
		return;
	path = offhook_emu_socket_service_strip(path, &trouble);
	if (path == NULL) {
		offhook_emu_socket_service_refuse(self, msg, 404, "no such fault");
		return;
	}
	trouble = offhook_emu_socket_service_take_trouble(self, &trouble, TRUE, FALSE);
	if (trouble.kind == OFFHOOK_EMU_TROUBLE_HALF_OPEN) {
		soup_server_message_pause(msg);
		return;
	}
	if (trouble.kind == OFFHOOK_EMU_TROUBLE_STATUS) {
		offhook_emu_socket_service_refuse(self, msg, trouble.status, NULL);
		return;
	}
	status = self->protocol->check(self->user_data, path, form,
				       soup_server_message_get_request_headers(msg), &reason);
	if (status == 400)
		offhook_emu_socket_service_complain(self, "%s", reason);
	if (status != 101)
		offhook_emu_socket_service_refuse(self, msg, status, reason);
}

/* ---- the whole ---- */

/* The library lets ten connections wait; the eleventh that comes at once would be a second late. */
static void
offhook_emu_socket_service_widen(OffhookEmuSocketService *self)
{
	g_autoptr(GSList) listeners = soup_server_get_listeners(self->server);

	for (GSList *listener = listeners; listener != NULL; listener = listener->next)
		listen(g_socket_get_fd(listener->data), OFFHOOK_EMU_SERVICE_BACKLOG);
}

static void
offhook_emu_socket_service_free(OffhookEmuSocketService *self)
{
	g_ptr_array_unref(self->peers);
	soup_server_disconnect(self->server);
	g_object_unref(self->server);
	for (guint i = 0; i < self->held->len; i++)
		offhook_emu_wire_hold_release(&g_array_index(self->held, OffhookEmuWireHold, i));
	g_array_unref(self->held);
	g_ptr_array_unref(self->problems);
	g_free(self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuSocketService, offhook_emu_socket_service_free)

static OffhookEmuSocketService *
offhook_emu_socket_service_new(const OffhookEmuSocketOptions *options,
			       const OffhookEmuSocketProtocol *protocol, gpointer user_data,
			       GError **error)
{
	g_autoptr(OffhookEmuSocketService) self = g_new0(OffhookEmuSocketService, 1);

	self->options = options;
	self->protocol = protocol;
	self->user_data = user_data;
	self->times = -1;
	self->peers = g_ptr_array_new_with_free_func(offhook_emu_peer_free);
	self->held = g_array_new(FALSE, FALSE, sizeof(OffhookEmuWireHold));
	self->problems = g_ptr_array_new_with_free_func(g_free);
	offhook_emu_trouble_find(options->fault != NULL ? options->fault : "none", &self->trouble);
	self->server = soup_server_new("server-header", g_get_prgname(), NULL);
	soup_server_add_early_handler(self->server, NULL, offhook_emu_socket_service_request_cb,
				      self, NULL);
	soup_server_add_websocket_handler(self->server, NULL, NULL, NULL,
					  offhook_emu_socket_service_connected_cb, self, NULL);
	if (!soup_server_listen_local(self->server, (guint)options->port,
				      SOUP_SERVER_LISTEN_IPV4_ONLY, error))
		return NULL;
	offhook_emu_socket_service_widen(self);
	return g_steal_pointer(&self);
}

gboolean
offhook_emu_socket_service_run(const OffhookEmuSocketOptions *options,
			       const OffhookEmuSocketProtocol *protocol, gpointer user_data,
			       const gchar *setting, const gchar *path, GError **error)
{
	g_autoptr(OffhookEmuSocketService) self =
	    offhook_emu_socket_service_new(options, protocol, user_data, error);
	g_autoslist(GUri) uris = NULL;
	g_autofree gchar *line = NULL;

	if (self == NULL)
		return FALSE;
	uris = soup_server_get_uris(self->server);
	line = g_strdup_printf("%s=ws://127.0.0.1:%d%s", setting, g_uri_get_port(uris->data), path);
	offhook_emu_command_run(line);
	return TRUE;
}
