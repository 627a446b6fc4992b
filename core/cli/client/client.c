/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Finds the daemon and asks it. Blocking: this is a command line.
 */

#include "cli/client/client.h"

#include <offhook/error.h>

#include "base/json.h"
#include "cli/client/answer.h"
#include "cli/print/clean.h"
#include "config/locations.h"
#include "config/secret.h"

#define OFFHOOK_CLIENT_TIMEOUT_S  30
#define OFFHOOK_CLIENT_PIECE      (64 * 1024)
#define OFFHOOK_CLIENT_MAX_ANSWER (64u * 1024 * 1024)

static char *
offhook_client_read_state(const char *state_dir, const char *name)
{
	g_autofree char *path = g_build_filename(state_dir, name, NULL);
	char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	return g_strstrip(text);
}

/* Where the running daemon says it listens, else where its configuration says. */
static char *
offhook_client_find_url(OffhookConfig *config, const char *state_dir)
{
	g_autofree char *url = offhook_client_read_state(state_dir, OFFHOOK_URL_FILE);
	g_autoptr(GInetSocketAddress) address = NULL;
	g_autofree char *host = NULL;

	if (url != NULL && *url != '\0')
		return g_steal_pointer(&url);
	address = offhook_config_get_listen_address(config);
	host = g_inet_address_to_string(g_inet_socket_address_get_address(address));
	return g_strdup_printf(strchr(host, ':') != NULL ? "http://[%s]:%u" : "http://%s:%u", host,
			       g_inet_socket_address_get_port(address));
}

/* Whether it is this machine that is asked: another one is nobody to show our server's token to. */
static gboolean
offhook_client_is_here(const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
	g_autoptr(GInetAddress) address =
	    host != NULL ? g_inet_address_new_from_string(host) : NULL;

	return g_strcmp0(host, "localhost") == 0 ||
	       (address != NULL && g_inet_address_get_is_loopback(address));
}

static GTlsCertificate *
offhook_client_load_certificate(OffhookConfig *config)
{
	const char *path = offhook_config_get_string(config, "server", "tls-certificate");

	return path != NULL ? g_tls_certificate_new_from_file(path, NULL) : NULL;
}

OffhookClient *
offhook_client_new(const char *url, const char *token, const char *config_path)
{
	OffhookClient *self = g_new0(OffhookClient, 1);
	const OffhookConfigSource source = {.path = config_path};
	OffhookConfig *config = offhook_config_read(&source);
	const char *state_dir = offhook_config_get_state_dir(config);

	self->config = config;
	self->named = url != NULL;
	self->token_given = token != NULL;
	self->config_path = g_strdup(config_path);
	self->session = soup_session_new_with_options(
	    "timeout", OFFHOOK_CLIENT_TIMEOUT_S, "user-agent",
	    OFFHOOK_OPERATOR_AGENT OFFHOOK_VERSION, NULL);
	self->url = url != NULL ? g_strdup(url) : offhook_client_find_url(config, state_dir);
	if (g_str_has_suffix(self->url, "/"))
		self->url[strlen(self->url) - 1] = '\0';
	if (token != NULL)
		self->token = g_strdup(token);
	else if (url == NULL || offhook_client_is_here(url))
		self->token = offhook_client_read_state(state_dir, OFFHOOK_API_TOKEN_FILE);
	self->certificate = offhook_client_load_certificate(config);
	return self;
}

void
offhook_client_free(OffhookClient *self)
{
	if (self == NULL)
		return;
	offhook_config_unref(self->config);
	g_object_unref(self->session);
	g_clear_object(&self->certificate);
	g_free(self->url);
	g_free(self->config_path);
	offhook_secret_free(self->token);
	g_free(self);
}

/* The daemon of our configuration may have a certificate that it has signed itself. */
static gboolean
offhook_client_accept_certificate_cb(SoupMessage *msg, GTlsCertificate *certificate,
				     GTlsCertificateFlags errors, gpointer user_data)
{
	return g_tls_certificate_is_same(certificate, user_data);
}

