/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The HTTP door. Order of what happens to a request: size, route, rate, token, handler. Main thread.
 */

#include "http/server.h"

#include <offhook/error.h>

#include "config/secret.h"
#include "http/listener.h"
#include "http/router.h"

#define OFFHOOK_HTTP_MAX_BODY (1024 * 1024)

struct _OffhookHttpServer {
	GObject parent_instance;

	OffhookCallManager *calls;
	OffhookPluginRegistry *plugins;
	OffhookStore *store;
	OffhookConfig *config;
	char *api_token;
	SoupServer *soup;
	OffhookHttpListener *listener;
	OffhookRouter *router;
	OffhookRateLimit *rates;
	gint64 started_us;
};

G_DEFINE_FINAL_TYPE(OffhookHttpServer, offhook_http_server, G_TYPE_OBJECT)

/* ---- size ---- */

/* A body of unknown length is counted as it comes; past the limit it is no longer kept. */
static void
offhook_http_server_got_chunk_cb(SoupServerMessage *msg, GBytes *chunk, gpointer user_data)
{
	SoupMessageBody *body = soup_server_message_get_request_body(msg);
	gsize *size = g_object_get_data(G_OBJECT(msg), "offhook-body-size");

	*size += g_bytes_get_size(chunk);
	if (*size > OFFHOOK_HTTP_MAX_BODY)
		soup_message_body_set_accumulate(body, FALSE);
}

static void
offhook_http_server_early_cb(SoupServer *soup, SoupServerMessage *msg, const char *path,
			     GHashTable *query, gpointer user_data)
{
	gsize *size = g_new0(gsize, 1);
	goffset length =
	    soup_message_headers_get_content_length(soup_server_message_get_request_headers(msg));

	if (length > OFFHOOK_HTTP_MAX_BODY)
		*size = length;
	g_object_set_data_full(G_OBJECT(msg), "offhook-body-size", size, g_free);
	g_signal_connect(msg, "got-chunk", G_CALLBACK(offhook_http_server_got_chunk_cb), NULL);
}

static gboolean
offhook_http_server_check_size(SoupServerMessage *msg, GError **error)
{
	const gsize *size = g_object_get_data(G_OBJECT(msg), "offhook-body-size");

	if (size == NULL || *size <= OFFHOOK_HTTP_MAX_BODY)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
		    "the request body has more than %u bytes", OFFHOOK_HTTP_MAX_BODY);
	return FALSE;
}

/* ---- rate ---- */

static gboolean
offhook_http_server_check_rate(OffhookHttpServer *self, const OffhookRoute *route,
			       SoupServerMessage *msg, GError **error)
{
	SoupMessageHeaders *headers = soup_server_message_get_response_headers(msg);
	const char *client = soup_server_message_get_remote_host(msg);
	gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;
	OffhookRateStatus status;
	g_autofree char *limit = NULL;
	g_autofree char *remaining = NULL;
	g_autofree char *reset = NULL;

	if (route->rate == OFFHOOK_RATE_NONE)
		return TRUE;
	status =
	    offhook_rate_limit_count(self->rates, route->rate, client != NULL ? client : "", now_s);
	if (status.limit == 0)
		return TRUE;
	limit = g_strdup_printf("%u", status.limit);
	remaining = g_strdup_printf("%u", status.remaining);
	reset = g_strdup_printf("%" G_GINT64_FORMAT, status.reset_s);
	soup_message_headers_replace(headers, "X-RateLimit-Limit", limit);
	soup_message_headers_replace(headers, "X-RateLimit-Remaining", remaining);
	soup_message_headers_replace(headers, "X-RateLimit-Reset", reset);
	if (!status.exceeded)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_RATE_LIMITED,
		    "more than %u requests in a minute", status.limit);
	return FALSE;
}

/* ---- token ---- */

static const char *
offhook_http_server_find_token(SoupServerMessage *msg)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(msg);
	const char *authorization = soup_message_headers_get_one(headers, "Authorization");

	if (authorization != NULL && g_ascii_strncasecmp(authorization, "Bearer ", 7) == 0)
		return authorization + 7;
	return soup_message_headers_get_one(headers, "X-API-Key");
}

gboolean
offhook_http_server_check_token(OffhookHttpServer *self, const char *token)
{
	if (g_strcmp0(offhook_config_get_string(self->config, "server", "auth"), "none") == 0)
		return TRUE;
	return offhook_secret_equal(self->api_token, token);
}

gboolean
offhook_http_server_is_authorized(OffhookHttpServer *self, SoupServerMessage *msg)
{
	return offhook_http_server_check_token(self, offhook_http_server_find_token(msg));
}

static gboolean
offhook_http_server_authenticate(OffhookHttpServer *self, const OffhookRoute *route,
				 SoupServerMessage *msg, GError **error)
{
	if ((route->flags & OFFHOOK_ROUTE_OPEN) || offhook_http_server_is_authorized(self, msg))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION,
		    offhook_http_server_find_token(msg) == NULL
			? "no API token: send Authorization: Bearer TOKEN or X-API-Key"
			: "the API token is not right");
	return FALSE;
}

/* ---- dispatch ---- */

