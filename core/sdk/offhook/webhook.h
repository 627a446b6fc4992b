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

OffhookWebhook *offhook_webhook_new(const char *method, const char *url, const char *path,
				    GBytes *body);
void offhook_webhook_free(OffhookWebhook *self);
const char *offhook_webhook_get_header(const OffhookWebhook *self, const char *lower_name);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookWebhook, offhook_webhook_free)

typedef struct {
	guint status;
	char *content_type; /* (nullable) */
	char *body;         /* (nullable) */
} OffhookWebhookReply;

OffhookWebhookReply *offhook_webhook_reply_new(guint status, const char *content_type,
					       const char *body);
void offhook_webhook_reply_free(OffhookWebhookReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookWebhookReply, offhook_webhook_reply_free)

G_END_DECLS
