/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the configuration says to the input agent. Any thread.
 */
#pragma once

#include "input-intents.h"

#include <offhook/settings.h>

G_BEGIN_DECLS

extern const OffhookSetting offhook_input_settings[];

typedef struct {
	OffhookInputIntents *intents;
	gboolean detect_language;
	double unclear_below; /* the recogniser's confidence */
	guint unclear_times;  /* asked again in a row */
	gboolean side_talk;   /* is left without an answer */
	gboolean classify;    /* by language model, too */
	double threshold;     /* ... below this confidence */
	guint budget_ms;      /* ... within this time */
} OffhookInputOptions;

/** @values: (nullable): an assistant's own. (transfer full) (nullable): %OFFHOOK_ERROR_CONFIG */
OffhookInputOptions *offhook_input_options_new(OffhookSettings *settings, GHashTable *values,
					       GError **error);
void offhook_input_options_free(OffhookInputOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookInputOptions, offhook_input_options_free)

G_END_DECLS
