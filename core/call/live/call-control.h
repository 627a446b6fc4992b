/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Doing something with one live call: by its driver where that can, else in the audio. Main thread.
 */
#pragma once

#include "call/live/live-call.h"

G_BEGIN_DECLS

/** @argument: (nullable): as the verb wants it; of PLAY a text that the assistant says */
void offhook_call_control_async(OffhookLiveCall *live, OffhookCallVerb verb, const char *argument,
				GCancellable *cancellable, GAsyncReadyCallback callback,
				gpointer user_data);
gboolean offhook_call_control_finish(OffhookLiveCall *live, GAsyncResult *result, GError **error);

G_END_DECLS
