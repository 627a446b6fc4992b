/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The main thread appends samples; a job on the call's queue turns them into frames and gives
 * these to a decoder, a second at a time so that calls take turns. While no decoder is free the
 * frames wait. Functions named step_* run in the worker, the others in the main thread.
 */

#include "sphinx-utterance.h"

#include <offhook/audio.h>
#include <offhook/context.h>
#include <offhook/work-queue.h>
#include <string.h>

#define OFFHOOK_SPHINX_MAX_SAMPLES (OFFHOOK_SPHINX_UTTERANCE_MAX_SECONDS * OFFHOOK_RATE)
#define OFFHOOK_SPHINX_STEP_FRAMES OFFHOOK_SPHINX_FRAME_RATE
#define OFFHOOK_SPHINX_FIRST_LOOK  60 /* frames until the first partial, and between them */
#define OFFHOOK_SPHINX_LOOK_EVERY  30
#define OFFHOOK_SPHINX_SURE        0.9
#define OFFHOOK_SPHINX_SAME_LEVEL  1.4 /* a smaller ratio changes nothing */

/* What must be heard of the first utterance to know how loud the call is. */
#define OFFHOOK_SPHINX_FIRST_SAMPLES (OFFHOOK_RATE * 6 / 10)

struct _OffhookSphinxUtterance {
	gatomicrefcount ref_count;
	OffhookSphinxLine *line;
	guint number;
	OffhookExpectation *expectation;
	char *key;

	/* main thread */
	OffhookSphinxReport report;
	gpointer user_data;
	gboolean over; /* cancelled or reported */
	gsize n_samples;

	GMutex lock;
	GByteArray *samples; /* under lock: not yet taken */
	gboolean finished;   /* under lock */
	gboolean scheduled;  /* under lock */
	gboolean cancelled;  /* atomic */

	/* worker */
	OffhookSphinxTicket ticket;
	OffhookSphinxDecoder *decoder; /* (nullable): the ticket's */
	GByteArray *audio;             /* all samples so far */
	gsize fed;                     /* bytes of it that became frames */
	gboolean prepared;
	OffhookSphinxSound sound; /* assumed, once prepared */
	GArray *frames;           /* OffhookSphinxCepstrum */
	guint decoded;            /* frames given to the decoder */
	guint looked;             /* frames at the last partial */
	gboolean begun;
	gboolean ended;
	char *last_partial;
	OffhookSphinxGrammar *grammar;
	OffhookSphinxCepstrum mean;
};

typedef struct {
	OffhookSphinxUtterance *utterance;
	OffhookSphinxReportKind kind;
	char *text;
	double confidence;
	GError *error;
} OffhookSphinxNote;

/* ---- the line ---- */

