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
} OffhookTranscriberContract;

/** @contract: lives as long as the tests */
void offhook_transcriber_contract_add_tests(const OffhookTranscriberContract *contract);

G_END_DECLS
