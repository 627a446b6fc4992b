/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From a webhook to what has happened. Main thread.
 */

#include "event.h"

#include <offhook/call.h>
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_BODY 65536

/* ---- is it the provider's? ---- */

static gboolean
offhook_generic_event_has_key(const OffhookGenericConfig *config, const OffhookWebhook *webhook)
{
	const char *given;

	if (config->auth_header != NULL)
		given = offhook_webhook_get_header(webhook, config->auth_header);
	else
		given = offhook_webhook_get_bearer(webhook);
	if (given == NULL && config->auth_header == NULL)
		given = offhook_webhook_get_header(webhook, "x-api-key");
	/* Authorization as a header that was named may or may not say "Bearer". */
	if (given != NULL && g_strcmp0(config->auth_header, "authorization") == 0 &&
	    offhook_webhook_get_bearer(webhook) != NULL)
		given = offhook_webhook_get_bearer(webhook);
	return offhook_webhook_secret_matches(config->secret, given);
}

/* "/SECRET" or "/SECRET/more" */
static gboolean
offhook_generic_event_has_path(const OffhookGenericConfig *config, const OffhookWebhook *webhook,
			       const char **rest)
{
	const char *begin = *webhook->path == '/' ? webhook->path + 1 : webhook->path;
	gsize size = strcspn(begin, "/");
	g_autofree char *given = g_strndup(begin, size);

	*rest = begin + size;
	return offhook_webhook_secret_matches(config->secret, given);
}

gboolean
offhook_generic_event_authenticate(const OffhookGenericConfig *config,
				   const OffhookWebhook *webhook, const char **rest, GError **error)
{
	static const char *const hints[] = {
	    [OFFHOOK_GENERIC_AUTH_KEY] = "the key in its header is missing or wrong",
	    [OFFHOOK_GENERIC_AUTH_HMAC] =
		"the body's HMAC-SHA256 in its header is missing or wrong",
	    [OFFHOOK_GENERIC_AUTH_PATH] = "the secret in the path is missing or wrong",
	};
	const char *signature = config->auth_header != NULL
				    ? offhook_webhook_get_header(webhook, config->auth_header)
				    : NULL;
	gboolean right = FALSE;

	*rest = webhook->path;
	switch (config->auth) {
	case OFFHOOK_GENERIC_AUTH_KEY:
		right = offhook_generic_event_has_key(config, webhook);
		break;
	case OFFHOOK_GENERIC_AUTH_HMAC:
		right = offhook_webhook_is_signed(webhook, config->secret, signature);
		break;
	case OFFHOOK_GENERIC_AUTH_PATH:
		right = offhook_generic_event_has_path(config, webhook, rest);
		break;
	case OFFHOOK_GENERIC_AUTH_NONE:
	default:
		return TRUE;
	}
	if (!right)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION, "webhook: %s",
			    hints[config->auth]);
	return right;
}

/* ---- what does it say? ---- */

/* Where its values stand: one of both. */
typedef struct {
	JsonObject *object;
	OffhookForm *form;
} OffhookGenericFields;

static void
offhook_generic_fields_clear(OffhookGenericFields *self)
{
	g_clear_pointer(&self->object, json_object_unref);
	g_clear_pointer(&self->form, offhook_form_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookGenericFields, offhook_generic_fields_clear)

static gboolean
offhook_generic_fields_is_form(const OffhookWebhook *webhook)
{
	return g_str_equal(webhook->method, "GET") ||
	       g_strcmp0(webhook->content_type, "application/x-www-form-urlencoded") == 0;
}

static gboolean
offhook_generic_fields_read(OffhookGenericFields *self, const OffhookWebhook *webhook,
			    GError **error)
{
	gsize size;
	const char *body = g_bytes_get_data(webhook->body, &size);

	if (size > MAX_BODY) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "webhook: %" G_GSIZE_FORMAT " bytes, expected at most %d", size,
			    MAX_BODY);
		return FALSE;
	}
	if (!offhook_generic_fields_is_form(webhook)) {
		self->object = offhook_json_parse_object(body, (gssize)size, "webhook", error);
		return self->object != NULL;
	}
	self->form = g_str_equal(webhook->method, "GET")
			 ? offhook_form_parse_query(webhook->url, error)
			 : offhook_form_parse(body, size, error);
	return self->form != NULL;
}

static char *
offhook_generic_fields_get(const OffhookGenericFields *self, const OffhookGenericPointers *pointers)
{
	char *text = self->object != NULL
			 ? offhook_generic_pointers_get(pointers, self->object)
			 : offhook_generic_pointers_get_field(pointers, self->form);

	/* A field that is there and empty says as much as one that is not. */
	if (text != NULL && *text == '\0')
		g_clear_pointer(&text, g_free);
	return text;
}

gboolean
offhook_generic_id_is_valid(const char *id)
{
	return id != NULL && *id != '\0' && strlen(id) <= OFFHOOK_PROVIDER_ID_MAX &&
	       !g_str_equal(id, ".") && !g_str_equal(id, "..");
}

OffhookGenericEvent *
offhook_generic_event_read(const OffhookGenericConfig *config, const OffhookWebhook *webhook,
			   GError **error)
{
	g_auto(OffhookGenericFields) fields = {NULL, NULL};
	g_autoptr(OffhookGenericEvent) self = g_new0(OffhookGenericEvent, 1);
	g_autofree char *type = NULL;
	g_autofree char *word = NULL;

	if (!offhook_generic_fields_read(&fields, webhook, error))
		return NULL;
	type = offhook_generic_fields_get(&fields, config->event_type);
	if (type == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "webhook: expected what has happened where event-type points");
		return NULL;
	}
	word = g_utf8_strdown(type, -1);
	self->kind = GPOINTER_TO_UINT(g_hash_table_lookup(config->words, word));
	self->call_id = offhook_webhook_dup_parameter(webhook, "call");
	if (self->call_id != NULL && !g_uuid_string_is_valid(self->call_id))
		g_clear_pointer(&self->call_id, g_free);
	self->provider_call_id = offhook_generic_fields_get(&fields, config->event_call_id);
	if (self->provider_call_id != NULL &&
	    !offhook_generic_id_is_valid(self->provider_call_id)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "webhook: expected an id of at most %d bytes, and neither \".\" nor "
			    "\"..\", where event-call-id points",
			    OFFHOOK_PROVIDER_ID_MAX);
		return NULL;
	}
	self->from = offhook_generic_fields_get(&fields, config->event_from);
	self->to = offhook_generic_fields_get(&fields, config->event_to);
	self->text = offhook_generic_fields_get(&fields, config->event_text);
	self->message_id = offhook_generic_fields_get(&fields, config->event_message_id);
	self->error = offhook_generic_fields_get(&fields, config->event_error);
	return g_steal_pointer(&self);
}

void
offhook_generic_event_free(OffhookGenericEvent *self)
{
	if (self == NULL)
		return;
	g_free(self->call_id);
	g_free(self->provider_call_id);
	g_free(self->from);
	g_free(self->to);
	g_free(self->text);
	g_free(self->message_id);
	g_free(self->error);
	g_free(self);
}
