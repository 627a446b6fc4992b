/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the files of the scripted call share.
 */
#pragma once

#include "scene.h"

G_BEGIN_DECLS

#define SCENE_FRAME_MS  20
#define SCENE_MAX_WORDS 64

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

gint64 scene_now(Scene *self);
/** Writes down what happens. */
void scene_log(Scene *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* ---- scene-script.c ---- */

/** (transfer none) */
SceneEvent *scene_add_event(Scene *self, gint64 at_ms, SceneEventKind kind, guint utterance,
			    const char *text);
/** @ms of speech of the @piece get ready. */
void scene_add_audio(Scene *self, gint64 at_ms, guint piece, const char *text, guint ms,
		     gboolean complete);

/* ---- scene-agent.c ---- */

void scene_receive_audio(Scene *self, const SceneEvent *event);
/** The order of the protocol sheet: stop, flush the far end, cancel, trim the history. */
void scene_interrupt(Scene *self);
/** Sends what the far end may have by now. */
void scene_pace(Scene *self);
/** Has the answer been heard to its end? */
void scene_check_heard(Scene *self);
void scene_far_play(Scene *self);

G_END_DECLS
