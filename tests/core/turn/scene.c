/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scripted call for the scenario tests.
 */

#include "scene.h"

#include <string.h>

#define SCENE_FRAME_MS   20
#define SCENE_LEAD_MS    120
#define SCENE_BEGIN_US   G_TIME_SPAN_HOUR
#define SCENE_MARK_EVERY 200
#define SCENE_NETWORK_MS 20 /* to the far end */
#define SCENE_PROMPT_MS  1200
#define SCENE_MAX_WORDS  64

typedef enum {
	SCENE_PARTIAL,
	SCENE_FINAL,
	SCENE_KEY,
	SCENE_AUDIO,
} SceneEventKind;

typedef struct {
	gint64 at_ms;
	SceneEventKind kind;
	guint utterance; /* or piece */
	char *text;
	guint ms;
	gboolean complete;
	guint generation; /* of AUDIO */
} SceneEvent;

typedef struct {
	guint begin_ms;
	guint end_ms;
	char *text;
	int recogniser_ms;
} SceneSpeech;

typedef struct {
	guint id;
	char *text;
	guint total_ms; /* appended */
	guint unsent_ms;
	gboolean complete;
	guint planned_ms;
	OffhookWordTime words[SCENE_MAX_WORDS];
	guint n_words;
	guint64 end_mark; /* 0: not sent */
	guint since_mark_ms;
} ScenePiece;

/* The far end's side: frames on the way or in its buffer, and marks between them. */
typedef struct {
	gint64 arrives_ms;
	guint ms; /* 0: a mark */
	guint64 mark;
} SceneFarItem;

struct _Scene {
	gint64 now_ms; /* since the beginning */
	GString *log;
	char *taken;
	GHashTable *times;

	GArray *speeches; /* SceneSpeech */
	guint n_started;
	GPtrArray *events; /* SceneEvent, any order */

	OffhookSpeechDetector *detector;
	OffhookEndpointing *endpointing;
	OffhookInterruption *interruption;
	OffhookLedger *ledger;
	OffhookIdlePrompter *idle;
	OffhookDtmfCollector *dtmf;
	OffhookTurnTimings timings;

	GPtrArray *pieces; /* ScenePiece of this answer */
	guint next_piece;
	guint generation;
	gboolean paused;
	gboolean agent_speaking;
	gboolean thinking;
	guint64 next_mark;
	gint64 ahead_us; /* the pacer's clock: end of what was sent */

	GQueue far;     /* SceneFarItem */
	GArray *echoes; /* SceneFarItem: arrives_ms is when we hear of it */
	gint64 far_free_ms;
	guint played_ms;
	guint last_played_at_ms;
	guint mark_delay_ms;
	guint marks_refused;

	char *answer;
	guint answer_ms;
	guint think_ms;
};

static gint64
scene_now(Scene *self)
{
	return SCENE_BEGIN_US + self->now_ms * 1000;
}

static void G_GNUC_PRINTF(2, 3) scene_log(Scene *self, const char *format, ...)
{
	va_list args;
	g_autofree char *line = NULL;

	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	g_string_append_printf(self->log, "%s\n", line);
	if (!g_hash_table_contains(self->times, line))
		g_hash_table_insert(self->times, g_strdup(line),
				    GINT_TO_POINTER((int)self->now_ms));
}

static void
scene_event_free(gpointer data)
{
	SceneEvent *event = data;

	g_free(event->text);
	g_free(event);
}

static void
scene_piece_free(gpointer data)
{
	ScenePiece *piece = data;

	g_free(piece->text);
	g_free(piece);
}

static void
scene_speech_clear(gpointer data)
{
	g_free(((SceneSpeech *)data)->text);
}

Scene *
scene_new(void)
{
	Scene *self = g_new0(Scene, 1);

	self->log = g_string_new(NULL);
	self->times = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->speeches = g_array_new(FALSE, FALSE, sizeof(SceneSpeech));
	g_array_set_clear_func(self->speeches, scene_speech_clear);
	self->events = g_ptr_array_new_with_free_func(scene_event_free);
	self->pieces = g_ptr_array_new_with_free_func(scene_piece_free);
	self->echoes = g_array_new(FALSE, FALSE, sizeof(SceneFarItem));
	g_queue_init(&self->far);
	self->detector = offhook_speech_detector_new(NULL);
	self->endpointing = offhook_endpointing_new(NULL);
	self->interruption = offhook_interruption_new(NULL);
	self->ledger = offhook_ledger_new(NULL);
	self->idle = offhook_idle_prompter_new(NULL);
	self->dtmf = offhook_dtmf_collector_new(0);
	self->next_piece = 1;
	self->next_mark = 1;
	offhook_turn_timings_init(&self->timings);
	offhook_idle_prompter_start(self->idle, scene_now(self));
	return self;
}

