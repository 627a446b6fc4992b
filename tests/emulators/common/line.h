/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "caller.h"
#include "journal.h"
#include "stream.h"

/* The telephone line of one call. */
typedef struct _OffhookEmuLine OffhookEmuLine;

typedef struct {
	void (*hang_up)(gpointer user_data);                    /* the caller wants to */
	void (*problem)(const gchar *text, gpointer user_data); /* the server broke a limit */
} OffhookEmuLineEvents;

OffhookEmuLine *offhook_emu_line_new(const OffhookEmuOptions *options, OffhookEmuJournal *journal,
				     const OffhookEmuLineEvents *events, gpointer user_data);
void offhook_emu_line_free(OffhookEmuLine *self);
/* FALSE: the line has another rate since an earlier stream. */
gboolean offhook_emu_line_attach(OffhookEmuLine *self, OffhookEmuStream *stream, guint rate);
void offhook_emu_line_detach(OffhookEmuLine *self);
void offhook_emu_line_stop(OffhookEmuLine *self);

/* The other side does not hear the caller; the caller does not hear the other side. */
void offhook_emu_line_set_mute(OffhookEmuLine *self, gboolean mute);
void offhook_emu_line_set_deaf(OffhookEmuLine *self, gboolean deaf);

/* What came from the server. */
void offhook_emu_line_receive_audio(OffhookEmuLine *self, const gint16 *samples, gsize length);
void offhook_emu_line_receive_mark(OffhookEmuLine *self, const gchar *name);
/* @echo: the carrier answers the marks that were waiting */
void offhook_emu_line_receive_clear(OffhookEmuLine *self, gboolean echo);

gboolean offhook_emu_line_save(OffhookEmuLine *self, const gchar *heard_path,
			       const gchar *record_path, GError **error);
OffhookEmuCaller *offhook_emu_line_get_caller(OffhookEmuLine *self);
gint64 offhook_emu_line_get_now_ms(OffhookEmuLine *self);
gint64 offhook_emu_line_get_played_ms(OffhookEmuLine *self);
gint64 offhook_emu_line_get_greeting_ms(OffhookEmuLine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuLine, offhook_emu_line_free)
