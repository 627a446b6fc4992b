/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A host with a memory that is as slow as a test wants it. It finds what has a word of the query.
 */

#pragma once

#include <offhook/agent-host.h>

G_BEGIN_DECLS

#define TYPE_DOUBLE_MEMORY (double_memory_get_type())
G_DECLARE_FINAL_TYPE(DoubleMemory, double_memory, DOUBLE, MEMORY, OffhookMemory)

struct _DoubleMemory {
	OffhookMemory parent_instance;

	GPtrArray *items; /* OffhookMemoryItem: newest first */
	guint delay_ms;   /* of recalling and of listing */
	GPtrArray *asleep; /* (nullable): answers to neither; the tasks that wait */
	gboolean away;
	guint n_recalls;
};

DoubleMemory *double_memory_new(void);
void double_memory_add(DoubleMemory *self, OffhookMemoryKind kind, const char *key,
		       const char *text);
/** From now on what it is asked waits. */
void double_memory_sleep(DoubleMemory *self);
/** Answers all of it. */
void double_memory_wake(DoubleMemory *self);
/** "fact:Ada preference:..." (transfer full) */
char *double_memory_describe(DoubleMemory *self);

#define TYPE_DOUBLE_HOST (double_host_get_type())
G_DECLARE_FINAL_TYPE(DoubleHost, double_host, DOUBLE, HOST, OffhookAgentHost)

struct _DoubleHost {
	OffhookAgentHost parent_instance;

	OffhookToolbox *toolbox;
	JsonObject *variables;
	OffhookMemory *memory; /* (nullable) */
	GString *notes;        /* "memory.stored:1 " */
};

/** @memory: (nullable) */
DoubleHost *double_host_new(DoubleMemory *memory);

G_END_DECLS
