/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-config.h"
#include <offhook/engine.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_OPENAI_SYNTHESIZER (offhook_openai_synthesizer_get_type())
G_DECLARE_FINAL_TYPE(OffhookOpenaiSynthesizer, offhook_openai_synthesizer, OFFHOOK,
		     OPENAI_SYNTHESIZER, OffhookSynthesizer)

/** @voice: (nullable): instead of the configuration's */
OffhookSynthesizer *offhook_openai_synthesizer_new(OffhookWebClient *web,
						   OffhookOpenaiConfig *config, const char *voice);

G_END_DECLS
