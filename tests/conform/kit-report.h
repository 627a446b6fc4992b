/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What came of the checks: for people and as TAP while they run, or as one JSON object at the end. Main
 * thread.
 */
#pragma once

#include "kit-suites.h"

G_BEGIN_DECLS

typedef enum {
	KIT_PASSED,
	KIT_FAILED,
	KIT_SKIPPED,
} KitOutcome;

typedef enum {
	KIT_PLAIN, /* a line for each check */
	KIT_TAP,
	KIT_JSON, /* nothing before the end */
} KitFormat;

typedef struct _KitReport KitReport;

/** @words: what is to be typed to have a check of it again, the plugin's file first */
KitReport *kit_report_new(const char *file, const char *words, KitFormat format);
void kit_report_free(KitReport *self);

void kit_report_set_plugin(KitReport *self, const char *kind, const char *name,
			   const char *version);
/** How many checks there will be. */
void kit_report_plan(KitReport *self, guint n);
/** @found: (nullable): what was found instead, or why it was skipped */
void kit_report_add(KitReport *self, const KitCheck *check, KitOutcome outcome, const char *found,
		    double seconds);
/** All that a check printed, for those who asked for it. */
void kit_report_output(KitReport *self, const char *text);
/** Returns: whether nothing failed */
gboolean kit_report_finish(KitReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KitReport, kit_report_free)

G_END_DECLS
