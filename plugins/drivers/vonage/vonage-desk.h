/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "calls.h"
#include "vonage-api.h"
#include "vonage-config.h"

#include <offhook/driver.h>
#include <offhook/pacer.h>

G_BEGIN_DECLS

/** Everything that the driver's parts work with; all borrowed, good until the main loop runs. */
typedef struct {
	OffhookDriver *driver;
	OffhookCallHost *host;
	OffhookWebClient *web;
	const OffhookVonageConfig *config;
	OffhookVonageCalls *calls;
	OffhookVonageApi *api;  /* (nullable): no credentials */
	OffhookPacer *creating; /* calls, and connections of calls */
	GHashTable *seen;       /* signatures that were used */
	GHashTable *recordings; /* where they are: name -> URL */
	guint grace_ms; /* for the daemon to find out itself that a stream has ended, and why */
	guint retry_ms; /* before a change is tried again that came too early; then doubled */
} OffhookVonageDesk;

#define OFFHOOK_VONAGE_GRACE_MS 2000
#define OFFHOOK_VONAGE_RETRY_MS 500

/* Below the driver's webhook URL. */
#define OFFHOOK_VONAGE_PATH_ANSWER     "/answer"
#define OFFHOOK_VONAGE_PATH_EVENT      "/event"
#define OFFHOOK_VONAGE_PATH_FALLBACK   "/fallback"
#define OFFHOOK_VONAGE_PATH_SMS        "/sms"
#define OFFHOOK_VONAGE_PATH_SMS_STATUS "/sms-status"

/** Whose events they are, when they are about a call: the parameter "leg" of their URL. */
#define OFFHOOK_VONAGE_LEG_STREAM "stream"
#define OFFHOOK_VONAGE_LEG_DIAL   "dial" /* whom the call was passed on to */

/** The event webhook's URL; @leg: (nullable): the caller's. (transfer full) */
char *offhook_vonage_desk_make_event_url(const OffhookVonageDesk *desk, const char *call_id,
					 const char *leg);

/** The NCCO that connects @call to a new stream, after a recording if @record. (nullable) */
JsonArray *offhook_vonage_desk_make_ncco(const OffhookVonageDesk *desk, OffhookVonageCall *call,
					 gboolean record, gboolean rings, GError **error);

/** Tells the host, once, that @call is over. */
void offhook_vonage_end_call(const OffhookVonageDesk *desk, OffhookVonageCall *call,
			     OffhookEndReason reason);

G_END_DECLS
