/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the provider reports, and what it is answered. Nothing of a request is believed before it has
 * proven itself. Main thread.
 */

#include "event.h"
#include "generic-call.h"

#include <offhook/error.h>

/* What each event means for a call; ENDED with its reason. */
static const struct {
	OffhookCallState state;
	OffhookEndReason reason;
} offhook_generic_meanings[OFFHOOK_GENERIC_EVENT_LAST] = {
    [OFFHOOK_GENERIC_EVENT_RINGING] = {OFFHOOK_CALL_RINGING, OFFHOOK_END_NONE},
    [OFFHOOK_GENERIC_EVENT_ANSWERED] = {OFFHOOK_CALL_ACTIVE, OFFHOOK_END_NONE},
    [OFFHOOK_GENERIC_EVENT_COMPLETED] = {OFFHOOK_CALL_ENDED, OFFHOOK_END_COMPLETED},
    [OFFHOOK_GENERIC_EVENT_BUSY] = {OFFHOOK_CALL_ENDED, OFFHOOK_END_BUSY},
    [OFFHOOK_GENERIC_EVENT_NO_ANSWER] = {OFFHOOK_CALL_ENDED, OFFHOOK_END_NO_ANSWER},
    [OFFHOOK_GENERIC_EVENT_REJECTED] = {OFFHOOK_CALL_ENDED, OFFHOOK_END_REJECTED},
    [OFFHOOK_GENERIC_EVENT_FAILED] = {OFFHOOK_CALL_ENDED, OFFHOOK_END_FAILED},
};

static OffhookCallHost *
offhook_generic_get_host(const OffhookGenericDesk *desk)
{
	return offhook_driver_get_host(desk->driver);
}

static OffhookWebhookReply *
offhook_generic_answer_with(const OffhookGenericAnswer *answer, const OffhookGenericValue *values)
{
	g_autofree char *body =
	    answer->body != NULL ? offhook_generic_template_render(answer->body, values) : NULL;

	return offhook_webhook_reply_new(body != NULL ? 200 : 204,
					 body != NULL ? answer->content_type : NULL, body);
}

/* A token is made only for an answer that says it: the one before is void by then. */
static gboolean
offhook_generic_answer_names_stream(const OffhookGenericAnswer *answer)
{
	return answer->body != NULL && (offhook_generic_template_uses(answer->body, "media_url") ||
					offhook_generic_template_uses(answer->body, "token"));
}

static OffhookWebhookReply *
offhook_generic_answer_call(const OffhookGenericDesk *desk, const OffhookGenericAnswer *answer,
			    const char *call_id, GError **error)
{
	g_autofree char *webhook_url = offhook_generic_desk_make_webhook_url(desk, call_id);
	g_autofree char *token = NULL;
	g_autofree char *media_url = NULL;

	if (offhook_generic_answer_names_stream(answer)) {
		media_url = offhook_generic_desk_make_media_url(desk, call_id, &token, error);
		if (media_url == NULL)
			return NULL;
	}
	return offhook_generic_answer_with(
	    answer,
	    (const OffhookGenericValue[]){
		{"call_id", call_id},
		{"provider_call_id", offhook_call_table_get_provider_id(desk->calls, call_id)},
		{"media_url", media_url},
		{"token", token},
		{"webhook_url", webhook_url},
		{NULL},
	    });
}

/* ---- calls ---- */

/* (transfer none) (nullable): our id of the call that the event is about, when we know it */
static const char *
offhook_generic_find_call(const OffhookGenericDesk *desk, const OffhookGenericEvent *event)
{
	const char *call_id = event->call_id;

	if (offhook_call_table_find(desk->calls, call_id) == NULL)
		call_id = offhook_call_table_find_id(desk->calls, event->provider_call_id);
	/* A provider that goes by our names. */
	if (call_id == NULL &&
	    offhook_call_table_find(desk->calls, event->provider_call_id) != NULL)
		call_id = event->provider_call_id;
	return call_id;
}

static OffhookWebhookReply *
offhook_generic_reject(const OffhookGenericDesk *desk, const OffhookGenericEvent *event,
		       const char *reason)
{
	return offhook_generic_answer_with(&desk->config->answer_reject,
					   (const OffhookGenericValue[]){
					       {"provider_call_id", event->provider_call_id},
					       {"reason", reason},
					       {NULL},
					   });
}

static OffhookWebhookReply *
offhook_generic_take_inbound(const OffhookGenericDesk *desk, const OffhookGenericEvent *event,
			     GError **error)
{
	const char *known = offhook_call_table_find_id(desk->calls, event->provider_call_id);
	OffhookGenericCall *call = offhook_call_table_find(desk->calls, known);
	OffhookCallOffer offer = {
	    .provider_call_id = event->provider_call_id,
	    .from = event->from,
	    .to = event->to,
	};
	g_autofree char *call_id = NULL;
	g_autoptr(GError) local = NULL;

	if (event->provider_call_id == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "webhook: expected the call's id where event-call-id points");
		return NULL;
	}
	/* Said once more, of a call that has its audio or is over: nothing begins again. */
	if (call != NULL && (call->ended || call->hanging_up))
		return offhook_generic_reject(desk, event, "ended");
	if (call != NULL && call->connected)
		return offhook_generic_answer_with(&desk->config->answer, NULL);
	call_id = offhook_call_host_offer_call(offhook_generic_get_host(desk), desk->driver, &offer,
					       &local);
	if (call_id == NULL) {
		g_message("a call was rejected: %s", local->message);
		return offhook_generic_reject(
		    desk, event,
		    g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY) ? "busy"
									      : "unavailable");
	}
	if (offhook_call_table_find(desk->calls, call_id) == NULL)
		offhook_call_table_add(desk->calls, call_id, event->provider_call_id,
				       offhook_generic_call_new(desk->config, FALSE));
	return offhook_generic_answer_call(desk, &desk->config->answer_inbound, call_id, error);
}

