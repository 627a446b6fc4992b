/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * An assistant's engines for one role, in the order in which they are wanted, and where a
 * conversation is among them.
 *
 * A supervised session (supervised-transcriber.h and the like) holds a line-up and a cursor:
 *
 *   i = offhook_engine_cursor_begin(&cursor);          a turn begins: with whom?
 *   session = offhook_engine_lineup_open(lineup, i, &error);
 *   ...
 *   offhook_engine_cursor_succeed(&cursor);            or, once for each that failed:
 *   i = offhook_engine_cursor_fail(&cursor, error);    who is next? -1: nobody is left
 *
 * Main thread.
 */
#pragma once

#include "config/assistant-config.h"
#include "engine/engine-health.h"
#include "engine/phrase-cache.h"

G_BEGIN_DECLS

/** The most that one role may have: those of an assistant, and a last resort. */
#define OFFHOOK_ENGINE_LINEUP_MAX (OFFHOOK_ASSISTANT_ENGINES_MAX + 1)

/**
 * How long the caller's silence may be an engine's fault. All of a line-up together have twice
 * first_ms, from the moment on from which the caller is owed something to hear.
 */
typedef struct {
	guint first_ms; /* from the question to the first of the answer */
	guint stall_ms; /* from one part of it to the next, when there is nothing left to play */
} OffhookEngineDeadlines;

/** One engine. Belongs to its line-up. */
typedef struct {
	OffhookEngineUse use;
	OffhookHealthRecord *health;
	gboolean last_resort; /* nobody has asked for it: when all others have failed */
} OffhookLineupEntry;

typedef struct _OffhookEngineLineup OffhookEngineLineup;

/** @role: exactly one. @deadlines: copied. Immutable once it is used; counted. */
OffhookEngineLineup *offhook_engine_lineup_new(OffhookEngineHealth *health, OffhookEngineRoles role,
					       const char *language,
					       const OffhookEngineDeadlines *deadlines);
OffhookEngineLineup *offhook_engine_lineup_ref(OffhookEngineLineup *self);
void offhook_engine_lineup_unref(OffhookEngineLineup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEngineLineup, offhook_engine_lineup_unref)

/**
 * Adds one behind the others, up to OFFHOOK_ENGINE_LINEUP_MAX. While the line-up is being made.
 * @voice: (nullable)
 * @options: (nullable) (transfer none)
 */
void offhook_engine_lineup_add(OffhookEngineLineup *self, const char *name, OffhookEngine *engine,
			       const char *voice, GHashTable *options);

/** The same for one that is turned to when all that were added before have failed. */
void offhook_engine_lineup_add_last_resort(OffhookEngineLineup *self, const char *name,
					   OffhookEngine *engine);

/** Its synthesizers say from @phrases what they can. While it is being made. */
void offhook_engine_lineup_set_phrases(OffhookEngineLineup *self, OffhookPhraseCache *phrases);

guint offhook_engine_lineup_get_length(OffhookEngineLineup *self);
/** (transfer none): @i: less than the length */
const OffhookLineupEntry *offhook_engine_lineup_get(OffhookEngineLineup *self, guint i);
const char *offhook_engine_lineup_get_language(OffhookEngineLineup *self);
/** (transfer none) */
const OffhookEngineDeadlines *offhook_engine_lineup_get_deadlines(OffhookEngineLineup *self);

/** Whether the health of any engine lets a question pass. */
gboolean offhook_engine_lineup_is_usable(OffhookEngineLineup *self);

/** A session of engine @i: an OffhookTranscriber, OffhookSynthesizer or OffhookCompleter. */
GObject *offhook_engine_lineup_open(OffhookEngineLineup *self, guint i, GError **error);

/* ---- where a conversation is ---- */

/** For embedding; touched by the functions only. */
typedef struct {
	OffhookEngineLineup *lineup;
	guint current;
	gint64 left_us[OFFHOOK_ENGINE_LINEUP_MAX]; /* when it failed us; 0: it did not */
	gboolean tried[OFFHOOK_ENGINE_LINEUP_MAX]; /* failed in this turn */
	gboolean repeated;                         /* the only one was given a second chance */
} OffhookEngineCursor;

/** @lineup: (transfer none): not empty; a reference is kept */
void offhook_engine_cursor_init(OffhookEngineCursor *self, OffhookEngineLineup *lineup);
void offhook_engine_cursor_clear(OffhookEngineCursor *self);

/**
 * offhook_engine_cursor_begin:
 *
 * The engine of a new turn: the first that its health lets pass, and that has worked for somebody,
 * if only for a probe, since it failed this conversation. When there is none, the one that the
 * conversation is with, as long as its health lets it pass. This is where a conversation comes back to the engine it left, so only
 * between turns.
 */
guint offhook_engine_cursor_begin(OffhookEngineCursor *self);

/**
 * offhook_engine_cursor_fail:
 *
 * The current engine failed; its health is told. Returns the next, now the current one: of those
 * that have not failed in this turn, first those that their health lets pass. An engine that is alone,
 * but for a last resort, is given one more chance, with a new session, unless it let a deadline pass.
 * -1: nobody is left.
 */
gint offhook_engine_cursor_fail(OffhookEngineCursor *self, const GError *error);
void offhook_engine_cursor_succeed(OffhookEngineCursor *self);

/** Whether there is another to go on to: who has nobody is more patient. */
gboolean offhook_engine_cursor_has_next(const OffhookEngineCursor *self);

/** When the caller must hear something at the latest, who has heard nothing since @silent_us. */
gint64 offhook_engine_cursor_get_end(const OffhookEngineCursor *self, gint64 silent_us);
/**
 * offhook_engine_cursor_get_due:
 * @since_us: since when the current one is waited for
 * @limit_ms: how long it may take
 * @end_us: when nobody may take any longer
 *
 * When the next one has its turn. What is left of the time is shared equally with those that could
 * still be asked; the last has all of it. Nobody has less than half of @limit_ms.
 */
gint64 offhook_engine_cursor_get_due(const OffhookEngineCursor *self, gint64 since_us,
				     guint limit_ms, gint64 end_us);

G_END_DECLS
