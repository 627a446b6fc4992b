/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * [driver:generic-http], from text to what the driver works with. Whatever is wrong with a template
 * or a pointer is said here, with its key, its value and what was expected. Main thread.
 */

#include "generic-config.h"

#include "reader.h"

#include <offhook/driver.h>
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_HEADERS     32
#define SECONDS_AT_MOST 600 /* above it `timeout` is in milliseconds */

static const char *const offhook_generic_event_names[OFFHOOK_GENERIC_EVENT_LAST] = {
    [OFFHOOK_GENERIC_EVENT_INBOUND] = "word-inbound",
    [OFFHOOK_GENERIC_EVENT_RINGING] = "word-ringing",
    [OFFHOOK_GENERIC_EVENT_ANSWERED] = "word-answered",
    [OFFHOOK_GENERIC_EVENT_COMPLETED] = "word-completed",
    [OFFHOOK_GENERIC_EVENT_BUSY] = "word-busy",
    [OFFHOOK_GENERIC_EVENT_NO_ANSWER] = "word-no-answer",
    [OFFHOOK_GENERIC_EVENT_REJECTED] = "word-rejected",
    [OFFHOOK_GENERIC_EVENT_FAILED] = "word-failed",
    [OFFHOOK_GENERIC_EVENT_SMS] = "word-sms",
    [OFFHOOK_GENERIC_EVENT_DELIVERED] = "word-delivered",
    [OFFHOOK_GENERIC_EVENT_UNDELIVERED] = "word-undelivered",
};

static const char *const offhook_generic_stream_names[OFFHOOK_GENERIC_STREAM_LAST] = {
    [OFFHOOK_GENERIC_STREAM_START] = "stream-start",
    [OFFHOOK_GENERIC_STREAM_MEDIA] = "stream-media",
    [OFFHOOK_GENERIC_STREAM_DTMF] = "stream-dtmf",
    [OFFHOOK_GENERIC_STREAM_MARK] = "stream-mark",
    [OFFHOOK_GENERIC_STREAM_STOP] = "stream-stop",
};

/* What each request may say, besides what all may. */
#define COMMON_NAMES "api_url", "api_key", "phone_number"
#define CALL_NAMES   COMMON_NAMES, "call_id", "provider_call_id"
static const char *const offhook_generic_call_names[] = {
    COMMON_NAMES,  "call_id",   "to",    "from", "ring_timeout",
    "webhook_url", "media_url", "token", NULL};
static const char *const offhook_generic_hang_up_names[] = {CALL_NAMES, NULL};
static const char *const offhook_generic_transfer_names[] = {CALL_NAMES, "to", NULL};
static const char *const offhook_generic_dtmf_names[] = {CALL_NAMES, "digits", NULL};
static const char *const offhook_generic_sms_names[] = {COMMON_NAMES, "message_id",  "to", "from",
							"text",       "webhook_url", NULL};
static const char *const offhook_generic_common_names[] = {COMMON_NAMES, NULL};
static const char *const offhook_generic_answer_names[] = {
    "call_id", "provider_call_id", "media_url", "token", "webhook_url", NULL};
static const char *const offhook_generic_reject_names[] = {"provider_call_id", "reason", NULL};
static const char *const offhook_generic_media_names[] = {"stream_id", "provider_call_id",
							  "payload", NULL};
static const char *const offhook_generic_mark_names[] = {"stream_id", "provider_call_id", "name",
							 NULL};
static const char *const offhook_generic_clear_names[] = {"stream_id", "provider_call_id", NULL};

static const struct {
	const char *name;
	const char *const *names;
} offhook_generic_actions[OFFHOOK_GENERIC_ACTION_LAST] = {
    [OFFHOOK_GENERIC_CALL] = {"call", offhook_generic_call_names},
    [OFFHOOK_GENERIC_HANG_UP] = {"hang-up", offhook_generic_hang_up_names},
    [OFFHOOK_GENERIC_TRANSFER] = {"transfer", offhook_generic_transfer_names},
    [OFFHOOK_GENERIC_DTMF] = {"dtmf", offhook_generic_dtmf_names},
    [OFFHOOK_GENERIC_SMS] = {"sms", offhook_generic_sms_names},
    [OFFHOOK_GENERIC_CHECK] = {"check", offhook_generic_common_names},
};