SoupMessage *
offhook_client_make_message(OffhookClient *self, const char *method, const char *path,
			    GError **error)
{
	g_autofree char *uri = g_strconcat(self->url, path, NULL);
	SoupMessage *msg = soup_message_new(method, uri);
	g_autofree char *authorization = NULL;

	if (msg == NULL) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "\"%s\" is not a URL like http://127.0.0.1:3000", self->url);
		return NULL;
	}
	if (self->certificate != NULL)
		g_signal_connect_object(msg, "accept-certificate",
					G_CALLBACK(offhook_client_accept_certificate_cb),
					self->certificate, 0);
	if (self->token == NULL)
		return msg;
	authorization = g_strconcat("Bearer ", self->token, NULL);
	soup_message_headers_replace(soup_message_get_request_headers(msg), "Authorization",
				     authorization);
	return msg;
}

/* @reply: (nullable): it was not JSON */
static gboolean
offhook_client_check(SoupMessage *msg, JsonObject *reply, GError **error)
{
	guint status = soup_message_get_status(msg);
	JsonNode *node = reply != NULL ? json_object_get_member(reply, "error") : NULL;
	const char *message = "refused";

	if (status < 400)
		return TRUE;
	if (node != NULL && JSON_NODE_HOLDS_OBJECT(node))
		message = offhook_client_get(json_node_get_object(node), "message");
	else if (reply != NULL && json_object_has_member(reply, "reason"))
		message = offhook_client_get(reply, "reason");
	g_set_error(error, OFFHOOK_ERROR,
		    status == 401 || status == 403 ? OFFHOOK_ERROR_PERMISSION
		    : status == 404                ? OFFHOOK_ERROR_NOT_FOUND
		    : status == 501                ? OFFHOOK_ERROR_NOT_SUPPORTED
						   : OFFHOOK_ERROR_FAILED,
		    "%s (%u)", message, status);
	return FALSE;
}

void
offhook_client_set_unreachable(OffhookClient *self, const GError *reason, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
		    "no server answers at %s: %s (is offhookd running?)", self->url,
		    reason->message);
}

/* (transfer full) (nullable): the answer, as far as there is an end to it */
static GBytes *
offhook_client_receive(OffhookClient *self, SoupMessage *msg, GError **error)
{
	g_autoptr(GInputStream) body = soup_session_send(self->session, msg, NULL, error);
	g_autofree char *buffer = NULL;
	g_autoptr(GByteArray) all = g_byte_array_new();
	gssize n;

	if (body == NULL)
		return NULL;
	buffer = g_malloc(OFFHOOK_CLIENT_PIECE);
	while ((n = g_input_stream_read(body, buffer, OFFHOOK_CLIENT_PIECE, NULL, error)) > 0) {
		if (all->len + (gsize)n > OFFHOOK_CLIENT_MAX_ANSWER) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
				    "the answer has more than %u MiB",
				    OFFHOOK_CLIENT_MAX_ANSWER / (1024 * 1024));
			return NULL;
		}
		g_byte_array_append(all, (const guint8 *)buffer, (guint)n);
	}
	return n < 0 ? NULL : g_byte_array_free_to_bytes(g_steal_pointer(&all));
}

JsonObject *
offhook_client_request(OffhookClient *self, const char *method, const char *path, JsonObject *body,
		       GError **error)
{
	g_autoptr(SoupMessage) msg = offhook_client_make_message(self, method, path, error);
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(JsonObject) reply = NULL;
	g_autoptr(GError) local = NULL;
	gsize size;
	const char *text;

	if (msg == NULL)
		return NULL;
	if (body != NULL) {
		g_autofree char *request = offhook_json_to_string(body);
		g_autoptr(GBytes) sent = g_bytes_new(request, strlen(request));

		soup_message_set_request_body_from_bytes(msg, "application/json", sent);
	}
	bytes = offhook_client_receive(self, msg, &local);
	if (g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT)) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	if (bytes == NULL) {
		offhook_client_set_unreachable(self, local, error);
		return NULL;
	}
	text = g_bytes_get_data(bytes, &size);
	reply = offhook_json_parse_object(text, size, "it", &local);
	if (!offhook_client_check(msg, reply, error))
		return NULL;
	if (reply == NULL) {
		offhook_answer_refuse(msg, local->message, error);
		return NULL;
	}
	if (!offhook_answer_check(method, path, reply, error))
		return NULL;
	return self->json ? g_steal_pointer(&reply) : offhook_clean_object(reply);
}

