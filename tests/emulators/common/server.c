/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The HTTP side of a carrier's REST interface: requests in, replies out, and what is written down of
 * them for whoever wants to check what the server sends. Main loop only. */

#include "server.h"

#include "emu-error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define OFFHOOK_EMU_SERVER_BACKLOG 512

struct _OffhookEmuServer {
	SoupServer *server;
	guint port;     /* the first one */
	FILE *requests; /* NULL: not written */
	OffhookEmuServerFunc func;
	gpointer user_data;
};

void
offhook_emu_request_reply(OffhookEmuRequest *request, guint status, JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	gchar *text;

	request->status = status;
	soup_server_message_set_status(request->msg, status, NULL);
	if (object == NULL)
		return;
	json_node_take_object(node, object);
	text = json_to_string(node, FALSE);
	soup_server_message_set_response(request->msg, "application/json", SOUP_MEMORY_TAKE, text,
					 strlen(text));
}

static gboolean
offhook_emu_request_release_cb(gpointer user_data)
{
	SoupServerMessage *msg = user_data;

	soup_server_message_unpause(msg);
	g_object_unref(msg);
	return G_SOURCE_REMOVE;
}

void
offhook_emu_request_delay(OffhookEmuRequest *request, gint ms)
{
	soup_server_message_pause(request->msg);
	if (ms >= 0)
		g_timeout_add((guint)ms, offhook_emu_request_release_cb,
			      g_object_ref(request->msg));
}

static void
offhook_emu_server_add_fields(JsonBuilder *builder, const gchar *name, const OffhookEmuForm *form)
{
	json_builder_set_member_name(builder, name);
	json_builder_begin_array(builder);
	for (guint i = 0; i < form->fields->len; i++) {
		const OffhookEmuField *field = g_ptr_array_index(form->fields, i);

		json_builder_begin_array(builder);
		json_builder_add_string_value(builder, field->name);
		json_builder_add_string_value(builder, field->value);
		json_builder_end_array(builder);
	}
	json_builder_end_array(builder);
}

static void
offhook_emu_server_write_down(OffhookEmuServer *self, const OffhookEmuRequest *request)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();
	g_autoptr(JsonNode) root = NULL;
	g_autofree gchar *text = NULL;

	if (self->requests == NULL)
		return;
	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "method");
	json_builder_add_string_value(builder, request->method);
	json_builder_set_member_name(builder, "path");
	json_builder_add_string_value(builder, request->path);
	json_builder_set_member_name(builder, "content_type");
	json_builder_add_string_value(builder, request->content_type);
	offhook_emu_server_add_fields(builder, "query", request->query);
	offhook_emu_server_add_fields(builder, "form", request->form);
	json_builder_set_member_name(builder, "body");
	/* Sound is left out. */
	json_builder_add_string_value(
	    builder, g_utf8_validate(request->body, -1, NULL) ? request->body : "");
	json_builder_set_member_name(builder, "status");
	json_builder_add_int_value(builder, soup_server_message_get_status(request->msg));
	json_builder_end_object(builder);
	root = json_builder_get_root(builder);
	text = json_to_string(root, FALSE);
	fprintf(self->requests, "%s\n", text);
	fflush(self->requests);
}

static void
offhook_emu_server_request_cb(SoupServer *server, SoupServerMessage *msg, const char *path,
			      GHashTable *query, gpointer user_data)
{
	OffhookEmuServer *self = user_data;
	SoupMessageBody *body = soup_server_message_get_request_body(msg);
	const gchar *type = soup_message_headers_get_content_type(
	    soup_server_message_get_request_headers(msg), NULL);
	g_autofree gchar *text =
	    g_strndup(body->data != NULL ? body->data : "", (gsize)body->length);
	gboolean is_form = g_strcmp0(type, "application/x-www-form-urlencoded") == 0;
	g_autoptr(OffhookEmuForm) form = offhook_emu_form_parse(is_form ? text : NULL);
	g_autoptr(OffhookEmuForm) fields =
	    offhook_emu_form_parse(g_uri_get_query(soup_server_message_get_uri(msg)));
	OffhookEmuRequest request = {.msg = msg,
				     .method = soup_server_message_get_method(msg),
				     .path = path,
				     .content_type = type,
				     .query = fields,
				     .form = form,
				     .body = is_form ? "" : text};

	self->func(&request, self->user_data);
	offhook_emu_server_write_down(self, &request);
}

/* The one port that is not @known, 0: there is none. */
static guint
offhook_emu_server_find_port(OffhookEmuServer *self, guint known)
{
	g_autoslist(GUri) uris = soup_server_get_uris(self->server);

	for (GSList *uri = uris; uri != NULL; uri = uri->next) {
		if ((guint)g_uri_get_port(uri->data) != known)
			return (guint)g_uri_get_port(uri->data);
	}
	return 0;
}

/* The library lets ten connections wait; the eleventh that comes at once would be a second late. */
static void
offhook_emu_server_widen(OffhookEmuServer *self)
{
	g_autoptr(GSList) listeners = soup_server_get_listeners(self->server);

	for (GSList *listener = listeners; listener != NULL; listener = listener->next)
		listen(g_socket_get_fd(listener->data), OFFHOOK_EMU_SERVER_BACKLOG);
}

OffhookEmuServer *
offhook_emu_server_new(guint port, const gchar *requests_path, OffhookEmuServerFunc func,
		       gpointer user_data, GError **error)
{
	g_autoptr(OffhookEmuServer) self = g_new0(OffhookEmuServer, 1);

	self->func = func;
	self->user_data = user_data;
	self->server = soup_server_new("server-header", g_get_prgname(), NULL);
	soup_server_add_handler(self->server, NULL, offhook_emu_server_request_cb, self, NULL);
	if (requests_path != NULL && (self->requests = fopen(requests_path, "we")) == NULL) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE, "--requests %s: %s",
			    requests_path, g_strerror(errno));
		return NULL;
	}
	if (!soup_server_listen_local(self->server, port, SOUP_SERVER_LISTEN_IPV4_ONLY, error))
		return NULL;
	self->port = offhook_emu_server_find_port(self, 0);
	offhook_emu_server_widen(self);
	return g_steal_pointer(&self);
}

void
offhook_emu_server_free(OffhookEmuServer *self)
{
	soup_server_disconnect(self->server);
	g_object_unref(self->server);
	if (self->requests != NULL)
		fclose(self->requests);
	g_free(self);
}

guint
offhook_emu_server_get_port(OffhookEmuServer *self)
{
	return self->port;
}

guint
offhook_emu_server_add_port(OffhookEmuServer *self, GError **error)
{
	if (!soup_server_listen_local(self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, error))
		return 0;
	return offhook_emu_server_find_port(self, self->port);
}
