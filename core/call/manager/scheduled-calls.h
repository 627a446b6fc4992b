/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls to be placed later: "call NUMBER at TIME with ASSISTANT because REASON". They survive a restart,
 * are placed through the call manager when they are due, and again, a few times, when nobody answers.
 * One that is more than an hour late, as the server was down, is missed. Main thread.
 */
#pragma once

#include "call/event.h"
#include "call/reach/messenger.h"
#include "store/store-scheduled.h"

G_BEGIN_DECLS

struct _OffhookCallManager;

#define OFFHOOK_TYPE_SCHEDULED_CALLS (offhook_scheduled_calls_get_type())
G_DECLARE_FINAL_TYPE(OffhookScheduledCalls, offhook_scheduled_calls, OFFHOOK, SCHEDULED_CALLS,
		     GObject)

/** @calls: (transfer none): owns this one */
OffhookScheduledCalls *offhook_scheduled_calls_new(struct _OffhookCallManager *calls,
						   OffhookStore *store, OffhookEventBus *events);

/** Takes up what an earlier process has left, and begins to place what is due. */
void offhook_scheduled_calls_start(OffhookScheduledCalls *self);
/** Places nothing any more; what is due stays for the next start. */
void offhook_scheduled_calls_stop(OffhookScheduledCalls *self);

/**
 * Places nothing any more either, as another process does, but writes down what becomes of those that are being
 * placed.
 */
void offhook_scheduled_calls_retire(OffhookScheduledCalls *self);
/** Whether anybody is being rung who has not answered yet. */
gboolean offhook_scheduled_calls_is_ringing(OffhookScheduledCalls *self);

/**
 * offhook_scheduled_calls_add_async:
 *
 * Finishes when it is written down. %OFFHOOK_ERROR_INVALID_ARGUMENT names the field that can't be
 * (phone_number, at, assistant, reason, max_attempts, retry_seconds), %OFFHOOK_ERROR_LIMIT when 10,000
 * wait already, %OFFHOOK_ERROR_BUSY when the store takes nothing.
 */
void offhook_scheduled_calls_add_async(OffhookScheduledCalls *self,
				       const OffhookScheduledCall *wanted,
				       GCancellable *cancellable, GAsyncReadyCallback callback,
				       gpointer user_data);
/** (transfer full): as it was written down */
OffhookScheduledCallRecord *offhook_scheduled_calls_add_finish(OffhookScheduledCalls *self,
							       GAsyncResult *result,
							       GError **error);

/** The same for whoever has no calls to know of. (transfer none): as long as @self */
const OffhookCallScheduler *offhook_scheduled_calls_get_scheduler(OffhookScheduledCalls *self);

/**
 * A call that waits is not placed. %OFFHOOK_ERROR_NOT_FOUND, %OFFHOOK_ERROR_INVALID_STATE when it is
 * being placed. (transfer full): the record
 */
OffhookScheduledCallRecord *offhook_scheduled_calls_cancel(OffhookScheduledCalls *self,
							   const char *scheduled_call_id,
							   GError **error);

/** How many wait. */
guint offhook_scheduled_calls_count(OffhookScheduledCalls *self);

G_END_DECLS
