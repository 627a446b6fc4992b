/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Requests to the REST interface, with patience: 429 is never processed and may always be repeated,
 * a server error only where repeating does no harm. Main thread.
 */

#include "twilio-api.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <offhook/error.h>
#include <string.h>
#include <unistd.h>

#define MAX_ATTEMPTS      6
#define BACKOFF_FIRST_MS  100
#define BACKOFF_MAX_MS    3000
#define RETRY_AFTER_MAX_S 10
#define MAX_RECORDING     (1024 * 1024 * 1024)

struct _OffhookTwilioApi {
	gatomicrefcount ref_count;
	OffhookWebClient *web;
	char *base; /* ".../2010-04-01/Accounts/AC..." */
	char *user;
	char *password;
	guint backoff_ms;
	guint timeout_ms;
};

typedef struct {
	OffhookTwilioApi *api;
	char *method;
	char *url;
	GBytes *form; /* (nullable) */
	guint attempt;
	guint timer;

	/* Of a download. */
	char *path;      /* (nullable): none */
	char *part_path; /* where it is written until it is whole */
	int fd;
} OffhookTwilioSend;

/* ---- replies ---- */

void
offhook_twilio_reply_free(OffhookTwilioReply *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->body, json_object_unref);
	g_free(self->message);
	g_free(self);
}

gboolean
offhook_twilio_reply_is_success(const OffhookTwilioReply *self)
{
	return self->status >= 200 && self->status <= 299;
}

const char *
offhook_twilio_reply_get(const OffhookTwilioReply *self, const char *field)
{
	JsonNode *node = self->body != NULL ? json_object_get_member(self->body, field) : NULL;

	return node != NULL && json_node_get_value_type(node) == G_TYPE_STRING
		   ? json_node_get_string(node)
		   : NULL;
}

static const struct {
	int code;
	OffhookError error;
} offhook_twilio_codes[] = {
    {10004, OFFHOOK_ERROR_BUSY},
    {20003, OFFHOOK_ERROR_AUTHENTICATION},
    {20005, OFFHOOK_ERROR_PERMISSION},
    {10001, OFFHOOK_ERROR_PERMISSION},
    {10003, OFFHOOK_ERROR_PERMISSION},
    {20409, OFFHOOK_ERROR_INVALID_STATE},
    {OFFHOOK_TWILIO_CODE_NOT_IN_PROGRESS, OFFHOOK_ERROR_INVALID_STATE},
    {21201, OFFHOOK_ERROR_INVALID_ARGUMENT},
    {21211, OFFHOOK_ERROR_INVALID_ARGUMENT},
    {21214, OFFHOOK_ERROR_INVALID_ARGUMENT},
    {21217, OFFHOOK_ERROR_INVALID_ARGUMENT},
    {21614, OFFHOOK_ERROR_INVALID_ARGUMENT},
    {21617, OFFHOOK_ERROR_INVALID_ARGUMENT},
    {21210, OFFHOOK_ERROR_PERMISSION},
    {21212, OFFHOOK_ERROR_PERMISSION},
    {21213, OFFHOOK_ERROR_PERMISSION},
    {21215, OFFHOOK_ERROR_PERMISSION},
    {13227, OFFHOOK_ERROR_PERMISSION},
    {21219, OFFHOOK_ERROR_PERMISSION},
    {21608, OFFHOOK_ERROR_PERMISSION},
    {21610, OFFHOOK_ERROR_PERMISSION},
};

static OffhookError
offhook_twilio_reply_classify(const OffhookTwilioReply *self)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_twilio_codes); i++)
		if (offhook_twilio_codes[i].code == self->code)
			return offhook_twilio_codes[i].error;
	switch (self->status) {
	case 401:
		return OFFHOOK_ERROR_AUTHENTICATION;
	case 403:
		return OFFHOOK_ERROR_PERMISSION;
	case 404:
		return OFFHOOK_ERROR_NOT_FOUND;
	case 429:
		return OFFHOOK_ERROR_RATE_LIMITED;
	default:
		return OFFHOOK_ERROR_PROVIDER;
	}
}

gpointer
offhook_twilio_reply_fail(const OffhookTwilioReply *self, const char *what, GError **error)
{
	if (self->code != 0)
		g_set_error(error, OFFHOOK_ERROR, (int)offhook_twilio_reply_classify(self),
			    "%s: Twilio says %d: %s", what, self->code,
			    self->message != NULL ? self->message : "");
	else
		g_set_error(error, OFFHOOK_ERROR, (int)offhook_twilio_reply_classify(self),
			    "%s: Twilio answered with %u", what, self->status);
	return NULL;
}

