/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#define OFFHOOK_EMU_PLAYOUT_FRAME     160          /* 20 ms of mu-law */
#define OFFHOOK_EMU_PLAYOUT_MAX_BYTES (600 * 8000) /* ten minutes, as the carrier documents */
#define OFFHOOK_EMU_PLAYOUT_MAX_MARKS 10000

typedef struct _OffhookEmuPlayout OffhookEmuPlayout;

OffhookEmuPlayout *offhook_emu_playout_new(void);
void offhook_emu_playout_free(OffhookEmuPlayout *self);

gsize offhook_emu_playout_push(OffhookEmuPlayout *self, const guint8 *audio, gsize length);
gboolean offhook_emu_playout_mark(OffhookEmuPlayout *self, const gchar *name, GPtrArray *due);
gsize offhook_emu_playout_clear(OffhookEmuPlayout *self, GPtrArray *due);
gsize offhook_emu_playout_step(OffhookEmuPlayout *self, guint8 *frame, GPtrArray *due);

gsize offhook_emu_playout_get_buffered(OffhookEmuPlayout *self);
guint64 offhook_emu_playout_get_played(OffhookEmuPlayout *self);
guint offhook_emu_playout_get_pending_marks(OffhookEmuPlayout *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuPlayout, offhook_emu_playout_free)