void
scene_free(Scene *self)
{
	g_string_free(self->log, TRUE);
	g_free(self->taken);
	g_hash_table_unref(self->times);
	g_array_unref(self->speeches);
	g_ptr_array_unref(self->events);
	g_ptr_array_unref(self->pieces);
	g_array_unref(self->echoes);
	g_queue_clear_full(&self->far, g_free);
	offhook_speech_detector_free(self->detector);
	offhook_endpointing_free(self->endpointing);
	offhook_interruption_free(self->interruption);
	offhook_ledger_free(self->ledger);
	offhook_idle_prompter_free(self->idle);
	offhook_dtmf_collector_free(self->dtmf);
	g_free(self->answer);
	g_free(self);
}

/* ---- the script ---- */

static SceneEvent *
scene_add_event(Scene *self, gint64 at_ms, SceneEventKind kind, guint utterance, const char *text)
{
	SceneEvent *event = g_new0(SceneEvent, 1);

	event->at_ms = at_ms;
	event->kind = kind;
	event->utterance = utterance;
	event->text = g_strdup(text);
	g_ptr_array_add(self->events, event);
	return event;
}

void
scene_caller_says(Scene *self, guint begin_ms, guint end_ms, const char *text, int recogniser_ms)
{
	SceneSpeech speech = {begin_ms, end_ms, g_strdup(text), recogniser_ms};

	g_array_append_val(self->speeches, speech);
}

void
scene_partial(Scene *self, guint at_ms, guint utterance, const char *text)
{
	scene_add_event(self, at_ms, SCENE_PARTIAL, utterance, text);
}

void
scene_final(Scene *self, guint at_ms, guint utterance, const char *text)
{
	scene_add_event(self, at_ms, SCENE_FINAL, utterance, text);
}

void
scene_key(Scene *self, guint at_ms, char key)
{
	char text[2] = {key, '\0'};

	scene_add_event(self, at_ms, SCENE_KEY, 0, text);
}

static void
scene_add_audio(Scene *self, gint64 at_ms, guint piece, const char *text, guint ms,
		gboolean complete)
{
	SceneEvent *event = scene_add_event(self, at_ms, SCENE_AUDIO, piece, text);

	event->ms = ms;
	event->complete = complete;
	event->generation = self->generation;
}

void
scene_agent_says(Scene *self, guint at_ms, const char *text, guint audio_ms)
{
	scene_add_audio(self, at_ms, self->next_piece++, text, audio_ms, TRUE);
}

void
scene_agent_stutters(Scene *self, guint at_ms, const char *text, guint audio_ms, guint first_ms,
		     guint gap_ms)
{
	scene_add_audio(self, at_ms, self->next_piece, text, first_ms, FALSE);
	scene_add_audio(self, at_ms + gap_ms, self->next_piece, text, audio_ms - first_ms, TRUE);
	self->next_piece++;
}

void
scene_set_answer(Scene *self, const char *text, guint audio_ms, guint think_ms)
{
	g_free(self->answer);
	self->answer = g_strdup(text);
	self->answer_ms = audio_ms;
	self->think_ms = think_ms;
}

void
scene_set_expectation(Scene *self, OffhookExpectationKind kind, guint min_digits, guint max_digits)
{
	offhook_endpointing_set_policy(self->endpointing, kind, min_digits, max_digits);
	offhook_interruption_set_expectation(self->interruption, kind);
	offhook_dtmf_collector_set_expectation(self->dtmf, kind, max_digits);
}

void
scene_set_mark_delay(Scene *self, guint ms)
{
	self->mark_delay_ms = ms;
}

/* ---- the agent's speech ---- */

