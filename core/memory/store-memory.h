/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One user's memory in the store. Main thread.
 */
#pragma once

#include <offhook/embedder.h>
#include <offhook/memory.h>

#include "store/store-interactions.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_STORE_MEMORY (offhook_store_memory_get_type())
G_DECLARE_FINAL_TYPE(OffhookStoreMemory, offhook_store_memory, OFFHOOK, STORE_MEMORY, OffhookMemory)

/**
 * offhook_store_memory_new:
 * @user_id: whose: a number in E.164 form, or a name of the user's own
 * @conversation_id: (nullable): in which it is remembered
 * @user: (nullable): on whose behalf it is asked: one who is somebody else finds nothing
 */
OffhookMemory *offhook_store_memory_new(OffhookStore *store, const char *user_id,
					const char *conversation_id, const OffhookStoreUser *user);

/** @conversation_id: (nullable): in which is remembered what is from now on */
void offhook_store_memory_set_conversation(OffhookStoreMemory *self, const char *conversation_id);

/**
 * offhook_store_memory_set_embedder:
 * @embedder: (nullable): by which memories are found that mean the same in other words. What has no
 *   vector of its model gets one, some at a time, as it is used
 */
void offhook_store_memory_set_embedder(OffhookStoreMemory *self, OffhookEmbedder *embedder);

/**
 * offhook_store_memory_get_caller_id:
 * @caller: (nullable): as a provider names who calls
 *
 * (transfer full) (nullable): the user_id of a caller; %NULL for one without a number: nothing is
 * remembered of him, as he could be anybody.
 */
char *offhook_store_memory_get_caller_id(const char *caller);

G_END_DECLS
