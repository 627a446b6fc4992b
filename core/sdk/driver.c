/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The driver base class: dispatch, with an answer of its own to everything that a subclass does not
 * implement, has no configuration for, or could never do (driver-checks.c). Main thread.
 */

#include <offhook/driver.h>

#include "driver-checks.h"

#include <offhook/error.h>
#include <string.h>

#define REFUSAL_LOG_GAP_US (10 * G_USEC_PER_SEC)
#define KNOCK_HEADER       "x-offhook-knock"

typedef struct {
	OffhookCallHost *host; /* not owned: it outlives the drivers */
	char *name;
	gboolean configured;
	OffhookSettings *settings; /* (nullable): in force */
	gint64 refusal_logged_us;
	guint refusals; /* of webhooks, since then */
	char *knock;    /* (nullable): the header, once there was one */
} OffhookDriverPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(OffhookDriver, offhook_driver, G_TYPE_OBJECT)

#define PRIV(self)  ((OffhookDriverPrivate *)offhook_driver_get_instance_private(self))
#define CLASS(self) OFFHOOK_DRIVER_GET_CLASS(self)

static const OffhookCapabilities offhook_driver_no_capabilities;

OffhookDriverCheck *
offhook_driver_check_new(gboolean authentication, gboolean api_access, gboolean webhook_url,
			 const char *message)
{
	OffhookDriverCheck *self = g_new0(OffhookDriverCheck, 1);

	self->authentication = authentication;
	self->api_access = api_access;
	self->webhook_url = webhook_url;
	self->message = g_strdup(message);
	return self;
}

void
offhook_driver_check_complain(OffhookDriverCheck *self, const char *format, ...)
{
	g_autofree char *before = self->message;
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	self->message =
	    before != NULL ? g_strconcat(before, "; ", text, NULL) : g_steal_pointer(&text);
}

void
offhook_driver_check_free(OffhookDriverCheck *self)
{
	if (self == NULL)
		return;
	g_free(self->message);
	g_free(self);
}

void
offhook_driver_set_host(OffhookDriver *self, OffhookCallHost *host, const char *name)
{
	OffhookDriverPrivate *priv = PRIV(self);
	g_autofree char *copy = g_strdup(name);

	priv->host = host;
	g_free(priv->name);
	priv->name = g_steal_pointer(&copy);
}

OffhookCallHost *
offhook_driver_get_host(OffhookDriver *self)
{
	return PRIV(self)->host;
}

const char *
offhook_driver_get_name(OffhookDriver *self)
{
	return PRIV(self)->name != NULL ? PRIV(self)->name : G_OBJECT_TYPE_NAME(self);
}

OffhookSettings *
offhook_driver_get_settings(OffhookDriver *self)
{
	return PRIV(self)->settings;
}

const char *
offhook_driver_get_setting(OffhookDriver *self, const char *name)
{
	OffhookSettings *settings = PRIV(self)->settings;

	return settings != NULL ? offhook_settings_get_string(settings, name) : NULL;
}

const OffhookCapabilities *
offhook_driver_get_capabilities(OffhookDriver *self)
{
	g_return_val_if_fail(OFFHOOK_IS_DRIVER(self), &offhook_driver_no_capabilities);

	if (CLASS(self)->get_capabilities == NULL)
		return &offhook_driver_no_capabilities;
	return CLASS(self)->get_capabilities(self);
}

gboolean
offhook_driver_can(OffhookDriver *self, OffhookCallVerb verb)
{
	return (offhook_driver_get_capabilities(self)->verbs >> verb) & 1;
}

gboolean
offhook_driver_has(OffhookDriver *self, OffhookDriverFeatures feature)
{
	return (offhook_driver_get_capabilities(self)->features & feature) != 0;
}

/* (nullable): the value of the setting, if there is one */
static const char *
offhook_driver_read_phone_number(OffhookSettings *settings)
{
	const char *number = settings != NULL && offhook_settings_has(settings, "phone-number")
				 ? offhook_settings_get_string(settings, "phone-number")
				 : NULL;

	return number != NULL && *number != '\0' ? number : NULL;
}

static gboolean
offhook_driver_check_settings(OffhookDriver *self, OffhookSettings *settings, GError **error)
{
	const char *number = offhook_driver_read_phone_number(settings);

	if (number == NULL || offhook_phone_number_is_valid(number))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "phone-number=%s: expected a number in E.164 like +15550100001", number);
	return FALSE;
}

const char *
offhook_driver_get_phone_number(OffhookDriver *self)
{
	g_return_val_if_fail(OFFHOOK_IS_DRIVER(self), NULL);

	return CLASS(self)->get_phone_number != NULL
		   ? CLASS(self)->get_phone_number(self)
		   : offhook_driver_read_phone_number(PRIV(self)->settings);
}

