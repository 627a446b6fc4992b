/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Turns what the caller is to say into sound: a WAV file, a text spoken by one of flite's voices
 * (never slt, which is the agent's) or by the espeak-ng program, or keypad tones. All of it happens
 * before the first call begins. */

#include "speech.h"

#include "emu-error.h"
#include "wav.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

#ifdef HAVE_FLITE
#include <flite/flite.h>

cst_voice *register_cmu_us_rms(const char *directory);
cst_voice *register_cmu_us_awb(const char *directory);
cst_voice *register_cmu_us_kal(const char *directory);
cst_voice *register_cmu_us_kal16(const char *directory);
#endif

#define OFFHOOK_EMU_SPEECH_WINDOWS  200 /* a second: resolution of onset and end */
#define OFFHOOK_EMU_SPEECH_FLOOR    120 /* quieter than this is never speech (-48 dBFS) */
#define OFFHOOK_EMU_SPEECH_MAX_TEXT 4096
#define OFFHOOK_EMU_SPEECH_TONES    8000 /* the rate at which keypad tones are made */

void
offhook_emu_utterance_free(OffhookEmuUtterance *self)
{
	g_free(self->text);
	g_ptr_array_unref(self->takes);
	g_free(self);
}

/* Speech is what is at most 34 dB below the loudest moment: synthesisers pad with faint noise. */
static void
offhook_emu_utterance_find_speech(OffhookEmuUtterance *self, const OffhookEmuPcm *pcm)
{
	const gint16 *samples = (const gint16 *)pcm->samples->data;
	gsize length = pcm->samples->len;
	gsize window = pcm->rate / OFFHOOK_EMU_SPEECH_WINDOWS;
	gdouble loudest = 0;
	gboolean found = FALSE;

	for (gsize at = 0; at < length; at += window)
		loudest = MAX(loudest, offhook_emu_pcm_rms(samples + at, MIN(window, length - at)));
	self->onset_ms = 0;
	self->end_ms = (gint64)length * 1000 / pcm->rate;
	for (gsize at = 0; at < length; at += window) {
		gsize size = MIN(window, length - at);

		if (offhook_emu_pcm_rms(samples + at, size) <
		    MAX(loudest * 0.02, OFFHOOK_EMU_SPEECH_FLOOR))
			continue;
		if (!found)
			self->onset_ms = (gint64)at * 1000 / pcm->rate;
		found = TRUE;
		self->end_ms = (gint64)(at + size) * 1000 / pcm->rate;
	}
}

OffhookEmuUtterance *
offhook_emu_utterance_new_from_pcm(const gchar *text, const OffhookEmuPcm *pcm, const guint *rates)
{
	OffhookEmuUtterance *self = g_new0(OffhookEmuUtterance, 1);

	self->text = g_strdup(text);
	self->takes = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_emu_pcm_free);
	for (; *rates != 0; rates++)
		g_ptr_array_add(self->takes, offhook_emu_pcm_resample(pcm, *rates));
	offhook_emu_utterance_find_speech(self, g_ptr_array_index(self->takes, 0));
	return self;
}

const OffhookEmuPcm *
offhook_emu_utterance_get(const OffhookEmuUtterance *self, guint rate)
{
	for (guint i = 0; i < self->takes->len; i++) {
		const OffhookEmuPcm *take = g_ptr_array_index(self->takes, i);

		if (take->rate == rate)
			return take;
	}
	return NULL;
}

#ifdef HAVE_FLITE
static const struct {
	const gchar *name;
	cst_voice *(*load)(const char *directory);
} offhook_emu_flite_voices[] = {
    {"rms", register_cmu_us_rms},
    {"awb", register_cmu_us_awb},
    {"kal", register_cmu_us_kal},
    {"kal16", register_cmu_us_kal16},
};

static OffhookEmuPcm *
offhook_emu_speech_flite(const gchar *text, const gchar *name, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_flite_voices); i++) {
		OffhookEmuPcm *pcm;
		cst_wave *wave;

		if (!g_str_equal(name, offhook_emu_flite_voices[i].name))
			continue;
		flite_init();
		wave = flite_text_to_wave(text, offhook_emu_flite_voices[i].load(NULL));
		pcm = offhook_emu_pcm_new((guint)wave->sample_rate);
		g_array_append_vals(pcm->samples, wave->samples, (guint)wave->num_samples);
		delete_wave(wave);
		return pcm;
	}
	g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_SPEECH,
		    "voice \"%s\" is not known, expected rms, awb, kal, kal16 or espeak:NAME",
		    name);
	return NULL;
}
#else
static OffhookEmuPcm *
offhook_emu_speech_flite(const gchar *text, const gchar *name, GError **error)
{
	g_set_error(
	    error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_SPEECH,
	    "voice \"%s\": this emulator was built without flite, use espeak:NAME or a WAV file",
	    name);
	return NULL;
}
#endif

