/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deepgram-config.h"

#include <offhook/engine.h>
#include <offhook/error.h>
#include <offhook/web-client.h>
#include <string.h>

#define OWN_HOST     "api.deepgram.com"
#define MAX_KEYTERMS 100
#define MAX_NAME     100 /* characters of a model, a voice or a language */

const OffhookSetting offhook_deepgram_settings[] = {
    {"api-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "DEEPGRAM_API_KEY",
     "The key; servers of one's own often need none."},
    {"base-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "wss://" OWN_HOST, NULL,
     "DEEPGRAM_BASE_URL", "The service's address up to what comes before /v1/listen."},
    {"model", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "nova-3", NULL, NULL,
     "The model that hears."},
    {"language", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "What is spoken, BCP 47 or multi. Default: the assistant's language."},
    {"keyterms", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Names and words that are likely to be said, separated by commas; nova-3 only."},
    {"speech-model", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "aura-2-thalia-en", NULL, NULL,
     "Voice of assistants that name none."},
    {"connect-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "2000", "50..60000", NULL,
     "For a connection to be there."},
    {NULL},
};

static const char *const offhook_deepgram_session_keys[] = {"model", "language", "keyterms",
							    "speech-model", NULL};

/** Settings, and a session's options before them. */
typedef struct {
	OffhookSettings *settings;
	const OffhookDeepgramSession *session;
} OffhookDeepgramSource;

/* An empty value is as good as none. (transfer none) (nullable) */
static const char *
offhook_deepgram_source_get(const OffhookDeepgramSource *self, const char *name)
{
	GHashTable *options = self->session->options;
	const char *value = options != NULL ? g_hash_table_lookup(options, name) : NULL;

	if (value == NULL)
		value = offhook_settings_get_string(self->settings, name);
	return value != NULL && *value != '\0' ? value : NULL;
}

static gboolean
offhook_deepgram_fail(GError **error, OffhookError code, const char *name, const char *value,
		      const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, (int)code, "deepgram: %s%s%s: expected %s", name,
		    value != NULL ? " is " : "", value != NULL ? value : "", expected);
	return FALSE;
}

/* Names of models, voices and languages: what the service has it says itself, when it is asked. */
static gboolean
offhook_deepgram_check_name(const char *name, const char *value, GError **error)
{
	gsize length = 0;

	while (value != NULL && (g_ascii_isalnum(value[length]) ||
				 (value[length] != '\0' && strchr("-_.", value[length]) != NULL)))
		length++;
	if (value == NULL || (length > 0 && length <= MAX_NAME && value[length] == '\0'))
		return TRUE;
	return offhook_deepgram_fail(error, OFFHOOK_ERROR_INVALID_ARGUMENT, name, value,
				     "a name of letters, digits, '-', '_' and '.'");
}

/* ---- addresses ---- */

/* An address for browsers means the same. (transfer full) (nullable) */
static char *
offhook_deepgram_make_base(const char *url, GError **error)
{
	g_autoptr(GUri) uri = url != NULL ? g_uri_parse(url, G_URI_FLAGS_ENCODED, NULL) : NULL;
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
	gboolean secure = g_str_equal(scheme, "wss") || g_str_equal(scheme, "https");
	g_autofree char *base = NULL;
	gsize length;

	if ((!secure && !g_str_equal(scheme, "ws") && !g_str_equal(scheme, "http")) ||
	    g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' ||
	    g_uri_get_userinfo(uri) != NULL || g_uri_get_query(uri) != NULL ||
	    g_uri_get_fragment(uri) != NULL) {
		offhook_deepgram_fail(error, OFFHOOK_ERROR_CONFIG, "base-url", NULL,
				      "a URL like wss://api.deepgram.com");
		return NULL;
	}
	base = g_strconcat(secure ? "wss" : "ws", strstr(url, "://"), NULL);
	length = strlen(base);
	while (base[length - 1] == '/')
		length--;
	return g_strndup(base, length);
}

static gboolean
offhook_deepgram_add_keyterms(GString *query, const char *text, GError **error)
{
	g_auto(GStrv) terms = g_strsplit(text != NULL ? text : "", ",", -1);

	if (g_strv_length(terms) > MAX_KEYTERMS)
		return offhook_deepgram_fail(error, OFFHOOK_ERROR_INVALID_ARGUMENT, "keyterms",
					     NULL, "at most 100 of them");
	for (guint i = 0; terms[i] != NULL; i++)
		if (*g_strstrip(terms[i]) != '\0')
			offhook_web_form_add(query, "keyterm", terms[i]);
	return TRUE;
}

/*
 * Where an utterance ends is our affair, so its own endpointing is off; it would cut in what the
 * daemon's holds together.
 */
