/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The driver for a provider that the configuration describes. What the provider is asked is in
 * generic-control.c, what it reports in generic-reports.c; this file is all that the daemon sees.
 * Main thread.
 */

#include "generic-driver.h"

#include "generic-stream.h"

#include <offhook/error.h>

#define MAX_CALLS 16384

struct _OffhookGenericDriver {
	OffhookDriver parent_instance;

	OffhookGenericConfig *config; /* %NULL before the first good configuration */
	OffhookCapabilities capabilities;
	OffhookCallTable *calls; /* of OffhookGenericCall */
	OffhookStreamTokens *tokens;
	OffhookWebClient *web;
};

G_DEFINE_FINAL_TYPE(OffhookGenericDriver, offhook_generic_driver, OFFHOOK_TYPE_DRIVER)

static const char *const offhook_generic_voice_in[] = {"inbound", "streaming", "dtmf", NULL};
static const char *const offhook_generic_voice_both[] = {"inbound", "outbound", "streaming", "dtmf",
							 NULL};
static const char *const offhook_generic_voice_in_transfer[] = {"inbound", "streaming", "dtmf",
								"transfer", NULL};
static const char *const offhook_generic_voice_all[] = {"inbound", "outbound", "streaming",
							"dtmf",    "transfer", NULL};
static const char *const offhook_generic_sms_in[] = {"receive", NULL};
static const char *const offhook_generic_sms_both[] = {"send", "receive", "status", NULL};

OffhookGenericDesk
offhook_generic_driver_get_desk(OffhookGenericDriver *self)
{
	return (OffhookGenericDesk){
	    .driver = OFFHOOK_DRIVER(self),
	    .config = self->config,
	    .calls = self->calls,
	    .tokens = self->tokens,
	    .web = self->web,
	};
}

/* What can be asked of the provider is what there is a URL for. */
static void
offhook_generic_driver_learn(OffhookGenericDriver *self)
{
	const OffhookGenericRequest *requests = self->config->requests;
	gboolean calls = requests[OFFHOOK_GENERIC_CALL].url != NULL;
	gboolean transfers = requests[OFFHOOK_GENERIC_TRANSFER].url != NULL;
	gboolean sends = requests[OFFHOOK_GENERIC_SMS].url != NULL;
	OffhookCapabilities *can = &self->capabilities;

	can->verbs = 1 << OFFHOOK_VERB_HANG_UP;
	if (transfers)
		can->verbs |= 1 << OFFHOOK_VERB_TRANSFER;
	if (requests[OFFHOOK_GENERIC_DTMF].url != NULL)
		can->verbs |= 1 << OFFHOOK_VERB_SEND_DTMF;
	can->outbound = calls;
	if (transfers)
		can->voice_features =
		    calls ? offhook_generic_voice_all : offhook_generic_voice_in_transfer;
	else
		can->voice_features = calls ? offhook_generic_voice_both : offhook_generic_voice_in;
	can->sms_features = sends ? offhook_generic_sms_both : offhook_generic_sms_in;
	can->features = OFFHOOK_DRIVER_RECEIVE_MESSAGE | (sends ? OFFHOOK_DRIVER_SEND_MESSAGE : 0);
}

static const OffhookCapabilities *
offhook_generic_driver_get_capabilities(OffhookDriver *driver)
{
	return &OFFHOOK_GENERIC_DRIVER(driver)->capabilities;
}

static const char *
offhook_generic_driver_get_phone_number(OffhookDriver *driver)
{
	OffhookGenericDriver *self = OFFHOOK_GENERIC_DRIVER(driver);

	return self->config != NULL ? self->config->phone_number : NULL;
}

static gboolean
offhook_generic_driver_configure(OffhookDriver *driver, OffhookSettings *settings, GError **error)
{
	OffhookGenericDriver *self = OFFHOOK_GENERIC_DRIVER(driver);
	OffhookGenericConfig *config = offhook_generic_config_new(settings, error);

	if (config == NULL)
		return FALSE;
	g_clear_pointer(&self->config, offhook_generic_config_unref);
	self->config = config;
	offhook_generic_driver_learn(self);
	return TRUE;
}

/* ---- what the provider is asked ---- */

static void
offhook_generic_driver_check_async(OffhookDriver *driver, GCancellable *cancellable,
				   GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookGenericDesk desk = offhook_generic_driver_get_desk(OFFHOOK_GENERIC_DRIVER(driver));
	GTask *task = offhook_driver_begin_task(driver, offhook_generic_driver_check_async,
						cancellable, callback, user_data);

	if (task != NULL)
		offhook_generic_check(&desk, task);
}

static void
offhook_generic_driver_make_call_async(OffhookDriver *driver, const OffhookCallRequest *request,
				       GCancellable *cancellable, GAsyncReadyCallback callback,
				       gpointer user_data)
{
	OffhookGenericDesk desk = offhook_generic_driver_get_desk(OFFHOOK_GENERIC_DRIVER(driver));
	GTask *task = offhook_driver_begin_task(driver, offhook_generic_driver_make_call_async,
						cancellable, callback, user_data);

	if (task != NULL)
		offhook_generic_place_call(&desk, request, task);
}

