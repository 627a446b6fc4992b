/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The engine's settings, and what a session may have otherwise. Main thread.
 */

#include "elevenlabs-config.h"

#include <json-glib/json-glib.h>
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_VOICE 64 /* characters of an id */

const OffhookSetting offhook_elevenlabs_settings[] = {
    {"api-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "ELEVENLABS_API_KEY",
     "The key."},
    {"base-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "wss://api.elevenlabs.io", NULL,
     "ELEVENLABS_BASE_URL", "The service's address; the regions have others."},
    {"model", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "eleven_flash_v2_5", NULL, NULL,
     "The model that speaks."},
    {"voice", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "21m00Tcm4TlvDq8ikWAM", NULL, NULL,
     "Id of the voice of assistants that name none."},
    {"stability", OFFHOOK_SETTING_NUMBER, OFFHOOK_SETTING_NONE, NULL, "0..1", NULL,
     "How even the voice is. Default: what is stored with the voice."},
    {"similarity", OFFHOOK_SETTING_NUMBER, OFFHOOK_SETTING_NONE, NULL, "0..1", NULL,
     "How close it keeps to the original. Default: what is stored with the voice."},
    {"speed", OFFHOOK_SETTING_NUMBER, OFFHOOK_SETTING_NONE, NULL, "0.7..1.2", NULL,
     "How fast it speaks. Default: what is stored with the voice."},
    {"language", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Two letters, or none to leave it to the text. Default: the assistant's, for models that are "
     "told it."},
    {"text-normalization", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "auto", "auto|on|off",
     NULL, "Whether the service writes out numbers and the like before it speaks."},
    {"output-format", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "pcm_16000",
     "pcm_8000|pcm_16000|pcm_22050|pcm_24000|pcm_44100|ulaw_8000", NULL,
     "How the sound comes. Some are only for dearer plans."},
    {"logging", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL,
     "false: the service keeps nothing of what was said, where the plan allows that."},
    {"inactivity-timeout-s", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "60", "1..180", NULL,
     "How long the service keeps a connection on which nothing is said; it is told three times in "
     "that time that we are still here."},
    {"connect-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "2000", "50..60000", NULL,
     "For the connection to be there."},
    {"first-audio-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "4000", "50..600000",
     NULL, "From a text to its first sound."},
    {"stall-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "4000", "50..600000", NULL,
     "Between two pieces of sound."},
    {NULL},
};

static const char *const offhook_elevenlabs_session_keys[] = {
    "model", "stability", "similarity", "speed", "language", "text-normalization", NULL};

/** Settings, and a session's options before them. */
typedef struct {
	OffhookSettings *settings;
	GHashTable *options; /* (nullable) */
} OffhookElevenlabsSource;

/* An empty value is as good as none. (transfer none) (nullable) */
static const char *
offhook_elevenlabs_source_get(const OffhookElevenlabsSource *self, const char *name)
{
	const char *value = self->options != NULL ? g_hash_table_lookup(self->options, name) : NULL;

	if (value == NULL)
		value = offhook_settings_get_string(self->settings, name);
	return value != NULL && *value != '\0' ? value : NULL;
}

static gboolean
offhook_elevenlabs_fail(GError **error, OffhookError code, const char *name, const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, (gint)code, "%s: expected %s", name, expected);
	return FALSE;
}

/* ---- what a session may have ---- */

static const OffhookSetting *
offhook_elevenlabs_find_setting(const char *name)
{
	for (const OffhookSetting *s = offhook_elevenlabs_settings; s->name != NULL; s++)
		if (g_str_equal(s->name, name))
			return s;
	return NULL;
}

/* @options: (nullable) */
static gboolean
offhook_elevenlabs_check_options(GHashTable *options, GError **error)
{
	if (!offhook_engine_check_options("elevenlabs", options, offhook_elevenlabs_session_keys,
					  error))
		return FALSE;
	for (const char *const *key = offhook_elevenlabs_session_keys; *key != NULL; key++) {
		const char *value = options != NULL ? g_hash_table_lookup(options, *key) : NULL;

		if (value == NULL || offhook_setting_check(offhook_elevenlabs_find_setting(*key),
							   "elevenlabs", value, error))
			continue;
		if (error != NULL && *error != NULL)
			(*error)->code = OFFHOOK_ERROR_INVALID_ARGUMENT;
		return FALSE;
	}
	return TRUE;
}

/* ---- the parts of an address ---- */

