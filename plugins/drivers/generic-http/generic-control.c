/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the provider is asked to do. Main thread.
 */

#include "event.h"
#include "generic-call.h"
#include "generic-driver.h"
#include "request.h"

#include <offhook/error.h>
#include <string.h>

static const char *const offhook_generic_schemes[] = {"sip:", "sips:", NULL};

/** What an answer is about. */
typedef struct {
	OffhookGenericConfig *config;
	OffhookGenericAction action;
	OffhookCallVerb verb;
	char *id; /* ours, of a call or a message; (nullable) */
} OffhookGenericAct;

static void
offhook_generic_act_free(gpointer data)
{
	OffhookGenericAct *act = data;

	offhook_generic_config_unref(act->config);
	g_free(act->id);
	g_free(act);
}

static void
offhook_generic_act_begin(GTask *task, OffhookGenericConfig *config, OffhookGenericAction action,
			  const char *id)
{
	OffhookGenericAct *act = g_new0(OffhookGenericAct, 1);

	act->config = offhook_generic_config_ref(config);
	act->action = action;
	act->id = g_strdup(id);
	g_task_set_task_data(task, act, offhook_generic_act_free);
}

static gboolean
offhook_generic_can_ask(const OffhookGenericConfig *config, OffhookGenericAction action)
{
	return config->requests[action].url != NULL;
}

static const char *
offhook_generic_choose_from(const OffhookGenericConfig *config, const char *from, GTask *task)
{
	if (from == NULL)
		from = config->phone_number;
	if (offhook_phone_number_is_valid(from))
		return from;
	g_task_return_new_error(
	    task, OFFHOOK_ERROR,
	    from != NULL ? OFFHOOK_ERROR_INVALID_ARGUMENT : OFFHOOK_ERROR_UNAVAILABLE,
	    from != NULL ? "from: expected a number in E.164 like +15550100001"
			 : "[" OFFHOOK_GENERIC_SECTION "] phone-number is not set");
	g_object_unref(task);
	return NULL;
}

/* ---- calls ---- */

/*
 * Did the provider get it? Refused, or never reached: certainly not. Anything else may ring a phone
 * in a moment, and is ended when it is heard of.
 */
static gboolean
offhook_generic_certainly_not(const OffhookRestReply *reply, const GError *error)
{
	if (reply == NULL)
		return g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE) ||
		       g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	return reply->status < 500;
}

static void
offhook_generic_place_failed(const OffhookGenericDesk *desk, const char *call_id, gboolean certain)
{
	OffhookGenericCall *call = offhook_call_table_find(desk->calls, call_id);

	offhook_stream_tokens_revoke(desk->tokens, call_id);
	if (certain)
		offhook_call_table_remove(desk->calls, call_id);
	else if (call != NULL)
		call->abandoned = TRUE;
}

static void
offhook_generic_placed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookGenericAct *act = g_task_get_task_data(task);
	OffhookGenericDesk desk = offhook_generic_driver_get_desk(g_task_get_source_object(task));
	GError *error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_generic_request_send_finish(result, &error);
	gboolean certain = offhook_generic_certainly_not(reply, error);
	g_autofree char *id = NULL;

	if (reply == NULL || !offhook_rest_reply_is_success(reply)) {
		if (reply != NULL)
			offhook_generic_reply_fail(reply, act->config, "call", &error);
		else if (!certain)
			error->code = OFFHOOK_ERROR_TIMED_OUT;
		offhook_generic_place_failed(&desk, act->id, certain);
		g_task_return_error(task, error);
		return;
	}
	if (reply->body != NULL)
		id = offhook_generic_pointers_get(act->config->call_reply_id, reply->body);
	/* A provider that gives no name of its own goes by ours. */
	if (!offhook_generic_id_is_valid(id)) {
		g_free(id);
		id = g_strdup(act->id);
	}
	offhook_generic_desk_name_call(&desk, act->id, id);
	g_task_return_pointer(task, g_steal_pointer(&id), g_free);
}

