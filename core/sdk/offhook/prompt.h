/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Instructions for a language model, as a configuration has them: text with names in braces for what is
 * known of a conversation. Any thread.
 *
 *   {assistant} {caller} {language} {date} {weekday} {time}   of the conversation's beginning
 *   {memory}                     what is remembered of the caller; each turn anew
 *   {variables.NAME}, {NAME}     a variable of the conversation
 *   {custom.NAME}                what the provider's stream brought under that name
 *
 * Where there is no such thing {variables.NAME} and {custom.NAME} are empty; any other name in braces
 * stays as it is, as all else in braces does: prompts hold examples of JSON, too.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

/** How much of it stands in place of {memory} at most, in bytes. */
#define OFFHOOK_PROMPT_MAX_MEMORY 4096

/** The variable that holds what a stream brought as @name: "custom_order_id" of "order-Id". (transfer full) */
char *offhook_prompt_make_custom_name(const char *name);

/**
 * offhook_prompt_fill:
 * @text: UTF-8
 * @session: its assistant, language, caller and host's variables are looked at; what these hold is not
 *   read again
 * @now: the beginning of the conversation: a prompt that changes can't be cached
 *
 * All but {memory}, which is left for fill_memory(). (transfer full)
 */
char *offhook_prompt_fill(const char *text, const OffhookAgentOptions *session, GDateTime *now);

/** Whether there is anything for fill_memory() in what fill() gave. */
gboolean offhook_prompt_has_memory(const char *filled);

/**
 * offhook_prompt_fill_memory:
 * @filled: what fill() gave
 * @context: (nullable): a turn's; its member `memory` is what is remembered
 *
 * The rest, for one turn. (transfer full)
 */
char *offhook_prompt_fill_memory(const char *filled, JsonObject *context);

/** "assistant", "caller" and so on: what is known of every conversation. %NULL-terminated, static */
const char *const *offhook_prompt_get_names(void);

/**
 * The names in braces that mean nothing unless the conversation has a variable of that name, each once.
 * (transfer full)
 */
char **offhook_prompt_list_unknown(const char *text);

G_END_DECLS
