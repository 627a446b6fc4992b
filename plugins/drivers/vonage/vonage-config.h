/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sms-signature.h"

#include <offhook/settings.h>

G_BEGIN_DECLS

extern const OffhookSetting offhook_vonage_settings[];

/** What lets a media stream in. */
typedef enum {
	OFFHOOK_VONAGE_STREAM_TOKEN,  /* the single-use token of its NCCO, in its Authorization */
	OFFHOOK_VONAGE_STREAM_VONAGE, /* Vonage's signature, and the token in its first message */
	OFFHOOK_VONAGE_STREAM_NONE,   /* nothing: trusted networks */
} OffhookVonageStreamAuth;

typedef struct {
	char *api_key; /* (nullable): likewise below */
	char *api_secret;
	char *application_id;
	char *private_key; /* PEM */
	char *signature_secret;
	char *phone_number; /* E.164 */
	char *base_url;     /* instead of the server's public URL */
	char *hold_music;   /* the URL of a sound */

	/* What a webhook must prove. */
	gboolean require_signature;
	gboolean require_hash;
	gboolean refuse_repeated;
	guint max_age_s;

	/* The REST interface. */
	char *api_url;      /* without a slash at the end */
	gboolean api_other; /* it is not Vonage's own: an emulator */
	guint api_timeout_s;
	guint calls_per_second;
	guint ring_timeout_s;

	/* Media. */
	guint sample_rate;
	OffhookVonageStreamAuth stream_auth;
	gboolean record_calls;

	/* Text messages. */
	gboolean sms_api; /* the SMS API; else the Messages API */
	char *sms_url;
	OffhookVonageSmsMethod sms_method;

	/* What a caller meets when no assistant can take the call. */
	char *fallback_number;  /* is dialled */
	char *fallback_message; /* is said */
} OffhookVonageConfig;

OffhookVonageConfig *offhook_vonage_config_new(OffhookSettings *settings, GError **error);
void offhook_vonage_config_free(OffhookVonageConfig *self);

/** Returns: (nullable): what keeps us from telling genuine webhooks from others. */
const char *offhook_vonage_config_get_missing(const OffhookVonageConfig *self);
/** Returns: (nullable): what keeps us from using the REST interface. */
const char *offhook_vonage_config_get_api_missing(const OffhookVonageConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookVonageConfig, offhook_vonage_config_free)

G_END_DECLS
