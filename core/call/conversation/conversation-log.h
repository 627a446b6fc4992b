/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One conversation as it is written down, be it a call's or one by text: its messages, how it stands,
 * and what language model answers with how many tokens. Main thread.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

typedef struct _OffhookTranscript OffhookConversationLog;

/** @record: copied; without an id it is a new one, which begins now. Nothing is written yet. */
OffhookConversationLog *offhook_conversation_log_new(OffhookStore *store,
						     const OffhookConversationRecord *record);
void offhook_conversation_log_free(OffhookConversationLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookConversationLog, offhook_conversation_log_free)

const char *offhook_conversation_log_get_id(OffhookConversationLog *self);
/** As it was written last. (transfer none) */
const OffhookConversationRecord *offhook_conversation_log_get_record(OffhookConversationLog *self);

/** Who answers from now on. @agent_type: (nullable) */
void offhook_conversation_log_set_agent(OffhookConversationLog *self, const char *assistant,
					const char *agent_type);
/** For the next save. @model: (nullable): the one that answered last; @tokens: all that were used */
void offhook_conversation_log_set_usage(OffhookConversationLog *self, const char *model,
					gint64 tokens);
/** (nullable): the model that answered last; @tokens: (out): all that were used, also before a restart */
const char *offhook_conversation_log_get_usage(OffhookConversationLog *self, gint64 *tokens);

/** What it came to, for the next save. @summary: (nullable) */
void offhook_conversation_log_set_summary(OffhookConversationLog *self, const char *summary);

/** Writes how the conversation stands. @status: one of offhook_store_conversation_statuses */
gboolean offhook_conversation_log_save(OffhookConversationLog *self, const char *status,
				       GError **error);
/**
 * @agent: (nullable): whose words they are, if an agent's
 * @confidence: negative: not known
 * @id: (out) (optional) (transfer full): set in any case
 */
gboolean offhook_conversation_log_add(OffhookConversationLog *self, const char *role,
				      const char *agent, const char *text, double confidence,
				      char **id, GError **error);
/** What was said last is corrected to what was heard of it. */
gboolean offhook_conversation_log_correct(OffhookConversationLog *self, const char *message_id,
					  const char *text, gboolean interrupted, GError **error);

G_END_DECLS
