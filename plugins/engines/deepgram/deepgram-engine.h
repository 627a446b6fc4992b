/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/offhook.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_DEEPGRAM_ENGINE (offhook_deepgram_engine_get_type())
G_DECLARE_FINAL_TYPE(OffhookDeepgramEngine, offhook_deepgram_engine, OFFHOOK, DEEPGRAM_ENGINE,
		     OffhookEngine)

G_END_DECLS
