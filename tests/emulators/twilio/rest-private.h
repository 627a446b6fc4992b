/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "account.h"
#include "call-outbound.h"
#include "form.h"
#include "rest.h"
#include "server.h"
#include "webhook.h"

/* What the files of the REST interface share; for them alone. */
struct _OffhookEmuRest {
	const OffhookEmuOptions *options;
	const OffhookEmuAddress *address;
	SoupSession *session;
	OffhookEmuSink *sink;
	OffhookEmuServer *server;
	GHashTable *calls;      /* sid to OffhookEmuRestCall */
	GPtrArray *order;       /* the same, oldest first, borrowed */
	GHashTable *recordings; /* sid to OffhookEmuRestRecording */
	GHashTable *messages;   /* sid to JsonObject */
	GPtrArray *sent;        /* the same, oldest first, borrowed */
	GHashTable *refusals;   /* number to how often it was answered with 429 */
	guint started;
};

gboolean offhook_emu_rest_is_number(const gchar *text);

/* The carrier's error body. */
void offhook_emu_rest_refuse(OffhookEmuRequest *request, guint status, gint code,
			     const gchar *message);
void offhook_emu_rest_reply_list(OffhookEmuRest *self, OffhookEmuRequest *request,
				 const gchar *name, JsonArray *array);
gchar *offhook_emu_rest_now(void);

/* Posts a signed form and forgets it. @form is taken over. @url: NULL: does nothing. */
void offhook_emu_rest_notify(OffhookEmuRest *self, const gchar *url, OffhookEmuForm *form);

/* @path: below the account: "/Calls.json". FALSE: it is another's.
 *
 * rest-calls.c */
gboolean offhook_emu_rest_calls_serve(OffhookEmuRest *self, OffhookEmuRequest *request,
				      const gchar *path);
void offhook_emu_rest_call_free(gpointer data);
/* NULL: there is no such call in progress */
const gchar *offhook_emu_rest_call_get_status(OffhookEmuRest *self, const gchar *sid);

/* rest-recordings.c */
gboolean offhook_emu_rest_recordings_serve(OffhookEmuRest *self, OffhookEmuRequest *request,
					   const gchar *path);
void offhook_emu_rest_recording_free(gpointer data);
/* From a call's own parameters (Record=true). */
void offhook_emu_rest_recording_start(OffhookEmuRest *self, const gchar *call_sid,
				      const OffhookEmuForm *form, const gchar *source);
/* The call is over: its recordings are complete. */
void offhook_emu_rest_recordings_complete(OffhookEmuRest *self, const gchar *call_sid);

/* rest-messages.c */
gboolean offhook_emu_rest_messages_serve(OffhookEmuRest *self, OffhookEmuRequest *request,
					 const gchar *path);
