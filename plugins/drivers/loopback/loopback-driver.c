/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The reference driver: calls between the daemon and a test party in the same process. It shows what
 * a driver has to do and lets everything above it be tried without an account. Main thread.
 *
 * HANG_UP and TRANSFER only say what the end of the audio will mean; the daemon then closes the
 * media port, for a transfer after the party has heard the last words.
 */

#include "loopback-driver.h"

#include "loopback-call.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_BODY 4096

struct _OffhookLoopbackDriver {
	OffhookDriver parent_instance;

	OffhookLoopbackConfig *config; /* %NULL before the first good configuration */
	GHashTable *calls;             /* our id -> OffhookLoopbackCall */
};

G_DEFINE_FINAL_TYPE(OffhookLoopbackDriver, offhook_loopback_driver, OFFHOOK_TYPE_DRIVER)

static const char *const offhook_loopback_voice_features[] = {
    "inbound", "outbound", "streaming", "dtmf", "transfer", "machine-detection", NULL};

static const char *const offhook_loopback_sms_features[] = {"send", "status", NULL};

static const OffhookCapabilities offhook_loopback_capabilities = {
    .verbs = 1 << OFFHOOK_VERB_HANG_UP | 1 << OFFHOOK_VERB_SEND_DTMF | 1 << OFFHOOK_VERB_TRANSFER,
    .outbound = TRUE,
    .voice_features = offhook_loopback_voice_features,
    .sms_features = offhook_loopback_sms_features,
    .features = OFFHOOK_DRIVER_MACHINE_DETECTION | OFFHOOK_DRIVER_SEND_MESSAGE,
};

static const OffhookCapabilities *
offhook_loopback_driver_get_capabilities(OffhookDriver *driver)
{
	return &offhook_loopback_capabilities;
}

static const char *
offhook_loopback_driver_get_phone_number(OffhookDriver *driver)
{
	OffhookLoopbackDriver *self = OFFHOOK_LOOPBACK_DRIVER(driver);

	return self->config != NULL ? self->config->phone_number : NULL;
}

static gboolean
offhook_loopback_driver_configure(OffhookDriver *driver, OffhookSettings *settings, GError **error)
{
	OffhookLoopbackDriver *self = OFFHOOK_LOOPBACK_DRIVER(driver);
	g_autoptr(OffhookLoopbackConfig) config = offhook_loopback_config_new(settings, error);

	if (config == NULL)
		return FALSE;
	g_clear_pointer(&self->config, offhook_loopback_config_unref);
	self->config = g_steal_pointer(&config);
	return TRUE;
}

/* There is no account; what could be wrong was found by configure. */
static void
offhook_loopback_driver_check_async(OffhookDriver *driver, GCancellable *cancellable,
				    GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(GTask) task = offhook_driver_begin_task(
	    driver, offhook_loopback_driver_check_async, cancellable, callback, user_data);

	if (task != NULL)
		g_task_return_pointer(task, offhook_driver_check_new(TRUE, TRUE, TRUE, NULL),
				      (GDestroyNotify)offhook_driver_check_free);
}

/* ---- calls ---- */

static void
offhook_loopback_driver_over(OffhookDriver *driver, const char *call_id)
{
	OffhookLoopbackDriver *self = OFFHOOK_LOOPBACK_DRIVER(driver);
	OffhookLoopbackCall *call = g_hash_table_lookup(self->calls, call_id);
	g_autofree char *id = g_strdup(call_id);
	OffhookEndReason reason;

	if (call == NULL)
		return;
	reason = offhook_loopback_call_get_reason(call);
	g_hash_table_remove(self->calls, id);
	offhook_call_host_update_call(offhook_driver_get_host(driver), id, OFFHOOK_CALL_ENDED,
				      reason);
}

static void
offhook_loopback_driver_add_call(OffhookLoopbackDriver *self, const char *call_id,
				 OffhookLoopbackFate fate, guint ring_ms)
{
	OffhookLoopbackCall *call =
	    offhook_loopback_call_new(OFFHOOK_DRIVER(self), self->config, call_id, fate, ring_ms,
				      offhook_loopback_driver_over);

	g_hash_table_replace(self->calls, g_strdup(call_id), call);
}

