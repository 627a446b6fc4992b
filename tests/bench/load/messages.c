/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Of Twilio's media message only the digits and the payload change, so it is put together from parts
 * that were made before, and masked in place. Vonage's is nothing but samples.
 */

#include "messages.h"

#include "websocket.h"

#include <string.h>

static const char load_media_head[] = "{\"event\":\"media\",\"sequenceNumber\":\"";
static const char load_media_timestamp[] = "\",\"timestamp\":\"";
static const char load_media_payload[] = "\",\"payload\":\"";
static const char load_media_tail[] = "\"}}";

static guint8 load_base64_values[256];

static void
load_messages_init_values(void)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	memset(load_base64_values, 0xff, sizeof load_base64_values);
	for (guint i = 0; i < 64; i++)
		load_base64_values[(guint8)alphabet[i]] = (guint8)i;
}

void
load_messages_init(LoadMessages *self, guint64 number, gboolean l16)
{
	memset(self, 0, sizeof *self);
	self->l16 = l16;
	load_messages_init_values();
	self->key = g_random_int();
	g_snprintf(self->stream_id, sizeof self->stream_id, "MZ%08x%024" G_GINT64_MODIFIER "x",
		   g_random_int(), number);
	g_snprintf(self->call_id, sizeof self->call_id, "CA%08x%024" G_GINT64_MODIFIER "x",
		   g_random_int(), number);
	self->middle_size = (gsize)g_snprintf(
	    self->middle, sizeof self->middle,
	    "\",\"streamSid\":\"%s\",\"media\":{\"track\":\"inbound\",\"chunk\":\"",
	    self->stream_id);
}

/* Moves the payload behind a header of the size it needs, which is 6 or 8 bytes. */
static gsize
load_messages_frame(LoadMessages *self, guint8 *out, LoadOpcode opcode, gsize size)
{
	guint8 *payload = out + LOAD_WEBSOCKET_HEADER_MAX;
	guint8 header[LOAD_WEBSOCKET_HEADER_MAX];
	gsize n = load_websocket_write_header(header, opcode, size, self->key);

	load_websocket_mask(payload, size, self->key);
	if (n < LOAD_WEBSOCKET_HEADER_MAX)
		memmove(out + n, payload, size);
	memcpy(out, header, n);
	return n + size;
}

G_GNUC_PRINTF(3, 4)
static gsize
load_messages_print(LoadMessages *self, guint8 *out, const char *format, ...)
{
	gsize room = LOAD_MESSAGE_MAX - LOAD_WEBSOCKET_HEADER_MAX;
	va_list list;
	int size;

	va_start(list, format);
	size = g_vsnprintf((char *)out + LOAD_WEBSOCKET_HEADER_MAX, room, format, list);
	va_end(list);
	g_assert(size >= 0 && (gsize)size < room);
	return load_messages_frame(self, out, LOAD_OPCODE_TEXT, (gsize)size);
}

gsize
load_messages_write_connected(LoadMessages *self, guint8 *out)
{
	if (self->l16)
		return load_messages_print(self, out,
					   "{\"event\":\"websocket:connected\",\"content-type\":"
					   "\"audio/l16;rate=%d\"}",
					   LOAD_LINEAR_RATE);
	return load_messages_print(
	    self, out, "{\"event\":\"connected\",\"protocol\":\"Call\",\"version\":\"1.0.0\"}");
}

gsize
load_messages_write_start(LoadMessages *self, guint8 *out)
{
	if (self->l16)
		return 0;
	return load_messages_print(
	    self, out,
	    "{\"event\":\"start\",\"sequenceNumber\":\"%" G_GUINT64_FORMAT
	    "\",\"streamSid\":\"%s\",\"start\":{\"streamSid\":\"%s\","
	    "\"accountSid\":\"AC00000000000000000000000000000001\",\"callSid\":\"%s\","
	    "\"tracks\":[\"inbound\"],\"customParameters\":{},\"mediaFormat\":"
	    "{\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,\"channels\":1}}}",
	    ++self->sequence, self->stream_id, self->stream_id, self->call_id);
}

