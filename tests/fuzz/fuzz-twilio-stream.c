/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any lines as messages of a Twilio media stream. Each is taken or refused with an error, never
 * neither; and what the scanner reads of a message is what the JSON parser reads of it.
 */

#include "base64.h"
#include "fake-media-port.h"
#include "fuzz-tools.h"
#include <offhook/json.h>
#include "media-scanner.h"
#include "twilio-stream.h"

#include <string.h>

static const char start[] =
    "{\"event\":\"start\",\"streamSid\":\"MZ7\",\"start\":{\"callSid\":\"CA1\"}}";

static void
started_cb(gpointer user_data, const OffhookStreamStart *stream)
{
	g_assert_true(g_utf8_validate(stream->stream_id, -1, NULL));
	g_assert_cmpuint(g_hash_table_size(stream->parameters), <=, 100);
}

static void
audio_cb(gpointer user_data, const guint8 *data, gsize size, gint64 timestamp_ms)
{
	g_assert_cmpuint(size, >, 0);
	g_assert_cmpint(timestamp_ms, >=, -1);
	*(guint8 *)user_data ^= data[0] ^ data[size - 1];
}

static void
dtmf_cb(gpointer user_data, char digit)
{
	g_assert_nonnull(strchr("0123456789*#ABCD", digit));
}

static void
mark_cb(gpointer user_data, const char *name)
{
	g_assert_true(g_utf8_validate(name, -1, NULL));
}

static void
ended_cb(gpointer user_data, const GError *error)
{
	g_assert_no_error(error);
}

static void
compare(const char *line, gsize size)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	OffhookTwilioMedia media;
	JsonObject *message, *body;
	const char *payload;

	if (!offhook_twilio_media_scan(line, size, &media))
		return;
	{
		g_autofree guint8 *decoded =
		    g_malloc(OFFHOOK_TWILIO_BASE64_DECODED(media.payload_size) + 1);

		if (offhook_twilio_base64_decode(media.payload, media.payload_size, decoded) < 0)
			return; /* the parser's turn */
	}
	g_assert_true(json_parser_load_from_data(parser, line, (gssize)size, NULL));
	message = json_node_get_object(json_parser_get_root(parser));
	body = offhook_json_get_object(message, "media");
	payload = offhook_json_get_string(body, "payload");
	g_assert_cmpmem(media.payload, media.payload_size, payload, strlen(payload));
	g_assert_cmpint(media.timestamp, ==, offhook_json_get_number(body, "timestamp"));
	g_assert_cmpint(media.sequence, ==, offhook_json_get_number(message, "sequenceNumber"));
}

typedef struct {
	OffhookWireProtocol *stream;
	OffhookMediaPort *port;
} Ends;

static void
receive(gpointer user_data, const char *line, gsize size)
{
	Ends *ends = user_data;
	/* Of exactly this size here, too. */
	g_autofree char *copy = g_memdup2(line, size);

	compare(copy, size);
	fuzz_receive(ends->stream, ends->port, OFFHOOK_WIRE_TEXT, line, size);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const OffhookMediaHandler handler = {started_cb, audio_cb, dtmf_cb, mark_cb,
						    ended_cb};
	guint8 sum = 0;
	g_autoptr(OffhookMediaPort) port = offhook_fake_media_port_new(&handler, &sum);
	g_autoptr(OffhookWireProtocol) stream = offhook_twilio_stream_new();
	Ends ends = {stream, port};

	/* Half of the inputs get a stream that has started, so that they come further. */
	if (size > 0 && data[0] % 2)
		receive(&ends, start, strlen(start));
	fuzz_each_line(data, size, receive, &ends);
	return 0;
}
