/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call in progress: the call with its media, its conversation and its records, from the first
 * word of the provider to the last. Main thread.
 */
#pragma once

#include "call/call.h"
#include "call/event.h"
#include "call/assistant/spending.h"
#include "call/live/stream.h"
#include "call/reach/messenger.h"
#include "media/thread.h"
#include "store/store.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_LIVE_CALL (offhook_live_call_get_type())
G_DECLARE_FINAL_TYPE(OffhookLiveCall, offhook_live_call, OFFHOOK, LIVE_CALL, GObject)

/**
 * Signals, all of them from the main loop and never from inside a function below:
 *   over (): the call has ended and everything of it is handed to the store
 *   closed (): after `over`: its agents have done what they had left to do, or had no more time for it
 *   warm-transfer (char *target, char *summary): an agent wants one; refuse_warm_transfer() if it can't be
 *   hand-over (char *assistant, char *summary): an agent wants another assistant to go on. tell_failure()
 *     if it can't
 */

/** Writes the call down and tells of it. @spending: (transfer none): outlives it */
OffhookLiveCall *offhook_live_call_new(OffhookCall *call, OffhookStore *store,
				       OffhookEventBus *events, OffhookSpending *spending);

/** For tools that send @messages, or arrange a call; (transfer none), and live longer. */
void offhook_live_call_set_messages(OffhookLiveCall *self, OffhookTextMessages *messages,
				    const OffhookCallScheduler *scheduler);
OffhookCall *offhook_live_call_get_call(OffhookLiveCall *self); /* (transfer none) */

/** Bytes of audio that wait to be played. */
gsize offhook_live_call_get_queued(OffhookLiveCall *self);

/** Writes the call as it is now. */
void offhook_live_call_save(OffhookLiveCall *self);

/** How long the call may go without media before it is given up. */
void offhook_live_call_expect_media(OffhookLiveCall *self, guint timeout_s);
/** So long a call that we place may go without an answer once it was placed. */
void offhook_live_call_set_patience(OffhookLiveCall *self, guint seconds);
/** It was placed. */
void offhook_live_call_expect_answer(OffhookLiveCall *self);
/** It has had none yet, and may. */
gboolean offhook_live_call_awaits_media(OffhookLiveCall *self);

/**
 * The call's media is there: makes it active, records, greets. %OFFHOOK_ERROR_INVALID_STATE when it
 * has media already or has ended. When the assistant can't begin, the call fails by itself.
 */
gboolean offhook_live_call_attach_port(OffhookLiveCall *self, OffhookMediaThread *thread,
				       OffhookMediaPort *port, GError **error);

/** Only before the media: these agents hold the conversation, not the assistant's. */
void offhook_live_call_set_agent(OffhookLiveCall *self, OffhookAgentSession *agent);

/*
 * Things done in the audio, for drivers that don't do them. %OFFHOOK_ERROR_INVALID_STATE without
 * media. Twice the same is once.
 */
/** The agents fall silent and deaf, the caller hears that the line is still there. */
gboolean offhook_live_call_set_held(OffhookLiveCall *self, gboolean held, GError **error);
gboolean offhook_live_call_set_muted(OffhookLiveCall *self, gboolean muted, GError **error);
/** @s16_16k: after what is being said; %OFFHOOK_ERROR_NOT_SUPPORTED where words cross. */
gboolean offhook_live_call_play(OffhookLiveCall *self, GBytes *s16_16k, GError **error);
/** Keys, as tones or by the far end. */
gboolean offhook_live_call_press(OffhookLiveCall *self, const char *keys, GError **error);
/** In the voice of the assistant. */
gboolean offhook_live_call_say(OffhookLiveCall *self, const char *text, GError **error);
/** "off", "wav" or "opus" instead of what is configured; (nullable). Before it has media. */
void offhook_live_call_set_recording(OffhookLiveCall *self, const char *recording);
/** What its agents find as variables. (nullable) (transfer none); before its media */
void offhook_live_call_set_variables(OffhookLiveCall *self, JsonObject *variables);
/**
 * Besides them what its stream brought, named by offhook_prompt_make_custom_name(): all but what the
 * driver itself had it bring.
 * @parameters: (element-type utf8 utf8)
 */
