/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The engine's settings, and what a session may have otherwise. Main thread.
 */

#include "openai-config.h"

#include <offhook/engine.h>
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define OFFHOOK_OPENAI_URL "https://api.openai.com/v1"

const OffhookSetting offhook_openai_settings[] = {
    {"base-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, OFFHOOK_OPENAI_URL, NULL,
     "OPENAI_BASE_URL", "The service's address up to what comes before /chat/completions."},
    {"api-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "OPENAI_API_KEY",
     "The key; local servers often need none."},
    {"headers", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
     "More headers for every request, as a JSON object: {\"OpenAI-Project\": \"proj_1\"}."},
    {"server", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "auto",
     "auto|openai|llama.cpp|ollama|vllm|other", NULL,
     "What software it is, for the points in which they differ; auto knows OpenAI by its host."},
    {"model", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "gpt-4o-mini", NULL, NULL,
     "The language model."},
    {"parameters", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "More members for every chat request, as a JSON object; they win over all else."},
    {"thinking", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Let models think before they speak, where the server knows how to stop them. It costs time."},
    {"speech-base-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Another server for text to speech. Default: base-url."},
    {"speech-api-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
     "The key of speech-base-url."},
    {"speech-model", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "gpt-4o-mini-tts", NULL, NULL,
     "The model that speaks."},
    {"voice", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "alloy", NULL, NULL,
     "Voice of assistants that name none."},
    {"instructions", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "How to speak, for models that take instructions."},
    {"speed", OFFHOOK_SETTING_NUMBER, OFFHOOK_SETTING_NONE, "1", "0.25..4", NULL,
     "How fast it speaks."},
    {"speech-format", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "pcm", "pcm|wav", NULL,
     "What is asked for. A WAV header in the answer is understood either way."},
    {"speech-rate", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "24000", "8000..48000", NULL,
     "Samples a second of answers without a header."},
    {"transcription-base-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Another server for speech to text. Default: base-url."},
    {"transcription-api-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
     "The key of transcription-base-url."},
    {"transcription-model", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "gpt-4o-mini-transcribe",
     NULL, NULL, "The model that hears."},
    {"transcription-prompt", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Names and words that are likely to be said."},
    {"embedding-base-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Another server for embeddings. Default: base-url."},
    {"embedding-api-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
     "The key of embedding-base-url."},
    {"embedding-model", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "text-embedding-3-small",
     NULL, NULL, "The model that turns texts into vectors."},
    {"embedding-dimensions", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "256", "0..4096", NULL,
     "How many numbers a vector is asked to have; 0, for servers that do not want to be told: as "
     "many "
     "as the model gives."},
    {"connect-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "2000", "50..60000", NULL,
     "For a connection to be there."},
    {"first-byte-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "6000", "50..600000",
     NULL, "From the request to the first byte of the answer."},
    {"stall-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "4000", "50..600000", NULL,
     "Between two pieces of an answer."},
    {"total-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "60000", "1000..3600000",
     NULL, "For a whole answer."},
    {NULL},
};

static const char *const offhook_openai_session_keys[] = {"base-url",
							  "api-key",
							  "headers",
							  "server",
							  "model",
							  "parameters",
							  "thinking",
							  "speech-model",
							  "instructions",
							  "speed",
							  "transcription-model",
							  "transcription-prompt",
							  NULL};

/** Settings, and a session's options before them. */
typedef struct {
	OffhookSettings *settings;
	GHashTable *options; /* (nullable) */
} OffhookOpenaiSource;

/* An empty value is as good as none. (transfer none) (nullable) */
static const char *
offhook_openai_source_get(const OffhookOpenaiSource *self, const char *name)
{
	const char *value = self->options != NULL ? g_hash_table_lookup(self->options, name) : NULL;

	if (value == NULL)
		value = offhook_settings_get_string(self->settings, name);
	return value != NULL && *value != '\0' ? value : NULL;
}

static gboolean
offhook_openai_fail(GError **error, const char *name, const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "%s: expected %s", name, expected);
	return FALSE;
}

/* ---- parts ---- */

/* @name is named in errors; its value never is: it may hold a secret. (transfer full) (nullable) */
static JsonObject *
offhook_openai_parse(const char *name, const char *text, GError **error)
{
	JsonObject *object = offhook_json_parse_object(text, -1, name, NULL);

	if (object == NULL)
		offhook_openai_fail(error, name, "a JSON object");
	return object;
}

static gboolean
offhook_openai_is_header(const char *name, const char *value)
{
	return *name != '\0' && strpbrk(name, ": \t\r\n") == NULL && value != NULL &&
	       strpbrk(value, "\r\n") == NULL;
}

static gboolean
offhook_openai_add_headers(GStrvBuilder *builder, const char *text, GError **error)
{
	g_autoptr(JsonObject) object = NULL;
	JsonObjectIter iter;
	const char *name;

	if (text == NULL)
		return TRUE;
	object = offhook_openai_parse("headers", text, error);
	if (object == NULL)
		return FALSE;
	json_object_iter_init(&iter, object);
	while (json_object_iter_next(&iter, &name, NULL)) {
		const char *value = offhook_json_get_string(object, name);
		g_autofree char *line = NULL;

		if (!offhook_openai_is_header(name, value))
			return offhook_openai_fail(error, "headers",
						   "names and texts that a header can be made of");
		line = g_strdup_printf("%s: %s", name, value);
		g_strv_builder_add(builder, line);
	}
	return TRUE;
}

static gboolean
offhook_openai_place_set(OffhookOpenaiPlace *self, const char *name, const char *url,
			 const char *key, const char *headers, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
	gsize length = strlen(url);

	if ((!g_str_equal(scheme, "http") && !g_str_equal(scheme, "https")) ||
	    g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' ||
	    g_uri_get_query(uri) != NULL || g_uri_get_fragment(uri) != NULL)
		return offhook_openai_fail(error, name, "a URL like http://127.0.0.1:8080/v1");
	while (length > 0 && url[length - 1] == '/')
		length--;
	if (key != NULL) {
		g_autofree char *line = g_strconcat("Authorization: Bearer ", key, NULL);

		if (!offhook_openai_is_header("Authorization", key))
			return offhook_openai_fail(error, "api-key", "one line");
		g_strv_builder_add(builder, line);
	}
	if (!offhook_openai_add_headers(builder, headers, error))
		return FALSE;
	self->url = g_strndup(url, length);
	self->headers = g_strv_builder_end(builder);
	return TRUE;
}

gboolean
offhook_openai_place_check(const OffhookOpenaiPlace *self, GError **error)
{
	if (*self->headers != NULL || !g_str_equal(self->url, OFFHOOK_OPENAI_URL))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION,
		    "api-key is missing, and %s wants one; expected api-key-file=, or base-url= of "
		    "another server",
		    self->url);
	return FALSE;
}

