/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One step after another: what there is outside of the database is found through its rows, so it
 * goes first; after a crash in between the rows still say what to do. Main thread; files are deleted
 * in another.
 */

#include "call/keeping/eraser.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "call/manager/call-manager.h"
#include "call/keeping/elsewhere.h"
#include "call/keeping/erasing.h"
#include "call/keeping/receipt.h"
#include "config/secret.h"
#include "memory/chroma.h"

/* Of so many earlier receipts what they could not delete is tried again. */
#define OFFHOOK_ERASER_RECEIPTS 100

struct _OffhookEraser {
	GObject parent_instance;

	OffhookCallManager *calls; /* weak */
	OffhookPluginRegistry *plugins;
	OffhookStore *store;
	OffhookEventBus *events;
	char *state_dir;
	gboolean busy;
};

G_DEFINE_FINAL_TYPE(OffhookEraser, offhook_eraser, G_TYPE_OBJECT)

/* @task: (transfer full); @error: (transfer full) */
static void
offhook_eraser_fail(GTask *task, GError *error)
{
	OffhookEraser *self = g_task_get_source_object(task);

	self->busy = FALSE;
	g_task_return_error(task, error);
	g_object_unref(task);
}

/* Also those that are placed for the sake of his. */
static gboolean
offhook_eraser_is_his(OffhookCall *call, const OffhookCaller *caller)
{
	for (; call != NULL; call = offhook_call_get_origin(call))
		if (offhook_caller_has_number(caller, offhook_call_get_phone_number(call)))
			return TRUE;
	return FALSE;
}

/* Refused while he talks, and until his agents are done with it: it would be written down again. */
static gboolean
offhook_eraser_check_idle(OffhookEraser *self, const OffhookCaller *caller, GError **error)
{
	g_autoptr(GPtrArray) calls = self->calls != NULL
					 ? offhook_call_manager_list_unsettled(self->calls)
					 : g_ptr_array_new();

	for (guint i = 0; i < calls->len; i++) {
		OffhookCall *call = g_ptr_array_index(calls, i);

		if (!offhook_eraser_is_his(call, caller))
			continue;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s of this caller is in progress: erase when it has ended",
			    offhook_call_get_id(call));
		return FALSE;
	}
	return self->calls == NULL ||
	       offhook_chat_manager_forget(offhook_call_manager_get_chats(self->calls), caller,
					   error);
}

/* The same of a call that another process has. */
static gboolean
offhook_eraser_check_elsewhere(GAsyncResult *result, GError **error)
{
	g_autoptr(GPtrArray) calls = offhook_elsewhere_list_finish(result, error);
	const OffhookCallRecord *call;

	if (calls == NULL || calls->len == 0)
		return calls != NULL;
	call = g_ptr_array_index(calls, 0);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    call->ended_us == 0
			? "call %s of this caller is in progress in another process (on %s): "
			  "erase when it has ended"
			: "call %s of this caller has just ended in another process (on %s), "
			  "which may still write something down: erase in a minute",
		    call->id, call->node);
	return FALSE;
}

/* ---- the receipt ---- */

static void
offhook_eraser_tell(OffhookEraser *self, const char *id, gboolean complete)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "receipt_id", id);
	json_object_set_boolean_member(data, "complete", complete);
	offhook_event_bus_publish(self->events, OFFHOOK_EVENT_CALLER_ERASED, NULL, 0, data);
}

/* Whether it could be noted what Chroma has: it is again when Chroma has done something. */
static void
offhook_eraser_settled_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookEraser *self = g_task_get_source_object(task);
	JsonObject *receipt = g_object_get_data(G_OBJECT(task), "receipt");

	offhook_store_settle_receipts_finish(self->store, result, NULL);
	self->busy = FALSE;
	offhook_eraser_tell(self, json_object_get_string_member(receipt, "receipt_id"),
			    json_object_get_boolean_member(receipt, "complete"));
	g_task_return_pointer(task, json_object_ref(receipt), (GDestroyNotify)json_object_unref);
	g_object_unref(task);
}

