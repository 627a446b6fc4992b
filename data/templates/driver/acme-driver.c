/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The Acme driver: places calls over REST, hears of them by signed webhooks, and gives each call a
 * media URL whose token lets one stream in. Main thread; nothing here blocks.
 */

#include "acme.h"

#include <offhook/offhook.h>
#include <offhook/rest-client.h>

struct _AcmeDriver {
	OffhookDriver parent_instance;

	OffhookStreamCalls *calls;
	OffhookWebClient *web;
};

G_DEFINE_FINAL_TYPE(AcmeDriver, acme_driver, OFFHOOK_TYPE_DRIVER)

/* The section [driver:acme]. A value that is not of its type never gets here. */
const OffhookSetting acme_settings[] = {
    {"api-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "https://api.acme.example", NULL,
     NULL, "Where Acme's REST interface is."},
    {"api-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "ACME_API_KEY",
     "The account's key, with which Acme signs its webhooks, too."},
    {"phone-number", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "The number that callers dial, and as which we call."},
    {NULL},
};

/* What is not claimed here never reaches us. */
static const OffhookCapabilities *
acme_driver_get_capabilities(OffhookDriver *driver)
{
	static const char *const voice[] = {"inbound", "outbound", "streaming", "dtmf", NULL};
	static const OffhookCapabilities capabilities = {
	    .verbs = 1 << OFFHOOK_VERB_HANG_UP, .outbound = TRUE, .voice_features = voice};

	return &capabilities;
}

/* ---- what Acme is asked ---- */

/* @repeatable: it does no harm twice. @task: (transfer full): goes to @callback */
static void
acme_driver_ask(OffhookDriver *driver, const char *method, const char *path, JsonObject *body,
		gboolean repeatable, GAsyncReadyCallback callback, GTask *task)
{
	const char *key = offhook_driver_get_setting(driver, "api-key");
	g_autofree char *url =
	    g_strconcat(offhook_driver_get_setting(driver, "api-url"), path, NULL);
	g_autofree char *header = g_strconcat("Authorization: Bearer ", key, NULL);
	const char *const headers[] = {header, NULL};
	OffhookWebRequest request = {.method = method, .url = url, .headers = headers};

	offhook_rest_ask_async(ACME_DRIVER(driver)->web, &request, body, repeatable, NULL, callback,
			       task);
}

static void
acme_driver_placed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	AcmeDriver *self = g_task_get_source_object(task);
	GError *error = NULL;
	g_autoptr(JsonObject) answer = offhook_rest_ask_finish(result, "call", &error);
	const char *name = offhook_json_get_string(answer, "id");

	offhook_stream_calls_placed(self->calls, g_task_get_task_data(task), name);
	if (answer != NULL && name == NULL)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "call: no id");
	if (error != NULL)
		g_task_return_error(task, error);
	else
		g_task_return_pointer(task, g_strdup(name), g_free);
}

/* Finishes when Acme has taken it. Never asked for twice: that would ring twice. */
static void
acme_driver_make_call_async(OffhookDriver *driver, const OffhookCallRequest *request,
			    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	GTask *task = offhook_driver_begin_task(driver, acme_driver_make_call_async, cancellable,
						callback, data);
	g_autofree char *webhook_url = NULL;
	g_autofree char *media_url = NULL;
	g_autoptr(JsonObject) body = json_object_new();
	GError *error = NULL;

	if (task == NULL)
		return;
	if (offhook_driver_get_setting(driver, "api-key") != NULL)
		media_url = offhook_stream_calls_place(ACME_DRIVER(driver)->calls, request->call_id,
						       &error);
	else
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "[driver:%s] api-key is not set", offhook_driver_get_name(driver));
	if (media_url == NULL) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	webhook_url = offhook_driver_make_webhook_url(driver, NULL, NULL);
	json_object_set_string_member(body, "to", request->to);
	json_object_set_string_member(body, "from",
				      request->caller_id != NULL
					  ? request->caller_id
					  : offhook_driver_get_phone_number(driver));
	if (request->timeout_s > 0)
		json_object_set_int_member(body, "timeout", request->timeout_s);
	json_object_set_string_member(body, "webhook_url", webhook_url);
	json_object_set_string_member(body, "media_url", media_url);
	g_task_set_task_data(task, g_strdup(request->call_id), g_free);
	acme_driver_ask(driver, "POST", "/calls", body, FALSE, acme_driver_placed_cb, task);
}

static void
acme_driver_hung_up_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	g_autoptr(JsonObject) answer = offhook_rest_ask_finish(result, "hang-up", &error);

	/* One that is over already is as good as ended. */
	if (answer != NULL || g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND)) {
		g_clear_error(&error);
		g_task_return_boolean(task, TRUE);
	} else {
		g_task_return_error(task, error);
	}
}

