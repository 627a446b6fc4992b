/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The messages that come fifty times a second and call, read without a JSON parser. Knows a strict
 * part of JSON (strings without escapes, whole numbers, members in any order) and leaves everything
 * else to the parser. Media thread.
 */

#include "media-scanner.h"

#include <string.h>

typedef struct {
	const char *p;
	const char *end;
} OffhookTwilioCursor;

/* A JSON value: a string's inside, or a number's digits. */
typedef struct {
	const char *text;
	gsize size;
	gboolean quoted;
} OffhookTwilioValue;

typedef enum {
	MEMBER_EVENT = 1 << 0,
	MEMBER_STREAM_ID = 1 << 1,
	MEMBER_SEQUENCE = 1 << 2,
	MEMBER_MEDIA = 1 << 3,
	MEMBER_TRACK = 1 << 4,
	MEMBER_CHUNK = 1 << 5,
	MEMBER_TIMESTAMP = 1 << 6,
	MEMBER_PAYLOAD = 1 << 7,
} OffhookTwilioMember;

typedef struct {
	const char *name;
	gsize size;
	OffhookTwilioMember member;
} OffhookTwilioMemberName;

#define NAME(text, member)                                                                         \
	{                                                                                          \
		text, sizeof text - 1, member                                                      \
	}

static const OffhookTwilioMemberName offhook_twilio_outer[] = {
    NAME("event", MEMBER_EVENT),
    NAME("sequenceNumber", MEMBER_SEQUENCE),
    NAME("media", MEMBER_MEDIA),
    NAME("streamSid", MEMBER_STREAM_ID),
    {NULL},
};

static const OffhookTwilioMemberName offhook_twilio_inner[] = {
    NAME("track", MEMBER_TRACK),
    NAME("chunk", MEMBER_CHUNK),
    NAME("timestamp", MEMBER_TIMESTAMP),
    NAME("payload", MEMBER_PAYLOAD),
    {NULL},
};

static inline char
offhook_twilio_cursor_peek(OffhookTwilioCursor *cursor)
{
	while (cursor->p < cursor->end && (*cursor->p == ' ' || *cursor->p == '\t' ||
					   *cursor->p == '\n' || *cursor->p == '\r'))
		cursor->p++;
	return cursor->p < cursor->end ? *cursor->p : '\0';
}

static inline gboolean
offhook_twilio_cursor_eat(OffhookTwilioCursor *cursor, char c)
{
	if (offhook_twilio_cursor_peek(cursor) != c)
		return FALSE;
	cursor->p++;
	return TRUE;
}

/* Printable ASCII but the quotation mark and the backslash. */
static const guint8 offhook_twilio_plain[256] = {
    [' ' ... '!'] = TRUE, ['#' ... '['] = TRUE, [']' ... '~'] = TRUE};

/* A string of plain characters; @long_text: its inside is checked by the reader. */
static gboolean
offhook_twilio_scan_string(OffhookTwilioCursor *cursor, gboolean long_text,
			   OffhookTwilioValue *value)
{
	const char *p;

	if (!offhook_twilio_cursor_eat(cursor, '"'))
		return FALSE;
	p = cursor->p;
	if (long_text)
		p = memchr(p, '"', (gsize)(cursor->end - p));
	else
		while (p < cursor->end && offhook_twilio_plain[(guint8)*p])
			p++;
	if (p == NULL || p == cursor->end || *p != '"')
		return FALSE;
	*value = (OffhookTwilioValue){cursor->p, (gsize)(p - cursor->p), TRUE};
	cursor->p = p + 1;
	return TRUE;
}

static gboolean
offhook_twilio_scan_digits(OffhookTwilioCursor *cursor, OffhookTwilioValue *value)
{
	const char *p = cursor->p;

	while (p < cursor->end && g_ascii_isdigit(*p))
		p++;
	if (p == cursor->p || p == cursor->end || (*cursor->p == '0' && p - cursor->p > 1) ||
	    strchr(" \t\r\n,}", *p) == NULL)
		return FALSE;
	*value = (OffhookTwilioValue){cursor->p, (gsize)(p - cursor->p), FALSE};
	cursor->p = p;
	return TRUE;
}

static gboolean
offhook_twilio_scan_value(OffhookTwilioCursor *cursor, gboolean long_text,
			  OffhookTwilioValue *value)
{
	if (offhook_twilio_cursor_peek(cursor) == '"')
		return offhook_twilio_scan_string(cursor, long_text, value);
	return offhook_twilio_scan_digits(cursor, value);
}

