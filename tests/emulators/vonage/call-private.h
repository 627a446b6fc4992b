/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "account.h"
#include "call.h"
#include "call-outbound.h"
#include "exchange.h"
#include "ncco.h"
#include "socket.h"
#include "webhook.h"

/* One party of a call. */
typedef struct {
	gchar *uuid; /* NULL: there is no such party now */
	gchar *from;
	gchar *to;
	const gchar *direction;
	const gchar *status; /* as last told */
	JsonObject *headers; /* of a websocket leg */
	gint64 answered_us;  /* 0: not yet */
} OffhookEmuLeg;

/* What the files that make up a call share; for them alone. */
struct _OffhookEmuCall {
	const OffhookEmuOptions *options;
	const OffhookEmuAddress *address;
	SoupSession *session;
	guint number;
	OffhookEmuJournal *journal;
	OffhookEmuLine *line;
	OffhookEmuResult result;
	OffhookEmuCallFunc done;
	gpointer user_data;

	gchar *conversation;
	OffhookEmuLeg caller; /* or the callee of a call that the server placed */
	OffhookEmuLeg socket;
	OffhookEmuLeg phone;
	JsonObject *request; /* what the server placed it with; NULL: it came in */
	OffhookEmuFate fate;
	GDateTime *created;

	OffhookEmuNcco *ncco;
	OffhookEmuNcco *next; /* replaces it when the socket is closed */
	guint action;
	guint answers;       /* NCCO that were fetched */
	JsonObject *connect; /* the connect action that is on */
	OffhookEmuStream *stream;
	GPtrArray *former_streams; /* kept to the end: they may be in the middle of a callback */
	gboolean streaming;
	SoupMessage *reuse;
	GPtrArray *recordings; /* OffhookEmuCallRecording */
	GQueue held;           /* JsonObject: events that are to come later */

	guint requests; /* on their way */
	guint step_timer, detect_timer, duration_timer, done_idle;
	gint64 started_us;
	gint64 requested_us;
	gboolean detecting; /* the NCCO waits for it */
	gboolean beeping;
	gboolean caller_gone;
	gboolean server_hung_up;
	gboolean over;
};

typedef void (*OffhookEmuCallReplyFunc)(OffhookEmuCall *self, OffhookEmuReply *reply,
					const gchar *failure);
/* @ncco: (transfer full) (nullable): what the server wants instead */
typedef void (*OffhookEmuCallNccoFunc)(OffhookEmuCall *self, OffhookEmuNcco *ncco);

/* call.c */
void offhook_emu_call_problem(OffhookEmuCall *self, const gchar *format, ...) G_GNUC_PRINTF(2, 3);
void offhook_emu_call_note(OffhookEmuCall *self, const gchar *event, const gchar *key,
			   const gchar *value, const gchar *text);
void offhook_emu_call_finish(OffhookEmuCall *self, OffhookEmuOutcome outcome);
void offhook_emu_call_send(OffhookEmuCall *self, OffhookEmuWebhookKind kind, const gchar *method,
			   const gchar *url, JsonObject *fields, OffhookEmuCallReplyFunc func);
/* One of @requests is over; when it was the last one of a call that is over, the call is done. */
void offhook_emu_call_request_done(OffhookEmuCall *self);
void offhook_emu_call_run_later(OffhookEmuCall *self, guint ms, GSourceFunc func);

/* call-events.c */
void offhook_emu_leg_set(OffhookEmuLeg *leg, const gchar *uuid, const gchar *from, const gchar *to,
			 const gchar *direction);
void offhook_emu_leg_clear(OffhookEmuLeg *leg);
gchar *offhook_emu_call_now(void);
/* Tells the server; @detail: NULL: none. */
void offhook_emu_call_tell(OffhookEmuCall *self, OffhookEmuLeg *leg, const gchar *status,
			   const gchar *detail);
void offhook_emu_call_tell_completed(OffhookEmuCall *self, OffhookEmuLeg *leg, gboolean by_server);
void offhook_emu_call_tell_machine(OffhookEmuCall *self, gboolean machine, const gchar *sub_state);
/* An event of @action (NULL: none), whose answer nobody waits for. */
void offhook_emu_call_report(OffhookEmuCall *self, JsonObject *action, JsonObject *event);
/* The same, and @func gets the NCCO of the answer. */
void offhook_emu_call_ask(OffhookEmuCall *self, JsonObject *action, JsonObject *event,
			  OffhookEmuCallNccoFunc func);
JsonObject *offhook_emu_call_new_event(OffhookEmuCall *self, const OffhookEmuLeg *leg,
				       const gchar *status);
/* Those that were held back leave now. */
void offhook_emu_call_release_events(OffhookEmuCall *self);

/* call-answer.c */
void offhook_emu_call_fetch(OffhookEmuCall *self, const gchar *method, const gchar *url);

/* call-ncco.c */
void offhook_emu_call_run(OffhookEmuCall *self);
void offhook_emu_call_take(OffhookEmuCall *self, OffhookEmuNcco *ncco);
void offhook_emu_call_next(OffhookEmuCall *self);

/* call-recording.c */
void offhook_emu_call_record(OffhookEmuCall *self, JsonObject *action);
void offhook_emu_call_end_recordings(OffhookEmuCall *self);
void offhook_emu_call_recording_free(gpointer data);

/* call-socket.c */
void offhook_emu_call_open_socket(OffhookEmuCall *self, JsonObject *action, JsonObject *endpoint);
/* FALSE: there is none to close */
gboolean offhook_emu_call_close_socket(OffhookEmuCall *self);
