/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The HTTP door. What happens to a request: route, rate and token as soon as its head is there,
 * so that strangers can't make us keep their bodies; then its size; then the handler. Main thread.
 */

#include "http/server/server.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/uuid.h"
#include "config/locations.h"
#include "http/server/access.h"
#include "http/server/listener.h"
#include "http/server/origin.h"
#include "http/server/process-mark.h"
#include "http/server/router.h"
#include "http/server/tunnel.h"

#include <string.h>

#define OFFHOOK_HTTP_MAX_BODY      (1024 * 1024)
#define OFFHOOK_HTTP_MAX_OPEN_BODY (64 * 1024)        /* where no token is needed */
#define OFFHOOK_HTTP_MAX_WASTE     (8 * 1024 * 1024)  /* of a refused body is read past */
#define OFFHOOK_HTTP_MAX_BODIES    (64 * 1024 * 1024) /* of all requests that are under way */
#define OFFHOOK_HTTP_MAX_OPEN_BODIES (16 * 1024 * 1024) /* ... where no token is needed */

struct _OffhookHttpServer {
	GObject parent_instance;

	OffhookCallManager *calls;
	OffhookPluginRegistry *plugins;
	OffhookStore *store;
	OffhookMetrics *metrics; /* borrowed */
	OffhookOutbox *outbox;
	OffhookEraser *eraser;
	OffhookConfig *config;
	OffhookHttpAccess *access;
	SoupServer *soup;
	OffhookHttpListener *listener;
	OffhookHttpListener *inside; /* (nullable): another process has taken the other one */
	char *inside_key;            /* (nullable): who comes there with it speaks for others */
	OffhookHttpElders *elders;
	char *mark;
	OffhookRouter *router;
	OffhookRateLimit *rates;
	gsize bodies;      /* bytes of bodies that are kept now */
	gsize open_bodies; /* ... where no token is needed */
	GQueue open;       /* of OffhookHttpArrival, those whose body is coming, the oldest first */
	gint64 started_us;
};

G_DEFINE_FINAL_TYPE(OffhookHttpServer, offhook_http_server, G_TYPE_OBJECT)

/* ---- a request on its way in ---- */

/** What is known of a message whose body is still coming; lives as long as the message. */
typedef struct {
	OffhookHttpServer *server;
	const OffhookRoute *route; /* NULL: refused */
	char **parameters;
	OffhookStoreUser *user; /* (nullable) */
	gsize size;             /* of the body so far */
	gsize kept;             /* of it, in memory */
	gboolean elsewhere;     /* for a process before this one */
	gboolean misdirected;   /* we are asked alone, and don't have it */
	SoupServerMessage *msg; /* borrowed */
	GList link;             /* in the server's `open` */
	gboolean queued;
} OffhookHttpArrival;

#define OFFHOOK_HTTP_ARRIVAL "offhook-http-arrival"

static gboolean
offhook_http_arrival_is_open(const OffhookHttpArrival *arrival)
{
	return arrival->route != NULL && (arrival->route->flags & OFFHOOK_ROUTE_OPEN) != 0;
}

static gsize *
offhook_http_arrival_get_total(OffhookHttpArrival *arrival)
{
	return offhook_http_arrival_is_open(arrival) ? &arrival->server->open_bodies
						     : &arrival->server->bodies;
}

/* @size bytes of its body are in memory. */
static void
offhook_http_arrival_keep(OffhookHttpArrival *arrival, gsize size)
{
	*offhook_http_arrival_get_total(arrival) += size - arrival->kept;
	arrival->kept = size;
	if (arrival->queued || !offhook_http_arrival_is_open(arrival))
		return;
	arrival->queued = TRUE;
	arrival->link.data = arrival;
	g_queue_push_tail_link(&arrival->server->open, &arrival->link);
}

/* It is all there, or given up. */
static void
offhook_http_arrival_settle(OffhookHttpArrival *arrival)
{
	if (arrival->queued)
		g_queue_unlink(&arrival->server->open, &arrival->link);
	arrival->queued = FALSE;
}

/* None of it is in memory any more. */
static void
offhook_http_arrival_drop(OffhookHttpArrival *arrival)
{
	*offhook_http_arrival_get_total(arrival) -= arrival->kept;
	arrival->kept = 0;
	offhook_http_arrival_settle(arrival);
}

static void
offhook_http_arrival_free(gpointer data)
{
	OffhookHttpArrival *arrival = data;

	offhook_http_arrival_drop(arrival);
	g_object_unref(arrival->server);
	g_strfreev(arrival->parameters);
	offhook_store_user_free(arrival->user);
	g_free(arrival);
}

