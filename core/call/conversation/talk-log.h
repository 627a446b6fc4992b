/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What was said and heard in a conversation, for another assistant that goes on with it. Bounded: the
 * oldest goes first. Main thread.
 */
#pragma once

#include <offhook/completion.h>

G_BEGIN_DECLS

#define OFFHOOK_TALK_LOG_MAX_MESSAGES 200
#define OFFHOOK_TALK_LOG_MAX_BYTES    (64 * 1024)

typedef struct _OffhookTalkLog OffhookTalkLog;

OffhookTalkLog *offhook_talk_log_new(void);
void offhook_talk_log_free(OffhookTalkLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTalkLog, offhook_talk_log_free)

/** @role: USER or ASSISTANT */
void offhook_talk_log_add(OffhookTalkLog *self, const char *id, OffhookMessageRole role,
			  const char *text);
/** Of the message @id only @text was heard, or there is more of it. */
void offhook_talk_log_correct(OffhookTalkLog *self, const char *id, const char *text);

/**
 * (transfer full) (element-type OffhookMessage): all of it
 * @summary: (nullable): the first, as a message of %OFFHOOK_MESSAGE_SYSTEM
 */
GPtrArray *offhook_talk_log_make_messages(OffhookTalkLog *self, const char *summary);

G_END_DECLS
