/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The server: routes, the key, what is counted. Main loop only. */

#include "reply.h"
#include "server.h"
#include "service.h"

#include <locale.h>
#include <string.h>

#define OFFHOOK_EMU_MAX_PROBLEMS 100

void
offhook_emu_service_refuse(OffhookEmuService *self, SoupServerMessage *msg, const gchar *format,
			   ...)
{
	g_autofree gchar *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_printerr("refused: %s\n", text);
	offhook_emu_reply_error(self, msg, 400, "invalid_request_error", text);
	if (self->problems->len < OFFHOOK_EMU_MAX_PROBLEMS)
		g_ptr_array_add(self->problems, g_steal_pointer(&text));
}

/* What tests ask for; no part of the protocol. */
static void
offhook_emu_service_serve_state(OffhookEmuService *self, SoupServerMessage *msg)
{
	JsonObject *state = json_object_new();
	JsonArray *problems = json_array_new();

	json_object_set_int_member(state, "requests", self->requests);
	json_object_set_int_member(state, "connections", g_hash_table_size(self->connections));
	json_object_set_int_member(state, "streams", self->streams);
	json_object_set_int_member(state, "finished", self->finished);
	json_object_set_int_member(state, "aborted", self->aborted);
	for (guint i = 0; i < self->problems->len; i++)
		json_array_add_string_element(problems, g_ptr_array_index(self->problems, i));
	json_object_set_array_member(state, "problems", problems);
	json_object_set_string_member(state, "last_chat",
				      self->last_chat != NULL ? self->last_chat : "");
	offhook_emu_reply_object(msg, 200, state, 0);
}

static void
offhook_emu_service_serve_models(SoupServerMessage *msg)
{
	JsonObject *list = json_object_new();
	JsonObject *model = json_object_new();
	JsonArray *data = json_array_new();

	json_object_set_string_member(model, "id", "emulated");
	json_object_set_string_member(model, "object", "model");
	json_array_add_object_element(data, model);
	json_object_set_string_member(list, "object", "list");
	json_object_set_array_member(list, "data", data);
	offhook_emu_reply_object(msg, 200, list, 0);
}

/* "/fault/stall/v1/models" is "/v1/models" with that fault. NULL: no such fault */
static const gchar *
offhook_emu_service_strip_fault(const gchar *path, OffhookEmuFault *fault)
{
	const gchar *name, *slash;
	g_autofree gchar *copy = NULL;

	*fault = OFFHOOK_EMU_FAULT_NONE;
	if (!g_str_has_prefix(path, "/fault/"))
		return path;
	name = path + strlen("/fault/");
	slash = strchr(name, '/');
	if (slash == NULL)
		return NULL;
	copy = g_strndup(name, (gsize)(slash - name));
	return offhook_emu_fault_find(copy, fault) ? slash : NULL;
}

static gboolean
offhook_emu_service_is_allowed(const OffhookEmuService *self, SoupServerMessage *msg)
{
	const gchar *given = soup_message_headers_get_one(
	    soup_server_message_get_request_headers(msg), "Authorization");
	g_autofree gchar *expected = g_strconcat("Bearer ", self->options->key, NULL);

	return self->options->key == NULL || g_strcmp0(given, expected) == 0;
}

static void
offhook_emu_service_count_connection(OffhookEmuService *self, SoupServerMessage *msg)
{
	GSocketAddress *address = soup_server_message_get_remote_address(msg);

	if (G_IS_INET_SOCKET_ADDRESS(address))
		g_hash_table_add(self->connections, GUINT_TO_POINTER(g_inet_socket_address_get_port(
							G_INET_SOCKET_ADDRESS(address))));
}

static void
offhook_emu_service_request_cb(OffhookEmuRequest *request, gpointer user_data)
{
	static const struct {
		const gchar *method, *path, *type;
		void (*serve)(OffhookEmuService *self, SoupServerMessage *msg,
			      OffhookEmuFault fault);
	} routes[] = {
	    {"POST", "/v1/chat/completions", "application/json", offhook_emu_chat_serve},
	    {"POST", "/v1/audio/speech", "application/json", offhook_emu_speech_serve},
	    {"POST", "/v1/embeddings", "application/json", offhook_emu_embeddings_serve},
	    {"POST", "/v1/audio/transcriptions", "multipart/form-data",
	     offhook_emu_transcription_serve},
	};
	OffhookEmuService *self = user_data;
	OffhookEmuFault fault;
	const gchar *path = offhook_emu_service_strip_fault(request->path, &fault);

	if (g_strcmp0(path, "/emulator/state") == 0) {
		offhook_emu_service_serve_state(self, request->msg);
		return;
	}
	self->requests++;
	offhook_emu_service_count_connection(self, request->msg);
	if (!offhook_emu_service_is_allowed(self, request->msg)) {
		offhook_emu_reply_error(self, request->msg, 401, "authentication_error",
					"Incorrect API key provided: secret-part");
		return;
	}
	if (g_strcmp0(path, "/v1/models") == 0 && g_str_equal(request->method, "GET")) {
		offhook_emu_service_serve_models(request->msg);
		return;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(routes); i++) {
		if (g_strcmp0(path, routes[i].path) != 0 ||
		    !g_str_equal(request->method, routes[i].method))
			continue;
		if (g_strcmp0(request->content_type, routes[i].type) != 0)
			offhook_emu_service_refuse(self, request->msg, "content type %s, not %s",
						   request->content_type, routes[i].type);
		else
			routes[i].serve(self, request->msg, fault);
		return;
	}
	offhook_emu_reply_error(self, request->msg, 404, "not_found_error", "no such path");
}

static gboolean
offhook_emu_service_run(OffhookEmuService *self, GError **error)
{
	g_autoptr(OffhookEmuServer) server =
	    offhook_emu_server_new((guint)self->options->port, self->options->requests_path,
				   offhook_emu_service_request_cb, self, error);
	g_autofree gchar *line = NULL;

	if (server == NULL)
		return FALSE;
	line =
	    g_strdup_printf("base-url=http://127.0.0.1:%u/v1", offhook_emu_server_get_port(server));
	offhook_emu_command_run(line);
	return TRUE;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuOpenaiOptions) options = NULL;
	g_autoptr(OffhookEmuOpenaiScript) script = NULL;
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) connections = g_hash_table_new(NULL, NULL);
	OffhookEmuService service = {.problems = problems, .connections = connections};

	setlocale(LC_ALL, "");
	options = offhook_emu_openai_options_parse(argc, argv, &error);
	if (options != NULL)
		script = offhook_emu_openai_script_load(options->script_path, &error);
	service.options = options;
	service.script = script;
	if (script != NULL)
		offhook_emu_service_run(&service, &error);
	g_free(service.last_chat);
	return offhook_emu_command_get_status(error);
}
