/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

typedef enum {
	OFFHOOK_EMU_MESSAGE_MEDIA,
	OFFHOOK_EMU_MESSAGE_MARK,
	OFFHOOK_EMU_MESSAGE_CLEAR,
} OffhookEmuMessageKind;

/* What the server may send. */
typedef struct {
	OffhookEmuMessageKind kind;
	guint8 *audio; /* MEDIA: mu-law */
	gsize audio_length;
	gchar *mark; /* MARK: its name */
} OffhookEmuMessage;

OffhookEmuMessage *offhook_emu_message_parse(const gchar *text, gsize length,
					     const gchar *stream_sid, GError **error);
void offhook_emu_message_free(OffhookEmuMessage *self);

gchar *offhook_emu_message_connected(void);
gchar *offhook_emu_message_start(guint64 sequence, const gchar *stream_sid,
				 const gchar *account_sid, const gchar *call_sid,
				 GHashTable *parameters);
gchar *offhook_emu_message_media(guint64 sequence, const gchar *stream_sid, guint64 chunk,
				 gint64 timestamp_ms, const guint8 *audio, gsize length);
gchar *offhook_emu_message_dtmf(guint64 sequence, const gchar *stream_sid, gchar digit);
gchar *offhook_emu_message_mark(guint64 sequence, const gchar *stream_sid, const gchar *name);
gchar *offhook_emu_message_stop(guint64 sequence, const gchar *stream_sid, const gchar *account_sid,
				const gchar *call_sid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuMessage, offhook_emu_message_free)