static char *
offhook_deepgram_make_listen_url(const OffhookDeepgramSource *source, const char *base,
				 GError **error)
{
	g_autoptr(GString) query = g_string_new(NULL);
	const char *model = offhook_deepgram_source_get(source, "model");
	const char *language = offhook_deepgram_source_get(source, "language");

	if (language == NULL)
		language = source->session->language;
	if (!offhook_deepgram_check_name("model", model, error) ||
	    !offhook_deepgram_check_name("language", language, error))
		return NULL;
	offhook_web_form_add(query, "model", model);
	offhook_web_form_add(query, "language", language);
	offhook_web_form_add(query, "encoding", "linear16");
	offhook_web_form_add(query, "sample_rate", G_STRINGIFY(OFFHOOK_DEEPGRAM_RATE));
	offhook_web_form_add(query, "channels", "1");
	offhook_web_form_add(query, "interim_results", "true");
	offhook_web_form_add(query, "punctuate", "true");
	offhook_web_form_add(query, "smart_format", "true");
	offhook_web_form_add(query, "endpointing", "false");
	if (!offhook_deepgram_add_keyterms(query, offhook_deepgram_source_get(source, "keyterms"),
					   error))
		return NULL;
	return g_strdup_printf("%s/v1/listen?%s", base, query->str);
}

static char *
offhook_deepgram_make_speak_url(const OffhookDeepgramSource *source, const char *base,
				GError **error)
{
	g_autoptr(GString) query = g_string_new(NULL);
	const char *voice = source->session->voice;

	if (voice == NULL || *voice == '\0')
		voice = offhook_deepgram_source_get(source, "speech-model");
	if (!offhook_deepgram_check_name("voice", voice, error))
		return NULL;
	offhook_web_form_add(query, "model", voice);
	offhook_web_form_add(query, "encoding", "linear16");
	offhook_web_form_add(query, "sample_rate", G_STRINGIFY(OFFHOOK_DEEPGRAM_RATE));
	return g_strdup_printf("%s/v1/speak?%s", base, query->str);
}

/* ---- the whole ---- */

static gboolean
offhook_deepgram_config_set_key(OffhookDeepgramConfig *self, const char *key, const char *base,
				GError **error)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	if (key == NULL && strstr(base, "//" OWN_HOST) != NULL)
		return offhook_deepgram_fail(error, OFFHOOK_ERROR_CONFIG, "api-key", NULL,
					     "the key of an account (or DEEPGRAM_API_KEY)");
	if (key != NULL && strpbrk(key, "\r\n") != NULL)
		return offhook_deepgram_fail(error, OFFHOOK_ERROR_CONFIG, "api-key", NULL,
					     "one line");
	if (key != NULL) {
		g_autofree char *line = g_strconcat("Authorization: Token ", key, NULL);

		g_strv_builder_add(builder, line);
	}
	self->headers = g_strv_builder_end(builder);
	return TRUE;
}

static gboolean
offhook_deepgram_config_set(OffhookDeepgramConfig *self, const OffhookDeepgramSource *source,
			    GError **error)
{
	g_autofree char *base =
	    offhook_deepgram_make_base(offhook_deepgram_source_get(source, "base-url"), error);

	if (base == NULL || !offhook_deepgram_config_set_key(
				self, offhook_deepgram_source_get(source, "api-key"), base, error))
		return FALSE;
	self->connect_ms =
	    (guint)offhook_settings_get_integer(source->settings, "connect-timeout-ms");
	self->listen_url = offhook_deepgram_make_listen_url(source, base, error);
	if (self->listen_url != NULL)
		self->speak_url = offhook_deepgram_make_speak_url(source, base, error);
	return self->speak_url != NULL;
}

OffhookDeepgramConfig *
offhook_deepgram_config_new(OffhookSettings *settings, const OffhookDeepgramSession *session,
			    GError **error)
{
	const OffhookDeepgramSource source = {settings, session};
	g_autoptr(OffhookDeepgramConfig) self = g_new0(OffhookDeepgramConfig, 1);

	g_atomic_ref_count_init(&self->ref_count);
	if (!offhook_engine_check_options("deepgram", session->options,
					  offhook_deepgram_session_keys, error) ||
	    !offhook_deepgram_config_set(self, &source, error))
		return NULL;
	return g_steal_pointer(&self);
}

OffhookDeepgramConfig *
offhook_deepgram_config_ref(OffhookDeepgramConfig *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_deepgram_config_unref(OffhookDeepgramConfig *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_free(self->listen_url);
	g_free(self->speak_url);
	g_strfreev(self->headers);
	g_free(self);
}
