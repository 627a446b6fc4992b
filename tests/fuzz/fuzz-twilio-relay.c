/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any lines as messages of a ConversationRelay session. Each is taken or refused with an error, never
 * neither; and no text that is not UTF-8, or too long, gets through.
 */

#include "fake-media-port.h"
#include "twilio-relay.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const char setup[] = "{\"type\":\"setup\",\"sessionId\":\"VX7\",\"callSid\":\"CA1\"}";

static void
started_cb(gpointer user_data, const OffhookStreamStart *stream)
{
	g_assert_true(g_utf8_validate(stream->stream_id, -1, NULL));
	g_assert_cmpuint(g_hash_table_size(stream->parameters), <=, 102);
}

static void
dtmf_cb(gpointer user_data, char digit)
{
	g_assert_nonnull(strchr("0123456789*#ABCD", digit));
}

static void
check(const char *text)
{
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_cmpuint(strlen(text), <=, OFFHOOK_TWILIO_RELAY_MAX_TEXT);
}

static void
utterance_cb(gpointer user_data, const char *text, gboolean final)
{
	check(text);
}

static void
cut_off_cb(gpointer user_data, const char *spoken)
{
	check(spoken);
}

static void
receive(OffhookWireProtocol *relay, OffhookMediaPort *port, const char *line, gsize size)
{
	/* A copy of exactly this size, so that a sanitizer sees a read beyond its end. */
	g_autofree char *copy = g_memdup2(line, size);
	g_autoptr(GError) error = NULL;
	gboolean taken = offhook_wire_protocol_receive(relay, port, OFFHOOK_WIRE_TEXT,
						       (const guint8 *)copy, size, &error);

	g_assert_cmpint(taken, ==, error == NULL);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const OffhookMediaHandler handler = {.started = started_cb,
						    .dtmf = dtmf_cb,
						    .utterance = utterance_cb,
						    .cut_off = cut_off_cb};
	g_autoptr(OffhookMediaPort) port = offhook_fake_media_port_new(&handler, NULL);
	g_autoptr(OffhookWireProtocol) relay = offhook_twilio_relay_new();
	const char *line = (const char *)data;
	const char *end = line + size;

	offhook_wire_protocol_describe(relay, port);
	/* Half of the inputs get a session that is set up, so that they come further. */
	if (size > 0 && data[0] % 2)
		receive(relay, port, setup, strlen(setup));
	while (line < end) {
		const char *newline = memchr(line, '\n', (gsize)(end - line));
		const char *stop = newline != NULL ? newline : end;

		receive(relay, port, line, (gsize)(stop - line));
		line = stop + 1;
	}
	return 0;
}
