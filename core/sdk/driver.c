/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The driver base class: dispatch, with "not supported" as the answer to everything a subclass does
 * not implement. Main thread.
 */

#include <offhook/driver.h>

#include <offhook/error.h>

typedef struct {
	OffhookCallHost *host; /* not owned: it outlives the drivers */
	char *name;
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

const char *
offhook_driver_get_phone_number(OffhookDriver *self)
{
	g_return_val_if_fail(OFFHOOK_IS_DRIVER(self), NULL);

	return CLASS(self)->get_phone_number != NULL ? CLASS(self)->get_phone_number(self) : NULL;
}

gboolean
offhook_driver_configure(OffhookDriver *self, OffhookSettings *settings, GError **error)
{
	g_return_val_if_fail(OFFHOOK_IS_DRIVER(self), FALSE);

	return CLASS(self)->configure == NULL || CLASS(self)->configure(self, settings, error);
}

/* Answers @callback with "not supported"; the task's tag lets the _finish recognise it. */
static void
offhook_driver_refuse(OffhookDriver *self, gpointer tag, const char *what,
		      GAsyncReadyCallback callback, gpointer user_data)
{
	g_task_report_new_error(self, callback, user_data, tag, OFFHOOK_ERROR,
				OFFHOOK_ERROR_NOT_SUPPORTED, "%s is not supported by %s", what,
				offhook_driver_get_name(self));
}

static gboolean
offhook_driver_was_refused(GAsyncResult *result, gpointer tag)
{
	return g_async_result_is_tagged(result, tag);
}

void
offhook_driver_check_async(OffhookDriver *self, GCancellable *cancellable,
			   GAsyncReadyCallback callback, gpointer user_data)
{
	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (CLASS(self)->check_async == NULL)
		offhook_driver_refuse(self, offhook_driver_check_async, "a check", callback,
				      user_data);
	else
		CLASS(self)->check_async(self, cancellable, callback, user_data);
}

OffhookDriverCheck *
offhook_driver_check_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (CLASS(self)->check_finish == NULL ||
	    offhook_driver_was_refused(result, offhook_driver_check_async))
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

	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	unsupported = offhook_driver_find_unsupported(self, request);
	if (unsupported != NULL)
		offhook_driver_refuse(self, offhook_driver_make_call_async, unsupported, callback,
				      user_data);
	else
		CLASS(self)->make_call_async(self, request, cancellable, callback, user_data);
}

char *
offhook_driver_make_call_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (CLASS(self)->make_call_finish == NULL ||
	    offhook_driver_was_refused(result, offhook_driver_make_call_async))
		return g_task_propagate_pointer(G_TASK(result), error);
	return CLASS(self)->make_call_finish(self, result, error);
}

void
offhook_driver_execute_async(OffhookDriver *self, const char *call_id, OffhookCallVerb verb,
			     const char *argument, GCancellable *cancellable,
			     GAsyncReadyCallback callback, gpointer user_data)
{
	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (!offhook_driver_can(self, verb) || CLASS(self)->execute_async == NULL)
		offhook_driver_refuse(self, offhook_driver_execute_async,
				      offhook_call_verb_to_string(verb), callback, user_data);
	else
		CLASS(self)->execute_async(self, call_id, verb, argument, cancellable, callback,
					   user_data);
}

gboolean
offhook_driver_execute_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (CLASS(self)->execute_finish == NULL ||
	    offhook_driver_was_refused(result, offhook_driver_execute_async))
		return g_task_propagate_boolean(G_TASK(result), error);
	return CLASS(self)->execute_finish(self, result, error);
}

void
offhook_driver_fetch_recording_async(OffhookDriver *self, const char *provider_recording_id,
				     const char *path, GCancellable *cancellable,
				     GAsyncReadyCallback callback, gpointer user_data)
{
	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (!offhook_driver_has(self, OFFHOOK_DRIVER_FETCH_RECORDING))
		offhook_driver_refuse(self, offhook_driver_fetch_recording_async,
				      "fetching a recording", callback, user_data);
	else
		CLASS(self)->fetch_recording_async(self, provider_recording_id, path, cancellable,
						   callback, user_data);
}

gboolean
offhook_driver_fetch_recording_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (CLASS(self)->fetch_recording_finish == NULL ||
	    offhook_driver_was_refused(result, offhook_driver_fetch_recording_async))
		return g_task_propagate_boolean(G_TASK(result), error);
	return CLASS(self)->fetch_recording_finish(self, result, error);
}

