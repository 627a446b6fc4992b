/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One question to the assistant's language model beside the conversation, to be answered with a JSON
 * object within a time. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <offhook/engine.h>

G_BEGIN_DECLS

typedef struct _OffhookModelQuestion OffhookModelQuestion;

/** @answer: (nullable): %NULL when there was none in time, or none that is an object */
typedef void (*OffhookModelAnswerFunc)(JsonObject *answer, gpointer user_data);

/**
 * offhook_model_question_new:
 * @instructions: what to do with @text, and which members the answer has
 * @text: what the caller said
 * @budget_ms: the caller waits no longer for it
 * @func: called once, never before this has returned, and not after the question was freed; may free
 *   it
 */
OffhookModelQuestion *offhook_model_question_new(OffhookCompleter *completer,
						 const char *instructions, const char *text,
						 guint budget_ms, OffhookModelAnswerFunc func,
						 gpointer user_data);
void offhook_model_question_free(OffhookModelQuestion *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookModelQuestion, offhook_model_question_free)

/** Its member `confidence`, 0 to 1; @fallback when that is none. */
double offhook_model_answer_get_confidence(JsonObject *answer, double fallback);

G_END_DECLS
