/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* URLs: what is signed and what is connected to. Whatever the server says under its public name is
 * fetched where --to points, so that a server can be tried with its production configuration. */

#include "address.h"

#include "emu-error.h"

#include <string.h>

static GUri *
offhook_emu_address_parse(const gchar *option, const gchar *url, GError **error)
{
	static const gchar *const schemes[] = {"http", "https", "ws", "wss", NULL};
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_ENCODED, NULL);

	if (uri == NULL || g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' ||
	    !g_strv_contains(schemes, g_uri_get_scheme(uri))) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE,
			    "%s \"%s\": expected a URL such as http://127.0.0.1:3000", option, url);
		return NULL;
	}
	return g_steal_pointer(&uri);
}

static gboolean
offhook_emu_address_is_stream(GUri *uri)
{
	return g_str_has_prefix(g_uri_get_scheme(uri), "ws");
}

static gboolean
offhook_emu_address_has_path(GUri *uri)
{
	return strlen(g_uri_get_path(uri)) > 1 || g_uri_get_query(uri) != NULL;
}

static gchar *
offhook_emu_address_join(const gchar *base, const gchar *path)
{
	g_autofree gchar *root = g_strdup(base);

	while (g_str_has_suffix(root, "/"))
		root[strlen(root) - 1] = '\0';
	return g_strconcat(root, path, NULL);
}

/* The public base without a path takes the path of --to, or the usual one. */
static gchar *
offhook_emu_address_find_webhook(const OffhookEmuAddress *self, const gchar *to,
				 const gchar *public_url, const gchar *usual)
{
	g_autofree gchar *path = NULL;

	if (public_url != NULL && offhook_emu_address_has_path(self->public))
		return g_strdup(public_url);
	if (!offhook_emu_address_has_path(self->to))
		return offhook_emu_address_join(public_url != NULL ? public_url : to, usual);
	if (public_url == NULL)
		return g_strdup(to);
	path = g_strconcat(g_uri_get_path(self->to), g_uri_get_query(self->to) != NULL ? "?" : NULL,
			   g_uri_get_query(self->to), NULL);
	return offhook_emu_address_join(public_url, path);
}

OffhookEmuAddress *
offhook_emu_address_new(const gchar *to, const gchar *public_url, const gchar *path, GError **error)
{
	g_autoptr(OffhookEmuAddress) self = g_new0(OffhookEmuAddress, 1);

	self->to = offhook_emu_address_parse("--to", to, error);
	if (self->to == NULL)
		return NULL;
	self->public =
	    offhook_emu_address_parse("--public-url", public_url != NULL ? public_url : to, error);
	if (self->public == NULL)
		return NULL;
	if (offhook_emu_address_is_stream(self->to))
		self->stream = g_strdup(public_url != NULL ? public_url : to);
	else
		self->webhook = offhook_emu_address_find_webhook(self, to, public_url, path);
	return g_steal_pointer(&self);
}

void
offhook_emu_address_free(OffhookEmuAddress *self)
{
	g_free(self->webhook);
	g_free(self->stream);
	g_clear_pointer(&self->to, g_uri_unref);
	g_clear_pointer(&self->public, g_uri_unref);
	g_free(self);
}

static gboolean
offhook_emu_address_is_secure(GUri *uri)
{
	return g_str_has_suffix(g_uri_get_scheme(uri), "s") &&
	       !g_str_equal(g_uri_get_scheme(uri), "ws");
}

static gint
offhook_emu_address_get_port(GUri *uri)
{
	if (g_uri_get_port(uri) > 0)
		return g_uri_get_port(uri);
	return offhook_emu_address_is_secure(uri) ? 443 : 80;
}

static gboolean
offhook_emu_address_same_host(GUri *a, GUri *b)
{
	return g_ascii_strcasecmp(g_uri_get_host(a), g_uri_get_host(b)) == 0 &&
	       offhook_emu_address_get_port(a) == offhook_emu_address_get_port(b) &&
	       offhook_emu_address_is_secure(a) == offhook_emu_address_is_secure(b);
}

/* Where to connect for @url; the fragment never leaves. */
gchar *
offhook_emu_address_get_actual(const OffhookEmuAddress *self, const gchar *url, GError **error)
{
	g_autoptr(GUri) uri = offhook_emu_address_parse("the server's URL", url, error);
	g_autoptr(GUri) actual = NULL;
	gboolean stream, secure;
	GUri *host;

	if (uri == NULL)
		return NULL;
	host = offhook_emu_address_same_host(uri, self->public) ? self->to : uri;
	stream = offhook_emu_address_is_stream(uri);
	secure = offhook_emu_address_is_secure(host);
	actual = g_uri_build(G_URI_FLAGS_ENCODED,
			     stream ? (secure ? "wss" : "ws") : (secure ? "https" : "http"), NULL,
			     g_uri_get_host(host), g_uri_get_port(host), g_uri_get_path(uri),
			     g_uri_get_query(uri), NULL);
	return g_uri_to_string(actual);
}
