/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The inside of the scheduled calls, for their own files.
 */
#pragma once

#include "call/manager/call-manager-private.h"

G_BEGIN_DECLS

/** So many may wait. */
#define OFFHOOK_SCHEDULED_CALLS_MAX 10000

struct _OffhookScheduledCalls {
	GObject parent_instance;

	OffhookCallManager *calls; /* weak */
	OffhookStore *store;
	OffhookEventBus *events;
	GHashTable
	    *entries;   /* id -> OffhookScheduledCallRecord: those that wait or are being placed */
	guint placing;  /* asked of the provider, not answered yet */
	gint64 pace_us; /* monotonic: before it none is placed */
	gboolean running;
	gboolean retired; /* another process places what is due */
	gboolean loading;
	guint changes; /* counted, and how many there were when it was begun to load */
	guint changes_before;
	GCancellable *stopping; /* of what is asked of the store */
	guint timer;
	guint reload_timer;
	OffhookCallScheduler scheduler;
};

/** Something that is asked about one of them, which may be gone when the answer comes. */
typedef struct {
	OffhookScheduledCalls *self;
	char *id;
} OffhookScheduledAttempt;

OffhookScheduledAttempt *offhook_scheduled_attempt_new(OffhookScheduledCalls *self,
						       const OffhookScheduledCallRecord *record);
void offhook_scheduled_attempt_free(OffhookScheduledAttempt *attempt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookScheduledAttempt, offhook_scheduled_attempt_free)

/* scheduled-calls.c: how one of them is. */
gboolean offhook_scheduled_calls_is(const OffhookScheduledCallRecord *record, const char *status);
void offhook_scheduled_calls_set(OffhookScheduledCallRecord *record, const char *status,
				 const char *reason, gint64 next_us);
/** The new state of @record, on disk and told. One that is done is forgotten here. */
void offhook_scheduled_calls_save(OffhookScheduledCalls *self, OffhookScheduledCallRecord *record);

/* scheduled-calls-placing.c */
/** Places what is due, and says when to look again. */
void offhook_scheduled_calls_look(OffhookScheduledCalls *self);
/** An attempt has come to nothing. @again: whether another one may do better */
void offhook_scheduled_calls_settle(OffhookScheduledCalls *self, OffhookScheduledCallRecord *record,
				    const char *reason, gboolean again);
/** Its call has ended with @status. */
void offhook_scheduled_calls_end(OffhookScheduledCalls *self, OffhookScheduledCallRecord *record,
				 const char *status);

/** scheduled-calls-loading.c: takes what waits from the store; what is being placed stays as it is. */
void offhook_scheduled_calls_load(OffhookScheduledCalls *self);

G_END_DECLS
