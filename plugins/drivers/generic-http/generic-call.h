/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "generic-config.h"

#include <offhook/call-table.h>
#include <offhook/driver.h>
#include <offhook/stream-tokens.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

/** What is known of one call besides its names. */
typedef struct {
	OffhookGenericConfig *config; /* as it was when the call began */
	gboolean outbound;
	gboolean answered;
	gboolean connected;  /* its stream has come */
	gboolean hanging_up; /* we want it to end */
	gboolean abandoned;  /* whether it exists was never found out; nobody wants it any more */
	gboolean ended;
} OffhookGenericCall;

OffhookGenericCall *offhook_generic_call_new(OffhookGenericConfig *config, gboolean outbound);
void offhook_generic_call_free(OffhookGenericCall *self);

/** Everything that the driver's parts work with; all borrowed, good until the main loop runs. */
typedef struct {
	OffhookDriver *driver;
	OffhookGenericConfig *config;
	OffhookCallTable *calls; /* of OffhookGenericCall */
	OffhookStreamTokens *tokens;
	OffhookWebClient *web;
} OffhookGenericDesk;

/** For the daemon to find out itself that a stream has ended, and why, before a report says so. */
#define OFFHOOK_GENERIC_GRACE_MS 5000

/** The webhook's URL, with our id of a call (nullable) for the provider to send back. */
char *offhook_generic_desk_make_webhook_url(const OffhookGenericDesk *desk, const char *call_id);
/**
 * A new token for the call's stream, and the URL that it goes with.
 * @token: (out) (transfer full)
 */
char *offhook_generic_desk_make_media_url(const OffhookGenericDesk *desk, const char *call_id,
					  char **token, GError **error);

/** The call is over, at the provider; the host is told, once. */
void offhook_generic_desk_end_call(const OffhookGenericDesk *desk, const char *call_id,
				   OffhookEndReason reason);
/** The provider's name of the call is known. Hangs up one that nobody wants any more. */
void offhook_generic_desk_name_call(const OffhookGenericDesk *desk, const char *call_id,
				    const char *provider_id);
/** Asks the provider to end a call, without an answer to anybody. */
void offhook_generic_desk_drop_call(const OffhookGenericDesk *desk, const char *call_id);

/* What the provider is asked. @task: (transfer full): answered with a name or a boolean. */
void offhook_generic_place_call(const OffhookGenericDesk *desk, const OffhookCallRequest *request,
				GTask *task);
void offhook_generic_send_message(const OffhookGenericDesk *desk, const OffhookTextMessage *message,
				  GTask *task);
void offhook_generic_execute(const OffhookGenericDesk *desk, const char *call_id,
			     OffhookCallVerb verb, const char *argument, GTask *task);
void offhook_generic_check(const OffhookGenericDesk *desk, GTask *task);

/** What the provider reports, and the answer. */
OffhookWebhookReply *offhook_generic_answer(const OffhookGenericDesk *desk,
					    const OffhookWebhook *webhook, GError **error);

G_END_DECLS
