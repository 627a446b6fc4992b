/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "vonage-config.h"

#include <offhook/rest-reply.h>

G_BEGIN_DECLS

/** @error as <offhook/driver.h> wants it. Always %NULL, for returning. */
gpointer offhook_vonage_reply_fail(const OffhookRestReply *self, const char *what, GError **error);
/** A leg's, call's or message's name: opaque, 1 to 64 letters, digits, "-" and "_". (nullable) */
gboolean offhook_vonage_id_is_valid(const char *id);

/** One application's REST interface. Reference-counted; main thread. */
typedef struct _OffhookVonageApi OffhookVonageApi;

/** @web: (transfer none). (nullable): %NULL with %OFFHOOK_ERROR_CONFIG for a key that can't sign */
OffhookVonageApi *offhook_vonage_api_new(OffhookWebClient *web, const OffhookVonageConfig *config,
					 GError **error);
OffhookVonageApi *offhook_vonage_api_ref(OffhookVonageApi *self);
void offhook_vonage_api_unref(OffhookVonageApi *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookVonageApi, offhook_vonage_api_unref)

/** For tests: the longest waits before a repetition and for an answer. */
void offhook_vonage_api_set_patience(OffhookVonageApi *self, guint backoff_ms, guint timeout_ms);

/** May the application's token go there? To Vonage over TLS, and to the configured api-url. */
gboolean offhook_vonage_api_trusts(const OffhookVonageApi *self, const char *url);

/** A request. Borrowed. */
typedef struct {
	const char
	    *base; /* (nullable): the region's of a call; one that is not trusted is not used */
	const char *method; /* "GET", "POST", "PUT", "DELETE" */
	const char *path;   /* "/v1/calls" */
	JsonObject *body;   /* (nullable) */
	gboolean once;      /* does harm twice */
} OffhookVonageAsk;

void offhook_vonage_api_send_async(OffhookVonageApi *self, const OffhookVonageAsk *ask,
				   GCancellable *cancellable, GAsyncReadyCallback callback,
				   gpointer user_data);
/** A reply of any status; an error only when there was none. */
OffhookRestReply *offhook_vonage_api_send_finish(GAsyncResult *result, GError **error);

/** A file of ours at Vonage into @path, which does not exist: whole, or not at all. */
void offhook_vonage_api_download_async(OffhookVonageApi *self, const char *url, const char *path,
				       GCancellable *cancellable, GAsyncReadyCallback callback,
				       gpointer user_data);
gboolean offhook_vonage_api_download_finish(GAsyncResult *result, GError **error);

/** What was answered to a request that this interface did not send. (transfer full) */
OffhookRestReply *offhook_vonage_reply_new(const OffhookWebResponse *response);

G_END_DECLS
