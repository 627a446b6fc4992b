/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The Twilio driver. Calls come in through webhooks (twilio-webhook.c), their audio through a
 * WebSocket that the daemon serves (twilio-stream.c); this file ties the two together and is all
 * that the daemon sees. Main thread.
 *
 * What it needs of the daemon: Media Streams has no message to hang up or to transfer. Both happen
 * when our side closes the stream, for then Twilio asks "connect-action" what to do. So HANG_UP of a
 * call with a stream, TRANSFER and BRIDGE only note the answer, at once; the daemon then closes the
 * media port, for a transfer after the caller has heard the last words. A call without a stream is
 * ended through the REST interface. ANSWER is done by the voice webhook already.
 */

#include "twilio-driver.h"

#include "twilio-claim.h"
#include "twilio-control.h"
#include "twilio-relay.h"
#include "twilio-stream.h"
#include "twilio-transfer.h"
#include "twilio-webhook.h"

#include <offhook/error.h>

#define MAX_CALLS          16384
#define MAX_WAITING        1000 /* calls to place */
#define REFUSAL_LOG_GAP_US (10 * G_USEC_PER_SEC)

struct _OffhookTwilioDriver {
	OffhookDriver parent_instance;

	OffhookTwilioConfig *config; /* %NULL before the first good configuration */
	OffhookTwilioCalls *calls;
	OffhookWebClient *web;
	OffhookTwilioApi *api; /* (nullable): no credentials */
	OffhookPacer *pacer;
	OffhookClock *clock;
	guint grace_ms;
	guint backoff_ms; /* 0: the usual; likewise below */
	guint timeout_ms;

	gint64 refusal_logged_us;
	guint refusals; /* since then */
};

G_DEFINE_FINAL_TYPE(OffhookTwilioDriver, offhook_twilio_driver, OFFHOOK_TYPE_DRIVER)

static const char *const offhook_twilio_voice_features[] = {
    "inbound",       "outbound",  "streaming",         "dtmf", "transfer",
    "warm-transfer", "recording", "machine-detection", NULL};
static const char *const offhook_twilio_sms_features[] = {"send", "receive", "status", "media",
							  NULL};
static const char *const offhook_twilio_recording_formats[] = {"wav", "mp3", NULL};

static const OffhookCapabilities offhook_twilio_capabilities = {
    .verbs = 1 << OFFHOOK_VERB_ANSWER | 1 << OFFHOOK_VERB_HANG_UP | 1 << OFFHOOK_VERB_TRANSFER |
	     1 << OFFHOOK_VERB_BRIDGE | 1 << OFFHOOK_VERB_START_RECORDING |
	     1 << OFFHOOK_VERB_PAUSE_RECORDING | 1 << OFFHOOK_VERB_RESUME_RECORDING |
	     1 << OFFHOOK_VERB_STOP_RECORDING,
    .outbound = TRUE,
    .voice_features = offhook_twilio_voice_features,
    .sms_features = offhook_twilio_sms_features,
    .recording_formats = offhook_twilio_recording_formats,
    .features = OFFHOOK_DRIVER_MACHINE_DETECTION | OFFHOOK_DRIVER_SEND_DIGITS |
		OFFHOOK_DRIVER_TIME_LIMIT | OFFHOOK_DRIVER_FETCH_RECORDING |
		OFFHOOK_DRIVER_DELETE_RECORDING | OFFHOOK_DRIVER_SEND_MESSAGE |
		OFFHOOK_DRIVER_RECEIVE_MESSAGE | OFFHOOK_DRIVER_SETTLES_TRANSFERS,
};

OffhookTwilioDesk
offhook_twilio_driver_get_desk(OffhookTwilioDriver *self)
{
	return (OffhookTwilioDesk){
	    .driver = OFFHOOK_DRIVER(self),
	    .config = self->config,
	    .calls = self->calls,
	    .api = self->api,
	    .pacer = self->pacer,
	    .grace_ms = self->grace_ms,
	};
}

static const OffhookCapabilities *
offhook_twilio_driver_get_capabilities(OffhookDriver *driver)
{
	return &offhook_twilio_capabilities;
}

static const char *
offhook_twilio_driver_get_phone_number(OffhookDriver *driver)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);

	return self->config != NULL ? self->config->phone_number : NULL;
}

