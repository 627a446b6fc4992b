/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The settings of [driver:generic-http]. Their defaults describe a provider that takes everything at
 * one URL and reports in the form of POST /voice/webhook/generic, so that the four variables
 * GENERIC_HTTP_* are a configuration.
 */

#include "generic-config.h"

#define TEXT(NAME, DEFAULT, HELP)                                                                  \
	{                                                                                          \
		NAME, OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, DEFAULT, NULL, NULL, HELP      \
	}
#define CHOICE(NAME, DEFAULT, CHOICES, HELP)                                                       \
	{                                                                                          \
		NAME, OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, DEFAULT, CHOICES, NULL, HELP   \
	}
#define TYPES   "application/json|application/x-www-form-urlencoded|text/xml|text/plain"
#define METHODS "GET|POST|PUT|PATCH|DELETE"

#define REQUEST(NAME, METHOD, BODY, WHAT)                                                          \
	TEXT(NAME "-url", NULL, "Where the provider is asked " WHAT "; a template."),              \
	    CHOICE(NAME "-method", METHOD, METHODS, "The HTTP method of " NAME "-url."),           \
	    CHOICE(NAME "-type", "application/json", TYPES,                                        \
		   "The type of " NAME "-body; values are escaped for it."),                       \
	    TEXT(NAME "-body", BODY,                                                               \
		 "What is sent to " NAME "-url unless its method is GET or DELETE; a template.")

#define ANSWER(NAME, BODY, WHAT)                                                                   \
	CHOICE(NAME "-type", "application/json", TYPES,                                            \
	       "The type of " NAME "; values are escaped for it."),                                \
	    TEXT(NAME, BODY, WHAT "; a template.")