static const struct {
	const char *name;
	OffhookAudioFormat format;
} offhook_generic_formats[] = {
    {"mulaw-8000", {OFFHOOK_ENCODING_MULAW, 8000}}, {"alaw-8000", {OFFHOOK_ENCODING_ALAW, 8000}},
    {"l16-8000", {OFFHOOK_ENCODING_S16LE, 8000}},   {"l16-16000", {OFFHOOK_ENCODING_S16LE, 16000}},
    {"l16-24000", {OFFHOOK_ENCODING_S16LE, 24000}},
};

/* ---- requests ---- */

static gboolean
offhook_generic_reader_read_request(OffhookGenericReader *self, OffhookGenericAction action,
				    const char *url, GError **error)
{
	const char *name = offhook_generic_actions[action].name;
	const char *const *names = offhook_generic_actions[action].names;
	OffhookGenericRequest *request = &self->config->requests[action];
	g_autofree char *url_key = g_strconcat(name, "-url", NULL);
	g_autofree char *body_key = g_strconcat(name, "-body", NULL);

	request->method = g_strdup(offhook_generic_reader_get_of(self, name, "-method"));
	request->content_type = g_strdup(offhook_generic_reader_get_of(self, name, "-type"));
	if (!offhook_generic_reader_read_url(self, url_key, url, names, &request->url, error))
		return FALSE;
	if (g_str_equal(request->method, "GET") || g_str_equal(request->method, "DELETE"))
		return TRUE;
	return offhook_generic_reader_read_template(self, body_key, request->content_type, names,
						    &request->body, error);
}

