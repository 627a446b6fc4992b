/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/offhook.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_ELEVENLABS_ENGINE (offhook_elevenlabs_engine_get_type())
G_DECLARE_FINAL_TYPE(OffhookElevenlabsEngine, offhook_elevenlabs_engine, OFFHOOK, ELEVENLABS_ENGINE,
		     OffhookEngine)

G_END_DECLS
