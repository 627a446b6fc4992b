/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_TWILIO_TWIML_TYPE "text/xml"

/* Each returns a whole document, (transfer full). */

/** @token: (nullable): passed on to the stream as its parameter "token" */
char *offhook_twilio_twiml_connect(const char *action_url, const char *stream_url,
				   const char *token);
/** Refuses a call that has not been answered, which costs the caller nothing. */
char *offhook_twilio_twiml_reject(gboolean busy);
/** @target: one that offhook_twilio_target_is_valid() accepts */
char *offhook_twilio_twiml_dial(const char *target);
char *offhook_twilio_twiml_hang_up(void);

/** A number in E.164, "sip:..." or "client:...". */
gboolean offhook_twilio_target_is_valid(const char *target);
gboolean offhook_twilio_number_is_valid(const char *number);

G_END_DECLS
