/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the service says, one message at a time. Pure; any thread.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_REALTIME_OTHER, /* nothing to us */
	OFFHOOK_REALTIME_CREATED,
	OFFHOOK_REALTIME_UPDATED,
	OFFHOOK_REALTIME_COMMITTED,         /* item_id */
	OFFHOOK_REALTIME_TRANSCRIPT_DELTA,  /* item_id, text */
	OFFHOOK_REALTIME_TRANSCRIPT,        /* item_id, text: all of it */
	OFFHOOK_REALTIME_TRANSCRIPT_FAILED, /* item_id */
	OFFHOOK_REALTIME_RESPONSE_CREATED,  /* response_id */
	OFFHOOK_REALTIME_AUDIO,             /* response_id, item_id, audio */
	OFFHOOK_REALTIME_WORDS,             /* response_id, item_id, text: more of them */
	OFFHOOK_REALTIME_CALL,              /* response_id, call_id, name, text: arguments */
	OFFHOOK_REALTIME_RESPONSE_DONE,     /* response_id, status; code when it failed */
	OFFHOOK_REALTIME_ERROR,             /* code; event_id of ours that it is about */
} OffhookRealtimeEventKind;

/** Texts are "" where the service says nothing. */
typedef struct {
	OffhookRealtimeEventKind kind;
	char *item_id;
	char *response_id;
	char *call_id;
	char *name;
	char *text;
	char *status;
	char *code;
	char *event_id;
	GBytes *audio;           /* (nullable): in the session's output format */
	OffhookAgentUsage usage; /* of a response that is done */
} OffhookRealtimeEvent;

/** Returns: (transfer full) (nullable): %OFFHOOK_ERROR_FORMAT for what is no event */
OffhookRealtimeEvent *offhook_realtime_event_parse(const char *text, gsize size, GError **error);
void offhook_realtime_event_free(OffhookRealtimeEvent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRealtimeEvent, offhook_realtime_event_free)

G_END_DECLS
