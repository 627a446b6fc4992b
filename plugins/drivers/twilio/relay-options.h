/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twiml.h"

#include <offhook/driver.h>

G_BEGIN_DECLS

/* The settings "mode" and "relay-...": the driver's, and an assistant's as "twilio.relay-...". */

/** How many attributes of ConversationRelay can be set. */
#define OFFHOOK_TWILIO_RELAY_OPTIONS 10

typedef struct {
	gboolean relay;                             /* mode=relay */
	char *values[OFFHOOK_TWILIO_RELAY_OPTIONS]; /* (nullable) each */
} OffhookTwilioRelayOptions;

void offhook_twilio_relay_options_read(OffhookTwilioRelayOptions *self, OffhookSettings *settings);
void offhook_twilio_relay_options_clear(OffhookTwilioRelayOptions *self);

/** Whether a call of an assistant that says @options (nullable) goes through ConversationRelay. */
gboolean offhook_twilio_relay_options_wants_relay(const OffhookTwilioRelayOptions *self,
						  const OffhookDriverOptions *options);
/**
 * The attributes that such a call is connected with.
 * @attributes: (out): OFFHOOK_TWILIO_RELAY_OPTIONS of them; what they point to is borrowed
 * Returns: how many there are
 */
guint offhook_twilio_relay_options_collect(const OffhookTwilioRelayOptions *self,
					   const OffhookDriverOptions *options,
					   OffhookTwilioAttribute *attributes);
/** See OffhookDriverClass.check_options. */
gboolean offhook_twilio_relay_options_check(const OffhookDriverOptions *options, GError **error);

G_END_DECLS