gboolean
offhook_driver_configure(OffhookDriver *self, OffhookSettings *settings, GError **error)
{
	g_return_val_if_fail(OFFHOOK_IS_DRIVER(self), FALSE);

	if (!offhook_driver_check_settings(self, settings, error) ||
	    (CLASS(self)->configure != NULL && !CLASS(self)->configure(self, settings, error)))
		return FALSE;
	if (settings != NULL)
		offhook_settings_ref(settings);
	g_clear_pointer(&PRIV(self)->settings, offhook_settings_unref);
	PRIV(self)->settings = settings;
	PRIV(self)->configured = TRUE;
	return TRUE;
}

gboolean
offhook_driver_check_options(OffhookDriver *self, const OffhookDriverOptions *options,
			     GError **error)
{
	g_return_val_if_fail(OFFHOOK_IS_DRIVER(self), FALSE);

	if (options->options == NULL)
		return TRUE;
	if (CLASS(self)->check_options != NULL)
		return CLASS(self)->check_options(self, options, error);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "%s takes no options of an assistant", offhook_driver_get_name(self));
	return FALSE;
}

/* ---- answers of our own ---- */

static gboolean
offhook_driver_fail_unsupported(OffhookDriver *self, const char *what, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED, "%s is not supported by %s",
		    what, offhook_driver_get_name(self));
	return FALSE;
}

static gboolean
offhook_driver_check_configured(OffhookDriver *self, GError **error)
{
	if (PRIV(self)->configured)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s is not configured",
		    offhook_driver_get_name(self));
	return FALSE;
}

/* Can it do that, and may it be asked now? @can: it claims to */
static gboolean
offhook_driver_check_ready(OffhookDriver *self, gboolean can, const char *what, GError **error)
{
	if (!can)
		return offhook_driver_fail_unsupported(self, what, error);
	return offhook_driver_check_configured(self, error);
}

/* Answers @callback instead of the driver; the task's tag lets the _finish recognise it. */
static void
offhook_driver_refuse(OffhookDriver *self, gpointer tag, GError *error,
		      GAsyncReadyCallback callback, gpointer user_data)
{
	g_task_report_error(self, callback, user_data, tag, error);
}

/* Is there nobody but us to take the result apart? */
static gboolean
offhook_driver_finishes(GAsyncResult *result, gpointer tag, gpointer finish)
{
	return finish == NULL || g_async_result_is_tagged(result, tag);
}

/* ---- what a driver is asked ---- */

void
offhook_driver_check_async(OffhookDriver *self, GCancellable *cancellable,
			   GAsyncReadyCallback callback, gpointer user_data)
{
	GError *error = NULL;

	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (!offhook_driver_check_ready(self, CLASS(self)->check_async != NULL, "a check", &error))
		offhook_driver_refuse(self, offhook_driver_check_async, error, callback, user_data);
	else
		CLASS(self)->check_async(self, cancellable, callback, user_data);
}

OffhookDriverCheck *
offhook_driver_check_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (offhook_driver_finishes(result, offhook_driver_check_async, CLASS(self)->check_finish))
		return g_task_propagate_pointer(G_TASK(result), error);
	return CLASS(self)->check_finish(self, result, error);
}

/* What of @request this driver can't do. (nullable) */
static const char *
offhook_driver_find_unsupported(OffhookDriver *self, const OffhookCallRequest *request)
{
	if (!offhook_driver_get_capabilities(self)->outbound ||
	    CLASS(self)->make_call_async == NULL)
		return "placing calls";
	if (request->machine_detection != OFFHOOK_DETECT_NOTHING &&
	    !offhook_driver_has(self, OFFHOOK_DRIVER_MACHINE_DETECTION))
		return "machine detection";
	if (request->send_digits != NULL && !offhook_driver_has(self, OFFHOOK_DRIVER_SEND_DIGITS))
		return "sending digits after the answer";
	if (request->time_limit_s > 0 && !offhook_driver_has(self, OFFHOOK_DRIVER_TIME_LIMIT))
		return "a time limit";
	return NULL;
}

void
offhook_driver_make_call_async(OffhookDriver *self, const OffhookCallRequest *request,
			       GCancellable *cancellable, GAsyncReadyCallback callback,
			       gpointer user_data)
{
	const char *unsupported;
	GError *error = NULL;

	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	unsupported = offhook_driver_find_unsupported(self, request);
	if (!offhook_driver_check_ready(self, unsupported == NULL, unsupported, &error) ||
	    !offhook_driver_check_call_request(request, &error))
		offhook_driver_refuse(self, offhook_driver_make_call_async, error, callback,
				      user_data);
	else
		CLASS(self)->make_call_async(self, request, cancellable, callback, user_data);
}

