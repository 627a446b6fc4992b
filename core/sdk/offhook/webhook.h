/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * An HTTP request that a provider makes to `/voice/webhook/<driver>`, and the driver's reply. The
 * daemon checks nothing but the size: whether the request is genuine is the driver's to say.
 */
#pragma once

#include <offhook/types.h>

G_BEGIN_DECLS

typedef struct {
	char *method;
	char *url;  /* as the provider was given it: public URL + request target, untouched */
	char *path; /* below the webhook's base: "" or "/status" ... */
	GHashTable *headers; /* lower-case name -> value */
	char *content_type;  /* (nullable): without parameters, lower case */
	GBytes *body;
} OffhookWebhook;

/** @body: (nullable): referenced; all else is copied. Headers can be added. (transfer full) */
OffhookWebhook *offhook_webhook_new(const char *method, const char *url, const char *path,
				    GBytes *body);
void offhook_webhook_free(OffhookWebhook *self);
/** (transfer none) (nullable): the value of the header @lower_name, which is in lower case */
const char *offhook_webhook_get_header(const OffhookWebhook *self, const char *lower_name);
/** A parameter of the URL's query, decoded; of a repeated one the first. (transfer full) (nullable) */
char *offhook_webhook_dup_parameter(const OffhookWebhook *self, const char *name);
/** What comes after "Bearer " in the Authorization header. (transfer none) (nullable) */
const char *offhook_webhook_get_bearer(const OffhookWebhook *self);
/**
 * offhook_webhook_is_signed:
 * @signature: (nullable): the HMAC-SHA256 of the body under @key in hexadecimal digits or base64,
 *   with or without "sha256=" before it
 *
 * In constant time, as offhook_webhook_secret_matches(). Before anything of the body is parsed.
 */
gboolean offhook_webhook_is_signed(const OffhookWebhook *self, const char *key,
				   const char *signature);
/** Are they the same? In a time that depends on the length of @given (nullable) only. */
gboolean offhook_webhook_secret_matches(const char *secret, const char *given);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookWebhook, offhook_webhook_free)

/**
 * offhook_webhook_make_signature:
 * @id: of the message, unique
 * @at_s: unix time
 * @body: (nullable)
 * @secret: any text, or "whsec_" and a key in base64
 *
 * For requests that we make ourselves, as Standard Webhooks 1.0 has it.
 *
 * Returns: (transfer full): the headers webhook-id, webhook-timestamp and webhook-signature,
 *   "name: value", %NULL-terminated
 */
char **offhook_webhook_make_signature(const char *id, gint64 at_s, GBytes *body,
				      const char *secret);

/** The driver's reply. */
typedef struct {
	guint status;
	char *content_type; /* (nullable) */
	char *body;         /* (nullable) */
} OffhookWebhookReply;

/** @content_type, @body: (nullable): copied. (transfer full) */
OffhookWebhookReply *offhook_webhook_reply_new(guint status, const char *content_type,
					       const char *body);
/** `{"success":true}` and 200, or `{"success":false}` and the status of @error (nullable). */
OffhookWebhookReply *offhook_webhook_reply_new_success(const GError *error);
void offhook_webhook_reply_free(OffhookWebhookReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookWebhookReply, offhook_webhook_reply_free)

G_END_DECLS
