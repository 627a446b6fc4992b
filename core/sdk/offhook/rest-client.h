/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Requests to a provider's REST interface, with patience. What was refused with 429 was not
 * processed, and what never reached the service neither: both are always tried again. A server's
 * error (5xx) and a lost answer leave it open what was done: then only requests are tried again that
 * do no harm twice. In the library offhook-net-1, beside the web client. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

/** How patient. Zero fields stand for their defaults. */
typedef struct {
	guint attempts;         /* in all: 6 */
	guint backoff_first_ms; /* the most that is waited before the second: 100; then doubled */
	guint backoff_max_ms;   /* ... up to this: 3,000. The wait is random, from nothing on */
				/* "Retry-After" comes on top, up to 10 s. */
} OffhookRestPatience;

/**
 * offhook_rest_send_async:
 * @request: (transfer none): copied, except for `receive`, which is not used
 * @repeatable: it does no harm twice. %FALSE for whatever creates or begins something
 * @patience: (nullable) (transfer none)
 */
void offhook_rest_send_async(OffhookWebClient *web, const OffhookWebRequest *request,
			     gboolean repeatable, const OffhookRestPatience *patience,
			     GCancellable *cancellable, GAsyncReadyCallback callback,
			     gpointer user_data);
/**
 * As offhook_web_client_send_finish(): a response of any status, or why there was none. (transfer full)
 * (nullable)
 */
OffhookWebResponse *offhook_rest_send_finish(GAsyncResult *result, GError **error);

/**
 * Sets the error that a refusal with @status (not 2xx) stands for: offhook_rest_get_error_code().
 * @words: (nullable): the provider's reason, of which the beginning is quoted
 */
void offhook_rest_fail(guint status, const char *what, const char *words, GError **error);

/**
 * offhook_rest_ask_async:
 * @body: (nullable) (transfer none): sent as application/json, in the place of the request's
 *
 * offhook_rest_send_async() for providers that speak JSON both ways.
 */
void offhook_rest_ask_async(OffhookWebClient *web, const OffhookWebRequest *request,
			    JsonObject *body, gboolean repeatable, GCancellable *cancellable,
			    GAsyncReadyCallback callback, gpointer user_data);
/**
 * offhook_rest_ask_finish:
 * @what: how errors call the request
 *
 * Returns: (transfer full) (nullable): the object that was answered with 2xx, an empty one if there
 *   was none; else %NULL with what offhook_rest_send_finish() or offhook_rest_fail() says
 */
JsonObject *offhook_rest_ask_finish(GAsyncResult *result, const char *what, GError **error);

/**
 * offhook_rest_download_async:
 * @path: does not exist; afterwards holds the body, whole, if the status was 2xx, else still does
 *   not exist
 *
 * Has no deadline as long as bytes come, and follows redirections.
 */
void offhook_rest_download_async(OffhookWebClient *web, const OffhookWebRequest *request,
				 const OffhookRestPatience *patience, const char *path,
				 GCancellable *cancellable, GAsyncReadyCallback callback,
				 gpointer user_data);
/**
 * A response of any status, or why there was none; %OFFHOOK_ERROR_STORAGE: the disk. (transfer full)
 * (nullable)
 */
OffhookWebResponse *offhook_rest_download_finish(GAsyncResult *result, GError **error);

G_END_DECLS
