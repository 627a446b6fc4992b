/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * libcurl's multi interface driven by GLib: each socket that libcurl names is a source of the
 * client's main context, and so is its timer. Runs in the thread of that context.
 */

#include <offhook/web-client.h>

#include <curl/curl.h>
#include <glib-unix.h>
#include <offhook/error.h>
#include <string.h>
#include <sys/socket.h>

#define DEFAULT_CONNECTIONS    16
#define DEFAULT_CONNECT_MS     10000
#define DEFAULT_TIMEOUT_MS     30000
#define DEFAULT_MAX_SIZE       (1024 * 1024)
#define MAX_ERROR_SIZE         (64 * 1024)
#define MAX_RESPONSE_HEADERS   256
#define MAX_CONNECTIONS_IN_ALL 256
#define MAX_IDLE_CONNECTIONS   32

struct _OffhookWebClient {
	GObject parent_instance;

	GMainContext *context;
	CURLM *multi;
	GSource *timer;            /* (nullable) */
	GHashTable *sockets;       /* fd -> GSource */
	GHashTable *transfers;     /* set of OffhookWebTransfer */
	OffhookWebGuardFunc guard; /* (nullable): any address */
	gpointer guard_data;
};

/** A request on its way. */
typedef struct {
	OffhookWebClient *client;
	GTask *task;
	CURL *easy;
	struct curl_slist *headers;
	GBytes *request_body; /* (nullable) */
	OffhookWebReceiveFunc receive;
	OffhookWebBeginFunc begin; /* (nullable); %NULL when it was called, too */
	gpointer receive_data;
	GSource *cancel_source; /* (nullable) */
	GByteArray *body;
	gsize size;
	gsize max_size;
	GHashTable *response_headers;
	GError *error; /* (nullable): of our own callbacks */
	char message[CURL_ERROR_SIZE];
} OffhookWebTransfer;

G_DEFINE_FINAL_TYPE(OffhookWebClient, offhook_web_client, G_TYPE_OBJECT)

void
offhook_web_response_free(OffhookWebResponse *self)
{
	if (self == NULL)
		return;
	g_hash_table_unref(self->headers);
	g_bytes_unref(self->body);
	g_free(self);
}

void
offhook_web_form_add(GString *form, const char *name, const char *value)
{
	g_autofree char *escaped_name = NULL;
	g_autofree char *escaped = NULL;

	if (value == NULL)
		return;
	escaped_name = g_uri_escape_string(name, NULL, FALSE);
	escaped = g_uri_escape_string(value, NULL, FALSE);
	if (form->len > 0)
		g_string_append_c(form, '&');
	g_string_append_printf(form, "%s=%s", escaped_name, escaped);
}

/* ---- the end of a transfer ---- */

static void
offhook_web_transfer_free(OffhookWebTransfer *transfer)
{
	if (transfer->cancel_source != NULL) {
		g_source_destroy(transfer->cancel_source);
		g_source_unref(transfer->cancel_source);
	}
	if (transfer->easy != NULL) {
		curl_multi_remove_handle(transfer->client->multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
	}
	curl_slist_free_all(transfer->headers);
	g_clear_pointer(&transfer->request_body, g_bytes_unref);
	g_byte_array_unref(transfer->body);
	g_hash_table_unref(transfer->response_headers);
	g_clear_error(&transfer->error);
	g_clear_object(&transfer->task);
	g_free(transfer);
}

/* Was anything sent? What the service has not seen it has not done. */
static gboolean
offhook_web_transfer_was_sent(OffhookWebTransfer *transfer)
{
	long sent = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &sent);
	return sent > 0;
}

static GError *
offhook_web_transfer_make_error(OffhookWebTransfer *transfer, CURLcode code)
{
	const char *reason =
	    *transfer->message != '\0' ? transfer->message : curl_easy_strerror(code);
	OffhookError kind = OFFHOOK_ERROR_PROVIDER;

	if (transfer->error != NULL)
		return g_steal_pointer(&transfer->error);
	if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
		kind = OFFHOOK_ERROR_INVALID_ARGUMENT;
	else if (!offhook_web_transfer_was_sent(transfer))
		kind = OFFHOOK_ERROR_UNAVAILABLE;
	else if (code == CURLE_OPERATION_TIMEDOUT)
		kind = OFFHOOK_ERROR_TIMED_OUT;
	return g_error_new(OFFHOOK_ERROR, (int)kind, "%s", reason);
}

static OffhookWebResponse *
offhook_web_transfer_make_response(OffhookWebTransfer *transfer)
{
	OffhookWebResponse *response = g_new0(OffhookWebResponse, 1);
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	response->status = (guint)status;
	response->headers = g_hash_table_ref(transfer->response_headers);
	response->body = g_bytes_new(transfer->body->data, transfer->body->len);
	return response;
}

