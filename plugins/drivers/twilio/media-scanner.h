/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What matters of a "media" message. The strings point into it and are not terminated. */
typedef struct {
	const char *stream_id;
	gsize stream_id_size;
	const char *payload;
	gsize payload_size;
	gint64 sequence;  /* -1: not given */
	gint64 chunk;     /* -1: not given */
	gint64 timestamp; /* ms, -1: not given */
	gboolean outbound;
} OffhookTwilioMedia;

#define OFFHOOK_TWILIO_MEDIA_INIT                                                                  \
	{                                                                                          \
		.sequence = -1, .chunk = -1, .timestamp = -1                                       \
	}

/**
 * offhook_twilio_media_scan:
 *
 * Reads a "media" message as Twilio writes it, in one pass and without allocation.
 *
 * Returns: %FALSE when it is any other message, or JSON spelled in a way that needs a parser. That
 * says nothing about whether it is valid. %TRUE: a parser would have found the same, except that
 * the payload may hold a backslash.
 */
gboolean offhook_twilio_media_scan(const char *data, gsize size, OffhookTwilioMedia *media);

/** @text: "inbound", "outbound" or a name made from them */
gboolean offhook_twilio_track_is_outbound(const char *text, gsize size);

/** Returns: the number @text spells with decimal digits alone, or -1. */
gint64 offhook_twilio_number_parse(const char *text, gsize size);

G_END_DECLS