gboolean
offhook_client_read_refusal(SoupMessage *msg, GInputStream *body, GError **error)
{
	g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(JsonObject) reply = NULL;

	if (g_output_stream_splice(memory, body, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL) >
	    0) {
		bytes = g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory));
		reply =
		    offhook_json_parse_object(g_bytes_get_data(bytes, NULL),
					      g_bytes_get_size(bytes), "the server's reply", NULL);
	}
	return offhook_client_check(msg, reply, error);
}

gboolean
offhook_client_download(OffhookClient *self, const char *path, GOutputStream *stream,
			GError **error)
{
	g_autoptr(SoupMessage) msg = offhook_client_make_message(self, "GET", path, error);
	g_autoptr(GInputStream) body = NULL;
	g_autoptr(GError) local = NULL;

	if (msg == NULL)
		return FALSE;
	body = soup_session_send(self->session, msg, NULL, &local);
	if (body == NULL) {
		offhook_client_set_unreachable(self, local, error);
		return FALSE;
	}
	if (soup_message_get_status(msg) >= 400)
		return offhook_client_read_refusal(msg, body, error);
	if (!offhook_answer_check_type(msg, error))
		return FALSE;
	return g_output_stream_splice(stream, body, G_OUTPUT_STREAM_SPLICE_NONE, NULL, error) >= 0;
}

gboolean
offhook_client_save(OffhookClient *self, const char *path, const char *file, GError **error)
{
	g_autoptr(GFile) target = g_file_new_for_path(file);
	g_autoptr(GFileOutputStream) stream =
	    g_file_replace(target, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, error);
	g_autoptr(GCancellable) cancelled = g_cancellable_new();

	if (stream == NULL)
		return FALSE;
	if (offhook_client_download(self, path, G_OUTPUT_STREAM(stream), error))
		return g_output_stream_close(G_OUTPUT_STREAM(stream), NULL, error);
	/* Closed so, it leaves the file as it was. */
	g_cancellable_cancel(cancelled);
	g_output_stream_close(G_OUTPUT_STREAM(stream), cancelled, NULL);
	return FALSE;
}

gboolean
offhook_client_is_live(const char *status)
{
	static const char *const live[] = {"initiating", "ringing", "in-progress", NULL};

	return g_strv_contains(live, status);
}

void
offhook_client_add_parameter(GString *path, const char *name, const char *value)
{
	if (value == NULL)
		return;
	g_string_append_printf(path, "%c%s=", strchr(path->str, '?') == NULL ? '?' : '&', name);
	g_string_append_uri_escaped(path, value, NULL, FALSE);
}

void
offhook_client_add_limit(GString *path, guint limit)
{
	g_autofree char *text = g_strdup_printf("%u", limit);

	offhook_client_add_parameter(path, "limit", text);
}

const char *
offhook_client_get(JsonObject *object, const char *field)
{
	const char *text = json_object_get_string_member_with_default(object, field, NULL);

	return text != NULL ? text : "-";
}

gboolean
offhook_client_print_json(OffhookClient *self, JsonObject *object)
{
	g_autoptr(JsonNode) node = NULL;
	g_autofree char *text = NULL;
	g_autofree char *clean = NULL;

	if (!self->json)
		return FALSE;
	node = json_node_new(JSON_NODE_OBJECT);
	json_node_set_object(node, object);
	text = json_to_string(node, TRUE);
	clean = offhook_clean_json(text);
	g_print("%s\n", clean);
	return TRUE;
}

void
offhook_client_print_line(JsonObject *object)
{
	g_autofree char *text = offhook_json_to_string(object);
	g_autofree char *clean = offhook_clean_json(text);

	g_print("%s\n", clean);
}
