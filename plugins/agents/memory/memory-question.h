/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a language model is asked when a conversation is over: what of it is worth remembering. Any
 * thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

extern const char offhook_memory_question_instructions[];

/**
 * @answer: (nullable): what the model answered
 *
 * (transfer full) (nullable) (element-type OffhookMemoryNote): %NULL: not what was asked for
 */
GPtrArray *offhook_memory_question_read(JsonObject *answer);

G_END_DECLS
