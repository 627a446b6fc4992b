/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * All that wait are in memory, at most 10,000, and one timer is set for the next. Each change goes to
 * the store before anything follows from it. A process that dies while a call is being placed leaves it
 * as "calling": the next one looks whether anybody answered. Main thread.
 */

#include "call/manager/scheduled-calls-private.h"

#include <offhook/error.h>

#include "base/json.h"

G_DEFINE_FINAL_TYPE(OffhookScheduledCalls, offhook_scheduled_calls, G_TYPE_OBJECT)

/* ---- how one of them is ---- */

gboolean
offhook_scheduled_calls_is(const OffhookScheduledCallRecord *record, const char *status)
{
	return g_str_equal(record->status, status);
}

static void
offhook_scheduled_calls_tell(OffhookScheduledCalls *self, const OffhookScheduledCallRecord *record)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "scheduled_call_id", record->id);
	json_object_set_string_member(data, "status", record->status);
	json_object_set_int_member(data, "attempts", record->attempts);
	offhook_json_set_string(data, "call_id", record->call_id);
	offhook_event_bus_publish(self->events, OFFHOOK_EVENT_SCHEDULED_CALL, NULL, 0, data);
}

void
offhook_scheduled_calls_save(OffhookScheduledCalls *self, OffhookScheduledCallRecord *record)
{
	g_autoptr(GError) error = NULL;

	self->changes++;
	if (!offhook_store_update_scheduled_call(self->store, record, &error))
		g_warning("scheduled call %s: not written down: %s", record->id, error->message);
	offhook_scheduled_calls_tell(self, record);
	if (!offhook_scheduled_calls_is(record, "waiting") &&
	    !offhook_scheduled_calls_is(record, "calling"))
		g_hash_table_remove(self->entries, record->id);
}

void
offhook_scheduled_calls_set(OffhookScheduledCallRecord *record, const char *status,
			    const char *reason, gint64 next_us)
{
	g_free(record->status);
	record->status = g_strdup(status);
	g_free(record->error);
	record->error = g_strdup(reason);
	record->next_us = next_us;
}

/* ---- what became of their calls ---- */

static OffhookScheduledCallRecord *
offhook_scheduled_calls_find_placed(OffhookScheduledCalls *self, const char *call_id)
{
	OffhookScheduledCallRecord *record;
	GHashTableIter iter;

	g_hash_table_iter_init(&iter, self->entries);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&record))
		if (offhook_scheduled_calls_is(record, "calling") &&
		    g_strcmp0(record->call_id, call_id) == 0)
			return record;
	return NULL;
}

static void
offhook_scheduled_calls_event_cb(OffhookEventBus *bus, const OffhookEvent *event,
				 gpointer user_data)
{
	OffhookScheduledCalls *self = user_data;
	OffhookScheduledCallRecord *record;

	if (g_str_equal(event->type, OFFHOOK_EVENT_CALLER_ERASED)) {
		offhook_scheduled_calls_load(self);
		return;
	}
	if (!g_str_equal(event->type, OFFHOOK_EVENT_CALL_COMPLETED))
		return;
	record = offhook_scheduled_calls_find_placed(self, event->call_id);
	if (record == NULL)
		return;
	offhook_scheduled_calls_end(
	    self, record,
	    json_object_get_string_member_with_default(event->data, "status", "completed"));
	offhook_scheduled_calls_look(self);
}

/* ---- adding ---- */

static gboolean
offhook_scheduled_calls_check(OffhookScheduledCalls *self, const OffhookScheduledCall *wanted,
			      GError **error)
{
	if (!offhook_scheduled_call_check(wanted, self->calls->config, error))
		return FALSE;
	if (g_hash_table_size(self->entries) < OFFHOOK_SCHEDULED_CALLS_MAX)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT, "%u calls wait already",
		    g_hash_table_size(self->entries));
	return FALSE;
}

/* What the journal has is as good as committed. */
static void
offhook_scheduled_calls_added_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookScheduledCalls *self = g_task_get_source_object(task);
	OffhookScheduledCallRecord *record = g_task_get_task_data(task);
	g_autoptr(GError) error = NULL;
	OffhookStoreStats stats;

	if (!offhook_store_flush_finish(OFFHOOK_STORE(source), result, &error)) {
		offhook_store_get_stats(self->store, &stats);
		if (!stats.safe) {
			g_task_return_error(task, g_steal_pointer(&error));
			return;
		}
	}
	g_task_return_pointer(task, offhook_scheduled_call_record_copy(record),
			      (GDestroyNotify)offhook_scheduled_call_record_free);
}

void
offhook_scheduled_calls_add_async(OffhookScheduledCalls *self, const OffhookScheduledCall *wanted,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	g_autoptr(OffhookScheduledCallRecord) record = NULL;
	GError *error = NULL;

	g_task_set_source_tag(task, offhook_scheduled_calls_add_async);
	if (offhook_scheduled_calls_check(self, wanted, &error))
		record = offhook_scheduled_call_make_record(wanted);
	if (record == NULL || !offhook_store_add_scheduled_call(self->store, record, &error)) {
		g_task_return_error(task, error);
		return;
	}
	g_task_set_task_data(task, offhook_scheduled_call_record_copy(record),
			     (GDestroyNotify)offhook_scheduled_call_record_free);
	self->changes++;
	offhook_scheduled_calls_tell(self, record);
	g_hash_table_insert(self->entries, record->id, record);
	g_steal_pointer(&record);
	offhook_store_flush_async(self->store, NULL, offhook_scheduled_calls_added_cb,
				  g_steal_pointer(&task));
	offhook_scheduled_calls_look(self);
}