static OffhookWebhookReply *
offhook_generic_take_state(const OffhookGenericDesk *desk, const OffhookGenericEvent *event,
			   GError **error)
{
	OffhookCallState state = offhook_generic_meanings[event->kind].state;
	OffhookEndReason reason = offhook_generic_meanings[event->kind].reason;
	g_autofree char *call_id = g_strdup(offhook_generic_find_call(desk, event));
	OffhookGenericCall *call = offhook_call_table_find(desk->calls, call_id);

	/* Late, or of a call that is none of ours: the provider need not say it again. */
	if (call == NULL)
		return offhook_generic_answer_with(&desk->config->answer, NULL);
	if (state == OFFHOOK_CALL_ENDED) {
		offhook_generic_desk_end_call(desk, call_id, reason);
		return offhook_generic_answer_with(&desk->config->answer, NULL);
	}
	/* A provider that goes by our names may still tell its own in its answer. */
	if (event->provider_call_id != NULL && !g_str_equal(event->provider_call_id, call_id))
		offhook_generic_desk_name_call(desk, call_id, event->provider_call_id);
	if (call->ended || call->hanging_up || call->abandoned)
		return offhook_generic_answer_with(&desk->config->answer, NULL);
	call->answered |= state == OFFHOOK_CALL_ACTIVE;
	offhook_call_host_update_call(offhook_generic_get_host(desk), call_id, state, reason);
	if (event->kind != OFFHOOK_GENERIC_EVENT_ANSWERED || !call->outbound || call->connected)
		return offhook_generic_answer_with(&desk->config->answer, NULL);
	return offhook_generic_answer_call(desk, &desk->config->answer_answered, call_id, error);
}

/* ---- text messages ---- */

static OffhookWebhookReply *
offhook_generic_take_message(const OffhookGenericDesk *desk, const OffhookGenericEvent *event,
			     GError **error)
{
	OffhookTextMessage message = {
	    .provider_message_id = event->message_id,
	    .from = event->from,
	    .to = event->to,
	    .text = event->text,
	};

	if (message.provider_message_id == NULL || message.from == NULL || message.text == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "webhook: expected a text message where event-message-id, event-from "
			    "and event-text point");
		return NULL;
	}
	offhook_call_host_receive_message(offhook_generic_get_host(desk), desk->driver, &message);
	return offhook_generic_answer_with(&desk->config->answer, NULL);
}

static OffhookWebhookReply *
offhook_generic_take_delivery(const OffhookGenericDesk *desk, const OffhookGenericEvent *event,
			      GError **error)
{
	gboolean delivered = event->kind == OFFHOOK_GENERIC_EVENT_DELIVERED;

	if (event->message_id != NULL)
		offhook_call_host_report_message(
		    offhook_generic_get_host(desk), desk->driver, event->message_id,
		    delivered ? OFFHOOK_MESSAGE_DELIVERED : OFFHOOK_MESSAGE_UNDELIVERED,
		    delivered ? NULL : event->error);
	return offhook_generic_answer_with(&desk->config->answer, NULL);
}

/* ---- a request's way ---- */

static OffhookWebhookReply *
offhook_generic_take(const OffhookGenericDesk *desk, const OffhookGenericEvent *event,
		     GError **error)
{
	switch (event->kind) {
	case OFFHOOK_GENERIC_EVENT_INBOUND:
		return offhook_generic_take_inbound(desk, event, error);
	case OFFHOOK_GENERIC_EVENT_SMS:
		return offhook_generic_take_message(desk, event, error);
	case OFFHOOK_GENERIC_EVENT_DELIVERED:
	case OFFHOOK_GENERIC_EVENT_UNDELIVERED:
		return offhook_generic_take_delivery(desk, event, error);
	case OFFHOOK_GENERIC_EVENT_UNKNOWN:
		/* The provider says more than we were told to understand. */
		return offhook_generic_answer_with(&desk->config->answer, NULL);
	default:
		return offhook_generic_take_state(desk, event, error);
	}
}

OffhookWebhookReply *
offhook_generic_answer(const OffhookGenericDesk *desk, const OffhookWebhook *webhook,
		       GError **error)
{
	const char *missing = offhook_generic_config_get_missing(desk->config);
	g_autoptr(OffhookGenericEvent) event = NULL;
	const char *rest;

	if (missing != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s", missing);
		return NULL;
	}
	if (!offhook_generic_event_authenticate(desk->config, webhook, &rest, error))
		return NULL;
	if (*rest != '\0' && !g_str_equal(rest, "/")) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "webhook path \"%.64s\" is none of the driver's", webhook->path);
		return NULL;
	}
	if (!g_str_equal(webhook->method, "POST") && !g_str_equal(webhook->method, "GET"))
		return offhook_webhook_reply_new(405, NULL, NULL);
	event = offhook_generic_event_read(desk->config, webhook, error);
	return event != NULL ? offhook_generic_take(desk, event, error) : NULL;
}
