/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A telephone call on a scripted clock: a caller whose voice and words are scripted, an agent whose
 * answers are scripted, a far end that plays what it is sent and keeps its own record, and between
 * them the turn-taking machines, wired as the conversation wires them. Steps of 20 ms, nothing
 * waits. What happens is written down in order, e.g. "turn book a table for two".
 */
#pragma once

#include "turn/dtmf-collector.h"
#include "turn/endpointing.h"
#include "turn/heard-text.h"
#include "turn/idle-prompter.h"
#include "turn/interruption.h"
#include "turn/ledger.h"
#include "turn/speech-detector.h"
#include "turn/turn-timings.h"

G_BEGIN_DECLS

typedef struct _Scene Scene;

Scene *scene_new(void);
void scene_free(Scene *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scene, scene_free)

/** The caller's voice from @begin_ms to @end_ms; @text is final @recogniser_ms after its end is
 *  noticed (negative: never). Utterances are numbered from 1 in order of their confirmed starts. */
void scene_caller_says(Scene *self, guint begin_ms, guint end_ms, const char *text,
		       int recogniser_ms);
/** Words that the recogniser tells of @utterance at a moment of its own. */
void scene_partial(Scene *self, guint at_ms, guint utterance, const char *text);
void scene_final(Scene *self, guint at_ms, guint utterance, const char *text);
void scene_key(Scene *self, guint at_ms, char key);

/** @text gets ready as speech of @audio_ms at @at_ms (all at once); words spread over it evenly. */
void scene_agent_says(Scene *self, guint at_ms, const char *text, guint audio_ms);
/** The same in two parts: the first @first_ms now, the rest @gap_ms later. */
void scene_agent_stutters(Scene *self, guint at_ms, const char *text, guint audio_ms,
			  guint first_ms, guint gap_ms);
/** Every turn of the caller is answered so: @think_ms after its end the speech is there. */
void scene_set_answer(Scene *self, const char *text, guint audio_ms, guint think_ms);
void scene_set_expectation(Scene *self, OffhookExpectationKind kind, guint min_digits,
			   guint max_digits);
/** How much later than due the far end tells of marks. */
void scene_set_mark_delay(Scene *self, guint ms);

void scene_run(Scene *self, guint until_ms);

/** What happened since the last call, one per line. (transfer none) */
const char *scene_take_log(Scene *self);
/** When the first line that begins with @what was written, in ms; -1 for never. */
gint64 scene_get_time_of(Scene *self, const char *what);
/** What the far end really played of all the speech, up to now. */
guint scene_get_played_ms(Scene *self);
/** When it last played any speech, in ms. */
guint scene_get_last_played_at_ms(Scene *self);
/** What the ledger believes was played of the answer's pieces since the last turn. */
guint scene_get_heard_ms(Scene *self);
guint scene_get_marks_refused(Scene *self);
OffhookTurnTimings *scene_get_timings(Scene *self);

G_END_DECLS
