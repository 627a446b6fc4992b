/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How things look in JSON: the one place where the REST surface's fields are made. All
 * (transfer full).
 */
#pragma once

#include "call/manager/call-manager.h"
#include "store/store.h"

G_BEGIN_DECLS

/** Sets a time as RFC 3339, or null for 0. */
void offhook_view_set_time(JsonObject *object, const char *field, gint64 unix_us);

/** What one of the functions below makes of a record. */
typedef JsonObject *(*OffhookViewFunc)(gconstpointer record);
JsonArray *offhook_view_list(GPtrArray *records, OffhookViewFunc view);

JsonObject *offhook_view_call(const OffhookCallRecord *record);
JsonObject *offhook_view_message(const OffhookMessageRecord *record);
/** As it was sent to those who listened: {type, timestamp, data{}} */
JsonObject *offhook_view_event(const OffhookCallEventRecord *record);
JsonObject *offhook_view_conversation(const OffhookConversationRecord *record);
JsonObject *offhook_view_plugin(OffhookPlugin *plugin);
/** {name, capabilities[], status, phone_number} */
JsonObject *offhook_view_provider(OffhookPlugin *plugin);
/** {voice{}, sms{}, recording{}} */
JsonObject *offhook_view_capabilities(OffhookDriver *driver);
JsonObject *offhook_view_agent(const OffhookAgentEntry *agent);

G_END_DECLS