static const OffhookRoute *
offhook_http_server_admit(OffhookHttpServer *self, OffhookHttpRequest *request, const char *path,
			  GError **error)
{
	SoupServerMessage *msg = request->msg;
	const char *method = soup_server_message_get_method(msg);
	const OffhookRoute *route;

	if (!offhook_http_server_check_size(msg, error))
		return NULL;
	/* A HEAD is a GET whose body libsoup leaves out. */
	if (g_strcmp0(method, "HEAD") == 0)
		method = "GET";
	route = offhook_router_find(self->router, method, path, &request->parameters, error);
	if (route == NULL || !offhook_http_server_check_rate(self, route, msg, error) ||
	    !offhook_http_server_authenticate(self, route, msg, error))
		return NULL;
	return route;
}

static void
offhook_http_server_request_cb(SoupServer *soup, SoupServerMessage *msg, const char *path,
			       GHashTable *query, gpointer user_data)
{
	OffhookHttpServer *self = user_data;
	g_autoptr(OffhookHttpRequest) request = offhook_http_request_new(msg, query);
	g_autoptr(GError) error = NULL;
	const OffhookRoute *route = offhook_http_server_admit(self, request, path, &error);

	if (route == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	route->handler(self, request);
	if (!request->waiting && !request->answered)
		request->answered = TRUE; /* an upgrade: the connection is no longer HTTP */
}

OffhookHttpServer *
offhook_http_server_new(OffhookCallManager *calls, OffhookPluginRegistry *plugins,
			OffhookStore *store, const char *api_token)
{
	OffhookHttpServer *self = g_object_new(OFFHOOK_TYPE_HTTP_SERVER, NULL);

	self->calls = g_object_ref(calls);
	self->plugins = g_object_ref(plugins);
	self->store = g_object_ref(store);
	self->api_token = g_strdup(api_token);
	return self;
}

void
offhook_http_server_add_routes(OffhookHttpServer *self, const OffhookRoute *routes)
{
	offhook_router_add(self->router, routes);
}

void
offhook_http_server_configure(OffhookHttpServer *self, OffhookConfig *config)
{
	static const struct {
		OffhookRateCategory category;
		const char *key;
	} limits[] = {
	    {OFFHOOK_RATE_HEALTH, "rate-limit-health"},
	    {OFFHOOK_RATE_PROVIDERS, "rate-limit-providers"},
	    {OFFHOOK_RATE_CALLS, "rate-limit-calls"},
	    {OFFHOOK_RATE_AGENTS, "rate-limit-agents"},
	    {OFFHOOK_RATE_CONVERSATIONS, "rate-limit-conversations"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(limits); i++)
		offhook_rate_limit_set(self->rates, limits[i].category,
				       offhook_config_get_integer(config, "server", limits[i].key));
	offhook_config_ref(config);
	g_clear_pointer(&self->config, offhook_config_unref);
	self->config = config;
}

gboolean
offhook_http_server_listen(OffhookHttpServer *self, GError **error)
{
	return offhook_http_listener_start(self->listener, self->config, error);
}

const char *
offhook_http_server_get_url(OffhookHttpServer *self)
{
	return offhook_http_listener_get_url(self->listener);
}

void
offhook_http_server_stop(OffhookHttpServer *self)
{
	offhook_http_listener_stop(self->listener);
}

OffhookCallManager *
offhook_http_server_get_calls(OffhookHttpServer *self)
{
	return self->calls;
}

OffhookPluginRegistry *
offhook_http_server_get_plugins(OffhookHttpServer *self)
{
	return self->plugins;
}

OffhookStore *
offhook_http_server_get_store(OffhookHttpServer *self)
{
	return self->store;
}

double
offhook_http_server_get_uptime(OffhookHttpServer *self)
{
	return (double)(g_get_monotonic_time() - self->started_us) / G_USEC_PER_SEC;
}

static void
offhook_http_server_dispose(GObject *object)
{
	OffhookHttpServer *self = OFFHOOK_HTTP_SERVER(object);

	g_clear_pointer(&self->listener, offhook_http_listener_free);
	if (self->soup != NULL)
		soup_server_disconnect(self->soup);
	g_clear_object(&self->soup);
	g_clear_pointer(&self->router, offhook_router_free);
	g_clear_pointer(&self->rates, offhook_rate_limit_free);
	g_clear_pointer(&self->config, offhook_config_unref);
	g_clear_pointer(&self->api_token, offhook_secret_free);
	g_clear_object(&self->calls);
	g_clear_object(&self->plugins);
	g_clear_object(&self->store);

	G_OBJECT_CLASS(offhook_http_server_parent_class)->dispose(object);
}

static void
offhook_http_server_init(OffhookHttpServer *self)
{
	self->soup = soup_server_new("server-header", "offhook", NULL);
	soup_server_add_early_handler(self->soup, NULL, offhook_http_server_early_cb, self, NULL);
	soup_server_add_handler(self->soup, NULL, offhook_http_server_request_cb, self, NULL);
	self->listener = offhook_http_listener_new(self->soup);
	self->router = offhook_router_new();
	self->rates = offhook_rate_limit_new();
	self->started_us = g_get_monotonic_time();
}

static void
offhook_http_server_class_init(OffhookHttpServerClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_http_server_dispose;
}
