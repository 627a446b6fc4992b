/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /metrics: what Prometheus reads. Main thread.
 */

#include "http/server/resources.h"

static void
offhook_http_metrics_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autofree char *text = offhook_metrics_print(offhook_http_server_get_metrics(server));

	offhook_http_request_reply_text(request, 200, OFFHOOK_METRICS_MEDIA_TYPE, text);
}

const OffhookRoute offhook_http_metrics_routes[] = {
    {"GET", "/metrics", OFFHOOK_RATE_HEALTH, OFFHOOK_ROUTE_NONE, offhook_http_metrics_get},
    {NULL},
};
