/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whether an assistant could take a call now: everything that it needs is opened as for a conversation,
 * and closed again. What only an answer can tell, whether a key is good and a service there, is asked
 * with a word. Main thread.
 */
#pragma once

#include "call/assistant/assistant.h"

G_BEGIN_DECLS

/** How one part is. */
typedef struct {
	const char *what; /* "agent", "tool", "stt", "tts", "llm", "embed", "prompt", "driver" */
	char *name;
	char *problem;  /* (nullable): it is well */
	char *remark;   /* (nullable): ... but may not be what was meant, or did not answer now */
	gboolean early; /* ... or may be in a moment: a server that is still being connected to */
} OffhookRehearsalItem;

/** (transfer full) (element-type OffhookRehearsalItem): in the order of a turn */
GPtrArray *offhook_rehearsal_run(OffhookAssistant *assistant, OffhookPluginRegistry *plugins);

/**
 * Asks each engine of @assistant a word and each agent whether its settings lead anywhere, and puts what
 * comes of it into its item of @items. @done: never from inside of this; (transfer full): @items
 */
void offhook_rehearsal_probe(OffhookAssistant *assistant, GPtrArray *items,
			     void (*done)(gpointer user_data, GPtrArray *items),
			     gpointer user_data);

G_END_DECLS