char *
offhook_driver_make_call_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (offhook_driver_finishes(result, offhook_driver_make_call_async,
				    CLASS(self)->make_call_finish))
		return g_task_propagate_pointer(G_TASK(result), error);
	return CLASS(self)->make_call_finish(self, result, error);
}

static void
offhook_driver_execute_now(OffhookDriver *self, const char *call_id, OffhookCallVerb verb,
			   const char *argument, GCancellable *cancellable,
			   GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(GTask) task = offhook_driver_begin_task(self, offhook_driver_execute_async,
							  cancellable, callback, user_data);
	GError *error = NULL;

	if (task == NULL)
		return;
	if (CLASS(self)->execute(self, call_id, verb, argument, &error))
		g_task_return_boolean(task, TRUE);
	else
		g_task_return_error(task, error);
}

void
offhook_driver_execute_async(OffhookDriver *self, const char *call_id, OffhookCallVerb verb,
			     const char *argument, GCancellable *cancellable,
			     GAsyncReadyCallback callback, gpointer user_data)
{
	GError *error = NULL;

	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (!offhook_driver_check_ready(self, offhook_driver_can(self, verb),
					offhook_call_verb_to_string(verb), &error) ||
	    !offhook_driver_check_argument(verb, argument, &error))
		offhook_driver_refuse(self, offhook_driver_execute_async, error, callback,
				      user_data);
	else if (CLASS(self)->execute_async != NULL)
		CLASS(self)->execute_async(self, call_id, verb, argument, cancellable, callback,
					   user_data);
	else
		offhook_driver_execute_now(self, call_id, verb, argument, cancellable, callback,
					   user_data);
}

gboolean
offhook_driver_execute_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (offhook_driver_finishes(result, offhook_driver_execute_async,
				    CLASS(self)->execute_finish))
		return g_task_propagate_boolean(G_TASK(result), error);
	return CLASS(self)->execute_finish(self, result, error);
}

void
offhook_driver_fetch_recording_async(OffhookDriver *self, const char *provider_recording_id,
				     const char *path, GCancellable *cancellable,
				     GAsyncReadyCallback callback, gpointer user_data)
{
	GError *error = NULL;

	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (!offhook_driver_check_ready(self,
					offhook_driver_has(self, OFFHOOK_DRIVER_FETCH_RECORDING),
					"fetching a recording", &error))
		offhook_driver_refuse(self, offhook_driver_fetch_recording_async, error, callback,
				      user_data);
	else
		CLASS(self)->fetch_recording_async(self, provider_recording_id, path, cancellable,
						   callback, user_data);
}

gboolean
offhook_driver_fetch_recording_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (offhook_driver_finishes(result, offhook_driver_fetch_recording_async,
				    CLASS(self)->fetch_recording_finish))
		return g_task_propagate_boolean(G_TASK(result), error);
	return CLASS(self)->fetch_recording_finish(self, result, error);
}

void
offhook_driver_delete_recording_async(OffhookDriver *self, const char *provider_recording_id,
				      GCancellable *cancellable, GAsyncReadyCallback callback,
				      gpointer user_data)
{
	GError *error = NULL;

	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (!offhook_driver_check_ready(self,
					offhook_driver_has(self, OFFHOOK_DRIVER_DELETE_RECORDING),
					"deleting a recording", &error))
		offhook_driver_refuse(self, offhook_driver_delete_recording_async, error, callback,
				      user_data);
	else
		CLASS(self)->delete_recording_async(self, provider_recording_id, cancellable,
						    callback, user_data);
}

gboolean
offhook_driver_delete_recording_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (offhook_driver_finishes(result, offhook_driver_delete_recording_async,
				    CLASS(self)->delete_recording_finish))
		return g_task_propagate_boolean(G_TASK(result), error);
	return CLASS(self)->delete_recording_finish(self, result, error);
}

void
offhook_driver_send_message_async(OffhookDriver *self, const OffhookTextMessage *message,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data)
{
	GError *error = NULL;

	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (!offhook_driver_check_ready(self, offhook_driver_has(self, OFFHOOK_DRIVER_SEND_MESSAGE),
					"sending text messages", &error) ||
	    !offhook_driver_check_message(message, &error))
		offhook_driver_refuse(self, offhook_driver_send_message_async, error, callback,
				      user_data);
	else
		CLASS(self)->send_message_async(self, message, cancellable, callback, user_data);
}

char *
offhook_driver_send_message_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (offhook_driver_finishes(result, offhook_driver_send_message_async,
				    CLASS(self)->send_message_finish))
		return g_task_propagate_pointer(G_TASK(result), error);
	return CLASS(self)->send_message_finish(self, result, error);
}

