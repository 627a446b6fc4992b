/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Requests to the REST interface and what it answers. Only a POST does harm twice. Main thread.
 */

#include "twilio-api.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/rest-client.h>
#include <string.h>

struct _OffhookTwilioApi {
	gatomicrefcount ref_count;
	OffhookWebClient *web;
	char *base; /* ".../2010-04-01/Accounts/AC..." */
	char *user;
	char *password;
	OffhookRestPatience patience;
	guint timeout_ms;
};

/* ---- replies ---- */

gint64
offhook_twilio_reply_get_code(const OffhookRestReply *self)
{
	return offhook_rest_reply_is_success(self)
		   ? 0
		   : MAX(offhook_json_get_number(self->body, "code"), 0);
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
offhook_twilio_reply_classify(const OffhookRestReply *self)
{
	gint64 code = offhook_twilio_reply_get_code(self);

	for (guint i = 0; i < G_N_ELEMENTS(offhook_twilio_codes); i++)
		if (offhook_twilio_codes[i].code == code)
			return offhook_twilio_codes[i].error;
	/* Of a server's error nobody knows what was done. */
	return self->status >= 500 ? OFFHOOK_ERROR_PROVIDER
				   : offhook_rest_get_error_code(self->status);
}

gpointer
offhook_twilio_reply_fail(const OffhookRestReply *self, const char *what, GError **error)
{
	OffhookError error_code = offhook_twilio_reply_classify(self);
	gint64 code = offhook_twilio_reply_get_code(self);
	const char *message = code != 0 ? offhook_json_get_string(self->body, "message") : NULL;

	if (code != 0)
		g_set_error(error, OFFHOOK_ERROR, (int)error_code,
			    "%s: Twilio says %" G_GINT64_FORMAT ": %s", what, code,
			    message != NULL ? message : "");
	else
		g_set_error(error, OFFHOOK_ERROR, (int)error_code, "%s: Twilio answered with %u",
			    what, self->status);
	return NULL;
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
	self->patience.backoff_max_ms = backoff_ms;
	self->timeout_ms = timeout_ms;
}

/* ---- one request ---- */

static char *
offhook_twilio_api_make_url(OffhookTwilioApi *self, const char *path)
{
	return g_strconcat(self->base, *path != '\0' ? "/" : ".json", path, NULL);
}

void
offhook_twilio_api_send_async(OffhookTwilioApi *self, const char *method, const char *path,
			      const GString *form, GCancellable *cancellable,
			      GAsyncReadyCallback callback, gpointer user_data)
{
	g_autofree char *url = offhook_twilio_api_make_url(self, path);
	g_autoptr(GBytes) body = form != NULL ? g_bytes_new(form->str, form->len) : NULL;
	const OffhookWebRequest request = {
	    .method = method,
	    .url = url,
	    .username = self->user,
	    .password = self->password,
	    .timeout_ms = self->timeout_ms,
	    .body = body,
	    .content_type = body != NULL ? "application/x-www-form-urlencoded" : NULL,
	};

	offhook_rest_send_async(self->web, &request, !g_str_equal(method, "POST"), &self->patience,
				cancellable, callback, user_data);
}

OffhookRestReply *
offhook_twilio_api_send_finish(GAsyncResult *result, GError **error)
{
	return offhook_rest_reply_finish(result, error);
}

void
offhook_twilio_api_download_async(OffhookTwilioApi *self, const char *recording_sid,
				  const char *path, GCancellable *cancellable,
				  GAsyncReadyCallback callback, gpointer user_data)
{
	g_autofree char *file = g_strconcat("Recordings/", recording_sid, ".wav", NULL);
	g_autofree char *url = offhook_twilio_api_make_url(self, file);
	const OffhookWebRequest request = {
	    .url = url,
	    .username = self->user,
	    .password = self->password,
	};

	offhook_rest_download_async(self->web, &request, &self->patience, path, cancellable,
				    callback, user_data);
}

gboolean
offhook_twilio_api_download_finish(GAsyncResult *result, GError **error)
{
	g_autoptr(OffhookWebResponse) response = offhook_rest_download_finish(result, error);
	g_autoptr(OffhookRestReply) reply = NULL;

	if (response == NULL)
		return FALSE;
	reply = offhook_rest_reply_new(response);
	if (!offhook_rest_reply_is_success(reply))
		offhook_twilio_reply_fail(reply, "recording", error);
	return offhook_rest_reply_is_success(reply);
}
