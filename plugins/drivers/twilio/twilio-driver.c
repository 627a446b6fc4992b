/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The Twilio driver. Calls come in through webhooks (twilio-webhook.c), their audio through a
 * WebSocket that the daemon serves (twilio-stream.c); this file ties the two together and is all
 * that the daemon sees. Main thread.
 *
 * What it needs of the daemon: Media Streams has no message to hang up or to transfer. Both happen
 * when our side closes the stream, for then Twilio asks "connect-action" what to do. So HANG_UP and
 * TRANSFER only note the answer, at once; the daemon then closes the media port, for a transfer
 * after the caller has heard the last words. ANSWER is done by the voice webhook already.
 */

#include "twilio-driver.h"

#include "signature.h"
#include "twilio-stream.h"
#include "twilio-webhook.h"
#include "twiml.h"

#include <offhook/error.h>

#define MAX_CALLS          16384
#define REFUSAL_LOG_GAP_US (10 * G_USEC_PER_SEC)

struct _OffhookTwilioDriver {
	OffhookDriver parent_instance;

	OffhookTwilioConfig *config; /* %NULL before the first good configuration */
	OffhookTwilioCalls *calls;
	OffhookClock *clock;
	guint grace_ms;

	gint64 refusal_logged_us;
	guint refusals; /* since then */
};

G_DEFINE_FINAL_TYPE(OffhookTwilioDriver, offhook_twilio_driver, OFFHOOK_TYPE_DRIVER)

static const char *const offhook_twilio_voice_features[] = {"inbound", "streaming", "dtmf",
							    "transfer", NULL};

static const OffhookCapabilities offhook_twilio_capabilities = {
    .verbs = 1 << OFFHOOK_VERB_ANSWER | 1 << OFFHOOK_VERB_HANG_UP | 1 << OFFHOOK_VERB_TRANSFER,
    .voice_features = offhook_twilio_voice_features,
};

static OffhookTwilioDesk
offhook_twilio_driver_get_desk(OffhookTwilioDriver *self)
{
	return (OffhookTwilioDesk){OFFHOOK_DRIVER(self), self->config, self->calls, self->grace_ms};
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

/* Twilio's API is not asked, for this driver does not use it; what can be seen from here is. */
static void
offhook_twilio_driver_check_async(OffhookDriver *driver, GCancellable *cancellable,
				  GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	const char *missing = offhook_twilio_driver_get_missing(self);
	g_autofree char *public_url =
	    offhook_call_host_dup_public_url(offhook_driver_get_host(driver));
	const char *url = self->config != NULL && self->config->base_url != NULL
			      ? self->config->base_url
			      : public_url;
	gboolean reachable = g_str_has_prefix(url, "https://");
	OffhookDriverCheck *check;

	g_task_set_source_tag(task, offhook_twilio_driver_check_async);
	if (missing == NULL && !reachable)
		missing = "Twilio calls https URLs only: set [server] public-url";
	check = offhook_driver_check_new(
	    offhook_twilio_driver_get_missing(self) == NULL, FALSE, reachable,
	    missing != NULL
		? missing
		: "settings are complete; Twilio's REST API is not used and was not asked");
	g_task_return_pointer(task, check, (GDestroyNotify)offhook_driver_check_free);
}

static OffhookDriverCheck *
offhook_twilio_driver_check_finish(OffhookDriver *driver, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

/* ---- verbs ---- */

static gboolean
offhook_twilio_driver_execute(OffhookTwilioDriver *self, const char *call_id, OffhookCallVerb verb,
			      const char *argument, GError **error)
{
	OffhookTwilioCall *call = offhook_twilio_calls_find_by_id(self->calls, call_id);

	if (call == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "call %s is not one of %s", call_id,
			    offhook_driver_get_name(OFFHOOK_DRIVER(self)));
		return FALSE;
	}
	if (verb == OFFHOOK_VERB_TRANSFER && !offhook_twilio_target_is_valid(argument)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "transfer target: expected a number in E.164, sip:... or client:...");
		return FALSE;
	}
	if (verb == OFFHOOK_VERB_TRANSFER && (call->ended || call->hanging_up)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s has ended, nobody is left to transfer", call_id);
		return FALSE;
	}
	if (verb == OFFHOOK_VERB_ANSWER)
		return TRUE;
	g_clear_pointer(&call->transfer_target, g_free);
	if (verb == OFFHOOK_VERB_TRANSFER) {
		call->transfer_target = g_strdup(argument);
	} else {
		call->hanging_up = TRUE;
		g_clear_pointer(&call->token, g_free); /* a stream on its way comes too late */
	}
	return TRUE;
}

static void
offhook_twilio_driver_execute_async(OffhookDriver *driver, const char *call_id,
				    OffhookCallVerb verb, const char *argument,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	GError *error = NULL;

	g_task_set_source_tag(task, offhook_twilio_driver_execute_async);
	if (g_task_return_error_if_cancelled(task))
		return;
	if (offhook_twilio_driver_execute(self, call_id, verb, argument, &error))
		g_task_return_boolean(task, TRUE);
	else
		g_task_return_error(task, error);
}

static gboolean
offhook_twilio_driver_execute_finish(OffhookDriver *driver, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
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
		offhook_twilio_driver_log_refusal(self, error->message);
		reply = offhook_webhook_reply_new(offhook_error_get_http_status(error), NULL, NULL);
	}
	g_task_return_pointer(task, reply, (GDestroyNotify)offhook_webhook_reply_free);
}