const char *
offhook_driver_get_knock(OffhookDriver *self)
{
	OffhookDriverPrivate *priv = PRIV(self);

	if (priv->knock == NULL) {
		g_autofree char *word = g_uuid_string_random();

		priv->knock = g_strconcat(KNOCK_HEADER ": ", word, NULL);
	}
	return priv->knock;
}

gboolean
offhook_driver_is_knock(OffhookDriver *self, const OffhookWebhook *webhook)
{
	const char *given = offhook_webhook_get_header(webhook, KNOCK_HEADER);
	const char *knock = PRIV(self)->knock;

	return given != NULL && knock != NULL &&
	       offhook_webhook_secret_matches(knock + strlen(KNOCK_HEADER ": "), given);
}

/* Anyone can knock, so this must not fill the log. */
static void
offhook_driver_log_refusal(OffhookDriver *self, const GError *error)
{
	OffhookDriverPrivate *priv = PRIV(self);
	gint64 now_us = g_get_monotonic_time();

	priv->refusals++;
	if (priv->refusal_logged_us != 0 && now_us - priv->refusal_logged_us < REFUSAL_LOG_GAP_US)
		return;
	g_message("%s: webhook refused: %s (%u since the last line like this)",
		  offhook_driver_get_name(self), error->message, priv->refusals);
	priv->refusal_logged_us = now_us;
	priv->refusals = 0;
}

static void
offhook_driver_handle_webhook_now(OffhookDriver *self, const OffhookWebhook *webhook,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data)
{
	g_autoptr(GTask) task = offhook_driver_begin_task(self, offhook_driver_handle_webhook_async,
							  cancellable, callback, user_data);
	g_autoptr(GError) error = NULL;
	OffhookWebhookReply *reply;

	if (task == NULL)
		return;
	reply = CLASS(self)->handle_webhook(self, webhook, &error);
	if (reply == NULL) {
		if (!offhook_driver_is_knock(self, webhook))
			offhook_driver_log_refusal(self, error);
		reply = offhook_webhook_reply_new(offhook_error_get_http_status(error), NULL, NULL);
	}
	g_task_return_pointer(task, reply, (GDestroyNotify)offhook_webhook_reply_free);
}

void
offhook_driver_handle_webhook_async(OffhookDriver *self, const OffhookWebhook *webhook,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	gboolean can =
	    CLASS(self)->handle_webhook != NULL || CLASS(self)->handle_webhook_async != NULL;
	GError *error = NULL;

	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (!offhook_driver_check_ready(self, can, "a webhook", &error))
		offhook_driver_refuse(self, offhook_driver_handle_webhook_async, error, callback,
				      user_data);
	else if (CLASS(self)->handle_webhook_async != NULL)
		CLASS(self)->handle_webhook_async(self, webhook, cancellable, callback, user_data);
	else
		offhook_driver_handle_webhook_now(self, webhook, cancellable, callback, user_data);
}

OffhookWebhookReply *
offhook_driver_handle_webhook_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (offhook_driver_finishes(result, offhook_driver_handle_webhook_async,
				    CLASS(self)->handle_webhook_finish))
		return g_task_propagate_pointer(G_TASK(result), error);
	return CLASS(self)->handle_webhook_finish(self, result, error);
}

OffhookWireProtocol *
offhook_driver_create_protocol(OffhookDriver *self, const OffhookWebhook *upgrade, GError **error)
{
	g_return_val_if_fail(OFFHOOK_IS_DRIVER(self), NULL);

	if (CLASS(self)->create_protocol != NULL)
		return offhook_driver_check_configured(self, error)
			   ? CLASS(self)->create_protocol(self, upgrade, error)
			   : NULL;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "%s takes no media WebSocket",
		    offhook_driver_get_name(self));
	return NULL;
}

char *
offhook_driver_claim_stream(OffhookDriver *self, const OffhookStreamStart *start, GError **error)
{
	g_return_val_if_fail(OFFHOOK_IS_DRIVER(self), NULL);
	g_return_val_if_fail(CLASS(self)->claim_stream != NULL, NULL);

	return CLASS(self)->claim_stream(self, start, error);
}

static void
offhook_driver_finalize(GObject *object)
{
	OffhookDriverPrivate *priv = PRIV(OFFHOOK_DRIVER(object));

	g_clear_pointer(&priv->settings, offhook_settings_unref);
	g_free(priv->name);
	g_free(priv->knock);

	G_OBJECT_CLASS(offhook_driver_parent_class)->finalize(object);
}

static void
offhook_driver_init(OffhookDriver *self)
{
}

static void
offhook_driver_class_init(OffhookDriverClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_driver_finalize;
}