gsize
load_messages_write_mark(LoadMessages *self, const char *name, guint8 *out)
{
	if (self->l16)
		return load_messages_print(self, out,
					   "{\"event\":\"websocket:notify\",\"payload\":%s}", name);
	return load_messages_print(self, out,
				   "{\"event\":\"mark\",\"sequenceNumber\":\"%" G_GUINT64_FORMAT
				   "\",\"streamSid\":\"%s\",\"mark\":{\"name\":\"%s\"}}",
				   ++self->sequence, self->stream_id, name);
}

gsize
load_messages_write_key(LoadMessages *self, char key, guint8 *out)
{
	if (self->l16)
		return 0;
	return load_messages_print(
	    self, out,
	    "{\"event\":\"dtmf\",\"streamSid\":\"%s\",\"sequenceNumber\":\"%" G_GUINT64_FORMAT
	    "\",\"dtmf\":{\"track\":\"inbound_track\","
	    "\"digit\":\"%c\"}}",
	    self->stream_id, ++self->sequence, key);
}

gsize
load_messages_write_stop(LoadMessages *self, guint8 *out)
{
	if (self->l16)
		return 0;
	return load_messages_print(self, out,
				   "{\"event\":\"stop\",\"sequenceNumber\":\"%" G_GUINT64_FORMAT
				   "\",\"streamSid\":\"%s\",\"stop\":{\"accountSid\":"
				   "\"AC00000000000000000000000000000001\",\"callSid\":\"%s\"}}",
				   ++self->sequence, self->stream_id, self->call_id);
}

static inline guint8 *
load_messages_append(guint8 *p, const void *data, gsize size)
{
	memcpy(p, data, size);
	return p + size;
}