static void
offhook_eraser_written_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookEraser *self = g_task_get_source_object(task);
	OffhookErasing *erasing = g_task_get_task_data(task);
	GError *error = NULL;

	if (!offhook_store_flush_finish(self->store, result, &error))
		offhook_eraser_fail(task, error);
	else
		offhook_store_settle_receipts_async(self->store, erasing->receipt_id,
						    offhook_timestamp_now(), NULL,
						    offhook_eraser_settled_cb, task);
}

/* @task: (transfer full) */
static void
offhook_eraser_write_receipt(GTask *task)
{
	OffhookEraser *self = g_task_get_source_object(task);
	OffhookErasing *erasing = g_task_get_task_data(task);
	gint64 now_us = offhook_timestamp_now();
	JsonObject *receipt = offhook_erasing_make_receipt(
	    erasing, offhook_store_get_backend_name(self->store), now_us);
	g_autofree char *text = offhook_json_to_string(receipt);
	const OffhookReceiptRecord record = {
	    .id = erasing->receipt_id,
	    .at_us = now_us,
	    .subject = erasing->subject,
	    .receipt = text,
	};
	GError *error = NULL;

	g_object_set_data_full(G_OBJECT(task), "receipt", receipt,
			       (GDestroyNotify)json_object_unref);
	if (!offhook_store_put_receipt(self->store, &record, &error))
		offhook_eraser_fail(task, error);
	else
		offhook_store_flush_async(self->store, NULL, offhook_eraser_written_cb, task);
}

/* ---- the database ---- */

static void
offhook_eraser_claimed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookEraser *self = g_task_get_source_object(task);
	OffhookErasing *erasing = g_task_get_task_data(task);
	GError *error = NULL;

	if (!offhook_store_claim_removals_finish(self->store, result, &erasing->n_removals, &error))
		offhook_eraser_fail(task, error);
	else
		offhook_eraser_write_receipt(task);
}

static void
offhook_eraser_scrubbed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookEraser *self = g_task_get_source_object(task);
	OffhookErasing *erasing = g_task_get_task_data(task);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) notes = offhook_store_scrub_finish(self->store, result, &error);

	if (error != NULL)
		offhook_erasing_leave(erasing, OFFHOOK_ERASING_DATABASE, "files", error->message);
	for (guint i = 0; notes != NULL && notes[i] != NULL; i++)
		offhook_erasing_leave(erasing, OFFHOOK_ERASING_DATABASE, "files", notes[i]);
	offhook_store_claim_removals_async(self->store, erasing->receipt_id, NULL,
					   offhook_eraser_claimed_cb, task);
}

static void
offhook_eraser_rows_gone_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookEraser *self = g_task_get_source_object(task);
	OffhookErasing *erasing = g_task_get_task_data(task);
	GError *error = NULL;

	erasing->counts = offhook_store_erase_caller_finish(self->store, result, &error);
	if (offhook_chroma_find(self->store) != NULL)
		offhook_chroma_tidy(offhook_chroma_find(self->store));
	if (erasing->counts == NULL)
		offhook_eraser_fail(task, error);
	else
		offhook_store_scrub_async(self->store, OFFHOOK_SCRUB_WHOLE, NULL,
					  offhook_eraser_scrubbed_cb, task);
}

static void
offhook_eraser_quiet_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookEraser *self = g_task_get_source_object(task);
	OffhookErasing *erasing = g_task_get_task_data(task);
	GError *error = NULL;

	if (!offhook_eraser_check_elsewhere(result, &error) ||
	    !offhook_eraser_check_idle(self, &erasing->caller, &error)) {
		offhook_eraser_fail(task, error);
		return;
	}
	if (self->calls != NULL)
		erasing->n_texts = offhook_text_messages_erase(
		    offhook_call_manager_get_messages(self->calls), &erasing->caller);
	offhook_store_erase_caller_async(self->store, &erasing->caller, NULL,
					 offhook_eraser_rows_gone_cb, task);
}

