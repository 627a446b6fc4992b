/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Line-ups and cursors. Main thread.
 */

#include "engine/engine-lineup.h"

#include "engine/engine-session.h"
#include "engine/phrase-synthesizer.h"
#include <offhook/error.h>

struct _OffhookEngineLineup {
	gatomicrefcount ref_count;
	OffhookEngineHealth *health;
	OffhookEngineRoles role;
	char *language;
	OffhookEngineDeadlines deadlines;
	OffhookPhraseCache *phrases; /* (nullable) */
	GArray *entries;             /* of OffhookLineupEntry */
};

static void
offhook_lineup_entry_clear(gpointer data)
{
	OffhookLineupEntry *entry = data;

	g_free((char *)entry->use.name);
	g_free((char *)entry->use.voice);
	g_clear_pointer(&entry->use.options, g_hash_table_unref);
	g_clear_object(&entry->use.engine);
	offhook_health_record_unref(entry->health);
}

OffhookEngineLineup *
offhook_engine_lineup_new(OffhookEngineHealth *health, OffhookEngineRoles role,
			  const char *language, const OffhookEngineDeadlines *deadlines)
{
	OffhookEngineLineup *self = g_new0(OffhookEngineLineup, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->health = g_object_ref(health);
	self->role = role;
	self->language = g_strdup(language);
	self->deadlines = *deadlines;
	self->entries = g_array_new(FALSE, FALSE, sizeof(OffhookLineupEntry));
	g_array_set_clear_func(self->entries, offhook_lineup_entry_clear);
	return self;
}

OffhookEngineLineup *
offhook_engine_lineup_ref(OffhookEngineLineup *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_engine_lineup_unref(OffhookEngineLineup *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_array_unref(self->entries);
	g_object_unref(self->health);
	g_clear_pointer(&self->phrases, offhook_phrase_cache_unref);
	g_free(self->language);
	g_free(self);
}

void
offhook_engine_lineup_add(OffhookEngineLineup *self, const char *name, OffhookEngine *engine,
			  const char *voice, GHashTable *options)
{
	OffhookLineupEntry entry = {0};

	g_return_if_fail(self->entries->len < OFFHOOK_ENGINE_LINEUP_MAX);

	entry.use = (OffhookEngineUse){
	    .role = self->role,
	    .name = g_strdup(name),
	    .engine = g_object_ref(engine),
	    .language = self->language,
	    .voice = g_strdup(voice),
	    .options = options != NULL ? g_hash_table_ref(options) : NULL,
	};
	entry.health = offhook_engine_health_get(self->health, &entry.use);
	g_array_append_val(self->entries, entry);
}

void
offhook_engine_lineup_add_last_resort(OffhookEngineLineup *self, const char *name,
				      OffhookEngine *engine)
{
	offhook_engine_lineup_add(self, name, engine, NULL, NULL);
	g_array_index(self->entries, OffhookLineupEntry, self->entries->len - 1).last_resort = TRUE;
}

void
offhook_engine_lineup_set_phrases(OffhookEngineLineup *self, OffhookPhraseCache *phrases)
{
	g_clear_pointer(&self->phrases, offhook_phrase_cache_unref);
	self->phrases = offhook_phrase_cache_ref(phrases);
}

guint
offhook_engine_lineup_get_length(OffhookEngineLineup *self)
{
	return self->entries->len;
}

const OffhookLineupEntry *
offhook_engine_lineup_get(OffhookEngineLineup *self, guint i)
{
	g_return_val_if_fail(i < self->entries->len, NULL);

	return &g_array_index(self->entries, OffhookLineupEntry, i);
}

const char *
offhook_engine_lineup_get_language(OffhookEngineLineup *self)
{
	return self->language;
}

const OffhookEngineDeadlines *
offhook_engine_lineup_get_deadlines(OffhookEngineLineup *self)
{
	return &self->deadlines;
}

gboolean
offhook_engine_lineup_is_usable(OffhookEngineLineup *self)
{
	for (guint i = 0; i < offhook_engine_lineup_get_length(self); i++)
		if (offhook_health_record_is_usable(offhook_engine_lineup_get(self, i)->health))
			return TRUE;
	return FALSE;
}

GObject *
offhook_engine_lineup_open(OffhookEngineLineup *self, guint i, GError **error)
{
	const OffhookEngineUse *use = &offhook_engine_lineup_get(self, i)->use;
	GObject *session = offhook_engine_session_open(use, error);
	const OffhookSynthesizeOptions options = {
	    .language = use->language, .voice = use->voice, .options = use->options};

	if (session == NULL || self->phrases == NULL || !OFFHOOK_IS_SYNTHESIZER(session))
		return session;
	return (GObject *)offhook_phrase_synthesizer_new(
	    self->phrases, OFFHOOK_SYNTHESIZER(session), use->name, &options);
}

/* ---- the cursor ---- */

void
offhook_engine_cursor_init(OffhookEngineCursor *self, OffhookEngineLineup *lineup)
{
	g_return_if_fail(lineup->entries->len > 0);

	*self = (OffhookEngineCursor){.lineup = offhook_engine_lineup_ref(lineup)};
}

void
offhook_engine_cursor_clear(OffhookEngineCursor *self)
{
	g_clear_pointer(&self->lineup, offhook_engine_lineup_unref);
}

static OffhookHealthRecord *
offhook_engine_cursor_get_health(const OffhookEngineCursor *self, guint i)
{
	return offhook_engine_lineup_get(self->lineup, i)->health;
}

static gboolean
offhook_engine_cursor_welcomes(const OffhookEngineCursor *self, guint i)
{
	OffhookHealthRecord *health = offhook_engine_cursor_get_health(self, i);

	return offhook_health_record_is_usable(health) &&
	       (self->left_us[i] == 0 ||
		offhook_health_record_get_success_time(health) > self->left_us[i]);
}

/* @usable: whether its health has to let it pass. */
static gboolean
offhook_engine_cursor_is_untried(const OffhookEngineCursor *self, guint i, gboolean usable)
{
	return !self->tried[i] && i != self->current &&
	       (!usable ||
		offhook_health_record_is_usable(offhook_engine_cursor_get_health(self, i)));
}

static gint
offhook_engine_cursor_find_untried(const OffhookEngineCursor *self, gboolean usable)
{
	for (guint i = 0; i < self->lineup->entries->len; i++)
		if (offhook_engine_cursor_is_untried(self, i, usable))
			return (gint)i;
	return -1;
}

static guint
offhook_engine_cursor_count_untried(const OffhookEngineCursor *self, gboolean usable)
{
	guint n = 0;

	for (guint i = 0; i < self->lineup->entries->len; i++)
		n += offhook_engine_cursor_is_untried(self, i, usable);
	return n;
}

guint
offhook_engine_cursor_begin(OffhookEngineCursor *self)
{
	for (guint i = 0; i < G_N_ELEMENTS(self->tried); i++)
		self->tried[i] = FALSE;
	self->repeated = FALSE;
	for (guint i = 0; i < self->lineup->entries->len; i++) {
		if (!offhook_engine_cursor_welcomes(self, i))
			continue;
		self->left_us[i] = 0;
		self->current = i;
		return i;
	}
	if (!offhook_health_record_is_usable(
		offhook_engine_cursor_get_health(self, self->current))) {
		gint other = offhook_engine_cursor_find_untried(self, TRUE);

		self->current = other >= 0 ? (guint)other : self->current;
	}
	return self->current;
}

/* From a last resort nobody goes back to what is known to be broken; from others one may have to. */
static gboolean
offhook_engine_cursor_is_desperate(const OffhookEngineCursor *self)
{
	return !offhook_engine_lineup_get(self->lineup, self->current)->last_resort;
}

static gint
offhook_engine_cursor_find_next(const OffhookEngineCursor *self)
{
	gint next = offhook_engine_cursor_find_untried(self, TRUE);

	if (next < 0 && offhook_engine_cursor_is_desperate(self))
		next = offhook_engine_cursor_find_untried(self, FALSE);
	return next;
}

gboolean
offhook_engine_cursor_has_next(const OffhookEngineCursor *self)
{
	return offhook_engine_cursor_find_next(self) >= 0;
}

gint64
offhook_engine_cursor_get_end(const OffhookEngineCursor *self, gint64 silent_us)
{
	return silent_us + 2000 * (gint64)self->lineup->deadlines.first_ms;
}

gint64
offhook_engine_cursor_get_due(const OffhookEngineCursor *self, gint64 since_us, guint limit_ms,
			      gint64 end_us)
{
	guint n_others = offhook_engine_cursor_count_untried(self, TRUE);
	gint64 least_us = (gint64)limit_ms * 1000 / 2;
	gint64 left_us = MAX(end_us - since_us, least_us);

	if (n_others == 0 && offhook_engine_cursor_is_desperate(self))
		n_others = offhook_engine_cursor_count_untried(self, FALSE);
	if (n_others == 0)
		return since_us + left_us;
	return since_us + MIN((gint64)limit_ms * 1000, MAX(left_us / (n_others + 1), least_us));
}

/* Before a last resort, a socket that has only died is opened anew. */
static gboolean
offhook_engine_cursor_may_repeat(const OffhookEngineCursor *self, const GError *error)
{
	guint n_wanted = 0;

	for (guint i = 0; i < self->lineup->entries->len; i++)
		n_wanted += !offhook_engine_lineup_get(self->lineup, i)->last_resort;
	return n_wanted == 1 && !self->repeated &&
	       !offhook_engine_lineup_get(self->lineup, self->current)->last_resort &&
	       !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
}

gint
offhook_engine_cursor_fail(OffhookEngineCursor *self, const GError *error)
{
	gint next = offhook_engine_cursor_find_next(self);

	offhook_health_record_fail(offhook_engine_cursor_get_health(self, self->current), error);
	self->tried[self->current] = TRUE;
	/* One that did nothing wrong is asked again the next time. */
	if (!offhook_engine_error_is_innocent(error))
		self->left_us[self->current] = g_get_monotonic_time();
	if (offhook_engine_cursor_may_repeat(self, error)) {
		self->repeated = TRUE;
		return (gint)self->current;
	}
	if (next >= 0)
		self->current = (guint)next;
	return next;
}

void
offhook_engine_cursor_succeed(OffhookEngineCursor *self)
{
	offhook_health_record_succeed(offhook_engine_cursor_get_health(self, self->current));
}
