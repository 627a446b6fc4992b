/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_TWILIO_TWIML_TYPE "text/xml"

/* Each returns a whole document, (transfer full). */

/**
 * @token: (nullable): passed on to the stream as its parameter "token"
 * @status_url: (nullable): who is told how the stream is doing
 */
char *offhook_twilio_twiml_connect(const char *action_url, const char *stream_url,
				   const char *token, const char *status_url);
/** An attribute; both are borrowed. */
typedef struct {
	const char *name;
	const char *value;
} OffhookTwilioAttribute;

/**
 * To ConversationRelay, with keys and partial prompts reported. @token: as above
 * @record_url: (nullable): records the call, and tells there how that is doing
 */
char *offhook_twilio_twiml_relay(const char *action_url, const char *relay_url, const char *token,
				 const char *record_url, const OffhookTwilioAttribute *attributes,
				 guint n);
/** Refuses a call that has not been answered, which costs the caller nothing. */
char *offhook_twilio_twiml_reject(gboolean busy);
/**
 * @target: one that offhook_twilio_target_is_valid() accepts
 * @action_url: is asked when the call with @target has ended, or never came to be
 * @answered_url: is told when @target answers
 */
char *offhook_twilio_twiml_dial(const char *target, const char *action_url,
				const char *answered_url);
/** Joins everybody who is sent there, until one of them leaves. */
char *offhook_twilio_twiml_conference(const char *name);
/** @message, @target: (nullable): what is said, who is dialled; neither: hangs up */
char *offhook_twilio_twiml_fallback(const char *message, const char *target);
char *offhook_twilio_twiml_hang_up(void);

/** A number in E.164, "sip:..." or "client:...". */
gboolean offhook_twilio_target_is_valid(const char *target);

G_END_DECLS