/* The task's callback may start and cancel requests, and drop the client. */
static void
offhook_web_transfer_finish(OffhookWebTransfer *transfer, CURLcode code)
{
	g_autoptr(GTask) task = g_steal_pointer(&transfer->task);
	OffhookWebResponse *response = NULL;
	GError *error = NULL;

	if (code == CURLE_OK)
		response = offhook_web_transfer_make_response(transfer);
	else
		error = offhook_web_transfer_make_error(transfer, code);
	g_hash_table_remove(transfer->client->transfers, transfer);
	if (response != NULL)
		g_task_return_pointer(task, response, (GDestroyNotify)offhook_web_response_free);
	else
		g_task_return_error(task, error);
}

static gboolean
offhook_web_transfer_cancelled_cb(GCancellable *cancellable, gpointer user_data)
{
	OffhookWebTransfer *transfer = user_data;
	g_autoptr(GTask) task = g_steal_pointer(&transfer->task);

	g_hash_table_remove(transfer->client->transfers, transfer);
	g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
				"the request was cancelled");
	return G_SOURCE_REMOVE;
}

static void
offhook_web_client_collect(OffhookWebClient *self)
{
	g_autoptr(OffhookWebClient) alive = g_object_ref(self);
	CURLMsg *message;
	int left;

	while (self->multi != NULL &&
	       (message = curl_multi_info_read(self->multi, &left)) != NULL) {
		OffhookWebTransfer *transfer = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
		offhook_web_transfer_finish(transfer, message->data.result);
	}
}

/* ---- libcurl and the main loop ---- */

static gboolean
offhook_web_client_socket_ready_cb(gint fd, GIOCondition condition, gpointer user_data)
{
	OffhookWebClient *self = user_data;
	int running;
	int flags = 0;

	if (condition & (G_IO_IN | G_IO_HUP))
		flags |= CURL_CSELECT_IN;
	if (condition & G_IO_OUT)
		flags |= CURL_CSELECT_OUT;
	if (condition & (G_IO_ERR | G_IO_NVAL))
		flags |= CURL_CSELECT_ERR;
	curl_multi_socket_action(self->multi, fd, flags, &running);
	offhook_web_client_collect(self);
	return G_SOURCE_CONTINUE;
}

static void
offhook_web_client_drop_source(gpointer data)
{
	GSource *source = data;

	g_source_destroy(source);
	g_source_unref(source);
}

static int
offhook_web_client_socket_cb(CURL *easy, curl_socket_t fd, int what, void *user_data,
			     void *socket_data)
{
	OffhookWebClient *self = user_data;
	GIOCondition condition = G_IO_HUP | G_IO_ERR;
	GSource *source;

	g_hash_table_remove(self->sockets, GINT_TO_POINTER(fd));
	if (what == CURL_POLL_REMOVE)
		return 0;
	if (what & CURL_POLL_IN)
		condition |= G_IO_IN;
	if (what & CURL_POLL_OUT)
		condition |= G_IO_OUT;
	source = g_unix_fd_source_new(fd, condition);
	g_source_set_callback(source, G_SOURCE_FUNC(offhook_web_client_socket_ready_cb), self,
			      NULL);
	g_source_attach(source, self->context);
	g_hash_table_insert(self->sockets, GINT_TO_POINTER(fd), source);
	return 0;
}

