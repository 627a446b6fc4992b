/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Requests to the REST interface and what it answers. They wait for their turn: Vonage takes fifteen
 * in a second, beside the calls that are created. Main thread.
 */

#include "vonage-api.h"

#include "application-token.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/pacer.h>
#include <offhook/rest-client.h>
#include <string.h>

#define REQUESTS_PER_SECOND 15
#define MAX_WAITING         1000
#define ATTEMPTS            4
#define BACKOFF_FIRST_MS    2000
#define BACKOFF_MAX_MS      8000

struct _OffhookVonageApi {
	gatomicrefcount ref_count;
	OffhookWebClient *web;
	OffhookPacer *pacer;
	OffhookVonageApplicationToken *token;
	char *base;
	gboolean other; /* the base is not Vonage's own */
	OffhookRestPatience patience;
	guint timeout_ms;
};

typedef struct {
	OffhookVonageApi *api;
	char *method;
	char *url;
	GBytes *body; /* (nullable) */
	gboolean once;
} OffhookVonageSend;

/* ---- replies ---- */

/* Three shapes have been seen. */
static const char *
offhook_vonage_reply_get_reason(const OffhookRestReply *self)
{
	static const char *const names[] = {"detail", "title", "error_title", "reason"};
	const char *reason = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(names) && reason == NULL; i++)
		reason = offhook_json_get_string(self->body, names[i]);
	return reason;
}

static OffhookError
offhook_vonage_reply_classify(const OffhookRestReply *self)
{
	JsonArray *parameters = offhook_json_get_array(self->body, "invalid_parameters");

	if (self->status == 422 ||
	    (self->status == 400 && parameters != NULL && json_array_get_length(parameters) > 0))
		return OFFHOOK_ERROR_INVALID_ARGUMENT;
	/* Of a server's error nobody knows what was done. */
	return self->status >= 500 ? OFFHOOK_ERROR_PROVIDER
				   : offhook_rest_get_error_code(self->status);
}

gpointer
offhook_vonage_reply_fail(const OffhookRestReply *self, const char *what, GError **error)
{
	/* A success is here for what it lacks. */
	const char *reason =
	    offhook_rest_reply_is_success(self) ? NULL : offhook_vonage_reply_get_reason(self);

	g_set_error(error, OFFHOOK_ERROR, (int)offhook_vonage_reply_classify(self),
		    "%s: Vonage answered with %u%s%s", what, self->status,
		    reason != NULL ? ": " : "", reason != NULL ? reason : "");
	return NULL;
}

OffhookRestReply *
offhook_vonage_reply_new(const OffhookWebResponse *response)
{
	OffhookRestReply *self = offhook_rest_reply_new(response);
	const char *trace = g_hash_table_lookup(response->headers, "x-nexmo-trace-id");

	if (trace != NULL && !offhook_rest_reply_is_success(self))
		g_debug("Vonage answered with %u, trace %.64s", self->status, trace);
	return self;
}