/* He may have called meanwhile. */
static void
offhook_eraser_delete_rows(GTask *task)
{
	OffhookEraser *self = g_task_get_source_object(task);
	OffhookErasing *erasing = g_task_get_task_data(task);

	offhook_elsewhere_list_async(self->calls, self->store, &erasing->caller,
				     offhook_eraser_quiet_cb, task);
}

/* ---- at the providers ---- */

static void offhook_eraser_delete_at_provider(GTask *task);

typedef struct {
	GTask *task;
	char *name;
} OffhookEraserDeletion;

static void
offhook_eraser_provider_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookEraserDeletion *deletion = user_data;
	g_autofree char *name = deletion->name;
	OffhookErasing *erasing = g_task_get_task_data(deletion->task);
	g_autoptr(GError) error = NULL;

	/* What a provider says may name the caller: the code has to do. */
	if (offhook_driver_delete_recording_finish(OFFHOOK_DRIVER(source), result, &error))
		erasing->n_provider++;
	else
		offhook_erasing_leave(erasing, OFFHOOK_ERASING_PROVIDER, name,
				      offhook_error_get_api_code(error));
	offhook_eraser_delete_at_provider(deletion->task);
}

/* One after another; then the rows. */
static void
offhook_eraser_delete_at_provider(GTask *task)
{
	OffhookEraser *self = g_task_get_source_object(task);
	OffhookErasing *erasing = g_task_get_task_data(task);
	char *next, *driver_name;

	while (offhook_erasing_take_provider(erasing, &next, &driver_name)) {
		g_autofree char *name = next;
		g_autofree char *owned = driver_name;
		g_autoptr(GError) error = NULL;
		OffhookDriver *driver =
		    offhook_plugin_registry_get_driver(self->plugins, driver_name, &error);
		OffhookEraserDeletion *deletion;

		if (driver == NULL ||
		    !offhook_driver_has(driver, OFFHOOK_DRIVER_DELETE_RECORDING)) {
			offhook_erasing_leave(
			    erasing, OFFHOOK_ERASING_PROVIDER, name,
			    driver == NULL ? error->message : "the driver can't delete recordings");
			continue;
		}
		deletion = g_new(OffhookEraserDeletion, 1);
		*deletion = (OffhookEraserDeletion){task, g_steal_pointer(&name)};
		offhook_driver_delete_recording_async(driver, strchr(deletion->name, '/') + 1, NULL,
						      offhook_eraser_provider_cb, deletion);
		return;
	}
	offhook_eraser_delete_rows(task);
}

/* ---- files ---- */

static void
offhook_eraser_delete_files(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	offhook_erasing_delete_files(data);
	g_task_return_boolean(task, TRUE);
}

static void
offhook_eraser_files_gone_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	offhook_eraser_delete_at_provider(user_data);
}

/* ---- finding ---- */

/* What could not be deleted the last times. */
static void
offhook_eraser_receipts_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookEraser *self = g_task_get_source_object(task);
	OffhookErasing *erasing = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_receipts_finish(self->store, result, &error);
	g_autoptr(GTask) files = NULL;

	if (records == NULL) {
		offhook_eraser_fail(task, error);
		return;
	}
	offhook_erasing_add_left(erasing, records);
	files = g_task_new(NULL, NULL, offhook_eraser_files_gone_cb, task);
	g_task_set_task_data(files, erasing, NULL);
	g_task_run_in_thread(files, offhook_eraser_delete_files);
}

static void
offhook_eraser_holdings_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookEraser *self = g_task_get_source_object(task);
	OffhookErasing *erasing = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(GPtrArray) holdings =
	    offhook_store_list_holdings_finish(self->store, result, &error);

	if (holdings == NULL) {
		offhook_eraser_fail(task, error);
		return;
	}
	offhook_erasing_add_holdings(erasing, holdings);
	offhook_store_list_receipts_async(self->store, erasing->subject, OFFHOOK_ERASER_RECEIPTS,
					  NULL, offhook_eraser_receipts_cb, task);
}

static void
offhook_eraser_elsewhere_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookEraser *self = g_task_get_source_object(task);
	OffhookErasing *erasing = g_task_get_task_data(task);
	GError *error = NULL;

	if (offhook_eraser_check_elsewhere(result, &error))
		offhook_store_list_holdings_async(self->store, &erasing->caller, NULL,
						  offhook_eraser_holdings_cb, task);
	else
		offhook_eraser_fail(task, error);
}

