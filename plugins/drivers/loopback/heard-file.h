/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * A WAV file with what the test party heard, written by a worker thread so that the media thread
 * never waits for a disk.
 */
typedef struct _OffhookLoopbackHeardFile OffhookLoopbackHeardFile;

/** @closed: (nullable): called in the main loop when the file is complete, with @user_data */
OffhookLoopbackHeardFile *offhook_loopback_heard_file_new(const char *path, guint rate,
							  void (*closed)(gpointer user_data),
							  gpointer user_data);

/** S16 mono. Any one thread at a time. */
void offhook_loopback_heard_file_push(OffhookLoopbackHeardFile *self, const gint16 *samples,
				      gsize n);

/** Writes the rest and gives @self up. */
void offhook_loopback_heard_file_finish(OffhookLoopbackHeardFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookLoopbackHeardFile, offhook_loopback_heard_file_finish)

G_END_DECLS