gboolean
offhook_vonage_id_is_valid(const char *id)
{
	gsize size = id != NULL ? strlen(id) : 0;

	return size > 0 && size <= 64 &&
	       strspn(id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_") == size;
}

/* ---- the interface ---- */

OffhookVonageApi *
offhook_vonage_api_new(OffhookWebClient *web, const OffhookVonageConfig *config, GError **error)
{
	OffhookVonageApplicationToken *token = offhook_vonage_application_token_new(
	    config->application_id, config->private_key, error);
	OffhookVonageApi *self;

	if (token == NULL) {
		g_prefix_error(error, "private-key: ");
		return NULL;
	}
	self = g_new0(OffhookVonageApi, 1);
	g_atomic_ref_count_init(&self->ref_count);
	self->web = g_object_ref(web);
	self->pacer =
	    offhook_pacer_new(offhook_clock_get_default(), REQUESTS_PER_SECOND, MAX_WAITING);
	self->token = token;
	self->base = g_strdup(config->api_url);
	self->other = config->api_other;
	self->patience = (OffhookRestPatience){ATTEMPTS, BACKOFF_FIRST_MS, BACKOFF_MAX_MS};
	self->timeout_ms = config->api_timeout_s * 1000;
	return self;
}

OffhookVonageApi *
offhook_vonage_api_ref(OffhookVonageApi *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_vonage_api_unref(OffhookVonageApi *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	offhook_pacer_free(self->pacer);
	offhook_vonage_application_token_free(self->token);
	g_object_unref(self->web);
	g_free(self->base);
	g_free(self);
}

void
offhook_vonage_api_set_patience(OffhookVonageApi *self, guint backoff_ms, guint timeout_ms)
{
	self->patience.backoff_max_ms = backoff_ms;
	self->timeout_ms = timeout_ms;
}

static gboolean
offhook_vonage_host_is_below(const char *host, const char *domain)
{
	return g_ascii_strcasecmp(host, domain) == 0 ||
	       (strlen(host) > strlen(domain) && host[strlen(host) - strlen(domain) - 1] == '.' &&
		g_ascii_strcasecmp(host + strlen(host) - strlen(domain), domain) == 0);
}

gboolean
offhook_vonage_api_trusts(const OffhookVonageApi *self, const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);
	g_autoptr(GUri) ours = g_uri_parse(self->base, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;

	if (host == NULL || g_uri_get_userinfo(uri) != NULL)
		return FALSE;
	/* An emulator's regions are ports of its host. */
	if (self->other && ours != NULL &&
	    g_str_equal(g_uri_get_scheme(uri), g_uri_get_scheme(ours)) &&
	    g_strcmp0(host, g_uri_get_host(ours)) == 0)
		return TRUE;
	return g_str_equal(g_uri_get_scheme(uri), "https") &&
	       (offhook_vonage_host_is_below(host, "nexmo.com") ||
		offhook_vonage_host_is_below(host, "vonage.com"));
}

/* ---- a request's way ---- */

static void
offhook_vonage_send_free(gpointer data)
{
	OffhookVonageSend *send = data;

	g_free(send->method);
	g_free(send->url);
	g_clear_pointer(&send->body, g_bytes_unref);
	offhook_vonage_api_unref(send->api);
	g_free(send);
}

static void
offhook_vonage_send_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	g_autoptr(OffhookWebResponse) response = offhook_rest_send_finish(result, &error);

	if (response == NULL)
		g_task_return_error(task, error);
	else
		g_task_return_pointer(task, offhook_vonage_reply_new(response),
				      (GDestroyNotify)offhook_rest_reply_free);
}

/* "Authorization: Bearer ..." (transfer full) (nullable) */
static char *
offhook_vonage_api_make_authorization(OffhookVonageApi *self, GError **error)
{
	const char *token = offhook_vonage_application_token_get(
	    self->token, g_get_real_time() / G_USEC_PER_SEC, error);

	return token != NULL ? g_strconcat("Authorization: Bearer ", token, NULL) : NULL;
}

/* @task: (transfer full) */
static void
offhook_vonage_send_go(GTask *task)
{
	OffhookVonageSend *send = g_task_get_task_data(task);
	GError *error = NULL;
	g_autofree char *authorization = offhook_vonage_api_make_authorization(send->api, &error);
	const char *const headers[] = {authorization, NULL};
	const OffhookWebRequest request = {
	    .method = send->method,
	    .url = send->url,
	    .headers = headers,
	    .timeout_ms = send->api->timeout_ms,
	    .body = send->body,
	    .content_type = send->body != NULL ? "application/json" : NULL,
	};

	if (authorization == NULL) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	offhook_rest_send_async(send->api->web, &request, !send->once, &send->api->patience,
				g_task_get_cancellable(task), offhook_vonage_send_answered_cb,
				task);
}

static void
offhook_vonage_send_paced_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	GError *error = NULL;

	if (offhook_pacer_wait_finish(result, &error)) {
		offhook_vonage_send_go(task);
		return;
	}
	g_task_return_error(task, error);
	g_object_unref(task);
}

void
offhook_vonage_api_send_async(OffhookVonageApi *self, const OffhookVonageAsk *ask,
			      GCancellable *cancellable, GAsyncReadyCallback callback,
			      gpointer user_data)
{
	GTask *task = g_task_new(NULL, cancellable, callback, user_data);
	OffhookVonageSend *send = g_new0(OffhookVonageSend, 1);
	const char *base = ask->base != NULL && offhook_vonage_api_trusts(self, ask->base)
			       ? ask->base
			       : self->base;

	g_task_set_source_tag(task, offhook_vonage_api_send_async);
	g_task_set_check_cancellable(task, FALSE);
	send->api = offhook_vonage_api_ref(self);
	send->method = g_strdup(ask->method);
	send->url = g_strconcat(base, ask->path, NULL);
	send->once = ask->once;
	if (ask->body != NULL) {
		g_autoptr(JsonNode) root = json_node_init_object(json_node_alloc(), ask->body);
		char *text = offhook_json_node_to_string(root);

		send->body = g_bytes_new_take(text, strlen(text));
	}
	g_task_set_task_data(task, send, offhook_vonage_send_free);
	/* What is created has a pace of its own. */
	if (g_str_equal(ask->method, "POST"))
		offhook_vonage_send_go(task);
	else
		offhook_pacer_wait_async(self->pacer, cancellable, offhook_vonage_send_paced_cb,
					 task);
}

OffhookRestReply *
offhook_vonage_api_send_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

void
offhook_vonage_api_download_async(OffhookVonageApi *self, const char *url, const char *path,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data)
{
	GError *error = NULL;
	g_autofree char *authorization = offhook_vonage_api_make_authorization(self, &error);
	const char *const headers[] = {authorization, NULL};
	const OffhookWebRequest request = {.url = url, .headers = headers};

	if (authorization != NULL && !offhook_vonage_api_trusts(self, url))
		g_set_error(
		    &error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "recording: expected an address of Vonage's, which our token may go to");
	if (error != NULL)
		g_task_report_error(NULL, callback, user_data, offhook_vonage_api_download_async,
				    error);
	else
		offhook_rest_download_async(self->web, &request, &self->patience, path, cancellable,
					    callback, user_data);
}

gboolean
offhook_vonage_api_download_finish(GAsyncResult *result, GError **error)
{
	g_autoptr(OffhookWebResponse) response = NULL;
	g_autoptr(OffhookRestReply) reply = NULL;

	if (g_async_result_is_tagged(result, offhook_vonage_api_download_async)) {
		g_task_propagate_pointer(G_TASK(result), error);
		return FALSE;
	}
	response = offhook_rest_download_finish(result, error);
	if (response == NULL)
		return FALSE;
	reply = offhook_vonage_reply_new(response);
	if (!offhook_rest_reply_is_success(reply))
		offhook_vonage_reply_fail(reply, "recording", error);
	return offhook_rest_reply_is_success(reply);
}
