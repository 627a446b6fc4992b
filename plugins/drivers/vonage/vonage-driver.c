/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The Vonage driver. Calls come in through webhooks (vonage-webhook.c), their audio through a
 * WebSocket that the daemon serves (vonage-stream.c); this file ties the two together and is all
 * that the daemon sees. Main thread.
 *
 * A call with a stream has two legs at Vonage, the caller's and ours. HANG_UP ends the caller's
 * through the REST interface; then Vonage closes our stream, or the daemon does. TRANSFER and BRIDGE
 * only note what comes next, at once: the daemon then closes the stream, and Vonage asks what to do.
 * ANSWER is done by the answer webhook already.
 */

#include "vonage-driver.h"

#include "ncco.h"
#include "vonage-control.h"
#include "vonage-request.h"
#include "vonage-stream.h"
#include "vonage-webhook.h"
#include "webhook-proof.h"

#include <offhook/error.h>

#define MAX_CALLS   16384
#define MAX_WAITING 1000 /* calls to place */

struct _OffhookVonageDriver {
	OffhookDriver parent_instance;

	OffhookVonageConfig *config; /* %NULL before the first good configuration */
	OffhookVonageCalls *calls;
	OffhookWebClient *web;
	OffhookVonageApi *api; /* (nullable): no credentials */
	OffhookPacer *creating;
	GHashTable *seen;
	GHashTable *recordings;
	OffhookClock *clock;
	guint grace_ms;
	guint retry_ms;
	guint backoff_ms; /* 0: the usual; likewise below */
	guint timeout_ms;
};

G_DEFINE_FINAL_TYPE(OffhookVonageDriver, offhook_vonage_driver, OFFHOOK_TYPE_DRIVER)

static const char *const offhook_vonage_voice_features[] = {
    "inbound",   "outbound", "streaming",         "dtmf", "transfer", "warm-transfer",
    "recording", "play",     "machine-detection", NULL};
static const char *const offhook_vonage_sms_features[] = {"send", "receive", "status", NULL};
static const char *const offhook_vonage_recording_formats[] = {"wav", NULL};

static const OffhookCapabilities offhook_vonage_capabilities = {
    .verbs = 1 << OFFHOOK_VERB_ANSWER | 1 << OFFHOOK_VERB_HANG_UP | 1 << OFFHOOK_VERB_TRANSFER |
	     1 << OFFHOOK_VERB_BRIDGE | 1 << OFFHOOK_VERB_SEND_DTMF | 1 << OFFHOOK_VERB_PLAY |
	     1 << OFFHOOK_VERB_HOLD | 1 << OFFHOOK_VERB_UNHOLD | 1 << OFFHOOK_VERB_MUTE |
	     1 << OFFHOOK_VERB_UNMUTE,
    .outbound = TRUE,
    .voice_features = offhook_vonage_voice_features,
    .sms_features = offhook_vonage_sms_features,
    .recording_formats = offhook_vonage_recording_formats,
    .features = OFFHOOK_DRIVER_MACHINE_DETECTION | OFFHOOK_DRIVER_SEND_DIGITS |
		OFFHOOK_DRIVER_TIME_LIMIT | OFFHOOK_DRIVER_FETCH_RECORDING |
		OFFHOOK_DRIVER_SEND_MESSAGE | OFFHOOK_DRIVER_RECEIVE_MESSAGE |
		OFFHOOK_DRIVER_SETTLES_TRANSFERS,
};

OffhookVonageDesk
offhook_vonage_driver_get_desk(OffhookVonageDriver *self)
{
	return (OffhookVonageDesk){
	    .driver = OFFHOOK_DRIVER(self),
	    .host = offhook_driver_get_host(OFFHOOK_DRIVER(self)),
	    .web = self->web,
	    .config = self->config,
	    .calls = self->calls,
	    .api = self->api,
	    .creating = self->creating,
	    .seen = self->seen,
	    .recordings = self->recordings,
	    .grace_ms = self->grace_ms,
	    .retry_ms = self->retry_ms,
	};
}

static const OffhookCapabilities *
offhook_vonage_driver_get_capabilities(OffhookDriver *driver)
{
	return &offhook_vonage_capabilities;
}

