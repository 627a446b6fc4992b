/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#define OFFHOOK_EMU_PLAYOUT_MS        20 /* one step */
#define OFFHOOK_EMU_PLAYOUT_MAX_MARKS 10000

typedef struct _OffhookEmuPlayout OffhookEmuPlayout;

/* @rate: samples per second; @limit_ms: what the carrier buffers at most. */
OffhookEmuPlayout *offhook_emu_playout_new(guint rate, guint limit_ms);
void offhook_emu_playout_free(OffhookEmuPlayout *self);

gsize offhook_emu_playout_push(OffhookEmuPlayout *self, const gint16 *audio, gsize length);
gboolean offhook_emu_playout_mark(OffhookEmuPlayout *self, const gchar *name, GPtrArray *due);
gsize offhook_emu_playout_clear(OffhookEmuPlayout *self, GPtrArray *due);
/* @frame: room for the samples of one step */
gsize offhook_emu_playout_step(OffhookEmuPlayout *self, gint16 *frame, GPtrArray *due);

gsize offhook_emu_playout_get_buffered(OffhookEmuPlayout *self);
guint64 offhook_emu_playout_get_played(OffhookEmuPlayout *self);
guint offhook_emu_playout_get_pending_marks(OffhookEmuPlayout *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuPlayout, offhook_emu_playout_free)