static gboolean
offhook_twilio_driver_configure(OffhookDriver *driver, OffhookSettings *settings, GError **error)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	g_autoptr(OffhookTwilioConfig) config = offhook_twilio_config_new(settings, error);

	if (config == NULL)
		return FALSE;
	g_clear_pointer(&self->config, offhook_twilio_config_free);
	self->config = g_steal_pointer(&config);
	g_clear_pointer(&self->api, offhook_twilio_api_unref);
	if (offhook_twilio_config_get_api_missing(self->config) == NULL)
		self->api = offhook_twilio_api_new(self->web, self->config);
	if (self->api != NULL && self->backoff_ms > 0)
		offhook_twilio_api_set_patience(self->api, self->backoff_ms, self->timeout_ms);
	offhook_pacer_set_rate(self->pacer, self->config->calls_per_second);
	return TRUE;
}

/* Returns: (nullable): why we can't serve calls. */
static const char *
offhook_twilio_driver_get_missing(OffhookTwilioDriver *self)
{
	if (self->config == NULL)
		return "the driver is not configured";
	return offhook_twilio_config_get_missing(self->config);
}

/* ---- check ---- */

static void
offhook_twilio_driver_check_async(OffhookDriver *driver, GCancellable *cancellable,
				  GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	GTask *task = g_task_new(self, cancellable, callback, user_data);
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(self);

	g_task_set_source_tag(task, offhook_twilio_driver_check_async);
	if (self->config != NULL) {
		offhook_twilio_control_check(&desk, self->web, task);
		return;
	}
	g_task_return_pointer(
	    task,
	    offhook_driver_check_new(FALSE, FALSE, FALSE, offhook_twilio_driver_get_missing(self)),
	    (GDestroyNotify)offhook_driver_check_free);
	g_object_unref(task);
}

/* ---- verbs ---- */

static OffhookTwilioCall *
offhook_twilio_driver_find_call(OffhookTwilioDriver *self, const char *call_id, GError **error)
{
	OffhookTwilioCall *call = offhook_twilio_calls_find_by_id(self->calls, call_id);

	if (call == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "call %s is not one of %s", call_id,
			    offhook_driver_get_name(OFFHOOK_DRIVER(self)));
	return call;
}

/* @task: (transfer full) */
static void
offhook_twilio_driver_execute(OffhookTwilioDriver *self, const char *call_id, OffhookCallVerb verb,
			      const char *argument, GTask *task)
{
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(self);
	g_autoptr(GError) error = NULL;
	OffhookTwilioCall *call = offhook_twilio_driver_find_call(self, call_id, &error);

	if (call != NULL) {
		switch (verb) {
		case OFFHOOK_VERB_HANG_UP:
			offhook_twilio_control_hang_up(&desk, call, task);
			return;
		case OFFHOOK_VERB_START_RECORDING:
		case OFFHOOK_VERB_PAUSE_RECORDING:
		case OFFHOOK_VERB_RESUME_RECORDING:
		case OFFHOOK_VERB_STOP_RECORDING:
			offhook_twilio_control_record(&desk, call, verb, task);
			return;
		case OFFHOOK_VERB_TRANSFER:
			offhook_twilio_transfer(call, argument, &error);
			break;
		case OFFHOOK_VERB_BRIDGE:
			offhook_twilio_transfer_bridge(&desk, call, argument, &error);
			break;
		default: /* ANSWER: the webhook did it */
			break;
		}
	}
	if (error != NULL)
		g_task_return_error(task, g_steal_pointer(&error));
	else
		g_task_return_boolean(task, TRUE);
	g_object_unref(task);
}

static void
offhook_twilio_driver_execute_async(OffhookDriver *driver, const char *call_id,
				    OffhookCallVerb verb, const char *argument,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_twilio_driver_execute_async);
	if (g_task_return_error_if_cancelled(task)) {
		g_object_unref(task);
		return;
	}
	g_task_set_check_cancellable(task, FALSE);
	offhook_twilio_driver_execute(self, call_id, verb, argument, task);
}

/* ---- calls out, messages, recordings ---- */

/* (transfer full) (nullable): %NULL when it has been answered already */
static GTask *
offhook_twilio_driver_begin(OffhookTwilioDriver *self, gpointer tag, GCancellable *cancellable,
			    GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, tag);
	if (g_task_return_error_if_cancelled(task)) {
		g_object_unref(task);
		return NULL;
	}
	if (self->config != NULL)
		return task;
	g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s",
				offhook_twilio_driver_get_missing(self));
	g_object_unref(task);
	return NULL;
}

static void
offhook_twilio_driver_make_call_async(OffhookDriver *driver, const OffhookCallRequest *request,
				      GCancellable *cancellable, GAsyncReadyCallback callback,
				      gpointer user_data)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(self);
	GTask *task = offhook_twilio_driver_begin(self, offhook_twilio_driver_make_call_async,
						  cancellable, callback, user_data);

	if (task != NULL)
		offhook_twilio_control_originate(&desk, request, task);
}