static gboolean
offhook_vonage_driver_configure(OffhookDriver *driver, OffhookSettings *settings, GError **error)
{
	OffhookVonageDriver *self = OFFHOOK_VONAGE_DRIVER(driver);
	g_autoptr(OffhookVonageConfig) config = offhook_vonage_config_new(settings, error);
	g_autoptr(OffhookVonageApi) api = NULL;

	if (config == NULL)
		return FALSE;
	if (offhook_vonage_config_get_api_missing(config) == NULL) {
		api = offhook_vonage_api_new(self->web, config, error);
		if (api == NULL)
			return FALSE;
	}
	if (api != NULL && self->backoff_ms > 0)
		offhook_vonage_api_set_patience(api, self->backoff_ms, self->timeout_ms);
	g_clear_pointer(&self->config, offhook_vonage_config_free);
	g_clear_pointer(&self->api, offhook_vonage_api_unref);
	self->config = g_steal_pointer(&config);
	self->api = g_steal_pointer(&api);
	offhook_pacer_set_rate(self->creating, self->config->calls_per_second);
	return TRUE;
}

static void
offhook_vonage_driver_check_async(OffhookDriver *driver, GCancellable *cancellable,
				  GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(OFFHOOK_VONAGE_DRIVER(driver));
	GTask *task = g_task_new(driver, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_vonage_driver_check_async);
	offhook_vonage_control_check(&desk, task);
}

/* ---- calls, messages, recordings ---- */

/* @task: (transfer full) */
static void
offhook_vonage_driver_execute(OffhookVonageDesk *desk, OffhookVonageCall *call,
			      OffhookCallVerb verb, const char *argument, GTask *task)
{
	GError *error = NULL;

	switch (verb) {
	case OFFHOOK_VERB_HANG_UP:
		offhook_vonage_control_hang_up(desk, call, task);
		return;
	case OFFHOOK_VERB_TRANSFER:
		offhook_vonage_control_transfer(desk, call, argument, task);
		return;
	case OFFHOOK_VERB_BRIDGE:
		offhook_vonage_bridge(desk, call, argument, &error);
		break;
	case OFFHOOK_VERB_ANSWER: /* the webhook did it */
		break;
	default:
		offhook_vonage_control_change(desk, call, verb, argument, task);
		return;
	}
	if (error != NULL)
		g_task_return_error(task, error);
	else
		g_task_return_boolean(task, TRUE);
	g_object_unref(task);
}

static void
offhook_vonage_driver_execute_async(OffhookDriver *driver, const char *call_id,
				    OffhookCallVerb verb, const char *argument,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(OFFHOOK_VONAGE_DRIVER(driver));
	OffhookVonageCall *call = offhook_vonage_calls_find(desk.calls, call_id);
	GTask *task = offhook_driver_begin_task(driver, offhook_vonage_driver_execute_async,
						cancellable, callback, user_data);
	GError *error = NULL;

	if (task == NULL)
		return;
	if (call != NULL) {
		offhook_vonage_driver_execute(&desk, call, verb, argument, task);
		return;
	}
	offhook_driver_fail_unknown_call(driver, call_id, &error);
	g_task_return_error(task, error);
	g_object_unref(task);
}

static void
offhook_vonage_driver_make_call_async(OffhookDriver *driver, const OffhookCallRequest *request,
				      GCancellable *cancellable, GAsyncReadyCallback callback,
				      gpointer user_data)
{
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(OFFHOOK_VONAGE_DRIVER(driver));
	GTask *task = offhook_driver_begin_task(driver, offhook_vonage_driver_make_call_async,
						cancellable, callback, user_data);

	if (task != NULL)
		offhook_vonage_control_originate(&desk, request, task);
}

static void
offhook_vonage_driver_send_message_async(OffhookDriver *driver, const OffhookTextMessage *message,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data)
{
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(OFFHOOK_VONAGE_DRIVER(driver));
	GTask *task = offhook_driver_begin_task(driver, offhook_vonage_driver_send_message_async,
						cancellable, callback, user_data);

	if (task != NULL)
		offhook_vonage_control_send_message(&desk, message, task);
}

static void
offhook_vonage_driver_downloaded_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;

	if (offhook_vonage_api_download_finish(result, &error))
		g_task_return_boolean(task, TRUE);
	else
		g_task_return_error(task, error);
}

