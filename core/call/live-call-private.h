/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside a live call: the object and its sides. What the agents want (live-call-actions.c), what is
 * done in the audio (live-call-audio.c), what the media tells (live-call-media.c), being passed on
 * (live-call-transfer.c). Main thread.
 */
#pragma once

#include "base/deadline.h"
#include "call/conversation.h"
#include "call/live-call.h"

G_BEGIN_DECLS

struct _OffhookLiveCall {
	GObject parent_instance;

	OffhookCall *call;
	OffhookJournal *journal;
	OffhookStream *stream;             /* (nullable): no media yet */
	OffhookConversation *conversation; /* (nullable): none with audio agents */
	GPtrArray *agents;                 /* (nullable): from the first media to the end */
	OffhookCompleter *completer;       /* (nullable): the agents' language model */
	OffhookAgentSession *audio_agent;  /* (nullable) */
	OffhookAgentSession *agent;        /* (nullable): instead of the assistant's */
	OffhookDeadline *media_deadline;
	OffhookDeadline *limit_deadline;
	guint limit_stage;         /* live-call-limits.c */
	const char *reached;       /* (nullable): a limit's key, static */
	OffhookSpending *spending; /* borrowed */
	GCancellable *cancellable;
	OffhookEndReason reason; /* why it is ending; NONE: nobody has said yet */
	gboolean ours;           /* ... by our own wish */
	gboolean broken;         /* recording was broken off */
	char *recording;         /* (nullable): what was asked for this call */
	gboolean finished;
	guint over_id;
	gint64 sequence; /* of the provider's last report, -1 before the first */
	OffhookAnsweredBy answered_by;
	gboolean told_answered_by;
	gboolean away;   /* passed on, and nobody has said yet how that ended */
	GError *failure; /* (nullable): the transfer that it comes back from */
	guint n_streams;
	guint n_turns;         /* in the streams before */
	gboolean transferring; /* warm: the other side is being asked */
	gboolean held;
	gboolean muted;
	guint hold_piece; /* the sound of the line while on hold */
	guint last_piece; /* of ours; the voice counts from 1 */
};

/** The recording of the media that is there ends. */
void offhook_live_call_end_recording(OffhookLiveCall *self);
OffhookAssistant *offhook_live_call_get_assistant(OffhookLiveCall *self);
/** The one way out, once. */
void offhook_live_call_finish(OffhookLiveCall *self, OffhookEndReason reason);
/** Ends the media, and with it the call; without media the call ends at once. */
void offhook_live_call_close(OffhookLiveCall *self, OffhookEndReason reason, const GError *error);

/* ---- live-call-actions.c ---- */

extern const OffhookConversationEvents offhook_live_call_conversation_events;
/** Signal `warm-transfer`. */
void offhook_live_call_ask_warm_transfer(OffhookLiveCall *self, const char *target);

/* ---- live-call-audio.c ---- */

/** @piece was heard: the sound of the line on hold goes on. */
void offhook_live_call_repeat_hold(OffhookLiveCall *self, guint piece);

/* ---- live-call-limits.c ---- */

/**
 * The call was answered: its time runs. %TRUE: its assistant has used up its day, and the caller is
 * told so in place of a greeting.
 */
gboolean offhook_live_call_mind_limits(OffhookLiveCall *self);
void offhook_live_call_limit_cb(gpointer user_data);
/** OffhookConversationEvents.used */
void offhook_live_call_used_cb(gpointer user_data);

/* ---- live-call-transfer.c ---- */

/** The media of a call that is away has ended. */
void offhook_live_call_part(OffhookLiveCall *self);

/* ---- live-call-media.c ---- */

extern const OffhookMediaEvents offhook_live_call_media_events;

/** The audio broke or never came; the provider may not have noticed, and the other side waits. */
void offhook_live_call_drop(OffhookLiveCall *self);

G_END_DECLS
