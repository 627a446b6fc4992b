/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Utterances are kept until they have their text. Whatever goes wrong is dealt with from the timer, so
 * that an engine that fails within begin() or finish() finds nobody inside of it. Main thread.
 */

#include "engine/supervised-transcriber.h"

#include "base/deadline.h"
#include "engine/engine-seat.h"
#include <offhook/audio.h>
#include <offhook/error.h>

/* Utterances that wait for their text. */
#define OFFHOOK_SUPERVISED_MAX_UTTERANCES 8
/* An engine that tells words as they come and has told none of so much speech may be dead. */
#define OFFHOOK_SUPERVISED_SUSPICIOUS_MS 2000

#define OFFHOOK_SUPERVISED_REPLAY_SAMPLES (OFFHOOK_SUPERVISED_REPLAY_S * OFFHOOK_RATE)

/** What the caller said, or is saying. */
typedef struct {
	guint number;
	OffhookExpectation *expectation; /* (nullable) */
	GArray *audio;                   /* of gint16: the last of it */
	gboolean finished;
	gboolean partial;   /* whoever hears it now has told words of it */
	gint64 due_us;      /* when whoever hears it must have its text */
	gint64 given_up_us; /* when nobody may have it any more */
} OffhookKeptUtterance;

struct _OffhookSupervisedTranscriber {
	OffhookTranscriber parent_instance;

	OffhookEngineSeat seat;
	OffhookDeadline *deadline;
	GPtrArray *utterances;         /* of OffhookKeptUtterance, oldest first */
	OffhookKeptUtterance *current; /* (nullable): being said; also in utterances */
	gboolean tells_partials;       /* whoever hears has done so before */
	GError *error;                 /* (nullable): of whoever hears, not dealt with yet */
};

G_DEFINE_FINAL_TYPE(OffhookSupervisedTranscriber, offhook_supervised_transcriber,
		    OFFHOOK_TYPE_TRANSCRIBER)

static void
offhook_kept_utterance_free(gpointer data)
{
	OffhookKeptUtterance *utterance = data;

	g_clear_pointer(&utterance->expectation, offhook_expectation_unref);
	g_array_unref(utterance->audio);
	g_free(utterance);
}

static OffhookKeptUtterance *
offhook_supervised_transcriber_find(OffhookSupervisedTranscriber *self, guint number)
{
	for (guint i = 0; i < self->utterances->len; i++) {
		OffhookKeptUtterance *utterance = g_ptr_array_index(self->utterances, i);

		if (utterance->number == number)
			return utterance;
	}
	return NULL;
}

static OffhookTranscriber *
offhook_supervised_transcriber_get_session(OffhookSupervisedTranscriber *self)
{
	return (OffhookTranscriber *)self->seat.session;
}

/* ---- time ---- */

static void
offhook_supervised_transcriber_arm(OffhookSupervisedTranscriber *self)
{
	gint64 next = G_MAXINT64;

	for (guint i = 0; i < self->utterances->len; i++) {
		OffhookKeptUtterance *utterance = g_ptr_array_index(self->utterances, i);

		if (utterance->finished)
			next = MIN(next, utterance->due_us);
	}
	offhook_deadline_set(self->deadline, self->error != NULL ? 0 : next);
}

/* Whoever hears @utterance knows that it is complete. */
static void
offhook_supervised_transcriber_start_waiting(OffhookSupervisedTranscriber *self,
					     OffhookKeptUtterance *utterance)
{
	guint wait_ms = offhook_engine_lineup_get_deadlines(self->seat.cursor.lineup)->first_ms;
	gsize suspicious = OFFHOOK_SUPERVISED_SUSPICIOUS_MS * OFFHOOK_RATE / 1000;

	if (self->tells_partials && !utterance->partial && utterance->audio->len >= suspicious)
		wait_ms /= 2;
	utterance->due_us = offhook_engine_cursor_get_due(
	    &self->seat.cursor, g_get_monotonic_time(), wait_ms, utterance->given_up_us);
}

