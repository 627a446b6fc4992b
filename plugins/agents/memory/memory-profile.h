/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What is told of what is remembered: to the agents after this one, to the model, and to the caller.
 * Main thread.
 */
#pragma once

#include <offhook/agent-host.h>

G_BEGIN_DECLS

/** All (nullable) (element-type OffhookMemoryItem); borrowed. */
typedef struct {
	GPtrArray *known;    /* all that is remembered, newest first: told of it is who he is */
	GPtrArray *recalled; /* what has to do with what the caller says */
	GPtrArray *late;     /* ... has said before */
	guint summaries;     /* how many of known are told */
} OffhookMemoryTelling;

/**
 * offhook_memory_profile_put:
 * @context: a turn's: gets the member "memory": items, an array of {id, kind, key, text, created_at},
 *   and, unless there are none, for_model, a text for a prompt
 */
void offhook_memory_profile_put(JsonObject *context, const OffhookMemoryTelling *telling);

/** Facts under a key become variables, or are none any more if not @set: caller_name, ... */
void offhook_memory_profile_set_variables(OffhookAgentHost *host, GPtrArray *known, gboolean set);

/** Sentences for the caller. (transfer full) */
char *offhook_memory_profile_tell(const char *language, GPtrArray *known);

G_END_DECLS