static void
offhook_twilio_driver_send_message_async(OffhookDriver *driver, const OffhookTextMessage *message,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(self);
	GTask *task = offhook_twilio_driver_begin(self, offhook_twilio_driver_send_message_async,
						  cancellable, callback, user_data);

	if (task != NULL)
		offhook_twilio_control_send_message(&desk, message, task);
}

static gboolean
offhook_twilio_driver_check_recording(GTask *task, OffhookTwilioApi *api, const char *sid)
{
	if (!offhook_twilio_sid_is_valid(sid, "RE"))
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
					"recording: expected a SID like RE...");
	else if (api == NULL)
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
					"recording: account-sid and its credentials are not set");
	else
		return TRUE;
	g_object_unref(task);
	return FALSE;
}

static void
offhook_twilio_driver_downloaded_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;

	if (offhook_twilio_api_download_finish(result, &error))
		g_task_return_boolean(task, TRUE);
	else
		g_task_return_error(task, error);
}

static void
offhook_twilio_driver_fetch_recording_async(OffhookDriver *driver,
					    const char *provider_recording_id, const char *path,
					    GCancellable *cancellable, GAsyncReadyCallback callback,
					    gpointer user_data)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	GTask *task = offhook_twilio_driver_begin(self, offhook_twilio_driver_fetch_recording_async,
						  cancellable, callback, user_data);

	if (task != NULL &&
	    offhook_twilio_driver_check_recording(task, self->api, provider_recording_id))
		offhook_twilio_api_download_async(self->api, provider_recording_id, path,
						  cancellable, offhook_twilio_driver_downloaded_cb,
						  task);
}

static void
offhook_twilio_driver_delete_recording_async(OffhookDriver *driver,
					     const char *provider_recording_id,
					     GCancellable *cancellable,
					     GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(self);
	GTask *task = offhook_twilio_driver_begin(
	    self, offhook_twilio_driver_delete_recording_async, cancellable, callback, user_data);

	if (task != NULL &&
	    offhook_twilio_driver_check_recording(task, self->api, provider_recording_id))
		offhook_twilio_control_delete_recording(&desk, provider_recording_id, task);
}

/* ---- webhooks ---- */

/* Anyone can knock, so this must not fill the log. */
static void
offhook_twilio_driver_log_refusal(OffhookTwilioDriver *self, const char *reason)
{
	gint64 now = offhook_clock_get_time(self->clock);

	self->refusals++;
	if (self->refusal_logged_us != 0 && now - self->refusal_logged_us < REFUSAL_LOG_GAP_US)
		return;
	g_message("webhook refused: %s (%u since the last line like this)", reason, self->refusals);
	self->refusal_logged_us = now;
	self->refusals = 0;
}

static OffhookWebhookReply *
offhook_twilio_driver_answer(OffhookTwilioDriver *self, const OffhookWebhook *webhook,
			     GError **error)
{
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(self);
	const char *missing = offhook_twilio_driver_get_missing(self);

	if (missing != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s", missing);
		return NULL;
	}
	return offhook_twilio_webhook_answer(&desk, webhook, error);
}

static void
offhook_twilio_driver_handle_webhook_async(OffhookDriver *driver, const OffhookWebhook *webhook,
					   GCancellable *cancellable, GAsyncReadyCallback callback,
					   gpointer user_data)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	g_autoptr(GError) error = NULL;
	OffhookWebhookReply *reply;

	g_task_set_source_tag(task, offhook_twilio_driver_handle_webhook_async);
	if (g_task_return_error_if_cancelled(task))
		return;
	if (!g_str_equal(webhook->method, "POST") && !g_str_equal(webhook->method, "GET")) {
		reply = offhook_webhook_reply_new(405, NULL, NULL);
	} else {
		reply = offhook_twilio_driver_answer(self, webhook, &error);
	}
	if (reply == NULL) {
		/* The status says enough: whoever is not Twilio learns nothing. */
		if (!offhook_driver_is_knock(driver, webhook))
			offhook_twilio_driver_log_refusal(self, error->message);
		reply = offhook_webhook_reply_new(offhook_error_get_http_status(error), NULL, NULL);
	}
	g_task_return_pointer(task, reply, (GDestroyNotify)offhook_webhook_reply_free);
}

/* ---- streams ---- */