/* ---- fail-over ---- */

static void
offhook_supervised_transcriber_replay(OffhookSupervisedTranscriber *self)
{
	OffhookTranscriber *session = offhook_supervised_transcriber_get_session(self);

	for (guint i = 0; i < self->utterances->len; i++) {
		OffhookKeptUtterance *utterance = g_ptr_array_index(self->utterances, i);

		utterance->partial = FALSE;
		offhook_transcriber_begin(session, utterance->number, utterance->expectation);
		if (utterance->audio->len > 0)
			offhook_transcriber_push(session, (const gint16 *)utterance->audio->data,
						 utterance->audio->len);
		offhook_engine_seat_add_samples(&self->seat, utterance->audio->len);
		if (!utterance->finished)
			continue;
		offhook_engine_seat_tell_samples(&self->seat);
		offhook_supervised_transcriber_start_waiting(self, utterance);
		offhook_transcriber_finish(session);
		/* One that knows at once has taken it out. */
		if (i >= self->utterances->len ||
		    g_ptr_array_index(self->utterances, i) != utterance)
			i--;
	}
}

/* Those that are complete and, unless @all, out of time. */
static void
offhook_supervised_transcriber_give_up(OffhookSupervisedTranscriber *self, const GError *error,
				       gboolean all)
{
	gint64 now = g_get_monotonic_time();
	guint i = 0;

	while (i < self->utterances->len) {
		OffhookKeptUtterance *utterance = g_ptr_array_index(self->utterances, i);
		guint number = utterance->number;

		if (!utterance->finished || !(all || utterance->given_up_us <= now)) {
			i++;
			continue;
		}
		g_ptr_array_remove_index(self->utterances, i);
		offhook_transcriber_emit_failed(OFFHOOK_TRANSCRIBER(self), number, error);
		/* Whoever heard that may have changed everything. */
		i = 0;
	}
}

static void
offhook_supervised_transcriber_fail_over(OffhookSupervisedTranscriber *self, const GError *error)
{
	gboolean seated = offhook_engine_seat_replace(&self->seat, error);

	self->tells_partials = FALSE;
	offhook_supervised_transcriber_give_up(self, error, !seated);
	if (self->seat.session != NULL)
		offhook_supervised_transcriber_replay(self);
	offhook_supervised_transcriber_arm(self);
}

static void
offhook_supervised_transcriber_deadline_cb(gpointer user_data)
{
	g_autoptr(OffhookSupervisedTranscriber) self = g_object_ref(user_data);
	g_autoptr(GError) error = g_steal_pointer(&self->error);

	if (error == NULL)
		error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
				    "%s did not tell in time what was said",
				    offhook_engine_seat_get_name(&self->seat));
	offhook_supervised_transcriber_fail_over(self, error);
}

/* ---- what whoever hears tells ---- */

static void
offhook_supervised_transcriber_partial_cb(OffhookTranscriber *session,
					  const OffhookTranscript *what,
					  OffhookSupervisedTranscriber *self)
{
	OffhookKeptUtterance *utterance =
	    offhook_supervised_transcriber_find(self, what->utterance);

	if (utterance == NULL)
		return;
	self->tells_partials = TRUE;
	utterance->partial = TRUE;
	offhook_transcriber_emit_partial(OFFHOOK_TRANSCRIBER(self), what);
}

static void
offhook_supervised_transcriber_final_cb(OffhookTranscriber *session, const OffhookTranscript *what,
					OffhookSupervisedTranscriber *self)
{
	OffhookKeptUtterance *utterance =
	    offhook_supervised_transcriber_find(self, what->utterance);

	if (utterance == NULL || !utterance->finished)
		return;
	g_ptr_array_remove(self->utterances, utterance);
	offhook_engine_cursor_succeed(&self->seat.cursor);
	offhook_supervised_transcriber_arm(self);
	offhook_transcriber_emit_final(OFFHOOK_TRANSCRIBER(self), what);
}

