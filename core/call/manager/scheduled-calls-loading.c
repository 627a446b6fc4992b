/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What earlier processes have left of scheduled calls. Main thread.
 */

#include "call/manager/scheduled-calls-private.h"

#define OFFHOOK_SCHEDULED_CALLS_RELOAD_S 10

static void
offhook_scheduled_calls_resolved_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookScheduledAttempt) attempt = user_data;
	OffhookScheduledCalls *self = attempt->self;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCallRecord) call =
	    offhook_store_get_call_finish(OFFHOOK_STORE(source), result, &error);
	OffhookScheduledCallRecord *record = g_hash_table_lookup(self->entries, attempt->id);

	if (!self->running || record == NULL)
		return;
	if (call == NULL || call->answered_us == 0)
		offhook_scheduled_calls_settle(self, record, "the server went down meanwhile",
					       TRUE);
	else
		offhook_scheduled_calls_end(self, record, "completed");
	offhook_scheduled_calls_look(self);
}

static void
offhook_scheduled_calls_resolve(OffhookScheduledCalls *self, OffhookScheduledCallRecord *record)
{
	if (record->call_id == NULL)
		offhook_scheduled_calls_settle(self, record, "the server went down meanwhile",
					       TRUE);
	else
		offhook_store_get_call_async(self->store, record->call_id, self->stopping,
					     offhook_scheduled_calls_resolved_cb,
					     offhook_scheduled_attempt_new(self, record));
}

/* Those that wait are known from the rows; those that are being placed stay as they are. */
static gboolean
offhook_scheduled_calls_is_waiting_cb(gpointer key, gpointer value, gpointer user_data)
{
	return offhook_scheduled_calls_is(value, "waiting");
}

static gboolean
offhook_scheduled_calls_reload_cb(gpointer user_data)
{
	OffhookScheduledCalls *self = user_data;

	self->reload_timer = 0;
	offhook_scheduled_calls_load(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_scheduled_calls_loaded_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookScheduledCalls) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows =
	    offhook_store_load_scheduled_calls_finish(OFFHOOK_STORE(source), result, &error);

	self->loading = FALSE;
	if (!self->running)
		return;
	/* What was read may not be so any more. */
	if (self->changes != self->changes_before) {
		offhook_scheduled_calls_load(self);
		return;
	}
	if (rows == NULL) {
		if (self->reload_timer == 0)
			self->reload_timer =
			    g_timeout_add_seconds(OFFHOOK_SCHEDULED_CALLS_RELOAD_S,
						  offhook_scheduled_calls_reload_cb, self);
		return;
	}
	g_hash_table_foreach_remove(self->entries, offhook_scheduled_calls_is_waiting_cb, NULL);
	while (rows->len > 0) {
		OffhookScheduledCallRecord *record = g_ptr_array_steal_index(rows, rows->len - 1);

		if (g_hash_table_contains(self->entries, record->id)) {
			offhook_scheduled_call_record_free(record);
			continue;
		}
		g_hash_table_insert(self->entries, record->id, record);
		if (offhook_scheduled_calls_is(record, "calling"))
			offhook_scheduled_calls_resolve(self, record);
	}
	offhook_scheduled_calls_look(self);
}

void
offhook_scheduled_calls_load(OffhookScheduledCalls *self)
{
	if (self->loading) {
		self->changes++;
		return;
	}
	self->loading = TRUE;
	self->changes_before = self->changes;
	offhook_store_load_scheduled_calls_async(
	    self->store, g_get_host_name(), OFFHOOK_SCHEDULED_CALLS_MAX, self->stopping,
	    offhook_scheduled_calls_loaded_cb, g_object_ref(self));
}
