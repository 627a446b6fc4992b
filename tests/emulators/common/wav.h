/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "pcm.h"

OffhookEmuPcm *offhook_emu_wav_read(const gchar *path, GError **error);
OffhookEmuPcm *offhook_emu_wav_parse(const gchar *name, const guint8 *data, gsize length,
				     GError **error);
/* @right: NULL: one channel; the rate is that of @left */
gboolean offhook_emu_wav_write(const gchar *path, const OffhookEmuPcm *left,
			       const OffhookEmuPcm *right, GError **error);
