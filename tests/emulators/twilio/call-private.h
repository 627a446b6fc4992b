/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "account.h"
#include "call-outbound.h"
#include "identity.h"
#include "media.h"
#include "twiml.h"
#include "webhook.h"

/* What the files that make up a call share; for them alone. */
struct _OffhookEmuCall {
	const OffhookEmuOptions *options;
	const OffhookEmuAddress *address;
	SoupSession *session;
	guint number;
	gchar *call_sid;
	gboolean outbound; /* the server placed it */
	gchar *from;
	gchar *to;
	gchar *answered_by; /* NULL: not told */
	OffhookEmuJournal *journal;
	OffhookEmuLine *line;
	OffhookEmuResult result;
	OffhookEmuCallFunc done;
	gpointer user_data;

	gchar *document_url; /* public URL the TwiML came from */
	OffhookEmuTwiml *twiml;
	guint verb;
	guint documents;
	OffhookEmuStream *stream;
	GPtrArray *former_streams; /* kept to the end: they may be in the middle of a callback */
	gboolean streaming;
	gboolean dialling;        /* somebody else, for the caller */
	const gchar *dial_status; /* NULL: nothing to tell with the next document */
	gchar *stream_sid;
	gboolean relaying;  /* the stream is ConversationRelay's */
	gchar *session_end; /* how the session ended, NULL: there is nothing to tell of it */
	gchar *handoff;     /* NULL: the server said none */
	gint64 session_us;
	guint requests; /* on their way */
	guint pause_timer, duration_timer, done_idle;
	gint64 started_us;
	gint64 requested_us;
	gboolean caller_gone;
	gboolean over;
};

typedef void (*OffhookEmuCallReplyFunc)(OffhookEmuCall *self, OffhookEmuReply *reply,
					const gchar *failure);

/* call.c */
OffhookEmuForm *offhook_emu_call_new_form(OffhookEmuCall *self, const gchar *call_status);
void offhook_emu_call_problem(OffhookEmuCall *self, const gchar *text);
void offhook_emu_call_problem_cb(const gchar *text, gpointer user_data);
void offhook_emu_call_note(OffhookEmuCall *self, const gchar *event, const gchar *key,
			   const gchar *value, const gchar *text);
void offhook_emu_call_post(OffhookEmuCall *self, const gchar *url, const OffhookEmuForm *form,
			   OffhookEmuCallReplyFunc func);
void offhook_emu_call_status_replied(OffhookEmuCall *self, OffhookEmuReply *reply,
				     const gchar *failure);
void offhook_emu_call_finish(OffhookEmuCall *self, OffhookEmuOutcome outcome);
void offhook_emu_call_fail(OffhookEmuCall *self, const gchar *text);

/* call-twiml.c */
void offhook_emu_call_fetch(OffhookEmuCall *self, const gchar *url, const gchar *call_status);
void offhook_emu_call_run(OffhookEmuCall *self);
const OffhookEmuVerb *offhook_emu_call_get_verb(OffhookEmuCall *self);

/* call-dial.c */
void offhook_emu_call_dial(OffhookEmuCall *self, const OffhookEmuVerb *verb);
void offhook_emu_call_dial_cancel(OffhookEmuCall *self);

/* call-stream.c */
void offhook_emu_call_open_stream(OffhookEmuCall *self, const gchar *url, GHashTable *parameters);
/* call-relay.c */
/* Checks what the document says of a session, and opens it. */
void offhook_emu_call_open_relay(OffhookEmuCall *self, const OffhookEmuVerb *verb);
void offhook_emu_call_end_relay(OffhookEmuCall *self, const OffhookEmuStreamEnd *end);
/* What is told of the session when it has ended. */
void offhook_emu_call_add_session(OffhookEmuCall *self, OffhookEmuForm *form);

/* call-stream.c, for both */
extern const OffhookEmuStreamEvents offhook_emu_call_stream_events;
/* Ends the call and returns NULL when @url is none. */
gchar *offhook_emu_call_find_stream(OffhookEmuCall *self, const gchar *url);
/* @stream: taken over. @url: as signed */
void offhook_emu_call_connect_stream(OffhookEmuCall *self, OffhookEmuStream *stream,
				     const gchar *url, const gchar *actual);
