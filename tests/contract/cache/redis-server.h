/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A Redis server of a test's own: on a port of the loopback, in a new folder, gone with the test.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _RedisServer RedisServer;

typedef enum {
	REDIS_SERVER_PLAIN = 0,
	REDIS_SERVER_TLS = 1 << 0,      /* and nothing else; see redis_server_dup_ca_file() */
	REDIS_SERVER_PASSWORD = 1 << 1, /* "open sesame" */
} RedisServerFlags;

#define REDIS_SERVER_SECRET "open sesame"

/** (nullable): there is no Redis on this machine; fails the test when there is and it does not start */
RedisServer *redis_server_new(RedisServerFlags flags);
/** Stops it and removes everything. */
void redis_server_free(RedisServer *self);

/** (transfer full) */
char *redis_server_dup_url(RedisServer *self);
/** (transfer full) */
char *redis_server_dup_ca_file(RedisServer *self);

/** What redis-cli prints of a command; the words are separated by spaces. (transfer full) */
char *redis_server_ask(RedisServer *self, const char *command);

/** As kill -9. */
void redis_server_kill(RedisServer *self);
/** Again, on the same port and with what it had saved. */
void redis_server_start(RedisServer *self);
/** It stands still, and goes on. */
void redis_server_pause(RedisServer *self, gboolean paused);

G_END_DECLS
