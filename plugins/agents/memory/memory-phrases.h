/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the memory agent says itself. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_MEMORY_FORGOTTEN, /* all of it is gone */
	OFFHOOK_MEMORY_KEPT,      /* it could not be forgotten just now */
	OFFHOOK_MEMORY_UNKNOWN,   /* nothing is remembered */
	OFFHOOK_MEMORY_UNREAD,    /* it can't be read just now */
	OFFHOOK_MEMORY_KNOWN,     /* what follows is */
	OFFHOOK_MEMORY_N_PHRASES,
} OffhookMemoryPhrase;

/** @language: (nullable): BCP 47; others than German: English */
const char *offhook_memory_phrases_get(const char *language, OffhookMemoryPhrase phrase);

G_END_DECLS
