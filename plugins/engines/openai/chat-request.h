/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A request for a language model as the JSON of POST /chat/completions. Any thread.
 */
#pragma once

#include "openai-config.h"
#include <offhook/completion.h>

G_BEGIN_DECLS

/** (transfer full) */
GBytes *offhook_openai_chat_build(OffhookCompletionRequest *request,
				  const OffhookOpenaiConfig *config);

G_END_DECLS
