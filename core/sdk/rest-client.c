/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <offhook/rest-client.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/rest-reply.h>
#include <string.h>
#include <unistd.h>

#define ATTEMPTS          6
#define BACKOFF_FIRST_MS  100
#define BACKOFF_MAX_MS    3000
#define RETRY_AFTER_MAX_S 10
#define MAX_DOWNLOAD      (1024 * 1024 * 1024)
#define MAX_REDIRECTS     3
#define STALL_MS          30000
#define MAX_WORDS         200

typedef struct {
	OffhookWebClient *web;
	OffhookWebRequest request; /* its strings are ours */
	OffhookRestPatience patience;
	gboolean repeatable;
	guint attempt;
	guint timer;

	/* Of a download. */
	char *path;      /* (nullable): none */
	char *part_path; /* (nullable): where it is written until it is whole */
	int fd;
} OffhookRestSend;

static void
offhook_rest_send_free(gpointer data)
{
	OffhookRestSend *send = data;

	g_clear_handle_id(&send->timer, g_source_remove);
	if (send->fd >= 0)
		close(send->fd);
	if (send->part_path != NULL)
		g_unlink(send->part_path);
	g_free(send->path);
	g_free(send->part_path);
	g_free((char *)send->request.method);
	g_free((char *)send->request.url);
	g_free((char *)send->request.username);
	g_free((char *)send->request.password);
	g_free((char *)send->request.content_type);
	g_strfreev((char **)send->request.headers);
	g_clear_pointer(&send->request.body, g_bytes_unref);
	g_object_unref(send->web);
	g_free(send);
}

static OffhookRestSend *
offhook_rest_send_new(OffhookWebClient *web, const OffhookWebRequest *request, gboolean repeatable,
		      const OffhookRestPatience *patience)
{
	OffhookRestSend *send = g_new0(OffhookRestSend, 1);
	OffhookWebRequest *copy = &send->request;

	send->web = g_object_ref(web);
	send->repeatable = repeatable;
	send->fd = -1;
	if (patience != NULL)
		send->patience = *patience;
	if (send->patience.attempts == 0)
		send->patience.attempts = ATTEMPTS;
	if (send->patience.backoff_first_ms == 0)
		send->patience.backoff_first_ms = BACKOFF_FIRST_MS;
	if (send->patience.backoff_max_ms == 0)
		send->patience.backoff_max_ms = BACKOFF_MAX_MS;
	*copy = *request;
	copy->method = g_strdup(request->method);
	copy->url = g_strdup(request->url);
	copy->username = g_strdup(request->username);
	copy->password = g_strdup(request->password);
	copy->content_type = g_strdup(request->content_type);
	copy->headers = (const char *const *)g_strdupv((char **)request->headers);
	copy->body = request->body != NULL ? g_bytes_ref(request->body) : NULL;
	copy->once = !repeatable;
	copy->receive = NULL;
	return send;
}

/* ---- once more? ---- */

/* Full jitter, so that many that were refused together do not come back together. */
static guint
offhook_rest_send_get_delay(OffhookRestSend *send, const OffhookWebResponse *response)
{
	const char *after =
	    response != NULL ? g_hash_table_lookup(response->headers, "retry-after") : NULL;
	guint most = MIN(send->patience.backoff_max_ms,
			 send->patience.backoff_first_ms << MIN(send->attempt, 16));
	guint delay = (guint)g_random_int_range(0, (gint)most + 1);

	if (after != NULL && g_ascii_isdigit(*after))
		delay += (guint)MIN(g_ascii_strtoull(after, NULL, 10), RETRY_AFTER_MAX_S) * 1000;
	return delay;
}

/* @response: (nullable) with @error */
static gboolean
offhook_rest_send_may_repeat(OffhookRestSend *send, const OffhookWebResponse *response,
			     const GError *error)
{
	if (send->attempt + 1 >= send->patience.attempts ||
	    g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return FALSE;
	if (response != NULL)
		return response->status == 429 || (send->repeatable && response->status >= 500);
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE))
		return TRUE;
	return send->repeatable && (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER) ||
				    g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT));
}

/* ---- the file ---- */

static gboolean
offhook_rest_send_fail_on_disk(OffhookRestSend *send, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s: %s", send->path,
		    g_strerror(errno));
	return FALSE;
}

static gboolean
offhook_rest_send_keep_file(OffhookRestSend *send, GError **error)
{
	int fd = send->fd;
	gboolean written = fsync(fd) == 0;

	send->fd = -1;
	if (close(fd) != 0 || !written || g_rename(send->part_path, send->path) != 0)
		return offhook_rest_send_fail_on_disk(send, error);
	g_clear_pointer(&send->part_path, g_free);
	return TRUE;
}