const OffhookSetting offhook_generic_settings[] = {
    /* ---- the provider ---- */
    {"api-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL,
     "GENERIC_HTTP_WEBHOOK_URL",
     "The provider's address, {{api_url}} in templates; alone, it takes every request."},
    {"api-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "GENERIC_HTTP_API_KEY",
     "What shows the provider who we are, and, without webhook-secret, us who the provider is."},
    CHOICE(
	"api-auth", "bearer", "bearer|basic|header|none",
	"How api-key is sent: Authorization: Bearer, Basic with api-user, or in api-auth-header."),
    TEXT("api-user", NULL, "The user name to api-key, for api-auth=basic."),
    TEXT("api-auth-header", "X-API-Key", "The header that holds api-key, for api-auth=header."),
    {"headers", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "GENERIC_HTTP_HEADERS",
     "More headers of every request: a JSON object of strings, or one Name: value."},
    {"timeout", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "30", "1..600000",
     "GENERIC_HTTP_TIMEOUT",
     "How long an answer is waited for, in seconds; numbers above 600 are milliseconds."},
    TEXT("phone-number", NULL, "The number that callers dial, and as which we call."),
    TEXT("webhook-url", NULL,
	 "Under which URL the provider reaches this server, when it is not [server] public-url."),
    {"ring-timeout", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "60", "5..600", NULL,
     "How long a call that we place rings, in seconds, unless the request says."},

    /* ---- what it is asked ---- */
    REQUEST("call", "POST",
	    "{\"action\":\"make_call\",\"call_id\":\"{{call_id}}\",\"to\":\"{{to}}\","
	    "\"from\":\"{{from}}\",\"timeout\":{{ring_timeout}},"
	    "\"webhook_url\":\"{{webhook_url}}\",\"media_url\":\"{{media_url}}\"}",
	    "to place a call"),
    TEXT("call-reply-id", "/call_id,/id,/data/call_id,/data/id",
	 "Where the provider's id of the call stands in its answer; without one, ours is its."),
    REQUEST("hang-up", "POST", "{\"action\":\"hang_up\",\"call_id\":\"{{provider_call_id}}\"}",
	    "to end a call; without it a call ends when its media WebSocket does"),
    REQUEST("transfer", "POST",
	    "{\"action\":\"transfer\",\"call_id\":\"{{provider_call_id}}\",\"to\":\"{{to}}\"}",
	    "to connect a call with somebody else"),
    REQUEST("dtmf", "POST",
	    "{\"action\":\"send_dtmf\",\"call_id\":\"{{provider_call_id}}\","
	    "\"digits\":\"{{digits}}\"}",
	    "to press keys in a call; without it they are sent as tones"),
    REQUEST("sms", "POST",
	    "{\"action\":\"send_sms\",\"message_id\":\"{{message_id}}\",\"to\":\"{{to}}\","
	    "\"from\":\"{{from}}\",\"text\":\"{{text}}\",\"webhook_url\":\"{{webhook_url}}\"}",
	    "to send a text message"),
    TEXT("sms-reply-id", "/message_id,/id,/data/message_id,/data/id",
	 "Where the provider's id of the message stands in its answer; without one, ours is its."),
    REQUEST("check", "GET", NULL, "whether it knows us, by offhook's provider test"),
    TEXT("reply-error", "/error/message,/message,/error,/detail",
	 "Where the reason stands in an answer that refuses."),

    /* ---- what it reports ---- */
    CHOICE(
	"webhook-auth", "key", "key|hmac|path|none",
	"How webhooks prove themselves: the secret in a header, the body's HMAC-SHA256 under it "
	"in a header, the secret as the last part of the path, or not at all (trusted networks)."),
    {"webhook-secret", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
     "The secret that webhooks prove themselves with; default: api-key."},
    TEXT("webhook-auth-header", NULL,
	 "The header with the proof; default: Authorization: Bearer or X-API-Key, and X-Signature "
	 "for hmac."),
    TEXT("event-type", "/event_type,/event,/type", "Where a webhook says what has happened."),
    TEXT("event-call-id", "/call_id,/data/call_id", "Where the provider's id of the call stands."),
    TEXT("event-from", "/data/from,/from", "Where the caller's number stands."),
    TEXT("event-to", "/data/to,/to", "Where the called number stands."),
    TEXT("event-text", "/data/text,/text,/data/message", "Where a text message's text stands."),
    TEXT("event-message-id", "/data/message_id,/message_id,/data/id",
	 "Where the provider's id of a text message stands."),
    TEXT("event-error", "/data/error,/error", "Where the reason of a failed message stands."),
    TEXT("word-inbound", "inbound,incoming,incoming_call,call.incoming",
	 "The words of event-type for a call that comes in, joined by commas."),
    TEXT("word-ringing", "ringing,call.ringing", "The words for a call that rings."),
    TEXT("word-answered", "answered,in-progress,in_progress,call.answered",
	 "The words for a call that was answered."),
    TEXT("word-completed", "completed,ended,hangup,call.completed,call.ended",
	 "The words for a call that is over."),
    TEXT("word-busy", "busy", "The words for a called party that is busy."),
    TEXT("word-no-answer", "no-answer,no_answer,timeout",
	 "The words for one that does not answer."),
    TEXT("word-rejected", "rejected,declined", "The words for one that declines."),
    TEXT("word-failed", "failed,error,call.failed", "The words for a call that could not be."),
    TEXT("word-sms", "sms,message,sms.received", "The words for a text message that came in."),
    TEXT("word-delivered", "delivered,sms.delivered", "The words for one of ours that arrived."),
    TEXT("word-undelivered", "undelivered,sms.undelivered,sms.failed",
	 "The words for one of ours that did not."),
    ANSWER("answer", "{\"success\":true}", "What a webhook is answered with"),
    ANSWER("answer-inbound",
	   "{\"success\":true,\"call_id\":\"{{call_id}}\",\"media_url\":\"{{media_url}}\"}",
	   "What a call that comes in is answered with when it is taken"),
    ANSWER("answer-answered", "{\"success\":true}",
	   "What the report is answered with that a call of ours was answered"),
    ANSWER("answer-reject", "{\"success\":false,\"reason\":\"{{reason}}\"}",
	   "What a call that comes in is answered with when it is not taken"),

    /* ---- its media ---- */
    CHOICE("media-format", "l16-16000", "mulaw-8000|alaw-8000|l16-8000|l16-16000|l16-24000",
	   "The audio on the WebSocket, both ways; l16 is signed, little-endian, mono."),
    CHOICE("media-framing", "binary", "binary|json",
	   "Audio as binary messages, or as base64 in JSON text messages."),
    TEXT("stream-event", "/event,/type", "Where a text message on the WebSocket says what it is."),
    TEXT("stream-start", "start,connected", "The words for the beginning of a stream."),
    TEXT("stream-media", "media,audio", "The words for audio."),
    TEXT("stream-dtmf", NULL,
	 "The words for a key that was pressed; without any, keys are heard as tones."),
    TEXT("stream-mark", "mark,played", "The words for a mark that was reached."),
    TEXT("stream-stop", "stop,closed", "The words for the end."),
    TEXT("stream-payload", "/media/payload,/payload,/audio", "Where audio stands, in base64."),
    TEXT("stream-digit", "/dtmf/digit,/digit", "Where the key stands."),
    TEXT("stream-mark-name", "/mark/name,/name", "Where the mark's name stands."),
    TEXT("stream-id", "/stream_id,/start/stream_id", "Where the stream's id stands."),
    TEXT("stream-call-id", "/call_id,/start/call_id",
	 "Where the provider's id of the call stands."),
    TEXT("stream-token", "/token,/start/token",
	 "Where the token stands, when it is not in the URL or the Authorization header."),
    TEXT("send-media", "{\"event\":\"media\",\"media\":{\"payload\":\"{{payload}}\"}}",
	 "A message with audio, for media-framing=json; a template."),
    TEXT("send-mark", NULL,
	 "A message that asks to be told when what was sent before has been played; a template."),
    TEXT("send-clear", NULL, "A message that drops what has not been played yet; a template."),
    {NULL},
};
