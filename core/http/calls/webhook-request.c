/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The URL is put together from the public one and the raw request target, never from the Host
 * header: signatures are computed over it, and proxies and attackers change that header.
 */

#include "http/calls/webhook-request.h"

OffhookWebhook *
offhook_http_webhook_request_new(OffhookHttpServer *server, SoupServerMessage *msg,
				 const char *path)
{
	OffhookCallHost *host = OFFHOOK_CALL_HOST(offhook_http_server_get_calls(server));
	g_autofree char *base = offhook_call_host_dup_public_url(host);
	GUri *uri = soup_server_message_get_uri(msg);
	const char *query = g_uri_get_query(uri);
	g_autofree char *url = g_strconcat(base != NULL ? base : "", g_uri_get_path(uri),
					   query != NULL ? "?" : NULL, query, NULL);
	g_autoptr(GBytes) body =
	    soup_message_body_flatten(soup_server_message_get_request_body(msg));
	OffhookWebhook *webhook =
	    offhook_webhook_new(soup_server_message_get_method(msg), url, path, body);
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(msg);
	const char *content_type = soup_message_headers_get_content_type(headers, NULL);
	SoupMessageHeadersIter iter;
	const char *name, *value;

	soup_message_headers_iter_init(&iter, headers);
	while (soup_message_headers_iter_next(&iter, &name, &value))
		g_hash_table_insert(webhook->headers, g_ascii_strdown(name, -1), g_strdup(value));
	if (content_type != NULL)
		webhook->content_type = g_ascii_strdown(content_type, -1);
	return webhook;
}
