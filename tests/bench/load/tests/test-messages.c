/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The generator's frames and messages, read back with other code (json-glib) where there is any. */

#include "messages.h"
#include "websocket.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* What a server would see in the frame. */
static JsonObject *
test_open(guint8 *frame, gsize size)
{
	gsize head = 2, length = frame[1] & 0x7f;
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) error = NULL;

	g_assert_cmpuint(frame[0], ==, 0x81);
	g_assert_cmpuint(frame[1] & 0x80, ==, 0x80);
	if (length == 126) {
		length = (gsize)frame[2] << 8 | frame[3];
		head = 4;
	}
	g_assert_cmpuint(size, ==, head + 4 + length);
	for (gsize i = 0; i < length; i++)
		frame[head + 4 + i] ^= frame[head + i % 4];
	json_parser_load_from_data(parser, (const char *)frame + head + 4, (gssize)length, &error);
	g_assert_no_error(error);
	return json_object_ref(json_node_get_object(json_parser_get_root(parser)));
}

static void
test_key(void)
{
	LoadMessages messages;
	guint8 frame[LOAD_MESSAGE_MAX];
	g_autoptr(JsonObject) message = NULL;

	load_messages_init(&messages, 7, FALSE);
	load_messages_write_start(&messages, frame);
	message = test_open(frame, load_messages_write_key(&messages, '#', frame));
	g_assert_cmpstr(json_object_get_string_member(message, "event"), ==, "dtmf");
	g_assert_cmpstr(json_object_get_string_member(message, "sequenceNumber"), ==, "2");
	g_assert_cmpstr(json_object_get_string_member(message, "streamSid"), ==,
			messages.stream_id);
	g_assert_cmpstr(
	    json_object_get_string_member(json_object_get_object_member(message, "dtmf"), "digit"),
	    ==, "#");
	load_messages_init(&messages, 7, TRUE);
	g_assert_cmpuint(load_messages_write_key(&messages, '#', frame), ==, 0);
}

static void
test_media(void)
{
	LoadMessages messages;
	guint8 frame[LOAD_MESSAGE_MAX];

	load_messages_init(&messages, 7, FALSE);
	load_messages_write_start(&messages, frame);
	/* Across changes of the numbers' widths. */
	for (guint i = 1; i <= 1200; i++) {
		gsize size =
		    load_messages_write_media(&messages, load_sounds_get_ping(i % 8, 0), frame);
		g_autoptr(JsonObject) message = test_open(frame, size);
		JsonObject *media = json_object_get_object_member(message, "media");
		g_autofree char *sequence = g_strdup_printf("%u", i + 1);
		g_autofree char *chunk = g_strdup_printf("%u", i);
		g_autofree char *timestamp = g_strdup_printf("%u", (i - 1) * 20);
		g_autofree guchar *audio = NULL;
		gsize n;

		g_assert_cmpstr(json_object_get_string_member(message, "event"), ==, "media");
		g_assert_cmpstr(json_object_get_string_member(message, "sequenceNumber"), ==,
				sequence);
		g_assert_cmpstr(json_object_get_string_member(message, "streamSid"), ==,
				messages.stream_id);
		g_assert_cmpstr(json_object_get_string_member(media, "track"), ==, "inbound");
		g_assert_cmpstr(json_object_get_string_member(media, "chunk"), ==, chunk);
		g_assert_cmpstr(json_object_get_string_member(media, "timestamp"), ==, timestamp);
		audio = g_base64_decode(json_object_get_string_member(media, "payload"), &n);
		g_assert_cmpuint(n, ==, LOAD_FRAME_SAMPLES);
		g_assert_true(LOAD_IS_LOUD(audio[0]));
	}
}

static void
test_others(void)
{
	LoadMessages messages;
	guint8 frame[LOAD_MESSAGE_MAX];

	load_messages_init(&messages, 8, FALSE);
	{
		g_autoptr(JsonObject) connected =
		    test_open(frame, load_messages_write_connected(&messages, frame));

		g_assert_cmpstr(json_object_get_string_member(connected, "event"), ==, "connected");
	}
	{
		g_autoptr(JsonObject) start =
		    test_open(frame, load_messages_write_start(&messages, frame));

		g_assert_cmpstr(json_object_get_string_member(start, "sequenceNumber"), ==, "1");
		g_assert_cmpuint(strlen(json_object_get_string_member(start, "streamSid")), ==, 34);
	}
	{
		g_autoptr(JsonObject) mark =
		    test_open(frame, load_messages_write_mark(&messages, "t1-2", frame));

		g_assert_cmpstr(json_object_get_string_member(
				    json_object_get_object_member(mark, "mark"), "name"),
				==, "t1-2");
	}
	{
		g_autoptr(JsonObject) stop =
		    test_open(frame, load_messages_write_stop(&messages, frame));

		g_assert_cmpstr(json_object_get_string_member(stop, "sequenceNumber"), ==, "3");
	}
}

