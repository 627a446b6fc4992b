/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A daemon for the time of one command, where none is running: with the same configuration, but state, a
 * database and a port of its own, so that nothing is left of it.
 */
#pragma once

#include "cli/client/client.h"

G_BEGIN_DECLS

typedef struct _OffhookPrivateServer OffhookPrivateServer;

/** offhookd of this build, when we run from its tree, else the installed one. (transfer full) */
char *offhook_private_server_find_program(void);

typedef enum {
	OFFHOOK_PRIVATE_SERVER_STRICT,
	OFFHOOK_PRIVATE_SERVER_TOLERANT, /* assistants and plugins that can't work don't keep it from starting */
} OffhookPrivateServerMode;

/**
 * @environment: (nullable): "NAME=value", what else is in its environment
 *
 * Starts one and points @client to it. Whatever keeps it from starting is the error: all that is wrong
 * with the configuration is %OFFHOOK_ERROR_CONFIG.
 */
OffhookPrivateServer *offhook_private_server_start(OffhookClient *client,
						   OffhookPrivateServerMode mode,
						   const char *const *environment, GError **error);
/** Deletes a folder with all that is in it. */
void offhook_private_server_remove_dir(const char *dir);
/** Ends it and takes its files away. */
void offhook_private_server_stop(OffhookPrivateServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPrivateServer, offhook_private_server_stop)

G_END_DECLS
