/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Takes a URL apart. Any thread.
 */

#include "cache/redis-address.h"

#include <offhook/error.h>

#include <string.h>

#define OFFHOOK_REDIS_PORT         6379
#define OFFHOOK_REDIS_MAX_DATABASE 65535

static OffhookRedisAddress *
offhook_redis_address_fail(GError **error, const char *what)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "%s, expected redis://user:password@host:6379/0 or rediss://... for TLS, with "
		    "special characters in %% form",
		    what);
	return NULL;
}

/* "", "/" or "/N" */
static gboolean
offhook_redis_address_parse_database(const char *path, guint *database)
{
	guint64 number = 0;

	if (*path == '/')
		path++;
	if (*path != '\0' &&
	    !g_ascii_string_to_unsigned(path, 10, 0, OFFHOOK_REDIS_MAX_DATABASE, &number, NULL))
		return FALSE;
	*database = (guint)number;
	return TRUE;
}

static char *
offhook_redis_address_dup_word(const char *word)
{
	return word != NULL && *word != '\0' ? g_strdup(word) : NULL;
}

OffhookRedisAddress *
offhook_redis_address_parse(const char *url, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_HAS_PASSWORD, NULL);
	g_autoptr(OffhookRedisAddress) self = NULL;
	int port;

	if (uri == NULL)
		return offhook_redis_address_fail(error, "no URL");
	if (!g_str_equal(g_uri_get_scheme(uri), "redis") &&
	    !g_str_equal(g_uri_get_scheme(uri), "rediss"))
		return offhook_redis_address_fail(error, "neither redis:// nor rediss://");
	if (g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0')
		return offhook_redis_address_fail(error, "no host");
	if (g_uri_get_query(uri) != NULL || g_uri_get_fragment(uri) != NULL)
		return offhook_redis_address_fail(error, "something behind the database's number");
	self = g_new0(OffhookRedisAddress, 1);
	if (!offhook_redis_address_parse_database(g_uri_get_path(uri), &self->database))
		return offhook_redis_address_fail(error, "the database is no number");
	port = g_uri_get_port(uri);
	self->host = g_strdup(g_uri_get_host(uri));
	self->port = port > 0 ? (guint16)port : OFFHOOK_REDIS_PORT;
	self->tls = g_str_equal(g_uri_get_scheme(uri), "rediss");
	self->user = offhook_redis_address_dup_word(g_uri_get_user(uri));
	self->password = offhook_redis_address_dup_word(g_uri_get_password(uri));
	if (self->user != NULL && self->password == NULL)
		return offhook_redis_address_fail(error, "a user without a password");
	return g_steal_pointer(&self);
}

void
offhook_redis_address_free(OffhookRedisAddress *self)
{
	if (self == NULL)
		return;
	g_free(self->host);
	g_free(self->user);
	if (self->password != NULL)
		explicit_bzero(self->password, strlen(self->password));
	g_free(self->password);
	g_free(self);
}