static void
test_read(void)
{
	static const struct {
		const char *json;
		LoadReceivedKind kind;
		const char *text;
	} cases[] = {
	    {"{\"event\":\"media\",\"streamSid\":\"MZ\",\"media\":{\"payload\":\"//8=\"}}",
	     LOAD_RECEIVED_MEDIA, "//8="},
	    {"{\"event\": \"media\", \"media\": {\"payload\": \"AAAA\"}}", LOAD_RECEIVED_MEDIA,
	     "AAAA"},
	    {"{\"event\":\"mark\",\"mark\":{\"name\":\"a\"}}", LOAD_RECEIVED_MARK, "a"},
	    {"{\"event\":\"clear\",\"streamSid\":\"MZ\"}", LOAD_RECEIVED_CLEAR, NULL},
	    {"{\"event\":\"media\",\"media\":{}}", LOAD_RECEIVED_BROKEN, NULL},
	    {"{\"event\":\"new\"}", LOAD_RECEIVED_OTHER, NULL},
	    {"", LOAD_RECEIVED_BROKEN, NULL},
	};

	LoadMessages messages;

	load_messages_init(&messages, 9, FALSE);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		LoadReceived received;

		load_messages_read(&messages, cases[i].json, strlen(cases[i].json), &received);
		g_assert_cmpint(received.kind, ==, cases[i].kind);
		if (cases[i].text != NULL)
			g_assert_cmpmem(received.text, received.size, cases[i].text,
					strlen(cases[i].text));
	}
}

/* The other carrier's: a frame of samples, and no start. */
static void
test_linear(void)
{
	LoadMessages messages;
	LoadReceived received;
	guint8 frame[LOAD_MESSAGE_MAX];
	guint8 codes[LOAD_FRAME_SAMPLES];
	guint8 ping[LOAD_PING_FRAMES * LOAD_FRAME_SAMPLES];
	static const char notify[] = "{\"action\":\"notify\",\"payload\":{\"mark\":\"m1\"}}";
	static const char clear[] = "{\"action\":\"clear\"}";
	gsize size;

	load_messages_init(&messages, 10, TRUE);
	g_assert_cmpuint(load_messages_write_start(&messages, frame), ==, 0);
	g_assert_cmpuint(load_messages_write_stop(&messages, frame), ==, 0);
	size = load_messages_write_media(&messages, load_sounds_get_ping(3, 0), frame);
	g_assert_cmpuint(size, ==, 8 + LOAD_LINEAR_SAMPLES * 2);
	g_assert_cmphex(frame[0], ==, 0x82);
	load_websocket_mask(frame + 8, size - 8, messages.key);
	load_mulaw_encode_linear((const gint16 *)(frame + 8), LOAD_LINEAR_SAMPLES, codes);
	load_sounds_make_ping(3, ping);
	g_assert_cmpmem(codes, sizeof codes, ping, sizeof codes);
	load_messages_read(&messages, notify, strlen(notify), &received);
	g_assert_cmpint(received.kind, ==, LOAD_RECEIVED_MARK);
	g_assert_cmpmem(received.text, received.size, "{\"mark\":\"m1\"}", 13);
	load_messages_read(&messages, clear, strlen(clear), &received);
	g_assert_cmpint(received.kind, ==, LOAD_RECEIVED_CLEAR);
	load_messages_read(&messages, "{\"event\":\"clear\"}", 17, &received);
	g_assert_cmpint(received.kind, ==, LOAD_RECEIVED_BROKEN);
}

static void
test_base64(void)
{
	LoadMessages messages;
	guint8 codes[LOAD_AUDIO_MAX];

	load_messages_init(&messages, 9, FALSE); /* its tables */
	for (gsize size = 0; size < 400; size++) {
		guint8 bytes[400];
		g_autofree char *text = NULL;

		for (gsize i = 0; i < size; i++)
			bytes[i] = (guint8)(i * 7 + size);
		text = g_base64_encode(bytes, size);
		{
			const LoadReceived received = {LOAD_RECEIVED_MEDIA, text, strlen(text)};
			gssize n = load_messages_decode(&received, codes);

			g_assert_cmpmem(codes, (gsize)n, bytes, size);
		}
	}
	{
		const LoadReceived bad = {LOAD_RECEIVED_MEDIA, "AA!A", 4};

		g_assert_cmpint(load_messages_decode(&bad, codes), ==, -1);
	}
}

static void
test_frames(void)
{
	guint8 data[70000] = {0x81, 126, 0x01, 0x2c};
	LoadFrame frame;

	for (gsize size = 0; size < 304; size++)
		g_assert_cmpint(load_websocket_read(data, size, &frame), ==, 0);
	g_assert_cmpint(load_websocket_read(data, 304, &frame), ==, 304);
	g_assert_cmpuint(frame.size, ==, 300);
	data[1] = 127;
	memcpy(data + 2, "\0\0\0\0\0\1\0\0", 8);
	g_assert_cmpint(load_websocket_read(data, sizeof data, &frame), ==, 65536 + 10);
	data[7] = 0xff;
	g_assert_cmpint(load_websocket_read(data, sizeof data, &frame), ==, -1); /* too large */
	data[0] = 0x01;
	g_assert_cmpint(load_websocket_read(data, sizeof data, &frame), ==, -1); /* a fragment */
	data[0] = 0x81;
	data[1] = 0x80;
	g_assert_cmpint(load_websocket_read(data, sizeof data, &frame), ==, -1); /* masked */
}

/* RFC 6455, section 1.3. */
static void
test_accept(void)
{
	g_autofree char *accept = load_websocket_get_accept("dGhlIHNhbXBsZSBub25jZQ==");

	g_assert_cmpstr(accept, ==, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	load_sounds_init();
	g_test_add_func("/load/messages/key", test_key);
	g_test_add_func("/load/messages/media", test_media);
	g_test_add_func("/load/messages/others", test_others);
	g_test_add_func("/load/messages/read", test_read);
	g_test_add_func("/load/messages/linear", test_linear);
	g_test_add_func("/load/messages/base64", test_base64);
	g_test_add_func("/load/websocket/frames", test_frames);
	g_test_add_func("/load/websocket/accept", test_accept);
	return g_test_run();
}
