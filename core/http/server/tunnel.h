/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A connection passed on, with the request that it brought and all that follows, to the process that was here
 * before: media and requests of the calls that it still has. Main thread.
 */
#pragma once

#include "http/server/request.h"

G_BEGIN_DECLS

/** Nobody is there: @request is to be answered here after all. */
typedef void (*OffhookHttpTunnelFunc)(OffhookHttpRequest *request, gpointer user_data);

/**
 * Takes the connection of @request, which is not to be answered unless @nobody is called.
 * @url: "http://KEY@127.0.0.1:43210": what it gave us
 * @asker: (nullable): the address of whoever asks, which it is told together with the key
 * @user_data: lives as long as the request's message
 */
void offhook_http_tunnel(OffhookHttpRequest *request, const char *url, const char *asker,
			 OffhookHttpTunnelFunc nobody, gpointer user_data);

/**
 * offhook_http_tunnel_get_client:
 * @key: (nullable): that was given to the process that sends us requests
 *
 * Who is behind a request that has come through a tunnel. (transfer full) (nullable): it has not, or says so without
 * the key
 */
char *offhook_http_tunnel_get_client(SoupServerMessage *msg, const char *key);

G_END_DECLS
