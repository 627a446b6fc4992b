/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Turns what the caller is to say into mu-law: a WAV file, a text spoken by one of flite's voices
 * (never slt, which is the agent's) or by the espeak-ng program, or keypad tones. All of it happens
 * before the first call begins. */

#include "speech.h"

#include "emu-error.h"
#include "mulaw.h"
#include "pcm.h"
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

#define OFFHOOK_EMU_SPEECH_WINDOW   40  /* 5 ms: resolution of onset and end */
#define OFFHOOK_EMU_SPEECH_FLOOR    120 /* quieter than this is never speech (-48 dBFS) */
#define OFFHOOK_EMU_SPEECH_MAX_TEXT 4096

void
offhook_emu_utterance_free(OffhookEmuUtterance *self)
{
	g_free(self->text);
	g_bytes_unref(self->mulaw);
	g_free(self);
}

/* Speech is what is at most 34 dB below the loudest moment: synthesisers pad with faint noise. */
static void
offhook_emu_utterance_find_speech(OffhookEmuUtterance *self)
{
	gsize length;
	const guint8 *codes = g_bytes_get_data(self->mulaw, &length);
	gdouble loudest = 0;
	gboolean found = FALSE;

	for (gsize at = 0; at < length; at += OFFHOOK_EMU_SPEECH_WINDOW)
		loudest = MAX(
		    loudest,
		    offhook_emu_mulaw_rms(codes + at, MIN(OFFHOOK_EMU_SPEECH_WINDOW, length - at)));
	self->onset = 0;
	self->end = (guint)length;
	for (gsize at = 0; at < length; at += OFFHOOK_EMU_SPEECH_WINDOW) {
		gsize size = MIN(OFFHOOK_EMU_SPEECH_WINDOW, length - at);

		if (offhook_emu_mulaw_rms(codes + at, size) <
		    MAX(loudest * 0.02, OFFHOOK_EMU_SPEECH_FLOOR))
			continue;
		if (!found)
			self->onset = (guint)at;
		found = TRUE;
		self->end = (guint)(at + size);
	}
}

OffhookEmuUtterance *
offhook_emu_utterance_new_from_mulaw(const gchar *text, GBytes *mulaw)
{
	OffhookEmuUtterance *self = g_new0(OffhookEmuUtterance, 1);

	self->text = g_strdup(text);
	self->mulaw = g_bytes_ref(mulaw);
	offhook_emu_utterance_find_speech(self);
	return self;
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
offhook_emu_utterance_new(const gchar *what, const gchar *voice, gdouble gain, GError **error)
{
	g_autoptr(OffhookEmuPcm) pcm = NULL;
	g_autoptr(OffhookEmuPcm) narrow = NULL;
	g_autoptr(GBytes) mulaw = NULL;

	if (offhook_emu_speech_is_file(what))
		pcm = offhook_emu_wav_read(what, error);
	else
		pcm = offhook_emu_speech_speak(what, voice, error);
	if (pcm == NULL)
		return NULL;
	narrow = offhook_emu_pcm_resample(pcm, OFFHOOK_EMU_RATE);
	if (gain != 0)
		offhook_emu_pcm_amplify(narrow, gain);
	mulaw = offhook_emu_pcm_to_mulaw(narrow);
	return offhook_emu_utterance_new_from_mulaw(what, mulaw);
}

static void
offhook_emu_speech_append_tone(GByteArray *out, gdouble low, gdouble high, guint samples)
{
	for (guint i = 0; i < samples; i++) {
		gdouble t = 2 * G_PI * i / OFFHOOK_EMU_RATE;
		guint8 code =
		    offhook_emu_mulaw_encode((gint16)(6000 * (sin(t * low) + sin(t * high))));

		g_byte_array_append(out, &code, 1);
	}
}

/* Keypad tones in the voice band: 100 ms each, 100 ms apart; `w` is half a second of nothing. */
OffhookEmuUtterance *
offhook_emu_utterance_new_tones(const gchar *digits)
{
	static const gchar keys[] = "123A456B789C*0#D";
	static const gdouble rows[] = {697, 770, 852, 941};
	static const gdouble columns[] = {1209, 1336, 1477, 1633};
	g_autoptr(GByteArray) codes = g_byte_array_new();
	g_autoptr(GBytes) mulaw = NULL;

	for (const gchar *digit = digits; *digit != '\0'; digit++) {
		const gchar *key = strchr(keys, *digit);
		guint pause = key != NULL ? OFFHOOK_EMU_RATE / 10 : OFFHOOK_EMU_RATE / 2;
		guint start;

		if (key != NULL)
			offhook_emu_speech_append_tone(codes, rows[(key - keys) / 4],
						       columns[(key - keys) % 4],
						       OFFHOOK_EMU_RATE / 10);
		start = codes->len;
		g_byte_array_set_size(codes, start + pause);
		memset(codes->data + start, OFFHOOK_EMU_SILENCE, pause);
	}
	mulaw = g_byte_array_free_to_bytes(g_steal_pointer(&codes));
	return offhook_emu_utterance_new_from_mulaw(digits, mulaw);
}
