/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Between two processes of the daemon: short messages, with descriptors, over a socket that one of them has
 * inherited. The end of a process is the end of the channel. Main thread.
 */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

/** @theirs: (out): to be left to the other process; closed by whoever spawns it. (transfer full) (nullable) */
GSocket *offhook_channel_new(int *theirs, GError **error);

/** @fds: (nullable): they are duplicated. %OFFHOOK_ERROR_TIMED_OUT: what was said before is not even taken */
gboolean offhook_channel_send(GSocket *self, const char *text, GUnixFDList *fds, GError **error);

/** Of a receive from a channel that has something to say, as its source has told. */
#define OFFHOOK_CHANNEL_READY_S 1

/**
 * offhook_channel_receive:
 * @limit_s: for so long it may say nothing
 * @fds: (out) (optional) (transfer full): what came with it, maybe %NULL
 *
 * Waits for the next message.
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_UNAVAILABLE when the other process has gone,
 *   %OFFHOOK_ERROR_TIMED_OUT when it says nothing, %OFFHOOK_ERROR_FORMAT when it says too much
 */
char *offhook_channel_receive(GSocket *self, guint limit_s, GUnixFDList **fds, GError **error);

G_END_DECLS