OffhookSphinxLine *
offhook_sphinx_line_new(OffhookSphinxPool *pool)
{
	OffhookSphinxLine *self = g_new0(OffhookSphinxLine, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->pool = offhook_sphinx_pool_ref(pool);
	/* bounded by the utterances, which have one job each at most */
	self->queue = offhook_work_queue_new("pocketsphinx", 0);
	return self;
}

OffhookSphinxLine *
offhook_sphinx_line_ref(OffhookSphinxLine *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_sphinx_line_unref(OffhookSphinxLine *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	offhook_work_queue_unref(self->queue);
	offhook_sphinx_frontend_free(self->frontend);
	offhook_sphinx_pool_unref(self->pool);
	g_free(self);
}

/* ---- reports ---- */

static void
offhook_sphinx_note_deliver(gpointer data)
{
	OffhookSphinxNote *note = data;
	OffhookSphinxUtterance *self = note->utterance;

	if (self->over)
		return;
	self->over = note->kind != OFFHOOK_SPHINX_PARTIAL;
	self->report(self, note->kind, note->text, note->confidence, note->error, self->user_data);
}

static void
offhook_sphinx_note_free(gpointer data)
{
	OffhookSphinxNote *note = data;

	offhook_sphinx_utterance_unref(note->utterance);
	g_free(note->text);
	g_clear_error(&note->error);
	g_free(note);
}

/* @error: (transfer full) (nullable) */
static void
offhook_sphinx_utterance_post(OffhookSphinxUtterance *self, OffhookSphinxReportKind kind,
			      const char *text, double confidence, GError *error)
{
	OffhookSphinxNote *note = g_new0(OffhookSphinxNote, 1);

	note->utterance = offhook_sphinx_utterance_ref(self);
	note->kind = kind;
	note->text = g_strdup(text);
	note->confidence = confidence;
	note->error = error;
	offhook_context_post(NULL, offhook_sphinx_note_deliver, note, offhook_sphinx_note_free);
}

/* ---- the worker's side ---- */

static void
offhook_sphinx_utterance_step_close(OffhookSphinxUtterance *self)
{
	self->ended = TRUE;
	self->decoder = NULL;
	offhook_sphinx_pool_release(self->line->pool, &self->ticket);
}

static void
offhook_sphinx_utterance_step_fail(OffhookSphinxUtterance *self, GError *error)
{
	offhook_sphinx_utterance_post(self, OFFHOOK_SPHINX_FAILED, "", 0.0, error);
	offhook_sphinx_utterance_step_close(self);
}

/* Takes what has arrived. Returns whether that is all there will be. */
static gboolean
offhook_sphinx_utterance_step_take(OffhookSphinxUtterance *self)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

	g_byte_array_append(self->audio, self->samples->data, self->samples->len);
	g_byte_array_set_size(self->samples, 0);
	return self->finished;
}

/* What a frame is made from. %FALSE: not known yet, or an error. */
static gboolean
offhook_sphinx_utterance_step_prepare(OffhookSphinxUtterance *self, gboolean all, GError **error)
{
	OffhookSphinxLine *line = self->line;
	gsize n = self->audio->len / sizeof(gint16);

	if (line->frontend == NULL)
		line->frontend = offhook_sphinx_frontend_new(error);
	if (line->frontend == NULL)
		return FALSE;
	if (self->grammar == NULL)
		self->grammar = offhook_sphinx_pool_get_grammar(line->pool, self->key,
								self->expectation, error);
	if (self->grammar == NULL)
		return FALSE;
	if (self->prepared)
		return TRUE;
	if (!offhook_sphinx_frontend_get_sound(line->frontend, &self->sound)) {
		if (!all && n < OFFHOOK_SPHINX_FIRST_SAMPLES)
			return FALSE;
		offhook_sphinx_frontend_measure(
		    line->frontend, (gint16 *)(gpointer)self->audio->data, n, &self->sound);
	}
	self->prepared = TRUE;
	offhook_sphinx_frontend_begin(line->frontend, &self->sound);
	offhook_sphinx_frontend_get_mean(line->frontend, &self->mean);
	return TRUE;
}

static void
offhook_sphinx_utterance_step_listen(OffhookSphinxUtterance *self)
{
	gsize n = (self->audio->len - self->fed) / sizeof(gint16);

	offhook_sphinx_frontend_push(self->line->frontend,
				     (gint16 *)(gpointer)(self->audio->data + self->fed), n,
				     self->frames);
	self->fed += n * sizeof(gint16);
}

/* %FALSE: none yet, or an error. */
static gboolean
offhook_sphinx_utterance_step_begin(OffhookSphinxUtterance *self, GError **error)
{
	if (self->begun)
		return TRUE;
	self->decoder = offhook_sphinx_pool_acquire(self->line->pool, &self->ticket, error);
	if (self->decoder == NULL)
		return FALSE;
	self->begun = offhook_sphinx_decoder_begin(self->decoder, self->key, self->grammar,
						   &self->mean, error);
	return self->begun;
}

static const OffhookSphinxCepstrum *
offhook_sphinx_utterance_step_frame(const OffhookSphinxUtterance *self, guint at)
{
	return (const OffhookSphinxCepstrum *)(gpointer)self->frames->data + at;
}

static void
offhook_sphinx_utterance_step_look(OffhookSphinxUtterance *self)
{
	double least = offhook_sphinx_pool_get_config(self->line->pool)->min_confidence;
	g_auto(OffhookSphinxMatch) match = {0};
	double confidence;

	if (self->decoded < OFFHOOK_SPHINX_FIRST_LOOK ||
	    self->decoded < self->looked + OFFHOOK_SPHINX_LOOK_EVERY)
		return;
	self->looked = self->decoded;
	offhook_sphinx_decoder_peek(self->decoder, &match);
	confidence = offhook_sphinx_match_get_confidence(&match);
	if (confidence < least || g_strcmp0(self->last_partial, match.text) == 0)
		return;
	g_free(self->last_partial);
	self->last_partial = g_strdup(match.text);
	offhook_sphinx_utterance_post(self, OFFHOOK_SPHINX_PARTIAL, match.text, confidence, NULL);
}

/* Makes the frames anew when the utterance does not sound as was assumed. */
static void
offhook_sphinx_utterance_step_adjust(OffhookSphinxUtterance *self)
{
	const gint16 *samples = (gint16 *)(gpointer)self->audio->data;
	gsize n = self->audio->len / sizeof(gint16);
	OffhookSphinxSound sound;
	double ratio;

	offhook_sphinx_frontend_measure(self->line->frontend, samples, n, &sound);
	ratio = sound.level / self->sound.level;
	if (ratio < OFFHOOK_SPHINX_SAME_LEVEL && ratio > 1.0 / OFFHOOK_SPHINX_SAME_LEVEL &&
	    sound.narrow == self->sound.narrow)
		return;
	self->sound = sound;
	g_array_set_size(self->frames, 0);
	offhook_sphinx_frontend_begin(self->line->frontend, &sound);
	offhook_sphinx_frontend_push(self->line->frontend, samples, n, self->frames);
}

/*
 * How loud a caller is, and what the line adds, is not known in the first utterance, and may change
 * later. Words in doubt are decoded again with what the whole utterance tells about both.
 */
static void
offhook_sphinx_utterance_step_retry(OffhookSphinxUtterance *self, OffhookSphinxMatch *match)
{
	double confidence = offhook_sphinx_match_get_confidence(match);
	g_auto(OffhookSphinxMatch) again = {0};
	OffhookSphinxCepstrum mean;

	if (confidence >= OFFHOOK_SPHINX_SURE)
		return;
	offhook_sphinx_utterance_step_adjust(self);
	offhook_sphinx_frontend_blend(self->line->frontend, self->frames, &mean);
	if (!offhook_sphinx_decoder_begin(self->decoder, self->key, self->grammar, &mean, NULL))
		return;
	offhook_sphinx_decoder_push(self->decoder, offhook_sphinx_utterance_step_frame(self, 0),
				    self->frames->len);
	offhook_sphinx_decoder_end(self->decoder, &again);
	if (offhook_sphinx_match_get_confidence(&again) <= confidence)
		return;
	offhook_sphinx_match_clear(match);
	*match = again;
	again.text = NULL;
}

static void
offhook_sphinx_utterance_step_learn(OffhookSphinxUtterance *self)
{
	offhook_sphinx_utterance_step_adjust(self);
	offhook_sphinx_frontend_learn(self->line->frontend, self->frames, &self->sound);
}

static void
offhook_sphinx_utterance_step_end(OffhookSphinxUtterance *self)
{
	double least = offhook_sphinx_pool_get_config(self->line->pool)->min_confidence;
	g_auto(OffhookSphinxMatch) match = {0};
	double confidence;

	offhook_sphinx_decoder_end(self->decoder, &match);
	offhook_sphinx_utterance_step_retry(self, &match);
	confidence = offhook_sphinx_match_get_confidence(&match);
	if (confidence >= least)
		offhook_sphinx_utterance_step_learn(self);
	offhook_sphinx_utterance_post(self, OFFHOOK_SPHINX_FINAL,
				      confidence >= least ? match.text : "", confidence, NULL);
	offhook_sphinx_utterance_step_close(self);
}

static void offhook_sphinx_utterance_schedule(gpointer data);

static void
offhook_sphinx_utterance_step(OffhookSphinxUtterance *self)
{
	g_autoptr(GError) error = NULL;
	gboolean all = offhook_sphinx_utterance_step_take(self);
	gboolean ready = offhook_sphinx_utterance_step_prepare(self, all, &error);
	guint n;

	if (ready) {
		offhook_sphinx_utterance_step_listen(self);
		ready = offhook_sphinx_utterance_step_begin(self, &error);
	}
	if (error != NULL)
		offhook_sphinx_utterance_step_fail(self, g_steal_pointer(&error));
	if (!ready)
		return;
	n = MIN(self->frames->len - self->decoded, OFFHOOK_SPHINX_STEP_FRAMES);
	offhook_sphinx_decoder_push(self->decoder,
				    offhook_sphinx_utterance_step_frame(self, self->decoded), n);
	self->decoded += n;
	if (self->decoded < self->frames->len)
		offhook_sphinx_utterance_schedule(self);
	else if (all)
		offhook_sphinx_utterance_step_end(self);
	else
		offhook_sphinx_utterance_step_look(self);
}

static void
offhook_sphinx_utterance_run(gpointer data)
{
	OffhookSphinxUtterance *self = data;

	g_mutex_lock(&self->lock);
	self->scheduled = FALSE;
	g_mutex_unlock(&self->lock);
	if (self->ended)
		return;
	if (g_atomic_int_get(&self->cancelled))
		offhook_sphinx_utterance_step_close(self);
	else
		offhook_sphinx_utterance_step(self);
}

static void
offhook_sphinx_utterance_release(gpointer data)
{
	offhook_sphinx_utterance_unref(data);
}

/* Any thread. */
static void
offhook_sphinx_utterance_schedule(gpointer data)
{
	OffhookSphinxUtterance *self = data;
	gboolean already;

	g_mutex_lock(&self->lock);
	already = self->scheduled;
	self->scheduled = TRUE;
	g_mutex_unlock(&self->lock);
	if (!already)
		offhook_work_queue_push(self->line->queue, offhook_sphinx_utterance_run,
					offhook_sphinx_utterance_ref(self),
					offhook_sphinx_utterance_release);
}

/* ---- the main thread's side ---- */

static gpointer
offhook_sphinx_utterance_ref_owner(gpointer owner)
{
	return offhook_sphinx_utterance_ref(owner);
}

OffhookSphinxUtterance *
offhook_sphinx_utterance_new(OffhookSphinxLine *line, guint number, OffhookExpectation *expectation,
			     OffhookSphinxReport report, gpointer user_data)
{
	OffhookSphinxUtterance *self = g_new0(OffhookSphinxUtterance, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->line = offhook_sphinx_line_ref(line);
	self->number = number;
	if (expectation != NULL)
		self->expectation = offhook_expectation_ref(expectation);
	self->key =
	    expectation != NULL ? offhook_sphinx_grammar_make_key(expectation) : g_strdup("-");
	self->report = report;
	self->user_data = user_data;
	g_mutex_init(&self->lock);
	self->samples = g_byte_array_new();
	self->audio = g_byte_array_new();
	self->frames = g_array_new(FALSE, FALSE, sizeof(OffhookSphinxCepstrum));
	self->ticket = (OffhookSphinxTicket){.granted = offhook_sphinx_utterance_schedule,
					     .owner = self,
					     .ref = offhook_sphinx_utterance_ref_owner,
					     .unref = offhook_sphinx_utterance_release};
	return self;
}

OffhookSphinxUtterance *
offhook_sphinx_utterance_ref(OffhookSphinxUtterance *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_sphinx_utterance_unref(OffhookSphinxUtterance *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	offhook_sphinx_pool_release(self->line->pool, &self->ticket);
	g_clear_pointer(&self->expectation, offhook_expectation_unref);
	g_clear_pointer(&self->grammar, offhook_sphinx_grammar_unref);
	g_byte_array_unref(self->samples);
	g_byte_array_unref(self->audio);
	g_array_unref(self->frames);
	g_mutex_clear(&self->lock);
	offhook_sphinx_line_unref(self->line);
	g_free(self->last_partial);
	g_free(self->key);
	g_free(self);
}

guint
offhook_sphinx_utterance_get_number(const OffhookSphinxUtterance *self)
{
	return self->number;
}

void
offhook_sphinx_utterance_push(OffhookSphinxUtterance *self, const gint16 *samples, gsize n)
{
	n = MIN(n, OFFHOOK_SPHINX_MAX_SAMPLES - self->n_samples);
	if (n == 0)
		return;
	self->n_samples += n;
	g_mutex_lock(&self->lock);
	g_byte_array_append(self->samples, (const guint8 *)samples, (guint)(n * sizeof(*samples)));
	g_mutex_unlock(&self->lock);
	offhook_sphinx_utterance_schedule(self);
}

void
offhook_sphinx_utterance_finish(OffhookSphinxUtterance *self)
{
	g_mutex_lock(&self->lock);
	self->finished = TRUE;
	g_mutex_unlock(&self->lock);
	offhook_sphinx_utterance_schedule(self);
}

void
offhook_sphinx_utterance_cancel(OffhookSphinxUtterance *self)
{
	self->over = TRUE;
	g_atomic_int_set(&self->cancelled, TRUE);
	offhook_sphinx_utterance_schedule(self);
}
