/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The messages of one stream, Twilio's or (l16) Vonage's: what the caller's side sends, as masked
 * frames, and what it has to know of those that come back.
 */
#pragma once

#include "sounds.h"

G_BEGIN_DECLS

#define LOAD_MESSAGE_MAX   1024 /* of a whole frame that we send */
#define LOAD_MARK_NAME_MAX 64
#define LOAD_AUDIO_MAX     (64 * 1024)

typedef struct {
	gboolean l16;
	guint32 key;
	guint64 sequence; /* of the last message */
	guint64 chunk;    /* of the last media */
	char stream_id[40];
	char call_id[40];
	char middle[160]; /* of a media message, between sequence and chunk */
	gsize middle_size;
} LoadMessages;

/** @number: makes the ids unique, with those of other processes too */
void load_messages_init(LoadMessages *self, guint64 number, gboolean l16);

/* Each returns the frame's size, 0 where there is no such message; @out holds LOAD_MESSAGE_MAX. */
gsize load_messages_write_connected(LoadMessages *self, guint8 *out);
gsize load_messages_write_start(LoadMessages *self, guint8 *out);
gsize load_messages_write_media(LoadMessages *self, const LoadSound *sound, guint8 *out);
gsize load_messages_write_mark(LoadMessages *self, const char *name, guint8 *out);
gsize load_messages_write_stop(LoadMessages *self, guint8 *out);
/** @key: that the caller presses; Twilio's only */
gsize load_messages_write_key(LoadMessages *self, char key, guint8 *out);

typedef enum {
	LOAD_RECEIVED_OTHER,
	LOAD_RECEIVED_MEDIA,
	LOAD_RECEIVED_MARK,
	LOAD_RECEIVED_CLEAR,
	LOAD_RECEIVED_BROKEN,
} LoadReceivedKind;

typedef struct {
	LoadReceivedKind kind;
	const char *text; /* base64 audio, or the mark's name (l16: its payload) */
	gsize size;
} LoadReceived;

void load_messages_read(const LoadMessages *self, const char *json, gsize size,
			LoadReceived *received);
/** Returns: bytes written to @codes, which holds LOAD_AUDIO_MAX, or -1 for what is no base64. */
gssize load_messages_decode(const LoadReceived *received, guint8 *codes);

G_END_DECLS
