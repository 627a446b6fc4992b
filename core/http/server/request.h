/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One HTTP request on its way through a handler, which may answer at once or later. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "store/store-interactions.h"

G_BEGIN_DECLS

typedef struct {
	gatomicrefcount ref_count;
	SoupServerMessage *msg;
	char *id;               /* told in X-Request-ID and in errors */
	char **parameters;      /* what the path's {...} stand for, in order */
	GHashTable *query;      /* (nullable) */
	OffhookStoreUser *user; /* (nullable): who it is, if he may only do what is a user's */
	gboolean waiting;       /* to be answered later */
	gboolean answered;
	gboolean gone; /* the client has hung up */
	GCancellable *cancellable; /* (nullable): is cancelled then */
	GSource *watch;            /* (nullable): looks for that while the request waits */
} OffhookHttpRequest;

OffhookHttpRequest *offhook_http_request_new(SoupServerMessage *msg, GHashTable *query);
OffhookHttpRequest *offhook_http_request_ref(OffhookHttpRequest *self);
void offhook_http_request_unref(OffhookHttpRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpRequest, offhook_http_request_unref)

/**
 * The answer will come later. (transfer full): a reference for the callback, to be given up after
 * one of the replies below.
 */
OffhookHttpRequest *offhook_http_request_wait(OffhookHttpRequest *self);

/** Whose answer nobody waits for any more. (transfer none): cancelled when the client hangs up */
GCancellable *offhook_http_request_get_cancellable(OffhookHttpRequest *self);

/** The body as a JSON object, or the error to reply with. (transfer full) */
JsonObject *offhook_http_request_parse_json(OffhookHttpRequest *self, GError **error);

/** (nullable) */
const char *offhook_http_request_get_query(OffhookHttpRequest *self, const char *name);
/** A number of the query; @value stays when it is absent. %OFFHOOK_ERROR_INVALID_ARGUMENT. */
gboolean offhook_http_request_get_number(OffhookHttpRequest *self, const char *name, guint min,
					 guint max, guint *value, GError **error);

/** A figure of the query, not negative; @value stays when it is absent. */
gboolean offhook_http_request_get_figure(OffhookHttpRequest *self, const char *name, double *value,
					 GError **error);
/** A time of the query: RFC 3339, or a day, which is its midnight UTC; @unix_us stays when it is absent. */
gboolean offhook_http_request_get_time(OffhookHttpRequest *self, const char *name, gint64 *unix_us,
				       GError **error);

/* Each request is answered exactly once. */
/** @object: (transfer full) */
void offhook_http_request_reply_json(OffhookHttpRequest *self, guint status, JsonObject *object);
void offhook_http_request_reply_text(OffhookHttpRequest *self, guint status,
				     const char *content_type, const char *text);
/**
 * Begins a reply that is sent piece by piece; the request has to wait. "wrote-chunk" of the message tells
 * when the next piece may follow, so that only one is in memory.
 */
void offhook_http_request_begin_stream(OffhookHttpRequest *self, const char *content_type);
/** @text: (transfer full) */
void offhook_http_request_send_piece(OffhookHttpRequest *self, GString *text);
void offhook_http_request_end_stream(OffhookHttpRequest *self);
/** The head of a reply whose body comes piece by piece: whoever brings the first unpauses the message. */
void offhook_http_request_begin_reply(OffhookHttpRequest *self, guint status);
/** Makes a WebSocket of the connection once the reply is written, or refuses: then %FALSE. */
gboolean offhook_http_request_upgrade(OffhookHttpRequest *self);
/** To a method that the path does not have. @allowed: "GET, HEAD" */
void offhook_http_request_reply_allowed(OffhookHttpRequest *self, const char *allowed);
/** The error body of the REST interface. */
void offhook_http_request_reply_error(OffhookHttpRequest *self, const GError *error);
/** The same to be sent in some other way. (transfer full) */
JsonObject *offhook_http_request_view_error(OffhookHttpRequest *self, const GError *error);
/** The same with another status than that of @error. */
void offhook_http_request_reply_error_as(OffhookHttpRequest *self, guint status,
					 const GError *error);

G_END_DECLS
