/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One call's voice: its pieces go to the desk that all flite voices share. Main thread. */

#include "flite-synthesizer.h"

#include "flite-voice.h"

struct _OffhookFliteSynthesizer {
	OffhookSynthesizer parent_instance;

	OffhookSpeechSession *session;
};

G_DEFINE_FINAL_TYPE(OffhookFliteSynthesizer, offhook_flite_synthesizer, OFFHOOK_TYPE_SYNTHESIZER)

OffhookSynthesizer *
offhook_flite_synthesizer_new(OffhookSpeechDesk *desk, const char *voice)
{
	OffhookFliteSynthesizer *self = g_object_new(OFFHOOK_TYPE_FLITE_SYNTHESIZER, NULL);

	self->session = offhook_speech_session_new(desk, OFFHOOK_SYNTHESIZER(self),
						   offhook_flite_voice_new(voice),
						   (GDestroyNotify)offhook_flite_voice_free);
	return OFFHOOK_SYNTHESIZER(self);
}

static void
offhook_flite_synthesizer_speak(OffhookSynthesizer *synthesizer, guint piece, const char *text)
{
	offhook_speech_session_speak(OFFHOOK_FLITE_SYNTHESIZER(synthesizer)->session, piece, text);
}

static void
offhook_flite_synthesizer_cancel(OffhookSynthesizer *synthesizer)
{
	offhook_speech_session_cancel(OFFHOOK_FLITE_SYNTHESIZER(synthesizer)->session);
}

static void
offhook_flite_synthesizer_dispose(GObject *object)
{
	g_clear_pointer(&OFFHOOK_FLITE_SYNTHESIZER(object)->session, offhook_speech_session_free);

	G_OBJECT_CLASS(offhook_flite_synthesizer_parent_class)->dispose(object);
}

static void
offhook_flite_synthesizer_init(OffhookFliteSynthesizer *self)
{
}

static void
offhook_flite_synthesizer_class_init(OffhookFliteSynthesizerClass *klass)
{
	OffhookSynthesizerClass *synthesizer = OFFHOOK_SYNTHESIZER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_flite_synthesizer_dispose;
	synthesizer->speak = offhook_flite_synthesizer_speak;
	synthesizer->cancel = offhook_flite_synthesizer_cancel;
}
