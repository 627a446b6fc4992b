/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Records to write in tests, with borrowed strings, and short ways to post them. Each must be taken.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/** When everything in tests happens: 2024-05-01T12:00:00Z. */
#define STORE_SAMPLE_US G_GINT64_CONSTANT(1714564800000000)

/** Longer than a machine that has other things to do takes for what is going to be done. */
#define STORE_SAMPLE_PATIENT_MS 600000

OffhookCallRecord store_sample_call(const char *id);
OffhookConversationRecord store_sample_conversation(const char *id, const char *call_id);
OffhookMessageRecord store_sample_message(const char *id, const char *conversation_id,
					  const char *call_id, const char *content);
OffhookCallEventRecord store_sample_event(const char *call_id, guint seq, const char *type);

void store_sample_put_call(OffhookStore *store, const OffhookCallRecord *record);
void store_sample_put_conversation(OffhookStore *store, const OffhookConversationRecord *record);
void store_sample_add_message(OffhookStore *store, const OffhookMessageRecord *record);
/** @record: with its data, an object or %NULL */
void store_sample_add_event(OffhookStore *store, const OffhookCallEventRecord *record);

/** A call in progress "@id" and its conversation "@id-talk". */
void store_sample_begin(OffhookStore *store, const char *id);

/** Message @number of that conversation: id "@id-NUMBER", content "word NUMBER". */
void store_sample_say(OffhookStore *store, const char *id, guint number);

/** Asserts that the conversation holds the messages 1 to @count in order, each once. */
void store_sample_check_said(OffhookStore *store, const char *id, guint count);

G_END_DECLS
