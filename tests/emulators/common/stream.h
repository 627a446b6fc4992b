/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "message.h"
#include "options.h"

#include <libsoup/soup.h>

/* How a stream ended. */
typedef struct {
	gboolean by_server;    /* the server was first */
	guint code;            /* close code received, 0: none (the connection broke) */
	gboolean refused;      /* never opened */
	guint http_status;     /* refused: what the upgrade was answered with, 0: no answer */
	gchar *reason;         /* refused: in words; belongs to the stream */
	gint64 after_fault_ms; /* from the fault on demand to the end, -1: there was none */
	gboolean timed_out;    /* the server did nothing about the fault while we waited */
} OffhookEmuStreamEnd;

typedef struct {
	void (*opened)(gpointer user_data);
	void (*message)(const OffhookEmuMessage *message, gpointer user_data);
	void (*mark_sent)(const gchar *name, gpointer user_data);
	void (*violation)(const gchar *text, gpointer user_data);
	void (*fault)(const gchar *text, gpointer user_data);
	void (*ended)(const OffhookEmuStreamEnd *end, gpointer user_data); /* last, once */
} OffhookEmuStreamEvents;

/* Who speaks in the messages. */
typedef struct {
	const gchar *stream_sid;
	const gchar *account_sid;
	const gchar *call_sid;
	GHashTable *parameters;
} OffhookEmuStreamIdentity;

typedef struct _OffhookEmuStream OffhookEmuStream;

OffhookEmuStream *offhook_emu_stream_new(const OffhookEmuOptions *options,
					 const OffhookEmuStreamIdentity *identity,
					 const OffhookEmuStreamEvents *events, gpointer user_data);
void offhook_emu_stream_free(OffhookEmuStream *self);
void offhook_emu_stream_open(OffhookEmuStream *self, SoupSession *session, const gchar *signed_url,
			     const gchar *actual_url);
void offhook_emu_stream_send_media(OffhookEmuStream *self, gint64 timestamp_ms, const guint8 *audio,
				   gsize length);
void offhook_emu_stream_send_dtmf(OffhookEmuStream *self, gchar digit);
void offhook_emu_stream_send_mark(OffhookEmuStream *self, const gchar *name);
void offhook_emu_stream_stop(OffhookEmuStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuStream, offhook_emu_stream_free)
