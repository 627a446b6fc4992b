/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A plugin's file, read once. What is checked and what is loaded are the same bytes: the content is
 * handed to the dynamic linker in sealed memory, so a file that somebody overwrites or cuts short
 * later can't touch the running daemon. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_PLUGIN_FILE_MAX (64 * 1024 * 1024)

typedef struct {
	char *path;   /* as it was found */
	GBytes *data; /* all of it */
	char *digest; /* of the content */
	int fd;       /* the exposed content, or -1 */
} OffhookPluginFile;

/**
 * offhook_plugin_file_read:
 * @error: %OFFHOOK_ERROR_NOT_FOUND, _PERMISSION (somebody else could have written it or its
 *   directory), _FORMAT (no regular file), _LIMIT, _STORAGE
 *
 * Returns: (transfer full) (nullable)
 */
OffhookPluginFile *offhook_plugin_file_read(const char *path, GError **error);
void offhook_plugin_file_free(OffhookPluginFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPluginFile, offhook_plugin_file_free)

/**
 * offhook_plugin_file_expose:
 *
 * A name under which the dynamic linker finds the content until @self is freed, or, after
 * offhook_plugin_file_keep(), as long as this process lives. The real path where the kernel has no
 * executable memory files.
 *
 * Returns: (transfer full) (nullable)
 */
char *offhook_plugin_file_expose(OffhookPluginFile *self, GError **error);

/** The content is in use for good: debuggers and sanitizers look it up under the same name. */
void offhook_plugin_file_keep(OffhookPluginFile *self);

G_END_DECLS