static gboolean
offhook_elevenlabs_is_word(const char *text, gsize max)
{
	gsize size = strlen(text);

	return size > 0 && size <= max &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
				 ".")] == '\0';
}

static gboolean
offhook_elevenlabs_is_base(GUri *uri)
{
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";

	return (g_str_equal(scheme, "ws") || g_str_equal(scheme, "wss")) &&
	       g_uri_get_host(uri) != NULL && *g_uri_get_host(uri) != '\0' &&
	       g_uri_get_query(uri) == NULL && g_uri_get_fragment(uri) == NULL;
}

/* The two letters of a language for models that are told it. (transfer full) (nullable) */
static char *
offhook_elevenlabs_pick_language(const OffhookElevenlabsSource *source,
				 const OffhookSynthesizeOptions *options, const char *model,
				 GError **error)
{
	const char *given = offhook_elevenlabs_source_get(source, "language");
	const char *spoken = options != NULL ? options->language : NULL;

	if (given != NULL) {
		if (strlen(given) == 2 && g_ascii_isalpha(given[0]) && g_ascii_isalpha(given[1]))
			return g_ascii_strdown(given, 2);
		if (!g_str_equal(given, "none"))
			offhook_elevenlabs_fail(error, OFFHOOK_ERROR_INVALID_ARGUMENT, "language",
						"two letters, as en, or none");
		return NULL;
	}
	/* Others refuse it. */
	if (spoken == NULL || !g_str_has_suffix(model, "_v2_5") ||
	    !offhook_elevenlabs_is_word(spoken, MAX_VOICE) || strcspn(spoken, "-_") != 2)
		return NULL;
	return g_ascii_strdown(spoken, 2);
}

static gboolean
offhook_elevenlabs_config_set_url(OffhookElevenlabsConfig *self,
				  const OffhookElevenlabsSource *source,
				  const OffhookSynthesizeOptions *options, GError **error)
{
	OffhookSettings *settings = source->settings;
	const char *base = offhook_elevenlabs_source_get(source, "base-url");
	const char *model = offhook_elevenlabs_source_get(source, "model");
	const char *voice = options != NULL && options->voice != NULL
				? options->voice
				: offhook_elevenlabs_source_get(source, "voice");
	g_autoptr(GUri) uri = base != NULL ? g_uri_parse(base, G_URI_FLAGS_NONE, NULL) : NULL;
	g_autoptr(GString) url = NULL;
	g_autofree char *language = NULL;
	g_autoptr(GError) wrong = NULL;

	if (!offhook_elevenlabs_is_base(uri))
		return offhook_elevenlabs_fail(error, OFFHOOK_ERROR_CONFIG, "base-url",
					       "a URL like wss://api.elevenlabs.io");
	if (model == NULL || !offhook_elevenlabs_is_word(model, MAX_VOICE))
		return offhook_elevenlabs_fail(error, OFFHOOK_ERROR_INVALID_ARGUMENT, "model",
					       "a name like eleven_flash_v2_5");
	if (g_str_has_prefix(model, "eleven_v3"))
		return offhook_elevenlabs_fail(error, OFFHOOK_ERROR_INVALID_ARGUMENT, "model",
					       "another than eleven_v3, which the service does not "
					       "offer on this interface");
	if (voice == NULL || !offhook_elevenlabs_is_word(voice, MAX_VOICE))
		return offhook_elevenlabs_fail(error, OFFHOOK_ERROR_INVALID_ARGUMENT, "voice",
					       "a voice's id, like 21m00Tcm4TlvDq8ikWAM");
	language = offhook_elevenlabs_pick_language(source, options, model, &wrong);
	if (wrong != NULL) {
		g_propagate_error(error, g_steal_pointer(&wrong));
		return FALSE;
	}
	url =
	    g_string_new_len(base, (gssize)(strlen(base) - (g_str_has_suffix(base, "/") ? 1 : 0)));
	g_string_append_printf(
	    url,
	    "/v1/text-to-speech/%s/multi-stream-input?model_id=%s&output_format=%s"
	    "&auto_mode=true&sync_alignment=true&inactivity_timeout=%" G_GINT64_FORMAT
	    "&apply_text_normalization=%s",
	    voice, model, offhook_settings_get_string(settings, "output-format"),
	    offhook_settings_get_integer(settings, "inactivity-timeout-s"),
	    offhook_elevenlabs_source_get(source, "text-normalization"));
	if (language != NULL)
		g_string_append_printf(url, "&language_code=%s", language);
	if (!offhook_settings_get_boolean(settings, "logging"))
		g_string_append(url, "&enable_logging=false");
	self->url = g_string_free(g_steal_pointer(&url), FALSE);
	return TRUE;
}