static void
offhook_openai_place_clear(OffhookOpenaiPlace *self)
{
	g_free(self->url);
	g_strfreev(self->headers);
}

/* A role's own server does not get the key of the other. */
static gboolean
offhook_openai_config_set_role(OffhookOpenaiConfig *self, const OffhookOpenaiSource *source,
			       OffhookOpenaiPlace *place, const char *url_name,
			       const char *key_name, GError **error)
{
	const char *url = offhook_openai_source_get(source, url_name);

	if (url != NULL)
		return offhook_openai_place_set(
		    place, url_name, url, offhook_openai_source_get(source, key_name), NULL, error);
	place->url = g_strdup(self->chat.url);
	place->headers = g_strdupv(self->chat.headers);
	return TRUE;
}

static gboolean
offhook_openai_config_set_chat(OffhookOpenaiConfig *self, const OffhookOpenaiSource *source,
			       GError **error)
{
	gboolean elsewhere =
	    source->options != NULL && g_hash_table_contains(source->options, "base-url");
	const char *url = offhook_openai_source_get(source, "base-url");
	const char *key = offhook_openai_source_get(source, "api-key");
	const char *headers = offhook_openai_source_get(source, "headers");
	const char *parameters = offhook_openai_source_get(source, "parameters");

	if (url == NULL)
		return offhook_openai_fail(error, "base-url",
					   "a URL like http://127.0.0.1:8080/v1");
	if (elsewhere) {
		key = g_hash_table_lookup(source->options, "api-key");
		headers = g_hash_table_lookup(source->options, "headers");
	}
	if (!offhook_openai_place_set(&self->chat, "base-url", url, key, headers, error))
		return FALSE;
	if (parameters != NULL &&
	    (self->parameters = offhook_openai_parse("parameters", parameters, error)) == NULL)
		return FALSE;
	self->dialect =
	    offhook_openai_dialect_find(offhook_openai_source_get(source, "server"), url);
	self->model = g_strdup(offhook_openai_source_get(source, "model"));
	self->thinking = g_strcmp0(offhook_openai_source_get(source, "thinking"), "true") == 0;
	return TRUE;
}

