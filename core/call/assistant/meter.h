/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a call uses of its engines, and what that costs: all of it, and since its last turn. Main
 * thread.
 */
#pragma once

#include "call/assistant/spending.h"
#include "config/config.h"
#include "engine/usage.h"

G_BEGIN_DECLS

typedef struct _OffhookMeter OffhookMeter;

/** What was used between two turns, and by whom. */
typedef struct {
	OffhookUsageTotals usage;
	const char *stt; /* (nullable): interned; the engine that understood last */
	const char *llm; /* ... thought */
	const char *tts; /* ... spoke */
} OffhookMeterReading;

/** @config: has the prices. @spending: (transfer none): is told. @began_us: of the call */
OffhookMeter *offhook_meter_new(OffhookConfig *config, const char *assistant, gint64 began_us,
				OffhookSpending *spending);
void offhook_meter_free(OffhookMeter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMeter, offhook_meter_free)

/** Returns: what it costs */
double offhook_meter_add(OffhookMeter *self, const OffhookUsage *usage);
const OffhookUsageTotals *offhook_meter_get_total(OffhookMeter *self);
/** Takes what there was since the last time. */
void offhook_meter_take(OffhookMeter *self, OffhookMeterReading *reading);

G_END_DECLS