/* A gateway's error need not be JSON, and a code may be missing. */
static OffhookTwilioReply *
offhook_twilio_reply_new(const OffhookWebResponse *response)
{
	OffhookTwilioReply *self = g_new0(OffhookTwilioReply, 1);
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	gsize size;
	const char *text = g_bytes_get_data(response->body, &size);
	JsonObject *object;
	JsonNode *node;

	self->status = response->status;
	if (size == 0 || !json_parser_load_from_data(parser, text, (gssize)size, NULL) ||
	    json_parser_get_root(parser) == NULL ||
	    !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
		return self;
	object = json_node_get_object(json_parser_get_root(parser));
	if (offhook_twilio_reply_is_success(self)) {
		self->body = json_object_ref(object);
		return self;
	}
	node = json_object_get_member(object, "code");
	if (node != NULL && JSON_NODE_HOLDS_VALUE(node))
		self->code = (int)json_node_get_int(node);
	node = json_object_get_member(object, "message");
	if (node != NULL && json_node_get_value_type(node) == G_TYPE_STRING)
		self->message = g_strdup(json_node_get_string(node));
	return self;
}

gboolean
offhook_twilio_sid_is_valid(const char *sid, const char *prefix)
{
	gsize size = sid != NULL ? strlen(sid) : 0;

	return size >= 2 && size <= 64 && g_str_has_prefix(sid, prefix) &&
	       strspn(sid, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_") == size;
}

/* ---- the interface ---- */

OffhookTwilioApi *
offhook_twilio_api_new(OffhookWebClient *web, const OffhookTwilioConfig *config)
{
	OffhookTwilioApi *self = g_new0(OffhookTwilioApi, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->web = g_object_ref(web);
	self->base = g_strconcat(config->api_url, "/Accounts/", config->account_sid, NULL);
	self->user = g_strdup(config->api_user);
	self->password = g_strdup(config->api_password);
	self->backoff_ms = BACKOFF_MAX_MS;
	self->timeout_ms = config->api_timeout_s * 1000;
	return self;
}

OffhookTwilioApi *
offhook_twilio_api_ref(OffhookTwilioApi *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_twilio_api_unref(OffhookTwilioApi *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_object_unref(self->web);
	g_free(self->base);
	g_free(self->user);
	g_free(self->password);
	g_free(self);
}

void
offhook_twilio_api_set_patience(OffhookTwilioApi *self, guint backoff_ms, guint timeout_ms)
{
	self->backoff_ms = backoff_ms;
	self->timeout_ms = timeout_ms;
}

/* ---- one request ---- */

static void
offhook_twilio_send_free(gpointer data)
{
	OffhookTwilioSend *send = data;

	g_clear_handle_id(&send->timer, g_source_remove);
	if (send->fd >= 0)
		close(send->fd);
	if (send->part_path != NULL)
		g_unlink(send->part_path);
	g_clear_pointer(&send->form, g_bytes_unref);
	g_free(send->path);
	g_free(send->part_path);
	g_free(send->method);
	g_free(send->url);
	offhook_twilio_api_unref(send->api);
	g_free(send);
}

static void offhook_twilio_send_go(GTask *task);

static gboolean
offhook_twilio_send_again_cb(gpointer user_data)
{
	GTask *task = user_data;
	OffhookTwilioSend *send = g_task_get_task_data(task);

	send->timer = 0;
	if (g_task_return_error_if_cancelled(task))
		g_object_unref(task);
	else
		offhook_twilio_send_go(task);
	return G_SOURCE_REMOVE;
}

/* Full jitter, so that many that were refused together do not come back together. */
static guint
offhook_twilio_send_get_delay(OffhookTwilioSend *send, const OffhookWebResponse *response)
{
	const char *after =
	    response != NULL ? g_hash_table_lookup(response->headers, "retry-after") : NULL;
	guint most = MIN(send->api->backoff_ms, (guint)BACKOFF_FIRST_MS << send->attempt);
	guint delay = (guint)g_random_int_range(0, (gint)most + 1);

	if (after != NULL && g_ascii_isdigit(*after))
		delay += (guint)MIN(g_ascii_strtoull(after, NULL, 10), RETRY_AFTER_MAX_S) * 1000;
	return delay;
}

/* Whether it may be asked once more. @response: (nullable) with @error */
static gboolean
offhook_twilio_send_may_repeat(OffhookTwilioSend *send, const OffhookWebResponse *response,
			       const GError *error)
{
	gboolean harmless = !g_str_equal(send->method, "POST");

	if (send->attempt + 1 >= MAX_ATTEMPTS ||
	    g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return FALSE;
	if (response != NULL)
		return response->status == 429 || (harmless && response->status >= 500);
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE))
		return TRUE;
	return harmless && (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER) ||
			    g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT));
}

static gboolean
offhook_twilio_send_keep_file(OffhookTwilioSend *send, GError **error)
{
	int fd = send->fd;

	send->fd = -1;
	if (fsync(fd) != 0 || close(fd) != 0 || g_rename(send->part_path, send->path) != 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s: %s", send->path,
			    g_strerror(errno));
		return FALSE;
	}
	g_clear_pointer(&send->part_path, g_free);
	return TRUE;
}