static void
offhook_vonage_driver_fetch_recording_async(OffhookDriver *driver,
					    const char *provider_recording_id, const char *path,
					    GCancellable *cancellable, GAsyncReadyCallback callback,
					    gpointer user_data)
{
	OffhookVonageDriver *self = OFFHOOK_VONAGE_DRIVER(driver);
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(self);
	const char *known = g_hash_table_lookup(self->recordings, provider_recording_id);
	g_autofree char *url = known != NULL ? g_strdup(known)
					     : g_strconcat(self->config->api_url, "/v1/files/",
							   provider_recording_id, NULL);
	GTask *task;

	task = g_task_new(driver, cancellable, callback, user_data);
	g_task_set_source_tag(task, offhook_vonage_driver_fetch_recording_async);
	if (!offhook_vonage_id_is_valid(provider_recording_id)) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
					"recording: expected the name of one");
		g_object_unref(task);
	} else if (offhook_vonage_control_needs_api(&desk, task)) {
		offhook_vonage_api_download_async(self->api, url, path, cancellable,
						  offhook_vonage_driver_downloaded_cb, task);
	}
}

static OffhookWebhookReply *
offhook_vonage_driver_handle_webhook(OffhookDriver *driver, const OffhookWebhook *webhook,
				     GError **error)
{
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(OFFHOOK_VONAGE_DRIVER(driver));

	return offhook_vonage_webhook_answer(&desk, webhook, error);
}

/* ---- streams ---- */

/* The call that the upgrade's token is for, which is void from now on. (nullable) */
static OffhookVonageCall *
offhook_vonage_driver_admit(OffhookVonageDriver *self, const OffhookWebhook *upgrade,
			    GError **error)
{
	g_autoptr(GError) local = NULL;
	OffhookVonageCall *call = offhook_vonage_calls_redeem_token(
	    self->calls, offhook_webhook_get_bearer(upgrade), &local);

	if (call != NULL && !call->ended && !call->hanging_up && !call->connected) {
		call->admitted = TRUE;
		return call;
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION, "%s",
		    local != NULL ? local->message : "media stream: its call is over");
	return NULL;
}

static OffhookWireProtocol *
offhook_vonage_driver_create_protocol(OffhookDriver *driver, const OffhookWebhook *upgrade,
				      GError **error)
{
	OffhookVonageDriver *self = OFFHOOK_VONAGE_DRIVER(driver);
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(self);
	OffhookVonageCall *call;

	switch (self->config->stream_auth) {
	case OFFHOOK_VONAGE_STREAM_TOKEN:
		call = offhook_vonage_driver_admit(self, upgrade, error);
		return call != NULL ? offhook_vonage_stream_new(call->rate, call->call_id) : NULL;
	case OFFHOOK_VONAGE_STREAM_VONAGE:
		if (!offhook_vonage_webhook_check_upgrade(&desk, upgrade, error))
			return NULL;
		return offhook_vonage_stream_new(self->config->sample_rate, NULL);
	case OFFHOOK_VONAGE_STREAM_NONE:
	default:
		return offhook_vonage_stream_new(self->config->sample_rate, NULL);
	}
}

/*
 * stream-auth=none: whoever reaches the port is a caller. A call that a webhook announced keeps the
 * id it was given then.
 */
static OffhookVonageCall *
offhook_vonage_driver_offer_stream(OffhookVonageDriver *self, const OffhookStreamStart *start,
				   GError **error)
{
	OffhookDriver *driver = OFFHOOK_DRIVER(self);
	const char *known = g_hash_table_lookup(start->parameters, "call_id");
	OffhookVonageCall *call = offhook_vonage_calls_find(self->calls, known);
	g_autofree char *name = g_strconcat("stream-", start->stream_id, NULL);
	const OffhookCallOffer offer = {
	    .provider_call_id = name,
	    .from = g_hash_table_lookup(start->parameters, "from"),
	    .to = g_hash_table_lookup(start->parameters, "to"),
	    .answered = TRUE,
	};
	g_autofree char *call_id = NULL;

	if (call != NULL && !call->connected && !call->ended)
		return call;
	call_id =
	    offhook_call_host_offer_call(offhook_driver_get_host(driver), driver, &offer, error);
	return call_id != NULL ? offhook_vonage_calls_add(self->calls, call_id, name) : NULL;
}

static OffhookVonageCall *
offhook_vonage_driver_find_announced(OffhookVonageDriver *self, const OffhookStreamStart *start,
				     GError **error)
{
	const char *token = g_hash_table_lookup(start->parameters, "token");
	const char *call_id = g_hash_table_lookup(start->parameters, "call_id");
	OffhookVonageCall *call;

	if (self->config->stream_auth == OFFHOOK_VONAGE_STREAM_VONAGE) {
		call = offhook_vonage_calls_redeem_token(self->calls, token, NULL);
	} else {
		/* Its protocol takes no other call_id than that of the token. */
		call = offhook_vonage_calls_find(self->calls, call_id);
		if (call != NULL && !call->admitted)
			call = NULL;
	}
	if (call != NULL && !call->ended && !call->hanging_up && !call->connected)
		return call;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "media stream: expected the call_id and unused token of a call that was "
		    "announced");
	return NULL;
}

