/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-config.h"

#include <offhook/rest-reply.h>

G_BEGIN_DECLS

/* Twilio's codes that mean something to us. */
#define OFFHOOK_TWILIO_CODE_NOT_FOUND       20404
#define OFFHOOK_TWILIO_CODE_NOT_IN_PROGRESS 21220

/** Twilio's own error code; 0 for none. */
gint64 offhook_twilio_reply_get_code(const OffhookRestReply *self);
/** @error as <offhook/driver.h> wants it. Always %NULL, for returning. */
gpointer offhook_twilio_reply_fail(const OffhookRestReply *self, const char *what, GError **error);

/** One account's REST interface. Reference-counted; main thread. */
typedef struct _OffhookTwilioApi OffhookTwilioApi;

/** @web: (transfer none) */
OffhookTwilioApi *offhook_twilio_api_new(OffhookWebClient *web, const OffhookTwilioConfig *config);
OffhookTwilioApi *offhook_twilio_api_ref(OffhookTwilioApi *self);
void offhook_twilio_api_unref(OffhookTwilioApi *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTwilioApi, offhook_twilio_api_unref)

/** For tests: the longest waits before a repetition and for an answer. */
void offhook_twilio_api_set_patience(OffhookTwilioApi *self, guint backoff_ms, guint timeout_ms);

/**
 * offhook_twilio_api_send_async:
 * @method: "GET", "POST", "DELETE"; a POST is sent again only when it was certainly not processed
 *   (429, or nothing was sent), the others also after a server error
 * @path: below the account: "Calls.json", or "" for the account itself
 * @form: (nullable) (transfer none): of a POST
 */
void offhook_twilio_api_send_async(OffhookTwilioApi *self, const char *method, const char *path,
				   const GString *form, GCancellable *cancellable,
				   GAsyncReadyCallback callback, gpointer user_data);
/** A reply of any status; an error only when there was none. */
OffhookRestReply *offhook_twilio_api_send_finish(GAsyncResult *result, GError **error);

/** A recording's sound into @path, which does not exist: whole, or not at all. */
void offhook_twilio_api_download_async(OffhookTwilioApi *self, const char *recording_sid,
				       const char *path, GCancellable *cancellable,
				       GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_twilio_api_download_finish(GAsyncResult *result, GError **error);

/** "CA", "RE", ... and letters and digits. @sid: (nullable) */
gboolean offhook_twilio_sid_is_valid(const char *sid, const char *prefix);

G_END_DECLS