void
offhook_driver_delete_recording_async(OffhookDriver *self, const char *provider_recording_id,
				      GCancellable *cancellable, GAsyncReadyCallback callback,
				      gpointer user_data)
{
	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (!offhook_driver_has(self, OFFHOOK_DRIVER_DELETE_RECORDING))
		offhook_driver_refuse(self, offhook_driver_delete_recording_async,
				      "deleting a recording", callback, user_data);
	else
		CLASS(self)->delete_recording_async(self, provider_recording_id, cancellable,
						    callback, user_data);
}

gboolean
offhook_driver_delete_recording_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (CLASS(self)->delete_recording_finish == NULL ||
	    offhook_driver_was_refused(result, offhook_driver_delete_recording_async))
		return g_task_propagate_boolean(G_TASK(result), error);
	return CLASS(self)->delete_recording_finish(self, result, error);
}

void
offhook_driver_send_message_async(OffhookDriver *self, const OffhookTextMessage *message,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data)
{
	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (!offhook_driver_has(self, OFFHOOK_DRIVER_SEND_MESSAGE))
		offhook_driver_refuse(self, offhook_driver_send_message_async,
				      "sending text messages", callback, user_data);
	else
		CLASS(self)->send_message_async(self, message, cancellable, callback, user_data);
}

char *
offhook_driver_send_message_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (CLASS(self)->send_message_finish == NULL ||
	    offhook_driver_was_refused(result, offhook_driver_send_message_async))
		return g_task_propagate_pointer(G_TASK(result), error);
	return CLASS(self)->send_message_finish(self, result, error);
}

void
offhook_driver_handle_webhook_async(OffhookDriver *self, const OffhookWebhook *webhook,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	if (CLASS(self)->handle_webhook_async == NULL)
		offhook_driver_refuse(self, offhook_driver_handle_webhook_async, "a webhook",
				      callback, user_data);
	else
		CLASS(self)->handle_webhook_async(self, webhook, cancellable, callback, user_data);
}

OffhookWebhookReply *
offhook_driver_handle_webhook_finish(OffhookDriver *self, GAsyncResult *result, GError **error)
{
	if (CLASS(self)->handle_webhook_finish == NULL ||
	    offhook_driver_was_refused(result, offhook_driver_handle_webhook_async))
		return g_task_propagate_pointer(G_TASK(result), error);
	return CLASS(self)->handle_webhook_finish(self, result, error);
}

OffhookWireProtocol *
offhook_driver_create_protocol(OffhookDriver *self, const OffhookWebhook *upgrade, GError **error)
{
	g_return_val_if_fail(OFFHOOK_IS_DRIVER(self), NULL);

	if (CLASS(self)->create_protocol != NULL)
		return CLASS(self)->create_protocol(self, upgrade, error);
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

/* ---- later ---- */

typedef struct {
	GWeakRef driver;
	OffhookDriverLater func;
	char *name;
	int value;
} OffhookDriverDelayed;

static void
offhook_driver_delayed_free(gpointer data)
{
	OffhookDriverDelayed *delayed = data;

	g_weak_ref_clear(&delayed->driver);
	g_free(delayed->name);
	g_free(delayed);
}

static gboolean
offhook_driver_delayed_cb(gpointer user_data)
{
	OffhookDriverDelayed *delayed = user_data;
	g_autoptr(OffhookDriver) driver = g_weak_ref_get(&delayed->driver);

	if (driver != NULL)
		delayed->func(driver, delayed->name, delayed->value);
	return G_SOURCE_REMOVE;
}

void
offhook_driver_run_later(OffhookDriver *self, guint ms, OffhookDriverLater func, const char *name,
			 int value)
{
	OffhookDriverDelayed *delayed;

	g_return_if_fail(OFFHOOK_IS_DRIVER(self));

	delayed = g_new0(OffhookDriverDelayed, 1);
	g_weak_ref_init(&delayed->driver, self);
	delayed->func = func;
	delayed->name = g_strdup(name);
	delayed->value = value;
	if (ms > 0)
		g_timeout_add_full(G_PRIORITY_DEFAULT, ms, offhook_driver_delayed_cb, delayed,
				   offhook_driver_delayed_free);
	else
		g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, offhook_driver_delayed_cb, delayed,
				offhook_driver_delayed_free);
}

static void
offhook_driver_finalize(GObject *object)
{
	g_free(PRIV(OFFHOOK_DRIVER(object))->name);

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
