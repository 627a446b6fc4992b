/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "calls.h"
#include <offhook/pacer.h>
#include "twilio-api.h"
#include "twilio-config.h"

#include <offhook/driver.h>

G_BEGIN_DECLS

/** Everything that the driver's parts work with; all borrowed, good until the main loop runs. */
typedef struct {
	OffhookDriver *driver;
	const OffhookTwilioConfig *config;
	OffhookTwilioCalls *calls;
	OffhookTwilioApi *api; /* (nullable): no credentials */
	OffhookPacer *pacer;
	guint grace_ms; /* for the daemon to find out itself that a stream has ended, and why */
} OffhookTwilioDesk;

#define OFFHOOK_TWILIO_GRACE_MS 5000

/* Below the driver's webhook URL. */
#define OFFHOOK_TWILIO_PATH_ANSWER         "/answer" /* of calls that we place */
#define OFFHOOK_TWILIO_PATH_CONNECT_ACTION "/connect-action"
#define OFFHOOK_TWILIO_PATH_DIAL_ACTION    "/dial-action"
#define OFFHOOK_TWILIO_PATH_DIALLED        "/dialled" /* the other side has answered */
#define OFFHOOK_TWILIO_PATH_RELAY          "/relay" /* below the media URL */
#define OFFHOOK_TWILIO_PATH_STATUS         "/status"
#define OFFHOOK_TWILIO_PATH_FALLBACK       "/fallback"
#define OFFHOOK_TWILIO_PATH_STREAM         "/stream"
#define OFFHOOK_TWILIO_PATH_AMD            "/amd"
#define OFFHOOK_TWILIO_PATH_RECORDING      "/recording"
#define OFFHOOK_TWILIO_PATH_SMS            "/sms"
#define OFFHOOK_TWILIO_PATH_SMS_STATUS     "/sms-status"

/** A webhook's URL; @call_id: (nullable): sent back to us as its parameter "call". */
char *offhook_twilio_desk_make_url(const OffhookTwilioDesk *desk, const char *path,
				   const char *call_id);

G_END_DECLS
