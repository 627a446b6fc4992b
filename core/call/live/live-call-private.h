/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside a live call: the object and its sides. What the agents want (live-call-actions.c), what is
 * done in the audio (live-call-audio.c), what is recorded of it (live-call-recording.c), what the media
 * tells (live-call-media.c), being passed on (live-call-transfer.c). Main thread.
 */
#pragma once

#include "base/deadline.h"
#include "call/conversation/conversation.h"
#include "call/assistant/crew.h"
#include "call/live/live-call.h"

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_LIVE_CALL_OVER,
	OFFHOOK_LIVE_CALL_CLOSED,
	OFFHOOK_LIVE_CALL_WARM_TRANSFER,
	OFFHOOK_LIVE_CALL_HAND_OVER,
	OFFHOOK_LIVE_CALL_N_SIGNALS
} OffhookLiveCallSignal;

extern guint offhook_live_call_signals[OFFHOOK_LIVE_CALL_N_SIGNALS];

/** Where an agent wants the caller to go. */
typedef struct {
	char *target;       /* (nullable) */
	char *summary;      /* (nullable) */
	gboolean warm_only; /* it said so */
} OffhookHandOver;

struct _OffhookLiveCall {
	GObject parent_instance;

	OffhookCall *call;
	OffhookStore *store;
	OffhookJournal *journal;
	OffhookStream *stream;             /* (nullable): no media yet */
	OffhookConversation *conversation; /* (nullable): none with audio agents */
	OffhookCrew crew;                  /* from the first media to the end */
	OffhookSessionCloser *closer;      /* of those whose conversation is over */
	OffhookAgentSession *audio_agent;  /* (nullable): as long as the media may ask it */
	OffhookAgentSession *agent;        /* (nullable): instead of the assistant's */
	OffhookDeadline *media_deadline;
	guint patience_s; /* of a call that we place, until its answer */
	OffhookDeadline *limit_deadline;
	guint limit_stage;                        /* live-call-limits.c */
	const char *reached;                      /* (nullable): a limit's key, static */
	OffhookSpending *spending;                /* borrowed */
	OffhookTextMessages *messages;            /* (nullable): borrowed */
	const OffhookCallScheduler *scheduler;    /* likewise */
	GCancellable *cancellable;
	OffhookEndReason reason; /* why it is ending; NONE: nobody has said yet */
	gboolean ours;           /* ... by our own wish */
	char *recording;         /* (nullable): what was asked for this call */
	guint n_recordings;      /* of ours, which are numbered from 1 */
	guint recording_now;     /* the one that runs; 0: none */
	JsonObject *variables;   /* (nullable): that came with it */
	gboolean finished;
	guint over_id;
	gboolean closed;    /* ... and its agents are, too */
	gboolean used_late; /* they have used something after the end */
	gint64 sequence;    /* of the provider's last report, -1 before the first */
	OffhookAnsweredBy answered_by;
	gboolean told_answered_by;
	gboolean away;   /* passed on, and nobody has said yet how that ended */
	GError *failure; /* (nullable): the transfer that it comes back from */
	guint n_streams;
	guint n_turns;           /* in the streams before */
	gboolean transferring;   /* warm: the other side is being asked */
	OffhookHandOver passing; /* what an agent wants */
	guint hand_over_id;
	guint n_hand_overs;
	gboolean held;
	gboolean muted;
	guint hold_piece;    /* the sound of the line while on hold */
	guint started_piece; /* the last that began to be heard */
	guint last_piece;    /* of ours; the voice counts from 1 */
};

OffhookAssistant *offhook_live_call_get_assistant(OffhookLiveCall *self);
/**
 * Opens the agents of @assistant for this call.
 * @variables, @history: (nullable) (transfer none): from the assistant before
 */
gboolean offhook_live_call_open_crew(OffhookLiveCall *self, OffhookAssistant *assistant,
				     JsonObject *variables, GPtrArray *history, OffhookCrew *crew,
				     GError **error);
/** Has @crew talk to the caller. (transfer full) (nullable) */
OffhookConversation *offhook_live_call_open_conversation(OffhookLiveCall *self, OffhookCrew *crew,
							 GError **error);

/* ---- live-call-end.c ---- */

/** The one way out, once. */
void offhook_live_call_finish(OffhookLiveCall *self, OffhookEndReason reason);
/** Ends the media, and with it the call; without media the call ends at once. */
void offhook_live_call_close(OffhookLiveCall *self, OffhookEndReason reason, const GError *error);
/** The agents have had their last turn in this call. */
void offhook_live_call_dismiss(OffhookLiveCall *self);
/** OffhookSessionCloser's */
void offhook_live_call_closed_cb(gpointer user_data);

/* ---- live-call-actions.c ---- */

/** What events tell of passing the call on. (transfer full) */
JsonObject *offhook_live_call_describe_passing(OffhookLiveCall *self);

extern const OffhookConversationEvents offhook_live_call_conversation_events;

/* ---- live-call-hand-over.c ---- */

/** OffhookConversationEvents.hand_over */
void offhook_live_call_agent_hand_over_cb(gpointer user_data, const char *assistant,
					  const char *summary);
/** What an agent wants from now on. @target, @summary: (nullable) */
void offhook_live_call_set_passing(OffhookLiveCall *self, const char *target, const char *summary,
				   gboolean warm_only);

/* ---- live-call-audio.c ---- */

/** There is media of ours, and it goes on. */
gboolean offhook_live_call_check_line(OffhookLiveCall *self, GError **error);
/** @piece was heard: the sound of the line on hold goes on. */
void offhook_live_call_repeat_hold(OffhookLiveCall *self, guint piece);

/* ---- live-call-recording.c ---- */

/**
 * A recording from the media's beginning, if there is to be one. That it can't be is told and survived.
 * (transfer full) (nullable): its path, which @recording borrows
 */
char *offhook_live_call_prepare_recording(OffhookLiveCall *self, OffhookMediaRecording *recording);
/** The media has ended without a word about its recording. */
void offhook_live_call_end_recording(OffhookLiveCall *self);
/** OffhookMediaEvents */
void offhook_live_call_recording_ended_cb(gpointer user_data, guint number, guint64 length_ms);
void offhook_live_call_storage_error_cb(gpointer user_data, guint number, const GError *error);

/* ---- live-call-limits.c ---- */

/**
 * The call was answered: its time runs. %TRUE: its assistant has used up its day, and the caller is
 * told so in place of a greeting.
 */
gboolean offhook_live_call_mind_limits(OffhookLiveCall *self);

/* ---- live-call-hours.c ---- */

/** The assistant is closed, and does what it does then; %FALSE: it talks as ever. */
gboolean offhook_live_call_mind_hours(OffhookLiveCall *self);
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
