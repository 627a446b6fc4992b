/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Rows are the one thing that all processes have in common. Main thread.
 */

#include "call/keeping/elsewhere.h"

#include <offhook/agent.h>

#include "base/timestamp.h"

/* After a call its agents have their time, and what they write then is on its way. */
#define OFFHOOK_ELSEWHERE_SETTLE_US ((OFFHOOK_AGENT_CLOSE_S + 10) * G_USEC_PER_SEC)
/* No provider keeps a call for longer: whoever had this one has died and did not come back. */
#define OFFHOOK_ELSEWHERE_LONGEST_US (G_GINT64_CONSTANT(24 * 60 * 60) * G_USEC_PER_SEC)

/* @calls: (nullable) */
static gboolean
offhook_elsewhere_has(OffhookCallManager *calls, const OffhookCallRecord *call)
{
	if (call->created_us < offhook_timestamp_now() - OFFHOOK_ELSEWHERE_LONGEST_US)
		return FALSE;
	if (g_strcmp0(call->node, g_get_host_name()) != 0)
		return TRUE;
	return calls != NULL && offhook_call_manager_has_siblings(calls) &&
	       offhook_call_manager_find(calls, call->id, NULL) == NULL;
}

static void
offhook_elsewhere_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	GPtrArray *calls =
	    offhook_store_list_open_calls_finish(OFFHOOK_STORE(source), result, &error);

	if (calls == NULL) {
		g_task_return_error(task, error);
		return;
	}
	for (guint i = calls->len; i > 0; i--)
		if (!offhook_elsewhere_has(g_task_get_task_data(task),
					   g_ptr_array_index(calls, i - 1)))
			g_ptr_array_remove_index(calls, i - 1);
	g_task_return_pointer(task, calls, (GDestroyNotify)g_ptr_array_unref);
}

void
offhook_elsewhere_list_async(OffhookCallManager *calls, OffhookStore *store,
			     const OffhookCaller *caller, GAsyncReadyCallback callback,
			     gpointer user_data)
{
	GTask *task = g_task_new(store, NULL, callback, user_data);

	g_task_set_source_tag(task, offhook_elsewhere_list_async);
	if (calls != NULL)
		g_task_set_task_data(task, g_object_ref(calls), g_object_unref);
	offhook_store_list_open_calls_async(store, caller,
					    offhook_timestamp_now() - OFFHOOK_ELSEWHERE_SETTLE_US,
					    NULL, offhook_elsewhere_listed_cb, task);
}

GPtrArray *
offhook_elsewhere_list_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
