/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Goes over messages that were written before their words were. A batch is read, written and committed,
 * then the next, so that nothing else waits long. Main thread.
 */

#include "store/store-history.h"

#include "store/store-ask.h"
#include "store/journal/store-writer.h"

#define OFFHOOK_STORE_FOLD_BATCH 200

static void offhook_store_fold_next(GTask *task);

/* The count is the task's data: a pointer to it. */
static void
offhook_store_fold_written_cb(gpointer data, const GError *error)
{
	g_autoptr(GTask) task = data;

	if (error != NULL)
		g_task_return_error(task, g_error_copy(error));
	else if (!g_task_return_error_if_cancelled(task))
		offhook_store_fold_next(g_steal_pointer(&task));
}

static gboolean
offhook_store_fold_post(OffhookStore *self, GPtrArray *messages, GError **error)
{
	for (guint i = 0; i < messages->len; i++) {
		OffhookStoreWrite *write = offhook_store_write_new(OFFHOOK_STORE_FOLD_MESSAGE,
								   g_ptr_array_index(messages, i));

		if (!offhook_store_writer_post(offhook_store_get_writer(self), write, error))
			return FALSE;
	}
	return TRUE;
}

static void
offhook_store_fold_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookStore *self = OFFHOOK_STORE(source);
	GError *error = NULL;
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, &error);
	guint *count = g_task_get_task_data(task);

	if (answer == NULL || !offhook_store_fold_post(self, answer->rows, &error)) {
		g_task_return_error(task, error);
		return;
	}
	*count += answer->rows->len;
	if (answer->rows->len == 0)
		g_task_return_boolean(task, TRUE);
	else
		offhook_store_writer_wait(offhook_store_get_writer(self), TRUE,
					  offhook_store_fold_written_cb, g_steal_pointer(&task));
}

/* @task: (transfer full) */
static void
offhook_store_fold_next(GTask *task)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = OFFHOOK_STORE_LIST_UNFOLDED;
	query->limit = OFFHOOK_STORE_FOLD_BATCH;
	offhook_store_ask(g_task_get_source_object(task), query, NULL, g_task_get_cancellable(task),
			  offhook_store_fold_listed_cb, task);
}

void
offhook_store_fold_messages_async(OffhookStore *self, GCancellable *cancellable,
				  GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_store_fold_messages_async);
	g_task_set_task_data(task, g_new0(guint, 1), g_free);
	offhook_store_fold_next(task);
}

gboolean
offhook_store_fold_messages_finish(OffhookStore *self, GAsyncResult *result, guint *count,
				   GError **error)
{
	if (count != NULL)
		*count = *(guint *)g_task_get_task_data(G_TASK(result));
	return g_task_propagate_boolean(G_TASK(result), error);
}
