/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

typedef enum {
	OFFHOOK_EMU_OUTGOING_AUDIO,
	OFFHOOK_EMU_OUTGOING_KEY,
	OFFHOOK_EMU_OUTGOING_MARK,
} OffhookEmuOutgoingKind;

typedef struct {
	OffhookEmuOutgoingKind kind;
	gint64 release_us;
	gint64 timestamp_ms; /* AUDIO */
	gint16 *samples;
	gsize length;
	gchar digit; /* KEY */
	gchar *mark; /* MARK */
} OffhookEmuOutgoing;

typedef void (*OffhookEmuOutboxFunc)(const OffhookEmuOutgoing *outgoing, gpointer user_data);

typedef struct _OffhookEmuOutbox OffhookEmuOutbox;

OffhookEmuOutbox *offhook_emu_outbox_new(guint jitter_ms, guint late_marks_ms,
					 OffhookEmuOutboxFunc send, gpointer user_data);
void offhook_emu_outbox_free(OffhookEmuOutbox *self);
void offhook_emu_outbox_add_audio(OffhookEmuOutbox *self, gint64 timestamp_ms,
				  const gint16 *samples, gsize length);
void offhook_emu_outbox_add_key(OffhookEmuOutbox *self, gchar digit);
void offhook_emu_outbox_add_mark(OffhookEmuOutbox *self, const gchar *mark);
void offhook_emu_outbox_flush(OffhookEmuOutbox *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuOutbox, offhook_emu_outbox_free)
