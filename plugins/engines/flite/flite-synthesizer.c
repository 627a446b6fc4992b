/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One call's voice. Pieces are spoken one after another in a worker thread; what comes of them is
 * posted to the main thread, which drops what a cancel has overtaken.
 */

#include "flite-synthesizer.h"

#include <string.h>

/* The first audio leaves at once, later audio in larger portions. */
#define OFFHOOK_FLITE_FIRST_MS   40
#define OFFHOOK_FLITE_PORTION_MS 200
#define OFFHOOK_FLITE_MAX_TEXT   10000 /* bytes of one piece */
#define OFFHOOK_FLITE_MAX_PIECES 1000  /* waiting */

struct _OffhookFliteSynthesizer {
	OffhookSynthesizer parent_instance;

	const OffhookFliteVoice *voice;
	OffhookWorkQueue *queue;
	gint generation; /* atomic: rises with each cancel */
};

G_DEFINE_FINAL_TYPE(OffhookFliteSynthesizer, offhook_flite_synthesizer, OFFHOOK_TYPE_SYNTHESIZER)

/** A piece on its way through the worker. */
typedef struct {
	OffhookFliteSynthesizer *synthesizer; /* owned */
	gint generation;
	guint piece;
	char *text;
	OffhookResampler *resampler; /* NULL until the rate is known */
	GByteArray *audio;
	guint portion_ms;
} OffhookFliteJob;

/** Something for the main thread. */
typedef struct {
	OffhookFliteSynthesizer *synthesizer; /* owned */
	gint generation;
	guint piece;
	GBytes *audio; /* (nullable) */
	GArray *words; /* (nullable) */
	gboolean done;
} OffhookFliteNews;

static void
offhook_flite_job_free(gpointer data)
{
	OffhookFliteJob *job = data;

	g_object_unref(job->synthesizer);
	g_free(job->text);
	g_clear_pointer(&job->resampler, offhook_resampler_free);
	g_byte_array_unref(job->audio);
	g_free(job);
}

static void
offhook_flite_news_free(gpointer data)
{
	OffhookFliteNews *news = data;

	g_object_unref(news->synthesizer);
	g_clear_pointer(&news->audio, g_bytes_unref);
	g_clear_pointer(&news->words, g_array_unref);
	g_free(news);
}

static gboolean
offhook_flite_synthesizer_is_current(OffhookFliteSynthesizer *self, gint generation)
{
	return g_atomic_int_get(&self->generation) == generation;
}

static void
offhook_flite_news_tell(gpointer data)
{
	OffhookFliteNews *news = data;
	OffhookSynthesizer *synthesizer = OFFHOOK_SYNTHESIZER(news->synthesizer);

	if (!offhook_flite_synthesizer_is_current(news->synthesizer, news->generation))
		return;
	if (news->words != NULL)
		offhook_synthesizer_emit_words(synthesizer, news->piece,
					       (const OffhookWordTime *)news->words->data,
					       news->words->len);
	else if (news->audio != NULL)
		offhook_synthesizer_emit_audio(synthesizer, news->piece, news->audio);
	else
		offhook_synthesizer_emit_done(synthesizer, news->piece, NULL);
}

/* @audio, @words: (transfer full) (nullable); neither: the piece is done */
static void
offhook_flite_job_post(OffhookFliteJob *job, GBytes *audio, GArray *words)
{
	OffhookFliteNews *news = g_new0(OffhookFliteNews, 1);

	news->synthesizer = g_object_ref(job->synthesizer);
	news->generation = job->generation;
	news->piece = job->piece;
	news->audio = audio;
	news->words = words;
	offhook_context_post(NULL, offhook_flite_news_tell, news, offhook_flite_news_free);
}

static void
offhook_flite_job_flush(OffhookFliteJob *job)
{
	if (job->audio->len == 0)
		return;
	offhook_flite_job_post(job, g_bytes_new(job->audio->data, job->audio->len), NULL);
	g_byte_array_set_size(job->audio, 0);
	job->portion_ms = OFFHOOK_FLITE_PORTION_MS;
}

static void
offhook_flite_job_words_cb(gpointer user_data, const OffhookWordTime *words, guint n)
{
	GArray *copy = g_array_sized_new(FALSE, FALSE, sizeof(OffhookWordTime), n);

	g_array_append_vals(copy, words, n);
	offhook_flite_job_post(user_data, NULL, copy);
}