/* Words of one length each, so that the end of the n-th of N is at n/N. */
static void
scene_piece_time_words(ScenePiece *piece)
{
	const char *p = piece->text;

	while (*p != '\0' && piece->n_words < SCENE_MAX_WORDS) {
		OffhookWordTime *word = &piece->words[piece->n_words++];
		const char *end = strchr(p, ' ');

		word->offset = (guint)(p - piece->text);
		word->length = end != NULL ? (guint)(end - p) : (guint)strlen(p);
		p += word->length;
		while (*p == ' ')
			p++;
	}
	for (guint i = 0; i < piece->n_words; i++) {
		piece->words[i].start_ms = piece->planned_ms * i / piece->n_words;
		piece->words[i].end_ms = piece->planned_ms * (i + 1) / piece->n_words;
	}
}

static ScenePiece *
scene_get_piece(Scene *self, guint id)
{
	for (guint i = 0; i < self->pieces->len; i++) {
		ScenePiece *piece = g_ptr_array_index(self->pieces, i);

		if (piece->id == id)
			return piece;
	}
	return NULL;
}

static guint
scene_get_planned_ms(Scene *self, guint id)
{
	guint ms = 0;

	for (guint i = 0; i < self->events->len; i++) {
		SceneEvent *event = g_ptr_array_index(self->events, i);

		if (event->kind == SCENE_AUDIO && event->utterance == id)
			ms += event->ms;
	}
	return ms;
}

static void
scene_receive_audio(Scene *self, const SceneEvent *event)
{
	ScenePiece *piece = scene_get_piece(self, event->utterance);

	if (event->generation != self->generation) {
		scene_log(self, "stale %s", event->text);
		return;
	}
	if (piece == NULL) {
		piece = g_new0(ScenePiece, 1);
		piece->id = event->utterance;
		piece->text = g_strdup(event->text);
		piece->planned_ms = scene_get_planned_ms(self, piece->id);
		scene_piece_time_words(piece);
		g_ptr_array_add(self->pieces, piece);
		offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_FIRST_AUDIO,
					   scene_now(self));
	}
	self->thinking = FALSE;
	piece->total_ms += event->ms;
	piece->unsent_ms += event->ms;
	piece->complete = event->complete;
	offhook_ledger_append(self->ledger, piece->id, event->ms);
	if (event->complete)
		offhook_ledger_complete(self->ledger, piece->id);
	if (!self->agent_speaking) {
		self->agent_speaking = TRUE;
		offhook_interruption_set_speaking(self->interruption, scene_now(self), TRUE);
		offhook_idle_prompter_set_hold(self->idle, scene_now(self), OFFHOOK_IDLE_HOLD_AGENT,
					       TRUE);
	}
}

static void
scene_drop_answer(Scene *self)
{
	g_ptr_array_set_size(self->pieces, 0);
	self->generation++;
	self->paused = FALSE;
	if (!self->agent_speaking)
		return;
	self->agent_speaking = FALSE;
	offhook_interruption_set_speaking(self->interruption, scene_now(self), FALSE);
	offhook_idle_prompter_set_hold(self->idle, scene_now(self), OFFHOOK_IDLE_HOLD_AGENT, FALSE);
}

static char *
scene_get_heard_text(Scene *self)
{
	g_autofree OffhookHeardPiece *heard = g_new0(OffhookHeardPiece, self->pieces->len + 1);

	for (guint i = 0; i < self->pieces->len; i++) {
		ScenePiece *piece = g_ptr_array_index(self->pieces, i);

		heard[i] = (OffhookHeardPiece){
		    .text = piece->text,
		    .words = piece->words,
		    .n_words = piece->n_words,
		    .total_ms = piece->total_ms,
		    .complete = piece->complete,
		    .heard_ms =
			offhook_ledger_get_piece_heard_ms(self->ledger, scene_now(self), piece->id),
		};
	}
	return offhook_heard_text_join(heard, self->pieces->len);
}