static gboolean
offhook_rest_send_write_cb(gpointer user_data, const guint8 *data, gsize size, GError **error)
{
	OffhookRestSend *send = user_data;
	gsize done = 0;

	while (done < size) {
		gssize n = write(send->fd, data + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return offhook_rest_send_fail_on_disk(send, error);
		done += (gsize)n;
	}
	return TRUE;
}

/* ---- a request's way ---- */

static void offhook_rest_send_go(GTask *task);

static gboolean
offhook_rest_send_again_cb(gpointer user_data)
{
	GTask *task = user_data;
	OffhookRestSend *send = g_task_get_task_data(task);

	send->timer = 0;
	if (g_task_return_error_if_cancelled(task))
		g_object_unref(task);
	else
		offhook_rest_send_go(task);
	return G_SOURCE_REMOVE;
}

static void
offhook_rest_send_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookRestSend *send = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    offhook_web_client_send_finish(OFFHOOK_WEB_CLIENT(source), result, &error);

	if (offhook_rest_send_may_repeat(send, response, error)) {
		g_clear_error(&error);
		send->timer = g_timeout_add(offhook_rest_send_get_delay(send, response),
					    offhook_rest_send_again_cb, task);
		send->attempt++;
		g_steal_pointer(&task);
		return;
	}
	if (response != NULL && send->path != NULL && response->status >= 200 &&
	    response->status <= 299)
		offhook_rest_send_keep_file(send, &error);
	if (error != NULL)
		g_task_return_error(task, error);
	else
		g_task_return_pointer(task, g_steal_pointer(&response),
				      (GDestroyNotify)offhook_web_response_free);
}

/* @task: (transfer full) */
static void
offhook_rest_send_go(GTask *task)
{
	OffhookRestSend *send = g_task_get_task_data(task);
	GError *error = NULL;

	/* A repetition begins anew. */
	if (send->path != NULL &&
	    (ftruncate(send->fd, 0) != 0 || lseek(send->fd, 0, SEEK_SET) != 0)) {
		offhook_rest_send_fail_on_disk(send, &error);
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	offhook_web_client_send_async(send->web, &send->request, g_task_get_cancellable(task),
				      offhook_rest_send_answered_cb, task);
}

void
offhook_rest_send_async(OffhookWebClient *web, const OffhookWebRequest *request,
			gboolean repeatable, const OffhookRestPatience *patience,
			GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(NULL, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_rest_send_async);
	g_task_set_task_data(task, offhook_rest_send_new(web, request, repeatable, patience),
			     offhook_rest_send_free);
	g_task_set_check_cancellable(task, FALSE);
	offhook_rest_send_go(task);
}

OffhookWebResponse *
offhook_rest_send_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

void
offhook_rest_download_async(OffhookWebClient *web, const OffhookWebRequest *request,
			    const OffhookRestPatience *patience, const char *path,
			    GCancellable *cancellable, GAsyncReadyCallback callback,
			    gpointer user_data)
{
	GTask *task = g_task_new(NULL, cancellable, callback, user_data);
	OffhookRestSend *send = offhook_rest_send_new(web, request, TRUE, patience);
	GError *error = NULL;

	g_task_set_source_tag(task, offhook_rest_download_async);
	g_task_set_task_data(task, send, offhook_rest_send_free);
	g_task_set_check_cancellable(task, FALSE);
	send->request.receive = offhook_rest_send_write_cb;
	send->request.receive_data = send;
	send->request.max_size = MAX_DOWNLOAD;
	send->request.max_redirects = MAX_REDIRECTS;
	send->request.timeout_ms = G_MAXUINT;
	send->request.stall_timeout_ms = STALL_MS;
	send->path = g_strdup(path);
	send->part_path = g_strconcat(path, ".part", NULL);
	send->fd = open(send->part_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (send->fd >= 0) {
		offhook_rest_send_go(task);
		return;
	}
	offhook_rest_send_fail_on_disk(send, &error);
	g_clear_pointer(&send->part_path, g_free); /* it is not ours */
	g_task_return_error(task, error);
	g_object_unref(task);
}

OffhookWebResponse *
offhook_rest_download_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

/* ---- JSON both ways ---- */

void
offhook_rest_fail(guint status, const char *what, const char *words, GError **error)
{
	g_autofree char *shown =
	    words != NULL ? g_utf8_make_valid(words, MIN(strlen(words), MAX_WORDS)) : g_strdup("");

	g_set_error(error, OFFHOOK_ERROR, (int)offhook_rest_get_error_code(status),
		    "%s: the provider answered %u%s%s", what, status, *shown != '\0' ? ": " : "",
		    shown);
}

void
offhook_rest_ask_async(OffhookWebClient *web, const OffhookWebRequest *request, JsonObject *body,
		       gboolean repeatable, GCancellable *cancellable, GAsyncReadyCallback callback,
		       gpointer user_data)
{
	OffhookWebRequest with_body = *request;
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	g_autoptr(GBytes) bytes = NULL;

	if (body != NULL) {
		char *text;

		json_node_set_object(root, body);
		text = offhook_json_node_to_string(root);
		bytes = g_bytes_new_take(text, strlen(text));
		with_body.body = bytes;
		with_body.content_type = "application/json";
	}
	offhook_rest_send_async(web, &with_body, repeatable, NULL, cancellable, callback,
				user_data);
}

JsonObject *
offhook_rest_ask_finish(GAsyncResult *result, const char *what, GError **error)
{
	g_autoptr(OffhookWebResponse) response = offhook_rest_send_finish(result, error);
	g_autofree char *words = NULL;
	JsonObject *object;

	if (response == NULL)
		return NULL;
	if (response->status >= 200 && response->status < 300) {
		object =
		    offhook_json_parse_object(g_bytes_get_data(response->body, NULL),
					      (gssize)g_bytes_get_size(response->body), what, NULL);
		return object != NULL ? object : json_object_new();
	}
	words = g_strndup(g_bytes_get_data(response->body, NULL), g_bytes_get_size(response->body));
	offhook_rest_fail(response->status, what, words, error);
	return NULL;
}
