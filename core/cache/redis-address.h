/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Where a Redis server is and who we are to it, as a URL says. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	char *host;
	guint16 port;
	gboolean tls;
	char *user;     /* (nullable) */
	char *password; /* (nullable) */
	guint database;
} OffhookRedisAddress;

/**
 * offhook_redis_address_parse:
 * @url: "redis://user:password@host:6379/0"; rediss:// for TLS; all but the host may be left out
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_CONFIG says what is wrong, without repeating
 *   anything of the URL, which may hold a password
 */
OffhookRedisAddress *offhook_redis_address_parse(const char *url, GError **error);
void offhook_redis_address_free(OffhookRedisAddress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRedisAddress, offhook_redis_address_free)

G_END_DECLS
