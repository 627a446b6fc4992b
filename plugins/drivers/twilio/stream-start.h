/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>
#include <offhook/media-port.h>

G_BEGIN_DECLS

/** Longest streamSid or callSid that is taken; they have 34 characters. */
#define OFFHOOK_TWILIO_ID_MAX 64

/** The one format of Media Streams. */
extern const OffhookAudioFormat offhook_twilio_stream_format;

/**
 * offhook_twilio_stream_start_read:
 * @message: a "start" message
 *
 * Returns: (transfer full) (nullable): what it says, or %NULL when it is not one we can serve.
 */
OffhookStreamStart *offhook_twilio_stream_start_read(JsonObject *message, GError **error);
/** The same of a "setup" message of ConversationRelay; it has no audio format. */
OffhookStreamStart *offhook_twilio_relay_setup_read(JsonObject *message, GError **error);

G_END_DECLS