void
offhook_generic_place_call(const OffhookGenericDesk *desk, const OffhookCallRequest *request,
			   GTask *task)
{
	const char *from = offhook_generic_choose_from(desk->config, request->caller_id, task);
	guint ring_s = request->timeout_s > 0 ? request->timeout_s : desk->config->ring_timeout_s;
	g_autofree char *ring = g_strdup_printf("%u", ring_s);
	g_autofree char *webhook_url = NULL;
	g_autofree char *media_url = NULL;
	g_autofree char *token = NULL;
	GError *error = NULL;

	if (from == NULL)
		return;
	if (offhook_call_table_find(desk->calls, request->call_id) != NULL)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
			    "call %s has been placed already", request->call_id);
	else
		media_url =
		    offhook_generic_desk_make_media_url(desk, request->call_id, &token, &error);
	if (media_url == NULL) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	webhook_url = offhook_generic_desk_make_webhook_url(desk, request->call_id);
	offhook_call_table_add(desk->calls, request->call_id, NULL,
			       offhook_generic_call_new(desk->config, TRUE));
	offhook_generic_act_begin(task, desk->config, OFFHOOK_GENERIC_CALL, request->call_id);
	offhook_generic_request_send_async(desk->web, desk->config, OFFHOOK_GENERIC_CALL,
					   (const OffhookGenericValue[]){
					       {"call_id", request->call_id},
					       {"to", request->to},
					       {"from", from},
					       {"ring_timeout", ring},
					       {"webhook_url", webhook_url},
					       {"media_url", media_url},
					       {"token", token},
					       {NULL},
					   },
					   offhook_generic_placed_cb, task);
}

/* ---- verbs ---- */

static void
offhook_generic_executed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookGenericAct *act = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_generic_request_send_finish(result, &error);
	/* Ended already is as good as ended. */
	gboolean gone = reply != NULL && act->action == OFFHOOK_GENERIC_HANG_UP &&
			(reply->status == 404 || reply->status == 410);

	if (reply != NULL && !gone && !offhook_rest_reply_is_success(reply))
		offhook_generic_reply_fail(reply, act->config,
					   offhook_call_verb_to_string(act->verb), &error);
	if (error != NULL)
		g_task_return_error(task, error);
	else
		g_task_return_boolean(task, TRUE);
}

static OffhookGenericAction
offhook_generic_action_of(OffhookCallVerb verb)
{
	if (verb == OFFHOOK_VERB_HANG_UP)
		return OFFHOOK_GENERIC_HANG_UP;
	return verb == OFFHOOK_VERB_TRANSFER ? OFFHOOK_GENERIC_TRANSFER : OFFHOOK_GENERIC_DTMF;
}

/* %FALSE without an error: there is nothing to ask, it is done. */
static gboolean
offhook_generic_must_ask(OffhookGenericCall *call, OffhookCallVerb verb, const char *argument,
			 const char *call_id, const char *provider_id, GError **error)
{
	if (verb == OFFHOOK_VERB_HANG_UP) {
		/* Without a name it is ended as soon as it has one. */
		call->hanging_up = TRUE;
		return !call->ended && provider_id != NULL &&
		       offhook_generic_can_ask(call->config, OFFHOOK_GENERIC_HANG_UP);
	}
	if (verb == OFFHOOK_VERB_TRANSFER &&
	    !offhook_phone_target_is_valid(argument, offhook_generic_schemes)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "transfer target: expected a number in E.164 or sip:...");
		return FALSE;
	}
	if (call->ended || call->hanging_up || !(call->answered || call->connected)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s is not in progress", call_id);
		return FALSE;
	}
	/* It may have begun under a configuration that knew fewer requests. */
	if (!offhook_generic_can_ask(call->config, offhook_generic_action_of(verb)))
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "%s is not configured", offhook_call_verb_to_string(verb));
	return offhook_generic_can_ask(call->config, offhook_generic_action_of(verb));
}

void
offhook_generic_execute(const OffhookGenericDesk *desk, const char *call_id, OffhookCallVerb verb,
			const char *argument, GTask *task)
{
	OffhookGenericCall *call = offhook_call_table_find(desk->calls, call_id);
	const char *provider_id = offhook_call_table_get_provider_id(desk->calls, call_id);
	OffhookGenericAction action = offhook_generic_action_of(verb);
	GError *error = NULL;

	if (call == NULL)
		offhook_driver_fail_unknown_call(desk->driver, call_id, &error);
	if (call == NULL ||
	    !offhook_generic_must_ask(call, verb, argument, call_id, provider_id, &error)) {
		if (error != NULL)
			g_task_return_error(task, error);
		else
			g_task_return_boolean(task, TRUE);
		g_object_unref(task);
		return;
	}
	offhook_generic_act_begin(task, call->config, action, call_id);
	((OffhookGenericAct *)g_task_get_task_data(task))->verb = verb;
	offhook_generic_request_send_async(desk->web, call->config, action,
					   (const OffhookGenericValue[]){
					       {"call_id", call_id},
					       {"provider_call_id", provider_id},
					       {"to", argument},
					       {"digits", argument},
					       {NULL},
					   },
					   offhook_generic_executed_cb, task);
}