static inline guint8 *
load_messages_append_number(guint8 *p, guint64 number)
{
	guint8 digits[20];
	guint n = sizeof digits;

	do {
		digits[--n] = (guint8)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return load_messages_append(p, digits + n, sizeof digits - n);
}

gsize
load_messages_write_media(LoadMessages *self, const LoadSound *sound, guint8 *out)
{
	guint8 *payload = out + LOAD_WEBSOCKET_HEADER_MAX;
	guint8 *p = payload;

	if (self->l16) {
		memcpy(payload, sound->linear, sizeof sound->linear);
		return load_messages_frame(self, out, LOAD_OPCODE_BINARY, sizeof sound->linear);
	}
	p = load_messages_append(p, load_media_head, sizeof load_media_head - 1);
	p = load_messages_append_number(p, ++self->sequence);
	p = load_messages_append(p, self->middle, self->middle_size);
	p = load_messages_append_number(p, ++self->chunk);
	p = load_messages_append(p, load_media_timestamp, sizeof load_media_timestamp - 1);
	p = load_messages_append_number(p, (self->chunk - 1) * 20);
	p = load_messages_append(p, load_media_payload, sizeof load_media_payload - 1);
	p = load_messages_append(p, sound->base64, LOAD_BASE64_SIZE);
	p = load_messages_append(p, load_media_tail, sizeof load_media_tail - 1);
	return load_messages_frame(self, out, LOAD_OPCODE_TEXT, (gsize)(p - payload));
}

/* ---- what comes back ---- */

/* The string value of the first member @key, wherever it is, with or without spaces. */
static gboolean
load_messages_find(const char *json, gsize size, const char *key, gsize key_size,
		   const char **value, gsize *value_size)
{
	const char *end = json + size;
	const char *p = memmem(json, size, key, key_size);
	const char *quote;

	if (p == NULL)
		return FALSE;
	for (p += key_size; p < end && (*p == ' ' || *p == ':'); p++)
		continue;
	if (p == end || *p++ != '"')
		return FALSE;
	quote = memchr(p, '"', (gsize)(end - p));
	if (quote == NULL)
		return FALSE;
	*value = p;
	*value_size = (gsize)(quote - p);
	return TRUE;
}

#define FIND(json, size, key, value, value_size)                                                   \
	load_messages_find(json, size, "\"" key "\"", sizeof("\"" key "\"") - 1, value, value_size)

static gboolean
load_messages_is(const char *text, gsize size, const char *wanted)
{
	return size == strlen(wanted) && memcmp(text, wanted, size) == 0;
}

/* {"action":"clear"} or {"action":"notify","payload":{...}} */
static void
load_messages_read_command(const char *json, gsize size, LoadReceived *received)
{
	const char *action, *begin, *end;
	gsize action_size;

	received->kind = LOAD_RECEIVED_BROKEN;
	if (!FIND(json, size, "action", &action, &action_size))
		return;
	if (load_messages_is(action, action_size, "clear"))
		received->kind = LOAD_RECEIVED_CLEAR;
	if (!load_messages_is(action, action_size, "notify") || *json != '{')
		return;
	begin = memchr(json + 1, '{', size - 1);
	end = memrchr(json, '}', size - 1);
	if (begin == NULL || end < begin || end - begin + 1 >= LOAD_MARK_NAME_MAX)
		return;
	received->kind = LOAD_RECEIVED_MARK;
	received->text = begin;
	received->size = (gsize)(end - begin) + 1;
}

void
load_messages_read(const LoadMessages *self, const char *json, gsize size, LoadReceived *received)
{
	const char *event;
	gsize event_size;
	gboolean found = TRUE;

	if (self->l16) {
		load_messages_read_command(json, size, received);
		return;
	}
	received->kind = LOAD_RECEIVED_BROKEN;
	if (!FIND(json, size, "event", &event, &event_size))
		return;
	if (load_messages_is(event, event_size, "media")) {
		received->kind = LOAD_RECEIVED_MEDIA;
		found = FIND(json, size, "payload", &received->text, &received->size);
	} else if (load_messages_is(event, event_size, "mark")) {
		received->kind = LOAD_RECEIVED_MARK;
		found = FIND(json, size, "name", &received->text, &received->size) &&
			received->size < LOAD_MARK_NAME_MAX;
	} else if (load_messages_is(event, event_size, "clear")) {
		received->kind = LOAD_RECEIVED_CLEAR;
	} else {
		received->kind = LOAD_RECEIVED_OTHER;
	}
	if (!found)
		received->kind = LOAD_RECEIVED_BROKEN;
}

gssize
load_messages_decode(const LoadReceived *received, guint8 *codes)
{
	const guint8 *in = (const guint8 *)received->text;
	gsize size = received->size, n = 0;
	guint8 bad = 0;

	while (size > 0 && in[size - 1] == '=')
		size--;
	if (size / 4 * 3 + 3 > LOAD_AUDIO_MAX || size % 4 == 1)
		return -1;
	for (; size >= 4; size -= 4, in += 4, n += 3) {
		guint8 a = load_base64_values[in[0]], b = load_base64_values[in[1]];
		guint8 c = load_base64_values[in[2]], d = load_base64_values[in[3]];

		bad |= a | b | c | d;
		codes[n] = (guint8)(a << 2 | b >> 4);
		codes[n + 1] = (guint8)(b << 4 | c >> 2);
		codes[n + 2] = (guint8)(c << 6 | d);
	}
	if (size >= 2) {
		guint8 a = load_base64_values[in[0]], b = load_base64_values[in[1]];
		guint8 c = size == 3 ? load_base64_values[in[2]] : 0;

		bad |= a | b | c;
		codes[n++] = (guint8)(a << 2 | b >> 4);
		if (size == 3)
			codes[n++] = (guint8)(b << 4 | c >> 2);
	}
	return bad & 0x80 ? -1 : (gssize)n;
}
