/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/form.h>
#include "twilio-desk.h"

G_BEGIN_DECLS

/** A webhook that has been found genuine. */
typedef struct {
	const OffhookForm *form;
	const char *sid;         /* (nullable): CallSid */
	OffhookTwilioCall *call; /* (nullable): when we know it */
	const char *call_id;     /* (nullable): as we put it into the URL, or the call's */
} OffhookTwilioRequest;

const char *offhook_twilio_request_get(const OffhookTwilioRequest *request, const char *name);

/** Tells the host, once, that @call is over. */
void offhook_twilio_end_call(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
			     OffhookEndReason reason);
/** Takes a CallStatus. @sequence: -1 for none */
void offhook_twilio_take_status(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
				const char *word, gint64 sequence);
gboolean offhook_twilio_status_is_final(const char *word);
/** Takes an AnsweredBy, when there is one. @word: (nullable) */
void offhook_twilio_take_answered_by(const OffhookTwilioDesk *desk, const char *call_id,
				     const char *word);

/** Answers with a document. @twiml: (transfer full) */
OffhookWebhookReply *offhook_twilio_reply_new_twiml(char *twiml);
/** Nobody is there for the caller: somebody else, a few words, or the end. */
OffhookWebhookReply *offhook_twilio_answer_with_fallback(const OffhookTwilioDesk *desk);

/** Connects the call to a new stream of ours. */
OffhookWebhookReply *offhook_twilio_answer_connect(const OffhookTwilioDesk *desk,
						   OffhookTwilioCall *call, GError **error);

/* What only reports, and wants no more than a 204. */
OffhookWebhookReply *offhook_twilio_answer_status(const OffhookTwilioDesk *desk,
						  const OffhookTwilioRequest *request,
						  GError **error);
OffhookWebhookReply *offhook_twilio_answer_amd(const OffhookTwilioDesk *desk,
					       const OffhookTwilioRequest *request, GError **error);
OffhookWebhookReply *offhook_twilio_answer_recording(const OffhookTwilioDesk *desk,
						     const OffhookTwilioRequest *request,
						     GError **error);
OffhookWebhookReply *offhook_twilio_answer_stream(const OffhookTwilioDesk *desk,
						  const OffhookTwilioRequest *request,
						  GError **error);
OffhookWebhookReply *offhook_twilio_answer_sms(const OffhookTwilioDesk *desk,
					       const OffhookTwilioRequest *request, GError **error);
OffhookWebhookReply *offhook_twilio_answer_sms_status(const OffhookTwilioDesk *desk,
						      const OffhookTwilioRequest *request,
						      GError **error);

G_END_DECLS
