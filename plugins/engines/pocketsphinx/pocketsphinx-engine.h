/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Offline speech recognition with PocketSphinx. Main thread. */
#pragma once

#include <offhook/engine.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_POCKETSPHINX_ENGINE (offhook_pocketsphinx_engine_get_type())
G_DECLARE_FINAL_TYPE(OffhookPocketsphinxEngine, offhook_pocketsphinx_engine, OFFHOOK,
		     POCKETSPHINX_ENGINE, OffhookEngine)

extern const OffhookSetting offhook_pocketsphinx_engine_settings[];

G_END_DECLS