static gboolean
offhook_web_client_timer_expired_cb(gpointer user_data)
{
	OffhookWebClient *self = user_data;
	int running;

	g_clear_pointer(&self->timer, offhook_web_client_drop_source);
	curl_multi_socket_action(self->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	offhook_web_client_collect(self);
	return G_SOURCE_REMOVE;
}

static int
offhook_web_client_timer_cb(CURLM *multi, long timeout_ms, void *user_data)
{
	OffhookWebClient *self = user_data;

	g_clear_pointer(&self->timer, offhook_web_client_drop_source);
	if (timeout_ms < 0)
		return 0;
	self->timer = g_timeout_source_new((guint)MIN(timeout_ms, G_MAXINT));
	g_source_set_callback(self->timer, offhook_web_client_timer_expired_cb, self, NULL);
	g_source_attach(self->timer, self->context);
	return 0;
}

/* ---- what comes back ---- */

static size_t
offhook_web_transfer_write_cb(char *data, size_t size, size_t count, void *user_data)
{
	OffhookWebTransfer *transfer = user_data;
	gsize length = size * count;
	long status = 0;
	gboolean good;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	good = status >= 200 && status <= 299;
	transfer->size += length;
	if (transfer->receive != NULL && good) {
		if (transfer->begin != NULL)
			transfer->begin(transfer->receive_data, (guint)status,
					transfer->response_headers);
		transfer->begin = NULL;
		if (transfer->size <= transfer->max_size)
			return transfer->receive(transfer->receive_data, (const guint8 *)data,
						 length, &transfer->error)
				   ? length
				   : 0;
	} else if (transfer->size <=
		   (transfer->receive != NULL ? MAX_ERROR_SIZE : transfer->max_size)) {
		g_byte_array_append(transfer->body, (const guint8 *)data, (guint)length);
		return length;
	}
	g_set_error(&transfer->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
		    "the response is larger than %" G_GSIZE_FORMAT " bytes", transfer->max_size);
	return 0;
}

static size_t
offhook_web_transfer_header_cb(char *data, size_t size, size_t count, void *user_data)
{
	OffhookWebTransfer *transfer = user_data;
	g_autofree char *line = g_strndup(data, size * count);
	char *colon = strchr(line, ':');

	/* A redirection or "100 Continue" went before: only the last answer's headers count. */
	if (g_str_has_prefix(line, "HTTP/")) {
		g_hash_table_remove_all(transfer->response_headers);
		return size * count;
	}
	if (colon == NULL || g_hash_table_size(transfer->response_headers) >= MAX_RESPONSE_HEADERS)
		return size * count;
	*colon = '\0';
	g_hash_table_replace(transfer->response_headers, g_ascii_strdown(g_strstrip(line), -1),
			     g_strdup(g_strstrip(colon + 1)));
	return size * count;
}

/* ---- where to ---- */

static curl_socket_t
offhook_web_transfer_open_socket_cb(void *user_data, curlsocktype purpose,
				    struct curl_sockaddr *native)
{
	OffhookWebTransfer *transfer = user_data;
	OffhookWebClient *client = transfer->client;
	g_autoptr(GSocketAddress) address =
	    g_socket_address_new_from_native(&native->addr, native->addrlen);

	/* A name may have several addresses, and one that may be used is enough. */
	g_clear_error(&transfer->error);
	if (!G_IS_INET_SOCKET_ADDRESS(address) ||
	    !client->guard(G_INET_SOCKET_ADDRESS(address), client->guard_data, &transfer->error))
		return CURL_SOCKET_BAD;
	return socket(native->family, native->socktype | SOCK_CLOEXEC, native->protocol);
}

static void
offhook_web_transfer_set_guard(OffhookWebTransfer *transfer)
{
	if (transfer->client->guard == NULL)
		return;
	curl_easy_setopt(transfer->easy, CURLOPT_OPENSOCKETFUNCTION,
			 offhook_web_transfer_open_socket_cb);
	curl_easy_setopt(transfer->easy, CURLOPT_OPENSOCKETDATA, transfer);
	curl_easy_setopt(transfer->easy, CURLOPT_PROXY, "");
}

/* ---- a request ---- */

static long
offhook_web_pick(guint value, guint fallback)
{
	if (value == G_MAXUINT)
		return 0;
	return (long)(value > 0 ? value : fallback);
}

static void
offhook_web_transfer_set_body(OffhookWebTransfer *transfer, const OffhookWebRequest *request)
{
	gsize size;
	const void *data;

	if (request->body == NULL)
		return;
	transfer->request_body = g_bytes_ref(request->body);
	data = g_bytes_get_data(request->body, &size);
	curl_easy_setopt(transfer->easy, CURLOPT_POST, 1L);
	curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
	curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, data != NULL ? data : "");
}

static void
offhook_web_transfer_set_headers(OffhookWebTransfer *transfer, const OffhookWebRequest *request)
{
	g_autofree char *type = g_strconcat(
	    "Content-Type: ", request->content_type != NULL ? request->content_type : "", NULL);

	for (guint i = 0; request->headers != NULL && request->headers[i] != NULL; i++)
		transfer->headers = curl_slist_append(transfer->headers, request->headers[i]);
	if (request->content_type != NULL)
		transfer->headers = curl_slist_append(transfer->headers, type);
	/* Waiting for "100 Continue" costs a round trip, for which nobody gives anything here. */
	transfer->headers = curl_slist_append(transfer->headers, "Expect:");
	curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
}

static void
offhook_web_transfer_set_options(OffhookWebTransfer *transfer, const OffhookWebRequest *request)
{
	CURL *easy = transfer->easy;
	const char *method = request->method != NULL ? request->method : "GET";

	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->message);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "offhook/" OFFHOOK_VERSION);
	/* What is taken in pieces is not packed: curl would unpack all it has got, however much that is. */
	if (request->receive == NULL)
		curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_URL, request->url);
	offhook_web_transfer_set_body(transfer, request);
	offhook_web_transfer_set_headers(transfer, request);
	offhook_web_transfer_set_guard(transfer);
	if (g_str_equal(method, "HEAD"))
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
	if (request->username != NULL) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME, request->username);
		curl_easy_setopt(easy, CURLOPT_PASSWORD,
				 request->password != NULL ? request->password : "");
	}
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
			 offhook_web_pick(request->connect_timeout_ms, DEFAULT_CONNECT_MS));
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
			 offhook_web_pick(request->timeout_ms, DEFAULT_TIMEOUT_MS));
	if (request->stall_timeout_ms > 0) {
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME,
				 (long)((request->stall_timeout_ms + 999) / 1000));
	}
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request->max_redirects > 0 ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)request->max_redirects);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request->once ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, offhook_web_transfer_write_cb);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, offhook_web_transfer_header_cb);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
}

