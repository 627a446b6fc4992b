/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-config.h"
#include <offhook/engine.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_OPENAI_TRANSCRIBER (offhook_openai_transcriber_get_type())
G_DECLARE_FINAL_TYPE(OffhookOpenaiTranscriber, offhook_openai_transcriber, OFFHOOK,
		     OPENAI_TRANSCRIBER, OffhookTranscriber)

/** @language: (nullable): BCP 47 */
OffhookTranscriber *offhook_openai_transcriber_new(OffhookWebClient *web,
						   OffhookOpenaiConfig *config,
						   const char *language);

G_END_DECLS
