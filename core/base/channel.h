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

/** @fds: (nullable): they are duplicated */
gboolean offhook_channel_send(GSocket *self, const char *text, GUnixFDList *fds, GError **error);

/**
 * offhook_channel_receive:
 * @fds: (out) (optional) (transfer full): what came with it, maybe %NULL
 *
 * Waits for the next message.
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_UNAVAILABLE when the other process has gone
 */
char *offhook_channel_receive(GSocket *self, GUnixFDList **fds, GError **error);

G_END_DECLS