/* Whoever names the URL of one request names those of all that there are. */
static gboolean
offhook_generic_reader_read_requests(OffhookGenericReader *self, GError **error)
{
	const char *common = self->config->api_url != NULL ? "{{api_url}}" : NULL;

	for (guint i = 0; i < OFFHOOK_GENERIC_ACTION_LAST; i++)
		if (offhook_generic_reader_get_of(self, offhook_generic_actions[i].name, "-url") !=
		    NULL)
			common = NULL;
	for (guint i = 0; i < OFFHOOK_GENERIC_ACTION_LAST; i++) {
		const char *url =
		    offhook_generic_reader_get_of(self, offhook_generic_actions[i].name, "-url");

		if (url == NULL)
			url = common;
		if (url != NULL && !offhook_generic_reader_read_request(self, i, url, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_generic_reader_add_headers(const char *text, GStrvBuilder *headers)
{
	g_autoptr(JsonObject) object = offhook_json_parse_object(text, -1, "headers", NULL);
	g_autoptr(GList) names = object != NULL ? json_object_get_members(object) : NULL;
	const char *colon = strchr(text, ':');

	if (object == NULL) {
		g_autofree char *name =
		    colon != NULL ? g_strndup(text, (gsize)(colon - text)) : NULL;

		if (!offhook_generic_header_is_valid(name, colon))
			return FALSE;
		g_strv_builder_add(headers, text);
		return TRUE;
	}
	for (GList *l = names; l != NULL; l = l->next) {
		const char *value = offhook_json_get_string(object, l->data);
		g_autofree char *line = g_strconcat(l->data, ": ", value, NULL);

		if (!offhook_generic_header_is_valid(l->data, value))
			return FALSE;
		g_strv_builder_add(headers, line);
	}
	return g_list_length(names) <= MAX_HEADERS;
}

/* What shows the provider who we are, in every request. */
static gboolean
offhook_generic_reader_read_credentials(OffhookGenericReader *self, GError **error)
{
	OffhookGenericConfig *config = self->config;
	const char *key = offhook_generic_reader_get(self, "api-key");
	const char *auth = offhook_settings_get_string(self->settings, "api-auth");
	const char *name = offhook_generic_reader_get(self, "api-auth-header");
	const char *more = offhook_generic_reader_get(self, "headers");
	g_autoptr(GStrvBuilder) headers = g_strv_builder_new();
	g_autofree char *line = NULL;

	config->api_key = g_strdup(key);
	if (key != NULL && !offhook_generic_header_is_valid("X", key))
		return offhook_generic_reader_fail(error, "api-key", "(secret)", "one line");
	if (g_str_equal(auth, "basic")) {
		config->username = g_strdup(offhook_generic_reader_get(self, "api-user"));
		if (config->username == NULL)
			return offhook_generic_reader_fail(error, "api-auth", auth,
							   "api-user to go with it");
	} else if (key != NULL && g_str_equal(auth, "bearer")) {
		line = g_strconcat("Authorization: Bearer ", key, NULL);
	} else if (key != NULL && g_str_equal(auth, "header")) {
		if (!offhook_generic_header_is_valid(name, ""))
			return offhook_generic_reader_fail(error, "api-auth-header",
							   name != NULL ? name : "",
							   "the name of a header");
		line = g_strconcat(name, ": ", key, NULL);
	}
	if (line != NULL)
		g_strv_builder_add(headers, line);
	if (more != NULL && !offhook_generic_reader_add_headers(more, headers))
		return offhook_generic_reader_fail(
		    error, "headers", "(secret)",
		    "a JSON object of strings, or one header as Name: value");
	config->headers = g_strv_builder_end(headers);
	return TRUE;
}

/* ---- webhooks ---- */

static gboolean
offhook_generic_reader_read_answer(OffhookGenericReader *self, const char *key,
				   const char *const *names, OffhookGenericAnswer *answer,
				   GError **error)
{
	answer->content_type = g_strdup(offhook_generic_reader_get_of(self, key, "-type"));
	return offhook_generic_reader_read_template(self, key, answer->content_type, names,
						    &answer->body, error);
}

static gboolean
offhook_generic_reader_read_auth(OffhookGenericReader *self, GError **error)
{
	static const char *const words[] = {"key", "hmac", "path", "none"};
	OffhookGenericConfig *config = self->config;
	const char *word = offhook_settings_get_string(self->settings, "webhook-auth");
	const char *header = offhook_generic_reader_get(self, "webhook-auth-header");
	const char *secret = offhook_generic_reader_get(self, "webhook-secret");

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_str_equal(word, words[i]))
			config->auth = i;
	config->secret = g_strdup(secret != NULL ? secret : config->api_key);
	if (header != NULL && !offhook_generic_header_is_valid(header, ""))
		return offhook_generic_reader_fail(error, "webhook-auth-header", header,
						   "the name of a header");
	if (header == NULL && config->auth == OFFHOOK_GENERIC_AUTH_HMAC)
		header = "x-signature";
	config->auth_header = header != NULL ? g_ascii_strdown(header, -1) : NULL;
	if (config->auth == OFFHOOK_GENERIC_AUTH_PATH && config->secret != NULL &&
	    strspn(config->secret, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.~") !=
		strlen(config->secret))
		return offhook_generic_reader_fail(error, "webhook-secret", "(secret)",
						   "letters, digits, - _ . ~, as it is in a URL");
	return TRUE;
}

static gboolean
offhook_generic_reader_read_webhooks(OffhookGenericReader *self, GError **error)
{
	OffhookGenericConfig *config = self->config;
	const struct {
		const char *key;
		OffhookGenericPointers **pointers;
	} pointers[] = {
	    {"event-type", &config->event_type},
	    {"event-call-id", &config->event_call_id},
	    {"event-from", &config->event_from},
	    {"event-to", &config->event_to},
	    {"event-text", &config->event_text},
	    {"event-message-id", &config->event_message_id},
	    {"event-error", &config->event_error},
	    {"call-reply-id", &config->call_reply_id},
	    {"sms-reply-id", &config->sms_reply_id},
	    {"reply-error", &config->reply_error},
	    {"stream-event", &config->stream_event},
	    {"stream-payload", &config->stream_payload},
	    {"stream-digit", &config->stream_digit},
	    {"stream-mark-name", &config->stream_mark_name},
	    {"stream-id", &config->stream_id},
	    {"stream-call-id", &config->stream_call_id},
	    {"stream-token", &config->stream_token},
	};

	for (guint i = 0; i < G_N_ELEMENTS(pointers); i++)
		if (!offhook_generic_reader_read_pointers(self, pointers[i].key,
							  pointers[i].pointers, error))
			return FALSE;
	return offhook_generic_reader_read_auth(self, error) &&
	       offhook_generic_reader_read_words(self, offhook_generic_event_names,
						 OFFHOOK_GENERIC_EVENT_LAST, config->words,
						 error) &&
	       offhook_generic_reader_read_answer(self, "answer", offhook_generic_answer_names,
						  &config->answer, error) &&
	       offhook_generic_reader_read_answer(self, "answer-inbound",
						  offhook_generic_answer_names,
						  &config->answer_inbound, error) &&
	       offhook_generic_reader_read_answer(self, "answer-answered",
						  offhook_generic_answer_names,
						  &config->answer_answered, error) &&
	       offhook_generic_reader_read_answer(self, "answer-reject",
						  offhook_generic_reject_names,
						  &config->answer_reject, error);
}

/* ---- media ---- */

static gboolean
offhook_generic_reader_read_media(OffhookGenericReader *self, GError **error)
{
	OffhookGenericConfig *config = self->config;
	const char *format = offhook_settings_get_string(self->settings, "media-format");
	const char *framing = offhook_settings_get_string(self->settings, "media-framing");
	const char *json = "application/json";

	for (guint i = 0; i < G_N_ELEMENTS(offhook_generic_formats); i++)
		if (g_str_equal(format, offhook_generic_formats[i].name))
			config->format = offhook_generic_formats[i].format;
	config->binary = g_str_equal(framing, "binary");
	config->stream_keys = offhook_generic_reader_get(self, "stream-dtmf") != NULL;
	if (!offhook_generic_reader_read_words(self, offhook_generic_stream_names,
					       OFFHOOK_GENERIC_STREAM_LAST, config->stream_words,
					       error) ||
	    !offhook_generic_reader_read_template(self, "send-media", json,
						  offhook_generic_media_names, &config->send_media,
						  error) ||
	    !offhook_generic_reader_read_template(
		self, "send-mark", json, offhook_generic_mark_names, &config->send_mark, error) ||
	    !offhook_generic_reader_read_template(
		self, "send-clear", json, offhook_generic_clear_names, &config->send_clear, error))
		return FALSE;
	if (!config->binary && (config->send_media == NULL ||
				!offhook_generic_template_uses(config->send_media, "payload")))
		return offhook_generic_reader_fail(error, "send-media", "",
						   "a template with {{payload}}, because "
						   "media-framing=json");
	return TRUE;
}

/* ---- all of it ---- */

static gboolean
offhook_generic_reader_read_urls(OffhookGenericReader *self, GError **error)
{
	const char *api = offhook_generic_reader_get(self, "api-url");
	const char *ours = offhook_generic_reader_get(self, "webhook-url");
	g_autofree char *api_origin = api != NULL ? offhook_generic_dup_origin(api) : NULL;

	if (api != NULL && api_origin == NULL)
		return offhook_generic_reader_fail(error, "api-url", api, "an http or https URL");
	self->config->api_url = g_strdup(api);
	self->config->base_url = ours != NULL ? offhook_driver_parse_base_url(ours) : NULL;
	if (ours != NULL && self->config->base_url == NULL)
		return offhook_generic_reader_fail(error, "webhook-url", ours,
						   "an http or https URL");
	return TRUE;
}

static gboolean
offhook_generic_reader_read_rest(OffhookGenericReader *self, GError **error)
{
	OffhookGenericConfig *config = self->config;
	guint timeout = (guint)offhook_settings_get_integer(self->settings, "timeout");
	const char *number = offhook_generic_reader_get(self, "phone-number");

	config->timeout_ms = timeout > SECONDS_AT_MOST ? timeout : timeout * 1000;
	config->ring_timeout_s =
	    (guint)offhook_settings_get_integer(self->settings, "ring-timeout");
	config->phone_number = g_strdup(number);
	return number == NULL || offhook_phone_number_is_valid(number) ||
	       offhook_generic_reader_fail(error, "phone-number", number,
					   "a number in E.164 like +15550100001");
}

OffhookGenericConfig *
offhook_generic_config_new(OffhookSettings *settings, GError **error)
{
	g_autoptr(OffhookGenericConfig) self = g_new0(OffhookGenericConfig, 1);
	OffhookGenericReader reader = {settings, self};

	g_atomic_ref_count_init(&self->ref_count);
	self->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->stream_words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!offhook_generic_reader_read_rest(&reader, error) ||
	    !offhook_generic_reader_read_urls(&reader, error) ||
	    !offhook_generic_reader_read_credentials(&reader, error) ||
	    !offhook_generic_reader_read_requests(&reader, error) ||
	    !offhook_generic_reader_read_webhooks(&reader, error) ||
	    !offhook_generic_reader_read_media(&reader, error))
		return NULL;
	return g_steal_pointer(&self);
}

const char *
offhook_generic_config_get_missing(const OffhookGenericConfig *self)
{
	return self->auth != OFFHOOK_GENERIC_AUTH_NONE && self->secret == NULL
		   ? "webhook-secret (or api-key, or GENERIC_HTTP_API_KEY) is not set and "
		     "webhook-auth is not none"
		   : NULL;
}

OffhookGenericConfig *
offhook_generic_config_ref(OffhookGenericConfig *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

static void
offhook_generic_answer_clear(OffhookGenericAnswer *answer)
{
	g_free(answer->content_type);
	offhook_generic_template_free(answer->body);
}

static void
offhook_generic_config_clear_requests(OffhookGenericConfig *self)
{
	for (guint i = 0; i < OFFHOOK_GENERIC_ACTION_LAST; i++) {
		offhook_generic_template_free(self->requests[i].url);
		offhook_generic_template_free(self->requests[i].body);
		g_free(self->requests[i].method);
		g_free(self->requests[i].content_type);
	}
	offhook_generic_pointers_free(self->call_reply_id);
	offhook_generic_pointers_free(self->sms_reply_id);
	offhook_generic_pointers_free(self->reply_error);
	g_strfreev(self->headers);
	g_free(self->api_url);
	g_free(self->api_key);
	g_free(self->username);
}

static void
offhook_generic_config_clear_webhooks(OffhookGenericConfig *self)
{
	g_free(self->secret);
	g_free(self->auth_header);
	g_hash_table_unref(self->words);
	offhook_generic_pointers_free(self->event_type);
	offhook_generic_pointers_free(self->event_call_id);
	offhook_generic_pointers_free(self->event_from);
	offhook_generic_pointers_free(self->event_to);
	offhook_generic_pointers_free(self->event_text);
	offhook_generic_pointers_free(self->event_message_id);
	offhook_generic_pointers_free(self->event_error);
	offhook_generic_answer_clear(&self->answer);
	offhook_generic_answer_clear(&self->answer_inbound);
	offhook_generic_answer_clear(&self->answer_answered);
	offhook_generic_answer_clear(&self->answer_reject);
}

static void
offhook_generic_config_clear_media(OffhookGenericConfig *self)
{
	g_hash_table_unref(self->stream_words);
	offhook_generic_pointers_free(self->stream_event);
	offhook_generic_pointers_free(self->stream_payload);
	offhook_generic_pointers_free(self->stream_digit);
	offhook_generic_pointers_free(self->stream_mark_name);
	offhook_generic_pointers_free(self->stream_id);
	offhook_generic_pointers_free(self->stream_call_id);
	offhook_generic_pointers_free(self->stream_token);
	offhook_generic_template_free(self->send_media);
	offhook_generic_template_free(self->send_mark);
	offhook_generic_template_free(self->send_clear);
}

void
offhook_generic_config_unref(OffhookGenericConfig *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	offhook_generic_config_clear_requests(self);
	offhook_generic_config_clear_webhooks(self);
	offhook_generic_config_clear_media(self);
	g_free(self->phone_number);
	g_free(self->base_url);
	g_free(self);
}