/* The order of the protocol sheet: stop, flush the far end, cancel, trim the history. */
static void
scene_interrupt(Scene *self)
{
	g_autofree char *heard = NULL;
	SceneFarItem *item;

	offhook_ledger_cleared(self->ledger, scene_now(self));
	/* The far end drops what it has not played, and echoes the marks in it. */
	while ((item = g_queue_pop_head(&self->far)) != NULL) {
		if (item->ms == 0) {
			item->arrives_ms = self->now_ms + SCENE_NETWORK_MS + self->mark_delay_ms;
			g_array_append_val(self->echoes, *item);
		}
		g_free(item);
	}
	self->far_free_ms = 0;
	self->ahead_us = 0;
	heard = scene_get_heard_text(self);
	scene_drop_answer(self);
	if (*heard == '\0')
		scene_log(self, "interrupt");
	else
		scene_log(self, "interrupt after %s", heard);
}

static void
scene_send_mark(Scene *self)
{
	SceneFarItem *item = g_new0(SceneFarItem, 1);

	item->arrives_ms = self->now_ms + SCENE_NETWORK_MS;
	item->mark = self->next_mark++;
	offhook_ledger_mark_sent(self->ledger, scene_now(self), item->mark);
	g_queue_push_tail(&self->far, item);
}

/* A mark behind the first frame, then every 200 ms, and at the end. */
static void
scene_send_frame(Scene *self, ScenePiece *piece)
{
	SceneFarItem *item = g_new0(SceneFarItem, 1);
	guint ms = MIN(piece->unsent_ms, SCENE_FRAME_MS);
	gboolean first = piece->since_mark_ms == 0 && piece->unsent_ms == piece->total_ms;

	item->arrives_ms = self->now_ms + SCENE_NETWORK_MS;
	item->ms = ms;
	g_queue_push_tail(&self->far, item);
	offhook_ledger_sent(self->ledger, scene_now(self), piece->id, ms);
	offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_FIRST_FRAME, scene_now(self));
	piece->unsent_ms -= ms;
	piece->since_mark_ms += ms;
	self->ahead_us = MAX(self->ahead_us, scene_now(self)) + (gint64)ms * 1000;
	if (first || piece->since_mark_ms >= SCENE_MARK_EVERY ||
	    (piece->complete && piece->unsent_ms == 0)) {
		piece->since_mark_ms = first ? 1 : 0;
		scene_send_mark(self);
	}
}

static void
scene_pace(Scene *self)
{
	for (guint i = 0; i < self->pieces->len && !self->paused; i++) {
		ScenePiece *piece = g_ptr_array_index(self->pieces, i);

		while (piece->unsent_ms > 0 &&
		       self->ahead_us < scene_now(self) + SCENE_LEAD_MS * 1000)
			scene_send_frame(self, piece);
		if (piece->unsent_ms > 0 || !piece->complete)
			return;
	}
}

/* The answer has been heard to its end. */
static void
scene_check_heard(Scene *self)
{
	for (guint i = 0; i < self->pieces->len; i++) {
		ScenePiece *piece = g_ptr_array_index(self->pieces, i);

		if (!offhook_ledger_is_piece_heard(self->ledger, scene_now(self), piece->id))
			return;
	}
	if (!self->agent_speaking || self->pieces->len == 0 ||
	    offhook_interruption_is_pending(self->interruption))
		return;
	scene_log(self, "heard");
	offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_HEARD_END, scene_now(self));
	scene_drop_answer(self);
}

/* ---- the far end ---- */

static void
scene_echo(Scene *self, SceneFarItem *mark, gint64 played_at_ms)
{
	mark->arrives_ms = played_at_ms + SCENE_NETWORK_MS + self->mark_delay_ms;
	g_array_append_val(self->echoes, *mark);
}

static void
scene_far_play(Scene *self)
{
	SceneFarItem *item;

	while ((item = g_queue_peek_head(&self->far)) != NULL) {
		gint64 begin = MAX(item->arrives_ms, self->far_free_ms);

		if (begin + item->ms > self->now_ms)
			break;
		if (item->ms == 0) {
			scene_echo(self, item, begin);
		} else {
			self->played_ms += item->ms;
			self->far_free_ms = begin + item->ms;
			self->last_played_at_ms = (guint)self->far_free_ms;
		}
		g_free(g_queue_pop_head(&self->far));
	}
	for (guint i = 0; i < self->echoes->len;) {
		SceneFarItem echo = g_array_index(self->echoes, SceneFarItem, i);

		if (echo.arrives_ms > self->now_ms) {
			i++;
			continue;
		}
		g_array_remove_index(self->echoes, i);
		if (!offhook_ledger_mark_echoed(self->ledger, scene_now(self), echo.mark))
			self->marks_refused++;
	}
}

