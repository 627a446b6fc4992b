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
	gboolean any_words;   /* whether it knows when words sound is not known */
} OffhookSynthesizerContract;

/** @contract: lives as long as the tests */
void offhook_synthesizer_contract_add_tests(const OffhookSynthesizerContract *contract);

/**
 * The @n-th of its checks, the last part of its test's path. @asks: (out): what is asked of the engine.
 * Returns: (nullable): %NULL behind the last
 */
const char *offhook_synthesizer_contract_get_check(guint n, const char **asks);

G_END_DECLS