/* HANG_UP, for that is all that we claim. The daemon closes the stream afterwards. */
static void
acme_driver_execute_async(OffhookDriver *driver, const char *call_id, OffhookCallVerb verb,
			  const char *argument, GCancellable *cancellable,
			  GAsyncReadyCallback callback, gpointer data)
{
	GTask *task = offhook_driver_begin_task(driver, acme_driver_execute_async, cancellable,
						callback, data);
	GError *error = NULL;
	const char *name =
	    offhook_stream_calls_get_name(ACME_DRIVER(driver)->calls, call_id, &error);
	g_autofree char *path = g_strconcat("/calls/", name, NULL);

	if (task != NULL && name != NULL) {
		acme_driver_ask(driver, "DELETE", path, NULL, TRUE, acme_driver_hung_up_cb, task);
		return;
	}
	if (task != NULL && error != NULL)
		g_task_return_error(task, g_steal_pointer(&error));
	g_clear_error(&error);
	g_clear_object(&task);
}

/* ---- what Acme reports ---- */

static OffhookWebhookReply *
acme_driver_take(AcmeDriver *self, JsonObject *event, GError **error)
{
	static const struct {
		const char *word;
		OffhookCallState state;
		OffhookEndReason reason;
	} states[] = {{"ringing", OFFHOOK_CALL_RINGING, OFFHOOK_END_NONE},
		      {"answered", OFFHOOK_CALL_ACTIVE, OFFHOOK_END_NONE},
		      {"busy", OFFHOOK_CALL_ENDED, OFFHOOK_END_BUSY},
		      {"ended", OFFHOOK_CALL_ENDED, OFFHOOK_END_COMPLETED}};
	const char *type = offhook_json_get_string(event, "type");
	OffhookCallOffer offer = {.provider_call_id = offhook_json_get_string(event, "id"),
				  .from = offhook_json_get_string(event, "from"),
				  .to = offhook_json_get_string(event, "to")};
	g_autofree char *media_url = NULL;
	g_autofree char *body = NULL;

	if (offer.provider_call_id != NULL && g_strcmp0(type, "incoming") == 0) {
		media_url = offhook_stream_calls_offer(self->calls, &offer, error);
		body = g_strdup_printf("{\"media_url\":\"%s\"}", media_url);
		return media_url != NULL ? offhook_webhook_reply_new(200, "application/json", body)
					 : NULL;
	}
	for (guint i = 0; i < G_N_ELEMENTS(states); i++)
		if (g_strcmp0(type, states[i].word) == 0)
			offhook_stream_calls_report(self->calls, offer.provider_call_id,
						    states[i].state, states[i].reason);
	return offhook_webhook_reply_new_success(NULL);
}

/* An error becomes its HTTP status. Nothing of a request is read before its signature is right. */
static OffhookWebhookReply *
acme_driver_handle_webhook(OffhookDriver *driver, const OffhookWebhook *webhook, GError **error)
{
	const char *key = offhook_driver_get_setting(driver, "api-key");
	const char *signature = offhook_webhook_get_header(webhook, "x-acme-signature");
	g_autoptr(JsonObject) event = NULL;
	gsize size;
	const char *text = g_bytes_get_data(webhook->body, &size);

	if (key == NULL || !offhook_webhook_is_signed(webhook, key, signature)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION, "wrong signature");
		return NULL;
	}
	event = offhook_json_parse_object(text, (gssize)size, "webhook", error);
	return event != NULL ? acme_driver_take(ACME_DRIVER(driver), event, error) : NULL;
}

/* ---- streams: at /media/acme?token=... ---- */

static OffhookWireProtocol *
acme_driver_create_protocol(OffhookDriver *driver, const OffhookWebhook *upgrade, GError **error)
{
	return offhook_stream_calls_admit(ACME_DRIVER(driver)->calls,
					  g_object_new(ACME_TYPE_STREAM, NULL), upgrade, error);
}

static char *
acme_driver_claim_stream(OffhookDriver *driver, const OffhookStreamStart *start, GError **error)
{
	return offhook_stream_calls_claim(ACME_DRIVER(driver)->calls, start, error);
}

static void
acme_driver_finalize(GObject *object)
{
	offhook_stream_calls_free(ACME_DRIVER(object)->calls);
	g_object_unref(ACME_DRIVER(object)->web);

	G_OBJECT_CLASS(acme_driver_parent_class)->finalize(object);
}

static void
acme_driver_init(AcmeDriver *self)
{
	self->calls = offhook_stream_calls_new(OFFHOOK_DRIVER(self));
	self->web = offhook_web_client_new(0);
}

static void
acme_driver_class_init(AcmeDriverClass *klass)
{
	OffhookDriverClass *driver_class = OFFHOOK_DRIVER_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = acme_driver_finalize;
	driver_class->get_capabilities = acme_driver_get_capabilities;
	driver_class->make_call_async = acme_driver_make_call_async;
	driver_class->execute_async = acme_driver_execute_async;
	driver_class->handle_webhook = acme_driver_handle_webhook;
	driver_class->create_protocol = acme_driver_create_protocol;
	driver_class->claim_stream = acme_driver_claim_stream;
}
