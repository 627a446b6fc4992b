/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Places the scheduled calls that are due, and judges what became of each attempt. Main thread.
 */

#include "call/manager/scheduled-calls-private.h"

#include <offhook/error.h>

#include "base/timestamp.h"

#define OFFHOOK_SCHEDULED_CALLS_TOGETHER 20
#define OFFHOOK_SCHEDULED_CALLS_LOOK_S   60 /* the clock may be set meanwhile */
#define OFFHOOK_SCHEDULED_CALLS_BUSY_S   30
#define OFFHOOK_SCHEDULED_CALLS_LATE_US  (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)
#define OFFHOOK_SCHEDULED_CALLS_SLACK_US 50000

/* ---- what became of an attempt ---- */

void
offhook_scheduled_calls_settle(OffhookScheduledCalls *self, OffhookScheduledCallRecord *record,
			       const char *reason, gboolean again)
{
	if (again && record->attempts < record->max_attempts)
		offhook_scheduled_calls_set(record, "waiting", reason,
					    offhook_timestamp_now() +
						(gint64)record->retry_s * G_USEC_PER_SEC);
	else
		offhook_scheduled_calls_set(record, "failed", reason, 0);
	offhook_scheduled_calls_save(self, record);
}

void
offhook_scheduled_calls_end(OffhookScheduledCalls *self, OffhookScheduledCallRecord *record,
			    const char *status)
{
	static const char *const unanswered[] = {"busy", "no-answer", "failed", NULL};

	if (g_strv_contains(unanswered, status)) {
		offhook_scheduled_calls_settle(self, record, status, TRUE);
		return;
	}
	offhook_scheduled_calls_set(
	    record, g_str_equal(status, "canceled") ? "canceled" : "completed", NULL, 0);
	offhook_scheduled_calls_save(self, record);
}

/* ---- placing ---- */

OffhookScheduledAttempt *
offhook_scheduled_attempt_new(OffhookScheduledCalls *self, const OffhookScheduledCallRecord *record)
{
	OffhookScheduledAttempt *attempt = g_new(OffhookScheduledAttempt, 1);

	attempt->self = g_object_ref(self);
	attempt->id = g_strdup(record->id);
	return attempt;
}

void
offhook_scheduled_attempt_free(OffhookScheduledAttempt *attempt)
{
	g_object_unref(attempt->self);
	g_free(attempt->id);
	g_free(attempt);
}
/* There was no room for it, which is no attempt. */
static gboolean
offhook_scheduled_calls_is_full(const GError *error)
{
	return g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY) ||
	       g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_RATE_LIMITED);
}

/* Again soon, but not for ever: in the end it would come at a time that nobody wants. */
static void
offhook_scheduled_calls_wait_for_room(OffhookScheduledCalls *self,
				      OffhookScheduledCallRecord *record, const char *reason)
{
	gint64 now_us = offhook_timestamp_now();
	gint64 due_us;

	record->attempts--;
	due_us = record->at_us + record->attempts * (gint64)record->retry_s * G_USEC_PER_SEC;
	if (now_us - due_us > OFFHOOK_SCHEDULED_CALLS_LATE_US)
		offhook_scheduled_calls_set(record, "missed", reason, 0);
	else
		offhook_scheduled_calls_set(record, "waiting", reason,
					    now_us +
						OFFHOOK_SCHEDULED_CALLS_BUSY_S * G_USEC_PER_SEC);
	offhook_scheduled_calls_save(self, record);
}

static void
offhook_scheduled_calls_fail(OffhookScheduledCalls *self, OffhookScheduledCallRecord *record,
			     const GError *error)
{
	if (offhook_scheduled_calls_is_full(error)) {
		offhook_scheduled_calls_wait_for_room(self, record, error->message);
		return;
	}
	offhook_scheduled_calls_settle(
	    self, record, error->message,
	    !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT) &&
		!g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND));
}

static void
offhook_scheduled_calls_placed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookScheduledAttempt) attempt = user_data;
	OffhookScheduledCalls *self = attempt->self;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCall) call =
	    offhook_call_manager_initiate_finish(OFFHOOK_CALL_MANAGER(source), result, &error);
	OffhookScheduledCallRecord *record;

	self->placing--;
	record = g_hash_table_lookup(self->entries, attempt->id);
	/* At the end of the daemon a call that is there is at least written down. */
	if (record == NULL || (!self->running && call == NULL))
		return;
	if (call == NULL) {
		offhook_scheduled_calls_fail(self, record, error);
	} else {
		g_free(record->call_id);
		record->call_id = g_strdup(offhook_call_get_id(call));
		offhook_scheduled_calls_save(self, record);
		/* Its end may have been told before its beginning. */
		if (offhook_call_get_state(call) == OFFHOOK_CALL_ENDED)
			offhook_scheduled_calls_end(self, record, offhook_call_get_status(call));
	}
	offhook_scheduled_calls_look(self);
}

