/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * HTTP requests to other services, for drivers and engines: asynchronous, bounded, with connections
 * that are kept and used again. In the library offhook-net-1 (pkg-config offhook-net-1), so that
 * only plugins that need it load libcurl.
 *
 * A client belongs to the thread-default main context in which it was made; everything happens
 * there. TLS certificates are checked; only http and https are spoken. The proxy variables of the
 * environment count.
 */
#pragma once

#include <gio/gio.h>
#include <offhook/types.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_WEB_CLIENT (offhook_web_client_get_type())
G_DECLARE_FINAL_TYPE(OffhookWebClient, offhook_web_client, OFFHOOK, WEB_CLIENT, GObject)

/**
 * A piece of a response's body, in order. Must not block and must not start or cancel requests;
 * %FALSE with @error ends the request with that error. Only for responses with a status of 2xx; the
 * body of others is in the response.
 */
typedef gboolean (*OffhookWebReceiveFunc)(gpointer user_data, const guint8 *data, gsize size,
					  GError **error);

/**
 * The head of a response with a status of 2xx, before the first of its body comes; with the same
 * restrictions as above. @headers: as in the response, (transfer none)
 */
typedef void (*OffhookWebBeginFunc)(gpointer user_data, guint status, GHashTable *headers);

/** What to ask for. Borrowed; zero fields stand for their defaults. */
typedef struct {
	const char *method; /* (nullable): "GET" */
	const char *url;
	const char *const *headers; /* (nullable) (array zero-terminated=1): "Name: value" */
	const char *username;       /* (nullable): Basic authentication */
	const char *password;       /* (nullable) */
	const char *content_type;   /* (nullable): of the body */
	GBytes *body;               /* (nullable) */
	guint connect_timeout_ms;   /* 10,000 */
	guint timeout_ms;           /* for all of it: 30,000; G_MAXUINT for none */
	guint stall_timeout_ms;     /* without a byte in either direction: none */
	gsize max_size;             /* of the body: 1 MiB */
	guint max_redirects;        /* none; credentials never go to another host */
	/*
	 * Not to be sent twice in any case. libcurl repeats a request by itself when a connection
	 * that was kept turns out to be dead; for this request it opens a new one.
	 */
	gboolean once;
	OffhookWebReceiveFunc receive; /* (nullable): takes the body in pieces */
	OffhookWebBeginFunc begin; /* (nullable): with `receive`; not called for an empty body */
	gpointer receive_data;     /* of both */
} OffhookWebRequest;

/** What was answered. */
typedef struct {
	guint status;
	GHashTable *headers; /* lower-case name -> value; of repeated ones the last */
	GBytes *body;        /* never %NULL; empty when `receive` took it */
} OffhookWebResponse;

void offhook_web_response_free(OffhookWebResponse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookWebResponse, offhook_web_response_free)

/** @max_connections: to one host, more requests wait; 0 for 16 */
OffhookWebClient *offhook_web_client_new(guint max_connections);

/** May there be a connection to @address? %FALSE with @error, which is the request's if it had no other. */
typedef gboolean (*OffhookWebGuardFunc)(GInetSocketAddress *address, gpointer user_data,
					GError **error);
/**
 * offhook_web_client_set_guard:
 *
 * Asks @guard for every address that is really connected to, so neither a name that leads elsewhere the
 * second time nor a redirection gets past it. A guard is of the client, because connections are used
 * again: set it before the first request. The proxies of the environment do not count any more, for they
 * would connect in our place.
 */
void offhook_web_client_set_guard(OffhookWebClient *self, OffhookWebGuardFunc guard,
				  gpointer user_data);
/**
 * A guard that refuses, with %OFFHOOK_ERROR_PERMISSION, what is not an address of the public internet:
 * of this machine, of private networks, link-local ones, and whatever else is for something special.
 */
gboolean offhook_web_guard_private(GInetSocketAddress *address, gpointer user_data, GError **error);
/** What it goes by. Any thread. */
gboolean offhook_web_is_public_address(GInetAddress *address);

/** @request: (transfer none): copied, its body referenced */
void offhook_web_client_send_async(OffhookWebClient *self, const OffhookWebRequest *request,
				   GCancellable *cancellable, GAsyncReadyCallback callback,
				   gpointer user_data);

/**
 * offhook_web_client_send_finish:
 *
 * Any status is a response. Errors: %OFFHOOK_ERROR_UNAVAILABLE when the service was not reached, so
 * that nothing of the request was sent; %OFFHOOK_ERROR_TIMED_OUT and %OFFHOOK_ERROR_PROVIDER when it
 * may have been received; %OFFHOOK_ERROR_LIMIT for a body beyond max_size;
 * %OFFHOOK_ERROR_INVALID_ARGUMENT for a URL that is none; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable)
 */
OffhookWebResponse *offhook_web_client_send_finish(OffhookWebClient *self, GAsyncResult *result,
						   GError **error);

/** Appends "name=value" to a form or query, encoded. @value: (nullable): then nothing */
void offhook_web_form_add(GString *form, const char *name, const char *value);

G_END_DECLS