/* The rest of the body is read past, as most clients listen only when they have sent it all. */
static void
offhook_http_server_refuse_as(SoupServerMessage *msg, guint status, const GError *error)
{
	g_autoptr(OffhookHttpRequest) request = offhook_http_request_new(msg, NULL);

	soup_message_body_set_accumulate(soup_server_message_get_request_body(msg), FALSE);
	offhook_http_request_reply_error_as(request, status, error);
}

static void
offhook_http_server_refuse(SoupServerMessage *msg, const GError *error)
{
	offhook_http_server_refuse_as(msg, offhook_error_get_http_status(error), error);
}

/*
 * Anybody may send to a webhook, and hold back the last byte. So that this leaves room for those who mean it, who
 * take no time, the one that has been at it for longest gives way.
 */
static void
offhook_http_server_make_room(OffhookHttpArrival *arrival, gsize size)
{
	OffhookHttpServer *self = arrival->server;
	OffhookHttpArrival *oldest;

	while (self->open_bodies - arrival->kept + size > OFFHOOK_HTTP_MAX_OPEN_BODIES &&
	       (oldest = g_queue_peek_head(&self->open)) != NULL && oldest != arrival) {
		soup_message_body_truncate(soup_server_message_get_request_body(oldest->msg));
		offhook_http_arrival_drop(oldest);
		offhook_http_listener_cut(oldest->msg);
	}
}

static gboolean
offhook_http_server_check_size(OffhookHttpArrival *arrival, goffset size, GError **error)
{
	gboolean open = offhook_http_arrival_is_open(arrival);
	guint most = open ? OFFHOOK_HTTP_MAX_OPEN_BODY : OFFHOOK_HTTP_MAX_BODY;

	if (size < 0)
		return offhook_json_refuse(error, "Content-Length", "(negative)",
					   "a number of bytes");
	if (size > most) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "the request body has more than %u bytes", most);
		return FALSE;
	}
	if (open) {
		offhook_http_server_make_room(arrival, (gsize)size);
		return TRUE;
	}
	if (arrival->server->bodies - arrival->kept + size <= OFFHOOK_HTTP_MAX_BODIES)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
		    "too many request bodies are being received");
	return FALSE;
}

static void
offhook_http_server_got_chunk_cb(SoupServerMessage *msg, GBytes *chunk, gpointer user_data)
{
	OffhookHttpArrival *arrival = user_data;
	g_autoptr(GError) error = NULL;

	arrival->size += g_bytes_get_size(chunk);
	if (arrival->size > OFFHOOK_HTTP_MAX_WASTE) {
		offhook_http_listener_cut(msg);
		return;
	}
	if (soup_server_message_get_status(msg) != 0)
		return;
	if (!offhook_http_server_check_size(arrival, arrival->size, &error)) {
		soup_message_body_truncate(soup_server_message_get_request_body(msg));
		offhook_http_arrival_drop(arrival);
		offhook_http_server_refuse(msg, error);
		return;
	}
	offhook_http_arrival_keep(arrival, arrival->size);
}

/* ---- rate ---- */

static const char *
offhook_http_server_find_token(SoupServerMessage *msg)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(msg);
	const char *authorization = soup_message_headers_get_one(headers, "Authorization");

	if (authorization != NULL && g_ascii_strncasecmp(authorization, "Bearer ", 7) == 0)
		return authorization + 7 + strspn(authorization + 7, " ");
	return soup_message_headers_get_one(headers, "X-API-Key");
}

/* Who asks, also through the process that serves now. (transfer full) */
static char *
offhook_http_server_find_client(OffhookHttpServer *self, SoupServerMessage *msg)
{
	char *client = offhook_http_tunnel_get_client(msg, self->inside_key);

	return client != NULL ? client : g_strdup(soup_server_message_get_remote_host(msg));
}

/* Whether the command line asks, for whoever may do everything: a script of it is no stranger. */
static gboolean
offhook_http_server_is_operator(OffhookHttpServer *self, SoupServerMessage *msg)
{
	const char *agent = soup_message_headers_get_one(
	    soup_server_message_get_request_headers(msg), "User-Agent");

	return agent != NULL && g_str_has_prefix(agent, OFFHOOK_OPERATOR_AGENT) &&
	       offhook_http_access_is_server(self->access, offhook_http_server_find_token(msg));
}

