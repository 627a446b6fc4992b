/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An engine whose sessions do what the test says: they write down what they are asked and emit
 * nothing by themselves.
 */
#pragma once

#include "engine/engine-lineup.h"
#include "engine/usage.h"

G_BEGIN_DECLS

#define FAKE_TYPE_ENGINE (fake_engine_get_type())
G_DECLARE_FINAL_TYPE(FakeEngine, fake_engine, FAKE, ENGINE, OffhookEngine)

struct _FakeEngine {
	OffhookEngine parent_instance;

	gboolean refuses; /* to open a session */
	gboolean answers; /* at once, by itself: what probes need */
	guint opened;     /* sessions, ever */
	GObject *session; /* (nullable): the last, as long as it lives */
	GString *log;     /* what all of them were asked: "begin 1|push 160|finish|" */
};

FakeEngine *fake_engine_new(void);
/** What was asked since the last look. (transfer full) */
char *fake_engine_take_log(FakeEngine *self);
#define fake_engine_assert_log(self, expected)                                                     \
	G_STMT_START                                                                               \
	{                                                                                          \
		g_autofree char *fake_log = fake_engine_take_log(self);                            \
		g_assert_cmpstr(fake_log, ==, expected);                                           \
	}                                                                                          \
	G_STMT_END

/** A line-up of @n fakes called "a", "b", "c"... Their order is @engines'. */
OffhookEngineLineup *fake_lineup_new(OffhookEngineHealth *health, OffhookEngineRoles role,
				     const OffhookEngineDeadlines *deadlines, FakeEngine **engines,
				     guint n);

/** Two fakes, the health behind them, and what a supervised session told. */
typedef struct {
	OffhookEngineHealth *health;
	FakeEngine *engines[2];
	GString *log;  /* "switched a b TIMED_OUT|final 1 yes|" */
	guint n;       /* of them */
	GString *used; /* what each is paid for: "a 320 samples|b 12 characters|b 3+4 tokens|" */
} FakeStage;

/** @config: (nullable). (transfer full): a line-up of the first @n */
OffhookEngineLineup *fake_stage_set_up(FakeStage *self, OffhookEngineRoles role,
				       const OffhookEngineDeadlines *deadlines,
				       const OffhookBreakerConfig *config, guint n);
/** When the session is gone: nothing else may hold on to the health. */
void fake_stage_tear_down(FakeStage *self);
/** Notes each `switched`, and each `usage` for itself. */
void fake_stage_watch(FakeStage *self, gpointer session);
/** @what: (transfer full) */
void fake_stage_note(FakeStage *self, char *what);
/** What was noted since the last time. */
void fake_stage_assert_told(FakeStage *self, const char *expected);
/** For harness_wait_until(), with the stage: since @n was last set to 0. */
gboolean fake_stage_has_told(gpointer stage);
gboolean fake_stage_has_told_twice(gpointer stage);

G_END_DECLS
