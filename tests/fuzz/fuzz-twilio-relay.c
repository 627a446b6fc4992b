/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any lines as messages of a ConversationRelay session. Each is taken or refused with an error, never
 * neither; and no text that is not UTF-8, or too long, gets through.
 */

#include "fake-media-port.h"
#include "fuzz-tools.h"
#include "twilio-relay.h"

#include <string.h>

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

typedef struct {
	OffhookWireProtocol *relay;
	OffhookMediaPort *port;
} Ends;

static void
receive(gpointer user_data, const char *line, gsize size)
{
	Ends *ends = user_data;

	fuzz_receive(ends->relay, ends->port, OFFHOOK_WIRE_TEXT, line, size);
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
	Ends ends = {relay, port};

	offhook_wire_protocol_describe(relay, port);
	/* Half of the inputs get a session that is set up, so that they come further. */
	if (size > 0 && data[0] % 2)
		receive(&ends, setup, strlen(setup));
	fuzz_each_line(data, size, receive, &ends);
	return 0;
}
