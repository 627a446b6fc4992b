/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How tools reach people outside of a call: by text messages, and by calls later. Main thread.
 */
#pragma once

#include "call/reach/scheduled-call.h"
#include "call/reach/text-messages.h"

G_BEGIN_DECLS

/** It is written down, or not. @error: (nullable) */
typedef void (*OffhookArrangedFunc)(gpointer user_data, const GError *error);

/** Who places calls later: for those who want one, and know nothing of calls. */
typedef struct {
	/*
	 * @done is called once, from the main loop. %OFFHOOK_ERROR_INVALID_ARGUMENT names the field that can't
	 * be, %OFFHOOK_ERROR_LIMIT and _BUSY say that there is no room.
	 */
	void (*arrange)(gpointer data, const OffhookScheduledCall *wanted,
			GCancellable *cancellable, OffhookArrangedFunc done, gpointer user_data);
	gpointer data;
} OffhookCallScheduler;

/** For the agents of one conversation. Borrowed. */
typedef struct {
	OffhookTextMessages *messages; /* (nullable): nobody can be reached */
	OffhookDriver *driver;
	const char *caller;         /* (nullable): E.164 */
	const char *const *numbers; /* (nullable): to whom messages may go besides the caller */
	const OffhookCallScheduler *scheduler; /* (nullable): nobody calls later */
	const char *call_id;
	const char *assistant; /* who is to call back */
} OffhookMessenger;

G_END_DECLS
