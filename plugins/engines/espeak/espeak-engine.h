/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/offhook.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_ESPEAK_ENGINE (offhook_espeak_engine_get_type())
G_DECLARE_FINAL_TYPE(OffhookEspeakEngine, offhook_espeak_engine, OFFHOOK, ESPEAK_ENGINE,
		     OffhookEngine)

extern const OffhookSetting offhook_espeak_settings[];

G_END_DECLS
