/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The HTTP door: listens, authenticates, limits and routes. What a route does is in one file per
 * resource; none of them acts by itself, they ask the call manager, the registry and the store.
 * Main thread.
 */
#pragma once

#include "base/metrics.h"
#include "call/keeping/eraser.h"
#include "call/manager/call-manager.h"
#include "delivery/outbox.h"
#include "http/server/elders.h"
#include "http/server/rate-limit.h"
#include "http/server/request.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_HTTP_SERVER (offhook_http_server_get_type())
G_DECLARE_FINAL_TYPE(OffhookHttpServer, offhook_http_server, OFFHOOK, HTTP_SERVER, GObject)

typedef void (*OffhookHttpHandler)(OffhookHttpServer *server, OffhookHttpRequest *request);

typedef enum {
	OFFHOOK_ROUTE_NONE = 0,
	OFFHOOK_ROUTE_OPEN = 1 << 0, /* without the API token: health, webhooks, media, /ws */
	OFFHOOK_ROUTE_USER = 1 << 1, /* also with a user's token: the request says whose */
	OFFHOOK_ROUTE_CALL = 1 << 2, /* the first {} is a call, which a process before may have */
} OffhookRouteFlags;

/** One row of a resource's table. */
typedef struct {
	const char *method; /* "GET"; "*" for any */
	const char *path;   /* "/voice/calls/{id}/status"; a last "{*}" takes the rest */
	OffhookRateCategory rate;
	OffhookRouteFlags flags;
	OffhookHttpHandler handler;
} OffhookRoute;

/**
 * @metrics: (transfer none): outlive it
 * @api_token: (nullable): clients need it unless [server] auth=none
 */
OffhookHttpServer *offhook_http_server_new(OffhookCallManager *calls,
					   OffhookPluginRegistry *plugins, OffhookStore *store,
					   OffhookMetrics *metrics, const char *api_token);

/** Whose deliveries are looked after; before it listens. (transfer none) */
void offhook_http_server_set_outbox(OffhookHttpServer *self, OffhookOutbox *outbox);

/** Who erases callers; likewise. (transfer none) */
void offhook_http_server_set_eraser(OffhookHttpServer *self, OffhookEraser *eraser);

/** @routes: a static table that ends with a %NULL method. */
void offhook_http_server_add_routes(OffhookHttpServer *self, const OffhookRoute *routes);

/** Rate limits and whether a token is needed; also on reload. */
void offhook_http_server_configure(OffhookHttpServer *self, OffhookConfig *config);

/** Binds to [server] listen, with TLS when it is configured. */
gboolean offhook_http_server_listen(OffhookHttpServer *self, GError **error);
/** "http://127.0.0.1:3000": where it listens. (transfer none) */
const char *offhook_http_server_get_url(OffhookHttpServer *self);
/** Takes no new connections. */
void offhook_http_server_stop(OffhookHttpServer *self);
/** Whether a request has come that is not answered yet. */
gboolean offhook_http_server_is_answering(OffhookHttpServer *self);

/**
 * Steps aside for a process that takes over: clients wait for it. Returns where it finds what is still ours, an
 * URL on this machine; (transfer full) (nullable)
 */
char *offhook_http_server_step_aside(OffhookHttpServer *self, GError **error);
/** Whether somebody has come before that who is not answered yet, or has not even asked. */
gboolean offhook_http_server_has_guests(OffhookHttpServer *self);
/** It does not come after all. */
void offhook_http_server_step_back(OffhookHttpServer *self);
/** What clients connect to; to be given away. */
int offhook_http_server_get_fd(OffhookHttpServer *self);
/** What clients connect to, from the process before; before listen. */
void offhook_http_server_take_socket(OffhookHttpServer *self, GSocket *socket);
/** Processes before this one that still have calls. (transfer none) */
OffhookHttpElders *offhook_http_server_get_elders(OffhookHttpServer *self);
/** What our addresses are marked with while there are two. (transfer none) */
const char *offhook_http_server_get_mark(OffhookHttpServer *self);

/** Whether @msg carries a token that lets its sender in. */
gboolean offhook_http_server_is_authorized(OffhookHttpServer *self, SoupServerMessage *msg);
/** Whether @token (nullable) lets its bearer in. */
gboolean offhook_http_server_check_token(OffhookHttpServer *self, const char *token);

/* For the resources. (transfer none) */
OffhookCallManager *offhook_http_server_get_calls(OffhookHttpServer *self);
OffhookPluginRegistry *offhook_http_server_get_plugins(OffhookHttpServer *self);
OffhookStore *offhook_http_server_get_store(OffhookHttpServer *self);
OffhookMetrics *offhook_http_server_get_metrics(OffhookHttpServer *self);
OffhookOutbox *offhook_http_server_get_outbox(OffhookHttpServer *self);
OffhookEraser *offhook_http_server_get_eraser(OffhookHttpServer *self);
/** As it is now: a reload makes another. */
OffhookConfig *offhook_http_server_get_config(OffhookHttpServer *self);
/** Seconds since start. */
double offhook_http_server_get_uptime(OffhookHttpServer *self);

G_END_DECLS
