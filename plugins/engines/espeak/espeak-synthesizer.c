/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One call's voice: its pieces go to the desk that all espeak voices share. Main thread. */

#include "espeak-synthesizer.h"

#include "espeak-voice.h"

struct _OffhookEspeakSynthesizer {
	OffhookSynthesizer parent_instance;

	OffhookSpeechSession *session;
};

G_DEFINE_FINAL_TYPE(OffhookEspeakSynthesizer, offhook_espeak_synthesizer, OFFHOOK_TYPE_SYNTHESIZER)

OffhookSynthesizer *
offhook_espeak_synthesizer_new(OffhookSpeechDesk *desk, OffhookEspeakVoice *voice)
{
	OffhookEspeakSynthesizer *self = g_object_new(OFFHOOK_TYPE_ESPEAK_SYNTHESIZER, NULL);

	self->session = offhook_speech_session_new(desk, OFFHOOK_SYNTHESIZER(self), voice,
						   (GDestroyNotify)offhook_espeak_voice_free);
	return OFFHOOK_SYNTHESIZER(self);
}

static void
offhook_espeak_synthesizer_speak(OffhookSynthesizer *synthesizer, guint piece, const char *text)
{
	offhook_speech_session_speak(OFFHOOK_ESPEAK_SYNTHESIZER(synthesizer)->session, piece, text);
}

static void
offhook_espeak_synthesizer_cancel(OffhookSynthesizer *synthesizer)
{
	offhook_speech_session_cancel(OFFHOOK_ESPEAK_SYNTHESIZER(synthesizer)->session);
}

static void
offhook_espeak_synthesizer_dispose(GObject *object)
{
	g_clear_pointer(&OFFHOOK_ESPEAK_SYNTHESIZER(object)->session, offhook_speech_session_free);

	G_OBJECT_CLASS(offhook_espeak_synthesizer_parent_class)->dispose(object);
}

static void
offhook_espeak_synthesizer_init(OffhookEspeakSynthesizer *self)
{
}

static void
offhook_espeak_synthesizer_class_init(OffhookEspeakSynthesizerClass *klass)
{
	OffhookSynthesizerClass *synthesizer = OFFHOOK_SYNTHESIZER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_espeak_synthesizer_dispose;
	synthesizer->speak = offhook_espeak_synthesizer_speak;
	synthesizer->cancel = offhook_espeak_synthesizer_cancel;
}