static void
offhook_loopback_driver_make_call_async(OffhookDriver *driver, const OffhookCallRequest *request,
					GCancellable *cancellable, GAsyncReadyCallback callback,
					gpointer user_data)
{
	OffhookLoopbackDriver *self = OFFHOOK_LOOPBACK_DRIVER(driver);
	g_autoptr(GTask) task = offhook_driver_begin_task(
	    driver, offhook_loopback_driver_make_call_async, cancellable, callback, user_data);
	guint ring_ms;

	if (task == NULL)
		return;
	if (g_hash_table_contains(self->calls, request->call_id)) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
					"call %s has been placed already", request->call_id);
		return;
	}
	ring_ms = request->timeout_s > 0 ? MIN(request->timeout_s, 3600) * 1000
					 : self->config->ring_timeout_ms;
	offhook_loopback_driver_add_call(self, request->call_id,
					 offhook_loopback_fate_from_number(request->to), ring_ms);
	offhook_loopback_call_set_detection(g_hash_table_lookup(self->calls, request->call_id),
					    request->machine_detection);
	g_task_return_pointer(task, g_strconcat("loopback-", request->call_id, NULL), g_free);
}

/* A transfer goes to a number or a SIP address; nobody is called, but nonsense is refused. */
static gboolean
offhook_loopback_target_is_valid(const char *target)
{
	if (target == NULL || !g_str_has_prefix(target, "sip:"))
		return offhook_phone_number_is_valid(target);
	for (const char *p = target; *p != '\0'; p++)
		if (!g_ascii_isgraph(*p))
			return FALSE;
	return strlen(target) > strlen("sip:");
}

static gboolean
offhook_loopback_driver_execute(OffhookDriver *driver, const char *call_id, OffhookCallVerb verb,
				const char *argument, GError **error)
{
	OffhookLoopbackDriver *self = OFFHOOK_LOOPBACK_DRIVER(driver);
	OffhookLoopbackCall *call = g_hash_table_lookup(self->calls, call_id);

	if (call == NULL)
		return offhook_driver_fail_unknown_call(driver, call_id, error) != NULL;
	if (verb == OFFHOOK_VERB_SEND_DTMF)
		return offhook_loopback_call_send_dtmf(call, argument, error);
	if (verb == OFFHOOK_VERB_HANG_UP) {
		offhook_loopback_call_end(call, offhook_loopback_call_is_answered(call)
						    ? OFFHOOK_END_COMPLETED
						    : OFFHOOK_END_CANCELED);
		return TRUE;
	}
	if (!offhook_loopback_target_is_valid(argument)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "transfer target: expected a number in E.164 or sip:...");
		return FALSE;
	}
	if (!offhook_loopback_call_is_answered(call)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s has not been answered", call_id);
		return FALSE;
	}
	offhook_loopback_call_end(call, OFFHOOK_END_TRANSFERRED);
	return TRUE;
}

/* ---- text messages: what is sent has arrived ---- */

static void
offhook_loopback_driver_deliver(OffhookDriver *driver, const char *name, int value)
{
	offhook_call_host_report_message(offhook_driver_get_host(driver), driver, name,
					 OFFHOOK_MESSAGE_DELIVERED, NULL);
}

static void
offhook_loopback_driver_send_message_async(OffhookDriver *driver, const OffhookTextMessage *message,
					   GCancellable *cancellable, GAsyncReadyCallback callback,
					   gpointer user_data)
{
	g_autoptr(GTask) task = offhook_driver_begin_task(
	    driver, offhook_loopback_driver_send_message_async, cancellable, callback, user_data);
	char *name;

	if (task == NULL)
		return;
	name = g_uuid_string_random();
	offhook_driver_run_later(driver, 0, offhook_loopback_driver_deliver, name, 0);
	g_task_return_pointer(task, name, g_free);
}

/* ---- calls that come in ---- */

/* A number of the request, or @fallback; %NULL when it is given and is none. */
static const char *
offhook_loopback_get_number(JsonObject *request, const char *name, const char *fallback,
			    GError **error)
{
	JsonNode *node = json_object_get_member(request, name);

	if (node == NULL)
		return fallback;
	if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING &&
	    offhook_phone_number_is_valid(json_node_get_string(node)))
		return json_node_get_string(node);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "%s: expected a number in E.164 like +15550100042", name);
	return NULL;
}