static char *
offhook_vonage_driver_claim_stream(OffhookDriver *driver, const OffhookStreamStart *start,
				   GError **error)
{
	OffhookVonageDriver *self = OFFHOOK_VONAGE_DRIVER(driver);
	OffhookVonageCall *call =
	    self->config == NULL || self->config->stream_auth != OFFHOOK_VONAGE_STREAM_NONE
		? NULL
		: offhook_vonage_driver_offer_stream(self, start, error);

	if (self->config != NULL && self->config->stream_auth != OFFHOOK_VONAGE_STREAM_NONE)
		call = offhook_vonage_driver_find_announced(self, start, error);
	if (call == NULL)
		return NULL;
	call->admitted = FALSE;
	call->connected = TRUE;
	return g_strdup(call->call_id);
}

/* ---- for tests ---- */

void
offhook_vonage_driver_set_clock(OffhookVonageDriver *self, OffhookClock *clock)
{
	g_return_if_fail(OFFHOOK_IS_VONAGE_DRIVER(self));

	g_set_object(&self->clock, clock);
	offhook_vonage_calls_free(self->calls);
	self->calls = offhook_vonage_calls_new(clock, MAX_CALLS);
}

void
offhook_vonage_driver_set_grace(OffhookVonageDriver *self, guint ms, guint retry_ms)
{
	g_return_if_fail(OFFHOOK_IS_VONAGE_DRIVER(self));

	self->grace_ms = ms;
	self->retry_ms = retry_ms;
}

void
offhook_vonage_driver_set_patience(OffhookVonageDriver *self, guint backoff_ms, guint timeout_ms)
{
	g_return_if_fail(OFFHOOK_IS_VONAGE_DRIVER(self));

	self->backoff_ms = backoff_ms;
	self->timeout_ms = timeout_ms;
	if (self->api != NULL)
		offhook_vonage_api_set_patience(self->api, backoff_ms, timeout_ms);
}

static void
offhook_vonage_driver_finalize(GObject *object)
{
	OffhookVonageDriver *self = OFFHOOK_VONAGE_DRIVER(object);

	offhook_pacer_free(self->creating);
	offhook_vonage_api_unref(self->api);
	g_object_unref(self->web);
	offhook_vonage_config_free(self->config);
	offhook_vonage_calls_free(self->calls);
	g_hash_table_unref(self->recordings);
	g_hash_table_unref(self->seen);
	g_object_unref(self->clock);

	G_OBJECT_CLASS(offhook_vonage_driver_parent_class)->finalize(object);
}

static void
offhook_vonage_driver_init(OffhookVonageDriver *self)
{
	self->clock = g_object_ref(offhook_clock_get_default());
	self->calls = offhook_vonage_calls_new(self->clock, MAX_CALLS);
	self->grace_ms = OFFHOOK_VONAGE_GRACE_MS;
	self->retry_ms = OFFHOOK_VONAGE_RETRY_MS;
	self->web = offhook_web_client_new(0);
	self->creating = offhook_pacer_new(self->clock, 3, MAX_WAITING);
	self->seen = offhook_vonage_proof_new_seen();
	self->recordings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void
offhook_vonage_driver_class_init(OffhookVonageDriverClass *klass)
{
	OffhookDriverClass *driver_class = OFFHOOK_DRIVER_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_vonage_driver_finalize;
	driver_class->configure = offhook_vonage_driver_configure;
	driver_class->check_async = offhook_vonage_driver_check_async;
	driver_class->get_capabilities = offhook_vonage_driver_get_capabilities;
	driver_class->make_call_async = offhook_vonage_driver_make_call_async;
	driver_class->send_message_async = offhook_vonage_driver_send_message_async;
	driver_class->fetch_recording_async = offhook_vonage_driver_fetch_recording_async;
	driver_class->execute_async = offhook_vonage_driver_execute_async;
	driver_class->handle_webhook = offhook_vonage_driver_handle_webhook;
	driver_class->create_protocol = offhook_vonage_driver_create_protocol;
	driver_class->claim_stream = offhook_vonage_driver_claim_stream;
}
