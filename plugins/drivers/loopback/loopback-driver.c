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

#include <json-glib/json-glib.h>
#include <offhook/error.h>
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
	OffhookLoopbackDriver *self = OFFHOOK_LOOPBACK_DRIVER(driver);
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	gboolean ready = self->config != NULL;

	g_task_set_source_tag(task, offhook_loopback_driver_check_async);
	g_task_return_pointer(task, offhook_driver_check_new(ready, ready, ready, NULL),
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

static gboolean
offhook_loopback_driver_check_request(OffhookLoopbackDriver *self,
				      const OffhookCallRequest *request, GError **error)
{
	if (self->config == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "the driver is not configured");
		return FALSE;
	}
	if (!offhook_loopback_number_is_valid(request->to)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "to: expected a number in E.164 like +15550100042");
		return FALSE;
	}
	if (g_hash_table_contains(self->calls, request->call_id)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
			    "call %s has been placed already", request->call_id);
		return FALSE;
	}
	return TRUE;
}

static void
offhook_loopback_driver_make_call_async(OffhookDriver *driver, const OffhookCallRequest *request,
					GCancellable *cancellable, GAsyncReadyCallback callback,
					gpointer user_data)
{
	OffhookLoopbackDriver *self = OFFHOOK_LOOPBACK_DRIVER(driver);
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	GError *error = NULL;
	guint ring_ms;

	g_task_set_source_tag(task, offhook_loopback_driver_make_call_async);
	if (g_task_return_error_if_cancelled(task))
		return;
	/* From here on the call exists, so cancelling comes too late. */
	g_task_set_check_cancellable(task, FALSE);
	if (!offhook_loopback_driver_check_request(self, request, &error)) {
		g_task_return_error(task, error);
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
		return offhook_loopback_number_is_valid(target);
	for (const char *p = target; *p != '\0'; p++)
		if (!g_ascii_isgraph(*p))
			return FALSE;
	return strlen(target) > strlen("sip:");
}

static gboolean
offhook_loopback_driver_execute(OffhookLoopbackDriver *self, const char *call_id,
				OffhookCallVerb verb, const char *argument, GError **error)
{
	OffhookLoopbackCall *call = g_hash_table_lookup(self->calls, call_id);

	if (call == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "call %s is not one of %s", call_id,
			    offhook_driver_get_name(OFFHOOK_DRIVER(self)));
		return FALSE;
	}
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

static void
offhook_loopback_driver_execute_async(OffhookDriver *driver, const char *call_id,
				      OffhookCallVerb verb, const char *argument,
				      GCancellable *cancellable, GAsyncReadyCallback callback,
				      gpointer user_data)
{
	OffhookLoopbackDriver *self = OFFHOOK_LOOPBACK_DRIVER(driver);
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	GError *error = NULL;

	g_task_set_source_tag(task, offhook_loopback_driver_execute_async);
	if (g_task_return_error_if_cancelled(task))
		return;
	g_task_set_check_cancellable(task, FALSE);
	if (offhook_loopback_driver_execute(self, call_id, verb, argument, &error))
		g_task_return_boolean(task, TRUE);
	else
		g_task_return_error(task, error);
}

/* ---- text messages: what is sent has arrived ---- */

static void
offhook_loopback_driver_deliver(OffhookDriver *driver, const char *name, int value)
{
	offhook_call_host_report_message(offhook_driver_get_host(driver), driver, name,
					 OFFHOOK_MESSAGE_DELIVERED, NULL);
}

static gboolean
offhook_loopback_driver_check_message(const OffhookTextMessage *message, GError **error)
{
	if (!offhook_loopback_number_is_valid(message->to)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "to: expected a number in E.164 like +15550100042");
		return FALSE;
	}
	if (message->text == NULL || *message->text == '\0') {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "text: expected some");
		return FALSE;
	}
	return TRUE;
}

static void
offhook_loopback_driver_send_message_async(OffhookDriver *driver, const OffhookTextMessage *message,
					   GCancellable *cancellable, GAsyncReadyCallback callback,
					   gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(driver, cancellable, callback, user_data);
	GError *error = NULL;
	char *name;

	g_task_set_source_tag(task, offhook_loopback_driver_send_message_async);
	if (g_task_return_error_if_cancelled(task))
		return;
	if (!offhook_loopback_driver_check_message(message, &error)) {
		g_task_return_error(task, error);
		return;
	}
	g_task_set_check_cancellable(task, FALSE);
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
	    offhook_loopback_number_is_valid(json_node_get_string(node)))
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
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) local = NULL;
	gsize size;
	const char *body = g_bytes_get_data(webhook->body, &size);

	if (self->config == NULL || !self->config->inbound_webhook) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "calls over HTTP are off: set [driver:loopback] inbound-webhook=true");
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
	if (size == 0 || !json_parser_load_from_data(parser, body, (gssize)size, &local) ||
	    json_parser_get_root(parser) == NULL ||
	    !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser))) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "body: expected a JSON object with \"from\" and \"to\"");
		return NULL;
	}
	return offhook_loopback_driver_offer(
	    self, json_node_get_object(json_parser_get_root(parser)), error);
}

static OffhookWebhookReply *
offhook_loopback_reply_new(const char *call_id, const GError *error)
{
	g_autoptr(JsonBuilder) builder = json_builder_new_immutable();
	g_autoptr(JsonNode) root = NULL;
	g_autofree char *body = NULL;

	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "success");
	json_builder_add_boolean_value(builder, call_id != NULL);
	json_builder_set_member_name(builder, call_id != NULL ? "call_id" : "message");
	json_builder_add_string_value(builder, call_id != NULL ? call_id : error->message);
	json_builder_end_object(builder);
	root = json_builder_get_root(builder);
	body = json_to_string(root, FALSE);
	return offhook_webhook_reply_new(
	    call_id != NULL ? 200 : offhook_error_get_http_status(error), "application/json", body);
}

static void
offhook_loopback_driver_handle_webhook_async(OffhookDriver *driver, const OffhookWebhook *webhook,
					     GCancellable *cancellable,
					     GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookLoopbackDriver *self = OFFHOOK_LOOPBACK_DRIVER(driver);
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	g_autoptr(GError) error = NULL;
	g_autofree char *call_id = NULL;

	g_task_set_source_tag(task, offhook_loopback_driver_handle_webhook_async);
	if (g_task_return_error_if_cancelled(task))
		return;
	g_task_set_check_cancellable(task, FALSE);
	call_id = offhook_loopback_driver_take_webhook(self, webhook, &error);
	g_task_return_pointer(task, offhook_loopback_reply_new(call_id, error),
			      (GDestroyNotify)offhook_webhook_reply_free);
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
	driver_class->execute_async = offhook_loopback_driver_execute_async;
	driver_class->send_message_async = offhook_loopback_driver_send_message_async;
	driver_class->handle_webhook_async = offhook_loopback_driver_handle_webhook_async;
}