void
offhook_web_client_send_async(OffhookWebClient *self, const OffhookWebRequest *request,
			      GCancellable *cancellable, GAsyncReadyCallback callback,
			      gpointer user_data)
{
	g_autoptr(GTask) task = NULL;
	OffhookWebTransfer *transfer;

	g_return_if_fail(OFFHOOK_IS_WEB_CLIENT(self));
	g_return_if_fail(request != NULL && request->url != NULL);

	task = g_task_new(self, cancellable, callback, user_data);
	g_task_set_source_tag(task, offhook_web_client_send_async);
	if (g_task_return_error_if_cancelled(task))
		return;
	g_task_set_check_cancellable(task, FALSE);
	transfer = g_new0(OffhookWebTransfer, 1);
	transfer->client = self;
	transfer->receive = request->receive;
	transfer->begin = request->begin;
	transfer->receive_data = request->receive_data;
	transfer->max_size = request->max_size > 0 ? request->max_size : DEFAULT_MAX_SIZE;
	transfer->body = g_byte_array_new();
	transfer->response_headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	transfer->easy = curl_easy_init();
	offhook_web_transfer_set_options(transfer, request);
	if (cancellable != NULL) {
		transfer->cancel_source = g_cancellable_source_new(cancellable);
		g_source_set_callback(transfer->cancel_source,
				      G_SOURCE_FUNC(offhook_web_transfer_cancelled_cb), transfer,
				      NULL);
		g_source_attach(transfer->cancel_source, self->context);
	}
	transfer->task = g_steal_pointer(&task);
	g_hash_table_add(self->transfers, transfer);
	curl_multi_add_handle(self->multi, transfer->easy);
}

OffhookWebResponse *
offhook_web_client_send_finish(OffhookWebClient *self, GAsyncResult *result, GError **error)
{
	g_return_val_if_fail(g_task_is_valid(result, self), NULL);

	return g_task_propagate_pointer(G_TASK(result), error);
}

OffhookWebClient *
offhook_web_client_new(guint max_connections)
{
	OffhookWebClient *self = g_object_new(OFFHOOK_TYPE_WEB_CLIENT, NULL);

	curl_multi_setopt(self->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
			  (long)(max_connections > 0 ? max_connections : DEFAULT_CONNECTIONS));
	return self;
}

void
offhook_web_client_set_guard(OffhookWebClient *self, OffhookWebGuardFunc guard, gpointer user_data)
{
	self->guard = guard;
	self->guard_data = user_data;
}

/* Each request holds a reference through its task, so none is under way here. */
static void
offhook_web_client_finalize(GObject *object)
{
	OffhookWebClient *self = OFFHOOK_WEB_CLIENT(object);

	g_hash_table_unref(self->transfers);
	curl_multi_cleanup(self->multi);
	g_clear_pointer(&self->timer, offhook_web_client_drop_source);
	g_hash_table_unref(self->sockets);
	g_main_context_unref(self->context);

	G_OBJECT_CLASS(offhook_web_client_parent_class)->finalize(object);
}

static void
offhook_web_client_init(OffhookWebClient *self)
{
	self->context = g_main_context_ref_thread_default();
	self->sockets = g_hash_table_new_full(NULL, NULL, NULL, offhook_web_client_drop_source);
	self->transfers =
	    g_hash_table_new_full(NULL, NULL, (GDestroyNotify)offhook_web_transfer_free, NULL);
	self->multi = curl_multi_init();
	curl_multi_setopt(self->multi, CURLMOPT_SOCKETFUNCTION, offhook_web_client_socket_cb);
	curl_multi_setopt(self->multi, CURLMOPT_SOCKETDATA, self);
	curl_multi_setopt(self->multi, CURLMOPT_TIMERFUNCTION, offhook_web_client_timer_cb);
	curl_multi_setopt(self->multi, CURLMOPT_TIMERDATA, self);
	curl_multi_setopt(self->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
			  (long)MAX_CONNECTIONS_IN_ALL);
	curl_multi_setopt(self->multi, CURLMOPT_MAXCONNECTS, (long)MAX_IDLE_CONNECTIONS);
}

static void
offhook_web_client_class_init(OffhookWebClientClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_web_client_finalize;
	curl_global_init(CURL_GLOBAL_DEFAULT);
}
