/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A connection passed on, with the request that it brought and all that follows, to a process that was here
 * before: media and requests of the calls that it still has. Main thread.
 */
#pragma once

#include "http/server/request.h"

G_BEGIN_DECLS

/** What became of a request in a tunnel. */
typedef enum {
	OFFHOOK_HTTP_TUNNEL_PASSED,  /* it is being answered */
	OFFHOOK_HTTP_TUNNEL_CLOSED,  /* nobody listens there */
	OFFHOOK_HTTP_TUNNEL_FOREIGN, /* it has nothing of what the request is about */
	OFFHOOK_HTTP_TUNNEL_LOST,    /* it took the request, and has not answered */
} OffhookHttpTunnelEnd;

/** Called once; unless it was passed @request still waits for its answer. */
typedef void (*OffhookHttpTunnelFunc)(OffhookHttpRequest *request, OffhookHttpTunnelEnd end,
				      gpointer user_data);

/**
 * Takes the connection of @request, which waits, once an answer comes.
 * @url: "http://KEY@127.0.0.1:43210": what the other process gave us
 * @asker: (nullable): the address of whoever asks, which it is told together with the key
 * @alone: it is to look for itself alone: others are asked by us
 * @user_data: lives as long as the request's message
 */
void offhook_http_tunnel(OffhookHttpRequest *request, const char *url, const char *asker,
			 gboolean alone, OffhookHttpTunnelFunc func, gpointer user_data);

/**
 * offhook_http_tunnel_get_client:
 * @key: (nullable): that was given to the process that sends us requests
 *
 * Who is behind a request that has come through a tunnel. (transfer full) (nullable): it has not, or says so without
 * the key
 */
char *offhook_http_tunnel_get_client(SoupServerMessage *msg, const char *key);
/** The same of the text of the header. */
char *offhook_http_tunnel_read_client(const char *header, const char *key);

/** Whether nobody but this process is to be looked at for @msg. */
gboolean offhook_http_tunnel_is_alone(SoupServerMessage *msg, const char *key);

G_END_DECLS