/* ---- the conversation ---- */

static void
scene_act(Scene *self, OffhookInterruptionDecision decision)
{
	switch (decision) {
	case OFFHOOK_INTERRUPTION_NONE:
		break;
	case OFFHOOK_INTERRUPTION_PAUSE:
		self->paused = TRUE;
		scene_log(self, "pause");
		break;
	case OFFHOOK_INTERRUPTION_INTERRUPT:
		scene_interrupt(self);
		break;
	case OFFHOOK_INTERRUPTION_RESUME:
		self->paused = FALSE;
		offhook_endpointing_discard(self->endpointing);
		scene_log(self, "resume");
		break;
	}
}

static void
scene_answer_turn(Scene *self)
{
	offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_COMMITTED, scene_now(self));
	self->generation++;
	self->thinking = self->answer != NULL;
	if (self->answer != NULL)
		scene_add_audio(self, self->now_ms + self->think_ms, self->next_piece++,
				self->answer, self->answer_ms, TRUE);
}

static void
scene_take_outcomes(Scene *self)
{
	OffhookEndpointOutcome outcome;

	while (offhook_endpointing_tick(self->endpointing, scene_now(self), &outcome) !=
	       OFFHOOK_ENDPOINT_NONE) {
		switch (outcome.kind) {
		case OFFHOOK_ENDPOINT_TURN:
			offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_SPEECH_ENDED,
						   outcome.speech_ended_us);
			offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_DUE,
						   outcome.due_us);
			scene_log(self, "turn %s", outcome.text);
			scene_answer_turn(self);
			break;
		case OFFHOOK_ENDPOINT_UNCLEAR:
			scene_log(self, "unclear");
			break;
		case OFFHOOK_ENDPOINT_LATE:
			scene_log(self, "late %s", outcome.text);
			break;
		case OFFHOOK_ENDPOINT_NONE:
			break;
		}
	}
}

/* Keys win over speech: what was being said is dropped, and the agent stops to listen. */
static void
scene_receive_key(Scene *self, char key)
{
	const char *message = offhook_dtmf_collector_push(self->dtmf, scene_now(self), key);

	offhook_endpointing_discard(self->endpointing);
	offhook_idle_prompter_activity(self->idle, scene_now(self));
	if (self->agent_speaking)
		scene_interrupt(self);
	if (message != NULL)
		scene_log(self, "digits %s", message);
}

static void
scene_dispatch(Scene *self, const SceneEvent *event)
{
	gint64 now = scene_now(self);

	switch (event->kind) {
	case SCENE_PARTIAL:
		scene_act(self, offhook_interruption_partial(self->interruption, now, event->text));
		offhook_endpointing_partial(self->endpointing, now, event->utterance, event->text);
		break;
	case SCENE_FINAL:
		scene_act(self, offhook_interruption_final(self->interruption, now, event->text));
		offhook_endpointing_final(self->endpointing, now, event->utterance, event->text,
					  0.9);
		break;
	case SCENE_KEY:
		scene_receive_key(self, event->text[0]);
		break;
	case SCENE_AUDIO:
		scene_receive_audio(self, event);
		break;
	}
}

static void
scene_run_events(Scene *self)
{
	for (guint i = 0; i < self->events->len;) {
		SceneEvent *event = g_ptr_array_index(self->events, i);

		if (event->at_ms > self->now_ms) {
			i++;
			continue;
		}
		scene_dispatch(self, event);
		g_ptr_array_remove_index(self->events, i);
	}
}

/* The speech whose voice this frame has, or had last. */
static SceneSpeech *
scene_find_speech(Scene *self, gint64 at_ms)
{
	SceneSpeech *found = NULL;

	for (guint i = 0; i < self->speeches->len; i++) {
		SceneSpeech *speech = &g_array_index(self->speeches, SceneSpeech, i);

		if (speech->begin_ms <= at_ms)
			found = speech;
	}
	return found;
}