static void
offhook_openai_config_set_rest(OffhookOpenaiConfig *self, const OffhookOpenaiSource *source)
{
	OffhookSettings *settings = source->settings;
	const char *speed = offhook_openai_source_get(source, "speed");

	self->connect_ms = (guint)offhook_settings_get_integer(settings, "connect-timeout-ms");
	self->first_byte_ms =
	    (guint)offhook_settings_get_integer(settings, "first-byte-timeout-ms");
	self->stall_ms = (guint)offhook_settings_get_integer(settings, "stall-timeout-ms");
	self->total_ms = (guint)offhook_settings_get_integer(settings, "total-timeout-ms");
	self->speech_model = g_strdup(offhook_openai_source_get(source, "speech-model"));
	self->voice = g_strdup(offhook_settings_get_string(settings, "voice"));
	self->instructions = g_strdup(offhook_openai_source_get(source, "instructions"));
	self->speed = speed != NULL ? g_ascii_strtod(speed, NULL) : 1;
	self->speech_is_wav =
	    g_str_equal(offhook_settings_get_string(settings, "speech-format"), "wav");
	self->speech_rate = (guint)offhook_settings_get_integer(settings, "speech-rate");
	self->transcription_model =
	    g_strdup(offhook_openai_source_get(source, "transcription-model"));
	self->transcription_prompt =
	    g_strdup(offhook_openai_source_get(source, "transcription-prompt"));
	self->embedding_model = g_strdup(offhook_settings_get_string(settings, "embedding-model"));
	self->embedding_dimensions =
	    (guint)offhook_settings_get_integer(settings, "embedding-dimensions");
}

/* ---- the whole ---- */

static const OffhookSetting *
offhook_openai_find_setting(const char *name)
{
	for (const OffhookSetting *s = offhook_openai_settings; s->name != NULL; s++)
		if (g_str_equal(s->name, name))
			return s;
	return NULL;
}

static gboolean
offhook_openai_check_options(GHashTable *options, GError **error)
{
	GHashTableIter iter;
	gpointer name, value;

	if (!offhook_engine_check_options("openai", options, offhook_openai_session_keys, error))
		return FALSE;
	g_hash_table_iter_init(&iter, options);
	while (g_hash_table_iter_next(&iter, &name, &value))
		if (!offhook_setting_check(offhook_openai_find_setting(name), "openai", value,
					   error))
			return FALSE;
	return TRUE;
}

OffhookOpenaiConfig *
offhook_openai_config_new(OffhookSettings *settings, GHashTable *options, GError **error)
{
	g_autoptr(OffhookOpenaiConfig) self = g_new0(OffhookOpenaiConfig, 1);
	const OffhookOpenaiSource source = {settings, options};
	gboolean good;

	g_atomic_ref_count_init(&self->ref_count);
	good = (options == NULL || offhook_openai_check_options(options, error)) &&
	       offhook_openai_config_set_chat(self, &source, error) &&
	       offhook_openai_config_set_role(self, &source, &self->speech, "speech-base-url",
					      "speech-api-key", error) &&
	       offhook_openai_config_set_role(self, &source, &self->transcription,
					      "transcription-base-url", "transcription-api-key",
					      error) &&
	       offhook_openai_config_set_role(self, &source, &self->embedding, "embedding-base-url",
					      "embedding-api-key", error);
	if (good) {
		offhook_openai_config_set_rest(self, &source);
		return g_steal_pointer(&self);
	}
	if (options != NULL && error != NULL && *error != NULL)
		(*error)->code = OFFHOOK_ERROR_INVALID_ARGUMENT;
	return NULL;
}

OffhookOpenaiConfig *
offhook_openai_config_ref(OffhookOpenaiConfig *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_openai_config_unref(OffhookOpenaiConfig *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	offhook_openai_place_clear(&self->chat);
	offhook_openai_place_clear(&self->speech);
	offhook_openai_place_clear(&self->transcription);
	offhook_openai_place_clear(&self->embedding);
	g_free(self->model);
	g_clear_pointer(&self->parameters, json_object_unref);
	g_free(self->speech_model);
	g_free(self->voice);
	g_free(self->instructions);
	g_free(self->transcription_model);
	g_free(self->transcription_prompt);
	g_free(self->embedding_model);
	g_free(self);
}
