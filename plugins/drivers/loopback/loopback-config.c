/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The settings of [driver:loopback], and the party's script read into memory, so that a call never
 * waits for a file. Main thread.
 */

#include "loopback-config.h"

#include "tones.h"

#include <errno.h>
#include <offhook/call.h>
#include <offhook/error.h>
#include <offhook/g711.h>
#include <offhook/wav.h>
#include <string.h>

#define MAX_UTTERANCES 64
#define KEYS_PREFIX    "dtmf:"

const OffhookSetting offhook_loopback_settings[] = {
    {"play", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "What the party says on each call: WAV files and dtmf:DIGITS, joined by commas; each waits "
     "for the answer to the one before. Without it the party is silent and stays on the line."},
    {"wait-for-greeting", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Whether the first of `play`, too, waits until the agent has said something."},
    {"turn-gap-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "1200", "20..60000", NULL,
     "Silence after words of the agent by which the party knows that it has finished."},
    {"patience-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "15000", "20..600000", NULL,
     "How long the party waits for an answer before it goes on without."},
    {"hangup-after-silence-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "3000", "0..600000",
     NULL, "Silence after the last of `play` after which the party hangs up; 0 for never."},
    {"heard-dir", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Folder for what the party heard, a WAV file named after each call; made when missing."},
    {"format", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "s16le", "s16le|mulaw|alaw", NULL,
     "Audio on the line: s16le at 16 kHz, or G.711 at 8 kHz as over a telephone network."},
    {"phone-number", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "+15550100000", NULL, NULL,
     "The number under which this driver calls and is called."},
    {"answer-delay-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "0", "0..60000", NULL,
     "How long the called party lets it ring."},
    {"ring-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "30000", "1..600000", NULL,
     "How long it rings at most, when the caller does not say."},
    {"inbound-webhook", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Whether POST /voice/webhook/loopback places calls to the daemon; it asks for no password."},
    {NULL},
};

static const struct {
	const char *name;
	OffhookAudioFormat format;
} offhook_loopback_formats[] = {
    {"s16le", {OFFHOOK_ENCODING_S16LE, 16000}},
    {"mulaw", {OFFHOOK_ENCODING_MULAW, 8000}},
    {"alaw", {OFFHOOK_ENCODING_ALAW, 8000}},
};

GBytes *
offhook_loopback_encode(const OffhookAudioFormat *format, GBytes *samples)
{
	gsize size;
	const gint16 *in = g_bytes_get_data(samples, &size);
	gsize n = size / sizeof *in;
	gsize per_frame = format->rate / 1000 * OFFHOOK_FRAME_MS;
	gsize frames = MAX(1, (n + per_frame - 1) / per_frame);
	gsize bytes = frames * offhook_audio_format_get_bytes(format, OFFHOOK_FRAME_MS);
	guint8 *out = g_malloc(bytes);

	memset(out, offhook_encoding_get_silence(format->encoding), bytes);
	if (n > 0 && format->encoding == OFFHOOK_ENCODING_S16LE)
		memcpy(out, in, n * sizeof *in);
	else if (n > 0)
		offhook_g711_encode(format->encoding, in, n, out);
	return g_bytes_new_take(out, bytes);
}

/* ---- the script ---- */

static GBytes *
offhook_loopback_config_read_item(const OffhookAudioFormat *format, const char *item,
				  const char *folder, GError **error)
{
	g_autofree char *name = g_path_get_basename(item);
	g_autofree char *path = NULL;
	g_autoptr(GBytes) samples = NULL;

	/* The daemon has put its folder before the first item, whatever that is. */
	if (g_str_has_prefix(name, KEYS_PREFIX)) {
		const char *digits = name + strlen(KEYS_PREFIX);

		if (!offhook_loopback_digits_are_valid(digits)) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "play=%s: expected 1 to %d of 0-9, *, #, A-D, w and W", name,
				    OFFHOOK_LOOPBACK_MAX_DIGITS);
			return NULL;
		}
		samples = offhook_loopback_tones_new(digits, format->rate);
	} else {
		path = g_path_is_absolute(item) ? g_strdup(item)
						: g_build_filename(folder, item, NULL);
		samples = offhook_wav_load(path, format->rate, NULL, error);
		if (samples == NULL)
			g_prefix_error(error, "play=%s: ", path);
	}
	return samples != NULL ? offhook_loopback_encode(format, samples) : NULL;
}

/* Relative names after the first count from the folder of the first. */
static gboolean
offhook_loopback_config_read_script(OffhookLoopbackConfig *self, const char *play, GError **error)
{
	g_auto(GStrv) items = g_strsplit(play, ",", MAX_UTTERANCES + 1);
	g_autofree char *folder = g_path_get_dirname(g_strstrip(items[0]));

	if (g_strv_length(items) > MAX_UTTERANCES) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "play: more than %d items, expected fewer", MAX_UTTERANCES);
		return FALSE;
	}
	for (guint i = 0; items[i] != NULL; i++) {
		const char *item = g_strstrip(items[i]);
		g_autoptr(GError) local = NULL;
		GBytes *utterance;

		utterance = offhook_loopback_config_read_item(&self->manners.format, item,
							      i == 0 ? "." : folder, &local);
		if (utterance == NULL) {
			/* Whatever is wrong with the file, the configuration names it. */
			g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
					    local->message);
			return FALSE;
		}
		g_ptr_array_add(self->manners.utterances, utterance);
	}
	return TRUE;
}