static void
offhook_supervised_transcriber_failed_cb(OffhookTranscriber *session, guint number,
					 const GError *error, OffhookSupervisedTranscriber *self)
{
	if (self->error != NULL || offhook_supervised_transcriber_find(self, number) == NULL)
		return;
	self->error = g_error_copy(error);
	offhook_supervised_transcriber_arm(self);
}

static void
offhook_supervised_transcriber_connect(gpointer owner, GObject *session)
{
	g_signal_connect(session, "partial", G_CALLBACK(offhook_supervised_transcriber_partial_cb),
			 owner);
	g_signal_connect(session, "final", G_CALLBACK(offhook_supervised_transcriber_final_cb),
			 owner);
	g_signal_connect(session, "failed", G_CALLBACK(offhook_supervised_transcriber_failed_cb),
			 owner);
}

/* ---- hearing ---- */

static void
offhook_supervised_transcriber_begin(OffhookTranscriber *transcriber, guint number,
				     OffhookExpectation *expectation)
{
	OffhookSupervisedTranscriber *self = OFFHOOK_SUPERVISED_TRANSCRIBER(transcriber);
	OffhookKeptUtterance *utterance;

	if (self->current != NULL)
		offhook_transcriber_finish(transcriber);
	/* The deadlines see to it that this many do not wait for long. */
	if (self->utterances->len >= OFFHOOK_SUPERVISED_MAX_UTTERANCES) {
		g_autoptr(GError) error =
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
				"%u utterances still wait for their text", self->utterances->len);

		offhook_transcriber_emit_failed(transcriber, number, error);
		return;
	}
	if (self->utterances->len == 0)
		offhook_engine_seat_begin(&self->seat);
	utterance = g_new0(OffhookKeptUtterance, 1);
	utterance->number = number;
	utterance->expectation = expectation != NULL ? offhook_expectation_ref(expectation) : NULL;
	/* Most take a second or two, and growing from nothing would copy all of it several times. */
	utterance->audio = g_array_sized_new(FALSE, FALSE, sizeof(gint16), OFFHOOK_RATE);
	self->current = utterance;
	g_ptr_array_add(self->utterances, utterance);
	if (self->seat.session != NULL)
		offhook_transcriber_begin(offhook_supervised_transcriber_get_session(self), number,
					  expectation);
}

static void
offhook_supervised_transcriber_push(OffhookTranscriber *transcriber, const gint16 *samples, gsize n)
{
	OffhookSupervisedTranscriber *self = OFFHOOK_SUPERVISED_TRANSCRIBER(transcriber);
	GArray *audio = self->current != NULL ? self->current->audio : NULL;

	if (audio == NULL)
		return;
	g_array_append_vals(audio, samples, (guint)n);
	/* A second at a time, so that not each push moves all of it. */
	if (audio->len > OFFHOOK_SUPERVISED_REPLAY_SAMPLES + OFFHOOK_RATE)
		g_array_remove_range(audio, 0, audio->len - OFFHOOK_SUPERVISED_REPLAY_SAMPLES);
	if (self->seat.session == NULL)
		return;
	offhook_engine_seat_add_samples(&self->seat, n);
	offhook_transcriber_push(offhook_supervised_transcriber_get_session(self), samples, n);
}

