/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How a toolbox makes runs. Main thread.
 */
#pragma once

#include <offhook/toolbox.h>

G_BEGIN_DECLS

/**
 * @arguments: (transfer none)
 * @ended: called once, with the status and the result set, from wherever the run was ended
 */
OffhookToolRun *offhook_tool_run_new(const OffhookToolDescription *description,
				     JsonObject *arguments, OffhookToolDoneFunc ended,
				     gpointer user_data);
/** Not done before the caller was asked: @result tells the model. */
void offhook_tool_run_put_off(OffhookToolRun *self, const char *result);
/** %FALSE once it was cancelled, even after its end. */
gboolean offhook_tool_run_is_wanted(OffhookToolRun *self);
/** Nobody is told of its end any more. */
void offhook_tool_run_forget(OffhookToolRun *self);

G_END_DECLS
