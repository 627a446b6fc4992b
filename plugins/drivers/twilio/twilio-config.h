/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/settings.h>

G_BEGIN_DECLS

extern const OffhookSetting offhook_twilio_settings[];

typedef struct {
	char *account_sid;  /* (nullable) */
	char *phone_number; /* (nullable) */
	char *base_url;     /* (nullable): instead of the server's public URL */
	char *tokens[3];    /* those that are set, then %NULL */
	gboolean require_signature;
	gboolean stream_token; /* a stream needs the token from its webhook */
} OffhookTwilioConfig;

OffhookTwilioConfig *offhook_twilio_config_new(OffhookSettings *settings, GError **error);
void offhook_twilio_config_free(OffhookTwilioConfig *self);

/** Returns: (nullable): what keeps us from telling genuine webhooks from others. */
const char *offhook_twilio_config_get_missing(const OffhookTwilioConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTwilioConfig, offhook_twilio_config_free)

G_END_DECLS