static void
offhook_generic_driver_execute_async(OffhookDriver *driver, const char *call_id,
				     OffhookCallVerb verb, const char *argument,
				     GCancellable *cancellable, GAsyncReadyCallback callback,
				     gpointer user_data)
{
	OffhookGenericDesk desk = offhook_generic_driver_get_desk(OFFHOOK_GENERIC_DRIVER(driver));
	GTask *task = offhook_driver_begin_task(driver, offhook_generic_driver_execute_async,
						cancellable, callback, user_data);

	if (task != NULL)
		offhook_generic_execute(&desk, call_id, verb, argument, task);
}

static void
offhook_generic_driver_send_message_async(OffhookDriver *driver, const OffhookTextMessage *message,
					  GCancellable *cancellable, GAsyncReadyCallback callback,
					  gpointer user_data)
{
	OffhookGenericDesk desk = offhook_generic_driver_get_desk(OFFHOOK_GENERIC_DRIVER(driver));
	GTask *task = offhook_driver_begin_task(driver, offhook_generic_driver_send_message_async,
						cancellable, callback, user_data);

	if (task != NULL)
		offhook_generic_send_message(&desk, message, task);
}

/* ---- what it reports ---- */

static OffhookWebhookReply *
offhook_generic_driver_handle_webhook(OffhookDriver *driver, const OffhookWebhook *webhook,
				      GError **error)
{
	OffhookGenericDesk desk = offhook_generic_driver_get_desk(OFFHOOK_GENERIC_DRIVER(driver));

	return offhook_generic_answer(&desk, webhook, error);
}

/* ---- streams ---- */

/* A token in the URL or in a header is looked at before anything is upgraded, and used up later. */
static OffhookWireProtocol *
offhook_generic_driver_create_protocol(OffhookDriver *driver, const OffhookWebhook *upgrade,
				       GError **error)
{
	OffhookGenericDriver *self = OFFHOOK_GENERIC_DRIVER(driver);
	g_autofree char *in_url = offhook_webhook_dup_parameter(upgrade, "token");
	const char *token = in_url != NULL ? in_url : offhook_webhook_get_bearer(upgrade);
	const char *call_id = offhook_stream_tokens_peek(self->tokens, token);
	OffhookGenericCall *call = offhook_call_table_find(self->calls, call_id);

	if (token == NULL)
		return offhook_generic_stream_new(self->config, NULL);
	if (call != NULL)
		return offhook_generic_stream_new(call->config, token);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "media stream: expected the unused token of a call");
	return NULL;
}

static char *
offhook_generic_driver_claim_stream(OffhookDriver *driver, const OffhookStreamStart *start,
				    GError **error)
{
	OffhookGenericDriver *self = OFFHOOK_GENERIC_DRIVER(driver);
	const char *token = g_hash_table_lookup(start->parameters, "token");
	g_autofree char *call_id = offhook_stream_tokens_redeem(self->tokens, token, error);
	OffhookGenericCall *call = offhook_call_table_find(self->calls, call_id);

	if (call_id == NULL)
		return NULL;
	if (call == NULL || call->ended || call->hanging_up || call->abandoned) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "media stream: its call is over");
		return NULL;
	}
	call->connected = TRUE;
	return g_steal_pointer(&call_id);
}

void
offhook_generic_driver_set_clock(OffhookGenericDriver *self, OffhookClock *clock)
{
	g_return_if_fail(OFFHOOK_IS_GENERIC_DRIVER(self));

	g_clear_pointer(&self->tokens, offhook_stream_tokens_free);
	self->tokens = offhook_stream_tokens_new(clock, OFFHOOK_STREAM_TOKEN_LIFETIME_S, MAX_CALLS);
}

static void
offhook_generic_driver_finalize(GObject *object)
{
	OffhookGenericDriver *self = OFFHOOK_GENERIC_DRIVER(object);

	offhook_call_table_free(self->calls);
	offhook_stream_tokens_free(self->tokens);
	g_object_unref(self->web);
	g_clear_pointer(&self->config, offhook_generic_config_unref);

	G_OBJECT_CLASS(offhook_generic_driver_parent_class)->finalize(object);
}

static void
offhook_generic_driver_init(OffhookGenericDriver *self)
{
	self->calls = offhook_call_table_new(MAX_CALLS, (GDestroyNotify)offhook_generic_call_free);
	self->web = offhook_web_client_new(0);
	offhook_generic_driver_set_clock(self, offhook_clock_get_default());
}

static void
offhook_generic_driver_class_init(OffhookGenericDriverClass *klass)
{
	OffhookDriverClass *driver_class = OFFHOOK_DRIVER_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_generic_driver_finalize;
	driver_class->configure = offhook_generic_driver_configure;
	driver_class->check_async = offhook_generic_driver_check_async;
	driver_class->get_capabilities = offhook_generic_driver_get_capabilities;
	driver_class->get_phone_number = offhook_generic_driver_get_phone_number;
	driver_class->make_call_async = offhook_generic_driver_make_call_async;
	driver_class->execute_async = offhook_generic_driver_execute_async;
	driver_class->send_message_async = offhook_generic_driver_send_message_async;
	driver_class->handle_webhook = offhook_generic_driver_handle_webhook;
	driver_class->create_protocol = offhook_generic_driver_create_protocol;
	driver_class->claim_stream = offhook_generic_driver_claim_stream;
}
