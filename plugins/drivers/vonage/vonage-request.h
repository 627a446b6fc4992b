/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "vonage-desk.h"

G_BEGIN_DECLS

/** A webhook that has been found genuine. */
typedef struct {
	JsonObject *fields;      /* of the body, or of the query */
	OffhookVonageCall *call; /* (nullable): when we know it */
	const char *leg;         /* (nullable): as we put it into the URL */
} OffhookVonageRequest;

const char *offhook_vonage_request_get(const OffhookVonageRequest *request, const char *name);

/* (transfer full): 200 with an NCCO, or with nothing, which changes nothing. */
OffhookWebhookReply *offhook_vonage_reply_with_ncco(JsonArray *ncco);
OffhookWebhookReply *offhook_vonage_reply_with_nothing(void);
/** What a caller meets whom no assistant can take. */
OffhookWebhookReply *offhook_vonage_reply_with_fallback(const OffhookVonageDesk *desk,
							const char *call_id);
/** Connects @call to a new stream. */
OffhookWebhookReply *offhook_vonage_reply_with_stream(const OffhookVonageDesk *desk,
						      OffhookVonageCall *call, gboolean record,
						      GError **error);

/** The event webhook. */
/** How a leg that was never answered ended; %OFFHOOK_END_NONE: it did not. @status: (nullable) */
OffhookEndReason offhook_vonage_status_get_failure(const char *status);

OffhookWebhookReply *offhook_vonage_answer_event(const OffhookVonageDesk *desk,
						 const OffhookVonageRequest *request,
						 GError **error);
/** An event of the leg to our stream, and of whom the call was passed on to. */
OffhookWebhookReply *offhook_vonage_answer_stream_event(const OffhookVonageDesk *desk,
							const OffhookVonageRequest *request,
							GError **error);
OffhookWebhookReply *offhook_vonage_answer_dial_event(const OffhookVonageDesk *desk,
						      const OffhookVonageRequest *request,
						      GError **error);
/** A recording is complete. */
void offhook_vonage_take_recording(const OffhookVonageDesk *desk,
				   const OffhookVonageRequest *request);
OffhookWebhookReply *offhook_vonage_answer_sms(const OffhookVonageDesk *desk,
					       const OffhookVonageRequest *request, GError **error);
OffhookWebhookReply *offhook_vonage_answer_sms_status(const OffhookVonageDesk *desk,
						      const OffhookVonageRequest *request,
						      GError **error);

/** Notes that @call joins @other_id when both streams have ended. */
gboolean offhook_vonage_bridge(const OffhookVonageDesk *desk, OffhookVonageCall *call,
			       const char *other_id, GError **error);

G_END_DECLS