/* The text goes through standard input, so that nothing in it can be taken for an option. */
static OffhookEmuPcm *
offhook_emu_speech_espeak(const gchar *text, const gchar *name, GError **error)
{
	g_autoptr(GSubprocess) process = NULL;
	g_autoptr(GBytes) input = g_bytes_new(text, strlen(text));
	g_autoptr(GBytes) wav = NULL;
	g_autoptr(GBytes) complaint = NULL;
	g_autofree gchar *program = g_find_program_in_path("espeak-ng");
	g_autofree gchar *label = g_strdup_printf("voice espeak:%s", name);

	if (program == NULL) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_SPEECH,
			    "%s: the program espeak-ng is not installed", label);
		return NULL;
	}
	process =
	    g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
				 G_SUBPROCESS_FLAGS_STDERR_PIPE,
			     error, program, "-v", name, "-b", "1", "--stdin", "--stdout", NULL);
	if (process == NULL ||
	    !g_subprocess_communicate(process, input, NULL, &wav, &complaint, error))
		return NULL;
	if (!g_subprocess_get_successful(process) || g_bytes_get_size(wav) == 0) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_SPEECH,
			    "%s: espeak-ng failed: %.*s", label, (int)g_bytes_get_size(complaint),
			    (const gchar *)g_bytes_get_data(complaint, NULL));
		return NULL;
	}
	return offhook_emu_wav_parse(label, g_bytes_get_data(wav, NULL), g_bytes_get_size(wav),
				     error);
}

static OffhookEmuPcm *
offhook_emu_speech_speak(const gchar *text, const gchar *voice, GError **error)
{
	if (*text == '\0' || strlen(text) > OFFHOOK_EMU_SPEECH_MAX_TEXT ||
	    !g_utf8_validate(text, -1, NULL)) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_SPEECH,
			    "a text of %zu bytes cannot be spoken, expected 1 to %d bytes of UTF-8",
			    strlen(text), OFFHOOK_EMU_SPEECH_MAX_TEXT);
		return NULL;
	}
	if (g_str_has_prefix(voice, "espeak:"))
		return offhook_emu_speech_espeak(text, voice + strlen("espeak:"), error);
	return offhook_emu_speech_flite(text, voice, error);
}

/* A word may happen to be the name of a file nearby, so only a path or a .wav is taken for one. */
static gboolean
offhook_emu_speech_is_file(const gchar *what)
{
	g_autofree gchar *lower = g_ascii_strdown(what, -1);

	return g_str_has_suffix(lower, ".wav") ||
	       (strchr(what, '/') != NULL && g_file_test(what, G_FILE_TEST_IS_REGULAR));
}

/* @what is the name of a WAV file or a text to speak. */
OffhookEmuUtterance *
offhook_emu_utterance_new(const gchar *what, const OffhookEmuSpeech *speech, GError **error)
{
	g_autoptr(OffhookEmuPcm) pcm = NULL;

	if (offhook_emu_speech_is_file(what))
		pcm = offhook_emu_wav_read(what, error);
	else
		pcm = offhook_emu_speech_speak(what, speech->voice, error);
	if (pcm == NULL)
		return NULL;
	if (speech->gain != 0)
		offhook_emu_pcm_amplify(pcm, speech->gain);
	return offhook_emu_utterance_new_from_pcm(what, pcm, speech->rates);
}

static void
offhook_emu_speech_append_tone(GArray *out, gdouble low, gdouble high, guint samples)
{
	for (guint i = 0; i < samples; i++) {
		gdouble t = 2 * G_PI * i / OFFHOOK_EMU_SPEECH_TONES;
		gint16 sample = (gint16)(6000 * (sin(t * low) + sin(t * high)));

		g_array_append_val(out, sample);
	}
}

/* Keypad tones in the voice band: 100 ms each, 100 ms apart; `w` is half a second of nothing. */
OffhookEmuUtterance *
offhook_emu_utterance_new_tones(const gchar *digits, const OffhookEmuSpeech *speech)
{
	static const gchar keys[] = "123A456B789C*0#D";
	static const gdouble rows[] = {697, 770, 852, 941};
	static const gdouble columns[] = {1209, 1336, 1477, 1633};
	g_autoptr(OffhookEmuPcm) pcm = offhook_emu_pcm_new(OFFHOOK_EMU_SPEECH_TONES);

	for (const gchar *digit = digits; *digit != '\0'; digit++) {
		const gchar *key = strchr(keys, *digit);
		guint tone = OFFHOOK_EMU_SPEECH_TONES / 10;
		guint pause = key != NULL ? tone : OFFHOOK_EMU_SPEECH_TONES / 2;
		guint start;

		if (key != NULL)
			offhook_emu_speech_append_tone(pcm->samples, rows[(key - keys) / 4],
						       columns[(key - keys) % 4], tone);
		start = pcm->samples->len;
		g_array_set_size(pcm->samples, start + pause);
		memset(&g_array_index(pcm->samples, gint16, start), 0, pause * sizeof(gint16));
	}
	return offhook_emu_utterance_new_from_pcm(digits, pcm, speech->rates);
}
