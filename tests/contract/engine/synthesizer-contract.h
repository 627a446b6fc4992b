/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What every engine that synthesizes English must do.
 */
#pragma once

#include <offhook/offhook.h>

G_BEGIN_DECLS

typedef struct {
	const char *name;
	/* (transfer full): an engine with the synthesize role, ready for sessions */
	OffhookEngine *(*open)(void);
	gboolean times_words; /* it knows when each word sounds; else it says nothing of words */
	gboolean any_voice;   /* it can't tell what voices there are before it speaks */
} OffhookSynthesizerContract;

/** @contract: lives as long as the tests */
void offhook_synthesizer_contract_add_tests(const OffhookSynthesizerContract *contract);

G_END_DECLS
