/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a service says that is asked for speech. */

#include "saying.h"

#include "speech.h"

#include <math.h>
#include <string.h>

#define OFFHOOK_EMU_SAYING_TONE_HZ 440

static OffhookEmuPcm *
offhook_emu_saying_make_tone(const gchar *text, guint rate)
{
	OffhookEmuPcm *pcm = offhook_emu_pcm_new(rate);
	guint n =
	    (guint)((guint64)g_utf8_strlen(text, -1) * OFFHOOK_EMU_SAYING_TONE_MS * rate / 1000);

	for (guint i = 0; i < n; i++) {
		gint16 sample =
		    (gint16)(8000 * sin(2 * G_PI * OFFHOOK_EMU_SAYING_TONE_HZ * i / rate));

		g_array_append_val(pcm->samples, sample);
	}
	return pcm;
}

OffhookEmuPcm *
offhook_emu_saying_make(const gchar *text, const gchar *voice, guint rate)
{
	const guint rates[] = {rate, 0};
	const OffhookEmuSpeech speech = {.voice = voice, .rates = rates};
	g_autoptr(OffhookEmuUtterance) utterance = NULL;

	/* A client's text is never the name of a file of ours. */
	if (!g_str_equal(voice, "tone") && strchr(text, '/') == NULL && strchr(text, '.') != text)
		utterance = offhook_emu_utterance_new(text, &speech, NULL);
	if (utterance == NULL)
		return offhook_emu_saying_make_tone(text, rate);
	return offhook_emu_pcm_resample(offhook_emu_utterance_get(utterance, rate), rate);
}
