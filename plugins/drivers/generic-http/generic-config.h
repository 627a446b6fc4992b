/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "pointers.h"
#include "template.h"

#include <offhook/audio.h>
#include <offhook/settings.h>

G_BEGIN_DECLS

#define OFFHOOK_GENERIC_SECTION "driver:generic-http"

extern const OffhookSetting offhook_generic_settings[];

/** What we ask the provider to do. The settings of each begin with its name: "hang-up-url". */
typedef enum {
	OFFHOOK_GENERIC_CALL,
	OFFHOOK_GENERIC_HANG_UP,
	OFFHOOK_GENERIC_TRANSFER,
	OFFHOOK_GENERIC_DTMF,
	OFFHOOK_GENERIC_SMS,
	OFFHOOK_GENERIC_CHECK,
	OFFHOOK_GENERIC_ACTION_LAST
} OffhookGenericAction;

/** A request as it is configured. */
typedef struct {
	OffhookGenericTemplate *url; /* %NULL: the provider is not asked for this */
	char *method;
	char *content_type;
	OffhookGenericTemplate *body; /* (nullable) */
} OffhookGenericRequest;

/** Text with a type, that a webhook is answered with. */
typedef struct {
	char *content_type;
	OffhookGenericTemplate *body;
} OffhookGenericAnswer;

/** What a webhook says has happened. The settings with the words for each: "word-ringing". */
typedef enum {
	OFFHOOK_GENERIC_EVENT_UNKNOWN,
	OFFHOOK_GENERIC_EVENT_INBOUND,
	OFFHOOK_GENERIC_EVENT_RINGING,
	OFFHOOK_GENERIC_EVENT_ANSWERED,
	OFFHOOK_GENERIC_EVENT_COMPLETED,
	OFFHOOK_GENERIC_EVENT_BUSY,
	OFFHOOK_GENERIC_EVENT_NO_ANSWER,
	OFFHOOK_GENERIC_EVENT_REJECTED,
	OFFHOOK_GENERIC_EVENT_FAILED,
	OFFHOOK_GENERIC_EVENT_SMS,
	OFFHOOK_GENERIC_EVENT_DELIVERED,
	OFFHOOK_GENERIC_EVENT_UNDELIVERED,
	OFFHOOK_GENERIC_EVENT_LAST
} OffhookGenericEventKind;

/** How a webhook shows that it is the provider's. */
typedef enum {
	OFFHOOK_GENERIC_AUTH_KEY,  /* the secret in a header */
	OFFHOOK_GENERIC_AUTH_HMAC, /* the body's HMAC in a header */
	OFFHOOK_GENERIC_AUTH_PATH, /* the secret in the path */
	OFFHOOK_GENERIC_AUTH_NONE,
} OffhookGenericAuth;

/** What an event on the media WebSocket is. The settings with the words: "stream-start". */
typedef enum {
	OFFHOOK_GENERIC_STREAM_UNKNOWN,
	OFFHOOK_GENERIC_STREAM_START,
	OFFHOOK_GENERIC_STREAM_MEDIA,
	OFFHOOK_GENERIC_STREAM_DTMF,
	OFFHOOK_GENERIC_STREAM_MARK,
	OFFHOOK_GENERIC_STREAM_STOP,
	OFFHOOK_GENERIC_STREAM_LAST
} OffhookGenericStreamKind;

/** [driver:generic-http], taken apart and checked. Immutable, reference-counted; any thread. */
typedef struct {
	gatomicrefcount ref_count;

	char *api_url;      /* (nullable) */
	char *api_key;      /* (nullable) */
	char *username;     /* (nullable): then the key is its password */
	char **headers;     /* "Name: value", the key's too; %NULL-terminated */
	char *phone_number; /* (nullable) */
	char *base_url;     /* (nullable): instead of the server's public URL */
	guint timeout_ms;
	guint ring_timeout_s;
	OffhookGenericRequest requests[OFFHOOK_GENERIC_ACTION_LAST];
	OffhookGenericPointers *call_reply_id;
	OffhookGenericPointers *sms_reply_id;
	OffhookGenericPointers *reply_error;

	OffhookGenericAuth auth;
	char *secret;      /* (nullable) */
	char *auth_header; /* (nullable): lower case */
	GHashTable *words; /* lower case -> OffhookGenericEventKind */
	OffhookGenericPointers *event_type;
	OffhookGenericPointers *event_call_id;
	OffhookGenericPointers *event_from;
	OffhookGenericPointers *event_to;
	OffhookGenericPointers *event_text;
	OffhookGenericPointers *event_message_id;
	OffhookGenericPointers *event_error;
	OffhookGenericAnswer answer; /* to a webhook that asks nothing */
	OffhookGenericAnswer answer_inbound;
	OffhookGenericAnswer answer_answered;
	OffhookGenericAnswer answer_reject;

	OffhookAudioFormat format;
	gboolean binary;          /* audio in binary messages; else base64 in JSON */
	GHashTable *stream_words; /* lower case -> OffhookGenericStreamKind */
	gboolean stream_keys;     /* the provider reports keys */
	OffhookGenericPointers *stream_event;
	OffhookGenericPointers *stream_payload;
	OffhookGenericPointers *stream_digit;
	OffhookGenericPointers *stream_mark_name;
	OffhookGenericPointers *stream_id;
	OffhookGenericPointers *stream_call_id;
	OffhookGenericPointers *stream_token;
	OffhookGenericTemplate *send_media;
	OffhookGenericTemplate *send_mark;  /* (nullable) */
	OffhookGenericTemplate *send_clear; /* (nullable) */
} OffhookGenericConfig;

OffhookGenericConfig *offhook_generic_config_new(OffhookSettings *settings, GError **error);
OffhookGenericConfig *offhook_generic_config_ref(OffhookGenericConfig *self);
void offhook_generic_config_unref(OffhookGenericConfig *self);

/** Returns: (nullable): what keeps us from telling genuine webhooks from others. */
const char *offhook_generic_config_get_missing(const OffhookGenericConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookGenericConfig, offhook_generic_config_unref)

G_END_DECLS
