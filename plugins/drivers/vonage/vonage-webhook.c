/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What Vonage asks over HTTP: whether it is Vonage, what it says, and which of our parts answers.
 * Nothing of a request is believed before its signature has been checked. Main thread.
 */

#include "vonage-webhook.h"

#include "ncco.h"
#include "vonage-control.h"
#include "vonage-request.h"
#include "webhook-proof.h"

#include <offhook/error.h>
#include <offhook/form.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_BODY (64 * 1024)
#define MAX_BASE 256 /* bytes of a region's address: it is kept with the call */

typedef struct {
	const char *path;
	OffhookWebhookReply *(*answer)(const OffhookVonageDesk *desk,
				       const OffhookVonageRequest *request, GError **error);
	gboolean sms; /* may be signed as the SMS API does */
} OffhookVonageRoute;

const char *
offhook_vonage_request_get(const OffhookVonageRequest *request, const char *name)
{
	return offhook_json_get_string(request->fields, name);
}

/* ---- what it says ---- */

static JsonObject *
offhook_vonage_webhook_read_form(const OffhookForm *form)
{
	JsonObject *fields = json_object_new();

	for (guint i = 0; i < offhook_form_get_size(form); i++) {
		const OffhookFormField *field = offhook_form_get_field(form, i);

		if (g_utf8_validate(field->name, -1, NULL) &&
		    g_utf8_validate(field->value, -1, NULL))
			json_object_set_string_member(fields, field->name, field->value);
	}
	return fields;
}

/* Of what the signature is about: the body, or the query of a request that has none. */
static JsonObject *
offhook_vonage_webhook_read(const OffhookWebhook *webhook, GError **error)
{
	gsize size;
	const char *data = g_bytes_get_data(webhook->body, &size);
	g_autoptr(OffhookForm) form = NULL;

	if (size > MAX_BODY) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "webhook: %" G_GSIZE_FORMAT " bytes, expected at most %d", size,
			    MAX_BODY);
		return NULL;
	}
	if (!g_str_equal(webhook->method, "POST"))
		form = offhook_form_parse_query(webhook->url, error);
	else if (g_strcmp0(webhook->content_type, "application/x-www-form-urlencoded") == 0)
		form = offhook_form_parse(data, size, error);
	else
		return offhook_json_parse_object(data, (gssize)size, "webhook", error);
	return form != NULL ? offhook_vonage_webhook_read_form(form) : NULL;
}

/* ---- is it from Vonage? ---- */

static OffhookVonageProofRules
offhook_vonage_webhook_make_rules(const OffhookVonageDesk *desk)
{
	return (OffhookVonageProofRules){
	    .secret = desk->config->signature_secret,
	    .api_key = desk->config->api_key,
	    .application_id = desk->config->application_id,
	    .max_age_s = desk->config->max_age_s,
	    .require_hash = desk->config->require_hash,
	    .seen = desk->config->refuse_repeated ? desk->seen : NULL,
	};
}

static gboolean
offhook_vonage_webhook_has_proof(const OffhookVonageDesk *desk, const OffhookWebhook *webhook,
				 GError **error)
{
	const OffhookVonageProofRules rules = offhook_vonage_webhook_make_rules(desk);
	gboolean body = g_str_equal(webhook->method, "POST");
	g_autoptr(GBytes) payload =
	    body ? g_bytes_ref(webhook->body) : offhook_vonage_proof_make_payload(webhook->url);

	return offhook_vonage_proof_check(&rules, offhook_webhook_get_bearer(webhook), payload,
					  g_get_real_time() / G_USEC_PER_SEC, error);
}

/* As old as other proofs may be. Seconds since 1970; an account may be set to sign without. */
static gboolean
offhook_vonage_webhook_is_recent(const OffhookVonageDesk *desk, JsonObject *fields)
{
	gint64 time_s = offhook_json_get_number(fields, "timestamp");
	gint64 age_s = g_get_real_time() / G_USEC_PER_SEC - time_s;

	return time_s < 0 || (age_s <= desk->config->max_age_s + OFFHOOK_VONAGE_PROOF_SKEW_S &&
			      age_s >= -OFFHOOK_VONAGE_PROOF_SKEW_S);
}

/* The SMS API has a signature of its own, among the fields. */
static gboolean
offhook_vonage_webhook_has_sms_signature(const OffhookVonageDesk *desk,
					 const OffhookWebhook *webhook)
{
	g_autoptr(JsonObject) fields = offhook_vonage_webhook_read(webhook, NULL);
	g_autoptr(GHashTable) texts = g_hash_table_new(g_str_hash, g_str_equal);
	JsonObjectIter iter;
	const char *name;

	if (fields == NULL ||
	    g_strcmp0(offhook_json_get_string(fields, "api-key"), desk->config->api_key) != 0 ||
	    !offhook_vonage_webhook_is_recent(desk, fields))
		return FALSE;
	json_object_iter_init(&iter, fields);
	while (json_object_iter_next(&iter, &name, NULL)) {
		const char *value = offhook_json_get_string(fields, name);

		if (value != NULL)
			g_hash_table_insert(texts, (char *)name, (char *)value);
	}
	return offhook_vonage_sms_signature_check(texts, desk->config->signature_secret,
						  desk->config->sms_method);
}

