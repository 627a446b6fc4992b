/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Asks for the rows, measures the files beside the main loop, and writes the rows. Main thread; files
 * are read in another.
 */

#include "call/keeping/recording-lengths.h"

#include <gio/gio.h>

#include "store/record/recording-file.h"

static void
offhook_recording_lengths_measure(GTask *task, gpointer source, gpointer data,
				  GCancellable *cancellable)
{
	GPtrArray *records = data;

	for (guint i = 0; i < records->len && !g_cancellable_is_cancelled(cancellable); i++) {
		OffhookRecordingRecord *record = g_ptr_array_index(records, i);

		record->duration_ms = offhook_recording_file_measure(record->path, record->call_id);
	}
	g_task_return_boolean(task, TRUE);
}

/* A row whose call was erased meanwhile is refused by the database. */
static void
offhook_recording_lengths_measured_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookStore *store = OFFHOOK_STORE(source);
	GPtrArray *records = g_task_get_task_data(G_TASK(result));
	g_autoptr(GError) error = NULL;

	if (!g_task_propagate_boolean(G_TASK(result), &error))
		return;
	for (guint i = 0; i < records->len && error == NULL; i++) {
		const OffhookRecordingRecord *record = g_ptr_array_index(records, i);

		if (record->duration_ms >= 0)
			offhook_store_put_recording(store, record, &error);
	}
	if (error != NULL)
		g_warning("lengths of recordings that broke off: %s", error->message);
}

static void
offhook_recording_lengths_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GCancellable) cancellable = user_data;
	g_autoptr(GError) error = NULL;
	GPtrArray *records =
	    offhook_store_list_unmeasured_finish(OFFHOOK_STORE(source), result, &error);
	g_autoptr(GTask) task = NULL;

	if (records == NULL) {
		if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
			g_warning("lengths of recordings that broke off: %s", error->message);
		return;
	}
	task = g_task_new(source, cancellable, offhook_recording_lengths_measured_cb, NULL);
	g_task_set_source_tag(task, offhook_recording_lengths_mend);
	g_task_set_task_data(task, records, (GDestroyNotify)g_ptr_array_unref);
	g_task_run_in_thread(task, offhook_recording_lengths_measure);
}

void
offhook_recording_lengths_mend(OffhookStore *store, const char *node, GCancellable *cancellable)
{
	offhook_store_list_unmeasured_async(store, node, cancellable,
					    offhook_recording_lengths_listed_cb,
					    g_object_ref(cancellable));
}
