/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any lines as messages of a Vonage stream, those that begin with "\x01" as binary ones. Each is
 * taken or refused with an error, never neither.
 */

#include "fake-media-port.h"
#include "fuzz-tools.h"
#include "vonage-stream.h"

#include <string.h>

static const char start[] =
    "{\"event\":\"websocket:connected\",\"content-type\":\"audio/l16;rate=16000\"}";

static void
started_cb(gpointer user_data, const OffhookStreamStart *stream)
{
	g_assert_cmpuint(g_hash_table_size(stream->parameters), <=, 100);
}

static void
audio_cb(gpointer user_data, const guint8 *data, gsize size, gint64 timestamp_ms)
{
	g_assert_cmpuint(size, >, 0);
	g_assert_cmpuint(size % 2, ==, 0);
	*(guint8 *)user_data ^= data[0] ^ data[size - 1];
}

static void
dtmf_cb(gpointer user_data, char digit)
{
	g_assert_nonnull(strchr("0123456789*#", digit));
}

static void
mark_cb(gpointer user_data, const char *name)
{
	g_assert_true(g_utf8_validate(name, -1, NULL));
}

static void
ended_cb(gpointer user_data, const GError *error)
{
	g_assert_not_reached();
}

typedef struct {
	OffhookWireProtocol *stream;
	OffhookMediaPort *port;
} Ends;

static void
receive(gpointer user_data, const char *line, gsize size)
{
	Ends *ends = user_data;
	gboolean binary = size > 0 && line[0] == '\x01';
	gsize skip = binary ? 1 : 0;

	fuzz_receive(ends->stream, ends->port, binary ? OFFHOOK_WIRE_BINARY : OFFHOOK_WIRE_TEXT,
		     line + skip, size - skip);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const OffhookMediaHandler handler = {started_cb, audio_cb, dtmf_cb, mark_cb,
						    ended_cb};
	guint8 sum = 0;
	g_autoptr(OffhookMediaPort) port = offhook_fake_media_port_new(&handler, &sum);
	g_autoptr(OffhookWireProtocol) stream = offhook_vonage_stream_new(16000, NULL);
	Ends ends = {stream, port};

	/* Half of the inputs get a stream that has started, so that they come further. */
	if (size > 0 && data[0] % 2)
		receive(&ends, start, strlen(start));
	fuzz_each_line(data, size, receive, &ends);
	return 0;
}
