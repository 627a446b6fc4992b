/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a language model may do with a caller's memory: the tools `remember` and `forget`. Main thread.
 */
#pragma once

#include <offhook/memory.h>
#include <offhook/toolbox.h>

G_BEGIN_DECLS

typedef struct _OffhookMemoryTools OffhookMemoryTools;

/**
 * Adds them to @toolbox, unless others of these names are there.
 * @forgotten: called before all is forgotten
 */
OffhookMemoryTools *offhook_memory_tools_new(OffhookToolbox *toolbox, OffhookMemory *memory,
					     void (*forgotten)(gpointer user_data),
					     gpointer user_data);
void offhook_memory_tools_free(OffhookMemoryTools *self);

G_END_DECLS
