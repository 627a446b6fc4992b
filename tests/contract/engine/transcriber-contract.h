/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What every engine that transcribes must do.
 */
#pragma once

#include <offhook/offhook.h>

G_BEGIN_DECLS

typedef struct {
	const char *name;
	/* (transfer full): an engine with the transcribe role, ready for sessions */
	OffhookEngine *(*open)(void);
	/*
	 * (transfer full) (nullable): S16 mono at OFFHOOK_RATE in which it hears words; a tone of a
	 * second unless there is one
	 */
	GBytes *(*speak)(void);
	/* (transfer full) (nullable): what must be expected so that it does; nothing unless given */
	OffhookExpectation *(*expect)(void);
	/* whether it hears any words in that is not known */
	gboolean any_words;
} OffhookTranscriberContract;

/** @contract: lives as long as the tests */
void offhook_transcriber_contract_add_tests(const OffhookTranscriberContract *contract);

/**
 * The @n-th of its checks, the last part of its test's path. @asks: (out): what is asked of the engine.
 * Returns: (nullable): %NULL behind the last
 */
const char *offhook_transcriber_contract_get_check(guint n, const char **asks);

G_END_DECLS