OffhookScheduledCallRecord *
offhook_scheduled_calls_add_finish(OffhookScheduledCalls *self, GAsyncResult *result,
				   GError **error)
{
	g_return_val_if_fail(g_task_is_valid(result, self), NULL);

	return g_task_propagate_pointer(G_TASK(result), error);
}

/** Somebody waits to hear that it is written down. */
typedef struct {
	OffhookArrangedFunc done;
	gpointer user_data;
} OffhookScheduledArrangement;

static void
offhook_scheduled_calls_arranged_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookScheduledArrangement *arrangement = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookScheduledCallRecord) record =
	    offhook_scheduled_calls_add_finish(OFFHOOK_SCHEDULED_CALLS(source), result, &error);

	arrangement->done(arrangement->user_data, error);
}

static void
offhook_scheduled_calls_arrange(gpointer data, const OffhookScheduledCall *wanted,
				GCancellable *cancellable, OffhookArrangedFunc done,
				gpointer user_data)
{
	OffhookScheduledArrangement *arrangement = g_new(OffhookScheduledArrangement, 1);

	*arrangement = (OffhookScheduledArrangement){done, user_data};
	offhook_scheduled_calls_add_async(data, wanted, cancellable,
					  offhook_scheduled_calls_arranged_cb, arrangement);
}

const OffhookCallScheduler *
offhook_scheduled_calls_get_scheduler(OffhookScheduledCalls *self)
{
	return &self->scheduler;
}

OffhookScheduledCallRecord *
offhook_scheduled_calls_cancel(OffhookScheduledCalls *self, const char *scheduled_call_id,
			       GError **error)
{
	OffhookScheduledCallRecord *record = g_hash_table_lookup(self->entries, scheduled_call_id);
	OffhookScheduledCallRecord *copy;

	if (record == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "scheduled_call_id: \"%s\" does not wait", scheduled_call_id);
		return NULL;
	}
	if (!offhook_scheduled_calls_is(record, "waiting")) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "it is being placed: hang up call %s",
			    record->call_id != NULL ? record->call_id : "when it is there");
		return NULL;
	}
	offhook_scheduled_calls_set(record, "canceled", NULL, 0);
	copy = offhook_scheduled_call_record_copy(record);
	offhook_scheduled_calls_save(self, record);
	return copy;
}

guint
offhook_scheduled_calls_count(OffhookScheduledCalls *self)
{
	return g_hash_table_size(self->entries);
}

/* ---- life ---- */

void
offhook_scheduled_calls_start(OffhookScheduledCalls *self)
{
	if (!self->running)
		g_signal_connect(self->events, "event",
				 G_CALLBACK(offhook_scheduled_calls_event_cb), self);
	self->running = TRUE;
	self->retired = FALSE;
	offhook_scheduled_calls_load(self);
}

void
offhook_scheduled_calls_retire(OffhookScheduledCalls *self)
{
	self->retired = TRUE;
	g_clear_handle_id(&self->timer, g_source_remove);
	g_clear_handle_id(&self->reload_timer, g_source_remove);
}

/* Whether nobody knows yet if @record, which is being placed, is answered. */
static gboolean
offhook_scheduled_calls_rings(OffhookScheduledCalls *self, const OffhookScheduledCallRecord *record)
{
	OffhookCall *call = record->call_id != NULL
				? offhook_call_manager_find(self->calls, record->call_id, NULL)
				: NULL;

	if (!offhook_scheduled_calls_is(record, "calling"))
		return FALSE;
	return call == NULL || offhook_call_get_answered(call) == 0;
}

gboolean
offhook_scheduled_calls_is_ringing(OffhookScheduledCalls *self)
{
	OffhookScheduledCallRecord *record;
	GHashTableIter iter;

	g_hash_table_iter_init(&iter, self->entries);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&record))
		if (offhook_scheduled_calls_rings(self, record))
			return TRUE;
	return self->placing > 0;
}

void
offhook_scheduled_calls_stop(OffhookScheduledCalls *self)
{
	if (!self->running)
		return;
	self->running = FALSE;
	g_signal_handlers_disconnect_by_data(self->events, self);
	g_cancellable_cancel(self->stopping);
	g_clear_handle_id(&self->timer, g_source_remove);
	g_clear_handle_id(&self->reload_timer, g_source_remove);
}

OffhookScheduledCalls *
offhook_scheduled_calls_new(OffhookCallManager *calls, OffhookStore *store, OffhookEventBus *events)
{
	OffhookScheduledCalls *self = g_object_new(OFFHOOK_TYPE_SCHEDULED_CALLS, NULL);

	self->calls = calls;
	self->store = g_object_ref(store);
	self->events = g_object_ref(events);
	return self;
}

static void
offhook_scheduled_calls_dispose(GObject *object)
{
	OffhookScheduledCalls *self = OFFHOOK_SCHEDULED_CALLS(object);

	offhook_scheduled_calls_stop(self);
	g_clear_pointer(&self->entries, g_hash_table_unref);
	g_clear_object(&self->store);
	g_clear_object(&self->events);
	g_clear_object(&self->stopping);
	G_OBJECT_CLASS(offhook_scheduled_calls_parent_class)->dispose(object);
}

static void
offhook_scheduled_calls_init(OffhookScheduledCalls *self)
{
	self->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					      (GDestroyNotify)offhook_scheduled_call_record_free);
	self->stopping = g_cancellable_new();
	self->scheduler = (OffhookCallScheduler){offhook_scheduled_calls_arrange, self};
}

static void
offhook_scheduled_calls_class_init(OffhookScheduledCallsClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_scheduled_calls_dispose;
}