gboolean
offhook_twilio_track_is_outbound(const char *text, gsize size)
{
	return size >= 8 && memcmp(text, "outbound", 8) == 0;
}

gint64
offhook_twilio_number_parse(const char *text, gsize size)
{
	gint64 number = 0;

	if (size == 0 || size > 15)
		return -1;
	for (gsize i = 0; i < size; i++) {
		if (!g_ascii_isdigit(text[i]))
			return -1;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

static OffhookTwilioMember
offhook_twilio_member_find(const OffhookTwilioMemberName *names, const OffhookTwilioValue *key)
{
	for (; names->name != NULL; names++)
		if (key->size == names->size && memcmp(key->text, names->name, key->size) == 0)
			return names->member;
	return 0;
}

/* %FALSE: not what Twilio writes there. */
static gboolean
offhook_twilio_media_take(OffhookTwilioMedia *media, OffhookTwilioMember member,
			  const OffhookTwilioValue *value)
{
	switch (member) {
	case MEMBER_EVENT:
		return value->quoted && value->size == 5 && memcmp(value->text, "media", 5) == 0;
	case MEMBER_STREAM_ID:
		media->stream_id = value->text;
		media->stream_id_size = value->size;
		return value->quoted;
	case MEMBER_PAYLOAD:
		media->payload = value->text;
		media->payload_size = value->size;
		return value->quoted;
	case MEMBER_TRACK:
		media->outbound = offhook_twilio_track_is_outbound(value->text, value->size);
		return value->quoted;
	case MEMBER_SEQUENCE:
		media->sequence = offhook_twilio_number_parse(value->text, value->size);
		return media->sequence >= 0;
	case MEMBER_CHUNK:
		media->chunk = offhook_twilio_number_parse(value->text, value->size);
		return media->chunk >= 0;
	case MEMBER_TIMESTAMP:
		media->timestamp = offhook_twilio_number_parse(value->text, value->size);
		return media->timestamp >= 0;
	case MEMBER_MEDIA:
	default:
		return member == 0; /* a member we do not know, with a plain value */
	}
}

static gboolean offhook_twilio_scan_object(OffhookTwilioCursor *cursor,
					   const OffhookTwilioMemberName *names, guint *seen,
					   OffhookTwilioMedia *media);

static gboolean
offhook_twilio_scan_member(OffhookTwilioCursor *cursor, const OffhookTwilioMemberName *names,
			   guint *seen, OffhookTwilioMedia *media)
{
	OffhookTwilioValue key, value;
	OffhookTwilioMember member;

	if (!offhook_twilio_scan_string(cursor, FALSE, &key) ||
	    !offhook_twilio_cursor_eat(cursor, ':'))
		return FALSE;
	member = offhook_twilio_member_find(names, &key);
	if (*seen & member)
		return FALSE; /* which of the two counts is the parser's to say */
	*seen |= member;
	if (member == MEMBER_MEDIA)
		return offhook_twilio_scan_object(cursor, offhook_twilio_inner, seen, media);
	return offhook_twilio_scan_value(cursor, member == MEMBER_PAYLOAD, &value) &&
	       offhook_twilio_media_take(media, member, &value);
}

static gboolean
offhook_twilio_scan_object(OffhookTwilioCursor *cursor, const OffhookTwilioMemberName *names,
			   guint *seen, OffhookTwilioMedia *media)
{
	if (!offhook_twilio_cursor_eat(cursor, '{'))
		return FALSE;
	do {
		if (!offhook_twilio_scan_member(cursor, names, seen, media))
			return FALSE;
	} while (offhook_twilio_cursor_eat(cursor, ','));
	return offhook_twilio_cursor_eat(cursor, '}');
}

gboolean
offhook_twilio_media_scan(const char *data, gsize size, OffhookTwilioMedia *media)
{
	const guint needed = MEMBER_EVENT | MEMBER_STREAM_ID | MEMBER_MEDIA | MEMBER_PAYLOAD;
	OffhookTwilioCursor cursor = {data, data + size};
	guint seen = 0;

	*media = (OffhookTwilioMedia)OFFHOOK_TWILIO_MEDIA_INIT;
	if (!offhook_twilio_scan_object(&cursor, offhook_twilio_outer, &seen, media))
		return FALSE;
	offhook_twilio_cursor_peek(&cursor);
	return cursor.p == cursor.end && (seen & needed) == needed;
}