static void
offhook_twilio_send_finish_download(GTask *task, const OffhookWebResponse *response)
{
	OffhookTwilioSend *send = g_task_get_task_data(task);
	g_autoptr(OffhookTwilioReply) reply = offhook_twilio_reply_new(response);
	GError *error = NULL;

	if (!offhook_twilio_reply_is_success(reply))
		offhook_twilio_reply_fail(reply, "recording", &error);
	else if (offhook_twilio_send_keep_file(send, &error)) {
		g_task_return_boolean(task, TRUE);
		return;
	}
	g_task_return_error(task, error);
}

static void
offhook_twilio_send_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookTwilioSend *send = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    offhook_web_client_send_finish(OFFHOOK_WEB_CLIENT(source), result, &error);

	if (offhook_twilio_send_may_repeat(send, response, error)) {
		g_clear_error(&error);
		send->timer = g_timeout_add(offhook_twilio_send_get_delay(send, response),
					    offhook_twilio_send_again_cb, task);
		send->attempt++;
		g_steal_pointer(&task);
		return;
	}
	if (response == NULL)
		g_task_return_error(task, error);
	else if (send->path != NULL)
		offhook_twilio_send_finish_download(task, response);
	else
		g_task_return_pointer(task, offhook_twilio_reply_new(response),
				      (GDestroyNotify)offhook_twilio_reply_free);
}

static gboolean
offhook_twilio_send_receive_cb(gpointer user_data, const guint8 *data, gsize size, GError **error)
{
	OffhookTwilioSend *send = user_data;
	gsize done = 0;

	while (done < size) {
		gssize n = write(send->fd, data + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s: %s",
				    send->part_path, g_strerror(errno));
			return FALSE;
		}
		done += (gsize)n;
	}
	return TRUE;
}

/* @task: (transfer full) */
static void
offhook_twilio_send_go(GTask *task)
{
	OffhookTwilioSend *send = g_task_get_task_data(task);
	OffhookWebRequest request = {
	    .method = send->method,
	    .url = send->url,
	    .username = send->api->user,
	    .password = send->api->password,
	    .timeout_ms = send->api->timeout_ms,
	    .body = send->form,
	    .content_type = send->form != NULL ? "application/x-www-form-urlencoded" : NULL,
	    .once = g_str_equal(send->method, "POST"),
	};

	if (send->path != NULL) {
		/* A repetition begins anew. */
		if (ftruncate(send->fd, 0) != 0 || lseek(send->fd, 0, SEEK_SET) != 0) {
			g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE,
						"%s: %s", send->part_path, g_strerror(errno));
			g_object_unref(task);
			return;
		}
		request.receive = offhook_twilio_send_receive_cb;
		request.receive_data = send;
		request.max_size = MAX_RECORDING;
		request.max_redirects = 3;
		request.timeout_ms = G_MAXUINT;
		request.stall_timeout_ms = 30000;
	}
	offhook_web_client_send_async(send->api->web, &request, g_task_get_cancellable(task),
				      offhook_twilio_send_answered_cb, task);
}

static GTask *
offhook_twilio_send_new(OffhookTwilioApi *self, const char *method, const char *path,
			GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(NULL, cancellable, callback, user_data);
	OffhookTwilioSend *send = g_new0(OffhookTwilioSend, 1);

	send->api = offhook_twilio_api_ref(self);
	send->method = g_strdup(method);
	send->url = g_strconcat(self->base, *path != '\0' ? "/" : ".json", path, NULL);
	send->fd = -1;
	g_task_set_task_data(task, send, offhook_twilio_send_free);
	g_task_set_check_cancellable(task, FALSE);
	return task;
}

void
offhook_twilio_api_send_async(OffhookTwilioApi *self, const char *method, const char *path,
			      const GString *form, GCancellable *cancellable,
			      GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = offhook_twilio_send_new(self, method, path, cancellable, callback, user_data);
	OffhookTwilioSend *send = g_task_get_task_data(task);

	g_task_set_source_tag(task, offhook_twilio_api_send_async);
	if (form != NULL)
		send->form = g_bytes_new(form->str, form->len);
	offhook_twilio_send_go(task);
}

OffhookTwilioReply *
offhook_twilio_api_send_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

void
offhook_twilio_api_download_async(OffhookTwilioApi *self, const char *recording_sid,
				  const char *path, GCancellable *cancellable,
				  GAsyncReadyCallback callback, gpointer user_data)
{
	g_autofree char *file = g_strconcat("Recordings/", recording_sid, ".wav", NULL);
	GTask *task = offhook_twilio_send_new(self, "GET", file, cancellable, callback, user_data);
	OffhookTwilioSend *send = g_task_get_task_data(task);

	g_task_set_source_tag(task, offhook_twilio_api_download_async);
	send->path = g_strdup(path);
	send->part_path = g_strconcat(path, ".part", NULL);
	send->fd = open(send->part_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (send->fd < 0) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s: %s",
					send->part_path, g_strerror(errno));
		g_clear_pointer(&send->part_path, g_free);
		g_object_unref(task);
		return;
	}
	offhook_twilio_send_go(task);
}

gboolean
offhook_twilio_api_download_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}
