/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Speech that is there as a whole, written down by an assistant's engines. Main thread.
 */
#pragma once

#include "call/assistant/assistant.h"
#include "call/assistant/spending.h"

G_BEGIN_DECLS

/** The longest speech. */
#define OFFHOOK_DICTATION_MAX_S 60

/**
 * offhook_dictation_async:
 * @s16_16k: S16 mono at OFFHOOK_RATE
 * @expectation: (nullable): what its agents expect to hear
 * @spending: (transfer none): outlives it; is told what it costs
 *
 * %OFFHOOK_ERROR_NOT_SUPPORTED: the assistant has no stt; %OFFHOOK_ERROR_LIMIT: it is too long; and
 * what the last engine says when all fail.
 */
void offhook_dictation_async(OffhookAssistant *assistant, OffhookEngineHealth *health,
			     OffhookSpending *spending, GBytes *s16_16k,
			     OffhookExpectation *expectation, GCancellable *cancellable,
			     GAsyncReadyCallback callback, gpointer user_data);
/** (transfer full): "" when nothing was understood. @confidence: (out): 0 to 1 */
char *offhook_dictation_finish(GAsyncResult *result, double *confidence, GError **error);

G_END_DECLS