/* ---- the rest ---- */

/* The service itself does nothing without a key; whatever plays it may. */
static gboolean
offhook_elevenlabs_needs_key(const OffhookElevenlabsSource *source)
{
	g_autoptr(GUri) uri =
	    g_uri_parse(offhook_elevenlabs_source_get(source, "base-url"), G_URI_FLAGS_NONE, NULL);

	return g_str_has_suffix(g_uri_get_host(uri), ".elevenlabs.io");
}

static gboolean
offhook_elevenlabs_config_set_key(OffhookElevenlabsConfig *self,
				  const OffhookElevenlabsSource *source, gboolean is_session,
				  GError **error)
{
	const char *key = offhook_elevenlabs_source_get(source, "api-key");
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_autofree char *line = NULL;

	if (key == NULL && is_session && offhook_elevenlabs_needs_key(source))
		return offhook_elevenlabs_fail(error, OFFHOOK_ERROR_CONFIG, "api-key",
					       "a key (also as api-key-file or "
					       "ELEVENLABS_API_KEY)");
	if (key != NULL && strpbrk(key, "\r\n") != NULL)
		return offhook_elevenlabs_fail(error, OFFHOOK_ERROR_CONFIG, "api-key", "one line");
	if (key != NULL) {
		line = g_strconcat("xi-api-key: ", key, NULL);
		g_strv_builder_add(builder, line);
	}
	self->headers = g_strv_builder_end(builder);
	return TRUE;
}

static void
offhook_elevenlabs_config_set_voice(OffhookElevenlabsConfig *self,
				    const OffhookElevenlabsSource *source)
{
	static const struct {
		const char *name, *member;
	} members[] = {
	    {"stability", "stability"}, {"similarity", "similarity_boost"}, {"speed", "speed"}};
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	JsonObject *object = json_object_new();

	json_node_take_object(node, object);
	for (guint i = 0; i < G_N_ELEMENTS(members); i++) {
		const char *value = offhook_elevenlabs_source_get(source, members[i].name);

		if (value != NULL)
			json_object_set_double_member(object, members[i].member,
						      g_ascii_strtod(value, NULL));
	}
	if (json_object_get_size(object) > 0)
		self->voice_settings = offhook_json_node_to_string(node);
}

static void
offhook_elevenlabs_config_set_rest(OffhookElevenlabsConfig *self, OffhookSettings *settings)
{
	const char *format = offhook_settings_get_string(settings, "output-format");
	gint64 idle_s = offhook_settings_get_integer(settings, "inactivity-timeout-s");

	self->format.encoding =
	    g_str_has_prefix(format, "ulaw") ? OFFHOOK_ENCODING_MULAW : OFFHOOK_ENCODING_S16LE;
	self->format.rate = (guint)g_ascii_strtoull(strchr(format, '_') + 1, NULL, 10);
	self->connect_ms = (guint)offhook_settings_get_integer(settings, "connect-timeout-ms");
	self->first_audio_ms =
	    (guint)offhook_settings_get_integer(settings, "first-audio-timeout-ms");
	self->stall_ms = (guint)offhook_settings_get_integer(settings, "stall-timeout-ms");
	self->keep_alive_ms = (guint)(idle_s * 1000 / 3);
}

OffhookElevenlabsConfig *
offhook_elevenlabs_config_new(OffhookSettings *settings, const OffhookSynthesizeOptions *options,
			      GError **error)
{
	g_autoptr(OffhookElevenlabsConfig) self = g_new0(OffhookElevenlabsConfig, 1);
	const OffhookElevenlabsSource source = {settings,
						options != NULL ? options->options : NULL};

	if (!offhook_elevenlabs_check_options(source.options, error) ||
	    !offhook_elevenlabs_config_set_url(self, &source, options, error) ||
	    !offhook_elevenlabs_config_set_key(self, &source, options != NULL, error))
		return NULL;
	offhook_elevenlabs_config_set_voice(self, &source);
	offhook_elevenlabs_config_set_rest(self, settings);
	return g_steal_pointer(&self);
}

void
offhook_elevenlabs_config_free(OffhookElevenlabsConfig *self)
{
	if (self == NULL)
		return;
	g_free(self->url);
	g_strfreev(self->headers);
	g_free(self->voice_settings);
	g_free(self);
}