static OffhookWebhookReply *
offhook_twilio_driver_handle_webhook_finish(OffhookDriver *driver, GAsyncResult *result,
					    GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

/* ---- streams ---- */

/* The header is not on every upgrade, so it may be absent; the token is what counts. */
static gboolean
offhook_twilio_driver_check_upgrade(OffhookTwilioDriver *self, const OffhookWebhook *upgrade,
				    GError **error)
{
	OffhookTwilioDesk desk = offhook_twilio_driver_get_desk(self);
	const char *const *tokens = (const char *const *)self->config->tokens;
	const char *signature = offhook_webhook_get_header(upgrade, "x-twilio-signature");
	g_autofree char *rebased = NULL;
	gboolean right;

	if (signature == NULL || !self->config->require_signature || tokens[0] == NULL)
		return TRUE;
	rebased = offhook_twilio_webhook_rebase(&desk, upgrade->url);
	right = offhook_twilio_signature_check_upgrade(tokens, upgrade->url, signature);
	if (rebased != NULL)
		right |= offhook_twilio_signature_check_upgrade(tokens, rebased, signature);
	if (!right)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "X-Twilio-Signature of the media stream is wrong");
	return right;
}

static OffhookWireProtocol *
offhook_twilio_driver_create_protocol(OffhookDriver *driver, const OffhookWebhook *upgrade,
				      GError **error)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	const char *missing = offhook_twilio_driver_get_missing(self);

	/* Without webhooks there are no tokens, so no stream could be let in. */
	if (missing != NULL && (self->config == NULL || self->config->stream_token)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s", missing);
		return NULL;
	}
	if (!offhook_twilio_driver_check_upgrade(self, upgrade, error))
		return NULL;
	return offhook_twilio_stream_new();
}

/*
 * stream-auth=none: whoever reaches the port is a caller. A call that a webhook announced keeps the
 * id it was given then.
 */
static OffhookTwilioCall *
offhook_twilio_driver_offer_stream(OffhookTwilioDriver *self, const OffhookStreamStart *start,
				   GError **error)
{
	OffhookDriver *driver = OFFHOOK_DRIVER(self);
	g_autofree char *made_up = g_strconcat("stream-", start->stream_id, NULL);
	const char *sid = start->provider_call_id != NULL ? start->provider_call_id : made_up;
	OffhookCallOffer offer = {
	    .provider_call_id = sid,
	    .from = g_hash_table_lookup(start->parameters, "from"),
	    .to = g_hash_table_lookup(start->parameters, "to"),
	    .answered = TRUE,
	};
	g_autofree char *call_id =
	    offhook_call_host_offer_call(offhook_driver_get_host(driver), driver, &offer, error);

	return call_id != NULL ? offhook_twilio_calls_add(self->calls, sid, call_id) : NULL;
}

/* The call that a webhook announced and whose token the stream brings. */
static OffhookTwilioCall *
offhook_twilio_driver_find_announced(OffhookTwilioDriver *self, const OffhookStreamStart *start,
				     GError **error)
{
	const char *token = g_hash_table_lookup(start->parameters, "token");
	const char *account = self->config->account_sid;
	OffhookTwilioCall *call = NULL;

	if (start->provider_call_id != NULL)
		call = offhook_twilio_calls_find(self->calls, start->provider_call_id);
	if (call != NULL && !call->ended && !call->hanging_up &&
	    (account == NULL || g_strcmp0(account, start->account_id) == 0) &&
	    offhook_twilio_calls_redeem_token(self->calls, call, token))
		return call;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "media stream: expected the callSid, accountSid and unused token of a call "
		    "that a webhook announced");
	return NULL;
}

static char *
offhook_twilio_driver_claim_stream(OffhookDriver *driver, const OffhookStreamStart *start,
				   GError **error)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(driver);
	OffhookTwilioCall *call;

	if (self->config == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s",
			    offhook_twilio_driver_get_missing(self));
		return NULL;
	}
	if (self->config->stream_token)
		call = offhook_twilio_driver_find_announced(self, start, error);
	else
		call = offhook_twilio_driver_offer_stream(self, start, error);
	if (call == NULL)
		return NULL;
	call->connected = TRUE;
	return g_strdup(call->call_id);
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

static void
offhook_twilio_driver_finalize(GObject *object)
{
	OffhookTwilioDriver *self = OFFHOOK_TWILIO_DRIVER(object);

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
}

static void
offhook_twilio_driver_class_init(OffhookTwilioDriverClass *klass)
{
	OffhookDriverClass *driver_class = OFFHOOK_DRIVER_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_twilio_driver_finalize;
	driver_class->configure = offhook_twilio_driver_configure;
	driver_class->check_async = offhook_twilio_driver_check_async;
	driver_class->check_finish = offhook_twilio_driver_check_finish;
	driver_class->get_capabilities = offhook_twilio_driver_get_capabilities;
	driver_class->get_phone_number = offhook_twilio_driver_get_phone_number;
	driver_class->execute_async = offhook_twilio_driver_execute_async;
	driver_class->execute_finish = offhook_twilio_driver_execute_finish;
	driver_class->handle_webhook_async = offhook_twilio_driver_handle_webhook_async;
	driver_class->handle_webhook_finish = offhook_twilio_driver_handle_webhook_finish;
	driver_class->create_protocol = offhook_twilio_driver_create_protocol;
	driver_class->claim_stream = offhook_twilio_driver_claim_stream;
}