static void
offhook_supervised_transcriber_finish(OffhookTranscriber *transcriber)
{
	OffhookSupervisedTranscriber *self = OFFHOOK_SUPERVISED_TRANSCRIBER(transcriber);
	OffhookKeptUtterance *utterance = g_steal_pointer(&self->current);

	if (utterance == NULL)
		return;
	utterance->finished = TRUE;
	utterance->given_up_us =
	    offhook_engine_cursor_get_end(&self->seat.cursor, g_get_monotonic_time());
	if (self->seat.session != NULL) {
		offhook_engine_seat_tell_samples(&self->seat);
		offhook_supervised_transcriber_start_waiting(self, utterance);
		offhook_transcriber_finish(offhook_supervised_transcriber_get_session(self));
	} else if (offhook_engine_seat_begin(&self->seat)) {
		/* All had failed while the caller was speaking: they get another chance. */
		offhook_supervised_transcriber_replay(self);
	} else {
		utterance->given_up_us = 0;
		self->error =
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "no engine can hear");
	}
	offhook_supervised_transcriber_arm(self);
}

static void
offhook_supervised_transcriber_cancel(OffhookTranscriber *transcriber)
{
	OffhookSupervisedTranscriber *self = OFFHOOK_SUPERVISED_TRANSCRIBER(transcriber);
	g_autoptr(GError) error = g_steal_pointer(&self->error);

	self->current = NULL;
	g_ptr_array_set_size(self->utterances, 0);
	offhook_engine_seat_tell_samples(&self->seat);
	if (self->seat.session != NULL)
		offhook_transcriber_cancel(offhook_supervised_transcriber_get_session(self));
	if (error != NULL)
		offhook_engine_seat_replace(&self->seat, error);
	offhook_supervised_transcriber_arm(self);
}

OffhookTranscriber *
offhook_supervised_transcriber_new(OffhookEngineLineup *lineup, GError **error)
{
	g_autoptr(OffhookSupervisedTranscriber) self =
	    g_object_new(OFFHOOK_TYPE_SUPERVISED_TRANSCRIBER, NULL);

	if (!offhook_engine_seat_init(&self->seat, lineup, self,
				      offhook_supervised_transcriber_connect, error))
		return NULL;
	return OFFHOOK_TRANSCRIBER(g_steal_pointer(&self));
}

const char *
offhook_supervised_transcriber_get_engine(OffhookSupervisedTranscriber *self)
{
	return offhook_engine_seat_get_name(&self->seat);
}

static void
offhook_supervised_transcriber_dispose(GObject *object)
{
	OffhookSupervisedTranscriber *self = OFFHOOK_SUPERVISED_TRANSCRIBER(object);

	self->current = NULL;
	g_ptr_array_set_size(self->utterances, 0);
	g_clear_error(&self->error);
	offhook_engine_seat_clear(&self->seat);
	offhook_deadline_set(self->deadline, G_MAXINT64);

	G_OBJECT_CLASS(offhook_supervised_transcriber_parent_class)->dispose(object);
}

static void
offhook_supervised_transcriber_finalize(GObject *object)
{
	OffhookSupervisedTranscriber *self = OFFHOOK_SUPERVISED_TRANSCRIBER(object);

	g_ptr_array_unref(self->utterances);
	offhook_deadline_free(self->deadline);

	G_OBJECT_CLASS(offhook_supervised_transcriber_parent_class)->finalize(object);
}

static void
offhook_supervised_transcriber_init(OffhookSupervisedTranscriber *self)
{
	self->utterances = g_ptr_array_new_with_free_func(offhook_kept_utterance_free);
	self->deadline = offhook_deadline_new(offhook_supervised_transcriber_deadline_cb, self);
}

static void
offhook_supervised_transcriber_class_init(OffhookSupervisedTranscriberClass *klass)
{
	OffhookTranscriberClass *transcriber = OFFHOOK_TRANSCRIBER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_supervised_transcriber_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_supervised_transcriber_finalize;
	transcriber->begin = offhook_supervised_transcriber_begin;
	transcriber->push = offhook_supervised_transcriber_push;
	transcriber->finish = offhook_supervised_transcriber_finish;
	transcriber->cancel = offhook_supervised_transcriber_cancel;
	offhook_engine_seat_install_signal(G_TYPE_FROM_CLASS(klass));
}
