/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "relay-options.h"

#include <offhook/settings.h>

G_BEGIN_DECLS

extern const OffhookSetting offhook_twilio_settings[];

/** How a media stream's upgrade is judged by its X-Twilio-Signature. */
typedef enum {
	OFFHOOK_TWILIO_SIGNATURE_IF_PRESENT, /* a wrong one is refused, none is not */
	OFFHOOK_TWILIO_SIGNATURE_REQUIRED,
	OFFHOOK_TWILIO_SIGNATURE_IGNORED,
} OffhookTwilioStreamSignature;

typedef struct {
	char *account_sid;  /* (nullable) */
	char *phone_number; /* (nullable) */
	char *base_url;     /* (nullable): instead of the server's public URL */
	char *tokens[3];    /* those that are set, then %NULL */
	gboolean require_signature;
	gboolean stream_token; /* a stream needs the token from its webhook */
	OffhookTwilioStreamSignature stream_signature;

	OffhookTwilioRelayOptions relay;

	/* The REST interface. */
	char *api_url;      /* ".../2010-04-01", without a slash at the end */
	gboolean api_other; /* it is not Twilio's own: an emulator */
	char *api_user;     /* (nullable): the account's SID or an API key's */
	char *api_password; /* (nullable) */
	guint api_timeout_s;
	guint calls_per_second;
	guint ring_timeout_s;
	char *messaging_service; /* (nullable): sends text messages instead of phone_number */

	/* What a caller meets when no assistant can take the call. */
	char *fallback_number;  /* (nullable): is dialled */
	char *fallback_message; /* (nullable): is said */
} OffhookTwilioConfig;

OffhookTwilioConfig *offhook_twilio_config_new(OffhookSettings *settings, GError **error);
void offhook_twilio_config_free(OffhookTwilioConfig *self);

/** Returns: (nullable): what keeps us from telling genuine webhooks from others. */
const char *offhook_twilio_config_get_missing(const OffhookTwilioConfig *self);
/** Returns: (nullable): what keeps us from using the REST interface. */
const char *offhook_twilio_config_get_api_missing(const OffhookTwilioConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTwilioConfig, offhook_twilio_config_free)

G_END_DECLS
