/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A very small session that finds out whether an engine works: half a second of silence to hear, a
 * word to say, a token to answer. Main thread.
 */
#pragma once

#include "engine/engine-health.h"

G_BEGIN_DECLS

typedef struct _OffhookEngineProbe OffhookEngineProbe;

/**
 * @done: called once, from the main loop; @error: (nullable): it works. May free the probe.
 *
 * @use is not kept.
 */
OffhookEngineProbe *offhook_engine_probe_new(const OffhookEngineUse *use,
					     void (*done)(gpointer user_data, const GError *error),
					     gpointer user_data);
/** Before done: gives up quietly. */
void offhook_engine_probe_free(OffhookEngineProbe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEngineProbe, offhook_engine_probe_free)

G_END_DECLS