static OffhookRateStatus
offhook_http_server_count(OffhookHttpServer *self, OffhookRateCategory category,
			  SoupServerMessage *msg)
{
	g_autofree char *found = offhook_http_server_find_client(self, msg);
	const char *client = found != NULL ? found : "";
	gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;

	return offhook_http_server_is_operator(self, msg)
		   ? offhook_rate_limit_count_operator(self->rates, category, client, now_s)
		   : offhook_rate_limit_count(self->rates, category, client, now_s);
}

static gboolean
offhook_http_server_check_rate(OffhookHttpServer *self, const OffhookRoute *route,
			       SoupServerMessage *msg, GError **error)
{
	SoupMessageHeaders *headers = soup_server_message_get_response_headers(msg);
	OffhookRateStatus status;
	g_autofree char *limit = NULL;
	g_autofree char *remaining = NULL;
	g_autofree char *reset = NULL;

	if (route->rate == OFFHOOK_RATE_NONE)
		return TRUE;
	status = offhook_http_server_count(self, route->rate, msg);
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

gboolean
offhook_http_server_check_token(OffhookHttpServer *self, const char *token)
{
	return offhook_http_access_check(self->access, token, NULL, NULL);
}

gboolean
offhook_http_server_is_authorized(OffhookHttpServer *self, SoupServerMessage *msg)
{
	return offhook_http_server_check_token(self, offhook_http_server_find_token(msg));
}

/* Where nobody needs a token, a page in a browser on this machine could do as it likes. */
static gboolean
offhook_http_server_check_origin(OffhookHttpServer *self, SoupServerMessage *msg, GError **error)
{
	if (offhook_origin_is_own(msg) &&
	    offhook_origin_is_here(msg,
				   offhook_config_get_string(self->config, "server", "public-url")))
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "without a token no page of another origin may ask, and no name but "
			    "localhost and that of [server] public-url leads here");
	return FALSE;
}

static gboolean
offhook_http_server_authenticate(OffhookHttpServer *self, const OffhookRoute *route,
				 SoupServerMessage *msg, OffhookStoreUser **user, GError **error)
{
	const char *token = offhook_http_server_find_token(msg);

	if (route->flags & OFFHOOK_ROUTE_OPEN)
		return TRUE;
	if (!offhook_http_access_check(self->access, token,
				       route->flags & OFFHOOK_ROUTE_USER ? user : NULL, error))
		return FALSE;
	return token != NULL || offhook_http_server_check_origin(self, msg, error);
}

/* ---- dispatch ---- */

static gboolean
offhook_http_server_check_text(const char *path, GHashTable *query, GError **error)
{
	GHashTableIter iter;
	gpointer name, value;

	if (!g_utf8_validate(path, -1, NULL))
		return offhook_json_refuse(error, "path", path, "UTF-8");
	if (query == NULL)
		return TRUE;
	g_hash_table_iter_init(&iter, query);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		if (!g_utf8_validate(name, -1, NULL))
			return offhook_json_refuse(error, "query", name, "UTF-8");
		if (value != NULL && !g_utf8_validate(value, -1, NULL))
			return offhook_json_refuse(error, name, value, "UTF-8");
	}
	return TRUE;
}

/* Whether it is about something that this process does not have, and another one may. */
static gboolean
offhook_http_server_is_foreign(OffhookHttpServer *self, const OffhookRoute *route,
			       const char *call_id, const char *mark)
{
	if (mark != NULL)
		return !g_str_equal(mark, self->mark);
	return (route->flags & OFFHOOK_ROUTE_CALL) != 0 &&
	       offhook_call_manager_find(self->calls, call_id, NULL) == NULL;
}

/* Whether it is for us; the process that serves asks others itself. */
static gboolean
offhook_http_server_find_place(OffhookHttpServer *self, OffhookHttpArrival *arrival,
			       const OffhookRoute *route, SoupServerMessage *msg, const char *mark,
			       GError **error)
{
	if (!offhook_http_server_is_foreign(self, route, arrival->parameters[0], mark))
		return TRUE;
	arrival->misdirected = offhook_http_tunnel_is_alone(msg, self->inside_key);
	arrival->elsewhere = offhook_http_elders_count(self->elders) > 0;
	if (arrival->misdirected)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "this process has nothing of that");
	return !arrival->misdirected;
}

