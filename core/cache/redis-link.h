/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One connection to a Redis server: commands go out as they come, and each gets its reply in order,
 * or the connection is given up. Never blocks: GIO connects, with TLS where the URL says so, and
 * hiredis writes and reads the protocol (its own connecting looks names up while the caller waits, and
 * its version in Debian 12 has no TLS). Main thread.
 *
 * Signals:
 *  - "ready" (): it may be used
 *  - "lost" (GError *): it can't, or not any more; the last thing that it says. Commands without a
 *    reply have been told before
 */
#pragma once

#include <gio/gio.h>
#include <hiredis/hiredis.h>

#include "cache/redis-address.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_REDIS_LINK (offhook_redis_link_get_type())
G_DECLARE_FINAL_TYPE(OffhookRedisLink, offhook_redis_link, OFFHOOK, REDIS_LINK, GObject)

/** @reply: (nullable): there will be none; borrowed */
typedef void (*OffhookRedisReplyFunc)(const redisReply *reply, gpointer user_data);

/**
 * offhook_redis_link_new:
 * @authorities: (nullable): certificate authorities of the server's certificate; those of the system
 * @timeout_ms: how long a reply may take
 */
OffhookRedisLink *offhook_redis_link_new(const OffhookRedisAddress *address,
					 GTlsDatabase *authorities, guint timeout_ms);
/** Begins; connect to the signals before. */
void offhook_redis_link_connect(OffhookRedisLink *self);

/** %FALSE: too much waits for a reply, or the connection is not there; then @func is not called. */
gboolean offhook_redis_link_send(OffhookRedisLink *self, const char *const *words,
				 OffhookRedisReplyFunc func, gpointer user_data);

/** Gives it up, as for a lost connection. */
void offhook_redis_link_drop(OffhookRedisLink *self, GError *error);

G_END_DECLS
