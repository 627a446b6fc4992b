/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any lines as messages of a Vonage stream, those that begin with "\x01" as binary ones. Each is
 * taken or refused with an error, never neither.
 */

#include "fake-media-port.h"
#include "vonage-stream.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

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

static void
receive(OffhookWireProtocol *stream, OffhookMediaPort *port, const char *line, gsize size)
{
	OffhookWireKind kind =
	    size > 0 && line[0] == '\x01' ? OFFHOOK_WIRE_BINARY : OFFHOOK_WIRE_TEXT;
	gsize skip = kind == OFFHOOK_WIRE_BINARY ? 1 : 0;
	/* A copy of exactly this size, so that a sanitizer sees a read beyond its end. */
	g_autofree guint8 *copy = g_memdup2(line + skip, size - skip);
	g_autoptr(GError) error = NULL;
	gboolean taken =
	    offhook_wire_protocol_receive(stream, port, kind, copy, size - skip, &error);

	g_assert_cmpint(taken, ==, error == NULL);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const OffhookMediaHandler handler = {started_cb, audio_cb, dtmf_cb, mark_cb,
						    ended_cb};
	guint8 sum = 0;
	g_autoptr(OffhookMediaPort) port = offhook_fake_media_port_new(&handler, &sum);
	g_autoptr(OffhookWireProtocol) stream = offhook_vonage_stream_new(16000, NULL);
	const char *line = (const char *)data;
	const char *end = line + size;

	/* Half of the inputs get a stream that has started, so that they come further. */
	if (size > 0 && data[0] % 2)
		receive(stream, port, start, strlen(start));
	while (line < end) {
		const char *newline = memchr(line, '\n', (gsize)(end - line));
		const char *stop = newline != NULL ? newline : end;

		receive(stream, port, line, (gsize)(stop - line));
		line = stop + 1;
	}
	return 0;
}
