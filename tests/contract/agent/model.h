/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A language model that says what its test wants said, a word with each turn of the main loop, and
 * remembers what it was asked. Main thread.
 */
#pragma once

#include <offhook/engine.h>

G_BEGIN_DECLS

#define TYPE_MODEL (model_get_type())
G_DECLARE_FINAL_TYPE(Model, model, TEST, MODEL, OffhookCompleter)

/** Without answers queued it says "I heard you. All of it." */
OffhookCompleter *model_new(void);

/**
 * Queues an answer.
 * @text: (nullable): said first
 * @tool: (nullable): then called, with @arguments
 */
void model_queue(OffhookCompleter *self, const char *text, const char *tool, const char *arguments);
/** Has the answer that was queued last call another tool, too. */
void model_queue_call(OffhookCompleter *self, const char *tool, const char *arguments);
/** Queues an answer that fails after @text (nullable). */
void model_queue_failure(OffhookCompleter *self, const char *text);

/** The @n-th request (from 1) without its instructions, "role: text" in lines. (transfer none) */
const char *model_get_request(OffhookCompleter *self, guint n);
/** The instructions of the last. */
const char *model_get_prompt(OffhookCompleter *self);
/** The names of the tools offered last, joined by spaces. */
const char *model_get_tools(OffhookCompleter *self);
/** Which of them it had to call. */
const char *model_get_choice(OffhookCompleter *self);
guint model_count_requests(OffhookCompleter *self);
/** Requests that were withdrawn. */
guint model_count_cancelled(OffhookCompleter *self);

G_END_DECLS