static gboolean
offhook_twilio_driver_check_options(OffhookDriver *driver, const OffhookDriverOptions *options,
				    GError **error)
{
	return offhook_twilio_relay_options_check(options, error);
}

static OffhookWireProtocol *
offhook_twilio_driver_create_protocol(OffhookDriver *driver, const OffhookWebhook *upgrade,
				      GError **error)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(self);
	const char *missing = offhook_twilio_driver_get_missing(self);

	/* Without webhooks there are no tokens, so no stream could be let in. */
	if (missing != NULL && (self->config == NULL || self->config->stream_token)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s", missing);
		return NULL;
	}
	if (!offhook_twilio_claim_check_upgrade(&desk, upgrade, error))
		return NULL;
	if (*upgrade->path == '\0')
		return offhook_twilio_stream_new();
	if (g_str_equal(upgrade->path, OFFHOOK_TWILIO_PATH_RELAY))
		return offhook_twilio_relay_new();
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "there is no media at \"%.64s\"",
		    upgrade->path);
	return NULL;
}

static char *
offhook_twilio_driver_claim_stream(OffhookDriver *driver, const OffhookStreamStart *start,
				   GError **error)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(self);
	OffhookTwilioCall *call;

	if (self->config == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s",
			    offhook_twilio_driver_get_missing(self));
		return NULL;
	}
	call = offhook_twilio_claim_take(&desk, start, error);
	return call != NULL ? g_strdup(call->call_id) : NULL;
}

void
offhook_twilio_driver_set_clock(OffhookTwilioDriver *self, OffhookClock *clock)
{
	g_return_if_fail(OFFHOOK_IS_TWILIO_DRIVER(self));

	g_set_object(&self->clock, clock);
	offhook_twilio_calls_free(self->calls);
	self->calls = offhook_twilio_calls_new(clock, MAX_CALLS);
}

void
offhook_twilio_driver_set_grace(OffhookTwilioDriver *self, guint ms)
{
	g_return_if_fail(OFFHOOK_IS_TWILIO_DRIVER(self));

	self->grace_ms = ms;
}

void
offhook_twilio_driver_set_patience(OffhookTwilioDriver *self, guint backoff_ms, guint timeout_ms)
{
	g_return_if_fail(OFFHOOK_IS_TWILIO_DRIVER(self));

	self->backoff_ms = backoff_ms;
	self->timeout_ms = timeout_ms;
	if (self->api != NULL)
		offhook_twilio_api_set_patience(self->api, backoff_ms, timeout_ms);
}

static void
offhook_twilio_driver_finalize(GObject *object)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(object);

	offhook_pacer_free(self->pacer);
	offhook_twilio_api_unref(self->api);
	g_object_unref(self->web);
	offhook_twilio_config_free(self->config);
	offhook_twilio_calls_free(self->calls);
	g_object_unref(self->clock);

	G_OBJECT_CLASS(offhook_twilio_driver_parent_class)->finalize(object);
}

static void
offhook_twilio_driver_init(OffhookTwilioDriver *self)
{
	self->clock = g_object_ref(offhook_clock_get_default());
	self->calls = offhook_twilio_calls_new(self->clock, MAX_CALLS);
	self->grace_ms = OFFHOOK_TWILIO_GRACE_MS;
	self->web = offhook_web_client_new(0);
	self->pacer = offhook_pacer_new(self->clock, 1, MAX_WAITING);
}

static void
offhook_twilio_driver_class_init(OffhookTwilioDriverClass *klass)
{
	OffhookDriverClass *driver_class = OFFHOOK_DRIVER_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_twilio_driver_finalize;
	driver_class->configure = offhook_twilio_driver_configure;
	driver_class->check_async = offhook_twilio_driver_check_async;
	driver_class->get_capabilities = offhook_twilio_driver_get_capabilities;
	driver_class->get_phone_number = offhook_twilio_driver_get_phone_number;
	driver_class->make_call_async = offhook_twilio_driver_make_call_async;
	driver_class->send_message_async = offhook_twilio_driver_send_message_async;
	driver_class->fetch_recording_async = offhook_twilio_driver_fetch_recording_async;
	driver_class->delete_recording_async = offhook_twilio_driver_delete_recording_async;
	driver_class->execute_async = offhook_twilio_driver_execute_async;
	driver_class->handle_webhook_async = offhook_twilio_driver_handle_webhook_async;
	driver_class->check_options = offhook_twilio_driver_check_options;
	driver_class->create_protocol = offhook_twilio_driver_create_protocol;
	driver_class->claim_stream = offhook_twilio_driver_claim_stream;
}