/* ---- text messages ---- */

static void
offhook_generic_message_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookGenericAct *act = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_generic_request_send_finish(result, &error);
	g_autofree char *id = NULL;

	if (reply == NULL && !offhook_generic_certainly_not(reply, error))
		error->code = OFFHOOK_ERROR_TIMED_OUT;
	if (reply != NULL && !offhook_rest_reply_is_success(reply))
		offhook_generic_reply_fail(reply, act->config, "text message", &error);
	if (error != NULL) {
		g_task_return_error(task, error);
		return;
	}
	if (reply->body != NULL)
		id = offhook_generic_pointers_get(act->config->sms_reply_id, reply->body);
	g_task_return_pointer(task, id != NULL ? g_steal_pointer(&id) : g_strdup(act->id), g_free);
}

void
offhook_generic_send_message(const OffhookGenericDesk *desk, const OffhookTextMessage *message,
			     GTask *task)
{
	const char *from = offhook_generic_choose_from(desk->config, message->from, task);
	g_autofree char *webhook_url = NULL;
	g_autofree char *made_up = g_uuid_string_random();
	const char *id = message->message_id != NULL ? message->message_id : made_up;

	if (from == NULL)
		return;
	if (message->media != NULL && message->media[0] != NULL) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
					"media in text messages is not supported by %s",
					offhook_driver_get_name(desk->driver));
		g_object_unref(task);
		return;
	}
	webhook_url = offhook_generic_desk_make_webhook_url(desk, NULL);
	offhook_generic_act_begin(task, desk->config, OFFHOOK_GENERIC_SMS, id);
	offhook_generic_request_send_async(desk->web, desk->config, OFFHOOK_GENERIC_SMS,
					   (const OffhookGenericValue[]){
					       {"message_id", id},
					       {"to", message->to},
					       {"from", from},
					       {"text", message->text},
					       {"webhook_url", webhook_url},
					       {NULL},
					   },
					   offhook_generic_message_sent_cb, task);
}

/* ---- check ---- */

static void
offhook_generic_return_check(GTask *task, gboolean authentication, gboolean access,
			     const char *message)
{
	OffhookGenericDesk desk = offhook_generic_driver_get_desk(g_task_get_source_object(task));
	const char *missing = offhook_generic_config_get_missing(desk.config);

	g_task_return_pointer(task,
			      offhook_driver_check_new(authentication, access, missing == NULL,
						       message != NULL ? message : missing),
			      (GDestroyNotify)offhook_driver_check_free);
}

static void
offhook_generic_checked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookGenericAct *act = g_task_get_task_data(task);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookRestReply) reply = offhook_generic_request_send_finish(result, &error);
	gboolean good = reply != NULL && offhook_rest_reply_is_success(reply);

	if (reply != NULL && !good)
		offhook_generic_reply_fail(reply, act->config, "check", &error);
	/* Whether a provider that does not know the URL knows the key, it has not said. */
	offhook_generic_return_check(task, good,
				     reply != NULL && reply->status != 401 &&
					 reply->status != 403 && reply->status < 500,
				     error != NULL ? error->message : NULL);
}

void
offhook_generic_check(const OffhookGenericDesk *desk, GTask *task)
{
	if (!offhook_generic_can_ask(desk->config, OFFHOOK_GENERIC_CHECK)) {
		offhook_generic_return_check(task, FALSE, FALSE,
					     "check-url is not set: the provider was not asked");
		g_object_unref(task);
		return;
	}
	offhook_generic_act_begin(task, desk->config, OFFHOOK_GENERIC_CHECK, NULL);
	offhook_generic_request_send_async(desk->web, desk->config, OFFHOOK_GENERIC_CHECK, NULL,
					   offhook_generic_checked_cb, task);
}
