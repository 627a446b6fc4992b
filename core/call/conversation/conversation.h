/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The dialogue of one call: hears turns, asks the agents, speaks the answers, and settles who may
 * talk when both do. Main thread.
 */
#pragma once

#include "call/call.h"
#include "call/conversation/journal.h"
#include "media/session.h"

G_BEGIN_DECLS

typedef struct _OffhookConversation OffhookConversation;

/** What the agents want done with the call. Called when all that was said before was heard. */
typedef struct {
	void (*hang_up)(gpointer user_data);
	/* @summary: (nullable): for whoever answers there */
	void (*transfer)(gpointer user_data, const char *target, const char *summary);
	void (*send_dtmf)(gpointer user_data, const char *digits);
	/* The former conversation is not freed from inside. @summary: (nullable) */
	void (*hand_over)(gpointer user_data, const char *assistant, const char *summary);
	/* At any time: an engine was used, and that is written down. */
	void (*used)(gpointer user_data);
} OffhookConversationEvents;

/**
 * offhook_conversation_new:
 * @sessions: (transfer full) (element-type OffhookAgentSession): the assistant's, not empty
 *
 * @call, @media and @journal must outlive it. Where @media carries text no engines are needed. Fails
 * when an engine can't open a session.
 */
OffhookConversation *offhook_conversation_new(OffhookCall *call, OffhookMediaSession *media,
					      OffhookJournal *journal, GPtrArray *sessions,
					      const OffhookConversationEvents *events,
					      gpointer user_data, GError **error);
void offhook_conversation_free(OffhookConversation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookConversation, offhook_conversation_free)

/**
 * Tells when another engine takes over as the agents' language model.
 * @completer: (transfer none): what offhook_assistant_open_completer() gave; outlives it
 */
void offhook_conversation_watch_completer(OffhookConversation *self, OffhookCompleter *completer);
/** The same for the engines of what is remembered. */
void offhook_conversation_watch_embedder(OffhookConversation *self, OffhookEmbedder *embedder);

/** @toolbox: (transfer none): that of the agents' host */
void offhook_conversation_set_toolbox(OffhookConversation *self, OffhookToolbox *toolbox);

/** The call is answered. @greet: with the assistant's greeting, before what its agents say. */
void offhook_conversation_start(OffhookConversation *self, gboolean greet);

/** As start, for a call that comes back from a transfer after @n_turns turns: says why. */
void offhook_conversation_resume(OffhookConversation *self, guint n_turns, const GError *failure);
/**
 * As start, for one that goes on with what another has begun in the same media: its agents speak first,
 * and only if they say nothing, the assistant's greeting is said.
 * @former: (transfer none): is over, and to be freed
 * @handed_over: (transfer full): what the agents are told of it: `from` and, if there is one, `summary`
 */
void offhook_conversation_take_over(OffhookConversation *self, OffhookConversation *former,
				    JsonObject *handed_over);
/** How many turns there were. */
guint offhook_conversation_count_turns(OffhookConversation *self);

/** The call is over: the history of an answer that was cut ends at the last word heard. */
void offhook_conversation_end(OffhookConversation *self);

/** The caller wrote something instead of saying it; refused while the call is being left. */
gboolean offhook_conversation_add_text(OffhookConversation *self, const char *text, GError **error);
/**
 * On hold: what is being said ends, and until it is off again the agents neither hear nor say
 * anything.
 */
void offhook_conversation_set_held(OffhookConversation *self, gboolean held);
/** The caller is not heard; the agents may go on speaking. */
void offhook_conversation_set_muted(OffhookConversation *self, gboolean muted);
/** Says @text, as if an agent had; @hang_up: and then hangs up. */
void offhook_conversation_announce(OffhookConversation *self, const char *text, gboolean hang_up);
/** Says @text, and then does what @conduct wants done. */
void offhook_conversation_announce_closed(OffhookConversation *self, const char *text,
					  const OffhookConduct *conduct);
/** Said instead of the assistant's greeting. Before start. */
void offhook_conversation_set_greeting(OffhookConversation *self, const char *text);
/**
 * Says @text and hangs up, as soon as nobody is interrupted by it; once. Not while the call is being
 * left anyway. @at_once: whoever talks
 */
void offhook_conversation_take_leave(OffhookConversation *self, const char *text, gboolean at_once);
/** What the agent asked for could not be done. */
void offhook_conversation_action_failed(OffhookConversation *self, const GError *error);

/* From the media session, see OffhookMediaEvents. */
void offhook_conversation_speech_started(OffhookConversation *self, gint64 began_us,
					 gboolean overlap, guint piece, guint heard_ms);
void offhook_conversation_speech_audio(OffhookConversation *self, GBytes *audio);
void offhook_conversation_speech_stopped(OffhookConversation *self, gint64 ended_us);
void offhook_conversation_key(OffhookConversation *self, char key);
void offhook_conversation_piece_started(OffhookConversation *self, guint piece,
					gint64 first_frame_us);
void offhook_conversation_piece_heard(OffhookConversation *self, guint piece);
/* From one that carries text. */
void offhook_conversation_hear_words(OffhookConversation *self, const char *text, gboolean final);
void offhook_conversation_cut_off(OffhookConversation *self, const char *spoken);

G_END_DECLS
