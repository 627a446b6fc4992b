/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Settings, and an assistant's options before them. Main thread.
 */

#include "realtime-config.h"

#include "realtime-message.h"

#include <offhook/call.h>
#include <offhook/error.h>
#include <offhook/prompt.h>
#include <string.h>

#define OFFHOOK_REALTIME_WARM "warm:"

const OffhookSetting offhook_realtime_settings[] = {
    {"url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "wss://api.openai.com/v1/realtime", NULL,
     NULL, "The service's address, without the model."},
    {"api-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "OPENAI_API_KEY",
     "The key."},
    {"model", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "gpt-realtime", NULL, NULL,
     "The model that hears and speaks."},
    {"voice", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "marin", NULL, NULL, "Its voice."},
    {"speed", OFFHOOK_SETTING_NUMBER, OFFHOOK_SETTING_NONE, "1", "0.25..1.5", NULL,
     "How fast it speaks."},
    {"max-output-tokens", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "1024", "1..4096", NULL,
     "The longest answer."},
    {"transcription-model", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "gpt-4o-mini-transcribe",
     NULL, NULL,
     "What writes down the caller's words for the history; empty: nothing does, and answers wait "
     "for no words."},
    {"noise-reduction", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "off",
     "off|near_field|far_field", NULL, "Whether the service takes noise away before it listens."},
    {"audio", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "auto", "auto|pcm|pcmu", NULL,
     "How sound travels: linear at 24 kHz, or G.711 mu-law at 8 kHz, a sixth of that and as good "
     "for telephone lines; auto goes by the line."},
    {"greeting", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "What the model begins with where the assistant has no greeting of its own."},
    {"hang-up", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL,
     "Let the model end the call."},
    {"transfer-to", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Where the model may transfer calls to: NAME=TARGET, separated by commas; warm: before a "
     "target announces the call there."},
    {"apology", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE,
     "I'm sorry, I was interrupted for a moment.", NULL, NULL,
     "Said in the assistant's own voice when the service fails in a turn, before the next agent "
     "answers."},
    {"connect-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "2000", "50..60000", NULL,
     "For the session to be set up."},
    {"first-audio-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "2000", "50..600000",
     NULL, "From the end of the caller's turn to the first of the answer."},
    {"stall-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "1500", "50..600000", NULL,
     "Between two pieces of an answer, with nothing left to play."},
    {NULL},
};

static const char *const offhook_realtime_options[] = {
    "model",    "voice",   "speed",       "max-output-tokens", "transcription-model",
    "greeting", "hang-up", "transfer-to", "apology",           NULL};

static gboolean
offhook_realtime_fail(GError **error, const char *name, const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "%s: expected %s", name, expected);
	return FALSE;
}

/* ---- options ---- */

static const OffhookSetting *
offhook_realtime_find_setting(const char *name)
{
	const OffhookSetting *setting = offhook_realtime_settings;

	while (!g_str_equal(setting->name, name))
		setting++;
	return setting;
}

static gboolean
offhook_realtime_check_options(GHashTable *options, GError **error)
{
	GHashTableIter iter;
	gpointer name, value;

	g_hash_table_iter_init(&iter, options);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		g_autofree char *known = NULL;

		if (g_strv_contains(offhook_realtime_options, name)) {
			if (!offhook_setting_check(offhook_realtime_find_setting(name), "realtime",
						   value, error))
				return FALSE;
			continue;
		}
		known = g_strjoinv(", ", (char **)offhook_realtime_options);
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "realtime.%s: no option of assistants, expected one of %s",
			    (const char *)name, known);
		return FALSE;
	}
	return TRUE;
}

/* Settings as they count for one assistant, all as text. (transfer full) (nullable) */
static char *
offhook_realtime_get(OffhookSettings *settings, const OffhookAgentOptions *options,
		     const char *name)
{
	const char *value =
	    options->options != NULL ? g_hash_table_lookup(options->options, name) : NULL;

	if (value == NULL && offhook_realtime_find_setting(name)->type == OFFHOOK_SETTING_BOOLEAN)
		value = offhook_settings_get_boolean(settings, name) ? "true" : "false";
	else if (value == NULL &&
		 offhook_realtime_find_setting(name)->type == OFFHOOK_SETTING_INTEGER)
		return g_strdup_printf("%" G_GINT64_FORMAT,
				       offhook_settings_get_integer(settings, name));
	else if (value == NULL)
		return offhook_settings_dup_string(settings, name);
	return *value != '\0' ? g_strdup(value) : NULL;
}

static double
offhook_realtime_get_speed(OffhookSettings *settings, const OffhookAgentOptions *options)
{
	const char *value =
	    options->options != NULL ? g_hash_table_lookup(options->options, "speed") : NULL;

	return value != NULL ? g_ascii_strtod(value, NULL)
			     : offhook_settings_get_number(settings, "speed");
}

/* ---- parts ---- */

static gboolean
offhook_realtime_config_set_place(OffhookRealtimeConfig *self, const char *url, const char *key,
				  const char *model, GError **error)
{
	g_autoptr(GUri) uri = url != NULL ? g_uri_parse(url, G_URI_FLAGS_NONE, NULL) : NULL;
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_autofree char *escaped = NULL;
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";

	if ((!g_str_equal(scheme, "ws") && !g_str_equal(scheme, "wss")) ||
	    g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' ||
	    g_uri_get_query(uri) != NULL || g_uri_get_fragment(uri) != NULL)
		return offhook_realtime_fail(error, "url",
					     "an address like wss://api.openai.com/v1/realtime");
	if (model == NULL)
		return offhook_realtime_fail(error, "model", "the name of a model");
	if (key != NULL) {
		g_autofree char *line = g_strconcat("Authorization: Bearer ", key, NULL);

		if (strpbrk(key, "\r\n") != NULL)
			return offhook_realtime_fail(error, "api-key", "one line");
		g_strv_builder_add(builder, line);
	}
	escaped = g_uri_escape_string(model, NULL, FALSE);
	self->url = g_strconcat(url, "?model=", escaped, NULL);
	self->headers = g_strv_builder_end(builder);
	return TRUE;
}