void offhook_live_call_add_custom(OffhookLiveCall *self, GHashTable *parameters);

/*
 * Our own recording. What was started or stopped last holds, too, when the caller comes back from a
 * transfer. %OFFHOOK_ERROR_INVALID_STATE without media.
 */
gboolean offhook_live_call_is_recorded(OffhookLiveCall *self);
/** Words cross, and there is nothing to be recorded here. */
gboolean offhook_live_call_has_words_only(OffhookLiveCall *self);
/**
 * From now on, in a file of its own, also if the call was not to be recorded. %OFFHOOK_ERROR_INVALID_STATE
 * when it is recorded already, %OFFHOOK_ERROR_NOT_SUPPORTED where words cross.
 */
gboolean offhook_live_call_start_recording(OffhookLiveCall *self, GError **error);
/** %OFFHOOK_ERROR_INVALID_STATE when it is not being recorded; so does pausing. */
gboolean offhook_live_call_stop_recording(OffhookLiveCall *self, GError **error);
gboolean offhook_live_call_pause_recording(OffhookLiveCall *self, gboolean paused, GError **error);

/**
 * The driver has taken a transfer: leaves, or waits for what becomes of it. Agents, transcript and
 * records stay meanwhile; the media goes.
 */
void offhook_live_call_pass_on(OffhookLiveCall *self);
/** A warm transfer has begun, or has ended. */
void offhook_live_call_set_transferring(OffhookLiveCall *self, gboolean transferring);
/** %OFFHOOK_ERROR_INVALID_STATE while a warm transfer is under way: one at a time. */
gboolean offhook_live_call_check_transfer(OffhookLiveCall *self, GError **error);
/** See offhook_call_host_settle_transfer(). */
gboolean offhook_live_call_settle_transfer(OffhookLiveCall *self, const GError *failure);
/** The provider has the other side now: tells it and ends. */
void offhook_live_call_leave(OffhookLiveCall *self);
/** The second call can't be placed: an agent that would rather have told the other side transfers all the same. */
void offhook_live_call_refuse_warm_transfer(OffhookLiveCall *self, const GError *error);
/**
 * offhook_live_call_hand_over:
 * @summary: (nullable): for its agents
 *
 * @assistant goes on with the caller, and knows what was said. On failure everything is as it was:
 * %OFFHOOK_ERROR_INVALID_STATE, NOT_SUPPORTED, LIMIT, or what its agents and engines say.
 */
gboolean offhook_live_call_hand_over(OffhookLiveCall *self, OffhookAssistant *assistant,
				     const char *summary, GError **error);
/** What was asked for, by an agent or about it, could not be done: the agents are told. */
void offhook_live_call_tell_failure(OffhookLiveCall *self, const GError *error);

/** The provider's word on the call's state. What the state table forbids is ignored. */
void offhook_live_call_update(OffhookLiveCall *self, OffhookCallState state,
			      OffhookEndReason reason);
/** The same with the provider's number of the report (-1: none); old ones are ignored. */
void offhook_live_call_report(OffhookLiveCall *self, OffhookCallState state,
			      OffhookEndReason reason, gint64 sequence);
/** Who answered; tells it, and does what the assistant wants done. */
void offhook_live_call_set_answered_by(OffhookLiveCall *self, OffhookAnsweredBy by);
/** Tells of something about the call, and writes it down. @data: (transfer full) (nullable) */
void offhook_live_call_record(OffhookLiveCall *self, const char *type, JsonObject *data);
/** Hangs up at the provider and ends. */
void offhook_live_call_hang_up(OffhookLiveCall *self, OffhookEndReason reason);
/** Broke before or beside the media. */
void offhook_live_call_fail(OffhookLiveCall *self, const GError *error);

/** As if the caller had said it; %OFFHOOK_ERROR_INVALID_STATE without a conversation. */
gboolean offhook_live_call_add_text(OffhookLiveCall *self, const char *text, GError **error);

/**
 * As attach_port, with a stream that is open already and said that it belongs to this call.
 * @stream: taken over on success; on failure it stays yours
 */
gboolean offhook_live_call_attach_stream(OffhookLiveCall *self, OffhookStream *stream,
					 GError **error);

G_END_DECLS