static void
offhook_scheduled_calls_place(OffhookScheduledCalls *self, OffhookScheduledCallRecord *record)
{
	g_autoptr(JsonObject) variables = json_object_new();
	const OffhookInitiateRequest request = {
	    .phone_number = record->number,
	    .assistant = record->assistant,
	    .variables = variables,
	};
	OffhookScheduledAttempt *attempt = offhook_scheduled_attempt_new(self, record);

	/* Whoever calls back knows why. */
	if (record->reason != NULL)
		json_object_set_string_member(variables, "reason", record->reason);
	record->attempts++;
	g_clear_pointer(&record->call_id, g_free);
	offhook_scheduled_calls_set(record, "calling", NULL, 0);
	offhook_scheduled_calls_save(self, record);
	self->placing++;
	offhook_call_manager_initiate_async(self->calls, &request, NULL,
					    offhook_scheduled_calls_placed_cb, attempt);
}

/* ---- when ---- */

static gboolean
offhook_scheduled_calls_timer_cb(gpointer user_data)
{
	OffhookScheduledCalls *self = user_data;

	self->timer = 0;
	offhook_scheduled_calls_look(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_scheduled_calls_set_timer(OffhookScheduledCalls *self, gint64 next_us)
{
	gint64 wait_ms = (next_us - offhook_timestamp_now()) / 1000 + 1;

	g_clear_handle_id(&self->timer, g_source_remove);
	self->timer = g_timeout_add((guint)CLAMP(wait_ms, 0, OFFHOOK_SCHEDULED_CALLS_LOOK_S * 1000),
				    offhook_scheduled_calls_timer_cb, self);
}

/* The next one that waits. (nullable) */
static OffhookScheduledCallRecord *
offhook_scheduled_calls_get_next(OffhookScheduledCalls *self)
{
	OffhookScheduledCallRecord *next = NULL;
	OffhookScheduledCallRecord *record;
	GHashTableIter iter;

	g_hash_table_iter_init(&iter, self->entries);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&record))
		if (offhook_scheduled_calls_is(record, "waiting") &&
		    (next == NULL || record->next_us < next->next_us))
			next = record;
	return next;
}

/* Providers and lines take so many calls in a second, however many were wanted for the same one. */
static gint64
offhook_scheduled_calls_get_pause(OffhookScheduledCalls *self)
{
	return MAX(self->pace_us - g_get_monotonic_time(), 0);
}

static void
offhook_scheduled_calls_keep_pace(OffhookScheduledCalls *self)
{
	double rate = offhook_config_get_number(self->calls->config, "server", "calls-per-second");
	gint64 now_us = g_get_monotonic_time();

	/* A moment's delay of ours is made up for. */
	self->pace_us = MAX(self->pace_us, now_us - OFFHOOK_SCHEDULED_CALLS_SLACK_US) +
			(gint64)(G_USEC_PER_SEC / rate);
}

void
offhook_scheduled_calls_look(OffhookScheduledCalls *self)
{
	OffhookScheduledCallRecord *next;
	gint64 now_us = offhook_timestamp_now();

	if (!self->running || self->retired)
		return;
	while (self->placing < OFFHOOK_SCHEDULED_CALLS_TOGETHER &&
	       (next = offhook_scheduled_calls_get_next(self)) != NULL) {
		if (next->next_us > now_us) {
			offhook_scheduled_calls_set_timer(self, next->next_us);
			return;
		}
		if (offhook_scheduled_calls_get_pause(self) > 0) {
			offhook_scheduled_calls_set_timer(
			    self, now_us + offhook_scheduled_calls_get_pause(self));
			return;
		}
		if (now_us - next->next_us <= OFFHOOK_SCHEDULED_CALLS_LATE_US) {
			offhook_scheduled_calls_keep_pace(self);
			offhook_scheduled_calls_place(self, next);
			continue;
		}
		offhook_scheduled_calls_set(next, "missed", "the server was down", 0);
		offhook_scheduled_calls_save(self, next);
	}
}
