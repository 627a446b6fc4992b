/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "http/server/origin.h"

gboolean
offhook_origin_is_own(SoupServerMessage *msg)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(msg);
	const char *origin = soup_message_headers_get_one(headers, "Origin");
	const char *host = soup_message_headers_get_one(headers, "Host");
	const char *authority = origin != NULL ? strstr(origin, "://") : NULL;

	return origin == NULL || (authority != NULL && g_strcmp0(authority + 3, host) == 0);
}

gboolean
offhook_origin_is_here(SoupServerMessage *msg, const char *public_url)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(msg);
	const char *text = soup_message_headers_get_one(headers, "Host");
	g_autofree char *url = g_strconcat("http://", text, NULL);
	g_autoptr(GUri) uri = text != NULL ? g_uri_parse(url, G_URI_FLAGS_NONE, NULL) : NULL;
	g_autoptr(GUri) ours =
	    public_url != NULL ? g_uri_parse(public_url, G_URI_FLAGS_NONE, NULL) : NULL;
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;

	/* Programs of old may leave it out; browsers do not. */
	if (text == NULL)
		return TRUE;
	return host != NULL &&
	       (g_ascii_strcasecmp(host, "localhost") == 0 || g_hostname_is_ip_address(host) ||
		(ours != NULL && g_ascii_strcasecmp(host, g_uri_get_host(ours)) == 0));
}