static gboolean
offhook_http_server_admit(OffhookHttpServer *self, OffhookHttpArrival *arrival,
			  SoupServerMessage *msg, const char *path, GHashTable *query,
			  GError **error)
{
	const char *method = soup_server_message_get_method(msg);
	g_autofree char *mark = NULL;
	g_autofree char *plain = offhook_process_mark_strip(path, &mark);
	const OffhookRoute *route;

	/* A HEAD is a GET whose body libsoup leaves out. */
	if (g_strcmp0(method, "HEAD") == 0)
		method = "GET";
	if (!offhook_http_server_check_text(path, query, error))
		return FALSE;
	route = offhook_router_find(self->router, method, plain, &arrival->parameters, error);
	if (route == NULL ||
	    !offhook_http_server_find_place(self, arrival, route, msg, mark, error) ||
	    !offhook_http_server_check_rate(self, route, msg, error) ||
	    !offhook_http_server_authenticate(self, route, msg, &arrival->user, error))
		return FALSE;
	arrival->route = route;
	return offhook_http_server_check_size(
	    arrival,
	    soup_message_headers_get_content_length(soup_server_message_get_request_headers(msg)),
	    error);
}

/* The head of a request is there. */
static void
offhook_http_server_early_cb(SoupServer *soup, SoupServerMessage *msg, const char *path,
			     GHashTable *query, gpointer user_data)
{
	OffhookHttpServer *self = user_data;
	OffhookHttpArrival *arrival = g_new0(OffhookHttpArrival, 1);
	g_autoptr(GError) error = NULL;

	arrival->server = g_object_ref(self);
	arrival->msg = msg;
	g_object_set_data_full(G_OBJECT(msg), OFFHOOK_HTTP_ARRIVAL, arrival,
			       offhook_http_arrival_free);
	g_signal_connect(msg, "got-chunk", G_CALLBACK(offhook_http_server_got_chunk_cb), arrival);
	if (offhook_http_server_admit(self, arrival, msg, path, query, &error))
		return;
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED)) {
		g_autoptr(OffhookHttpRequest) request = offhook_http_request_new(msg, NULL);
		g_autofree char *methods = offhook_router_list_methods(self->router, path);

		offhook_http_request_reply_allowed(request, methods);
		return;
	}
	if (arrival->misdirected)
		offhook_http_server_refuse_as(msg, SOUP_STATUS_MISDIRECTED_REQUEST, error);
	else
		offhook_http_server_refuse(msg, error);
}

/* No other process has it, or it has gone just now. */
static void
offhook_http_server_handle_cb(OffhookHttpRequest *request, gpointer user_data)
{
	OffhookHttpArrival *arrival = user_data;

	arrival->route->handler(arrival->server, request);
}

/* All of it is there, and nobody has refused it. */
static void
offhook_http_server_request_cb(SoupServer *soup, SoupServerMessage *msg, const char *path,
			       GHashTable *query, gpointer user_data)
{
	OffhookHttpServer *self = user_data;
	OffhookHttpArrival *arrival = g_object_get_data(G_OBJECT(msg), OFFHOOK_HTTP_ARRIVAL);
	g_autoptr(OffhookHttpRequest) request = offhook_http_request_new(msg, query);

	offhook_http_listener_settle(msg);
	offhook_http_arrival_settle(arrival);
	request->parameters = g_steal_pointer(&arrival->parameters);
	request->user = g_steal_pointer(&arrival->user);
	if (arrival->elsewhere && offhook_http_elders_count(self->elders) > 0) {
		g_autofree char *client = offhook_http_server_find_client(self, msg);

		offhook_http_elders_ask(self->elders, request, client,
					offhook_http_server_handle_cb, arrival);
	} else {
		arrival->route->handler(self, request);
	}
}