static char *
offhook_loopback_driver_offer(OffhookLoopbackDriver *self, JsonObject *request, GError **error)
{
	OffhookDriver *driver = OFFHOOK_DRIVER(self);
	g_autofree char *uuid = g_uuid_string_random();
	g_autofree char *provider_id = g_strconcat("loopback-", uuid, NULL);
	OffhookCallOffer offer = {.provider_call_id = provider_id};
	char *call_id;

	offer.from = offhook_loopback_get_number(request, "from", "+15550100001", error);
	if (offer.from == NULL)
		return NULL;
	offer.to = offhook_loopback_get_number(request, "to", self->config->phone_number, error);
	if (offer.to == NULL)
		return NULL;
	call_id =
	    offhook_call_host_offer_call(offhook_driver_get_host(driver), driver, &offer, error);
	if (call_id != NULL)
		offhook_loopback_driver_add_call(self, call_id, OFFHOOK_LOOPBACK_ANSWERS,
						 G_MAXUINT);
	return call_id;
}

static char *
offhook_loopback_driver_take_webhook(OffhookLoopbackDriver *self, const OffhookWebhook *webhook,
				     GError **error)
{
	g_autoptr(JsonObject) request = NULL;
	gsize size;
	const char *body = g_bytes_get_data(webhook->body, &size);

	if (!self->config->inbound_webhook) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "calls over HTTP are off: set [driver:%s] inbound-webhook=true",
			    offhook_driver_get_name(OFFHOOK_DRIVER(self)));
		return NULL;
	}
	if (!g_str_equal(webhook->method, "POST") ||
	    (*webhook->path != '\0' && !g_str_equal(webhook->path, "/"))) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "expected POST without a further path");
		return NULL;
	}
	if (size > MAX_BODY) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "body: expected at most %d bytes", MAX_BODY);
		return NULL;
	}
	request = offhook_json_parse_object(body, (gssize)size, "body", error);
	return request != NULL ? offhook_loopback_driver_offer(self, request, error) : NULL;
}

/* Whoever tries this out is told what is wrong. */
static OffhookWebhookReply *
offhook_loopback_driver_handle_webhook(OffhookDriver *driver, const OffhookWebhook *webhook,
				       GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *call_id =
	    offhook_loopback_driver_take_webhook(OFFHOOK_LOOPBACK_DRIVER(driver), webhook, &local);
	JsonObject *reply = json_object_new();
	g_autoptr(JsonNode) root = json_node_init_object(json_node_alloc(), reply);
	g_autofree char *body = NULL;

	json_object_set_boolean_member(reply, "success", call_id != NULL);
	json_object_set_string_member(reply, call_id != NULL ? "call_id" : "message",
				      call_id != NULL ? call_id : local->message);
	json_object_unref(reply);
	body = offhook_json_node_to_string(root);
	return offhook_webhook_reply_new(
	    call_id != NULL ? 200 : offhook_error_get_http_status(local), "application/json", body);
}

static void
offhook_loopback_driver_finalize(GObject *object)
{
	OffhookLoopbackDriver *self = OFFHOOK_LOOPBACK_DRIVER(object);

	g_hash_table_unref(self->calls);
	offhook_loopback_config_unref(self->config);

	G_OBJECT_CLASS(offhook_loopback_driver_parent_class)->finalize(object);
}

static void
offhook_loopback_driver_init(OffhookLoopbackDriver *self)
{
	self->calls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					    (GDestroyNotify)offhook_loopback_call_free);
}

static void
offhook_loopback_driver_class_init(OffhookLoopbackDriverClass *klass)
{
	OffhookDriverClass *driver_class = OFFHOOK_DRIVER_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_loopback_driver_finalize;
	driver_class->configure = offhook_loopback_driver_configure;
	driver_class->check_async = offhook_loopback_driver_check_async;
	driver_class->get_capabilities = offhook_loopback_driver_get_capabilities;
	driver_class->get_phone_number = offhook_loopback_driver_get_phone_number;
	driver_class->make_call_async = offhook_loopback_driver_make_call_async;
	driver_class->execute = offhook_loopback_driver_execute;
	driver_class->send_message_async = offhook_loopback_driver_send_message_async;
	driver_class->handle_webhook = offhook_loopback_driver_handle_webhook;
}
