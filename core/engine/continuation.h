/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An answer that another language model is to go on with: how it is asked, and where what it writes
 * joins what was said. One thread.
 */
#pragma once

#include <offhook/completion.h>

G_BEGIN_DECLS

/** @request again, with @said as the beginning of the answer. (transfer full) */
OffhookCompletionRequest *offhook_continuation_ask(OffhookCompletionRequest *request,
						   const char *said);

/** For embedding; touched by the functions only. */
typedef struct {
	char *said;    /* (nullable): nothing is being gone on with */
	GString *held; /* written, but it may be a repetition of what was said */
} OffhookContinuation;

void offhook_continuation_begin(OffhookContinuation *self, const char *said);
void offhook_continuation_clear(OffhookContinuation *self);
/** What of the text is to be said. (transfer full): may be empty */
char *offhook_continuation_push(OffhookContinuation *self, const char *text);
/** The answer is complete. (transfer full): may be empty */
char *offhook_continuation_finish(OffhookContinuation *self);

G_END_DECLS
