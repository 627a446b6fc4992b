/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Offline speech synthesis in English with Flite. Main thread. */
#pragma once

#include <offhook/engine.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_FLITE_ENGINE (offhook_flite_engine_get_type())
G_DECLARE_FINAL_TYPE(OffhookFliteEngine, offhook_flite_engine, OFFHOOK, FLITE_ENGINE, OffhookEngine)

extern const OffhookSetting offhook_flite_engine_settings[];

G_END_DECLS
