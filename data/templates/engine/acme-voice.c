/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One call's voice: a word is a tone. A word is made with each turn of the main loop, so that cancelling comes
 * through and other calls are not kept waiting; an engine that burns more time than that works in an
 * OffhookWorkQueue, one that asks a service uses OffhookWebClient. Main thread.
 */

#include "acme.h"

#include <math.h>
#include <string.h>

#define WORD_MS 300 /* of it a fifth is the pause behind the word */
#define SPACE   " \t\r\n"

/* What speak() was given. */
typedef struct {
	guint number;
	char *text;
	gsize at; /* what is before that has been spoken */
	guint ms; /* and took so long */
} AcmePiece;

struct _AcmeVoice {
	OffhookSynthesizer parent_instance;

	guint hertz;
	GQueue pieces; /* of AcmePiece, in the order in which they were asked for */
	guint source;  /* 0: nothing to do */
};

G_DEFINE_FINAL_TYPE(AcmeVoice, acme_voice, OFFHOOK_TYPE_SYNTHESIZER)

OffhookSynthesizer *
acme_voice_new(guint hertz)
{
	AcmeVoice *self = g_object_new(ACME_TYPE_VOICE, NULL);

	self->hertz = hertz;
	return OFFHOOK_SYNTHESIZER(self);
}

static void
acme_piece_free(gpointer data)
{
	AcmePiece *piece = data;

	g_free(piece->text);
	g_free(piece);
}

/* (transfer full) */
static GBytes *
acme_voice_make_tone(AcmeVoice *self)
{
	gsize n = OFFHOOK_RATE / 1000 * WORD_MS;
	gint16 *samples = g_new0(gint16, n);

	for (gsize i = 0; i < n * 4 / 5; i++)
		samples[i] = (gint16)(6000 * sin(2 * G_PI * self->hertz * i / OFFHOOK_RATE));
	return g_bytes_new_take(samples, n * sizeof *samples);
}

/* Whoever hears of it may cancel or ask for more: @piece is ours only up to then. */
static void
acme_voice_speak_word(AcmeVoice *self, AcmePiece *piece, gsize length)
{
	OffhookSynthesizer *synthesizer = OFFHOOK_SYNTHESIZER(self);
	guint number = piece->number;
	OffhookWordTime time = {piece->at, length, piece->ms, piece->ms + WORD_MS};
	g_autoptr(GBytes) tone = acme_voice_make_tone(self);

	piece->at += length;
	piece->ms += WORD_MS;
	offhook_synthesizer_emit_words(synthesizer, number, &time, 1);
	offhook_synthesizer_emit_audio(synthesizer, number, tone);
}

static void
acme_voice_end_piece(AcmeVoice *self)
{
	AcmePiece *piece = g_queue_pop_head(&self->pieces);
	guint number = piece->number;

	acme_piece_free(piece);
	offhook_synthesizer_emit_done(OFFHOOK_SYNTHESIZER(self), number, NULL);
}

static void acme_voice_go_on(AcmeVoice *self);

static gboolean
acme_voice_step_cb(gpointer user_data)
{
	/* Whoever hears of it may drop us, too. */
	g_autoptr(AcmeVoice) self = g_object_ref(user_data);
	AcmePiece *piece = g_queue_peek_head(&self->pieces);
	gsize length;

	self->source = 0;
	piece->at += strspn(piece->text + piece->at, SPACE);
	length = strcspn(piece->text + piece->at, SPACE);
	if (length > 0)
		acme_voice_speak_word(self, piece, length);
	else
		acme_voice_end_piece(self);
	acme_voice_go_on(self);
	return G_SOURCE_REMOVE;
}

static void
acme_voice_go_on(AcmeVoice *self)
{
	if (self->source == 0 && !g_queue_is_empty(&self->pieces))
		self->source = g_idle_add(acme_voice_step_cb, self);
}

static void
acme_voice_speak(OffhookSynthesizer *synthesizer, guint number, const char *text)
{
	AcmeVoice *self = ACME_VOICE(synthesizer);
	AcmePiece *piece = g_new0(AcmePiece, 1);

	piece->number = number;
	piece->text = g_strdup(text);
	g_queue_push_tail(&self->pieces, piece);
	acme_voice_go_on(self);
}

static void
acme_voice_cancel(OffhookSynthesizer *synthesizer)
{
	AcmeVoice *self = ACME_VOICE(synthesizer);

	g_clear_handle_id(&self->source, g_source_remove);
	g_queue_clear_full(&self->pieces, acme_piece_free);
}

static void
acme_voice_finalize(GObject *object)
{
	acme_voice_cancel(OFFHOOK_SYNTHESIZER(object));

	G_OBJECT_CLASS(acme_voice_parent_class)->finalize(object);
}

static void
acme_voice_init(AcmeVoice *self)
{
	g_queue_init(&self->pieces);
}

static void
acme_voice_class_init(AcmeVoiceClass *klass)
{
	OffhookSynthesizerClass *synthesizer_class = OFFHOOK_SYNTHESIZER_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = acme_voice_finalize;
	synthesizer_class->speak = acme_voice_speak;
	synthesizer_class->cancel = acme_voice_cancel;
}