static gboolean
offhook_vonage_webhook_check(const OffhookVonageDesk *desk, const OffhookWebhook *webhook,
			     const OffhookVonageRoute *route, GError **error)
{
	const char *missing = offhook_vonage_config_get_missing(desk->config);

	if (!desk->config->require_signature)
		return TRUE;
	if (missing != NULL) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, missing);
		return FALSE;
	}
	if (route != NULL && route->sms && offhook_webhook_get_bearer(webhook) == NULL &&
	    offhook_vonage_webhook_has_sms_signature(desk, webhook))
		return TRUE;
	return offhook_vonage_webhook_has_proof(desk, webhook, error);
}

gboolean
offhook_vonage_webhook_check_upgrade(const OffhookVonageDesk *desk, const OffhookWebhook *upgrade,
				     GError **error)
{
	const OffhookVonageProofRules rules = offhook_vonage_webhook_make_rules(desk);
	g_autoptr(GError) local = NULL;

	if (offhook_vonage_config_get_missing(desk->config) == NULL && rules.secret != NULL &&
	    rules.api_key != NULL &&
	    offhook_vonage_proof_check(&rules, offhook_webhook_get_bearer(upgrade), NULL,
				       g_get_real_time() / G_USEC_PER_SEC, &local))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION, "media stream: %s",
		    local != NULL ? local->message
				  : "there is nothing to check its signature with");
	return FALSE;
}

/* ---- what is answered ---- */

OffhookWebhookReply *
offhook_vonage_reply_with_ncco(JsonArray *ncco)
{
	g_autofree char *text = offhook_vonage_ncco_to_string(ncco);

	return offhook_webhook_reply_new(200, OFFHOOK_VONAGE_NCCO_TYPE, text);
}

OffhookWebhookReply *
offhook_vonage_reply_with_nothing(void)
{
	return offhook_webhook_reply_new(200, NULL, NULL);
}

OffhookWebhookReply *
offhook_vonage_reply_with_fallback(const OffhookVonageDesk *desk, const char *call_id)
{
	g_autoptr(JsonArray) ncco = json_array_new();
	g_autofree char *url = offhook_vonage_desk_make_event_url(desk, call_id, "other");

	if (desk->config->fallback_message != NULL)
		offhook_vonage_ncco_add_talk(ncco, desk->config->fallback_message);
	if (desk->config->fallback_number != NULL)
		offhook_vonage_ncco_add_dial(ncco, desk->config->fallback_number,
					     desk->config->phone_number, url);
	return offhook_vonage_reply_with_ncco(ncco);
}

OffhookWebhookReply *
offhook_vonage_reply_with_stream(const OffhookVonageDesk *desk, OffhookVonageCall *call,
				 gboolean record, GError **error)
{
	g_autoptr(JsonArray) ncco = offhook_vonage_desk_make_ncco(desk, call, record, FALSE, error);

	if (ncco == NULL)
		return NULL;
	/* Vonage counts it among the calls that are created. */
	offhook_pacer_count(desk->creating);
	return offhook_vonage_reply_with_ncco(ncco);
}

/* What a SIP caller says beside his number. (nullable) */
static GHashTable *
offhook_vonage_collect_details(const OffhookVonageRequest *request)
{
	GHashTable *details = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	JsonObjectIter iter;
	const char *name;

	json_object_iter_init(&iter, request->fields);
	while (json_object_iter_next(&iter, &name, NULL)) {
		const char *value = offhook_json_get_string(request->fields, name);

		if (value != NULL && g_str_has_prefix(name, "SipHeader_"))
			g_hash_table_insert(details, g_strdup(name), g_strdup(value));
	}
	return details;
}

static OffhookWebhookReply *
offhook_vonage_answer_refusal(const OffhookVonageDesk *desk, const GError *error)
{
	g_autoptr(JsonArray) nothing = json_array_new();
	gboolean elsewhere =
	    !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY) &&
	    (desk->config->fallback_message != NULL || desk->config->fallback_number != NULL);

	g_message("a call was %s: %s", elsewhere ? "sent elsewhere" : "rejected", error->message);
	/* There is no way to say "busy": an empty list ends the call. */
	return elsewhere ? offhook_vonage_reply_with_fallback(desk, NULL)
			 : offhook_vonage_reply_with_ncco(nothing);
}

