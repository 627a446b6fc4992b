/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/offhook.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_OPENAI_ENGINE (offhook_openai_engine_get_type())
G_DECLARE_FINAL_TYPE(OffhookOpenaiEngine, offhook_openai_engine, OFFHOOK, OPENAI_ENGINE,
		     OffhookEngine)

G_END_DECLS