OffhookHttpServer *
offhook_http_server_new(OffhookCallManager *calls, OffhookPluginRegistry *plugins,
			OffhookStore *store, OffhookMetrics *metrics, const char *api_token)
{
	OffhookHttpServer *self = g_object_new(OFFHOOK_TYPE_HTTP_SERVER, NULL);

	self->calls = g_object_ref(calls);
	self->plugins = g_object_ref(plugins);
	self->store = g_object_ref(store);
	self->metrics = metrics;
	self->access = offhook_http_access_new(api_token);
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
	for (guint i = OFFHOOK_RATE_NONE + 1; i < OFFHOOK_RATE_LAST; i++)
		offhook_rate_limit_set(
		    self->rates, i,
		    offhook_config_get_integer(config, "server", offhook_rate_category_get_key(i)));
	offhook_http_access_configure(self->access, config);
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

char *
offhook_http_server_step_aside(OffhookHttpServer *self, GError **error)
{
	g_autoptr(OffhookHttpListener) inside = offhook_http_listener_new(self->soup);

	if (!offhook_http_listener_start_inside(inside, error))
		return NULL;
	offhook_http_listener_pause(self->listener);
	self->inside = g_steal_pointer(&inside);
	g_free(self->inside_key);
	self->inside_key = offhook_uuid_new_v7();
	return g_strdup_printf("http://%s@%s", self->inside_key,
			       offhook_http_listener_get_url(self->inside) + strlen("http://"));
}

void
offhook_http_server_step_back(OffhookHttpServer *self)
{
	g_clear_pointer(&self->inside, offhook_http_listener_free);
	g_clear_pointer(&self->inside_key, g_free);
	offhook_http_listener_resume(self->listener);
}

int
offhook_http_server_get_fd(OffhookHttpServer *self)
{
	return offhook_http_listener_get_fd(self->listener);
}

void
offhook_http_server_take_socket(OffhookHttpServer *self, GSocket *socket)
{
	offhook_http_listener_adopt(self->listener, socket);
}

OffhookHttpElders *
offhook_http_server_get_elders(OffhookHttpServer *self)
{
	return self->elders;
}

const char *
offhook_http_server_get_mark(OffhookHttpServer *self)
{
	return self->mark;
}

void
offhook_http_server_stop(OffhookHttpServer *self)
{
	offhook_http_listener_stop(self->listener);
	if (self->inside != NULL)
		offhook_http_listener_finish(self->inside);
}

gboolean
offhook_http_server_has_guests(OffhookHttpServer *self)
{
	return offhook_http_listener_count_bringing(self->listener) > 0 ||
	       offhook_http_listener_count_answering(self->listener) > 0;
}

gboolean
offhook_http_server_is_answering(OffhookHttpServer *self)
{
	/* Whoever comes from inside asks at once; strangers may never. */
	return offhook_http_listener_count_answering(self->listener) > 0 ||
	       (self->inside != NULL && (offhook_http_listener_count_bringing(self->inside) > 0 ||
					 offhook_http_listener_count_answering(self->inside) > 0));
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

OffhookOutbox *
offhook_http_server_get_outbox(OffhookHttpServer *self)
{
	return self->outbox;
}

void
offhook_http_server_set_outbox(OffhookHttpServer *self, OffhookOutbox *outbox)
{
	g_set_object(&self->outbox, outbox);
}

OffhookEraser *
offhook_http_server_get_eraser(OffhookHttpServer *self)
{
	return self->eraser;
}

void
offhook_http_server_set_eraser(OffhookHttpServer *self, OffhookEraser *eraser)
{
	g_set_object(&self->eraser, eraser);
}

OffhookMetrics *
offhook_http_server_get_metrics(OffhookHttpServer *self)
{
	return self->metrics;
}

OffhookConfig *
offhook_http_server_get_config(OffhookHttpServer *self)
{
	return self->config;
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
	g_clear_pointer(&self->inside, offhook_http_listener_free);
	g_clear_pointer(&self->inside_key, g_free);
	g_clear_pointer(&self->elders, offhook_http_elders_free);
	g_clear_pointer(&self->mark, g_free);
	if (self->soup != NULL)
		soup_server_disconnect(self->soup);
	g_clear_object(&self->soup);
	g_clear_pointer(&self->router, offhook_router_free);
	g_clear_pointer(&self->rates, offhook_rate_limit_free);
	g_clear_pointer(&self->config, offhook_config_unref);
	g_clear_pointer(&self->access, offhook_http_access_free);
	g_clear_object(&self->calls);
	g_clear_object(&self->plugins);
	g_clear_object(&self->store);
	g_clear_object(&self->outbox);
	g_clear_object(&self->eraser);

	G_OBJECT_CLASS(offhook_http_server_parent_class)->dispose(object);
}

static void
offhook_http_server_init(OffhookHttpServer *self)
{
	self->soup = soup_server_new("server-header", "offhook", NULL);
	soup_server_add_early_handler(self->soup, NULL, offhook_http_server_early_cb, self, NULL);
	soup_server_add_handler(self->soup, NULL, offhook_http_server_request_cb, self, NULL);
	self->listener = offhook_http_listener_new(self->soup);
	self->elders = offhook_http_elders_new();
	self->mark = offhook_process_mark_new();
	self->router = offhook_router_new();
	self->rates = offhook_rate_limit_new();
	self->started_us = g_get_monotonic_time();
}

static void
offhook_http_server_class_init(OffhookHttpServerClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_http_server_dispose;
}
