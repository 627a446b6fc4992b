/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What is worth remembering of what a caller says, and what he wants done with it, without a language
 * model: English and German. Pure; any thread.
 */
#pragma once

#include <offhook/memory.h>

G_BEGIN_DECLS

typedef struct {
	OffhookMemoryKind kind;
	const char *key; /* (nullable) */
	char *text;
} OffhookMemoryNote;

void offhook_memory_note_free(OffhookMemoryNote *self);

/** @words: any text. (transfer full) (element-type OffhookMemoryNote): none, mostly */
GPtrArray *offhook_memory_rules_read(const char *words);

typedef enum {
	OFFHOOK_MEMORY_WISH_NONE,
	OFFHOOK_MEMORY_WISH_FORGET, /* all that is remembered of him */
	OFFHOOK_MEMORY_WISH_TELL,   /* what it is */
} OffhookMemoryWish;

OffhookMemoryWish offhook_memory_rules_get_wish(const char *words);

G_END_DECLS