/* ---- the beginning ---- */

static char *
offhook_eraser_begin(OffhookEraser *self, const OffhookCaller *caller, GError **error)
{
	if (!offhook_caller_check(caller, error) || !offhook_eraser_check_idle(self, caller, error))
		return NULL;
	if (self->busy) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
			    "another caller is being erased");
		return NULL;
	}
	return offhook_secret_load_key(self->state_dir, OFFHOOK_RECEIPT_KEY_FILE, NULL, error);
}

void
offhook_eraser_erase_async(OffhookEraser *self, const OffhookCaller *caller,
			   GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(self, NULL, callback, user_data);
	GError *error = NULL;
	char *key = offhook_eraser_begin(self, caller, &error);

	g_task_set_source_tag(task, offhook_eraser_erase_async);
	if (key == NULL) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	self->busy = TRUE;
	g_task_set_task_data(task, offhook_erasing_new(caller, key, self->state_dir),
			     (GDestroyNotify)offhook_erasing_free);
	offhook_elsewhere_list_async(self->calls, self->store, caller, offhook_eraser_elsewhere_cb,
				     task);
}

JsonObject *
offhook_eraser_erase_finish(OffhookEraser *self, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

/* Outside of the seal: it changes. */
static void
offhook_eraser_add_removals(JsonObject *receipt, const OffhookReceiptRecord *record)
{
	g_autofree char *done = record->removals_done_us > 0
				    ? offhook_timestamp_format(record->removals_done_us)
				    : NULL;

	if (record->removals_left >= 0)
		json_object_set_int_member(receipt, "chroma_left", record->removals_left);
	else
		json_object_set_null_member(receipt, "chroma_left");
	offhook_json_set_string(receipt, "chroma_done_at", done);
}

JsonObject *
offhook_eraser_view_receipt(OffhookEraser *self, const OffhookReceiptRecord *record, GError **error)
{
	char *key = offhook_secret_load_key(self->state_dir, OFFHOOK_RECEIPT_KEY_FILE, NULL, error);
	g_autoptr(JsonObject) receipt = NULL;
	gboolean intact;

	if (key == NULL)
		return NULL;
	receipt =
	    offhook_json_parse_object(record->receipt, strlen(record->receipt), "receipt", error);
	if (receipt == NULL) {
		offhook_secret_free(key);
		return NULL;
	}
	intact = offhook_receipt_is_intact(receipt, key);
	offhook_secret_free(key);
	json_object_set_boolean_member(receipt, "intact", intact);
	offhook_eraser_add_removals(receipt, record);
	return g_steal_pointer(&receipt);
}

void
offhook_eraser_set_state_dir(OffhookEraser *self, const char *state_dir)
{
	char *copy = g_strdup(state_dir);

	g_free(self->state_dir);
	self->state_dir = copy;
}

OffhookEraser *
offhook_eraser_new(OffhookCallManager *calls, OffhookPluginRegistry *plugins, OffhookStore *store,
		   OffhookEventBus *events)
{
	OffhookEraser *self = g_object_new(OFFHOOK_TYPE_ERASER, NULL);

	g_set_weak_pointer(&self->calls, calls);
	self->plugins = g_object_ref(plugins);
	self->store = g_object_ref(store);
	self->events = g_object_ref(events);
	return self;
}

static void
offhook_eraser_dispose(GObject *object)
{
	OffhookEraser *self = OFFHOOK_ERASER(object);

	g_clear_weak_pointer(&self->calls);
	g_clear_object(&self->plugins);
	g_clear_object(&self->store);
	g_clear_object(&self->events);
	g_clear_pointer(&self->state_dir, g_free);

	G_OBJECT_CLASS(offhook_eraser_parent_class)->dispose(object);
}

static void
offhook_eraser_init(OffhookEraser *self)
{
}

static void
offhook_eraser_class_init(OffhookEraserClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_eraser_dispose;
}
