/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What ConversationRelay is told in the TwiML: by the driver's settings, and before them by those that
 * an assistant's section has under the same names. Main thread.
 */

#include "relay-options.h"

#include "twilio-config.h"

#include <offhook/error.h>
#include <string.h>

#define MODE "mode"

static const struct {
	const char *setting;
	const char *attribute;
} offhook_twilio_relay_table[] = {
    {"relay-language", "language"},
    {"relay-tts-language", "ttsLanguage"},
    {"relay-transcription-language", "transcriptionLanguage"},
    {"relay-tts-provider", "ttsProvider"},
    {"relay-voice", "voice"},
    {"relay-transcription-provider", "transcriptionProvider"},
    {"relay-speech-model", "speechModel"},
    {"relay-interruptible", "interruptible"},
    {"relay-interrupt-sensitivity", "interruptSensitivity"},
    {"relay-hints", "hints"},
};

G_STATIC_ASSERT(G_N_ELEMENTS(offhook_twilio_relay_table) == OFFHOOK_TWILIO_RELAY_OPTIONS);

void
offhook_twilio_relay_options_read(OffhookTwilioRelayOptions *self, OffhookSettings *settings)
{
	self->relay = g_str_equal(offhook_settings_get_string(settings, MODE), "relay");
	for (guint i = 0; i < OFFHOOK_TWILIO_RELAY_OPTIONS; i++)
		self->values[i] = g_strdup(
		    offhook_settings_get_string(settings, offhook_twilio_relay_table[i].setting));
}

void
offhook_twilio_relay_options_clear(OffhookTwilioRelayOptions *self)
{
	for (guint i = 0; i < OFFHOOK_TWILIO_RELAY_OPTIONS; i++)
		g_clear_pointer(&self->values[i], g_free);
}

static const char *
offhook_twilio_relay_options_get(const OffhookDriverOptions *options, const char *name)
{
	return options != NULL && options->options != NULL
		   ? g_hash_table_lookup(options->options, name)
		   : NULL;
}

gboolean
offhook_twilio_relay_options_wants_relay(const OffhookTwilioRelayOptions *self,
					 const OffhookDriverOptions *options)
{
	const char *mode = offhook_twilio_relay_options_get(options, MODE);

	return mode != NULL && *mode != '\0' ? g_str_equal(mode, "relay") : self->relay;
}

guint
offhook_twilio_relay_options_collect(const OffhookTwilioRelayOptions *self,
				     const OffhookDriverOptions *options,
				     OffhookTwilioAttribute *attributes)
{
	guint n = 0;

	for (guint i = 0; i < OFFHOOK_TWILIO_RELAY_OPTIONS; i++) {
		const char *value = offhook_twilio_relay_options_get(
		    options, offhook_twilio_relay_table[i].setting);

		if (value == NULL || *value == '\0')
			value = self->values[i];
		/* The language is the first of them; the assistant has one in any case. */
		if ((value == NULL || *value == '\0') && i == 0 && options != NULL)
			value = options->language;
		if (value != NULL && *value != '\0')
			attributes[n++] = (OffhookTwilioAttribute){
			    offhook_twilio_relay_table[i].attribute, value};
	}
	return n;
}

static const OffhookSetting *
offhook_twilio_relay_options_find(const char *name)
{
	if (!g_str_equal(name, MODE) && !g_str_has_prefix(name, "relay-"))
		return NULL;
	for (const OffhookSetting *s = offhook_twilio_settings; s->name != NULL; s++)
		if (g_str_equal(s->name, name))
			return s;
	return NULL;
}

gboolean
offhook_twilio_relay_options_check(const OffhookDriverOptions *options, GError **error)
{
	GHashTableIter iter;
	gpointer name, value;

	g_hash_table_iter_init(&iter, options->options);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		const OffhookSetting *setting = offhook_twilio_relay_options_find(name);
		const char *text = value;

		if (setting == NULL) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "twilio.%s: unknown, expected mode or one of relay-...",
				    (const char *)name);
			return FALSE;
		}
		if (*text != '\0' && !offhook_setting_check(setting, "twilio", text, error))
			return FALSE;
	}
	return TRUE;
}
