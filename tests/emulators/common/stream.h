/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "options.h"

#include <libsoup/soup.h>

typedef struct _OffhookEmuStream OffhookEmuStream;

/* How a carrier talks on a media stream. @wire is its own state, which the stream owns. */
typedef struct {
	/* The stream is open. FALSE: nothing more is ever said (a fault on demand). */
	gboolean (*greet)(gpointer wire, OffhookEmuStream *stream);
	void (*send_audio)(gpointer wire, OffhookEmuStream *stream, gint64 timestamp_ms,
			   const gint16 *samples, gsize length);
	void (*send_key)(gpointer wire, OffhookEmuStream *stream, gchar digit);
	void (*send_mark)(gpointer wire, OffhookEmuStream *stream, const gchar *name);
	/* The caller begins to say @text, or has said it; NULL: the carrier does not listen. */
	void (*hear)(gpointer wire, OffhookEmuStream *stream, const gchar *text, gboolean said);
	/* The last words before the close; NULL: there are none. */
	void (*send_stop)(gpointer wire, OffhookEmuStream *stream);
	/* The wrongs of its own, when their time has come; NULL: there are none. */
	void (*misbehave)(gpointer wire, OffhookEmuStream *stream);
	void (*receive)(gpointer wire, OffhookEmuStream *stream, gint type, const gchar *data,
			gsize length);
	GDestroyNotify free;

	guint sample_bytes; /* of a sample in a message */
	/* Begin the words about what went wrong; "" where the carrier has no numbers. */
	const gchar *code_late;    /* not connected in time */
	const gchar *code_network; /* no connection */
	const gchar *code_upgrade; /* another answer than 101 */
	const gchar *code_framing; /* not WebSocket */
} OffhookEmuStreamProtocol;

/* How a stream ended. */
typedef struct {
	gboolean by_server;    /* the server was first */
	gboolean dropped;      /* we broke it on purpose, the call goes on */
	guint code;            /* close code received, 0: none (the connection broke) */
	gboolean refused;      /* never opened */
	guint http_status;     /* refused: what the upgrade was answered with, 0: no answer */
	gchar *reason;         /* refused: in words; belongs to the stream */
	gint64 after_fault_ms; /* from the fault on demand to the end, -1: there was none */
	gboolean timed_out;    /* the server did nothing about the fault while we waited */
} OffhookEmuStreamEnd;

typedef struct {
	void (*opened)(gpointer user_data);
	void (*mark_sent)(const gchar *name, gpointer user_data);
	void (*violation)(const gchar *text, gpointer user_data);
	void (*fault)(const gchar *text, gpointer user_data);
	void (*ended)(const OffhookEmuStreamEnd *end, gpointer user_data); /* last, once */
} OffhookEmuStreamEvents;

/* @wire is taken over. */
OffhookEmuStream *offhook_emu_stream_new(const OffhookEmuOptions *options,
					 const OffhookEmuStreamProtocol *protocol, gpointer wire,
					 const OffhookEmuStreamEvents *events, gpointer user_data);
void offhook_emu_stream_free(OffhookEmuStream *self);
/* @upgrade is taken over: the request, with whatever headers the carrier puts on it. */
void offhook_emu_stream_open(OffhookEmuStream *self, SoupSession *session, SoupMessage *upgrade);
void offhook_emu_stream_send_audio(OffhookEmuStream *self, gint64 timestamp_ms,
				   const gint16 *samples, gsize length);
void offhook_emu_stream_send_key(OffhookEmuStream *self, gchar digit);
void offhook_emu_stream_send_mark(OffhookEmuStream *self, const gchar *name);
void offhook_emu_stream_tell_speech(OffhookEmuStream *self, const gchar *text, gboolean said);
/* The call is over on our side. FALSE: the stream is dead on purpose, and only the server can end it. */
gboolean offhook_emu_stream_stop(OffhookEmuStream *self);

/* For the protocol. */
void offhook_emu_stream_send(OffhookEmuStream *self, gint type, gconstpointer data, gsize length);
void offhook_emu_stream_send_text(OffhookEmuStream *self, const gchar *text);
/* Breaks the connection, as @why, from the carrier's side. */
void offhook_emu_stream_break(OffhookEmuStream *self, const gchar *why);
void offhook_emu_stream_violate(OffhookEmuStream *self, const gchar *format, ...)
    G_GNUC_PRINTF(2, 3);
/* Notes a wrong done to the server. */
void offhook_emu_stream_wrong(OffhookEmuStream *self, const gchar *what);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuStream, offhook_emu_stream_free)