/* A call comes in, or Vonage asks again about one that has. */
static OffhookWebhookReply *
offhook_vonage_answer_call(const OffhookVonageDesk *desk, const OffhookVonageRequest *request,
			   GError **error)
{
	const char *uuid = offhook_vonage_request_get(request, "uuid");
	const char *from = offhook_vonage_request_get(request, "from");
	const char *to = offhook_vonage_request_get(request, "to");
	const char *base;
	g_autofree char *caller = NULL;
	g_autofree char *number = offhook_vonage_number_from_wire(to != NULL ? to : "");
	g_autoptr(GHashTable) details = NULL;
	OffhookCallOffer offer = {.provider_call_id = uuid, .to = number};
	g_autoptr(GError) local = NULL;
	g_autoptr(JsonArray) nothing = json_array_new();
	g_autofree char *call_id = NULL;
	OffhookVonageCall *call = offhook_vonage_calls_find_by_uuid(desk->calls, uuid);

	if (!offhook_vonage_id_is_valid(uuid)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "uuid is missing or not a leg's");
		return NULL;
	}
	if (call != NULL && (call->ended || call->hanging_up))
		return offhook_vonage_reply_with_ncco(nothing);
	if (from == NULL)
		from = offhook_vonage_request_get(request, "from_user");
	caller = from != NULL ? offhook_vonage_number_from_wire(from) : NULL;
	details = offhook_vonage_collect_details(request);
	offer.from = caller;
	offer.details = details;
	call_id = offhook_call_host_offer_call(desk->host, desk->driver, &offer, &local);
	if (call_id == NULL)
		return offhook_vonage_answer_refusal(desk, local);
	call = offhook_vonage_calls_add(desk->calls, call_id, uuid);
	base = offhook_vonage_request_get(request, "region_url");
	g_free(call->base);
	call->base = base != NULL && strlen(base) <= MAX_BASE ? g_strdup(base) : NULL;
	return offhook_vonage_reply_with_stream(desk, call, desk->config->record_calls, error);
}

/*
 * Vonage could not use our answer, or could not reach us for it. Of a call that we have not heard of
 * it is the answer that is asked for; the caller of another is not to hear an error message.
 */
static OffhookWebhookReply *
offhook_vonage_answer_fallback(const OffhookVonageDesk *desk, const OffhookVonageRequest *request,
			       GError **error)
{
	const char *uuid = offhook_vonage_request_get(request, "uuid");
	const char *reason = offhook_vonage_request_get(request, "reason");
	OffhookVonageCall *call = offhook_vonage_calls_find_by_uuid(desk->calls, uuid);
	g_autoptr(JsonArray) nothing = json_array_new();
	gboolean outbound;

	g_warning("call %s: Vonage could not use our answer: %.200s",
		  call != NULL ? call->call_id : "(unknown)",
		  reason != NULL ? reason : "no reason given");
	if (call == NULL)
		return offhook_vonage_answer_call(desk, request, error);
	outbound = call->outbound;
	offhook_vonage_end_call(desk, call, OFFHOOK_END_FAILED);
	return outbound ? offhook_vonage_reply_with_ncco(nothing)
			: offhook_vonage_reply_with_fallback(desk, call->call_id);
}

static const OffhookVonageRoute offhook_vonage_routes[] = {
    {OFFHOOK_VONAGE_PATH_EVENT, offhook_vonage_answer_event, FALSE},
    {OFFHOOK_VONAGE_PATH_ANSWER, offhook_vonage_answer_call, FALSE},
    {OFFHOOK_VONAGE_PATH_FALLBACK, offhook_vonage_answer_fallback, FALSE},
    {OFFHOOK_VONAGE_PATH_SMS, offhook_vonage_answer_sms, TRUE},
    {OFFHOOK_VONAGE_PATH_SMS_STATUS, offhook_vonage_answer_sms_status, TRUE},
};

/* ---- a request's way ---- */

static const OffhookVonageRoute *
offhook_vonage_route_find(const char *path)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_vonage_routes); i++)
		if (g_strcmp0(path, offhook_vonage_routes[i].path) == 0)
			return &offhook_vonage_routes[i];
	return NULL;
}

OffhookWebhookReply *
offhook_vonage_webhook_answer(const OffhookVonageDesk *desk, const OffhookWebhook *webhook,
			      GError **error)
{
	const OffhookVonageRoute *route = offhook_vonage_route_find(webhook->path);
	g_autofree char *call_id = offhook_webhook_dup_parameter(webhook, "call");
	g_autofree char *leg = offhook_webhook_dup_parameter(webhook, "leg");
	g_autoptr(JsonObject) fields = NULL;
	OffhookVonageRequest request = {.leg = leg};

	if (!g_str_equal(webhook->method, "POST") && !g_str_equal(webhook->method, "GET"))
		return offhook_webhook_reply_new(405, NULL, NULL);
	if (!offhook_vonage_webhook_check(desk, webhook, route, error))
		return NULL;
	if (route == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "webhook path \"%.64s\" is none of the driver's", webhook->path);
		return NULL;
	}
	fields = offhook_vonage_webhook_read(webhook, error);
	if (fields == NULL)
		return NULL;
	request.fields = fields;
	request.call = offhook_vonage_calls_find(desk->calls, call_id);
	return route->answer(desk, &request, error);
}