static void
scene_hear_frame(Scene *self)
{
	/* The frame that has just ended. */
	gint64 at_ms = self->now_ms - SCENE_FRAME_MS, now = scene_now(self), ended;
	SceneSpeech *speech = scene_find_speech(self, at_ms);
	gboolean voiced = speech != NULL && at_ms < speech->end_ms;

	switch (offhook_speech_detector_push(self->detector, voiced)) {
	case OFFHOOK_SPEECH_NONE:
		break;
	case OFFHOOK_SPEECH_STARTED:
		self->n_started++;
		offhook_idle_prompter_set_hold(self->idle, now, OFFHOOK_IDLE_HOLD_CALLER, TRUE);
		scene_act(self, offhook_interruption_speech_started(
				    self->interruption, now,
				    now - offhook_speech_detector_get_began_ms_ago(self->detector) *
					      1000));
		offhook_endpointing_speech_started(self->endpointing, now, self->n_started);
		break;
	case OFFHOOK_SPEECH_STOPPED:
		ended = now - offhook_speech_detector_get_ended_ms_ago(self->detector) * 1000;
		offhook_idle_prompter_set_hold(self->idle, now, OFFHOOK_IDLE_HOLD_CALLER, FALSE);
		scene_act(self,
			  offhook_interruption_speech_stopped(self->interruption, now, ended));
		offhook_endpointing_speech_stopped(self->endpointing, now, ended);
		if (speech->recogniser_ms >= 0)
			scene_add_event(self, self->now_ms + speech->recogniser_ms, SCENE_FINAL,
					self->n_started, speech->text);
		break;
	}
}

static void
scene_tick(Scene *self)
{
	const char *digits;
	guint attempt;
	gboolean busy;

	scene_act(self, offhook_interruption_tick(self->interruption, scene_now(self)));
	if (!offhook_interruption_is_pending(self->interruption))
		scene_take_outcomes(self);
	digits = offhook_dtmf_collector_tick(self->dtmf, scene_now(self));
	if (digits != NULL)
		scene_log(self, "digits %s", digits);

	busy = offhook_endpointing_is_active(self->endpointing) ||
	       offhook_dtmf_collector_is_active(self->dtmf) || self->thinking;
	offhook_idle_prompter_set_hold(self->idle, scene_now(self), OFFHOOK_IDLE_HOLD_TURN, busy);
	switch (offhook_idle_prompter_tick(self->idle, scene_now(self), &attempt)) {
	case OFFHOOK_IDLE_NONE:
		break;
	case OFFHOOK_IDLE_PROMPT:
		scene_log(self, "prompt %u", attempt);
		scene_agent_says(self, (guint)self->now_ms, "Are you still there?",
				 SCENE_PROMPT_MS);
		break;
	case OFFHOOK_IDLE_GOODBYE:
		scene_log(self, "goodbye %u", attempt);
		break;
	}
}

void
scene_run(Scene *self, guint until_ms)
{
	while (self->now_ms < until_ms) {
		self->now_ms += SCENE_FRAME_MS;
		scene_far_play(self);
		scene_hear_frame(self);
		scene_run_events(self);
		scene_tick(self);
		scene_pace(self);
		scene_check_heard(self);
	}
}

/* ---- what came of it ---- */

const char *
scene_take_log(Scene *self)
{
	g_free(self->taken);
	self->taken = g_string_free(self->log, FALSE);
	self->log = g_string_new(NULL);
	return self->taken;
}

gint64
scene_get_time_of(Scene *self, const char *what)
{
	GHashTableIter iter;
	gpointer line, at;
	gint64 best = -1;

	g_hash_table_iter_init(&iter, self->times);
	while (g_hash_table_iter_next(&iter, &line, &at)) {
		if (g_str_has_prefix(line, what) && (best < 0 || GPOINTER_TO_INT(at) < best))
			best = GPOINTER_TO_INT(at);
	}
	return best;
}

guint
scene_get_played_ms(Scene *self)
{
	return self->played_ms;
}

guint
scene_get_last_played_at_ms(Scene *self)
{
	return self->last_played_at_ms;
}

guint
scene_get_heard_ms(Scene *self)
{
	guint heard;

	offhook_ledger_get_heard(self->ledger, scene_now(self), NULL, &heard);
	return heard;
}

guint
scene_get_marks_refused(Scene *self)
{
	return self->marks_refused;
}

OffhookTurnTimings *
scene_get_timings(Scene *self)
{
	return &self->timings;
}