static gboolean
offhook_realtime_is_target(const char *target)
{
	static const char *const schemes[] = {"sip:", "sips:", NULL};

	if (g_str_has_prefix(target, OFFHOOK_REALTIME_WARM))
		target += strlen(OFFHOOK_REALTIME_WARM);
	return offhook_phone_target_is_valid(target, schemes);
}

static gboolean
offhook_realtime_config_set_transfers(OffhookRealtimeConfig *self, const char *text, GError **error)
{
	g_auto(GStrv) pairs = g_strsplit(text != NULL ? text : "", ",", -1);

	self->transfers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (char **pair = pairs; *pair != NULL; pair++) {
		char *target = strchr(*pair, '=');

		if (target != NULL)
			*target++ = '\0';
		if (target == NULL || *g_strstrip(*pair) == '\0' ||
		    !offhook_realtime_is_target(g_strstrip(target)))
			return offhook_realtime_fail(
			    error, "transfer-to",
			    "NAME=TARGET, ... with numbers like +15550100002 or sip: addresses");
		g_hash_table_insert(self->transfers, g_strdup(*pair), g_strdup(target));
	}
	return TRUE;
}

/* The service gets it once, before anything is recalled. (transfer full) (nullable) */
static char *
offhook_realtime_config_fill_prompt(const OffhookAgentOptions *options)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *filled =
	    options->prompt != NULL ? offhook_prompt_fill(options->prompt, options, now) : NULL;

	return filled != NULL ? offhook_prompt_fill_memory(filled, NULL) : NULL;
}

static void
offhook_realtime_config_set_session(OffhookRealtimeConfig *self, OffhookSettings *settings,
				    const OffhookAgentOptions *options)
{
	g_autofree char *voice = offhook_realtime_get(settings, options, "voice");
	g_autofree char *transcription =
	    offhook_realtime_get(settings, options, "transcription-model");
	g_autofree char *tokens = offhook_realtime_get(settings, options, "max-output-tokens");
	g_autofree char *hang_up = offhook_realtime_get(settings, options, "hang-up");
	const char *noise = offhook_settings_get_string(settings, "noise-reduction");
	g_autofree char *instructions = offhook_realtime_config_fill_prompt(options);
	const OffhookRealtimeSetup setup = {
	    .instructions = instructions,
	    .language = options->language,
	    .voice = voice,
	    .speed = offhook_realtime_get_speed(settings, options),
	    .transcription_model = transcription,
	    .noise_reduction = g_str_equal(noise, "off") ? NULL : noise,
	    .mulaw = self->mulaw,
	    .max_output_tokens = g_ascii_strtoll(tokens, NULL, 10),
	    .hang_up = g_strcmp0(hang_up, "true") == 0,
	    .transfers = self->transfers,
	};

	self->transcribes = transcription != NULL;
	self->hangs_up = setup.hang_up;
	self->setup = offhook_realtime_setup_to_message(&setup);
}

/* Nothing is gained by more than the line carries. @line: (nullable) */
static gboolean
offhook_realtime_is_mulaw(const char *audio, const OffhookAudioFormat *line)
{
	if (!g_str_equal(audio, "auto"))
		return g_str_equal(audio, "pcmu");
	return line != NULL && line->encoding != OFFHOOK_ENCODING_S16LE && line->rate == 8000;
}

/* ---- the whole ---- */

OffhookRealtimeConfig *
offhook_realtime_config_new(OffhookSettings *settings, const OffhookAgentOptions *options,
			    GError **error)
{
	g_autoptr(OffhookRealtimeConfig) self = g_new0(OffhookRealtimeConfig, 1);
	g_autofree char *key = offhook_settings_dup_string(settings, "api-key");
	g_autofree char *model = NULL;
	g_autofree char *transfers = NULL;

	if (options->options != NULL && !offhook_realtime_check_options(options->options, error))
		return NULL;
	model = offhook_realtime_get(settings, options, "model");
	transfers = offhook_realtime_get(settings, options, "transfer-to");
	if (!offhook_realtime_config_set_place(self, offhook_settings_get_string(settings, "url"),
					       key, model, error) ||
	    !offhook_realtime_config_set_transfers(self, transfers, error))
		return NULL;
	self->mulaw = offhook_realtime_is_mulaw(offhook_settings_get_string(settings, "audio"),
						options->line);
	self->greeting = offhook_realtime_get(settings, options, "greeting");
	self->apology = offhook_realtime_get(settings, options, "apology");
	self->connect_ms = (guint)offhook_settings_get_integer(settings, "connect-timeout-ms");
	self->first_audio_ms =
	    (guint)offhook_settings_get_integer(settings, "first-audio-timeout-ms");
	self->stall_ms = (guint)offhook_settings_get_integer(settings, "stall-timeout-ms");
	offhook_realtime_config_set_session(self, settings, options);
	return g_steal_pointer(&self);
}

void
offhook_realtime_config_free(OffhookRealtimeConfig *self)
{
	if (self == NULL)
		return;
	g_free(self->url);
	g_strfreev(self->headers);
	g_free(self->setup);
	g_free(self->greeting);
	g_free(self->apology);
	g_clear_pointer(&self->transfers, g_hash_table_unref);
	g_free(self);
}
