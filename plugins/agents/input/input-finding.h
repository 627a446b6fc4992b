/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * All that is found in one utterance, and how the agents behind are told. Main thread or any one
 * thread.
 */
#pragma once

#include "input-entities.h"
#include "input-intents.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct {
	char *raw;  /* what was heard, as UTF-8 */
	char *text; /* cleaned; may be empty */
	OffhookLanguage language;
	gboolean foreign; /* not the assistant's */
	char *intent;
	double confidence;
	GPtrArray *entities; /* of OffhookInputEntity */
	gboolean addressed;  /* to the agent */
} OffhookInputFinding;

/** By the rules. @detect: whether @usual may turn out not to be the language */
OffhookInputFinding *offhook_input_finding_new(const char *message, OffhookLanguage usual,
					       gboolean detect, const OffhookInputIntents *intents,
					       GDateTime *now);
void offhook_input_finding_free(OffhookInputFinding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookInputFinding, offhook_input_finding_free)

/** What a language model found: what of it is no intent or entity is left out. */
void offhook_input_finding_merge(OffhookInputFinding *self, JsonObject *answer,
				 const OffhookInputIntents *intents);

/** {text, raw, language, intent, confidence, entities, addressed, for_model}. (transfer full) */
JsonObject *offhook_input_finding_describe(const OffhookInputFinding *self);
/** The same for an event, without anything the caller said. (transfer full) */
JsonObject *offhook_input_finding_summarise(const OffhookInputFinding *self);

G_END_DECLS