static gboolean
offhook_flite_job_audio_cb(gpointer user_data, const gint16 *samples, guint n, guint rate)
{
	OffhookFliteJob *job = user_data;

	if (!offhook_flite_synthesizer_is_current(job->synthesizer, job->generation))
		return FALSE;
	if (job->resampler == NULL)
		job->resampler = offhook_resampler_new(rate, OFFHOOK_RATE);
	offhook_resampler_push(job->resampler, samples, n, job->audio);
	if (job->audio->len >= job->portion_ms * (OFFHOOK_RATE / 1000) * sizeof(gint16))
		offhook_flite_job_flush(job);
	return TRUE;
}

static void
offhook_flite_job_run(gpointer data)
{
	static const OffhookFliteSink sink = {offhook_flite_job_words_cb,
					      offhook_flite_job_audio_cb};
	OffhookFliteJob *job = data;

	if (!offhook_flite_synthesizer_is_current(job->synthesizer, job->generation))
		return;
	if (*job->text != '\0')
		offhook_flite_voice_speak(job->synthesizer->voice, job->text, &sink, job);
	if (job->resampler != NULL)
		offhook_resampler_flush(job->resampler, job->audio);
	offhook_flite_job_flush(job);
	offhook_flite_job_post(job, NULL, NULL);
}

/* Valid UTF-8 of bounded length, without white space around it. */
static char *
offhook_flite_synthesizer_clean(const char *text)
{
	g_autofree char *cut = g_strndup(text, strnlen(text, OFFHOOK_FLITE_MAX_TEXT));

	return g_strstrip(g_utf8_make_valid(cut, -1));
}

static void
offhook_flite_synthesizer_fail(OffhookFliteSynthesizer *self, guint piece)
{
	g_autoptr(GError) error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
					      "flite: more than %u pieces are waiting to be spoken",
					      OFFHOOK_FLITE_MAX_PIECES);

	offhook_synthesizer_emit_done(OFFHOOK_SYNTHESIZER(self), piece, error);
}

static void
offhook_flite_synthesizer_speak(OffhookSynthesizer *synthesizer, guint piece, const char *text)
{
	OffhookFliteSynthesizer *self = OFFHOOK_FLITE_SYNTHESIZER(synthesizer);
	OffhookFliteJob *job = g_new0(OffhookFliteJob, 1);

	job->synthesizer = g_object_ref(self);
	job->generation = g_atomic_int_get(&self->generation);
	job->piece = piece;
	job->text = offhook_flite_synthesizer_clean(text);
	job->audio = g_byte_array_new();
	job->portion_ms = OFFHOOK_FLITE_FIRST_MS;
	if (!offhook_work_queue_push(self->queue, offhook_flite_job_run, job,
				     offhook_flite_job_free))
		offhook_flite_synthesizer_fail(self, piece);
}

static void
offhook_flite_synthesizer_cancel(OffhookSynthesizer *synthesizer)
{
	OffhookFliteSynthesizer *self = OFFHOOK_FLITE_SYNTHESIZER(synthesizer);

	g_atomic_int_inc(&self->generation);
	offhook_work_queue_clear(self->queue);
}

OffhookSynthesizer *
offhook_flite_synthesizer_new(const OffhookFliteVoice *voice)
{
	OffhookFliteSynthesizer *self = g_object_new(OFFHOOK_TYPE_FLITE_SYNTHESIZER, NULL);

	self->voice = voice;
	return OFFHOOK_SYNTHESIZER(self);
}

static void
offhook_flite_synthesizer_finalize(GObject *object)
{
	offhook_work_queue_unref(OFFHOOK_FLITE_SYNTHESIZER(object)->queue);

	G_OBJECT_CLASS(offhook_flite_synthesizer_parent_class)->finalize(object);
}

static void
offhook_flite_synthesizer_init(OffhookFliteSynthesizer *self)
{
	self->queue = offhook_work_queue_new("flite", OFFHOOK_FLITE_MAX_PIECES);
}

static void
offhook_flite_synthesizer_class_init(OffhookFliteSynthesizerClass *klass)
{
	OffhookSynthesizerClass *synthesizer = OFFHOOK_SYNTHESIZER_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_flite_synthesizer_finalize;
	synthesizer->speak = offhook_flite_synthesizer_speak;
	synthesizer->cancel = offhook_flite_synthesizer_cancel;
}