static gboolean
offhook_loopback_config_make_heard_dir(OffhookLoopbackConfig *self, GError **error)
{
	if (self->heard_dir == NULL || g_mkdir_with_parents(self->heard_dir, 0750) == 0)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "heard-dir=%s: expected a folder that can be made: %s", self->heard_dir,
		    g_strerror(errno));
	return FALSE;
}

static void
offhook_loopback_config_read_manners(OffhookLoopbackManners *manners, OffhookSettings *settings)
{
	const char *format = offhook_settings_get_string(settings, "format");

	for (guint i = 0; i < G_N_ELEMENTS(offhook_loopback_formats); i++)
		if (g_str_equal(format, offhook_loopback_formats[i].name))
			manners->format = offhook_loopback_formats[i].format;
	manners->utterances = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	manners->listen_first = offhook_settings_get_boolean(settings, "wait-for-greeting");
	manners->turn_gap_ms = (guint)offhook_settings_get_integer(settings, "turn-gap-ms");
	manners->patience_ms = (guint)offhook_settings_get_integer(settings, "patience-ms");
	manners->hang_up_ms =
	    (guint)offhook_settings_get_integer(settings, "hangup-after-silence-ms");
}

OffhookLoopbackConfig *
offhook_loopback_config_new(OffhookSettings *settings, GError **error)
{
	g_autoptr(OffhookLoopbackConfig) self = g_new0(OffhookLoopbackConfig, 1);
	const char *play = offhook_settings_get_string(settings, "play");

	g_atomic_ref_count_init(&self->ref_count);
	offhook_loopback_config_read_manners(&self->manners, settings);
	self->phone_number = g_strdup(offhook_settings_get_string(settings, "phone-number"));
	self->heard_dir = g_strdup(offhook_settings_get_string(settings, "heard-dir"));
	self->answer_delay_ms = (guint)offhook_settings_get_integer(settings, "answer-delay-ms");
	self->ring_timeout_ms = (guint)offhook_settings_get_integer(settings, "ring-timeout-ms");
	self->inbound_webhook = offhook_settings_get_boolean(settings, "inbound-webhook");
	if (!offhook_phone_number_is_valid(self->phone_number)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "phone-number=%s: expected a number in E.164 like "
			    "+15550100000",
			    self->phone_number);
		return NULL;
	}
	if ((play != NULL && *play != '\0' &&
	     !offhook_loopback_config_read_script(self, play, error)) ||
	    !offhook_loopback_config_make_heard_dir(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

OffhookLoopbackConfig *
offhook_loopback_config_ref(OffhookLoopbackConfig *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_loopback_config_unref(OffhookLoopbackConfig *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_free(self->phone_number);
	g_free(self->heard_dir);
	g_clear_pointer(&self->manners.utterances, g_ptr_array_unref);
	g_free(self);
}
