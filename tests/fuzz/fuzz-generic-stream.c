/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as messages on the media WebSocket of the generic-http driver. The first says which
 * framing; a line each is a message, binary when it begins with "!".
 */

#include "driver-sync.h"
#include "fake-media-port.h"
#include "generic-stream.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
	guint started;
	guint events;
} Heard;

static void
started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	((Heard *)user_data)->started++;
	g_assert_nonnull(start->stream_id);
}

static void
audio_cb(gpointer user_data, const guint8 *data, gsize size, gint64 timestamp_ms)
{
	g_assert_cmpuint(((Heard *)user_data)->started, ==, 1);
	g_assert_cmpuint(size, >, 0);
}

static void
dtmf_cb(gpointer user_data, char digit)
{
	g_assert_cmpuint(((Heard *)user_data)->started, ==, 1);
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
	((Heard *)user_data)->events++;
	g_assert_cmpuint(((Heard *)user_data)->events, ==, 1);
}

static const OffhookMediaHandler handler = {started_cb, audio_cb, dtmf_cb, mark_cb, ended_cb};

static OffhookWireProtocol *
open_stream(guint8 how)
{
	const char *pairs[] = {
	    "media-framing",
	    how & 1 ? "json" : "binary",
	    "media-format",
	    how & 2 ? "mulaw-8000" : "l16-16000",
	    "stream-dtmf",
	    "dtmf",
	    "send-mark",
	    "{\"event\":\"mark\",\"name\":\"{{name}}\",\"id\":\"{{stream_id}}\"}",
	    NULL};
	g_autoptr(OffhookSettings) settings =
	    offhook_driver_sync_settings(offhook_generic_settings, pairs, NULL);
	g_autoptr(OffhookGenericConfig) config = offhook_generic_config_new(settings, NULL);

	return offhook_generic_stream_new(config, how & 4 ? "token" : NULL);
}

/* What we send is JSON, whatever the stream called itself. */
static void
check_sending(OffhookWireProtocol *protocol)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(JsonNode) node = NULL;
	g_autoptr(GError) error = NULL;

	if (!offhook_wire_protocol_format_mark(protocol, "piece \"1\"", out))
		return;
	g_byte_array_append(out, (const guint8 *)"", 1);
	node = json_from_string((const char *)out->data, &error);
	g_assert_no_error(error);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(OffhookWireProtocol) protocol = NULL;
	g_autoptr(OffhookMediaPort) port = NULL;
	Heard heard = {0};

	if (size == 0)
		return 0;
	protocol = open_stream(data[0]);
	port = offhook_fake_media_port_new(&handler, &heard);
	offhook_wire_protocol_describe(protocol, port);
	for (gsize at = 1; at < size;) {
		const guint8 *end = memchr(data + at, '\n', size - at);
		gsize length = end != NULL ? (gsize)(end - data) - at : size - at;
		gboolean binary = length > 0 && data[at] == '!';
		g_autoptr(GError) error = NULL;
		gboolean taken = offhook_wire_protocol_receive(
		    protocol, port, binary ? OFFHOOK_WIRE_BINARY : OFFHOOK_WIRE_TEXT,
		    data + at + (binary ? 1 : 0), length - (binary ? 1 : 0), &error);

		g_assert_cmpint(taken, ==, error == NULL);
		check_sending(protocol);
		at += length + 1;
	}
	return 0;
}
